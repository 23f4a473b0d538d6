//! The context package: what the agent is told, so that nothing need be repeated.

use protocol::{
    ActionOutcome, ActionTried, Author, ContextPackage, Escalation, Sentiment, SignalKind, Text,
    Topic, WidgetSettings, limits,
};
use signals::{Level, Reading};

use crate::thread::Thread;

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
        .find(|own| own.key == category)
        .map_or("a question", |own| own.label.as_str());
    let mut profile = thread.profile.clone();
    if profile.email.is_none() {
        profile.email = latest.facts.email.as_deref().map(Text::from);
    }
    if profile.phone.is_none() {
        profile.phone = latest.facts.phone.as_deref().map(Text::from);
    }
    let sentiment = sentiment(latest.level);
    let intent = intent(thread, latest, category_label, &escalation);
    let who = profile.name.as_ref().map_or("The visitor", |name| name.reveal());
    let summary = short(summary(who, &intent, &thread.actions, sentiment, &escalation));
    let highlights = highlights(thread, latest, &escalation, transcript.len());
    let next_steps = next_steps(thread, latest, sentiment, &escalation);
    ContextPackage {
        summary,
        intent: short(format!("Wants to {intent}.")),
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
fn short(text: String) -> Text {
    Text::new(text.chars().take(limits::MAX_SHORT_CHARS).collect::<String>())
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
fn intent(
    thread: &Thread,
    latest: &Reading,
    category_label: &str,
    escalation: &Escalation,
) -> String {
    let facts = &latest.facts;
    let amount = facts.amount.as_ref().map(|amount| {
        let value = amount.value;
        if value.fract() == 0.0 {
            format!("{}{}", amount.currency, value as i64)
        } else {
            format!(
                "{}{}.{:02}",
                amount.currency,
                value as i64,
                (value.fract() * 100.0).round() as i64
            )
        }
    });
    let of_amount = amount.map(|amount| format!(" of {amount}")).unwrap_or_default();
    let for_order =
        facts.order.as_ref().map(|order| format!(" for order {order}")).unwrap_or_default();
    match topic(escalation, thread) {
        Some(Topic::BillingDispute) => format!("dispute a charge{of_amount}{for_order}"),
        Some(Topic::Refund) => format!("get a refund{of_amount}{for_order}"),
        Some(Topic::Legal) => format!("settle a legal matter{for_order}"),
        Some(Topic::AccountSecurity) => "secure the account after suspected misuse".to_owned(),
        Some(Topic::Sensitive) => format!("get help with a sensitive matter{for_order}"),
        Some(Topic::Complaint) => format!("make a complaint{for_order}"),
        Some(Topic::SelfHarm) => "get help in a crisis".to_owned(),
        None => match &thread.matched {
            Some(title) => format!(
                "get an answer about “{}”{for_order}{of_amount}",
                title.trim_end_matches(['?', '.'])
            ),
            None => {
                let with = facts
                    .product
                    .as_ref()
                    .map(|product| format!(" ({product})"))
                    .unwrap_or_default();
                let since = facts.date.as_ref().map(|date| format!(", {date}")).unwrap_or_default();
                match need(latest.category) {
                    Some(need) => format!("{need}{with}{for_order}{of_amount}{since}"),
                    None => format!(
                        "get help with {}{with}{for_order}{of_amount}{since}",
                        lower_first(category_label)
                    ),
                }
            }
        },
    }
}

/// What one wants of the general categories, as an infinitive.
fn need(category: &str) -> Option<&'static str> {
    Some(match category {
        "account_access" => "get back into an account",
        "account_change" => "change account details",
        "billing_payment" => "settle a question about a payment",
        "booking" => "make a booking",
        "cancellation" => "cancel something",
        "order_delivery" => "get help with an order or its delivery",
        "refund_return" => "return something or get money back",
        "technical_problem" => "get something working again",
        _ => return None,
    })
}

/// One generated sentence: who, what, what was tried, how urgent.
fn summary(
    who: &str,
    intent: &str,
    actions: &[ActionTried],
    sentiment: Sentiment,
    escalation: &Escalation,
) -> String {
    let failed = actions
        .iter()
        .filter(|action| {
            matches!(action.outcome, ActionOutcome::DidNotHelp | ActionOutcome::Declined)
        })
        .count();
    let tried = match failed {
        0 => String::new(),
        1 => "; one thing the bot tried did not help".to_owned(),
        n => format!("; {n} things the bot tried did not help"),
    };
    // No frustration heard is not calm: who demands something in plain words may be anything.
    let mood = match sentiment {
        Sentiment::Neutral => "",
        Sentiment::MildlyFrustrated => "mildly frustrated, ",
        Sentiment::VeryFrustrated => "very frustrated, ",
        Sentiment::Angry => "angry, ",
    };
    let urgency = match escalation.priority {
        protocol::Priority::High => "urgent",
        protocol::Priority::Medium => "soon",
        protocol::Priority::Standard => "not urgent",
    };
    format!("{who} wants to {intent}{tried} ({mood}{urgency}).")
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
    let facts = &latest.facts;
    if sentiment >= Sentiment::VeryFrustrated {
        steps.push("Open with an apology and say what you will do first.".to_owned());
    }
    match (topic(escalation, thread), &facts.order) {
        (Some(Topic::BillingDispute), order) => steps.push(format!(
            "Compare the charges{} with what was ordered.",
            order.as_ref().map(|o| format!(" of order {o}")).unwrap_or_default()
        )),
        (Some(Topic::Refund), Some(order)) => steps.push(format!(
            "Check whether order {order} can be refunded and say when the money arrives."
        )),
        (Some(Topic::Refund), None) => steps.push("Ask which order the refund is for.".to_owned()),
        (Some(Topic::AccountSecurity), _) => steps
            .push("Verify the identity, then end all sign-ins and change the password.".to_owned()),
        (Some(Topic::Legal), _) => steps.push(
            "Do not argue the matter; pass it to whoever answers for legal questions.".to_owned(),
        ),
        (Some(Topic::SelfHarm), _) => steps.push(
            "Stay with them; name the numbers to call; do not close this conversation alone."
                .to_owned(),
        ),
        (Some(Topic::Sensitive), _) => {
            steps.push("Take time; do not ask for papers at first.".to_owned())
        }
        (Some(Topic::Complaint), _) => steps.push(
            "Record the complaint and give its number and the time of the answer.".to_owned(),
        ),
        (None, Some(order)) => steps.push(format!("Look up order {order}.")),
        (None, None) => {}
    }
    for action in &thread.actions {
        match action.outcome {
            ActionOutcome::Declined => {
                steps.push(format!("Do not suggest this again: {}.", action.what.reveal()))
            }
            ActionOutcome::DidNotHelp => {
                steps.push(format!("Go beyond this, it did not help: {}.", action.what.reveal()))
            }
            ActionOutcome::Accepted => {
                steps.push(format!("Carry this out, it was accepted: {}.", action.what.reveal()))
            }
            ActionOutcome::Helped | ActionOutcome::Unanswered => {}
        }
    }
    // Who has only pressed buttons has shown none.
    if !["", "en"].contains(&latest.language) {
        steps.push(format!("Answer in the visitor's language ({}).", latest.language));
    }
    if steps.is_empty() {
        steps.push("Ask what outcome would settle it.".to_owned());
    }
    steps.into_iter().take(6).map(short).collect()
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
