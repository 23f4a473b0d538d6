//! The protocol's codes as an agent reads them.

use protocol::{
    ActionOutcome, Outcome, Priority, Sentiment, SignalKind, Staffing, Topic, WithdrawnBecause,
};
use words::Said;

use super::phrase::Plain;
use crate::{said, speech::when, state::Over};

pub fn priority(priority: Priority) -> Plain {
    match priority {
        Priority::High => said::priority_high,
        Priority::Medium => said::priority_medium,
        Priority::Standard => said::priority_standard,
    }
}

/// The class of what is so urgent.
pub fn priority_class(priority: Priority) -> &'static str {
    match priority {
        Priority::High => "high",
        Priority::Medium => "medium",
        Priority::Standard => "standard",
    }
}

pub fn mood(sentiment: Sentiment) -> Plain {
    match sentiment {
        Sentiment::Neutral => said::mood_neutral,
        Sentiment::MildlyFrustrated => said::mood_mildly_frustrated,
        Sentiment::VeryFrustrated => said::mood_very_frustrated,
        Sentiment::Angry => said::mood_angry,
    }
}

pub fn tried(outcome: ActionOutcome) -> Plain {
    match outcome {
        ActionOutcome::Helped => said::tried_helped,
        ActionOutcome::DidNotHelp => said::tried_did_not_help,
        ActionOutcome::Accepted => said::tried_accepted,
        ActionOutcome::Declined => said::tried_declined,
        ActionOutcome::Unanswered => said::tried_unanswered,
    }
}

pub fn signal(kind: SignalKind) -> Plain {
    match kind {
        SignalKind::AskedForHuman => said::signal_asked_for_human,
        SignalKind::NegativeSentiment => said::signal_negative_sentiment,
        SignalKind::ShortNegative => said::signal_short_negative,
        SignalKind::Rephrasing => said::signal_rephrasing,
        SignalKind::Profanity => said::signal_profanity,
        SignalKind::Shouting => said::signal_shouting,
        SignalKind::Topic(Topic::BillingDispute) => said::signal_billing_dispute,
        SignalKind::Topic(Topic::Refund) => said::signal_refund,
        SignalKind::Topic(Topic::Legal) => said::signal_legal,
        SignalKind::Topic(Topic::AccountSecurity) => said::signal_account_security,
        SignalKind::Topic(Topic::Sensitive) => said::signal_sensitive,
        SignalKind::Topic(Topic::SelfHarm) => said::signal_self_harm,
        SignalKind::Topic(Topic::Complaint) => said::signal_complaint,
        SignalKind::LowConfidence => said::signal_low_confidence,
        SignalKind::FailedAttempts => said::signal_failed_attempts,
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
        Over::Withdrawn(WithdrawnBecause::VisitorLeft | WithdrawnBecause::Elsewhere) => {
            said::over_visitor_left
        }
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
