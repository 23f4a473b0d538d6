//! The lists: offers, own conversations, the queue, the promises, the agents.

use protocol::{AgentCommand, AgentId, Author, Commitment, ContextPackage, ConversationId, FallbackKind, Message};
use std::rc::Rc;
use yew::prelude::*;

use super::{DeskProps, card::Card, words};
use crate::{
    browser,
    state::{Action, SignedIn},
};

/// Offers stand above everything else and are announced.
#[component]
pub fn Offers(props: &DeskProps) -> Html {
    let desk = &props.desk;
    let offers = desk.state.offers.iter().map(|(id, offer)| {
        let (conversation, claim) = (id.clone(), offer.claim);
        let accept = {
            let (desk, conversation) = (desk.clone(), conversation.clone());
            Callback::from(move |_| {
                desk.state.dispatch(Action::Select(conversation.clone()));
                desk.ask(AgentCommand::Accept { conversation: conversation.clone(), claim });
            })
        };
        let decline = {
            let desk = desk.clone();
            Callback::from(move |_| desk.ask(AgentCommand::Decline { conversation: conversation.clone(), claim }))
        };
        let left = offer.until.saturating_sub(desk.state.now).div_ceil(1000);
        html! {
            <li key={id.0.clone()} class={classes!("offer", words::priority(offer.priority))}>
                <p>
                    <strong>{ offer.summary.reveal() }</strong>
                    if let Some(note) = &offer.note { <span class="note">{ format!("{} passes it on: {}", note.from, note.text.reveal()) }</span> }
                    <span class="quiet">{ format!("{} · {} priority · {left} s left", offer.category, words::priority(offer.priority)) }</span>
                </p>
                <button class="primary accept" type="button" onclick={accept}>{ "Accept" }</button>
                <button class="decline" type="button" onclick={decline}>{ "Decline" }</button>
            </li>
        }
    });
    html! { <div role="alert"><ul class="offers" aria-label="Offers">{ for offers }</ul></div> }
}

#[component]
pub fn Work(props: &DeskProps) -> Html {
    let state = &props.desk.state;
    html! {
        <section id="work">
            <h2>{ format!("My conversations ({})", state.held.values().filter(|held| held.over.is_none()).count()) }</h2>
            <ul>
                { for state.held.iter().map(|(id, held)| {
                    let select = {
                        let (state, id) = (state.clone(), id.clone());
                        Callback::from(move |_| state.dispatch(Action::Select(id.clone())))
                    };
                    let name = held.card.profile.name.as_ref().map_or("Visitor", |name| name.reveal());
                    let current = (state.selected.as_ref() == Some(id)).then_some("true");
                    html! {
                        <li key={id.0.clone()}>
                            <button type="button" class="row" aria-current={current} onclick={select}>
                                <strong>{ name }</strong>
                                if held.unread > 0 { <span class="tag high">{ format!("{} new", held.unread) }</span> }
                                if held.over.is_some() { <span class="tag">{ "over" }</span> }
                                <span class="quiet">{ held.card.summary.reveal() }</span>
                            </button>
                        </li>
                    }
                }) }
            </ul>
        </section>
    }
}

#[component]
pub fn Queue(props: &DeskProps) -> Html {
    let (desk, state) = (&props.desk, &props.desk.state);
    html! {
        <section id="queue">
            <h2>{ format!("Queue ({})", state.board.waiting) }<span class="quiet">{ words::staffing(state.board.staffing) }</span></h2>
            if state.board.queue.is_empty() { <p class="quiet">{ "Nobody waits." }</p> }
            <ol>
                { for state.board.queue.iter().map(|row| html! {
                    <li key={row.conversation.0.clone()}>
                        <span>{ row.summary.reveal() }</span>
                        <span class="quiet">{ format!("{} priority · {} · waits {}", words::priority(row.priority), words::sentiment(row.sentiment), lasted(state.now.saturating_sub(row.since))) }</span>
                        if row.returned { <span class="tag high">{ "came back" }</span> }
                        { take_over(desk, &row.conversation) }
                    </li>
                }) }
            </ol>
        </section>
    }
}

/// What others hold, for a supervisor.
#[component]
pub fn Held(props: &DeskProps) -> Html {
    let (desk, state) = (&props.desk, &props.desk.state);
    let SignedIn::As { agent: me, supervisor: true, .. } = &state.signed_in else { return html! {} };
    let name = |id: &AgentId| state.board.agents.iter().find(|row| row.agent == *id).map_or_else(|| id.to_string(), |row| row.name.clone());
    html! {
        <section id="held">
            <h2>{ "With others" }</h2>
            <ul>
                { for state.board.held.iter().filter(|row| row.agent != *me).map(|row| html! {
                    <li key={row.conversation.0.clone()}>
                        <span>{ row.summary.reveal() }</span>
                        <span class="quiet">{ format!("with {} · {}", name(&row.agent), lasted(state.now.saturating_sub(row.since))) }</span>
                        { take_over(desk, &row.conversation) }
                    </li>
                }) }
            </ul>
        </section>
    }
}

