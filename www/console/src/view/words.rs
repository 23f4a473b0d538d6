//! The protocol's words as an agent reads them.

use protocol::{ActionOutcome, Outcome, Priority, Sentiment, SignalKind, Staffing, Topic, WithdrawnBecause};

use crate::{browser, state::Over};

pub fn priority(priority: Priority) -> &'static str {
    match priority {
        Priority::High => "high",
        Priority::Medium => "medium",
        Priority::Standard => "standard",
    }
}

pub fn sentiment(sentiment: Sentiment) -> &'static str {
    match sentiment {
        Sentiment::Neutral => "calm",
        Sentiment::MildlyFrustrated => "mildly frustrated",
        Sentiment::VeryFrustrated => "very frustrated",
        Sentiment::Angry => "angry",
    }
}

pub fn action(outcome: ActionOutcome) -> &'static str {
    match outcome {
        ActionOutcome::Helped => "helped",
        ActionOutcome::DidNotHelp => "did not help",
        ActionOutcome::Accepted => "accepted",
        ActionOutcome::Declined => "declined",
        ActionOutcome::Unanswered => "not answered",
    }
}

pub fn signal(kind: SignalKind) -> &'static str {
    match kind {
        SignalKind::AskedForHuman => "asked for a person",
        SignalKind::NegativeSentiment => "frustration",
        SignalKind::ShortNegative => "short refusal",
        SignalKind::Rephrasing => "said again",
        SignalKind::Profanity => "profanity",
        SignalKind::Shouting => "capitals",
        SignalKind::Topic(Topic::BillingDispute) => "billing dispute",
        SignalKind::Topic(Topic::Refund) => "refund",
        SignalKind::Topic(Topic::Legal) => "legal",
        SignalKind::Topic(Topic::AccountSecurity) => "account security",
        SignalKind::Topic(Topic::Sensitive) => "sensitive",
        SignalKind::Topic(Topic::SelfHarm) => "may harm themselves",
        SignalKind::Topic(Topic::Complaint) => "complaint",
        SignalKind::LowConfidence => "bot unsure",
        SignalKind::FailedAttempts => "failed attempts",
    }
}

pub fn over(over: Over) -> &'static str {
    match over {
        Over::Closed(Outcome::Resolved) => "Resolved.",
        Over::Closed(Outcome::FollowUp) => "Closed with a follow-up.",
        Over::Closed(Outcome::Idle) => "Closed: both were silent for long.",
        Over::Closed(_) => "This conversation is over.",
        Over::Withdrawn(WithdrawnBecause::AgentGone) => "Your connection was gone for too long: the visitor is back at the head of the queue.",
        Over::Withdrawn(WithdrawnBecause::VisitorLeft | WithdrawnBecause::Elsewhere) => "The visitor left.",
        Over::Withdrawn(WithdrawnBecause::Transferred) => "Passed on: the other agent has it now.",
        Over::Withdrawn(WithdrawnBecause::TakenOver) => "A supervisor has taken it over.",
        Over::Withdrawn(WithdrawnBecause::Unreadable) => "This page could not read it: another agent gets it.",
        Over::Withdrawn(WithdrawnBecause::AgentRemoved) => "You are not among this desk's agents any more: another agent gets it.",
        Over::Withdrawn(WithdrawnBecause::Expired | WithdrawnBecause::Declined) => "The offer went on to the next agent.",
    }
}

pub fn staffing(staffing: Option<Staffing>) -> String {
    match staffing {
        Some(Staffing::Closed { opens_at: Some(at) }) => format!("closed, opens {}", browser::time(at)),
        Some(Staffing::Closed { opens_at: None }) => "closed".to_owned(),
        Some(Staffing::NobodyHere) => "nobody available".to_owned(),
        Some(Staffing::Staffed) | None => String::new(),
    }
}
