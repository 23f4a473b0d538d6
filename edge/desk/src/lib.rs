//! One site's queue, agents and conversations: the state machine that keeps Baton's promises.
//!
//! # The core's contract
//!
//! 1. A host **receives** something: a frame, a closed socket, the timer, or a newly admitted
//!    agent. It makes an [`Input`]; a frame's text goes through [`Frame::read`], wherever the host
//!    has time.
//! 2. If [`Desk::wanted`] names messages of a closed conversation, whose words are not kept in
//!    memory, it reads them from its storage and gives them to [`Desk::recall`]. Then it **calls**
//!    [`Desk::handle`] with the time of the wall clock, right or wrong. That cannot fail: bad input
//!    is answered.
//! 3. It **carries out** the [`Effect`]s in order: every `Save` before the `Send`s behind it; for a
//!    `SendCard` it reads the package from its storage. A failed send is no error, the peer will
//!    come back. After a `Save` of `Record::Erase` nothing is sent before the words are gone from
//!    the storage's log as well ([`StoredDesk::must_purge`]). A failed save is fatal to this desk
//!    value: the host drops it, sends nothing, and rebuilds it from storage, so memory never runs
//!    ahead of disk.
//! 4. It **sets** its timer to [`Desk::deadline`].
//! 5. On start it **restores** with [`store::load`] and [`Desk::restore`], then says
//!    [`Input::Left`] for every [`Desk::peers`] that it no longer holds.
//!
//! [`StoredDesk`] does 2, 3 and 5 over any [`store::Sql`], so that a host is left with its
//! transactions, its sockets and its timer. This is one, whose sockets are channels:
//!
//! ```
//! # use desk::{Frame, Input, StoredDesk, Peer, PeerId, Side, settings::SiteSettings};
//! # use desk::store::{Sql, Value};
//! # use rusqlite::{params_from_iter, types::{Value as Own, ValueRef}};
//! # use std::{collections::BTreeMap, error::Error, sync::mpsc::{Sender, channel}, time::Duration};
//! # struct Database(rusqlite::Connection);
//! # fn bind(value: &Value<'_>) -> Own {
//! #     match value {
//! #         Value::Null => Own::Null,
//! #         Value::Integer(n) => (*n).into(),
//! #         Value::Text(text) => text.clone().into_owned().into(),
//! #     }
//! # }
//! # fn read(value: ValueRef<'_>) -> Value<'static> {
//! #     match value {
//! #         ValueRef::Integer(n) => Value::Integer(n),
//! #         ValueRef::Text(text) => {
//! #             Value::Text(String::from_utf8_lossy(text).into_owned().into())
//! #         }
//! #         _ => Value::Null,
//! #     }
//! # }
//! # impl Sql for Database {
//! #     type Error = rusqlite::Error;
//! #     fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> rusqlite::Result<()> {
//! #         if self.0.is_autocommit() {
//! #             self.0.execute_batch("BEGIN IMMEDIATE")?;
//! #         }
//! #         self.0.execute(sql, params_from_iter(values.iter().map(bind))).map(drop)
//! #     }
//! #     fn query(
//! #         &mut self,
//! #         sql: &str,
//! #         values: &[Value<'_>],
//! #     ) -> rusqlite::Result<Vec<Vec<Value<'static>>>> {
//! #         let mut statement = self.0.prepare(sql)?;
//! #         let columns = statement.column_count();
//! #         let values = params_from_iter(values.iter().map(bind));
//! #         let rows = statement.query_map(values, |row| {
//! #             (0..columns).map(|i| Ok(read(row.get_ref(i)?))).collect()
//! #         })?;
//! #         rows.collect()
//! #     }
//! # }
//! # impl Database {
//! #     fn commit(&self) -> rusqlite::Result<()> {
//! #         if self.0.is_autocommit() { Ok(()) } else { self.0.execute_batch("COMMIT") }
//! #     }
//! #     fn purge(&self) -> rusqlite::Result<()> {
//! #         self.0.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
//! #     }
//! # }
//! struct Host {
//!     stored: StoredDesk<Database>,
//!     sockets: BTreeMap<PeerId, Sender<String>>,
//! }
//!
//! impl Host {
//!     /// 5: restores, and tells the desk that nobody is connected any more.
//!     fn start(
//!         database: Database,
//!         settings: SiteSettings,
//!         now: u64,
//!     ) -> Result<Self, Box<dyn Error>> {
//!         let stored = StoredDesk::open(database, settings, now, |_| false)?;
//!         stored.sql.commit()?;
//!         Ok(Self { stored, sockets: BTreeMap::new() })
//!     }
//!
//!     /// 2 and 3, for all that was received since the last turn. After an error this host is
//!     /// dropped and started again from the file; nothing of the turn was sent.
//!     fn turn(&mut self, now: u64, inputs: &[Input]) -> Result<(), Box<dyn Error>> {
//!         let sends = self.stored.handle(now, inputs)?;
//!         self.stored.sql.commit()?;
//!         if self.stored.must_purge() {
//!             self.stored.sql.purge()?;
//!         }
//!         for (peer, event) in sends {
//!             // Who is gone comes back, and asks for what was missed.
//!             let _ = self.sockets.get(&peer).map(|socket| socket.send(event.into()));
//!         }
//!         Ok(())
//!     }
//!
//!     /// 4: how long it may sleep before it says `Input::DeadlineReached`.
//!     fn sleep(&self, now: u64) -> Option<Duration> {
//!         self.stored.deadline().map(|at| Duration::from_millis(at.saturating_sub(now)))
//!     }
//! }
//! # fn main() -> Result<(), Box<dyn Error>> {
//! # let folder = std::env::temp_dir().join(format!("baton-example-{}", std::process::id()));
//! # let open = || rusqlite::Connection::open(&folder).map(Database);
//! # let settings: SiteSettings = serde_json::from_str(
//! #     r#"{"key":"shop","name":"Shop","origins":[],"agent":[{"id":"maria","name":"Maria"}]}"#,
//! # )?;
//! # let package = include_str!(concat!(
//! #     env!("CARGO_MANIFEST_DIR"),
//! #     "/../protocol/examples/visitor_commands/request_handoff.json"
//! # ));
//! # let frame = |command: &str| {
//! #     let credential = r#""conversation":"c1","token":"00112233445566778899aabbccddeeff""#;
//! #     format!(r#"{{"v":1,{credential},"command":{command}}}"#)
//! # };
//!
//! let mut host = Host::start(open()?, settings.clone(), 1_795_000_000_000)?;
//! let (id, side) = (PeerId(1), Side::Visitor);
//! let peer = Peer { id, side, lasting: true, cookie: None, network: None };
//! let (socket, told) = channel();
//! host.sockets.insert(peer.id, socket.clone());
//! // 1: receives.
//! let handoff = Frame::read(Side::Visitor, &frame(package));
//! host.turn(1_795_000_000_000, &[Input::Frame(peer.clone(), handoff)])?;
//! assert!(told.recv()?.contains(r#""queued":{"position":1"#));
//! assert!(host.sleep(1_795_000_000_000).is_some());
//!
//! // Whatever was told is on disk: another process finds it there.
//! drop(host);
//! let mut host = Host::start(open()?, settings, 1_795_000_001_000)?;
//! host.sockets.insert(peer.id, socket);
//! let resume = Frame::read(Side::Visitor, &frame(r#"{"resume":{"after":0}}"#));
//! host.turn(1_795_000_001_000, &[Input::Frame(peer, resume)])?;
//! assert!(told.iter().take(2).any(|text| text.contains(r#""queued":{"position":1"#)));
//! # drop(host);
//! # std::fs::remove_file(folder)?;
//! # Ok(())
//! # }
//! ```
//!
//! There is no async here, no clock, no randomness and no I/O. The only SQL is in [`store`] and in
//! the tables behind it.

mod commands;
mod desk;
mod flow;
mod log;
mod site;
mod state;
pub mod store;
mod stored_desk;
mod wire;

pub use desk::{Desk, Effect, Input};
pub use log::{kind::EventKind, metrics};
pub use site::{fallback::promised_within, mistakes::Mistake, schedule, settings};
pub use state::{
    credentials::Digest,
    messages::{Part, Wanted},
    package::Body,
    peer::{Peer, PeerId, Side},
    quota,
    row::Row,
    wait_model as wait,
};
pub use stored_desk::{Reader, StoredDesk};
pub use wire::{
    card::Carded,
    frame::{Frame, Handoff},
    write::EventText,
};
