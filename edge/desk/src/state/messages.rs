//! The messages of a conversation: all of them while it is open. The words of a closed one are in
//! the store alone, and only those that an input asks for are in memory, until it is answered.

use protocol::{ConversationId, Message, MessageId, Seq, limits};

/// Messages in order. Their numbers begin at 1 and leave no gap.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Messages {
    held: Vec<Message>,
    last: Seq,
    bytes: u64,
}

/// Messages of a closed conversation that an input needs: see [`crate::Desk::wanted`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub conversation: ConversationId,
    pub part: Part,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    All,
    /// The one with that number, the page after it, and one more.
    After(Seq),
    /// The page before a number.
    Before(Seq),
    /// The one with this id.
    Named(MessageId),
}

impl Messages {
    /// So many, of which none is in memory.
    pub(crate) fn of_number(last: Seq) -> Self {
        Self { last, ..Self::default() }
    }

    /// The number of the last one, which is how many there are.
    pub fn last(&self) -> Seq {
        self.last
    }

    /// Bytes of text, of one whose messages were in memory.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    pub fn with_id(&self, id: &MessageId) -> Option<&Message> {
        self.held.iter().rev().find(|message| message.id == *id)
    }

    /// The one with that number, if it is in memory.
    pub fn with_number(&self, seq: Seq) -> Option<&Message> {
        let place = self.held.binary_search_by_key(&seq, |message| message.seq).ok()?;
        self.held.get(place)
    }

    pub(crate) fn push(&mut self, message: Message) {
        self.last = message.seq;
        self.bytes += message.text.reveal().len() as u64;
        self.held.push(message);
    }

    /// The messages after a number, at most a page of them.
    pub fn page_after(&self, seq: Seq) -> &[Message] {
        let after = &self.held[self.held.partition_point(|message| message.seq <= seq)..];
        &after[..page(after.iter())]
    }

    /// The messages before a number, the last of them, at most a page.
    pub fn page_before(&self, seq: Seq) -> &[Message] {
        let before = &self.held[..self.held.partition_point(|message| message.seq < seq)];
        &before[before.len() - page(before.iter().rev())..]
    }

    /// Those in memory.
    pub fn all(&self) -> &[Message] {
        &self.held
    }

    /// Whether text of so many bytes more stays within so many messages and bytes.
    pub(crate) fn has_room(&self, more: usize, messages: usize, bytes: usize) -> bool {
        self.last < Seq(messages as u64) && self.bytes + more as u64 <= bytes as u64
    }

    /// Lets go of the words.
    pub(crate) fn forget(&mut self) {
        self.held = Vec::new();
    }

    pub(crate) fn is_in_memory(&self) -> bool {
        !self.held.is_empty()
    }

    /// Takes back what the store had.
    pub(crate) fn recall(&mut self, messages: Vec<Message>) {
        self.held = messages;
        if Seq(self.held.len() as u64) == self.last {
            self.bytes = self.held.iter().map(|message| message.text.reveal().len() as u64).sum();
        }
    }
}

/// How many of them make a page.
fn page<'a>(messages: impl Iterator<Item = &'a Message>) -> usize {
    fitting(
        messages.map(|message| message.text.reveal().len()),
        limits::PAGE_MESSAGES,
        limits::PAGE_BYTES,
    )
}

/// How many texts of these lengths, from the first on, are within so many and so many bytes; one at
/// least.
pub(crate) fn fitting(
    lengths: impl Iterator<Item = usize>,
    most: usize,
    most_bytes: usize,
) -> usize {
    let (mut fits, mut bytes) = (0, 0);
    for length in lengths.take(most) {
        bytes += length;
        if fits > 0 && bytes > most_bytes {
            break;
        }
        fits += 1;
    }
    fits
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{Author, Text};

    fn messages(sizes: &[usize]) -> Messages {
        let mut messages = Messages::default();
        for (i, size) in sizes.iter().enumerate() {
            let id = MessageId(format!("m{i}"));
            messages.push(Message {
                seq: Seq(i as u64 + 1),
                id,
                author: Author::Visitor,
                by: None,
                at: 1,
                text: Text::new("x".repeat(*size)),
            });
        }
        messages
    }

    fn numbers(page: &[Message]) -> (u64, u64) {
        (
            page.first().map_or(0, |message| message.seq.0),
            page.last().map_or(0, |message| message.seq.0),
        )
    }

    #[test]
    fn pages_follow_each_other_without_a_gap_within_both_limits() {
        let short = messages(&[1; 250]);
        assert_eq!(
            [0, 100, 200, 250, u64::MAX].map(|after| numbers(short.page_after(Seq(after)))),
            [(1, 100), (101, 200), (201, 250), (0, 0), (0, 0)]
        );
        assert_eq!(
            [u64::MAX, 151, 51, 1].map(|before| numbers(short.page_before(Seq(before)))),
            [(151, 250), (51, 150), (1, 50), (0, 0)]
        );
        let long = messages(&[
            limits::PAGE_BYTES / 2,
            limits::PAGE_BYTES / 2,
            1,
            limits::PAGE_BYTES + 1,
            1,
        ]);
        assert_eq!(
            [0, 2, 3, 4].map(|after| numbers(long.page_after(Seq(after)))),
            [(1, 2), (3, 3), (4, 4), (5, 5)]
        );
        assert_eq!(
            [6, 5, 4].map(|before| numbers(long.page_before(Seq(before)))),
            [(5, 5), (4, 4), (2, 3)]
        );
    }

    #[test]
    fn what_was_forgotten_is_counted_and_a_part_of_it_comes_back() {
        let mut some = messages(&[3; 10]);
        let page = some.page_after(Seq(4)).to_vec();
        some.forget();
        assert_eq!((some.last().0, some.bytes(), some.is_in_memory()), (10, 30, false));
        some.recall(page);
        assert_eq!(numbers(some.page_after(Seq(4))), (5, 10));
        assert_eq!(numbers(some.page_before(Seq(8))), (5, 7));
    }
}
