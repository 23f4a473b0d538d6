//! The card: summary, details, highlights, next steps, then the whole transcript.

use protocol::{Author, ContextPackage, Note, Text, TranscriptLine};
use std::rc::Rc;
use yew::prelude::*;

use super::words;
use crate::browser;

#[derive(Properties, PartialEq)]
pub struct CardProps {
    pub card: Rc<ContextPackage>,
    /// What agents who passed it on wrote.
    #[prop_or_default]
    pub notes: Vec<Note>,
}

#[component]
pub fn Card(props: &CardProps) -> Html {
    let card = &props.card;
    let profile = &card.profile;
    let contacts = profile.earlier_contacts.map(|n| Text::new(n.to_string()));
    let details = [
        ("Name", &profile.name),
        ("E-mail", &profile.email),
        ("Phone", &profile.phone),
        ("Account", &profile.account),
        ("Account type", &profile.account_type),
        ("Tier", &profile.loyalty_tier),
        ("Lifetime value", &profile.lifetime_value),
        ("Earlier contacts", &contacts),
        ("Page", &card.page),
    ];
    html! {
        <section class="card" aria-label="Card">
            <h2 id="summary">{ card.summary.reveal() }</h2>
            <p class="tags">
                <span class={classes!("tag", words::priority(card.escalation.priority))}>{ format!("{} priority", words::priority(card.escalation.priority)) }</span>
                <span class="tag">{ words::sentiment(card.sentiment) }</span>
                <span class="tag">{ &card.category }</span>
                if !card.language.is_empty() {
                    <span class="tag">{ &card.language }</span>
                }
            </p>
            { for props.notes.iter().map(|note| html! { <p class="note"><strong>{ format!("{}: ", note.from) }</strong>{ note.text.reveal() }</p> }) }
            <p>{ card.escalation.reason.reveal() }</p>
            <h3>{ "Details" }</h3>
            <dl>
                { for details.iter().filter_map(|(label, value)| value.as_ref().map(|value| html! { <><dt>{ *label }</dt><dd>{ value.reveal() }</dd></> })) }
            </dl>
            if !profile.orders.is_empty() {
                <ul class="orders">
                    { for profile.orders.iter().map(|order| html! { <li>{ format!("{}: {}, {}", order.id.reveal(), order.what.reveal(), order.status.reveal()) }</li> }) }
                </ul>
            }
            if !card.escalation.signals.is_empty() {
                <h3>{ "Signals" }</h3>
                <ul class="signals">
                    { for card.escalation.signals.iter().map(|signal| {
                        let evidence = signal.evidence.as_ref().map(|words| format!(" “{}”", words.reveal())).unwrap_or_default();
                        html! { <li>{ format!("{}{evidence}", words::signal(signal.kind)) }</li> }
                    }) }
                </ul>
            }
            if !card.highlights.is_empty() {
                <h3>{ "Highlights" }</h3>
                <ol class="lines">{ for card.highlights.iter().filter_map(|i| card.transcript.get(*i as usize)).map(line) }</ol>
            }
            if !card.actions.is_empty() {
                <h3>{ "Tried by the bot" }</h3>
                <ul class="actions">
                    { for card.actions.iter().map(|tried| html! { <li>{ format!("{}: {}", tried.what.reveal(), words::action(tried.outcome)) }</li> }) }
                </ul>
            }
            <h3>{ "Next steps" }</h3>
            <ul class="steps">{ for card.next_steps.iter().map(|step| html! { <li>{ step.reveal() }</li> }) }</ul>
            <details>
                <summary>{ format!("Full transcript ({} lines)", card.transcript.len()) }</summary>
                <ol class="lines" id="transcript">{ for card.transcript.iter().map(line) }</ol>
            </details>
        </section>
    }
}

fn line(line: &TranscriptLine) -> Html {
    let who = match line.author {
        Author::Visitor => "Visitor",
        Author::Bot => "Bot",
        Author::Agent => "Agent",
    };
    html! { <li><span class="when">{ format!("{} {who}", browser::clock(line.at)) }</span>{ line.text.reveal() }</li> }
}
