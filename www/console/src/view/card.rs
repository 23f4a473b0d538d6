//! The card: summary, details, highlights, next steps, then the whole transcript.

use protocol::{Author, Millis, Text, TranscriptLine};
use std::rc::Rc;
use yew::prelude::*;

use super::{
    codes,
    foreign::{self, foreign},
    phrase::{Plain, counted, label, phrase, plain},
};
use crate::{
    said,
    speech::{self, own, when},
    state::Talk,
};

#[derive(Properties, PartialEq)]
pub struct CardProps {
    pub talk: Rc<Talk>,
    pub language: String,
    /// Asks for the lines of the transcript before this one.
    pub on_earlier_lines: Callback<u32>,
    /// What can be done with all of it.
    pub children: Html,
}

#[component]
pub fn Card(props: &CardProps) -> Html {
    let (talk, card) = (&props.talk, &props.talk.card);
    let profile = &card.profile;
    let contacts = profile.earlier_contacts.map(|n| Text::new(n.to_string()));
    // Where they are now, and where they asked if that was another page.
    let page: Detail = (said::page, if talk.page.is_some() { &talk.page } else { &card.page });
    let asked_on: Detail = (
        said::asked_on,
        if talk.page.is_none() || talk.page == card.page { &None } else { &card.page },
    );
    let details: [Detail; 5] = [
        (said::name, &profile.name),
        (said::e_mail, &profile.email),
        (said::phone, &profile.phone),
        page,
        asked_on,
    ];
    let account: [Detail; 5] = [
        (said::account, &profile.account),
        (said::account_type, &profile.account_type),
        (said::tier, &profile.loyalty_tier),
        (said::lifetime_value, &profile.lifetime_value),
        (said::earlier_contacts, &contacts),
    ];
    let times = talk.transcript_times();
    let lines = card.transcript.iter().zip(times).collect::<Vec<_>>();
    let before = talk.transcript_before;
    let highlights =
        card.highlights.iter().filter_map(|i| lines.get(i.checked_sub(before)? as usize));
    let earlier = {
        let on_earlier_lines = props.on_earlier_lines.clone();
        Callback::from(move |_| on_earlier_lines.emit(before))
    };
    html! {
        <section class="card" aria-label={label(said::card_label)}>
            <h2 id="summary">{ foreign::words(&card.summary) }</h2>
            <p class="tags">
                <span class={classes!("tag", codes::priority_class(card.escalation.priority))}>
                    { phrase(said::priority(card.escalation.priority.code())) }
                </span>
                <span class="tag">{ phrase(said::mood(card.sentiment.code())) }</span>
                <span class="tag">{ foreign(&card.category) }</span>
                if !card.language.is_empty() {
                    <span class="tag">{ foreign(&speech::name_of(&card.language, false)) }</span>
                }
            </p>
            { for talk.notes.iter().map(|note| html! {
                <p class="note">
                    <strong>
                        { phrase(said::note_from(own(&note.from), when(note.at))) }
                        { " " }
                    </strong>
                    { foreign::words(&note.text) }
                </p>
            }) }
            <p>{ foreign::words(&card.escalation.reason) }</p>
            <h3>
                { plain(said::details) }
                <span class="quiet">{ plain(said::details_source) }</span>
            </h3>
            { list(&details) }
            if account.iter().any(|(_, value)| value.is_some()) || !profile.orders.is_empty() {
                <h3>
                    { plain(said::account_and_orders) }
                    <span class="quiet">{ plain(said::account_source) }</span>
                </h3>
                { list(&account) }
                <ul class="orders">
                    { for profile.orders.iter().map(|order| html! {
                        <li>
                            { phrase(said::order(
                                own(order.id.reveal()),
                                own(order.what.reveal()),
                                own(order.status.reveal())
                            )) }
                        </li>
                    }) }
                </ul>
            }
            if !card.escalation.signals.is_empty() {
                <h3>{ plain(said::signals) }</h3>
                <ul class="signals">
                    { for card.escalation.signals.iter().map(|signal| html! {
                        <li>
                            { phrase(match &signal.evidence {
                                Some(words) => said::signal_with_words(
                                    said::signal(signal.kind.code()),
                                    own(words.reveal()),
                                ),
                                None => said::signal(signal.kind.code()),
                            }) }
                        </li>
                    }) }
                </ul>
            }
            if !card.highlights.is_empty() {
                { told(said::highlights) }
                <ol class="lines">{ for highlights.map(|(line, at)| said(line, *at)) }</ol>
            }
            if !card.actions.is_empty() {
                { told(said::tried_by_the_bot) }
                <ul class="actions">
                    { for card.actions.iter().map(|tried| html! {
                        <li>
                            { phrase(said::tried(
                                own(tried.what.reveal()),
                                said::tried_outcome(tried.outcome.code())
                            )) }
                        </li>
                    }) }
                </ul>
            }
            if talk.card_lost {
                <p>{ plain(said::card_lost) }</p>
            } else if !card.next_steps.is_empty() {
                <h3>{ plain(said::next_steps) }</h3>
                <ul class="steps">
                    { for card.next_steps.iter().map(|step| html! {
                        <li>{ foreign::words(step) }</li>
                    }) }
                </ul>
            }
            <details>
                <summary>
                    { counted(said::full_transcript, u64::from(before) + lines.len() as u64) }
                </summary>
                <p class="quiet">{ plain(said::transcript_source) }</p>
                if talk.transcript_shift() != 0 {
                    <p class="quiet">{ plain(said::clock_was_wrong) }</p>
                }
                if before > 0 {
                    <button class="earlier" type="button" onclick={earlier}>
                        { plain(said::earlier_lines) }
                    </button>
                }
                <ol class="lines" id="transcript">
                    { for lines.iter().map(|(line, at)| said(line, *at)) }
                </ol>
            </details>
            { props.children.clone() }
        </section>
    }
}

/// What it is called, and what it is.
type Detail<'a> = (Plain, &'a Option<Text>);

fn list(details: &[Detail]) -> Html {
    html! {
        <dl>
            { for details.iter().filter_map(|(label, value)| value.as_ref().map(|value| html! {
                <><dt>{ plain(*label) }</dt><dd>{ foreign::words(value) }</dd></>
            })) }
        </dl>
    }
}

/// A heading over what only the visitor's browser tells.
fn told(heading: Plain) -> Html {
    html! {
        <h3>
            { plain(heading) }
            <span class="quiet">{ plain(said::transcript_source) }</span>
        </h3>
    }
}

/// A line as the visitor's browser tells it. What an agent has said is among the messages: of a
/// line that is said to be an agent's before the desk knew of the conversation, nobody knows.
fn said(line: &TranscriptLine, at: Millis) -> Html {
    let who = match line.author {
        Author::Visitor => said::said_by_visitor(when(at)),
        Author::Bot => said::said_by_bot(when(at)),
        Author::Agent => said::said_by_claimed_agent(when(at)),
    };
    html! { <li><span class="when">{ phrase(who) }</span>{ foreign::words(&line.text) }</li> }
}
