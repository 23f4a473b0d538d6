//! Points in time, in words.

use protocol::Millis;

use crate::clock;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// A weekday alone says which day is meant for less than this.
const DATED_FROM_DAYS: i64 = 6;
const DAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
const MONTHS: [&str; 12] = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// For example "today at 14:00", "on Friday at 8:00", "on Friday 4 December at 8:00"; by the visitor's own clock.
pub fn when(at: Millis, now: Millis) -> String {
    let (at, now) = (local(at), local(now));
    let (day, minutes) = (at.div_euclid(DAY_MS), at.rem_euclid(DAY_MS) / MINUTE_MS);
    let time = format!("{}:{:02}", minutes / 60, minutes % 60);
    let weekday = DAYS.get(day.rem_euclid(7) as usize).copied().unwrap_or_default();
    match day - now.div_euclid(DAY_MS) {
        0 => format!("today at {time}"),
        1 => format!("tomorrow at {time}"),
        days if (0..DATED_FROM_DAYS).contains(&days) => format!("on {weekday} at {time}"),
        _ => {
            let (month, date) = month_and_date(day);
            format!("on {weekday} {date} {month} at {time}")
        }
    }
}

/// The same after "by".
pub fn by(at: Millis, now: Millis) -> String {
    let when = when(at, now);
    when.strip_prefix("on ").map_or(when.clone(), str::to_owned)
}

fn local(at: Millis) -> i64 {
    at as i64 + clock::offset_minutes(at) * MINUTE_MS
}

/// Of a day since 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`).
fn month_and_date(day: i64) -> (&'static str, i64) {
    let of_era = (day + 719_468).rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // Years begin in March, so that a leap day is the last.
    let month = (5 * of_year + 2) / 153;
    let name = MONTHS.get(((month + 2) % 12) as usize).copied().unwrap_or_default();
    (name, of_year - (153 * month + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Thursday 26 November 2026, 9:30.
    const NOW: Millis = 1_795_685_400_000;
    const DAY: Millis = DAY_MS as Millis;

    #[test]
    fn a_time_is_told_so_that_no_other_day_can_be_meant() {
        let told = |days: Millis| when(NOW + days * DAY - 25 * 60_000, NOW);
        assert_eq!(told(0), "today at 9:05");
        assert_eq!(told(1), "tomorrow at 9:05");
        assert_eq!(told(2), "on Saturday at 9:05");
        assert_eq!(told(5), "on Tuesday at 9:05");
        assert_eq!(told(6), "on Wednesday 2 December at 9:05");
        assert_eq!(told(7), "on Thursday 3 December at 9:05");
        assert_eq!(by(NOW + 2 * DAY, NOW), "Saturday at 9:30");
    }

    #[test]
    fn dates_are_right_over_leap_days_and_years() {
        let date = |text: i64| month_and_date(text);
        assert_eq!(date(0), ("January", 1));
        assert_eq!(date(58), ("February", 28));
        assert_eq!(date(59), ("March", 1), "1970 has no 29 February");
        assert_eq!(date(21_243), ("February", 29), "2028 has");
        assert_eq!(date(20_818), ("December", 31), "2026");
    }
}
