//! What whole days must show. `cargo xtask simulate` prints the same over more of them.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use desk::{
    EventKind,
    metrics::{Metrics, quantile},
};
use protocol::{Millis, Priority};
use simulator::{
    day::{Day, HOUR, Kind, MINUTE, MORNING},
    reference,
    run::{Passed, run},
    score::Score,
};

const HANDOFFS: u32 = 700;

fn day(kind: Kind, seed: u64) -> Passed {
    run(Day::new(kind, HANDOFFS, 0, seed))
}

#[test]
fn the_same_seed_is_the_same_day() {
    let (a, b) = (day(Kind::AgentLeaves, 7), day(Kind::AgentLeaves, 7));
    assert_eq!(a.log, b.log);
    assert_ne!(a.log, day(Kind::AgentLeaves, 8).log);
}

#[test]
fn every_metric_is_what_the_reference_makes_of_the_log() {
    for kind in Kind::ALL {
        for seed in 1..=3 {
            let passed = day(kind, seed);
            assert_eq!(
                Metrics::of(&passed.log),
                reference::metrics(&passed.log),
                "{} {seed}",
                kind.name()
            );
        }
    }
}

#[test]
fn four_waits_of_five_fall_into_what_was_said_and_others_say_it_worse() {
    for kind in Kind::ALL {
        let mut score = Score::default();
        (1..=40).for_each(|seed| score.add(&day(kind, seed)));
        let coverage = score.coverage();
        assert!((0.77..=0.83).contains(&coverage), "{}: {coverage:.3}", kind.name());
        let (ours, theirs) = score.losses();
        assert!(
            theirs.iter().all(|loss| ours <= 0.8 * loss),
            "{}: {ours:.1} against {theirs:?}",
            kind.name()
        );
    }
}

#[test]
fn later_arrivals_cost_nobody_more_than_the_largest_head_start() {
    for seed in 1..=10 {
        let passed = day(Kind::PriorityMix, seed);
        let served: Vec<_> =
            passed.courses.iter().filter_map(|course| Some((course, course.connected?))).collect();
        for (course, connected) in &served {
            // Who came later than the head start of ten minutes, and was served before: it may only
            // be by the seconds that agents take to answer and to read, and by an offer that went
            // round.
            let passed_by = served.iter().filter(|(other, at)| {
                other.arrived > course.arrived + 600_000 && *at + 60_000 < *connected
            });
            assert_eq!(passed_by.count(), 0, "seed {seed}, arrived {}", course.arrived);
        }
    }
}

/// A host whose clock is wrong for a while, far ahead or behind, or is put right after hours.
#[test]
fn a_clock_that_leaps_strands_and_deletes_nobody() {
    let days = |n: i64| n * 24 * HOUR as i64;
    let leaping = [
        vec![(2 * HOUR, days(100)), (2 * HOUR + 2 * MINUTE, -days(100))],
        vec![(3 * HOUR, -days(400)), (6 * HOUR, days(400))],
        vec![(HOUR, 5 * HOUR as i64), (5 * HOUR, -(9 * HOUR as i64))],
        (1..9).map(|hour| (hour * HOUR, if hour % 2 == 1 { days(3) } else { -days(3) })).collect(),
    ];
    for kind in Kind::ALL {
        for (seed, leaps) in (1..).zip(&leaping) {
            let straight = day(kind, seed);
            let mut day = Day::new(kind, HANDOFFS, 0, seed);
            day.leaps = leaps.iter().map(|(at, by)| (MORNING + at, *by)).collect();
            let passed = run(day);
            let name = kind.name();
            assert!(
                passed.courses.iter().all(|course| course.closed.is_some()),
                "{name} {seed}: somebody is left behind"
            );
            assert_eq!(passed.deleted, 0, "{name} {seed}");
            let served = |passed: &Passed| {
                passed.courses.iter().filter(|course| course.connected.is_some()).count()
            };
            let (ours, usual) = (served(&passed), served(&straight));
            // A leap forward ends the agents' sessions, and what they held begins anew with
            // somebody: some lose patience meanwhile.
            let least = usual * (98 - leaps.len()) / 100;
            assert!(ours >= least, "{name} {seed}: {ours} of {usual} are served");
            // A clock that is put right within ten minutes ends nothing.
            if leaps[1].0 - leaps[0].0 < 10 * MINUTE {
                let ended = |passed: &Passed| {
                    passed
                        .log
                        .iter()
                        .filter(|entry| {
                            matches!(entry.kind, EventKind::Unanswered | EventKind::ClosedIdle)
                        })
                        .count()
                };
                assert_eq!(ended(&passed), ended(&straight), "{name} {seed}: ended by the clock");
            }
        }
    }
}

#[test]
fn high_priority_waits_less_than_first_come_first_served() {
    let median = |waits: Vec<Millis>| quantile(waits, 0.5);
    let waits = |passed: &Passed, is_high: &[bool]| -> Vec<Millis> {
        let high = passed.courses.iter().zip(is_high).filter(|(_, is_high)| **is_high);
        high.filter_map(|(course, _)| Some(course.connected? - course.arrived)).collect()
    };
    let (mut high, mut first_come) = (Vec::new(), Vec::new());
    for seed in 1..=10 {
        // The same visitors, and once more all of one priority.
        let mut day = Day::new(Kind::PriorityMix, HANDOFFS, 0, seed);
        let is_high: Vec<_> =
            day.visitors.iter().map(|visitor| visitor.priority == Priority::High).collect();
        high.extend(waits(&self::day(Kind::PriorityMix, seed), &is_high));
        day.visitors.iter_mut().for_each(|visitor| visitor.priority = Priority::Standard);
        first_come.extend(waits(&run(day), &is_high));
    }
    assert!(
        median(high.clone()) < median(first_come.clone()),
        "{} against {}",
        median(high),
        median(first_come)
    );
}
