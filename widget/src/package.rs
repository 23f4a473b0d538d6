//! The context package: what the agent is told, so that nothing need be repeated.

use protocol::{
    ActionOutcome, ActionTried, Author, ContextPackage, Escalation, Sentiment, SignalKind, Text,
    Topic, WidgetSettings, limits,
};
use signals::{Amount, Level, Reading};
use words::{Arg, Said};

use crate::{card, thread::Thread};

/// Lines an agent reads before the whole transcript.
const HIGHLIGHTS: usize = 5;

/// Everything that is known at the moment of the handoff. `latest` is the reading of the visitor's
/// last message.
pub fn context_package(
    thread: &Thread,
    settings: &WidgetSettings,
    latest: &Reading,
    escalation: Escalation,
    page: Option<Text>,
) -> ContextPackage {
    let transcript = thread.transcript();
    let category = thread.category.clone().unwrap_or_else(|| "other".to_owned());
    let category_label = settings
        .categories
        .iter()
        .find(|known| known.key == category)
        .map_or_else(|| card::text(&card::a_question()), |known| known.label.clone());
    let mut profile = thread.profile.clone();
    if profile.email.is_none() {
        profile.email = latest.facts.email.as_deref().map(Text::from);
    }
    if profile.phone.is_none() {
        profile.phone = latest.facts.phone.as_deref().map(Text::from);
    }
    let sentiment = sentiment(latest.level);
    let wish = wish(thread, latest, &category_label, &escalation);
    let who = match &profile.name {
        Some(name) => Arg::from(name.reveal()),
        None => card::the_visitor().into(),
    };
    let (mood, priority) = (sentiment.code(), escalation.priority.code());
    let summary = short(&card::summary(who, wish.clone(), failed(&thread.actions), mood, priority));
    let highlights = highlights(thread, latest, &escalation, transcript.len());
    let next_steps = next_steps(thread, latest, sentiment, &escalation);
    ContextPackage {
        summary,
        intent: short(&card::intent(wish)),
        category,
        language: latest.language.to_owned(),
        profile,
        sentiment,
        transcript,
        highlights,
        actions: thread.actions.iter().rev().take(limits::MAX_LIST_ITEMS).rev().cloned().collect(),
        next_steps,
        escalation,
        page,
    }
}

/// The words of a button or of a rule are fewer than a limit; a name or a title may not be.
fn short(said: &Said) -> Text {
    Text::new(card::text(said).chars().take(limits::MAX_SHORT_CHARS).collect::<String>())
}

fn sentiment(level: Level) -> Sentiment {
    match level {
        Level::Neutral => Sentiment::Neutral,
        Level::MildlyFrustrated => Sentiment::MildlyFrustrated,
        Level::VeryFrustrated => Sentiment::VeryFrustrated,
        Level::Angry => Sentiment::Angry,
    }
}

/// The first topic that the conversation touched, the weightiest first.
fn topic(escalation: &Escalation, thread: &Thread) -> Option<Topic> {
    let topics =
        escalation.signals.iter().chain(&thread.signals).filter_map(|signal| match signal.kind {
            SignalKind::Topic(topic) => Some(topic),
            _ => None,
        });
    topics.clone().find(|topic| *topic == Topic::SelfHarm).or(topics.min())
}

/// What the visitor wants, as an infinitive, generated from the topic, the facts and what the bot
/// took it for.
fn wish(thread: &Thread, latest: &Reading, label: &str, escalation: &Escalation) -> Said {
    let facts = &latest.facts;
    let if_any = |fact: Option<Said>| fact.unwrap_or_else(card::nothing);
    let order = || if_any(facts.order.as_deref().map(card::for_order));
    let amount = || if_any(facts.amount.as_ref().map(|amount| card::of_amount(money(amount))));
    if let Some(topic) = topic(escalation, thread) {
        return card::wish_of_topic(topic.code(), amount(), order());
    }
    match &thread.matched {
        Some(title) => card::wish_about(title.trim_end_matches(['?', '.']), order(), amount()),
        None => card::wish_of_category(
            latest.category,
            lower_first(label),
            if_any(facts.product.as_deref().map(card::of_product)),
            order(),
            amount(),
            if_any(facts.date.as_deref().map(card::since)),
        ),
    }
}

fn money(amount: &Amount) -> String {
    let cents = (amount.value * 100.0).round() as i64;
    let whole = format!("{}{}", amount.currency, cents / 100);
    if cents % 100 == 0 { whole } else { format!("{whole}.{:02}", cents % 100) }
}

/// How many of the things that the bot tried did not help.
fn failed(actions: &[ActionTried]) -> u64 {
    let did_not_help = |action: &&ActionTried| {
        matches!(action.outcome, ActionOutcome::DidNotHelp | ActionOutcome::Declined)
    };
    actions.iter().filter(did_not_help).count() as u64
}

/// The lines that matter most: where the issue is first stated, and where a signal was seen,
/// strongest first.
fn highlights(
    thread: &Thread,
    latest: &Reading,
    escalation: &Escalation,
    lines: usize,
) -> Vec<u32> {
    let mut chosen: Vec<u32> = Vec::new();
    let mut choose = |line: u32| {
        if (line as usize) < lines && chosen.len() < HIGHLIGHTS && !chosen.contains(&line) {
            chosen.push(line);
        }
    };
    let mut visitor = thread.lines[thread.first_line.min(thread.lines.len())..]
        .iter()
        .enumerate()
        .filter(|(_, line)| line.author == Author::Visitor && !line.is_notice);
    // Where nobody has read anything, nothing was stated.
    if let Some((issue, _)) = visitor.clone().nth(latest.issue) {
        choose(issue as u32);
    }
    let mut signals: Vec<_> = escalation.signals.iter().chain(&thread.signals).collect();
    signals.sort_by(|a, b| b.strength.total_cmp(&a.strength));
    signals.iter().filter_map(|signal| signal.line).for_each(&mut choose);
    if let Some((last, _)) = visitor.next_back() {
        choose(last as u32);
    }
    chosen.sort_unstable();
    chosen
}

/// Specific suggestions from this conversation.
fn next_steps(
    thread: &Thread,
    latest: &Reading,
    sentiment: Sentiment,
    escalation: &Escalation,
) -> Vec<Text> {
    let mut steps = Vec::new();
    if sentiment >= Sentiment::VeryFrustrated {
        steps.push(card::step_apology());
    }
    let order = latest.facts.order.as_deref();
    match (topic(escalation, thread), order) {
        (Some(Topic::Refund), Some(order)) => steps.push(card::step_refund(order)),
        (Some(topic), order) => {
            let order = order.map_or_else(card::nothing, card::of_order);
            steps.push(card::step_of_topic(topic.code(), order));
        }
        (None, Some(order)) => steps.push(card::step_look_up(order)),
        (None, None) => {}
    }
    for action in &thread.actions {
        let what = action.what.reveal();
        match action.outcome {
            ActionOutcome::Declined => steps.push(card::step_not_again(what)),
            ActionOutcome::DidNotHelp => steps.push(card::step_beyond(what)),
            ActionOutcome::Accepted => steps.push(card::step_carry_out(what)),
            ActionOutcome::Helped | ActionOutcome::Unanswered => {}
        }
    }
    // Who has only pressed buttons has shown none.
    if !["", "en"].contains(&latest.language) {
        steps.push(card::step_language(latest.language));
    }
    if steps.is_empty() {
        steps.push(card::step_outcome());
    }
    steps.iter().take(6).map(short).collect()
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
