//! The lists: own conversations, the queue, what others hold, the agents.

use protocol::{AgentCommand, Author, ConversationId};
use std::rc::Rc;
use yew::prelude::*;

use super::{
    Desk, DeskProps,
    foreign::{self, foreign},
    leaf::Since,
    words,
};
use crate::{
    kept::Mode,
    state::{Action, Held, SignedIn},
    text,
};

/// So many characters of the last message stand in a row.
const LAST_CHARS: usize = 60;

#[component]
pub fn Work(props: &DeskProps) -> Html {
    let (desk, state) = (&props.desk, &props.desk.state);
    // Under the pointer, or with the focus in it, the order stands: what is pressed is what was seen.
    let is_held_still = use_state(|| false);
    let shown = use_mut_ref(Vec::<ConversationId>::new);
    let sorted = state.work();
    {
        let mut shown = shown.borrow_mut();
        if *is_held_still {
            shown.retain(|id| sorted.iter().any(|(own, _)| *own == id));
            let new: Vec<_> = sorted.iter().filter(|(id, _)| !shown.contains(id)).map(|(id, _)| (*id).clone()).collect();
            shown.extend(new);
        } else {
            *shown = sorted.iter().map(|(id, _)| (*id).clone()).collect();
        }
    }
    let rows = shown.borrow().iter().filter_map(|id| Some((id, state.held.get(id)?))).map(|(id, held)| row(desk, id, held)).collect::<Html>();
    let over = state.held.len() - state.live();
    let hold = |still| {
        let is_held_still = is_held_still.clone();
        move || is_held_still.set(still)
    };
    let (enter, leave, focus, blur) = (hold(true), hold(false), hold(true), hold(false));
    html! {
        <section id="work">
            <h2>{ format!("My conversations ({})", state.live()) }</h2>
            <ul onmouseenter={move |_| enter()} onmouseleave={move |_| leave()} onfocusin={move |_| focus()} onfocusout={move |_| blur()}>{ rows }</ul>
            if over > 1 { <button id="put-all-away" class="take" type="button" onclick={desk.on_change(Action::PutAllAway)}>{ format!("Put all {over} away that are over") }</button> }
            if !state.ended.is_empty() {
                <details id="ended">
                    <summary>{ format!("Recently ended ({})", state.ended.len()) }</summary>
                    <ul>
                        { for state.ended.iter().map(|(id, held)| html! {
                            <li key={id.0.clone()}>
                                <button type="button" class="row" onclick={desk.on_change(Action::TakeOut(id.clone()))}>
                                    <strong>{ foreign(held.talk.name()) }</strong>{ " " }<span class="tag">{ "over" }</span>
                                    <span class="quiet">{ foreign::words(&held.talk.card.summary) }</span>
                                </button>
                            </li>
                        }) }
                    </ul>
                </details>
            }
        </section>
    }
}

fn row(desk: &Desk, id: &ConversationId, held: &Rc<Held>) -> Html {
    let current = (desk.state.selected.as_ref() == Some(id) && desk.state.opened.is_none()).then_some("true");
    let has_draft = current.is_none() && !desk.kept.draft(id, Mode::Answer).trim().is_empty();
    let unread = held.unread();
    let waits = held.talk.waits_since().filter(|_| held.over.is_none());
    let last = held.talk.messages.last().map(|message| {
        let who = if message.author == Author::Agent { "You: " } else { "" };
        (who, text::first_words(message.text.reveal(), LAST_CHARS))
    });
    html! {
        <li key={id.0.clone()}>
            <button type="button" class="row" aria-current={current} onclick={desk.on_change(Action::Select(id.clone()))}>
                <strong>{ foreign(held.talk.name()) }</strong>
                if unread > 0 { { " " }<span class="tag high">{ format!("{unread} new") }</span> }
                if has_draft { { " " }<span class="tag">{ "draft" }</span> }
                if held.over.is_some() { { " " }<span class="tag">{ "over" }</span> }
                if let Some(at) = waits { <span class="quiet">{ "waits " }<Since {at} /></span> }
                <span class="quiet">
                    { match last { Some((who, words)) => html! { <>{ who }{ foreign(&words) }</> }, None => foreign::words(&held.talk.card.summary) } }
                </span>
            </button>
        </li>
    }
}

#[component]
pub fn Queue(props: &DeskProps) -> Html {
    let (desk, state) = (&props.desk, &props.desk.state);
    html! {
        <section id="queue">
            <h2>{ format!("Queue ({})", state.board.waiting) }<span class="quiet">{ words::staffing(state.board.staffing) }</span></h2>
            if state.board.queue.is_empty() {
                <p class="quiet">{ "Nobody waits." }</p>
            } else {
                <button id="take-next" type="button" onclick={desk.on_press(AgentCommand::Take { conversation: None })}>{ "Take next" }</button>
            }
            <ol>
                { for state.board.queue.iter().map(|row| html! {
                    <li key={row.conversation.0.clone()}>
                        <span>{ foreign::words(&row.summary) }</span>
                        <span class="quiet">{ format!("{} priority · {} · waits ", words::priority(row.priority), words::sentiment(row.sentiment)) }<Since at={row.since} /></span>
                        if row.returned { <span class="tag high">{ "came back" }</span> }
                        <button class="take" type="button" onclick={desk.on_wanted(&row.conversation, AgentCommand::Take { conversation: Some(row.conversation.clone()) })}>{ "Take" }</button>
                    </li>
                }) }
            </ol>
        </section>
    }
}

/// What others hold, for a supervisor.
#[component]
pub fn Others(props: &DeskProps) -> Html {
    let (desk, state) = (&props.desk, &props.desk.state);
    let SignedIn::As { agent: me, supervisor: true, .. } = &state.signed_in else { return html! {} };
    html! {
        <section id="held">
            <h2>{ "With others" }</h2>
            <ul>
                { for state.board.held.iter().filter(|row| row.agent != *me).map(|row| html! {
                    <li key={row.conversation.0.clone()}>
                        <span>{ foreign::words(&row.summary) }</span>
                        <span class="quiet">{ "with " }{ foreign(&state.agent_name(&row.agent)) }{ " · " }<Since at={row.since} /></span>
                        <button class="take-over" type="button" onclick={desk.on_wanted(&row.conversation, AgentCommand::TakeOver { conversation: row.conversation.clone() })}>{ "Take over" }</button>
                    </li>
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
                    html! { <li key={row.agent.0.clone()}>{ foreign(&row.name) }<span class="quiet">{ format!("{presence} · {} of {}", row.load, row.capacity) }</span></li> }
                }) }
            </ul>
        </section>
    }
}
