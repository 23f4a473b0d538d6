//! What others would have said of the same waits, by their formulas (FIELD, "How others compute the
//! wait time").

use protocol::Millis;

use crate::{day::HOUR, run::Passed};

/// Rocket.Chat's sample size, which it passes where the number of chats at once belongs.
const MOST_RECENT_CHATS: f64 = 100.0;

pub const NAMES: [&str; 3] = ["Rocket.Chat", "Tiledesk", "last to enter service"];

/// For each visitor, what each would have said on arrival; None while it has nothing to go by.
pub fn said(passed: &Passed) -> Vec<[Option<Millis>; 3]> {
    let mut connected: Vec<(Millis, Millis)> = passed
        .courses
        .iter()
        .filter_map(|c| Some((c.connected?, c.connected? - c.arrived)))
        .collect();
    connected.sort_unstable();
    let mut ended: Vec<(Millis, Millis)> = passed
        .courses
        .iter()
        .filter_map(|c| Some((c.closed?, c.closed?.checked_sub(c.connected?)?)))
        .collect();
    ended.sort_unstable();
    let before =
        |list: &[(Millis, Millis)], at: Millis| list.partition_point(|(when, _)| *when < at);
    let mean = |values: &[(Millis, Millis)]| {
        values.iter().map(|(_, took)| *took as f64).sum::<f64>() / values.len() as f64
    };
    passed
        .courses
        .iter()
        .map(|course| {
            let now = course.arrived;
            // How many wait at this moment; the visitor's spot is behind them.
            let waiting =
                passed.queue[passed.queue.partition_point(|(at, _)| *at < now).saturating_sub(1)].1;
            let chats = &ended[..before(&ended, now)];
            let chats = &chats[chats.len().saturating_sub(MOST_RECENT_CHATS as usize)..];
            let rocket = (!chats.is_empty())
                .then(|| ((waiting as f64 / MOST_RECENT_CHATS + 1.0) * mean(chats)) as Millis);
            let replies = &connected
                [before(&connected, now.saturating_sub(4 * HOUR))..before(&connected, now)];
            let tiledesk = (!replies.is_empty()).then(|| mean(replies) as Millis);
            let last = connected[..before(&connected, now)].last().map(|(_, waited)| *waited);
            [rocket, tiledesk, last]
        })
        .collect()
}
