//! What the event log says of how a desk is doing. Reads nothing but the log, one row after the
//! other.

use protocol::{AgentId, ConversationId, Millis};
use std::collections::BTreeMap;

use crate::log::kind::EventKind;

/// A row of the event log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    pub at: Millis,
    pub kind: EventKind,
    pub conversation: Option<ConversationId>,
    pub agent: Option<AgentId>,
}

/// What of a wait was spent where, ms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    pub queued: Millis,
    pub offered: Millis,
    pub reviewing: Millis,
}

impl Spent {
    pub fn all(&self) -> Millis {
        self.queued + self.offered + self.reviewing
    }
}

/// Counts and times of a stretch of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metrics {
    pub handoffs: u64,
    /// Asked for while the site was closed.
    pub after_hours: u64,
    pub connected: u64,
    /// From the request, or from coming back to the queue, to the first connection: one each, as
    /// they came.
    pub times_to_connection: Vec<Spent>,
    /// Left before being connected, by where they stood.
    pub abandoned_queued: u64,
    pub abandoned_offered: u64,
    pub abandoned_reviewing: u64,
    /// Nobody answered within the longest wait, or a promise was missed twice.
    pub unanswered: u64,
    pub promised: u64,
    pub promises_kept: u64,
    pub promises_missed: u64,
    /// From connected to closed, one each, as they ended. Transfers count into it.
    pub handle_times: Vec<Millis>,
    pub offers: u64,
    pub offers_expired: u64,
    pub offers_declined: u64,
    pub agents_vanished: u64,
    pub transfers: u64,
    pub taken_over: u64,
    pub reopened: u64,
    pub rated: u64,
}

/// Where a conversation stands in the log, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stands {
    Queued,
    Offered,
    Reviewing,
    Live,
    Promised,
    Closed,
}

#[derive(Clone, Copy)]
struct Course {
    stands: Stands,
    since: Millis,
    spent: Spent,
    /// Connected for the first time since it was asked for.
    connected_at: Option<Millis>,
}

impl Metrics {
    pub fn of<'a>(log: impl IntoIterator<Item = &'a LogEntry>) -> Self {
        let mut metrics = Self::default();
        let mut courses: BTreeMap<&ConversationId, Course> = BTreeMap::new();
        for entry in log {
            let Some(id) = &entry.conversation else { continue };
            let to = match entry.kind {
                EventKind::HandoffRequested | EventKind::Rejoined => {
                    metrics.handoffs += u64::from(entry.kind == EventKind::HandoffRequested);
                    metrics.reopened += u64::from(
                        entry.kind == EventKind::Rejoined
                            && courses.get(id).is_some_and(|own| own.stands == Stands::Closed),
                    );
                    courses.insert(
                        id,
                        Course {
                            stands: Stands::Queued,
                            since: entry.at,
                            spent: Spent::default(),
                            connected_at: None,
                        },
                    );
                    continue;
                }
                EventKind::AfterHours => {
                    metrics.after_hours += 1;
                    continue;
                }
                EventKind::Rated => {
                    metrics.rated += 1;
                    continue;
                }
                EventKind::TransferOffered => {
                    metrics.transfers += 1;
                    continue;
                }
                EventKind::Offered => {
                    metrics.offers += 1;
                    Stands::Offered
                }
                EventKind::OfferExpired => {
                    metrics.offers_expired += 1;
                    Stands::Queued
                }
                EventKind::Declined => {
                    metrics.offers_declined += 1;
                    Stands::Queued
                }
                EventKind::AgentVanished => {
                    metrics.agents_vanished += 1;
                    Stands::Queued
                }
                EventKind::OfferPassedOn
                | EventKind::AgentSignedOut
                | EventKind::AgentRemoved
                | EventKind::Unreadable => Stands::Queued,
                EventKind::Accepted | EventKind::Taken | EventKind::Transferred => {
                    Stands::Reviewing
                }
                EventKind::TakenOver => {
                    metrics.taken_over += 1;
                    Stands::Reviewing
                }
                EventKind::Connected => Stands::Live,
                EventKind::Promised => {
                    metrics.promised += 1;
                    Stands::Promised
                }
                EventKind::PromiseMissed => {
                    metrics.promises_missed += 1;
                    Stands::Promised
                }
                EventKind::PromiseKept => {
                    metrics.promises_kept += 1;
                    Stands::Closed
                }
                EventKind::Resolved
                | EventKind::EndedUnresolved
                | EventKind::EndedWithFollowUp
                | EventKind::Abandoned
                | EventKind::Unanswered
                | EventKind::ClosedIdle
                | EventKind::PromiseCancelled => Stands::Closed,
                // These move no conversation.
                EventKind::ReviewExtended
                | EventKind::WaitedLong
                | EventKind::VisitorSaid
                | EventKind::Raised
                | EventKind::AgentSaid
                | EventKind::VisitorCame
                | EventKind::VisitorWent
                | EventKind::TransferPassedBy
                | EventKind::IdleWarned
                | EventKind::PromiseClaimed
                | EventKind::PromiseReleased
                | EventKind::PromiseReminded
                | EventKind::MissedDismissed
                | EventKind::Erased
                | EventKind::AgentSignedIn
                | EventKind::AgentRevoked
                | EventKind::AgentCame
                | EventKind::AgentWent
                | EventKind::AgentAvailable
                | EventKind::AgentAway
                | EventKind::AgentSetAway
                | EventKind::AgentSettled
                | EventKind::SettingsChanged => continue,
            };
            let Some(course) = courses.get_mut(id) else { continue };
            metrics.moves(course, entry, to);
        }
        metrics
    }

    /// One conversation goes from one state to another.
    fn moves(&mut self, course: &mut Course, entry: &LogEntry, to: Stands) {
        let passed = entry.at.saturating_sub(course.since);
        if course.connected_at.is_none() {
            match course.stands {
                Stands::Queued => course.spent.queued += passed,
                Stands::Offered => course.spent.offered += passed,
                Stands::Reviewing => course.spent.reviewing += passed,
                _ => {}
            }
        }
        match (to, entry.kind) {
            (Stands::Live, _) if course.connected_at.is_none() => {
                course.connected_at = Some(entry.at);
                self.connected += 1;
                self.times_to_connection.push(course.spent);
            }
            (Stands::Closed, EventKind::Abandoned) if course.connected_at.is_none() => {
                match course.stands {
                    Stands::Offered => self.abandoned_offered += 1,
                    Stands::Reviewing => self.abandoned_reviewing += 1,
                    _ => self.abandoned_queued += 1,
                }
            }
            (Stands::Closed, EventKind::Unanswered) => self.unanswered += 1,
            _ => {}
        }
        if let (Stands::Closed, Stands::Live, Some(connected)) =
            (to, course.stands, course.connected_at)
        {
            self.handle_times.push(entry.at.saturating_sub(connected));
        }
        (course.stands, course.since) = (to, entry.at);
    }

    /// Who left before being connected, of those who asked.
    pub fn abandonment(&self) -> f64 {
        let left = self.abandoned_queued + self.abandoned_offered + self.abandoned_reviewing;
        if self.handoffs == 0 { 0.0 } else { left as f64 / self.handoffs as f64 }
    }
}

/// The value below which a share of them lies; 0 of none.
pub fn quantile(values: impl IntoIterator<Item = Millis>, share: f64) -> Millis {
    let mut sorted: Vec<_> = values.into_iter().collect();
    sorted.sort_unstable();
    let place = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(place.clamp(1, sorted.len().max(1)) - 1).copied().unwrap_or(0)
}
