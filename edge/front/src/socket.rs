//! How long a socket may be silent, and how much it may say.

use desk::quota::{Gate, Quota};
use protocol::{AgentEvent, EventFrame, Millis, Rejection, RejectionCode, limits};
use serde::{Deserialize, Serialize};

/// A socket that has not said a word closes; answering pings is no word.
const FIRST_FRAME_MS: Millis = 5_000;
/// Afterwards, answering pings is enough. Pages ask for a sign of life sooner than this; with ten seconds of grace an agent is
/// given up after thirty (RELIABILITY, F9).
const SILENCE_MS: Millis = 20_000;
/// After this much silence an agent's page is asked for a sign of life. Browsers run the timers of a hidden tab once a minute (Chrome,
/// "intensive throttling"), so a page cannot be relied on to speak by itself, but it answers what it is sent at once.
const ASK_MS: Millis = 10_000;
/// Frames a second, and how many at once (RELIABILITY, hard limits).
const FRAMES: Quota = Quota { every_ms: 200, at_once: 20 };

/// Watches over one socket. It is plain data: a host whose sockets outlive its memory keeps it beside the socket.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Watch {
    heard: Millis,
    has_spoken: bool,
    /// It was asked for a sign of life since it was heard last.
    #[serde(default)]
    is_asked: bool,
    gate: Gate,
}

impl Watch {
    pub fn opened(now: Millis) -> Self {
        Self { heard: now, has_spoken: false, is_asked: false, gate: Gate::default() }
    }

    /// A sign of life that is no frame: enough for who has spoken, and no more for who has not.
    pub fn is_alive(&mut self, now: Millis) {
        if self.has_spoken {
            self.heard = now;
            self.is_asked = false;
        }
    }

    /// A frame has come: whether the desk is to have it.
    pub fn frame(&mut self, now: Millis, text: &str) -> Result<(), Rejection> {
        self.heard = now;
        self.has_spoken = true;
        self.is_asked = false;
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

    /// When an agent's page is to be asked for a sign of life, unless it was; for hosts whose sockets do not ping by themselves.
    pub fn asks_at(&self) -> Option<Millis> {
        (self.has_spoken && !self.is_asked).then_some(self.heard + ASK_MS)
    }

    /// The page is asked: what to send to it. The page answers by a `ping` if it did not send one itself just before.
    pub fn ask(&mut self, now: Millis) -> String {
        self.is_asked = true;
        serde_json::to_string(&EventFrame::new(AgentEvent::<()>::Pong { now })).expect("an event is plain JSON")
    }
}

#[cfg(test)]
mod tests {
    use super::Watch;

    #[test]
    fn a_page_that_only_answers_is_asked_before_it_is_given_up() {
        let mut watch = Watch::opened(0);
        assert_eq!(watch.asks_at(), None, "who has not spoken is not asked");
        let mut now = 0;
        for _ in 0..40 {
            watch.frame(now, "{}").expect("within the pace");
            now = watch.asks_at().expect("it has spoken");
            assert!(now < watch.closes_at());
            assert!(watch.ask(now).contains("pong"));
            assert_eq!(watch.asks_at(), None, "once a silence");
            now += 50;
        }
        assert!(now > 360_000, "six minutes in a hidden tab");
        assert!(watch.closes_at() < now + 20_000, "and without an answer it closes");
    }
}
