//! Whether a person is needed: the signals of a message, combined by the site's rules.

use protocol::{Act, Escalation, Priority, Rules, Signal, SignalKind, Text, Topic, Trigger};
use signals::Reading;
use words::Said;

use crate::card;

/// What follows from a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    Nothing,
    /// Ask whether a person should take over.
    Offer(Escalation),
    Handoff(Escalation),
}

/// The signals of a reading; `line` is the message's place in the transcript.
pub fn signals_of(
    reading: &Reading,
    confidence: Option<f32>,
    rules: &Rules,
    line: u32,
) -> Vec<Signal> {
    let thresholds = &rules.thresholds;
    let mut found = Vec::new();
    let mut add = |kind, strength: f32, evidence: Option<&str>| {
        found.push(Signal {
            kind,
            strength: strength.clamp(0.0, 1.0),
            line: Some(line),
            evidence: evidence.map(Text::from),
        });
    };
    if reading.asked_for_human.strength >= thresholds.asked_for_human {
        add(
            SignalKind::AskedForHuman,
            reading.asked_for_human.strength,
            reading.asked_for_human.evidence.as_deref(),
        );
    }
    for topic in &reading.topics {
        add(SignalKind::Topic(topic.kind), topic.strength, topic.evidence.as_deref());
    }
    if reading.frustration.strength >= 0.3 {
        add(
            SignalKind::NegativeSentiment,
            reading.frustration.strength,
            reading.frustration.evidence.as_deref(),
        );
    }
    if reading.short_negative {
        add(SignalKind::ShortNegative, 0.6, None);
    }
    if let Some(word) = &reading.profanity {
        add(SignalKind::Profanity, 0.5, Some(word));
    }
    if reading.shouting {
        add(SignalKind::Shouting, 0.4, None);
    }
    if reading.rephrased.likeness >= thresholds.rephrasing {
        add(SignalKind::Rephrasing, reading.rephrased.likeness, None);
    }
    if reading.failed_attempts > 0 {
        add(SignalKind::FailedAttempts, f32::from(reading.failed_attempts) / 3.0, None);
    }
    if let Some(confidence) = confidence.filter(|confidence| *confidence < thresholds.confidence) {
        add(SignalKind::LowConfidence, 1.0 - confidence, None);
    }
    found.sort_by(|a, b| b.strength.total_cmp(&a.strength));
    found
}

/// The strongest rule that fires. `recently_declined` keeps an offer from being made again at once;
/// a request in words or a topic of the site's always goes through.
pub fn decide(
    reading: &Reading,
    found: &[Signal],
    rules: &Rules,
    recently_declined: bool,
) -> Decision {
    // No rule of a site takes this away.
    if has(found, SignalKind::Topic(Topic::SelfHarm)) {
        return Decision::Handoff(by_crisis(found.to_vec()));
    }
    let thresholds = &rules.thresholds;
    let mut fired: Vec<(Trigger, Priority, Said)> = Vec::new();
    if has(found, SignalKind::AskedForHuman) {
        fired.push((Trigger::Explicit, Priority::Standard, card::reason_explicit()));
    }
    let topic = found.iter().filter_map(|signal| match signal.kind {
        SignalKind::Topic(Topic::Refund) if !is_large_refund(reading, thresholds.refund_amount) => {
            None
        }
        SignalKind::Topic(topic) => rules
            .topics
            .iter()
            .find(|(ruled, _)| *ruled == topic)
            .map(|(_, priority)| (topic, *priority)),
        _ => None,
    });
    if let Some((topic, priority)) = topic.max_by_key(|(_, priority)| *priority) {
        fired.push((Trigger::Topic, priority, card::reason_topic(topic.code())));
    }
    if reading.failed_attempts >= thresholds.attempts {
        let reason = card::reason_failed_attempts();
        fired.push((Trigger::FailedAttempts, Priority::Standard, reason));
    }
    if reading.running >= thresholds.frustration {
        fired.push((Trigger::Sentiment, Priority::Standard, card::reason_sentiment()));
    }
    if reading.rephrased.times >= thresholds.rephrasings {
        fired.push((Trigger::Rephrasing, Priority::Standard, card::reason_rephrasing()));
    }
    if has(found, SignalKind::LowConfidence) {
        fired.push((Trigger::Confidence, Priority::Standard, card::reason_confidence()));
    }
    let fired: Vec<_> = fired
        .into_iter()
        .filter_map(|(trigger, priority, reason)| Some((rules.of(trigger)?, priority, reason)))
        .collect();
    let Some(first) = fired.first() else { return Decision::Nothing };
    let priority = fired
        .iter()
        .map(|(rule, priority, _)| rule.priority.max(*priority))
        .max()
        .unwrap_or_default();
    // The act of the rule that asks for most; its trigger names the escalation.
    let (rule, _, reason) =
        fired.iter().find(|(rule, ..)| rule.act == Act::Handoff).unwrap_or(first);
    let escalation = Escalation {
        trigger: rule.trigger,
        reason: Text::new(card::text(reason)),
        priority,
        signals: found.to_vec(),
    };
    match rule.act {
        Act::Handoff => Decision::Handoff(escalation),
        Act::Offer if recently_declined => Decision::Nothing,
        Act::Offer => Decision::Offer(escalation),
    }
}

