//! Business hours and holidays in a site's time zone, daylight saving included.

use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};
use protocol::Millis;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// How far ahead the next opening is looked for, in days.
const LOOK_AHEAD_DAYS: i64 = 60;

const DAY_MS: Millis = 24 * 60 * 60 * 1000;

/// When a site is open. The default is always.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Written")]
pub struct Schedule {
    zone: TimeZone,
    /// None: always open, holidays apart.
    hours: Option<BTreeMap<Day, Vec<Span>>>,
    holidays: BTreeSet<civil::Date>,
}

/// The schedule as a person writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// An IANA name, for example `Europe/Berlin`.
    time_zone: String,
    /// The zone's rules, the bytes of its TZif file in hex: `cargo xtask build --host` puts them in.
    time_zone_rules: Option<String>,
    /// For example `monday = ["09:00-12:30", "13:30-17:00"]`.
    hours: Option<BTreeMap<Day, Vec<Span>>>,
    /// For example `2026-12-25`.
    #[serde(default)]
    holidays: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// From a time of day to a later one; the end is not in it.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
struct Span {
    from: civil::Time,
    to: civil::Time,
}

impl Default for Schedule {
    fn default() -> Self {
        Self { zone: TimeZone::UTC, hours: None, holidays: BTreeSet::new() }
    }
}

impl TryFrom<Written> for Schedule {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let name = &written.time_zone;
        let zone = match &written.time_zone_rules {
            Some(rules) => bytes(rules).and_then(|rules| TimeZone::tzif(name, &rules).ok()),
            None => TimeZone::get(name).ok(),
        };
        let zone = zone.ok_or_else(|| format!("`{name}` is no time zone: expected an IANA name such as \"Europe/Berlin\""))?;
        let holidays = written
            .holidays
            .iter()
            .map(|day| day.parse().map_err(|_| format!("`{day}` is no day: expected year-month-day such as \"2026-12-25\"")))
            .collect::<Result<_, _>>()?;
        Ok(Self { zone, hours: written.hours, holidays })
    }
}

/// From hex.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    let pairs = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect()
}

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("`{text}` are no hours: expected two times of day such as \"09:00-17:00\", the later one last");
        let (from, to) = text.split_once('-').ok_or_else(wrong)?;
        let time = |part: &str| -> Result<civil::Time, String> {
            if part.trim() == "24:00" { Ok(civil::Time::MAX) } else { part.trim().parse().map_err(|_| wrong()) }
        };
        let span = Self { from: time(from)?, to: time(to)? };
        if span.from < span.to { Ok(span) } else { Err(wrong()) }
    }
}

impl Schedule {
    pub fn is_open(&self, now: Millis) -> bool {
        let here = self.zone.to_datetime(timestamp(now));
        if self.holidays.contains(&here.date()) {
            return false;
        }
        match &self.hours {
            None => true,
            Some(_) => self.spans(here.date()).iter().any(|span| span.from <= here.time() && here.time() < span.to),
        }
    }

    /// The next moment at which it opens; None within the next sixty days.
    pub fn opens_at(&self, now: Millis) -> Option<Millis> {
        let today = self.zone.to_datetime(timestamp(now)).date();
        (0..=LOOK_AHEAD_DAYS)
            .filter_map(|days| today.checked_add(SignedDuration::from_hours(24 * days)).ok())
            .filter(|date| !self.holidays.contains(date))
            .flat_map(|date| match &self.hours {
                None => vec![date.at(0, 0, 0, 0)],
                Some(_) => self.spans(date).iter().map(|span| date.to_datetime(span.from)).collect(),
            })
            .filter_map(|start| Some(self.zone.to_timestamp(start).ok()?.as_millisecond() as Millis))
            .filter(|start| *start > now)
            .min()
    }

    /// `now`, or the next opening when it is closed; `now` when it never opens.
    pub fn open_from(&self, now: Millis) -> Millis {
        if self.is_open(now) { now } else { self.opens_at(now).unwrap_or(now) }
    }

    /// The spans in which it is open within the coming days, in order, the first one from `now` if it is open; None if it never
    /// closes within them.
    pub fn openings(&self, now: Millis, days: u32) -> Option<Vec<(Millis, Millis)>> {
        let until = now + Millis::from(days) * DAY_MS;
        let today = self.zone.to_datetime(timestamp(now)).date();
        let instant = |at: civil::DateTime| Some(self.zone.to_timestamp(at).ok()?.as_millisecond() as Millis);
        let mut openings: Vec<(Millis, Millis)> = Vec::new();
        for day in 0..=i64::from(days) {
            let Ok(date) = today.checked_add(SignedDuration::from_hours(24 * day)) else { break };
            let Ok(next) = date.tomorrow() else { break };
            let spans = match &self.hours {
                _ if self.holidays.contains(&date) => Vec::new(),
                None => vec![(date.at(0, 0, 0, 0), next.at(0, 0, 0, 0))],
                Some(_) => self
                    .spans(date)
                    .iter()
                    .map(|span| {
                        (date.to_datetime(span.from), if span.to == civil::Time::MAX { next.at(0, 0, 0, 0) } else { date.to_datetime(span.to) })
                    })
                    .collect(),
            };
            for (from, to) in spans.into_iter().filter_map(|(from, to)| Some((instant(from)?.max(now), instant(to)?.min(until)))) {
                match openings.last_mut() {
                    _ if from >= to => {}
                    Some(last) if from <= last.1 => last.1 = last.1.max(to),
                    _ => openings.push((from, to)),
                }
            }
        }
        (openings != [(now, until)]).then_some(openings)
    }

