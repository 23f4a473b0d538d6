//! How long the wait will be: an interval that four waits of five fall into, or nothing where too
//! little is known.
//!
//! Behind `ahead` others, before `places` that each become free after a mean time m, the wait is
//! the time of the (ahead + 1)th place that becomes free: close to a gamma distribution of that
//! shape and of scale m / places. That gives a middle and a half-width to each side. How far the
//! interval really goes is learned: each wait that ended is measured in half-widths, and the
//! interval goes from one quantile of those to another. Which quantiles, follows from how often the
//! last intervals missed on each side (adaptive conformal inference, Gibbs and Candès 2021), so
//! that one in ten misses on either, whatever the day does.

use protocol::{Millis, Priority, WaitEstimate};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Times remembered of how long a place was taken.
pub const HANDLED: usize = 50;
/// Outcomes remembered of each kind of wait.
pub const OUTCOMES: usize = 200;
/// Fewer handle times than these are too thin for an interval.
const LEAST: usize = 5;
/// The share that shall miss on each side.
const MISS: f64 = 0.1;
/// How fast the quantiles follow the misses.
const STEP: f64 = 0.01;
/// Made-up outcomes at the start, drawn as from a normal distribution: they hold the interval until
/// there are real ones.
const PRIOR: usize = 15;
/// Until there are waits of those who were served at once, ms.
const AT_ONCE_MS: f64 = 20_000.0;

/// What stands before somebody who waits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Before {
    /// Others who are served first by the same agents; a part of one who may go elsewhere.
    pub ahead: f64,
    /// Conversations that the agents who may be asked can hold.
    pub places: u32,
    /// Those of them that are empty.
    pub free: u32,
}

/// Kinds of waits, whose outcomes are kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A place was free.
    AtOnce,
    Standard,
    Medium,
    High,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::AtOnce, Self::Standard, Self::Medium, Self::High];

    pub fn name(self) -> &'static str {
        match self {
            Self::AtOnce => "at_once",
            Self::Standard => "standard",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// What a visitor was told first, and how it came about.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Said {
    pub at: Millis,
    pub kind: Kind,
    pub from: Millis,
    pub to: Millis,
    /// As many waits shall be shorter as longer.
    pub likely: Millis,
    middle: f64,
    below: f64,
    above: f64,
}

/// What a wait turned out to be, beside what was said of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaitOutcome {
    pub said: Said,
    pub was: Millis,
    /// The quantiles in use from then on.
    low: f64,
    high: f64,
}

/// What is remembered.
#[derive(Clone, Debug, Default)]
pub struct WaitModel {
    handled: VecDeque<Millis>,
    /// Of `handled`, summed.
    sum: Millis,
    /// Waits that ended, and whether the visitor had left.
    ends: VecDeque<WaitEnd>,
    kinds: [Outcomes; 4],
}

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitEnd {
    pub waited: Millis,
    /// The visitor left.
    pub left: bool,
}

/// The outcomes of one kind of wait.
#[derive(Clone, Debug)]
struct Outcomes {
    was: VecDeque<Millis>,
    /// By how many half-widths of the interval each missed the middle.
    residuals: VecDeque<f64>,
    low: f64,
    high: f64,
    /// Follow from the above: the middle of the waits, and where an interval begins, has its half
    /// and ends, in half-widths.
    middle: f64,
    quantiles: [f64; 3],
}

impl Default for Outcomes {
    fn default() -> Self {
        let mut own = Self {
            was: VecDeque::new(),
            residuals: VecDeque::new(),
            low: MISS,
            high: MISS,
            middle: AT_ONCE_MS,
            quantiles: [0.0; 3],
        };
        own.settle();
        own
    }
}

impl WaitModel {
    /// A place was taken for so long.
    pub fn handled(&mut self, took: Millis) {
        self.sum += took;
        self.sum -= push(&mut self.handled, took, HANDLED).unwrap_or(0);
    }

    /// A wait ended, in one way or the other.
    pub fn over(&mut self, ended: WaitEnd) {
        push(&mut self.ends, ended, OUTCOMES);
    }

    /// Those who leave, of those who wait, each millisecond.
    fn leaving(&self) -> f64 {
        let (waited, left) = self
            .ends
            .iter()
            .fold((0, 0), |(waited, left), end| (waited + end.waited, left + u32::from(end.left)));
        if waited == 0 { 0.0 } else { f64::from(left) / waited as f64 }
    }

