//! One site's queue, agents and conversations: the state machine that keeps Baton's promises.
//!
//! # The core's contract
//!
//! 1. A host **receives** something: a frame, a closed socket, the timer, or a newly admitted agent. It makes an [`Input`]; a frame's text
//!    goes through [`Frame::read`], wherever the host has time.
//! 2. If [`Desk::wanted`] names messages of a closed conversation, whose words are not kept in memory, it reads them from its storage and gives
//!    them to [`Desk::recall`]. Then it **calls** [`Desk::handle`] with the time of the wall clock, right or wrong. That cannot fail: bad input
//!    is answered.
//! 3. It **carries out** the [`Effect`]s in order: every `Save` before the `Send`s behind it; for a `SendCard` it reads the package from its
//!    storage. A failed send is no error, the
//!    peer will come back. After a `Save` of `Record::Erase` nothing is sent before the words are gone from the storage's log as well
//!    ([`Keeper::must_purge`]). A failed save is fatal to this desk value: the host drops it, sends nothing, and rebuilds it from
//!    storage, so memory never runs ahead of disk.
//! 4. It **sets** its timer to [`Desk::deadline`].
//! 5. On start it **restores** with [`store::load`] and [`Desk::restore`], then says [`Input::Left`] for every
//!    [`Desk::peers`] that it no longer holds.
//!
//! [`Keeper`] does 3 and 5 over any [`store::Sql`], so that a host is left with its transactions, its sockets and its timer.
//!
//! There is no async here, no clock, no randomness and no I/O. The only SQL is in [`store`] and in the tables behind it.

mod commands;
mod desk;
mod flow;
mod keeper;
mod log;
mod site;
mod state;
pub mod store;
mod wire;

pub use desk::{Desk, Effect, Input};
pub use keeper::{Keeper, answer_only};
pub use log::{kind::EventKind, metrics};
pub use site::{mistakes::Mistake, schedule, settings};
pub use state::{
    credentials::Hash,
    messages::{Part, Wanted},
    package::Body,
    peer::{Peer, PeerId, Side},
    quota, wait_model as wait,
};
pub use wire::{
    card::Carded,
    frame::{Frame, is_refusal, refusal},
};
