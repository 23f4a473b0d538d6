//! The protocol's codes as an agent reads them, where a word file alone does not tell.

use protocol::{Outcome, Priority, Staffing, WithdrawnBecause};
use words::Said;

use super::phrase::Plain;
use crate::{said, speech::when, state::Over};

/// The class of what is so urgent.
pub fn priority_class(priority: Priority) -> &'static str {
    match priority {
        Priority::High => "high",
        Priority::Medium => "medium",
        Priority::Standard => "standard",
    }
}

/// Of those that an agent may choose.
pub fn outcome(outcome: Outcome) -> Plain {
    match outcome {
        Outcome::Resolved => said::outcome_resolved,
        Outcome::FollowUp => said::outcome_follow_up,
        _ => said::outcome_unresolved,
    }
}

pub fn over(over: Over) -> Plain {
    match over {
        Over::Closed(Outcome::Resolved) => said::over_resolved,
        Over::Closed(Outcome::FollowUp) => said::over_follow_up,
        Over::Closed(Outcome::Idle) => said::over_idle,
        Over::Closed(_) => said::over_closed,
        Over::Withdrawn(WithdrawnBecause::AgentGone) => said::over_agent_gone,
        Over::Withdrawn(WithdrawnBecause::VisitorLeft) => said::over_visitor_left,
        Over::Withdrawn(WithdrawnBecause::Elsewhere) => said::over_elsewhere,
        Over::Withdrawn(WithdrawnBecause::Transferred) => said::over_transferred,
        Over::Withdrawn(WithdrawnBecause::TakenOver) => said::over_taken_over,
        Over::Withdrawn(WithdrawnBecause::Unreadable) => said::over_unreadable,
        Over::Withdrawn(WithdrawnBecause::AgentRemoved) => said::over_agent_removed,
        Over::Withdrawn(WithdrawnBecause::Expired | WithdrawnBecause::Declined) => {
            said::over_offer_gone_on
        }
    }
}

pub fn staffing(staffing: Option<Staffing>) -> Option<Said> {
    match staffing? {
        Staffing::Closed { opens_at: Some(at) } => Some(said::closed_until(when(at))),
        Staffing::Closed { opens_at: None } => Some(said::closed()),
        Staffing::NobodyHere => Some(said::nobody_available()),
        Staffing::Staffed => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::said;
    use protocol::{ActionOutcome, Priority, Sentiment, SignalKind};
    use std::collections::BTreeSet;
    use words::{Plain, Said, Words};

    const ENGLISH: &str = include_str!(concat!(env!("OUT_DIR"), "/en.json"));

    #[test]
    fn every_code_has_words_of_its_own() {
        let items: Vec<String> = serde_json::from_str(ENGLISH).expect("JSON");
        let words = Words::read(items.into_iter(), said::FINGERPRINT).expect("whole");
        let text = |said: Said| words.say(&said, &Plain).expect("said");
        let signals: Vec<_> =
            SignalKind::all().map(|kind| text(said::signal(kind.code()))).collect();
        let moods: Vec<_> =
            Sentiment::ALL.iter().map(|mood| text(said::mood(mood.code()))).collect();
        let priorities: Vec<_> =
            Priority::ALL.iter().map(|priority| text(said::priority(priority.code()))).collect();
        let outcomes: Vec<_> = ActionOutcome::ALL
            .iter()
            .map(|outcome| text(said::tried_outcome(outcome.code())))
            .collect();
        for all in [signals, moods, priorities, outcomes] {
            let different: BTreeSet<_> = all.iter().collect();
            assert_eq!(different.len(), all.len(), "{all:?}");
        }
    }
}
