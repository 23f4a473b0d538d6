//! A desk together with its storage: what every host does with the two.

use protocol::Millis;

use crate::{
    desk::{Desk, Effect, Input},
    site::settings::SiteSettings,
    state::peer::{Peer, PeerId},
    store::{self, Record, Sql, StoreError, Unreadable, batch::Batch},
    wire::{card::Carded, frame::Frame, write::EventText},
};

/// What is to be sent, in order.
pub type Sends = Vec<(PeerId, EventText)>;

/// A desk over a storage that takes nothing now: it answers frames that only ask, and saves
/// nothing.
pub struct Reader<S> {
    desk: Desk,
    sql: S,
}

impl<S: Sql> Reader<S> {
    pub fn open(mut sql: S, settings: SiteSettings) -> Result<Self, StoreError<S::Error>> {
        let desk = Desk::restore(settings, store::load(&mut sql)?);
        Ok(Self { desk, sql })
    }

    /// The answer; none to a frame that does more than ask.
    pub fn answer(
        &mut self,
        now: Millis,
        peer: Peer,
        frame: Frame,
    ) -> Result<Option<Vec<EventText>>, StoreError<S::Error>> {
        if !frame.is_read_only() {
            return Ok(None);
        }
        let own = peer.id;
        let mut sends = Vec::new();
        let input = Input::Frame(peer, frame);
        recall(&mut self.desk, &mut self.sql, &input)?;
        for effect in self.desk.handle(now, &input) {
            match effect {
                Effect::Send(peer, event) if peer == own => sends.push(event),
                Effect::SendCard(peer, card) if peer == own => {
                    sends.push(with_card(&mut self.sql, card))
                }
                _ => {}
            }
        }
        Ok(Some(sends))
    }
}

/// One package that the storage does not give back is told on its card. If it is the storage itself
/// that fails, so does the transaction.
fn with_card<S: Sql>(sql: &mut S, card: Carded) -> EventText {
    let package = store::package(sql, card.row()).ok().flatten();
    card.with(package.as_ref())
}

fn recall<S: Sql>(desk: &mut Desk, sql: &mut S, input: &Input) -> Result<(), StoreError<S::Error>> {
    if let Some(wanted) = desk.wanted(input) {
        let messages = store::messages(sql, &wanted).map_err(StoreError::Sql)?;
        desk.recall(&wanted, messages);
    }
    Ok(())
}

/// A desk and the storage that it is restored from and saved to. When an operation fails, memory
/// may be ahead of the storage: undo the transaction, drop this value, send nothing, and open it
/// anew.
pub struct StoredDesk<S> {
    desk: Desk,
    pub sql: S,
    has_erased: bool,
    unreadable: Vec<Unreadable>,
}

impl<S: Sql> StoredDesk<S> {
    /// Makes the tables if there are none, restores the desk, and tells it which of its sockets the
    /// host no longer holds.
    pub fn open(
        mut sql: S,
        settings: SiteSettings,
        now: Millis,
        is_held: impl Fn(PeerId) -> bool,
    ) -> Result<Self, StoreError<S::Error>> {
        store::prepare(&mut sql)?;
        store::belong_to(&mut sql, &settings.key)?;
        let mut kept = store::load(&mut sql)?;
        let unreadable = std::mem::take(&mut kept.unreadable);
        let desk = Desk::restore(settings, kept);
        let left: Vec<_> =
            desk.peers().into_iter().filter(|peer| !is_held(*peer)).map(Input::Left).collect();
        let mut stored = Self { desk, sql, has_erased: false, unreadable };
        stored.handle(now, &left)?;
        Ok(stored)
    }

    /// Takes inputs, one after the other, and saves what follows; gives what is to be sent once
    /// that is on disk.
    pub fn handle(&mut self, now: Millis, inputs: &[Input]) -> Result<Sends, StoreError<S::Error>> {
        let (mut sends, mut batch) = (Vec::new(), Batch::default());
        for input in inputs {
            recall(&mut self.desk, &mut self.sql, input)?;
            for effect in self.desk.handle(now, input) {
                match effect {
                    Effect::Save(record) => {
                        self.has_erased |= matches!(record, Record::Erase { .. });
                        batch.add(&mut self.sql, record).map_err(StoreError::Sql)?;
                    }
                    Effect::Send(peer, event) => sends.push((peer, event)),
                    Effect::SendCard(peer, card) => {
                        sends.push((peer, with_card(&mut self.sql, card)))
                    }
                }
            }
        }
        batch.finish(&mut self.sql).map_err(StoreError::Sql)?;
        Ok(sends)
    }

    /// Rows that could not be read when this was opened, for the host's log. They stay as they are;
    /// everything else is served.
    pub fn unreadable(&self) -> &[Unreadable] {
        &self.unreadable
    }

    /// Whether somebody's words were deleted since this was asked last. Copies of them in the
    /// storage's log must be gone before the receipts are sent.
    pub fn must_purge(&mut self) -> bool {
        std::mem::take(&mut self.has_erased)
    }

    /// Whether a socket that opened may stay: a network that opens too many has those cut that are
    /// too many.
    pub fn lets_in(&mut self, now: Millis, peer: &Peer) -> bool {
        self.desk.lets_in(now, peer)
    }

    /// Whether a socket hears what happens to a conversation or an agent: the desk knows who is
    /// behind it.
    pub fn listens(&self, peer: PeerId) -> bool {
        self.desk.listens(peer)
    }

    /// When to call again with [`Input::DeadlineReached`].
    pub fn deadline(&self) -> Option<Millis> {
        self.desk.deadline()
    }
}
