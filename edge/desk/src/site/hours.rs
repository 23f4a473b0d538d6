//! A week's opening hours as a person writes them: for each weekday, from which time of day to
//! which. Not when that is in a time zone: see [`schedule`](super::schedule).

use jiff::civil;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The hours that begin on each weekday; none on one that is not named.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub(crate) struct WeekHours(BTreeMap<Day, Vec<Span>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
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

/// From a time of day to another, which is of the next day if it is not later.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub(crate) struct Span {
    pub from: civil::Time,
    pub to: civil::Time,
}

impl WeekHours {
    /// What begins on that date.
    pub fn of(&self, date: civil::Date) -> &[Span] {
        self.on(Day::of(date))
    }

    fn on(&self, day: Day) -> &[Span] {
        self.0.get(&day).map_or(&[], Vec::as_slice)
    }

    /// What could never work, each with the field.
    pub fn mistakes(&self) -> Vec<(String, String)> {
        if self.0.values().all(Vec::is_empty) {
            return vec![(
                "hours".to_owned(),
                "it would never open: expected hours on some day".to_owned(),
            )];
        }
        let mut mistakes = Vec::new();
        // The last end so far, in minutes of this day: what is left of the night before.
        let night = self.on(Day::Sunday).iter().map(|span| span.minutes().1 - 24 * 60).max();
        let mut last = night.unwrap_or_default().max(0);
        for (day, name) in Day::ALL {
            let mut spans: Vec<_> = self.on(day).iter().map(|span| span.minutes()).collect();
            spans.sort_unstable();
            for (from, to) in spans {
                if from < last {
                    mistakes.push((
                        format!("hours.{name}"),
                        "two of these hours overlap: expected each to begin when the one before \
                         is over"
                            .to_owned(),
                    ));
                }
                last = last.max(to);
            }
            last = (last - 24 * 60).max(0);
        }
        mistakes.dedup();
        mistakes
    }
}

impl Day {
    /// With the name by which each is written.
    const ALL: [(Self, &str); 7] = [
        (Self::Monday, "monday"),
        (Self::Tuesday, "tuesday"),
        (Self::Wednesday, "wednesday"),
        (Self::Thursday, "thursday"),
        (Self::Friday, "friday"),
        (Self::Saturday, "saturday"),
        (Self::Sunday, "sunday"),
    ];

    fn of(date: civil::Date) -> Self {
        Self::ALL[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs()) % 7].0
    }
}

impl Span {
    pub const WHOLE_DAY: Self = Self { from: civil::Time::MIN, to: civil::Time::MIN };

    /// Minutes of the week's day on which it begins, from and to; beyond 24 hours it is the next
    /// day.
    fn minutes(self) -> (i32, i32) {
        let of = |time: civil::Time| i32::from(time.hour()) * 60 + i32::from(time.minute());
        (of(self.from), of(self.to) + if self.is_overnight() { 24 * 60 } else { 0 })
    }

    pub fn is_overnight(self) -> bool {
        self.to <= self.from
    }
}

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let error = || {
            format!(
                "`{text}` are no hours: expected two times of day such as \"09:00-17:00\", or \
                 \"21:00-02:00\" past midnight"
            )
        };
        let (from, to) = text.split_once('-').ok_or_else(error)?;
        let time = |part: &str| part.trim().parse::<civil::Time>().map_err(|_| error());
        let from = time(from)?;
        let to = if to.trim() == "24:00" { civil::Time::MIN } else { time(to)? };
        let is_whole_day = from == to && text.trim().ends_with("24:00");
        if from == to && !is_whole_day {
            return Err(format!(
                "`{text}` are no hours: expected \"00:00-24:00\" for the whole day, or a later end"
            ));
        }
        Ok(Self { from, to })
    }
}