    fn spans(&self, date: civil::Date) -> &[Span] {
        let day = match date.weekday() {
            civil::Weekday::Monday => Day::Monday,
            civil::Weekday::Tuesday => Day::Tuesday,
            civil::Weekday::Wednesday => Day::Wednesday,
            civil::Weekday::Thursday => Day::Thursday,
            civil::Weekday::Friday => Day::Friday,
            civil::Weekday::Saturday => Day::Saturday,
            civil::Weekday::Sunday => Day::Sunday,
        };
        self.hours.as_ref().and_then(|hours| hours.get(&day)).map_or(&[], Vec::as_slice)
    }
}

fn timestamp(at: Millis) -> Timestamp {
    Timestamp::from_millisecond(i64::try_from(at).unwrap_or(i64::MAX)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> Schedule {
        serde_json::from_str(r#"{"time_zone":"Europe/Berlin","hours":{"monday":["09:00-17:00"],"friday":["09:00-12:00"]},"holidays":["2026-12-25"]}"#)
            .unwrap()
    }

    fn at(text: &str) -> Millis {
        text.parse::<Timestamp>().unwrap().as_millisecond() as Millis
    }

    #[test]
    fn hours_follow_the_zone_and_its_daylight_saving() {
        let schedule = berlin();
        assert!(schedule.is_open(at("2026-11-23T08:00:00Z")), "Monday 9:00 in winter");
        assert!(!schedule.is_open(at("2026-11-23T07:59:59Z")));
        assert!(schedule.is_open(at("2026-07-06T07:00:00Z")), "Monday 9:00 in summer");
        assert!(!schedule.is_open(at("2026-07-06T15:00:00Z")), "the end is not in it");
    }

    #[test]
    fn the_next_opening_skips_closed_days_and_holidays() {
        let schedule = berlin();
        assert_eq!(schedule.opens_at(at("2026-11-22T12:00:00Z")), Some(at("2026-11-23T08:00:00Z")));
        assert_eq!(schedule.opens_at(at("2026-12-22T12:00:00Z")), Some(at("2026-12-28T08:00:00Z")), "Friday 25 is a holiday");
    }

    #[test]
    fn the_openings_of_the_coming_days_begin_now_and_skip_holidays() {
        let schedule = berlin();
        let friday_noon = (at("2026-12-18T08:00:00Z"), at("2026-12-18T11:00:00Z"));
        let monday = |day: &str| (at(&format!("2026-12-{day}T08:00:00Z")), at(&format!("2026-12-{day}T16:00:00Z")));
        assert_eq!(schedule.openings(at("2026-12-18T04:00:00Z"), 14), Some(vec![friday_noon, monday("21"), monday("28")]), "Friday 25 is a holiday");
        let within = at("2026-12-21T12:00:00Z");
        assert_eq!(schedule.openings(within, 1), Some(vec![(within, monday("21").1)]));
    }

    #[test]
    fn openings_that_meet_at_midnight_are_one_and_what_never_closes_has_none() {
        let nights = r#"{"time_zone":"Europe/Berlin","hours":{"saturday":["21:00-24:00"],"sunday":["00:00-02:00"]}}"#;
        let nights: Schedule = serde_json::from_str(nights).unwrap();
        let night = (at("2026-11-28T20:00:00Z"), at("2026-11-29T01:00:00Z"));
        assert_eq!(nights.openings(at("2026-11-28T12:00:00Z"), 7), Some(vec![night]));
        assert_eq!(Schedule::default().openings(night.0, 14), None);
        let holiday: Schedule = serde_json::from_str(r#"{"time_zone":"UTC","holidays":["2026-12-25"]}"#).unwrap();
        let days = [at("2026-12-24T12:00:00Z"), at("2026-12-25T00:00:00Z"), at("2026-12-26T00:00:00Z"), at("2026-12-31T12:00:00Z")];
        assert_eq!(holiday.openings(days[0], 7), Some(vec![(days[0], days[1]), (days[2], days[3])]));
    }

    #[test]
    fn a_mistake_says_what_was_expected() {
        let wrong = serde_json::from_str::<Schedule>(r#"{"time_zone":"Mars/Base","hours":{}}"#).unwrap_err();
        assert!(wrong.to_string().contains("expected an IANA name"), "{wrong}");
        let wrong = serde_json::from_str::<Schedule>(r#"{"time_zone":"UTC","hours":{"monday":["17:00-09:00"]}}"#).unwrap_err();
        assert!(wrong.to_string().contains("the later one last"), "{wrong}");
    }
}
