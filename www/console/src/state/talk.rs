//! One conversation as a console has it: the card, the transcript and the messages, in pages, and
//! what is not acknowledged.

use protocol::{
    Author, ContextPackage, Message, MessageId, Millis, Note, Seq, Text, TranscriptLine,
};
use std::{collections::BTreeSet, rc::Rc};

use crate::kept::Unsent;

/// A visitor's clock may differ by this much before the transcript's times are moved, in ms.
const AHEAD_MS: Millis = 5_000;
/// A handoff may have waited this long for a network.
const BEHIND_MS: Millis = 30 * 60_000;

#[derive(Clone, Debug, PartialEq)]
pub struct Talk {
    pub card: Rc<ContextPackage>,
    /// The desk could not read the card from its storage, and sent what it knows itself.
    pub card_lost: bool,
    /// The page to which the visitor went after the handoff.
    pub page: Option<Text>,
    /// When the visitor asked, by the desk's clock; zero if the desk does not say.
    pub requested_at: Millis,
    /// So many lines of the transcript stand before those that are here.
    pub transcript_before: u32,
    /// By number, without gaps.
    pub messages: Vec<Message>,
    /// Written here and not acknowledged.
    pub unsent: Vec<Unsent>,
    pub notes: Vec<Note>,
    /// How often the draft was changed by something else than typing.
    pub redrafts: u32,
}

impl Talk {
    /// The visitor's, if they said it.
    pub fn name(&self) -> Option<&str> {
        self.card.profile.name.as_ref().map(|name| name.reveal())
    }

    pub fn first(&self) -> Seq {
        self.messages.first().map_or(Seq::NONE, |message| message.seq)
    }

    pub fn last(&self) -> Seq {
        self.messages.last().map_or(Seq::NONE, |message| message.seq)
    }

    /// Whether it was new.
    pub fn hear(&mut self, message: Message) -> bool {
        self.unsent.retain(|(id, _)| *id != message.id);
        let is_new = !self.messages.iter().any(|known| known.id == message.id);
        if is_new {
            self.messages.push(message);
            self.messages.sort_by_key(|message| message.seq);
        }
        is_new
    }

    /// A message that will never be taken: its words are a draft again.
    pub fn hear_refused(&mut self, id: &MessageId) {
        let before = self.unsent.len();
        self.unsent.retain(|(message, _)| message != id);
        self.redrafts += u32::from(self.unsent.len() < before);
    }

    /// A page before what is here. One that does not join it is not taken: it would leave a gap.
    pub fn earlier(&mut self, page: Vec<Message>) {
        let first = self.first();
        let page: Vec<_> = page.into_iter().filter(|message| message.seq < first).collect();
        if page.last().is_some_and(|last| last.seq.next() == first) {
            self.messages.splice(0..0, page);
        }
    }

    /// Lines of the transcript before those that are here, beginning at number `from`.
    pub fn earlier_lines(&mut self, from: u32, lines: Vec<TranscriptLine>) {
        let reach = u32::try_from(lines.len()).unwrap_or(u32::MAX);
        if from < self.transcript_before && from.saturating_add(reach) == self.transcript_before {
            Rc::make_mut(&mut self.card).transcript.splice(0..0, lines);
            self.transcript_before = from;
        }
    }

    /// The same conversation was told again, with its last page: what was read before stays if it
    /// joins. What would follow that page, or has the number of another message there, is of a
    /// history that the desk has lost.
    pub fn goes_on_from(&mut self, known: &Self) {
        let first = self.first();
        let is_same = known.messages.iter().filter(|message| message.seq >= first).all(|message| {
            let place = self.messages.binary_search_by_key(&message.seq, |told| told.seq);
            place.is_ok_and(|place| self.messages[place].id == message.id)
        });
        if is_same {
            let before = known.messages.iter().filter(|message| message.seq < first);
            self.messages.splice(0..0, before.cloned());
        }
        if let Some(gap) =
            self.messages.windows(2).rposition(|pair| pair[0].seq.next() < pair[1].seq)
        {
            self.messages.drain(..=gap);
        }
        if known.transcript_before < self.transcript_before {
            self.card = known.card.clone();
            self.transcript_before = known.transcript_before;
        }
        self.redrafts = known.redrafts;
        self.also_unsent(known.unsent.clone());
    }

    /// What the agent of these names has written and the desk no longer has, as after an older copy
    /// of its storage was put back: it is brought there again, with the same ids.
    pub fn also_lost(&mut self, known: &Self, me: &BTreeSet<String>) {
        let first = self.first();
        let written = known.messages.iter().filter(|message| {
            message.seq >= first
                && message.author == Author::Agent
                && message.by.as_ref().is_some_and(|by| me.contains(by))
        });
        self.also_unsent(
            written.map(|message| (message.id.clone(), message.text.clone())).collect(),
        );
    }

    /// What was written before and is not among the messages.
    pub fn also_unsent(&mut self, unsent: Vec<Unsent>) {
        for (id, text) in unsent {
            let is_known = self.messages.iter().any(|message| message.id == id)
                || self.unsent.iter().any(|(message, _)| *message == id);
            if !is_known {
                self.unsent.push((id, text));
            }
        }
    }

    /// Since when the visitor waits for a word of an agent.
    pub fn waits_since(&self) -> Option<Millis> {
        let answered = self.messages.iter().rposition(|message| message.author == Author::Agent);
        let first = self
            .messages
            .iter()
            .skip(answered.map_or(0, |i| i + 1))
            .find(|message| message.author == Author::Visitor);
        match (answered, first) {
            (None, _) if self.requested_at > 0 => Some(self.requested_at),
            (_, first) => first.map(|message| message.at),
        }
    }

    /// How far the transcript's times, which are of the visitor's clock, are moved so that they end
    /// when the visitor asked.
    pub fn transcript_shift(&self) -> i64 {
        let Some(last) = self.card.transcript.iter().map(|line| line.at).max() else { return 0 };
        let is_wrong = last > self.requested_at.saturating_add(AHEAD_MS)
            || last.saturating_add(BEHIND_MS) < self.requested_at;
        if self.requested_at > 0 && is_wrong { self.requested_at as i64 - last as i64 } else { 0 }
    }

    /// The time of each line of the transcript by the desk's clock, in their order and none after
    /// the visitor asked.
    pub fn transcript_times(&self) -> Vec<Millis> {
        let shift = self.transcript_shift();
        let mut most = if self.requested_at > 0 {
            self.requested_at.saturating_add(AHEAD_MS)
        } else {
            Millis::MAX
        };
        let mut times: Vec<_> = self
            .card
            .transcript
            .iter()
            .map(|line| (line.at as i64).saturating_add(shift).max(0) as Millis)
            .collect();
        for time in times.iter_mut().rev() {
            most = most.min(*time);
            *time = most;
        }
        times
    }
}