    /// A wait ended: moves the quantiles, and says what is to be kept of it.
    pub fn ended(&mut self, said: Said, was: Millis) -> WaitOutcome {
        let own = &self.kinds[said.kind as usize];
        let follow = |quantile: f64, missed: bool| {
            (quantile + STEP * (MISS - f64::from(u8::from(missed)))).clamp(0.001, 0.5)
        };
        let ended = WaitOutcome {
            said,
            was,
            low: follow(own.low, was < said.from),
            high: follow(own.high, was > said.to),
        };
        self.learn(&ended);
        ended
    }

    /// Takes an outcome as it was kept.
    pub fn learn(&mut self, ended: &WaitOutcome) {
        let own = &mut self.kinds[ended.said.kind as usize];
        let off = ended.was as f64 - ended.said.middle;
        push(
            &mut own.residuals,
            off / if off < 0.0 { ended.said.below } else { ended.said.above },
            OUTCOMES,
        );
        push(&mut own.was, ended.was, OUTCOMES);
        (own.low, own.high) = (ended.low, ended.high);
        own.settle();
    }

    /// The wait from now on of who has this before them.
    pub fn say(&self, now: Millis, before: Before, priority: Priority) -> Option<Said> {
        if before.places == 0 {
            return None;
        }
        let at_once = self.kinds[Kind::AtOnce as usize].middle;
        let (kind, middle, below, above) = if before.ahead < f64::from(before.free) {
            (Kind::AtOnce, at_once, at_once / 2.0, at_once)
        } else {
            if self.handled.len() < LEAST {
                return None;
            }
            let kind = match priority {
                Priority::Standard => Kind::Standard,
                Priority::Medium => Kind::Medium,
                Priority::High => Kind::High,
            };
            let mean = self.sum as f64 / self.handled.len() as f64;
            let shape = before.ahead - f64::from(before.free) + 1.0;
            // The line shortens as places become free and as others leave it: half of those ahead,
            // on the way.
            let model = f64::from(before.places) / mean + self.leaving() * shape / 2.0;
            let [low, middle, high] = [-NORMAL_90, 0.0, NORMAL_90].map(|z| gamma(shape, z) / model);
            (kind, middle + at_once, middle - low + at_once / 2.0, high - middle + at_once)
        };
        let [low, half, high] = self.kinds[kind as usize].quantiles;
        let place = |quantiles: f64| {
            (middle + quantiles * if quantiles < 0.0 { below } else { above }).max(0.0) as Millis
        };
        // In whole seconds, outwards.
        let (from, to) = (place(low) / 1000 * 1000, place(high).div_ceil(1000).max(1) * 1000);
        Some(Said {
            at: now,
            kind,
            from: from.min(to - 1000),
            to,
            likely: place(half).clamp(from, to),
            middle,
            below: below.max(1.0),
            above: above.max(1.0),
        })
    }
}

impl Outcomes {
    /// What follows from the outcomes.
    fn settle(&mut self) {
        if self.was.len() >= LEAST {
            let mut sorted: Vec<_> = self.was.iter().copied().collect();
            sorted.sort_unstable();
            self.middle = sorted[sorted.len() / 2].max(1000) as f64;
        }
        let prior = PRIOR.saturating_sub(self.residuals.len() / 2);
        let made_up = (0..prior).map(|i| normal((i as f64 + 0.5) / prior as f64) / NORMAL_90);
        let mut all: Vec<f64> = self.residuals.iter().copied().chain(made_up).collect();
        all.sort_by(f64::total_cmp);
        // Between two outcomes, as far as the quantile is between them.
        let at = |quantile: f64| {
            let place = quantile * (all.len() as f64 + 1.0) - 1.0;
            let last = all.len() - 1;
            let (below, part) =
                (place.floor().clamp(0.0, last as f64) as usize, place - place.floor());
            let above = (below + 1).min(last);
            if place <= 0.0 { all[0] } else { all[below] + (all[above] - all[below]) * part }
        };
        self.quantiles = [at(self.low), at(0.5), at(1.0 - self.high)];
    }
}

impl Said {
    /// As it is told.
    pub fn estimate(&self) -> WaitEstimate {
        WaitEstimate {
            from_seconds: seconds(self.from),
            to_seconds: seconds(self.to),
            coverage_percent: 80,
        }
    }