/// The escalation of the button.
pub fn by_button(rules: &Rules, signals: Vec<Signal>) -> Escalation {
    let priority = rules.of(Trigger::Explicit).map_or(Priority::Standard, |rule| rule.priority);
    Escalation {
        trigger: Trigger::Explicit,
        reason: Text::new(card::text(&card::reason_button())),
        priority,
        signals,
    }
}

/// The escalation of somebody who may harm themselves.
pub fn by_crisis(signals: Vec<Signal>) -> Escalation {
    Escalation {
        trigger: Trigger::Topic,
        reason: Text::new(card::text(&card::reason_topic(Topic::SelfHarm.code()))),
        priority: Priority::High,
        signals,
    }
}

fn has(found: &[Signal], kind: SignalKind) -> bool {
    found.iter().any(|signal| signal.kind == kind)
}

/// A refund without an amount is no large one: the bot may answer how refunds work.
fn is_large_refund(reading: &Reading, threshold: f64) -> bool {
    reading.facts.amount.as_ref().is_some_and(|amount| amount.value > threshold)
}

#[cfg(test)]
mod tests {
    use super::*;
    use signals::{Base, Models, Reader};

    fn reader(rules: &Rules) -> Reader {
        let base =
            Base::read(include_bytes!("../signals/models/base.bin")).expect("the committed model");
        Reader::new(Models::new(Some(base), None), rules.thresholds.rephrasing)
    }

    fn decided(texts: &[&str]) -> Decision {
        let rules = Rules::default();
        let mut reader = reader(&rules);
        let mut decision = Decision::Nothing;
        for text in texts {
            let reading = reader.read(text);
            let found = signals_of(&reading, Some(0.9), &rules, 0);
            decision = decide(&reading, &found, &rules, false);
            reader.hear_bot("Here is what I found.", Some(0.9));
        }
        decision
    }

    #[test]
    fn a_request_hands_over_at_once() {
        assert!(matches!(
            decided(&["let me talk to a person"]),
            Decision::Handoff(e) if e.trigger == Trigger::Explicit
        ));
    }

    #[test]
    fn a_large_refund_goes_to_a_person_with_high_priority_and_a_small_one_does_not() {
        assert!(matches!(
            decided(&["I want a refund of 250 euros"]),
            Decision::Handoff(e) if e.priority == Priority::High && e.trigger == Trigger::Topic
        ));
        assert_eq!(decided(&["how do refunds work?"]), Decision::Nothing);
        assert_eq!(decided(&["I want a refund of 20 euros"]), Decision::Nothing);
    }

    #[test]
    fn frustration_is_offered_a_person_and_calm_words_are_not() {
        assert!(matches!(
            decided(&["this is useless, you don't understand me!"]),
            Decision::Offer(e) if e.trigger == Trigger::Sentiment
        ));
        assert_eq!(decided(&["I lost my receipt"]), Decision::Nothing);
        assert_eq!(
            decided(&["WHERE IS MY ORDER"]),
            Decision::Nothing,
            "capitals alone are no reason"
        );
        assert_eq!(
            decided(&["damn, I forgot my password"]),
            Decision::Nothing,
            "profanity alone is no reason"
        );
    }

    #[test]
    fn no_rule_of_a_site_keeps_a_crisis_from_people() {
        let rules = Rules { rule: Vec::new(), topics: Vec::new(), ..Rules::default() };
        let reading = reader(&rules).read("honestly I just want to die");
        let found = signals_of(&reading, None, &rules, 0);
        assert!(matches!(
            decide(&reading, &found, &rules, true),
            Decision::Handoff(e) if e.priority == Priority::High
        ));
        assert_eq!(found[0].evidence, Some("want to die".into()));
    }

    #[test]
    fn a_sites_rules_decide() {
        let rules = Rules { rule: Vec::new(), ..Rules::default() };
        let mut reader = reader(&Rules::default());
        let reading = reader.read("agent");
        let found = signals_of(&reading, None, &rules, 0);
        assert_eq!(decide(&reading, &found, &rules, false), Decision::Nothing);
    }

    #[test]
    fn a_declined_offer_is_not_made_again_at_once() {
        let rules = Rules::default();
        let reading = reader(&Rules::default()).read("this is useless, you don't understand me!");
        let found = signals_of(&reading, None, &rules, 0);
        assert_eq!(decide(&reading, &found, &rules, true), Decision::Nothing);
    }
}
