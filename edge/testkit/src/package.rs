//! The package of a handoff.

use protocol::{
    Author, ContextPackage, Escalation, Priority, Profile, Sentiment, Text, TranscriptLine, Trigger,
};

/// What the widget would hand over for somebody of that name, who wants a refund. Tests change what
/// they are about: `ContextPackage { category: "billing".into(), ..package("Kim") }`.
pub fn package(who: &str) -> ContextPackage {
    ContextPackage {
        summary: Text::new(format!("{who} wants a refund for order 1234")),
        intent: "refund".into(),
        category: "other".into(),
        language: "en".into(),
        profile: Profile { name: Some(who.into()), ..Profile::default() },
        sentiment: Sentiment::Neutral,
        transcript: vec![TranscriptLine {
            author: Author::Visitor,
            at: 1,
            text: "I want a refund".into(),
            confidence: None,
        }],
        highlights: vec![0],
        actions: Vec::new(),
        next_steps: Vec::new(),
        escalation: Escalation {
            trigger: Trigger::Explicit,
            reason: "asked".into(),
            priority: Priority::Standard,
            signals: Vec::new(),
        },
        page: None,
    }
}
