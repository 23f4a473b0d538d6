//! What a host must do, over real HTTP and real sockets.

mod client;
mod hostile;
mod promises;
