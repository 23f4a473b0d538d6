//! Promises and visitors who were missed: the lists, and the one that is looked at.

use protocol::{AgentCommand, Commitment, ConversationId, MissedRow, Outcome, Text};
use std::rc::Rc;
use words::Said;
use yew::prelude::*;

use super::{
    Desk,
    card::Card,
    erasing::Erasing,
    foreign,
    keeping::Keep,
    log::Log,
    phrase::{self, counted, label, phrase, plain},
};
use crate::{
    said,
    speech::{own, say, when},
    state::{Action, Opened as State},
    text,
};

pub fn promises(desk: &Desk) -> Html {
    let state = &desk.state;
    html! {
        <section id="promises">
            <h2>{ counted(said::promises, state.board.promises.len() as u64) }</h2>
            <ul>
                { for state.board.promises.iter().map(|row| {
                    let news = state.promise_news.get(&row.conversation).copied().unwrap_or(0);
                    let owner = match &row.owner {
                        Some(owner) if state.me() == Some(owner) => Some(said::tag_yours()),
                        Some(owner) => Some(said::keeps_it(own(&state.agent_name(owner)))),
                        None => None,
                    };
                    html! {
                        <li key={row.conversation.0.clone()}>
                            <button
                                type="button"
                                class="row"
                                aria-current={is_open(desk, &row.conversation)}
                                onclick={open(desk, &row.conversation)}
                            >
                                <strong>{ phrase(promise(&row.commitment)) }</strong>
                                if let Some(owner) = owner {
                                    { " " }
                                    <span class="tag">{ phrase(owner) }</span>
                                }
                                if news > 0 {
                                    { " " }
                                    <span class="tag high">
                                        { counted(said::tag_new, u64::from(news)) }
                                    </span>
                                }
                                if row.commitment.missed {
                                    { " " }
                                    <span class="tag high">{ plain(said::tag_missed_once) }</span>
                                }
                                <span class="quiet">{ foreign::words(&row.summary) }</span>
                            </button>
                        </li>
                    }
                }) }
            </ul>
        </section>
    }
}

pub fn missed(desk: &Desk) -> Html {
    let state = &desk.state;
    if state.board.missed.is_empty() {
        return html! {};
    }
    html! {
        <section id="missed">
            <h2>{ counted(said::missed, state.board.missed.len() as u64) }</h2>
            <ul>
                { for state.board.missed.iter().map(|row| html! {
                    <li key={row.conversation.0.clone()}>
                        <button
                            type="button"
                            class="row"
                            aria-current={is_open(desk, &row.conversation)}
                            onclick={open(desk, &row.conversation)}
                        >
                            <strong>
                                { phrase::visitor(row.name.as_ref().map(|name| name.reveal())) }
                            </strong>
                            if row.contact.is_some() {
                                { " " }
                                <span class="tag">{ plain(said::tag_reachable) }</span>
                            }
                            <span class="quiet">{ phrase(how_missed(row)) }</span>
                            <span class="quiet">{ foreign::words(&row.summary) }</span>
                        </button>
                    </li>
                }) }
            </ul>
        </section>
    }
}

fn is_open(desk: &Desk, id: &ConversationId) -> Option<&'static str> {
    desk.state.opened.as_ref().is_some_and(|(opened, _)| opened == id).then_some("true")
}

fn open(desk: &Desk, id: &ConversationId) -> Callback<MouseEvent> {
    desk.on_press(AgentCommand::Open { conversation: id.clone() })
}

fn how_missed(row: &MissedRow) -> Said {
    match row.outcome {
        Outcome::Abandoned => said::missed_left(when(row.at)),
        _ => said::missed_unanswered(when(row.at)),
    }
}