/// A supervisor's button.
fn take_over(desk: &super::Desk, conversation: &ConversationId) -> Html {
    let SignedIn::As { supervisor: true, .. } = desk.state.signed_in else { return html! {} };
    let (desk, conversation) = (desk.clone(), conversation.clone());
    let take = Callback::from(move |_| {
        desk.state.dispatch(Action::Select(conversation.clone()));
        desk.ask(AgentCommand::TakeOver { conversation: conversation.clone() });
    });
    html! { <button class="take" type="button" onclick={take}>{ "Take over" }</button> }
}

/// Promises that fall due soon, or were missed: above everything else, and announced.
#[component]
pub fn Due(props: &DeskProps) -> Html {
    let desk = &props.desk;
    if desk.state.due.is_empty() {
        return html! {};
    }
    let dismiss = {
        let state = desk.state.clone();
        Callback::from(move |_| state.dispatch(Action::DismissDue))
    };
    html! {
        <div class="due" role="alert">
            <ul>
                { for desk.state.due.iter().map(|row| {
                    let lead = if row.commitment.missed { "A promise was missed; the visitor was told. New time: " } else { "A promise falls due: " };
                    html! { <li key={row.conversation.0.clone()}><strong>{ format!("{lead}{}", promise(&row.commitment)) }</strong>{ format!(" · {}", row.summary.reveal()) }</li> }
                }) }
            </ul>
            <button id="due-seen" type="button" onclick={dismiss}>{ "OK" }</button>
        </div>
    }
}

#[component]
pub fn Promises(props: &DeskProps) -> Html {
    let desk = &props.desk;
    html! {
        <section id="promises">
            <h2>{ format!("Promises ({})", desk.state.board.promises.len()) }</h2>
            <ul>
                { for desk.state.board.promises.iter().map(|row| {
                    let open = {
                        let (desk, conversation) = (desk.clone(), row.conversation.clone());
                        Callback::from(move |_| desk.ask(AgentCommand::Open { conversation: conversation.clone() }))
                    };
                    html! {
                        <li key={row.conversation.0.clone()}>
                            <button type="button" class="row" onclick={open}>
                                <strong>{ promise(&row.commitment) }</strong>
                                if row.commitment.missed { <span class="tag high">{ "missed once" }</span> }
                                <span class="quiet">{ row.summary.reveal() }</span>
                            </button>
                        </li>
                    }
                }) }
            </ul>
        </section>
    }
}

#[component]
pub fn Agents(props: &DeskProps) -> Html {
    html! {
        <section id="agents">
            <h2>{ "Agents" }</h2>
            <ul>
                { for props.desk.state.board.agents.iter().map(|row| {
                    let presence = match (row.here, row.available) {
                        (true, true) => "available",
                        (true, false) => "away",
                        (false, _) => "not here",
                    };
                    html! { <li key={row.agent.0.clone()}>{ &row.name }<span class="quiet">{ format!("{presence} · {} of {}", row.load, row.capacity) }</span></li> }
                }) }
            </ul>
        </section>
    }
}

#[derive(Properties, PartialEq)]
pub struct PromiseProps {
    pub desk: super::Desk,
    pub id: ConversationId,
    pub card: Rc<ContextPackage>,
    pub messages: Vec<Message>,
}

/// A promise to keep: whom to reach, with the card and what was said since.
#[component]
pub fn Promise(props: &PromiseProps) -> Html {
    let desk = &props.desk;
    let close = {
        let state = desk.state.clone();
        Callback::from(move |_| state.dispatch(Action::CloseOpened))
    };
    let keep = {
        let (desk, conversation) = (desk.clone(), props.id.clone());
        Callback::from(move |_| {
            desk.ask(AgentCommand::Fulfil { conversation: conversation.clone(), note: None });
            desk.state.dispatch(Action::CloseOpened);
        })
    };
    let commitment = desk.state.board.promises.iter().find(|row| row.conversation == props.id).map(|row| row.commitment.clone());
    html! {
        <>
            <section class="chat" aria-label="Promise">
                if let Some(commitment) = commitment {
                    <h2>{ promise(&commitment) }</h2>
                    <p class="reach">{ reach(&commitment) }</p>
                }
                <ol class="log" aria-label="Messages">
                    { for props.messages.iter().map(|message| html! {
                        <li key={message.id.0.clone()} class={if message.author == Author::Agent { "mine" } else { "theirs" }}><span class="words">{ message.text.reveal() }</span></li>
                    }) }
                </ol>
                <div class="over">
                    <button id="fulfil" class="primary" type="button" onclick={keep}>{ "Done: the promise is kept" }</button>
                    <button type="button" onclick={close}>{ "Back" }</button>
                </div>
            </section>
            <Card card={props.card.clone()} />
        </>
    }
}

fn promise(commitment: &Commitment) -> String {
    let kind = match commitment.kind {
        FallbackKind::Callback => "Call back",
        FallbackKind::Ticket => "Answer by e-mail",
    };
    format!("{kind} by {}", browser::day_and_clock(commitment.due))
}

fn reach(commitment: &Commitment) -> Html {
    let to = commitment.to.reveal().to_owned();
    let scheme = match commitment.kind {
        FallbackKind::Callback => "tel:",
        FallbackKind::Ticket => "mailto:",
    };
    html! { <a href={format!("{scheme}{}", to.replace(' ', ""))}>{ to }</a> }
}

fn lasted(ms: u64) -> String {
    match ms / 1000 {
        seconds if seconds < 60 => format!("{seconds} s"),
        seconds => format!("{} min", seconds / 60),
    }
}
