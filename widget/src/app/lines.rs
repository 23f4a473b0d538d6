//! The lines of the thread: how what is said by the visitor, the bot and Baton itself is written
//! down.

use protocol::{Author, MessageId, Millis, Text, VisitorCommand, limits, pieces};

use super::{App, Command, Fresh};
use crate::{
    speech::{self, Content},
    thread::{Line, Mark},
};

impl App {
    /// Writes down what the visitor says, in pieces no longer than a message may be; the reader
    /// reads it as one. Gives the place of the first piece.
    pub(super) fn write_down(&mut self, fresh: &Fresh, text: &str) -> usize {
        let at = self.thread.lines.len();
        let pieces = pieces::of(text, limits::MAX_MESSAGE_CHARS);
        self.thread
            .lines
            .extend(pieces.into_iter().map(|piece| line(Author::Visitor, fresh.now, piece)));
        at
    }

    /// Sends what the visitor says to the desk, in as many messages as it takes.
    pub(super) fn say_to_people(&mut self, fresh: &Fresh, text: &str, commands: &mut Vec<Command>) {
        for text in pieces::of(text, limits::MAX_MESSAGE_CHARS) {
            let id = MessageId((fresh.id)());
            self.thread.lines.push(Line {
                id: Some(id.clone()),
                mark: Mark::Sending,
                ..line(Author::Visitor, fresh.now, text)
            });
            self.thread.owe(&VisitorCommand::Say {
                message: id,
                crisis: signals::is_crisis(text),
                text: text.into(),
            });
        }
        commands.push(Command::Deliver);
    }

    /// The bot says something.
    pub(super) fn say(&mut self, fresh: &Fresh, what: impl Into<Content>) {
        self.put_said(line(Author::Bot, fresh.now, what));
    }

    pub(super) fn put_said(&mut self, line: Line) {
        self.reader.hear_bot(line.text.reveal(), None);
        self.thread.lines.push(line);
    }

    /// Baton says something about the conversation.
    pub(super) fn notice(&mut self, fresh: &Fresh, what: impl Into<Content>) {
        self.put_notice(line(Author::Bot, fresh.now, what));
    }

    /// Writes down what a pressed button or a filled-in field says for the visitor; it states no
    /// need.
    pub(super) fn echo(&mut self, fresh: &Fresh, what: impl Into<Content>) {
        self.put_notice(line(Author::Visitor, fresh.now, what));
    }

    fn put_notice(&mut self, line: Line) {
        self.thread.lines.push(Line { is_notice: true, ..line });
    }
}

pub(super) fn line(author: Author, at: Millis, what: impl Into<Content>) -> Line {
    line_of(author, at, what.into())
}

fn line_of(author: Author, at: Millis, what: Content) -> Line {
    let (text, said) = match what {
        Content::Said(said) => (speech::say_all(&said), said),
        Content::Words(words) => (words, Vec::new()),
    };
    Line {
        author,
        by: None,
        is_notice: false,
        at,
        text: Text::new(text),
        confidence: None,
        source: None,
        id: None,
        seq: None,
        mark: Mark::None,
        key: None,
        said,
    }
}
