//! Delivery: what follows from each answer of the edge, and when the next try may be made. Pure:
//! time and chance are arguments.
//!
//! One try at a time, oldest first, so that the desk hears things in the order in which they were
//! said. Invariant: two requests are never closer than [`APART_MS`], none is made by itself while a
//! stated wait runs, and a refusal that stands is never asked again by itself. Only the desk
//! refuses: what something on the way answers in its place is asked again.

use browser::backoff;
use protocol::{Millis, Rejection, RejectionCode, VisitorEvent, limits};

use crate::thread::{Unsent, UnsentKind};

/// Why what was written has not reached the desk yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delay {
    NoConnection,
    /// Something on the way answers, and not the desk.
    Unreached,
    /// The desk takes no more for now.
    Busy,
}

/// Between two requests, in ms.
pub const APART_MS: Millis = backoff::LEAST_MS;
/// The longest pause that is not stated by the edge, in ms.
pub const LONGEST_PAUSE_MS: Millis = 60_000;
/// A stated wait beyond this is a mistake of some clock, in ms.
const LONGEST_WAIT_MS: Millis = 24 * 60 * 60 * 1000;
/// A request without any answer for this long counts as lost, in ms. The edge answers or refuses
/// within seconds.
pub const PATIENCE_MS: Millis = 30_000;
/// A frame that an open socket did not acknowledge for this long goes by request, in ms.
const SOCKET_PATIENCE_MS: Millis = 10_000;
/// What an envelope has beside its command, in bytes.
pub const ENVELOPE_BYTES: usize = 512;

/// What came back for a request.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The HTTP status; 0 when there was no answer at all.
    pub status: u16,
    /// `Retry-After`, in seconds.
    pub retry_after: Option<u64>,
    /// The body, if it could be read.
    pub events: Option<Vec<VisitorEvent>>,
}

impl Answer {
    /// What an answer means that is not the desk's: something on the way has written it, which
    /// cannot refuse for the desk. It says to come later, and perhaps when.
    pub fn patience(&self) -> Rejection {
        let (code, limit) = match self.status {
            429 => (RejectionCode::SlowDown, self.retry_after),
            408 | 500..=599 => (RejectionCode::Unavailable, self.retry_after),
            _ => (RejectionCode::Unavailable, None),
        };
        Rejection { limit, ..Rejection::new(code, "") }
    }

    /// Something on the way carries no body of this size.
    pub fn is_too_large(&self) -> bool {
        self.events.is_none() && self.status == 413
    }

    /// The refusal that says to come again later, whatever else it is about.
    pub fn asks_for_patience(&self) -> Option<Rejection> {
        let said = self.events.iter().flatten().find_map(|event| match event {
            VisitorEvent::Rejected { rejection } if is_later(rejection) => Some(rejection.clone()),
            _ => None,
        });
        if self.events.is_some() { said } else { Some(self.patience()) }
    }
}

/// It may be asked again, after a while.
pub fn is_later(rejection: &Rejection) -> bool {
    matches!(rejection.code, RejectionCode::SlowDown | RejectionCode::Unavailable)
}

/// What follows from a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It is asked again by itself.
    Later,
    /// The desk has it already: how it stands there is asked.
    Arrived,
    /// The same is handed over once more, as a new conversation and in few words.
    Shorter,
    /// The desk does not know this conversation.
    Lost,
    /// There is nothing left to delete.
    Gone,
    /// The message came after the close: back to the people, with it.
    Reopen,
    /// It cannot be reopened: what was to be said is said in a new conversation.
    BeginAgain,
    /// What the visitor filled in is asked for once more.
    AskAgain,
    /// It is of no more use.
    Settled,
    /// It will not be taken: the visitor reads why, and has a way on.
    Words(Why),
}

/// Why something was not taken, as far as it matters to the visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The handoff, even in few words.
    Handoff,
    /// A message.
    Message,
    /// The conversation holds as much as it may.
    Full,
    /// This page is older or newer than the edge.
    Version,
    /// A choice, a rating: something beside the conversation.
    Other,
}

