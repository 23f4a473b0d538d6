//! How long a socket may be silent, how much it may say, and when it is closed for saying too much.

use desk::{
    Side,
    quota::{Quota, RateLimiter},
};
use protocol::{AgentEvent, EventFrame, Millis, Rejection, RejectionCode, VisitorEvent, limits};
use serde::{Deserialize, Serialize};

/// A socket behind which the desk knows nobody closes: no conversation and no agent listens on it.
/// Frames that the desk refuses and answers to pings do not keep it.
pub const STRANGER_MS: Millis = 5_000;
/// Any other closes after this without a sign of life; answering pings is one. Pages ask for one
/// sooner than this; with ten seconds of grace an agent is given up after thirty.
pub const SILENCE_MS: Millis = 20_000;
/// After this much silence a page is asked for a sign of life. Browsers run the timers of a hidden
/// tab once a minute (Chrome, "intensive throttling"), so a page cannot be relied on to speak by
/// itself, but it answers what it is sent at once.
const ASK_MS: Millis = 10_000;
/// A visitor's page is asked later: in between a Durable Object sleeps, which it does after ten
/// seconds in which nothing happens.
const ASK_VISITOR_MS: Millis = 16_000;
/// Frames a second, and how many at once: nobody types faster.
pub const FRAMES: Quota = Quota { every_ms: 200, at_once: 20 };
/// Pings and pongs, where the host sees them: browsers answer ours, one in ten seconds, and send
/// none of their own.
const PINGS: Quota = Quota { every_ms: 1_000, at_once: 20 };
/// Refusals, whoever refused: the desk, for what was in a frame, or the watch. A page of ours that
/// is out of step meets a few.
const REFUSALS: Quota = Quota { every_ms: 3_000, at_once: 20 };

/// Watches over one socket. It is plain data: a host whose sockets outlive its memory keeps it
/// beside the socket.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Watch {
    heard: Millis,
    /// It was asked for a sign of life since it was heard last.
    is_asked: bool,
    /// Since when the desk knows nobody behind it; none while it does.
    stranger_since: Option<Millis>,
    frames: RateLimiter,
    pings: RateLimiter,
    refusals: RateLimiter,
}

/// What becomes of a frame that the desk is not to have.
#[derive(Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is answered, and the socket goes on.
    Answered(Rejection),
    /// The socket is closed with [`Close`].
    Closed(Close),
}

/// Why a socket is closed: a code (RFC 6455, 7.4.1, and IANA's registry of close codes), and a
/// reason for developers who read the browser's network panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Close {
    pub code: u16,
    pub reason: &'static str,
}

impl Close {
    /// Nobody whom the desk knows, or nobody at all.
    pub const SILENT: Self = Self { code: 1008, reason: "nothing was heard that the desk knows" };
    /// The desk was dropped, or the peer reads too slowly: it comes back at once, and resumes.
    pub const AGAIN: Self = Self { code: 1013, reason: "try again" };
    /// A text frame that is no UTF-8 (RFC 6455, 8.1): nobody can say what it was, so it is not
    /// answered.
    pub const NO_TEXT: Self = Self { code: 1007, reason: "expected UTF-8" };
    const REFUSED: Self = Self { code: 1008, reason: "too many frames were refused" };
    const PINGS: Self = Self { code: 1008, reason: "too many pings" };
}

impl Watch {
    pub fn opened(now: Millis) -> Self {
        Self {
            heard: now,
            is_asked: false,
            stranger_since: Some(now),
            frames: RateLimiter::default(),
            pings: RateLimiter::default(),
            refusals: RateLimiter::default(),
        }
    }

    /// A frame has come, text or not: whether the desk is to have it.
    pub fn frame(&mut self, now: Millis, text: Option<&str>) -> Result<(), Refused> {
        self.is_alive(now);
        let judged = self.frames.take(now, FRAMES).map_err(|_| {
            Rejection::new(RejectionCode::SlowDown, "too many frames a second").limit(1)
        });
        let rejection = match (judged, text) {
            (Err(rejection), _) => rejection,
            (Ok(()), None) => Rejection::new(RejectionCode::Malformed, "expected a text frame"),
            (Ok(()), Some(text)) if text.len() > limits::MAX_SOCKET_FRAME_BYTES => {
                let limit = limits::MAX_SOCKET_FRAME_BYTES as u64;
                Rejection::new(RejectionCode::TooLarge, "the frame has too many bytes for a socket")
                    .limit(limit)
            }
            (Ok(()), Some(_)) => return Ok(()),
        };
        match self.refused(now) {
            Ok(()) => Err(Refused::Answered(rejection)),
            Err(close) => Err(Refused::Closed(close)),
        }
    }

    /// A ping or a pong has come.
    pub fn ping(&mut self, now: Millis) -> Result<(), Close> {
        self.is_alive(now);
        self.pings.take(now, PINGS).map_err(|_| Close::PINGS)
    }

