//! What the tests, the benches and the simulator of the desk share: the package of a handoff,
//! frames as peers send them, and a desk that is driven as a host drives it.

#[cfg(feature = "driver")]
mod database;
#[cfg(feature = "driver")]
mod driver;
mod frames;
mod package;

#[cfg(feature = "driver")]
pub use database::Database;
#[cfg(feature = "driver")]
pub use driver::{Agent, Driver, Visitor, settings};
pub use frames::{agent, visitor};
pub use package::package;
