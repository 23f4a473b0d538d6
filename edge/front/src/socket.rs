//! How long a socket may be silent, and how much it may say.

use desk::quota::{Gate, Quota};
use protocol::{Millis, Rejection, RejectionCode, limits};
use serde::{Deserialize, Serialize};

/// A socket that has not said a word closes; answering pings is no word.
const FIRST_FRAME_MS: Millis = 5_000;
/// Afterwards, answering pings is enough. Pages ask for a sign of life sooner than this; with ten seconds of grace an agent is
/// given up after thirty (RELIABILITY, F9).
const SILENCE_MS: Millis = 20_000;
/// Frames a second, and how many at once (RELIABILITY, hard limits).
const FRAMES: Quota = Quota { every_ms: 200, at_once: 20 };

/// Watches over one socket. It is plain data: a host whose sockets outlive its memory keeps it beside the socket.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Watch {
    heard: Millis,
    has_spoken: bool,
    gate: Gate,
}

impl Watch {
    pub fn opened(now: Millis) -> Self {
        Self { heard: now, has_spoken: false, gate: Gate::default() }
    }

    /// A sign of life that is no frame: enough for who has spoken, and no more for who has not.
    pub fn is_alive(&mut self, now: Millis) {
        if self.has_spoken {
            self.heard = now;
        }
    }

    /// A frame has come: whether the desk is to have it.
    pub fn frame(&mut self, now: Millis, text: &str) -> Result<(), Rejection> {
        self.heard = now;
        self.has_spoken = true;
        if text.len() > limits::MAX_SOCKET_FRAME_BYTES {
            let limit = limits::MAX_SOCKET_FRAME_BYTES as u64;
            return Err(Rejection::new(RejectionCode::TooLarge, "the frame has too many bytes for a socket").limit(limit));
        }
        self.gate.pass(now, FRAMES).map_err(|_| Rejection::new(RejectionCode::SlowDown, "too many frames a second").limit(1))
    }

    /// What is not text has come.
    pub fn bytes(&mut self, now: Millis) -> Rejection {
        self.is_alive(now);
        Rejection::new(RejectionCode::Malformed, "expected a text frame")
    }

    /// When it is to be closed if nothing more is heard.
    pub fn closes_at(&self) -> Millis {
        self.heard + if self.has_spoken { SILENCE_MS } else { FIRST_FRAME_MS }
    }
}
