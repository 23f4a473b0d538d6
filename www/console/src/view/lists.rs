//! The lists: own conversations, the queue, what others hold, the agents.

use protocol::{AgentCommand, Author, ConversationId};
use std::rc::Rc;
use yew::prelude::*;

use super::{
    Desk, DeskProps, codes,
    foreign::{self, foreign},
    leaf::Since,
    phrase::{self, counted, phrase, place, plain},
};
use crate::{
    kept::Mode,
    said,
    speech::own,
    state::{Action, Held, SignedIn},
    text,
};

/// So many characters of the last message stand in a row.
const LAST_CHARS: usize = 60;

#[component]
pub fn Work(props: &DeskProps) -> Html {
    let (desk, state) = (&props.desk, &props.desk.state);
    // Under the pointer, or with the focus in it, the order stands: what is pressed is what was
    // seen.
    let is_held_still = use_state(|| false);
    let shown = use_mut_ref(Vec::<ConversationId>::new);
    let sorted = state.work();
    {
        let mut shown = shown.borrow_mut();
        if *is_held_still {
            shown.retain(|id| sorted.iter().any(|(listed, _)| *listed == id));
            let new: Vec<_> = sorted
                .iter()
                .filter(|(id, _)| !shown.contains(id))
                .map(|(id, _)| (*id).clone())
                .collect();
            shown.extend(new);
        } else {
            *shown = sorted.iter().map(|(id, _)| (*id).clone()).collect();
        }
    }
    let rows = shown
        .borrow()
        .iter()
        .filter_map(|id| Some((id, state.held.get(id)?)))
        .map(|(id, held)| row(desk, id, held))
        .collect::<Html>();
    let over = state.held.len() - state.live();
    let put_all_away = {
        let desk = desk.clone();
        Callback::from(move |_: MouseEvent| {
            let held = desk.state.held.iter().filter(|(_, held)| held.over.is_some());
            desk.put_away(&held.map(|(id, _)| id.clone()).collect::<Vec<_>>());
        })
    };
    let hold = |still| {
        let is_held_still = is_held_still.clone();
        move || is_held_still.set(still)
    };
    let (enter, leave, focus, blur) = (hold(true), hold(false), hold(true), hold(false));
    html! {
        <section id="work">
            <h2>{ counted(said::my_conversations, state.live() as u64) }</h2>
            <ul
                onmouseenter={move |_| enter()}
                onmouseleave={move |_| leave()}
                onfocusin={move |_| focus()}
                onfocusout={move |_| blur()}
            >
                { rows }
            </ul>
            if over > 1 {
                <button
                    id="put-all-away"
                    class="take"
                    type="button"
                    onclick={put_all_away}
                >
                    { counted(said::put_all_away, over as u64) }
                </button>
            }
            if !state.ended.is_empty() {
                <details id="ended">
                    <summary>{ counted(said::recently_ended, state.ended.len() as u64) }</summary>
                    <ul>
                        { for state.ended.iter().map(|(id, held)| html! {
                            <li key={id.0.clone()}>
                                <button
                                    type="button"
                                    class="row"
                                    onclick={desk.on_change(Action::TakeOut(id.clone()))}
                                >
                                    <strong>{ phrase::visitor(held.talk.name()) }</strong>
                                    { " " }
                                    <span class="tag">{ plain(said::tag_over) }</span>
                                    <span class="quiet">
                                        { foreign::words(&held.talk.card.summary) }
                                    </span>
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
    let current =
        (desk.state.selected.as_ref() == Some(id) && desk.state.opened.is_none()).then_some("true");
    let has_draft = current.is_none() && !desk.kept.draft(id, Mode::Answer).trim().is_empty();
    let unread = held.unread();
    let waits = held.talk.waits_since().filter(|_| held.over.is_none());
    let last = held.talk.messages.last().map(|message| {
        let words = text::first_words(message.text.reveal(), LAST_CHARS);
        if message.author == Author::Agent {
            phrase(said::you_said(own(&words)))
        } else {
            foreign(&words)
        }
    });
    html! {
        <li key={id.0.clone()}>
            <button
                type="button"
                class="row"
                aria-current={current}
                onclick={desk.on_change(Action::Select(id.clone()))}
            >
                <strong>{ phrase::visitor(held.talk.name()) }</strong>
                if unread > 0 {
                    { " " }
                    <span class="tag high">{ counted(said::tag_new, unread as u64) }</span>
                }
                if has_draft { { " " }<span class="tag">{ plain(said::tag_draft) }</span> }
                if held.over.is_some() { { " " }<span class="tag">{ plain(said::tag_over) }</span> }
                if let Some(at) = waits {
                    <span class="quiet">
                        { phrase::with(said::waits(place(0)), vec![html! { <Since {at} /> }]) }
                    </span>
                }
                <span class="quiet">
                    { last.unwrap_or_else(|| foreign::words(&held.talk.card.summary)) }
                </span>
            </button>
        </li>
    }
}

pub fn queue(desk: &Desk) -> Html {
    let state = &desk.state;
    html! {
        <section id="queue">
            <h2>
                { counted(said::queue, u64::from(state.board.waiting)) }
                <span class="quiet">{ for codes::staffing(state.board.staffing).map(phrase) }</span>
            </h2>
            if state.board.queue.is_empty() {
                <p class="quiet">{ plain(said::nobody_waits) }</p>
            } else {
                <button
                    id="take-next"
                    type="button"
                    onclick={desk.on_press(AgentCommand::Take { conversation: None })}
                >
                    { plain(said::take_next) }
                </button>
            }
            <ol>
                { for state.board.queue.iter().map(|row| html! {
                    <li key={row.conversation.0.clone()}>
                        <span>{ foreign::words(&row.summary) }</span>
                        <span class="quiet">
                            { phrase::with(
                                said::queue_row(
                                    said::priority(row.priority.code()),
                                    said::mood(row.sentiment.code()),
                                    place(0)
                                ),
                                vec![html! { <Since at={row.since} /> }]
                            ) }
                        </span>
                        if row.returned {
                            <span class="tag high">{ plain(said::tag_came_back) }</span>
                        }
                        <button
                            class="take"
                            type="button"
                            onclick={desk.on_wanted(
                                &row.conversation,
                                AgentCommand::Take { conversation: Some(row.conversation.clone()) }
                            )}
                        >
                            { plain(said::take) }
                        </button>
                    </li>
                }) }
            </ol>
        </section>
    }
}

/// What others hold, for a supervisor.
pub fn others(desk: &Desk) -> Html {
    let state = &desk.state;
    let SignedIn::As { agent: me, supervisor: true, .. } = &state.signed_in else {
        return html! {};
    };
    html! {
        <section id="held">
            <h2>{ plain(said::with_others) }</h2>
            <ul>
                { for state.board.held.iter().filter(|row| row.agent != *me).map(|row| html! {
                    <li key={row.conversation.0.clone()}>
                        <span>{ foreign::words(&row.summary) }</span>
                        <span class="quiet">
                            { phrase::with(
                                said::held_by(own(&state.agent_name(&row.agent)), place(0)),
                                vec![html! { <Since at={row.since} /> }]
                            ) }
                        </span>
                        <button
                            class="take-over"
                            type="button"
                            onclick={desk.on_wanted(
                                &row.conversation,
                                AgentCommand::TakeOver { conversation: row.conversation.clone() }
                            )}
                        >
                            { plain(said::take_over) }
                        </button>
                    </li>
                }) }
            </ul>
        </section>
    }
}

pub fn agents(desk: &Desk) -> Html {
    html! {
        <section id="agents">
            <h2>{ plain(said::agents) }</h2>
            <ul>
                { for desk.state.board.agents.iter().map(|row| {
                    let (load, capacity) = (u64::from(row.load), u64::from(row.capacity));
                    let presence = match (row.here, row.available) {
                        (true, true) => said::agent_available(load, capacity),
                        (true, false) => said::agent_away(load, capacity),
                        (false, _) => said::agent_not_here(load, capacity),
                    };
                    html! {
                        <li key={row.agent.0.clone()}>
                            { foreign(&row.name) }
                            <span class="quiet">{ phrase(presence) }</span>
                        </li>
                    }
                }) }
            </ul>
        </section>
    }
}
