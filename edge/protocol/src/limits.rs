//! The limits that a frame must keep, each with its reason. A frame over one is answered with `rejected`, naming the
//! field and the limit.

use std::ops::RangeInclusive;

/// A frame of a visitor over HTTP, in bytes: a handoff with its whole transcript, and what `fetch` with `keepalive` carries.
pub const MAX_VISITOR_BODY_BYTES: usize = 64 * 1024;
/// A frame of an agent over HTTP, in bytes.
pub const MAX_AGENT_BODY_BYTES: usize = 256 * 1024;
/// A frame over a WebSocket, in bytes: one message of 4,000 characters at four bytes each.
pub const MAX_SOCKET_FRAME_BYTES: usize = 16 * 1024;
/// Nested arrays and objects: a handoff needs seven.
pub const MAX_JSON_DEPTH: usize = 16;
/// One message, in characters.
pub const MAX_MESSAGE_CHARS: usize = 4_000;
/// Lines of transcript in a handoff.
pub const MAX_TRANSCRIPT_LINES: usize = 200;
/// Any other list in a context package.
pub const MAX_LIST_ITEMS: usize = 50;
/// A summary, a note, a name and other short texts, in characters.
pub const MAX_SHORT_CHARS: usize = 500;
/// Ids, in characters: a random 128-bit number in hex has 32; an agent's, which the operator chooses, may be short.
pub const ID_CHARS: RangeInclusive<usize> = 1..=64;
/// Tokens: 128 bits in hex are 32 characters, 256 bits 64.
pub const TOKEN_CHARS: RangeInclusive<usize> = 32..=128;
/// Customer effort score: 1 (very hard) to 7 (very easy).
pub const EFFORT: RangeInclusive<u8> = 1..=7;
/// Customer satisfaction: 1 to 5.
pub const SATISFACTION: RangeInclusive<u8> = 1..=5;
