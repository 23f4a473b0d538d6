//! Frames that this page cannot read: what they were about, so that the desk can be told.

use protocol::ConversationId;
use serde_json::Value;

/// What an unreadable frame was about.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    pub conversation: ConversationId,
    pub claim: u64,
}

/// The conversation and the claim that the frame's event names. Even what is no JSON (a number
/// beyond all range) is searched for them.
pub fn named(text: &str) -> Option<Named> {
    match serde_json::from_str::<Value>(text) {
        Ok(frame) => {
            let event = frame.get("event")?.as_object()?.values().next()?;
            let conversation = ConversationId(event.get("conversation")?.as_str()?.to_owned());
            Some(Named { conversation, claim: event.get("claim")?.as_u64()? })
                .filter(|named| named.conversation.is_well_formed())
        }
        Err(_) => {
            let after = |name: &str| text.split_once(name).map(|(_, rest)| rest.trim_start());
            let conversation = ConversationId(
                after("\"conversation\":")?.strip_prefix('"')?.split('"').next()?.to_owned(),
            );
            let claim: String =
                after("\"claim\":")?.chars().take_while(char::is_ascii_digit).collect();
            Some(Named { conversation, claim: claim.parse().ok()? })
                .filter(|named| named.conversation.is_well_formed())
        }
    }
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
            assert_eq!((named.conversation.0.as_str(), named.claim), ("c1", 7), "{strength}");
        }
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
