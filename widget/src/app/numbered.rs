//! The desk's numbered messages, in order and without a gap: where each one belongs among the
//! lines, and what is asked for when one is missing.

use protocol::{Author, Message, MessageId, Millis, Seq, VisitorCommand};

use super::{App, Command, Fresh, lines::line};
use crate::thread::{Line, Mark};

impl App {
    /// A page of the replay has ended: asks for the next one, or notes that everything is here.
    pub(super) fn hear_end_of_replay(
        &mut self,
        fresh: &Fresh,
        (last, more, at_desk): (Seq, bool, Option<MessageId>),
        now: Millis,
        commands: &mut Vec<Command>,
    ) {
        let after = self.asked_after.take();
        let has_forgotten = after.is_some_and(|after| self.forgets(after, last, at_desk.as_ref()));
        // Times in this replay were translated with the old difference between the clocks.
        let has_moved = self.set_clock(fresh.now, now);
        let has_come = after.is_none_or(|after| self.thread.last_seq > after);
        if has_moved || has_forgotten || (more && has_come) {
            self.ask_for_rest(commands);
        } else {
            // A number that skips what the desk does not have any more is no gap.
            if !more {
                self.thread.last_seq = self.thread.last_seq.max(last);
                self.bring_what_is_lost(fresh, commands);
            }
            self.tell_received(commands);
            let seen = self.thread.seen;
            self.see(seen, commands);
        }
    }

    /// Asks for what follows the last message without a gap, once until it is answered.
    pub(super) fn ask_for_rest(&mut self, commands: &mut Vec<Command>) {
        let after = self.thread.last_seq;
        if self.asked_after.replace(after) != Some(after) {
            commands.push(Command::Send(VisitorCommand::Resume { after }));
        }
        if !self.is_connected {
            self.delivery.poll();
            commands.push(Command::Deliver);
        }
    }

    /// Tells the desk up to which message this browser has everything.
    fn tell_received(&mut self, commands: &mut Vec<Command>) {
        if self.asked_after.is_none() && self.thread.last_seq > self.told_received {
            self.told_received = self.thread.last_seq;
            commands
                .push(Command::Send(VisitorCommand::MarkReceived { seq: self.thread.last_seq }));
        }
    }

    /// Marks the visitor's lines up to this number as delivered or read.
    pub(super) fn mark(&mut self, seq: Seq, mark: Mark) {
        for line in &mut self.thread.lines {
            if line.author == Author::Visitor && line.seq.is_some_and(|number| number <= seq) {
                line.mark = line.mark.max(mark);
            }
        }
    }

    /// Takes a message in: it acknowledges the visitor's own, and an agent's is new.
    pub(super) fn hear_message(&mut self, message: Message, commands: &mut Vec<Command>) {
        self.thread.settle_message(&message.id);
        commands.push(Command::Deliver);
        let seq = message.seq;
        let known = self.thread.lines.iter().position(|line| line.id.as_ref() == Some(&message.id));
        let is_news = known.is_none() && message.author == Author::Agent;
        let line = match known {
            Some(place) if self.thread.lines[place].seq == Some(seq) => None,
            Some(place) => Some(self.thread.lines.remove(place)),
            None => Some(Line {
                id: Some(message.id),
                by: message.by,
                ..line(message.author, message.at, message.text.reveal())
            }),
        };
        if let Some(mut line) = line {
            (line.seq, line.at) = (Some(seq), message.at);
            line.mark = if line.author == Author::Visitor { Mark::Sent } else { Mark::None };
            let place = self.place_by_number(seq, known);
            if is_news {
                self.thread.seen = self.thread.seen.min(place);
            }
            self.thread.lines.insert(place, line);
        }
        if is_news {
            self.typing_until = 0;
            self.note_unread(commands);
        }
        if seq == self.thread.last_seq.next() {
            self.thread.last_seq = seq;
            if message.author == Author::Agent {
                self.tell_received(commands);
            }
        } else if seq > self.thread.last_seq {
            // Something in between is missing: ask for exactly the rest.
            self.ask_for_rest(commands);
        }
    }

    /// Where a message belongs among the lines: between those with earlier and with later numbers,
    /// where it stood or else at the end.
    fn place_by_number(&self, seq: Seq, stood: Option<usize>) -> usize {
        let lines = &self.thread.lines;
        let first = self.thread.first_line.min(lines.len());
        let later = lines[first..]
            .iter()
            .position(|line| line.seq.is_some_and(|number| number > seq))
            .map(|place| place + first);
        let earlier = lines
            .iter()
            .rposition(|line| line.seq.is_some_and(|number| number < seq))
            .map_or(first, |place| place + 1);
        match (later, stood) {
            (Some(later), Some(stood)) => stood.min(later).max(earlier),
            (Some(_), None) => earlier,
            (None, Some(stood)) => stood.max(earlier).min(lines.len()),
            (None, None) => lines.len(),
        }
    }
}
