//! What a frame may carry, beyond what its types say: every text within its limit, every number
//! finite and in its range. What passes here is stored as it came, so that whoever reads it later,
//! in whatever language, reads the same.

use protocol::{
    ActionTried, ContextPackage, Order, Profile, Rejection, RejectionCode, Signal, Text,
    TranscriptLine, limits,
};
use std::ops::RangeInclusive;

use crate::state::package::Words;

type Checked = Result<(), Rejection>;

pub(crate) fn check(is_fine: bool, field: &str, why: &str, limit: usize) -> Checked {
    if is_fine {
        Ok(())
    } else {
        Err(Rejection::new(RejectionCode::Malformed, why).at(field).limit(limit as u64))
    }
}

pub(crate) fn check_message(text: &Text, field: &str) -> Checked {
    if text.is_blank() {
        return Err(Rejection::new(RejectionCode::Malformed, "the message is empty").at(field));
    }
    at_most(
        text.is_longer_than(limits::MAX_MESSAGE_CHARS),
        "the message is too long",
        limits::MAX_MESSAGE_CHARS,
        || field.to_owned(),
    )
}

pub(crate) fn check_short(text: &Text, field: &str) -> Checked {
    short(text, || field.to_owned())
}

/// A path as browsers write it, with none of what may stand in a query.
pub(crate) fn check_page(page: &Text, field: &str) -> Checked {
    let path = page.reveal();
    at_most(
        path.len() > limits::MAX_PAGE_BYTES,
        "the path is too long",
        limits::MAX_PAGE_BYTES,
        || field.to_owned(),
    )?;
    let is_path = path.starts_with('/') && !path.contains(['?', '\n', '\r']);
    if is_path {
        Ok(())
    } else {
        Err(Rejection::new(RejectionCode::Malformed, "expected a path without a query").at(field))
    }
}

pub(crate) fn check_package(package: &ContextPackage<Words<'_>>) -> Checked {
    let lines = package.transcript.len();
    items(lines, limits::MAX_TRANSCRIPT_LINES, "transcript")?;
    items(package.highlights.len(), limits::MAX_LIST_ITEMS, "highlights")?;
    items(package.actions.len(), limits::MAX_LIST_ITEMS, "actions")?;
    items(package.next_steps.len(), limits::MAX_LIST_ITEMS, "next_steps")?;
    items(package.escalation.signals.len(), limits::MAX_LIST_ITEMS, "escalation.signals")?;
    if package.summary.is_blank() {
        return Err(
            Rejection::new(RejectionCode::Malformed, "the summary is empty").at(at("summary"))
        );
    }
    short(&package.summary, || at("summary"))?;
    short(&package.intent, || at("intent"))?;
    short(&package.escalation.reason, || at("escalation.reason"))?;
    at_most(
        package.category.len() > limits::MAX_CATEGORY_BYTES,
        "the category's key is too long",
        limits::MAX_CATEGORY_BYTES,
        || at("category"),
    )?;
    at_most(
        package.language.len() > limits::MAX_LANGUAGE_BYTES,
        "expected a BCP 47 tag",
        limits::MAX_LANGUAGE_BYTES,
        || at("language"),
    )?;
    if let Some(text) = &package.page {
        short(text, || at("page"))?;
    }
    for (i, line) in package.transcript.iter().enumerate() {
        check_line(i, line)?;
    }
    for (i, highlight) in package.highlights.iter().enumerate() {
        line_of(*highlight, lines, || at(&format!("highlights[{i}]")))?;
    }
    for (i, ActionTried { at: time, what, outcome: _ }) in package.actions.iter().enumerate() {
        short(what, || at(&format!("actions[{i}].what")))?;
        millis(*time, || at(&format!("actions[{i}].at")))?;
    }
    for (i, step) in package.next_steps.iter().enumerate() {
        short(step, || at(&format!("next_steps[{i}]")))?;
    }
    for (i, signal) in package.escalation.signals.iter().enumerate() {
        check_signal(i, signal, lines)?;
    }
    check_profile(&package.profile)
}

fn check_line(i: usize, line: &TranscriptLine<Words<'_>>) -> Checked {
    let TranscriptLine { author: _, at: time, text, confidence } = line;
    let is_long = protocol::is_longer(text.reveal(), limits::MAX_MESSAGE_CHARS);
    at_most(is_long, "the line is too long", limits::MAX_MESSAGE_CHARS, || {
        at(&format!("transcript[{i}].text"))
    })?;
    millis(*time, || at(&format!("transcript[{i}].at")))?;
    share(confidence.unwrap_or_default(), || at(&format!("transcript[{i}].confidence")))
}

fn check_signal(i: usize, signal: &Signal, lines: usize) -> Checked {
    let Signal { kind: _, strength, line, evidence } = signal;
    share(*strength, || at(&format!("escalation.signals[{i}].strength")))?;
    if let Some(line) = line {
        line_of(*line, lines, || at(&format!("escalation.signals[{i}].line")))?;
    }
    if let Some(text) = evidence {
        short(text, || at(&format!("escalation.signals[{i}].evidence")))?;
    }
    Ok(())
}

fn check_profile(profile: &Profile) -> Checked {
    let Profile {
        name,
        email,
        phone,
        account,
        account_type,
        loyalty_tier,
        lifetime_value,
        earlier_contacts,
        orders,
    } = profile;
    for (field, fact) in [
        ("name", name),
        ("email", email),
        ("phone", phone),
        ("account", account),
        ("account_type", account_type),
        ("loyalty_tier", loyalty_tier),
        ("lifetime_value", lifetime_value),
    ] {
        if let Some(text) = fact {
            short(text, || at(&format!("profile.{field}")))?;
        }
    }
    if earlier_contacts.is_some_and(|n| n > limits::MAX_EARLIER_CONTACTS) {
        let error = Rejection::new(RejectionCode::Malformed, "expected a number of contacts")
            .at(at("profile.earlier_contacts"));
        return Err(error.limit(limits::MAX_EARLIER_CONTACTS.into()));
    }
    items(orders.len(), limits::MAX_LIST_ITEMS, "profile.orders")?;
    for (i, Order { id, what, status }) in orders.iter().enumerate() {
        for (field, text) in [("id", id), ("what", what), ("status", status)] {
            short(text, || at(&format!("profile.orders[{i}].{field}")))?;
        }
    }
    Ok(())
}