/// Whom to reach, what was promised, and what was said since.
pub fn opened(desk: &Desk, id: &ConversationId, opened: &Rc<State>) -> Html {
    let (state, talk) = (&desk.state, &opened.talk);
    let promised = state.board.promises.iter().find(|row| row.conversation == *id);
    let missed_row = state.board.missed.iter().find(|row| row.conversation == *id);
    let me = state.called.clone();
    let on_end = {
        let state = state.dispatcher();
        Callback::from(move |at_end| state.dispatch(Action::AtEnd(at_end)))
    };
    let on_earlier = {
        let (desk, id) = (desk.clone(), id.clone());
        Callback::from(move |before| {
            desk.tell(&AgentCommand::ReadMessages { conversation: id.clone(), before })
        })
    };
    let on_earlier_lines = {
        let (desk, id) = (desk.clone(), id.clone());
        Callback::from(move |before| {
            desk.tell(&AgentCommand::ReadTranscript { conversation: id.clone(), before })
        })
    };
    let back = desk.on_change(Action::CloseOpened);
    html! {
        <>
            <section
                key={format!("opened-{id}")}
                class="chat"
                aria-label={label(
                    if missed_row.is_some() { said::missed_label } else { said::promise_label }
                )}
            >
                if let Some(row) = promised {
                    <h2>{ phrase(promise(&row.commitment)) }</h2>
                    <p class="reach">
                        { reach(&row.commitment, opened.claim.is_some() || row.owner.is_none()) }
                    </p>
                } else if let Some(row) = missed_row {
                    <h2>
                        { phrase::visitor(talk.name()) }
                        <span class="presence">{ phrase(how_missed(row)) }</span>
                    </h2>
                    <p class="reach">
                        { match &row.contact {
                            Some(contact) => contact_link(contact),
                            None => plain(said::no_address),
                        } }
                    </p>
                } else {
                    <h2>{ phrase::visitor(talk.name()) }</h2>
                }
                <Log
                    talk={talk.clone()}
                    {me}
                    language={(*desk.language).clone()}
                    is_over={opened.is_over}
                    {on_end}
                    {on_earlier}
                />
                if opened.is_over {
                    <div class="over" role="status">
                        <p>{ plain(said::promise_settled) }</p>
                        <button type="button" onclick={back}>{ plain(said::back) }</button>
                    </div>
                } else if let Some(row) = promised {
                    { match (&row.owner, opened.claim) {
                        (Some(owner), None) if state.me() != Some(owner) => html! {
                            <div class="over" role="status">
                                <p>
                                    { phrase(said::keeps_this_promise(own(&state.agent_name(
                                        owner
                                    )))) }
                                </p>
                                <button type="button" onclick={back}>{ plain(said::back) }</button>
                            </div>
                        },
                        _ => html! {
                            <Keep desk={desk.clone()} id={id.clone()} opened={opened.clone()} />
                        },
                    } }
                } else {
                    <div class="over">
                        <button
                            id="dismiss-missed"
                            class="primary"
                            type="button"
                            onclick={dismiss(desk, id)}
                        >
                            { plain(said::dealt_with) }
                        </button>
                        <button type="button" onclick={back}>{ plain(said::back) }</button>
                    </div>
                }
            </section>
            <Card
                key={format!("opened-card-{id}")}
                talk={talk.clone()}
                language={(*desk.language).clone()}
                {on_earlier_lines}
            >
                <Erasing desk={desk.clone()} id={id.clone()} />
            </Card>
        </>
    }
}

fn dismiss(desk: &Desk, id: &ConversationId) -> Callback<MouseEvent> {
    let (desk, id) = (desk.clone(), id.clone());
    Callback::from(move |_| {
        desk.ask(AgentCommand::DismissMissed { conversation: id.clone() });
        desk.state.dispatch(Action::CloseOpened);
    })
}

pub fn promise(commitment: &Commitment) -> Said {
    said::promise(commitment.kind.code(), when(commitment.due))
}

/// A link for who may keep it; words for others, so that nobody is called twice.
fn reach(commitment: &Commitment, is_link: bool) -> Html {
    if is_link { contact_link(&commitment.to) } else { foreign::words(&commitment.to) }
}

fn contact_link(to: &Text) -> Html {
    let link = if to.reveal().contains('@') {
        text::mailto(to.reveal(), &say(&said::mail_subject()))
    } else {
        text::tel(to.reveal())
    };
    html! { <a href={link}>{ foreign::words(to) }</a> }
}
