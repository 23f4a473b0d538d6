//! The limits that a frame must keep, each with its reason. A frame over one is answered with
//! `rejected`, naming the field and the limit.

use std::ops::RangeInclusive;

/// One limit, as `docs/protocol.md` lists it.
pub struct Limit {
    pub name: &'static str,
    pub value: String,
    pub meaning: &'static str,
}

/// Makes each line a constant, and lists all of them in [`all`].
macro_rules! limits {
    ($($(#[doc = $meaning:literal])+ $name:ident: $type:ty = $value:expr;)+) => {
        $($(#[doc = $meaning])+ pub const $name: $type = $value;)+

        /// Every limit, for documents.
        pub fn all() -> Vec<Limit> {
            vec![$(Limit {
                name: stringify!($name),
                value: format!("{:?}", $name),
                meaning: concat!($($meaning),+),
            }),+]
        }
    };
}

limits! {
    /// A frame of a visitor over HTTP, in bytes: a handoff with its whole transcript. Long talks
    /// are what handoffs are made of.
    MAX_VISITOR_BODY_BYTES: usize = 256 * 1024;
    /// What `fetch` carries with `keepalive`, in bytes, all requests of a page together (Fetch
    /// standard, HTTP-network-or-cache fetch). A larger frame is sent without it.
    MAX_KEEPALIVE_BYTES: usize = 64 * 1024;
    /// Messages in one reply to `resume` or `read_messages`: what follows is asked for with the
    /// next one.
    PAGE_MESSAGES: usize = 100;
    /// Bytes of message text in one reply, unless a single message has more.
    PAGE_BYTES: usize = 64 * 1024;
    /// Bytes of transcript text on a card; earlier lines are asked for with `read_transcript`.
    CARD_TRANSCRIPT_BYTES: usize = 64 * 1024;
    /// Messages of both sides in one conversation; beyond them the visitor is told that it is full.
    MAX_CONVERSATION_MESSAGES: usize = 2_000;
    /// Bytes of message text of both sides in one conversation.
    MAX_CONVERSATION_BYTES: usize = 1024 * 1024;
    /// A frame of an agent over HTTP, in bytes.
    MAX_AGENT_BODY_BYTES: usize = 256 * 1024;
    /// A frame over a WebSocket, in bytes: one message of 4,000 characters at four bytes each.
    MAX_SOCKET_FRAME_BYTES: usize = 16 * 1024;
    /// Nested arrays and objects: a handoff needs seven.
    MAX_JSON_DEPTH: usize = 16;
    /// One message, in characters.
    MAX_MESSAGE_CHARS: usize = 4_000;
    /// The path of a page that the visitor went to, in bytes.
    MAX_PAGE_BYTES: usize = 300;
    /// Lines of transcript in a handoff.
    MAX_TRANSCRIPT_LINES: usize = 200;
    /// Any other list in a context package.
    MAX_LIST_ITEMS: usize = 50;
    /// A summary, a note, a name and other short texts, in characters.
    MAX_SHORT_CHARS: usize = 500;
    /// The key of a category, in bytes.
    MAX_CATEGORY_BYTES: usize = 64;
    /// A BCP 47 tag, in bytes.
    MAX_LANGUAGE_BYTES: usize = 35;
    /// Contacts with support before this one.
    MAX_EARLIER_CONTACTS: u32 = 1_000_000;
    /// A time, in milliseconds since 1970: what a number of JavaScript keeps exactly.
    MAX_MILLIS: u64 = (1 << 53) - 1;
    /// Ids, in characters: a random 128-bit number in hex has 32; an agent's, which the operator
    /// chooses, may be short.
    ID_CHARS: RangeInclusive<usize> = 1..=64;
    /// Tokens: 128 bits in hex are 32 characters, 256 bits 64.
    TOKEN_CHARS: RangeInclusive<usize> = 32..=128;
    /// Customer effort score: 1 (very hard) to 7 (very easy).
    EFFORT: RangeInclusive<u8> = 1..=7;
    /// Customer satisfaction: 1 to 5.
    SATISFACTION: RangeInclusive<u8> = 1..=5;
}