    fn is_alive(&mut self, now: Millis) {
        (self.heard, self.is_asked) = (now, false);
    }

    /// A refusal goes out to it.
    pub fn refused(&mut self, now: Millis) -> Result<(), Close> {
        self.refusals.take(now, REFUSALS).map_err(|_| Close::REFUSED)
    }

    /// Whether the desk knows who is behind it.
    pub fn known(&mut self, now: Millis, is_known: bool) {
        if is_known {
            self.stranger_since = None;
        } else {
            self.stranger_since.get_or_insert(now);
        }
    }

    /// When it is to be closed if nothing more is heard.
    pub fn closes_at(&self) -> Millis {
        let silent = self.heard + SILENCE_MS;
        self.stranger_since.map_or(silent, |since| silent.min(since + STRANGER_MS))
    }

    /// When the page of that side is to be asked for a sign of life, unless it was; for hosts whose
    /// sockets do not ping by themselves.
    pub fn asks_at(&self, side: Side) -> Option<Millis> {
        let after = if side == Side::Visitor { ASK_VISITOR_MS } else { ASK_MS };
        (self.stranger_since.is_none() && !self.is_asked).then_some(self.heard + after)
    }

    /// The page of that side is asked: what to send to it. The page answers by a `ping` if it did
    /// not send one itself just before (`widget/browser/src/liveness.rs`).
    pub fn ask(&mut self, now: Millis, side: Side) -> String {
        self.is_asked = true;
        let frame = match side {
            Side::Visitor => serde_json::to_string(&EventFrame::new(VisitorEvent::Pong {})),
            Side::Agent => serde_json::to_string(&EventFrame::new(AgentEvent::<()>::Pong { now })),
        };
        frame.expect("an event is plain JSON")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_is_known_to_the_desk_stays_beyond_five_seconds() {
        let mut watch = Watch::opened(0);
        for now in (1_000..5_000).step_by(1_000) {
            watch.frame(now, Some("garbage")).unwrap();
            watch.ping(now).unwrap();
            watch.known(now, false);
        }
        assert_eq!(watch.closes_at(), STRANGER_MS);
        watch.known(4_000, true);
        assert_eq!(watch.closes_at(), 4_000 + SILENCE_MS);
        watch.ping(10_000).unwrap();
        assert_eq!(watch.closes_at(), 10_000 + SILENCE_MS);
        // Who has signed out is a stranger again.
        watch.known(12_000, false);
        watch.known(13_000, false);
        assert_eq!(watch.closes_at(), 12_000 + STRANGER_MS);
    }

    #[test]
    fn a_flood_is_answered_so_often_and_then_closed() {
        let mut watch = Watch::opened(0);
        let fates: Vec<_> = (0..50).map(|_| watch.frame(0, Some("{}"))).collect();
        assert_eq!(fates.iter().filter(|fate| fate.is_ok()).count(), 20);
        let answered =
            fates.iter().filter(|fate| matches!(fate, Err(Refused::Answered(_)))).count();
        assert_eq!((answered, &fates[40]), (20, &Err(Refused::Closed(Close::REFUSED))));
        // What is no text, and what the desk refuses, counts alike.
        let mut watch = Watch::opened(0);
        (0..10).for_each(|_| watch.refused(0).unwrap());
        let bytes: Vec<_> = (0..11).map(|_| watch.frame(0, None)).collect();
        assert!(
            matches!(bytes[9], Err(Refused::Answered(_)))
                && matches!(bytes[10], Err(Refused::Closed(_)))
        );
        // A few a minute go on for ever.
        let mut watch = Watch::opened(0);
        assert!((0..1_000).all(|n| watch.refused(n * 3_000).is_ok()));
    }

    #[test]
    fn pings_have_a_pace() {
        let mut watch = Watch::opened(0);
        assert!((0..20).all(|_| watch.ping(0).is_ok()));
        assert_eq!(watch.ping(0), Err(Close::PINGS));
        let mut watch = Watch::opened(0);
        assert!((0..1_000).all(|n| watch.ping(n * 1_000).is_ok()));
    }

    #[test]
    fn a_page_that_only_answers_is_asked_before_it_is_given_up() {
        let mut watch = Watch::opened(0);
        assert_eq!(watch.asks_at(Side::Visitor), None, "a stranger is not asked");
        watch.known(0, true);
        let mut now = 0;
        for n in 0..40 {
            let side = if n % 2 == 0 { Side::Visitor } else { Side::Agent };
            watch.frame(now, Some("{}")).expect("within the pace");
            now = watch.asks_at(side).expect("it is known");
            assert!(now < watch.closes_at());
            assert!(watch.ask(now, side).contains("pong"));
            assert_eq!(watch.asks_at(side), None, "once a silence");
            now += 50;
        }
        assert!(now > 360_000, "six minutes in a hidden tab");
        assert!(watch.closes_at() < now + 20_000, "and without an answer it closes");
    }
}