/// The one table: what follows when the desk refuses a command of this kind with this code.
pub fn after(kind: UnsentKind, code: RejectionCode) -> Next {
    use RejectionCode as Code;
    use UnsentKind as Kind;
    match (code, kind) {
        (Code::SlowDown | Code::Unavailable, _) => Next::Later,
        (Code::UnsupportedVersion, _) => Next::Words(Why::Version),
        (Code::NotFound, Kind::Erase) => Next::Gone,
        (Code::NotFound, Kind::Handoff) => Next::Shorter,
        (Code::NotFound, _) => Next::Lost,
        (Code::Conflict | Code::NotNow, Kind::Handoff) => Next::Arrived,
        (Code::Malformed | Code::TooLarge | Code::Full | Code::StaleClaim, Kind::Handoff) => {
            Next::Shorter
        }
        (Code::Full, Kind::Say) => Next::Words(Why::Full),
        (Code::NotNow, Kind::Say) => Next::Reopen,
        (_, Kind::Say) => Next::Words(Why::Message),
        (Code::Malformed | Code::TooLarge, Kind::Fallback) => Next::AskAgain,
        (Code::NotNow | Code::Full, Kind::Rejoin) => Next::BeginAgain,
        (_, Kind::Leave) => Next::Settled,
        (_, Kind::Fallback | Kind::Rejoin | Kind::Rate | Kind::Erase) => Next::Words(Why::Other),
    }
}

/// The wait that the edge stated, in seconds, with a little more so that those it told do not all
/// come at once.
pub fn stated(seconds: u64, chance: f64) -> Millis {
    let wait = seconds.saturating_mul(1000).clamp(APART_MS, LONGEST_WAIT_MS);
    wait + ((wait / 10).clamp(APART_MS, 5_000) as f64 * chance) as Millis
}

/// How the next try is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Nothing,
    /// Look again after so many ms.
    Later(Millis),
    /// The command at this place of the outbox, by request or over the open socket.
    Post(usize),
    Send(usize),
    /// A request that asks what is new.
    Poll,
}

#[derive(Clone, Copy, Debug)]
struct Flight {
    /// The command's number; none for a poll.
    number: Option<u32>,
    by_socket: bool,
    since: Millis,
}

/// What is under way, and when the next try may be made. Times are those of a clock that never
/// jumps.
#[derive(Debug, Default)]
pub struct Delivery {
    flight: Option<Flight>,
    not_before: Millis,
    /// Until when a wait runs that the edge stated.
    stated_until: Millis,
    /// When the last try was made.
    tried_at: Millis,
    failures: u32,
    wants_poll: bool,
    /// A request for this command had no answer that could be read: it may have arrived.
    doubtful: Option<u32>,
}

impl Delivery {
    /// The next try; whoever asks must make it.
    pub fn next(&mut self, now: Millis, chance: f64, unsent: &[Unsent], is_connected: bool) -> Way {
        self.drop_flight(now, chance, unsent, is_connected);
        if let Some(flight) = self.flight {
            let patience = if flight.by_socket { SOCKET_PATIENCE_MS } else { PATIENCE_MS };
            return Way::Later((flight.since + patience).saturating_sub(now) + 1);
        }
        let first = unsent.first();
        if first.is_none() && !self.wants_poll {
            return Way::Nothing;
        }
        if now < self.not_before {
            return Way::Later(self.not_before - now);
        }
        (self.not_before, self.tried_at) = (now + APART_MS, now);
        let by_socket =
            first.is_some_and(|first| is_connected && self.failures == 0 && fits_socket(first));
        self.flight =
            Some(Flight { number: first.map(|first| first.number), by_socket, since: now });
        match first {
            None => {
                self.wants_poll = false;
                Way::Poll
            }
            Some(_) if by_socket => Way::Send(0),
            Some(_) => Way::Post(0),
        }
    }

    /// What was acknowledged or given up is under way no longer, and what had no answer for long is
    /// lost.
    fn drop_flight(&mut self, now: Millis, chance: f64, unsent: &[Unsent], is_connected: bool) {
        let Some(flight) = self.flight else { return };
        let is_settled =
            flight.number.is_some_and(|number| unsent.iter().all(|unsent| unsent.number != number));
        if flight.by_socket {
            let is_lost = now.saturating_sub(flight.since) > SOCKET_PATIENCE_MS;
            if is_settled {
                self.succeeded();
            }
            if is_settled || !is_connected || is_lost {
                self.flight = None;
            }
            if is_lost && !is_settled {
                self.failed(now, chance);
            }
        } else if now.saturating_sub(flight.since) > PATIENCE_MS {
            self.finish(true);
            // A question for what is new that nobody answered is asked again.
            self.wants_poll |= flight.number.is_none();
            self.failed(now, chance);
        }
    }

