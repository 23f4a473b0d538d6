//! Whether a socket still lives, judged so that it also holds in a hidden tab. Pure.
//!
//! Browsers run the timers of a hidden tab once a minute. So silence alone proves nothing: the desk
//! is asked first, and only who does not answer through two further looks is given up. What comes
//! in is answered in its own handler, which no browser delays.

use protocol::Millis;

/// How often a page looks, where timers run as they are set.
pub const LOOK_MS: u32 = 4_000;
/// After this much silence the other side is asked for a sign of life. Less than after which a host
/// asks (`front::Watch`), so that a page answers its question.
const ASK_MS: Millis = 8_000;
/// An answer may take this long.
const ANSWER_MS: Millis = 8_000;
/// This many looks find no answer before the connection is given up.
const LOOKS: u32 = 2;

#[derive(Debug, PartialEq)]
pub enum Verdict {
    Fine,
    /// Send a ping.
    Ask,
    /// Open another connection.
    Dead,
}

/// What is known of one connection. Times are by a clock that never jumps.
#[derive(Clone, Copy, Debug, Default)]
pub struct Line {
    heard: Millis,
    sent: Millis,
    asked: Option<Millis>,
    unanswered: u32,
}

impl Line {
    pub fn opened(now: Millis) -> Self {
        Self { heard: now, sent: now, asked: None, unanswered: 0 }
    }

    pub fn sent(&mut self, now: Millis) {
        self.sent = now;
    }

    /// Something came. Says whether to send a ping: the host may be waiting for a sign of life.
    pub fn heard(&mut self, now: Millis) -> bool {
        (self.heard, self.asked, self.unanswered) = (now, None, 0);
        now.saturating_sub(self.sent) >= ASK_MS
    }

    pub fn look(&mut self, now: Millis) -> Verdict {
        match self.asked {
            Some(at) => {
                self.unanswered += 1;
                if self.unanswered >= LOOKS && now.saturating_sub(at) >= ANSWER_MS {
                    Verdict::Dead
                } else {
                    Verdict::Ask
                }
            }
            None if now.saturating_sub(self.heard) > ASK_MS => self.ask(now),
            None => Verdict::Fine,
        }
    }

    /// Asks, whatever was heard last: the tab has come to the front.
    pub fn ask(&mut self, now: Millis) -> Verdict {
        self.asked.get_or_insert(now);
        Verdict::Ask
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks as often as that; each question is answered after 50 ms, or never.
    fn looks(every: Millis, answers: bool, until: Millis) -> Option<Millis> {
        let mut line = Line::opened(0);
        (1..).map(|n| n * every).take_while(|now| *now <= until).find(|&now| {
            let verdict = line.look(now);
            if verdict == Verdict::Ask {
                line.sent(now);
                if answers {
                    assert!(!line.heard(now + 50), "an answer is not answered");
                }
            }
            verdict == Verdict::Dead
        })
    }

    #[test]
    fn a_good_line_is_not_given_up_though_the_page_looks_once_a_minute() {
        assert_eq!(looks(60_000, true, 3_600_000), None);
        assert_eq!(looks(4_000, true, 3_600_000), None);
    }

    #[test]
    fn a_dead_line_is_given_up_within_20_seconds_and_in_a_hidden_tab_at_the_third_look() {
        assert_eq!(looks(4_000, false, 60_000), Some(20_000));
        assert_eq!(looks(60_000, false, 600_000), Some(180_000));
    }

    #[test]
    fn who_is_asked_answers_though_no_timer_runs() {
        let mut line = Line::opened(0);
        line.sent(0);
        assert!(line.heard(10_000), "the host asked after ten seconds");
        line.sent(10_000);
        assert!(!line.heard(10_050), "its answer to that is not answered again");
    }
}
