//! The card: summary, details, highlights, next steps, then the whole transcript.

use protocol::{Author, Millis, Text, TranscriptLine};
use std::rc::Rc;
use yew::prelude::*;

use super::{
    foreign::{self, foreign},
    words,
};
use crate::{browser, state::Talk};

#[derive(Properties, PartialEq)]
pub struct CardProps {
    pub talk: Rc<Talk>,
    /// Asks for the lines of the transcript before this one.
    pub on_earlier_lines: Callback<u32>,
}

#[component]
pub fn Card(props: &CardProps) -> Html {
    let (talk, card) = (&props.talk, &props.talk.card);
    let profile = &card.profile;
    let contacts = profile.earlier_contacts.map(|n| Text::new(n.to_string()));
    // Where they are now, and where they asked if that was another page.
    let page = ("Page", if talk.page.is_some() { &talk.page } else { &card.page });
    let asked_on = ("Asked on", if talk.page.is_none() || talk.page == card.page { &None } else { &card.page });
    let details = [("Name", &profile.name), ("E-mail", &profile.email), ("Phone", &profile.phone), page, asked_on];
    let account = [
        ("Account", &profile.account),
        ("Account type", &profile.account_type),
        ("Tier", &profile.loyalty_tier),
        ("Lifetime value", &profile.lifetime_value),
        ("Earlier contacts", &contacts),
    ];
    let times = talk.transcript_times();
    let lines = card.transcript.iter().zip(times).collect::<Vec<_>>();
    let before = talk.transcript_before;
    let highlights = card.highlights.iter().filter_map(|i| lines.get(i.checked_sub(before)? as usize));
    let earlier = {
        let on_earlier_lines = props.on_earlier_lines.clone();
        Callback::from(move |_| on_earlier_lines.emit(before))
    };
    html! {
        <section class="card" aria-label="Card">
            <h2 id="summary">{ foreign::words(&card.summary) }</h2>
            <p class="tags">
                <span class={classes!("tag", words::priority(card.escalation.priority))}>{ format!("{} priority", words::priority(card.escalation.priority)) }</span>
                <span class="tag">{ words::sentiment(card.sentiment) }</span>
                <span class="tag">{ foreign(&card.category) }</span>
                if !card.language.is_empty() {
                    <span class="tag">{ foreign(&card.language) }</span>
                }
            </p>
            { for talk.notes.iter().map(|note| html! {
                <p class="note"><strong>{ foreign(&note.from) }{ format!(", {}: ", browser::time(note.at)) }</strong>{ foreign::words(&note.text) }</p>
            }) }
            <p>{ foreign::words(&card.escalation.reason) }</p>
            <h3>{ "Details" }<span class="quiet">{ "told by the visitor or the page, not verified" }</span></h3>
            { list(&details) }
            if account.iter().any(|(_, value)| value.is_some()) || !profile.orders.is_empty() {
                <h3>{ "Account and orders" }<span class="quiet">{ "told by the page, not verified" }</span></h3>
                { list(&account) }
                <ul class="orders">
                    { for profile.orders.iter().map(|order| html! {
                        <li>{ foreign::words(&order.id) }{ ": " }{ foreign::words(&order.what) }{ ", " }{ foreign::words(&order.status) }</li>
                    }) }
                </ul>
            }
            if !card.escalation.signals.is_empty() {
                <h3>{ "Signals" }</h3>
                <ul class="signals">
                    { for card.escalation.signals.iter().map(|signal| html! {
                        <li>{ words::signal(signal.kind) }if let Some(evidence) = &signal.evidence { { " “" }{ foreign::words(evidence) }{ "”" } }</li>
                    }) }
                </ul>
            }
            if !card.highlights.is_empty() {
                <h3>{ "Highlights" }</h3>
                <ol class="lines">{ for highlights.map(|(line, at)| said(line, *at)) }</ol>
            }
            if !card.actions.is_empty() {
                <h3>{ "Tried by the bot" }</h3>
                <ul class="actions">
                    { for card.actions.iter().map(|tried| html! { <li>{ foreign::words(&tried.what) }{ format!(": {}", words::action(tried.outcome)) }</li> }) }
                </ul>
            }
            if !card.next_steps.is_empty() {
                <h3>{ "Next steps" }</h3>
                <ul class="steps">{ for card.next_steps.iter().map(|step| html! { <li>{ foreign::words(step) }</li> }) }</ul>
            }
            <details>
                <summary>{ format!("Full transcript ({} lines)", before as usize + lines.len()) }</summary>
                if talk.transcript_shift() != 0 {
                    <p class="quiet">{ "The visitor's clock was wrong: these times are counted back from when they asked." }</p>
                }
                if before > 0 { <button class="earlier" type="button" onclick={earlier}>{ "Earlier lines" }</button> }
                <ol class="lines" id="transcript">{ for lines.iter().map(|(line, at)| said(line, *at)) }</ol>
            </details>
        </section>
    }
}

fn list(details: &[(&'static str, &Option<Text>)]) -> Html {
    html! { <dl>{ for details.iter().filter_map(|(label, value)| value.as_ref().map(|value| html! { <><dt>{ *label }</dt><dd>{ foreign::words(value) }</dd></> })) }</dl> }
}

fn said(line: &TranscriptLine, at: Millis) -> Html {
    let who = match line.author {
        Author::Visitor => "Visitor",
        Author::Bot => "Bot",
        Author::Agent => "Agent",
    };
    html! { <li><span class="when">{ format!("{} {who}", browser::time(at)) }</span>{ foreign::words(&line.text) }</li> }
}