    /// What of it is left later, if what would be said now is not far from that: so what is told
    /// does not jump about.
    pub fn kept(&self, later: Self) -> Self {
        let passed = later.at.saturating_sub(self.at);
        let [from, to, likely] =
            [self.from, self.to, self.likely].map(|at| at.saturating_sub(passed));
        let is_near =
            to > 0 && later.to <= to + to / 4 + 20_000 && to <= later.to + later.to / 4 + 20_000;
        if is_near {
            Self { at: later.at, from, to: to.max(from + 1000), likely, ..*self }
        } else {
            later
        }
    }
}

fn seconds(ms: Millis) -> u32 {
    u32::try_from(ms / 1000).unwrap_or(u32::MAX)
}

/// Adds one, and gives back the one that is too many.
fn push<T>(list: &mut VecDeque<T>, value: T, most: usize) -> Option<T> {
    list.push_back(value);
    if list.len() > most { list.pop_front() } else { None }
}

/// The normal distribution's ninth decile.
const NORMAL_90: f64 = 1.281_55;

/// The gamma distribution's quantile at a normal one, by Wilson and Hilferty: only multiplying,
/// dividing and a square root, so that it is the same on every machine.
fn gamma(shape: f64, z: f64) -> f64 {
    let root = 1.0 - 1.0 / (9.0 * shape) + z / (3.0 * shape.sqrt());
    shape * (root * root * root).max(0.0)
}

/// The normal distribution's quantile, to two digits: by Tukey's lambda of an eighth.
fn normal(p: f64) -> f64 {
    let eighth = |x: f64| x.sqrt().sqrt().sqrt();
    5.4 * (eighth(p) - eighth(1.0 - p))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn before(ahead: f64, places: u32, free: u32) -> Before {
        Before { ahead, places, free }
    }

    #[test]
    fn thin_history_gives_no_number() {
        let mut model = WaitModel::default();
        assert_eq!(model.say(0, before(2.0, 2, 0), Priority::Standard), None);
        (0..5).for_each(|_| model.handled(120_000));
        let wait = model.say(0, before(2.0, 2, 0), Priority::Standard).unwrap();
        assert!(wait.from <= 180_000 && 180_000 <= wait.to, "{wait:?}");
    }

    #[test]
    fn a_free_agent_means_under_a_minute_and_nobody_means_no_number() {
        assert!(
            WaitModel::default().say(0, before(0.0, 2, 1), Priority::Standard).unwrap().to
                <= 60_000
        );
        assert_eq!(WaitModel::default().say(0, before(0.0, 0, 0), Priority::Standard), None);
    }

    #[test]
    fn intervals_that_miss_grow_and_intervals_that_never_miss_shrink() {
        let grown = |was: Millis| {
            let mut model = WaitModel::default();
            (0..5).for_each(|_| model.handled(120_000));
            let first = model.say(0, before(3.0, 2, 0), Priority::Standard).unwrap();
            for _ in 0..60 {
                let said = model.say(0, before(3.0, 2, 0), Priority::Standard).unwrap();
                model.ended(said, was);
            }
            (first, model.say(0, before(3.0, 2, 0), Priority::Standard).unwrap())
        };
        let (first, late) = grown(900_000);
        assert!(late.to > first.to && late.to >= 900_000, "{first:?} {late:?}");
        let (first, late) = grown(240_000);
        assert!(late.to - late.from < first.to - first.from, "{first:?} {late:?}");
    }

    #[test]
    fn what_is_told_does_not_jump_about() {
        let mut model = WaitModel::default();
        (0..5).for_each(|_| model.handled(120_000));
        let first = model.say(0, before(5.0, 2, 0), Priority::Standard).unwrap();
        let later = model.say(10_000, before(5.0, 2, 0), Priority::Standard).unwrap();
        assert_eq!(first.kept(later).to, first.to - 10_000, "it runs down");
        let much_later = model.say(10_000, before(25.0, 2, 0), Priority::Standard).unwrap();
        assert_eq!(first.kept(much_later), much_later, "what really changed is told");
    }

    #[test]
    fn the_quantiles_are_near_the_real_ones() {
        for (shape, z, real) in [
            (1.0, NORMAL_90, 2.303),
            (1.0, 0.0, 0.693),
            (5.0, -NORMAL_90, 2.433),
            (20.0, NORMAL_90, 25.9),
        ] {
            assert!(
                (gamma(shape, z) - real).abs() < 0.03 * real,
                "{shape} {z}: {}",
                gamma(shape, z)
            );
        }
    }
}
