//! Points in time, as they are said.

use browser::clock;
use protocol::Millis;
use words::Said;

use super::intl::{self, DATE, TIME, WEEKDAY};
use crate::said;

/// For example "today at 14:00", "on Friday at 8:00", "on Friday, 4 December at 8:00"; by the
/// visitor's own clock.
pub const WHEN: u8 = 0;
/// The same after "by".
pub const BY: u8 = 1;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// A weekday alone says which day is meant for less than this.
const DATED_FROM_DAYS: i64 = 6;

pub(super) fn said(tag: &str, at: Millis, now: Millis, form: u8) -> Said {
    let part = |part| intl::time(tag, at, part);
    let (is_when, time) = (form == WHEN, part(TIME));
    let days = local_day(at) - local_day(now);
    if let 0 | 1 = days {
        let say: fn(String) -> Said = match (days, is_when) {
            (0, true) => said::when_today,
            (0, false) => said::by_today,
            (_, true) => said::when_tomorrow,
            (_, false) => said::by_tomorrow,
        };
        return say(time);
    }
    let is_near = (0..DATED_FROM_DAYS).contains(&days);
    let say: fn(String, String) -> Said = match (is_near, is_when) {
        (true, true) => said::when_weekday,
        (true, false) => said::by_weekday,
        (false, true) => said::when_date,
        (false, false) => said::by_date,
    };
    say(part(if is_near { WEEKDAY } else { DATE }), time)
}

fn local_day(at: Millis) -> i64 {
    (at as i64 + clock::offset_minutes(at) * MINUTE_MS).div_euclid(DAY_MS)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that panics has failed")]
mod tests {
    use super::*;

    /// Thursday 26 November 2026, 9:30.
    const NOW: Millis = 1_795_685_400_000;
    const DAY: Millis = DAY_MS as Millis;

    #[test]
    fn a_time_is_told_so_that_no_other_day_can_be_meant() {
        let told_in = |tag, form, days: Millis| {
            super::super::say(said(tag, NOW + days * DAY - 25 * 60_000, NOW, form))
        };
        let told = |form, days| told_in("en", form, days);
        assert_eq!(told(WHEN, 0), "today at 9:05");
        assert_eq!(told(WHEN, 1), "tomorrow at 9:05");
        assert_eq!(told(WHEN, 2), "on Saturday at 9:05");
        assert_eq!(told(WHEN, 5), "on Tuesday at 9:05");
        assert_eq!(told(WHEN, 6), "on Wednesday (20789) at 9:05");
        assert_eq!(told(WHEN, 7), "on Thursday (20790) at 9:05");
        assert_eq!(told(BY, 0), "9:05 today", "as after \"call me back by\"");
        assert_eq!((told(BY, 1), told(BY, 2)), ("9:05 tomorrow".into(), "Saturday at 9:05".into()));
        super::super::speak(super::super::native("de").unwrap());
        assert_eq!(
            (told_in("de", WHEN, 2), told_in("de", BY, 0)),
            ("am Samstag um 9:05 Uhr".to_owned(), "heute um 9:05 Uhr".to_owned())
        );
    }
}
