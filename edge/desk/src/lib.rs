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

mod access;
mod agent_side;
mod batch;
mod board;
mod card;
mod clock;
mod conversation;
mod conversations;
mod deadlines;
mod desk;
mod due;
mod fallback;
mod frame;
mod guard;
mod keeper;
mod listeners;
mod messages;
pub mod metrics;
mod missed;
mod mistakes;
mod offers;
mod package;
mod places;
mod promises;
mod prune;
mod queue;
pub mod quota;
mod reading;
mod reconfigure;
mod roster;
mod routing;
pub mod schedule;
pub mod settings;
pub mod store;
mod tables;
mod telephone;
mod transfer;
mod validate;
mod visitor_side;
pub mod wait;

pub use access::Hash;
pub use card::Carded;
pub use desk::{Desk, Effect, Input, Peer, PeerId, Side};
pub use frame::{Frame, is_refusal, refusal};
pub use keeper::{Keeper, answer_only};
pub use messages::{Part, Wanted};
pub use mistakes::Mistake;
pub use package::Body;
