//! The metrics once more, by another way: the log is first cut into one story a conversation, and
//! each figure is then asked of the stories by itself. It shares nothing with `desk::metrics` but
//! the shape of the answer.

use desk::{
    EventKind,
    metrics::{LogEntry, Metrics, Spent},
};
use std::collections::BTreeMap;

/// Kinds that move a conversation, and where to.
fn state_after(kind: EventKind) -> Option<&'static str> {
    Some(match kind {
        EventKind::HandoffRequested
        | EventKind::Rejoined
        | EventKind::OfferExpired
        | EventKind::OfferPassedOn
        | EventKind::Declined
        | EventKind::AgentVanished
        | EventKind::AgentSignedOut
        | EventKind::AgentRemoved
        | EventKind::Unreadable => "queued",
        EventKind::Offered => "offered",
        EventKind::Accepted | EventKind::Taken | EventKind::Transferred | EventKind::TakenOver => {
            "reviewing"
        }
        EventKind::Connected => "live",
        EventKind::Promised | EventKind::PromiseMissed => "promised",
        EventKind::Resolved
        | EventKind::EndedUnresolved
        | EventKind::EndedWithFollowUp
        | EventKind::Abandoned
        | EventKind::Unanswered
        | EventKind::ClosedIdle
        | EventKind::PromiseCancelled
        | EventKind::PromiseKept => "closed",
        _ => return None,
    })
}

pub fn metrics(log: &[LogEntry]) -> Metrics {
    let count = |kind: EventKind| log.iter().filter(|entry| entry.kind == kind).count() as u64;
    let mut stories: BTreeMap<&str, Vec<(usize, &LogEntry)>> = BTreeMap::new();
    for (n, entry) in log.iter().enumerate() {
        if let Some(id) = &entry.conversation
            && state_after(entry.kind).is_some()
        {
            stories.entry(&id.0).or_default().push((n, entry));
        }
    }
    // Each request and each return to the queue begins an episode.
    let mut episodes: Vec<&[(usize, &LogEntry)]> = Vec::new();
    let mut reopened = 0;
    for story in stories.values() {
        let starts: Vec<usize> = (0..story.len())
            .filter(|i| {
                matches!(story[*i].1.kind, EventKind::HandoffRequested | EventKind::Rejoined)
            })
            .collect();
        reopened += starts
            .iter()
            .filter(|i| **i > 0 && state_after(story[**i - 1].1.kind) == Some("closed"))
            .count() as u64;
        for (i, start) in starts.iter().enumerate() {
            episodes.push(&story[*start..starts.get(i + 1).copied().unwrap_or(story.len())]);
        }
    }
    let connection = |episode: &[(usize, &LogEntry)]| {
        episode.iter().position(|(_, entry)| entry.kind == EventKind::Connected)
    };
    let mut connections: Vec<(usize, Spent)> = Vec::new();
    let mut handled: Vec<(usize, u64)> = Vec::new();
    let mut abandoned = BTreeMap::<&str, u64>::new();
    for episode in &episodes {
        let met = connection(episode);
        if let Some(met) = met {
            let spent_in = |state: &str| -> u64 {
                episode[..=met]
                    .windows(2)
                    .filter(|pair| state_after(pair[0].1.kind) == Some(state))
                    .map(|pair| pair[1].1.at - pair[0].1.at)
                    .sum()
            };
            connections.push((
                episode[met].0,
                Spent {
                    queued: spent_in("queued"),
                    offered: spent_in("offered"),
                    reviewing: spent_in("reviewing"),
                },
            ));
        }
        for (i, (n, entry)) in episode.iter().enumerate() {
            let before = i.checked_sub(1).and_then(|i| state_after(episode[i].1.kind));
            if entry.kind == EventKind::Abandoned && met.is_none() {
                *abandoned.entry(before.unwrap_or_default()).or_default() += 1;
            }
            if let (Some(met), Some("closed"), Some("live")) =
                (met, state_after(entry.kind), before)
            {
                handled.push((*n, entry.at - episode[met].1.at));
            }
        }
    }
    connections.sort_unstable_by_key(|(n, _)| *n);
    handled.sort_unstable_by_key(|(n, _)| *n);
    let left_from = |state: &str| abandoned.get(state).copied().unwrap_or(0);
    Metrics {
        handoffs: count(EventKind::HandoffRequested),
        after_hours: count(EventKind::AfterHours),
        connected: connections.len() as u64,
        times_to_connection: connections.into_iter().map(|(_, spent)| spent).collect(),
        abandoned_queued: abandoned.values().sum::<u64>()
            - left_from("offered")
            - left_from("reviewing"),
        abandoned_offered: left_from("offered"),
        abandoned_reviewing: left_from("reviewing"),
        unanswered: count(EventKind::Unanswered),
        promised: count(EventKind::Promised),
        promises_kept: count(EventKind::PromiseKept),
        promises_missed: count(EventKind::PromiseMissed),
        handle_times: handled.into_iter().map(|(_, took)| took).collect(),
        offers: count(EventKind::Offered),
        offers_expired: count(EventKind::OfferExpired),
        offers_declined: count(EventKind::Declined),
        agents_vanished: count(EventKind::AgentVanished),
        transfers: count(EventKind::TransferOffered),
        taken_over: count(EventKind::TakenOver),
        reopened,
        rated: count(EventKind::Rated),
    }
}
