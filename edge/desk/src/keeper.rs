//! A desk together with its storage: what every host does with the two.

use protocol::Millis;

use crate::{
    desk::{Desk, Effect, Input, Peer, PeerId},
    inbound,
    settings::SiteSettings,
    store::{self, Sql, StoreError},
};

/// The answer to a frame that only asks, from a storage that takes nothing now; none for any other frame.
pub fn answer_only<S: Sql>(
    sql: &mut S,
    settings: SiteSettings,
    now: Millis,
    peer: Peer,
    text: String,
) -> Result<Option<Vec<String>>, StoreError<S::Error>> {
    if !inbound::only_asks(peer.side, &text) {
        return Ok(None);
    }
    let own = peer.id;
    let effects = Desk::restore(settings, store::load(sql)?).handle(now, Input::Frame(peer, text));
    let sends = effects.into_iter().filter_map(|effect| match effect {
        Effect::Send(peer, text) if peer == own => Some(text),
        _ => None,
    });
    Ok(Some(sends.collect()))
}

/// A desk and the storage that it is restored from and saved to. When an operation fails, memory may be ahead of the storage: undo
/// the transaction, drop this value, send nothing, and open it anew.
pub struct Keeper<S> {
    desk: Desk,
    pub sql: S,
}

impl<S: Sql> Keeper<S> {
    /// Makes the tables if there are none, restores the desk, and tells it which of its sockets the host no longer holds.
    pub fn open(mut sql: S, settings: SiteSettings, now: Millis, is_held: impl Fn(PeerId) -> bool) -> Result<Self, StoreError<S::Error>> {
        store::prepare(&mut sql)?;
        let desk = Desk::restore(settings, store::load(&mut sql)?);
        let mut keeper = Self { desk, sql };
        for peer in keeper.desk.peers().into_iter().filter(|peer| !is_held(*peer)) {
            keeper.handle(now, Input::Left(peer)).map_err(StoreError::Sql)?;
        }
        Ok(keeper)
    }

    /// Takes one input and saves what follows; gives what is to be sent once that is on disk.
    pub fn handle(&mut self, now: Millis, input: Input) -> Result<Vec<(PeerId, String)>, S::Error> {
        let mut sends = Vec::new();
        for effect in self.desk.handle(now, input) {
            match effect {
                Effect::Save(record) => store::save(&mut self.sql, &record)?,
                Effect::Send(peer, text) => sends.push((peer, text)),
            }
        }
        Ok(sends)
    }

    /// When to call again with [`Input::DeadlineReached`].
    pub fn deadline(&self) -> Option<Millis> {
        self.desk.deadline()
    }
}