fn at(field: &str) -> String {
    format!("command.request_handoff.package.{field}")
}

/// The field is only named where something is wrong with it.
fn at_most(is_over: bool, why: &str, limit: usize, field: impl FnOnce() -> String) -> Checked {
    if is_over {
        Err(Rejection::new(RejectionCode::TooLarge, why).at(field()).limit(limit as u64))
    } else {
        Ok(())
    }
}

fn items(n: usize, most: usize, field: &str) -> Checked {
    at_most(n > most, "the list is too long", most, || at(field))
}

fn short(text: &Text, field: impl FnOnce() -> String) -> Checked {
    at_most(
        text.is_longer_than(limits::MAX_SHORT_CHARS),
        "the text is too long",
        limits::MAX_SHORT_CHARS,
        field,
    )
}

/// Of one, as a probability. What is not finite is in no range.
fn share(n: f32, field: impl FnOnce() -> String) -> Checked {
    const SHARE: RangeInclusive<f32> = 0.0..=1.0;
    if SHARE.contains(&n) {
        Ok(())
    } else {
        Err(Rejection::new(RejectionCode::Malformed, "expected a number from 0 to 1")
            .at(field())
            .limit(1))
    }
}

fn millis(time: u64, field: impl FnOnce() -> String) -> Checked {
    if time <= limits::MAX_MILLIS {
        return Ok(());
    }
    Err(Rejection::new(RejectionCode::Malformed, "expected milliseconds since 1970")
        .at(field())
        .limit(limits::MAX_MILLIS))
}

fn line_of(line: u32, lines: usize, field: impl FnOnce() -> String) -> Checked {
    if (line as usize) < lines {
        return Ok(());
    }
    Err(Rejection::new(RejectionCode::Malformed, "expected the index of a line of the transcript")
        .at(field())
        .limit(lines as u64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// The field of what is refused.
    fn refused(change: impl Fn(&mut Value)) -> Option<String> {
        let mut package = json!({
            "summary": "s", "intent": "i", "category": "c", "language": "en",
            "sentiment": "neutral",
            "profile": {"orders": [{"id": "1", "what": "Fig", "status": "sent"}]},
            "transcript": [{"author": "visitor", "at": 1, "text": "t", "confidence": 1.0}],
            "highlights": [0],
            "actions": [{"at": 1, "what": "w", "outcome": "helped"}], "next_steps": ["n"],
            "escalation": {
                "trigger": "explicit", "reason": "r", "priority": "high",
                "signals": [{"kind": "shouting", "strength": 0.0, "line": 0, "evidence": "e"}],
            },
        });
        change(&mut package);
        let json = package.to_string();
        let package: ContextPackage<Words<'_>> = serde_json::from_str(&json).unwrap();
        check_package(&package)
            .err()
            .map(|error| error.field.unwrap().replace("command.request_handoff.package.", ""))
    }

    #[test]
    fn every_number_has_its_range() {
        assert_eq!(refused(|_| {}), None);
        for (pointer, error) in [
            ("/escalation/signals/0/strength", json!(1e39)),
            ("/escalation/signals/0/strength", json!(-1e39)),
            ("/escalation/signals/0/strength", json!(3.5e38)),
            ("/escalation/signals/0/strength", json!(-0.001)),
            ("/escalation/signals/0/line", json!(1)),
            ("/transcript/0/confidence", json!(1.5)),
            ("/transcript/0/at", json!(1u64 << 53)),
            ("/actions/0/at", json!(u64::MAX)),
            ("/highlights/0", json!(u32::MAX)),
            ("/profile/earlier_contacts", json!(u32::MAX)),
        ] {
            let field = refused(|package| match package.pointer_mut(pointer) {
                Some(value) => *value = error.clone(),
                None => package["profile"]["earlier_contacts"] = error.clone(),
            });
            assert_eq!(
                field.unwrap().replace(['.', '[', ']'], ""),
                pointer.replace('/', ""),
                "{error}"
            );
        }
    }

    #[test]
    fn every_text_has_its_limit() {
        let long = "x".repeat(limits::MAX_MESSAGE_CHARS + 1);
        for pointer in [
            "/summary",
            "/intent",
            "/category",
            "/language",
            "/page",
            "/profile/name",
            "/profile/email",
            "/profile/phone",
            "/profile/account",
            "/profile/account_type",
            "/profile/loyalty_tier",
            "/profile/lifetime_value",
            "/profile/orders/0/id",
            "/profile/orders/0/what",
            "/profile/orders/0/status",
            "/transcript/0/text",
            "/actions/0/what",
            "/next_steps/0",
            "/escalation/reason",
            "/escalation/signals/0/evidence",
        ] {
            let field = refused(|package| {
                let (parent, key) = pointer.rsplit_once('/').unwrap();
                let parent = package.pointer_mut(parent).unwrap();
                match parent.as_array_mut() {
                    Some(list) => list[key.parse::<usize>().unwrap()] = long.clone().into(),
                    None => parent[key] = long.clone().into(),
                }
            });
            assert_eq!(field.unwrap().replace(['.', '[', ']'], ""), pointer.replace('/', ""));
        }
    }
}
