//! Frames that this page cannot read: what they were about, so that the desk can be told.

use protocol::{Claim, ConversationId};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What an unreadable frame was about.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Named {
    pub conversation: ConversationId,
    pub claim: Claim,
}

/// A frame as far as it matters here: one event, whatever its name. What else is in it is passed
/// over without a value being made of it, so that a number beyond all range does no harm.
#[derive(Deserialize)]
struct Frame {
    event: BTreeMap<String, Named>,
}

/// The conversation and the claim that the frame's event names.
pub fn named(text: &str) -> Option<Named> {
    let frame: Frame = serde_json::from_str(text).ok()?;
    frame.event.into_values().next().filter(|named| named.conversation.is_well_formed())
}

#[cfg(test)]
mod tests {
    use super::named;
    use protocol::{AgentEvent, EventFrame};

    #[test]
    fn what_a_poisoned_card_was_about_is_still_found() {
        for strength in ["null", "1e39", "-3.5e38", "1e400", "\"high\""] {
            let card = format!(r#"{{"strength":{strength}}}"#);
            let accepted = format!(r#"{{"conversation":"c1","claim":7,"card":{card}}}"#);
            let frame = format!(r#"{{"v":1,"event":{{"accepted":{accepted}}}}}"#);
            assert!(serde_json::from_str::<EventFrame<AgentEvent>>(&frame).is_err());
            let named = named(&frame).expect("an id and a claim");
            assert_eq!((named.conversation.0.as_str(), named.claim.0), ("c1", 7), "{strength}");
        }
        let words = r#"{"v":1,"event":{"said":{"text":"\"conversation\":\"c2\",\"claim\":8",
            "strength":1e400,"conversation":"c1","claim":7}}}"#;
        let named_beside = named(words).expect("an id and a claim");
        assert_eq!(
            (named_beside.conversation.0.as_str(), named_beside.claim.0),
            ("c1", 7),
            "whatever a visitor wrote"
        );
        for nothing in [
            "",
            "garbage",
            r#"{"v":1,"event":{"news":{}}}"#,
            r#"{"v":1,"event":{"said":{"conversation":"c1"}}}"#,
            r#"{"event":3}"#,
        ] {
            assert_eq!(named(nothing), None, "{nothing}");
        }
    }
}