    /// A request has ended: the number of its command, if it carried one. `in_doubt` if nobody
    /// knows whether it arrived.
    pub fn finish(&mut self, in_doubt: bool) -> Option<u32> {
        let flight = self.flight.take_if(|flight| !flight.by_socket)?;
        if in_doubt {
            self.doubtful = flight.number;
        }
        flight.number
    }

    /// Whether nothing is under way.
    pub fn is_idle(&self) -> bool {
        self.flight.is_none()
    }

    /// The command whose answer is awaited.
    pub fn in_flight(&self) -> Option<u32> {
        self.flight.and_then(|flight| flight.number)
    }

    /// Whether what is asked is only what is new.
    pub fn is_polling(&self) -> bool {
        self.flight.is_some_and(|flight| flight.number.is_none())
    }

    /// Whether this command may be at the desk although nothing says so.
    pub fn may_have_arrived(&self, number: u32) -> bool {
        self.doubtful == Some(number) || self.in_flight() == Some(number)
    }

    pub fn succeeded(&mut self) {
        (self.failures, self.doubtful) = (0, None);
    }

    /// Asked again after a pause.
    pub fn failed(&mut self, now: Millis, chance: f64) {
        self.failures += 1;
        let pause = backoff::pause(self.failures, LONGEST_PAUSE_MS, chance);
        self.not_before = self.not_before.max(now + pause);
    }

    /// Asked again after the stated wait, or else after a pause; gives the wait in ms.
    pub fn refused(&mut self, now: Millis, chance: f64, seconds: Option<u64>) -> Millis {
        self.flight = None;
        match seconds {
            Some(seconds) => {
                self.failures = self.failures.max(1);
                self.stated_until = self.stated_until.max(now + stated(seconds, chance));
                self.not_before = self.not_before.max(self.stated_until);
            }
            None => self.failed(now, chance),
        }
        self.not_before.saturating_sub(now)
    }

    /// How many tries in a row have failed.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// A wait that something on the way stated, and not the desk, is up to the visitor.
    pub fn overrule(&mut self) {
        (self.failures, self.stated_until) = (0, 0);
    }

    /// The visitor does not want to wait for the end of a pause. What the desk stated is not up to
    /// them.
    pub fn hurry(&mut self) {
        self.not_before = self.not_before.min(self.stated_until.max(self.tried_at + APART_MS));
    }

    /// Asks by request what is new, as soon as it may.
    pub fn poll(&mut self) {
        self.wants_poll = true;
    }

    /// A socket opened, or the network came back: no failure of before says anything of it. A
    /// stated wait stands.
    pub fn refreshed(&mut self) {
        self.flight.take_if(|flight| flight.by_socket);
        (self.failures, self.wants_poll) = (0, false);
    }
}

/// A handoff goes by request, since that survives the page being closed.
fn fits_socket(unsent: &Unsent) -> bool {
    unsent.kind != UnsentKind::Handoff
        && unsent.command.len() + ENVELOPE_BYTES <= limits::MAX_SOCKET_FRAME_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stated_waits_are_kept() {
        assert_eq!((stated(60, 0.0), stated(60, 1.0)), (60_000, 65_000));
        assert_eq!((stated(0, 0.0), stated(u64::MAX, 0.0)), (500, LONGEST_WAIT_MS));
    }

    #[test]
    fn who_has_no_answer_is_asked_again_and_who_refuses_for_good_is_not() {
        for status in [0, 200, 204, 302, 400, 403, 404, 408, 413, 429, 500, 502, 503, 504] {
            let answer = Answer { status, retry_after: Some(9), events: None };
            assert!(is_later(&answer.patience()), "a proxy's {status} refuses nothing");
            let is_stated = matches!(status, 408 | 429 | 500..=599);
            assert_eq!(answer.patience().limit, is_stated.then_some(9), "{status}");
        }
        for kind in [
            UnsentKind::Handoff,
            UnsentKind::Say,
            UnsentKind::Fallback,
            UnsentKind::Rejoin,
            UnsentKind::Rate,
            UnsentKind::Erase,
        ] {
            for code in [
                RejectionCode::Malformed,
                RejectionCode::TooLarge,
                RejectionCode::Conflict,
                RejectionCode::NotNow,
                RejectionCode::Full,
            ] {
                assert_ne!(after(kind, code), Next::Later, "{kind:?} {code:?}");
            }
        }
    }
}
