//! Whatever is taken can be read: a package, however it is written and whatever stands in it, is
//! refused or becomes a card that the very types of a console read.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use proptest::prelude::*;
use protocol::*;
use serde_json::Value;
use testkit::{Driver, package};

/// JSON that somebody might put anywhere, as it is written.
fn anything() -> impl Strategy<Value = String> {
    let number = prop::sample::select(vec![
        "0",
        "-0",
        "1",
        "0.5",
        "1e39",
        "-1e39",
        "3.5e38",
        "3.4028236e38",
        "1e308",
        "1e-400",
        "-1",
        "1.0",
        "1e2",
        "4294967295",
        "4294967296",
        "9007199254740992",
        "18446744073709551615",
        "18446744073709551616",
    ]);
    let plain = prop::sample::select(vec![
        "null",
        "true",
        "[]",
        "{}",
        "[0]",
        "\"\"",
        "\"\\u0000\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ud83d\"",
        "\"\\\"card\\\":null\"",
        "{\"a\":1}",
        "[[[]]]",
    ]);
    prop_oneof![
        3 => number.prop_map(str::to_owned),
        2 => plain.prop_map(str::to_owned),
        1 => ".{0,20}".prop_map(|text| serde_json::to_string(&text).unwrap()),
        1 => (0..6_000usize).prop_map(|n| serde_json::to_string(&"x".repeat(n)).unwrap()),
    ]
}

/// The paths of everything in it.
fn paths(value: &Value, path: String, all: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(key, value)| paths(value, format!("{path}/{key}"), all))
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(i, value)| paths(value, format!("{path}/{i}"), all))
        }
        _ => {}
    }
    all.push(path);
}

fn full() -> Value {
    let mut package = package("kim");
    package.profile.orders =
        vec![Order { id: "1".into(), what: "Fig".into(), status: "sent".into() }];
    package.profile.earlier_contacts = Some(2);
    package.transcript[0].confidence = Some(0.5);
    package.actions =
        vec![ActionTried { at: 1, what: "offered".into(), outcome: ActionOutcome::Declined }];
    package.next_steps = vec!["Ask.".into()];
    package.page = Some("/".into());
    package.escalation.signals = vec![Signal {
        kind: SignalKind::Topic(Topic::Refund),
        strength: 0.5,
        line: Some(0),
        evidence: Some("refund".into()),
    }];
    serde_json::to_value(package).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 150, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_taken_is_a_card_that_can_be_read(
        places in prop::collection::vec((any::<prop::sample::Index>(), anything()), 0..3),
        order in 0..4usize,
        doubled in any::<bool>(),
        escaped in any::<bool>(),
    ) {
        let mut package = full();
        let mut all = Vec::new();
        paths(&package, String::new(), &mut all);
        let mut marks = Vec::new();
        for (i, (place, text)) in places.iter().enumerate() {
            let mark = format!("@{i}@");
            if let Some(value) = package.pointer_mut(place.get::<String>(&all)) {
                *value = mark.clone().into();
                marks.push((format!("\"{mark}\""), text));
            }
        }
        let mut package = package.to_string();
        for (mark, text) in marks {
            package = package.replace(&mark, text);
        }
        let key = if escaped { "\\u0070ackage" } else { "package" };
        let twice = if doubled { format!("\"{key}\":{package},") } else { String::new() };
        let command = format!("\"command\":{{\"request_handoff\":{{{twice}\"{key}\":{package}}}}}");
        let mut desk = Driver::default();
        let maria = desk.agent("maria");
        let visitor = desk.visitor("c1");
        let token = format!("\"token\":\"{}\"", visitor.token.0);
        let mut parts = vec!["\"v\":1".to_owned(), "\"conversation\":\"c1\"".to_owned(), token];
        parts.insert(order, command);
        if desk.visitor_writes(&visitor, &format!("{{ {} }}", parts.join(" , "))) {
            return Ok(());
        }
        let claim = desk.offer(&maria).expect("it is offered");
        // The driver reads what comes by the types of a console.
        let accept = AgentCommand::Accept { conversation: visitor.id.clone(), claim };
        let event = desk.agent_last(&maria, accept);
        let AgentEvent::Accepted { card, .. } = event else { panic!("{event:?}") };
        let mut signals = card.escalation.signals.iter();
        prop_assert!(signals.all(|signal| (0.0..=1.0).contains(&signal.strength)));
        prop_assert!(card.highlights.iter().all(|line| (*line as usize) < card.transcript.len()));
    }
}
