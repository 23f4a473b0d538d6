//! The live chat with one visitor, and its end.

use browser::clock;
use protocol::{
    AgentCommand, Claim, ConversationId, Outcome, Text,
    limits::{MAX_MESSAGE_CHARS, MAX_SHORT_CHARS},
    pieces,
};
use std::{cell::Cell, rc::Rc};
use yew::prelude::*;

use super::{
    Desk,
    card::Card,
    choice::Choice,
    codes,
    draft::{self, Draft},
    erasing::Erasing,
    foreign::foreign,
    leaf::{Countdown, Typing},
    log::Log,
    phrase::{self, label, phrase, place, plain},
    transfer::Transfer,
};
use crate::{
    kept::Mode,
    said,
    speech::{own, say},
    state::{Action, Form, Held},
};

/// "is typing" is told at most this often, in ms.
const TYPED_EVERY_MS: u64 = 2_500;

pub fn conversation(desk: &Desk, id: &ConversationId, held: &Rc<Held>) -> Html {
    let (talk, claim) = (&held.talk, held.claim);
    let named = phrase::visitor_named(talk.name());
    let me = desk.state.called.clone();
    let connect = desk.on_press(AgentCommand::Connect { conversation: id.clone(), claim });
    let extend = desk.on_press(AgentCommand::ExtendReview { conversation: id.clone(), claim });
    let put_away = {
        let (desk, id) = (desk.clone(), id.clone());
        Callback::from(move |_: MouseEvent| desk.put_away(std::slice::from_ref(&id)))
    };
    let on_end = {
        let state = desk.state.dispatcher();
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
    let unread = held.unread();
    html! {
        <>
        <section
            key={format!("chat-{id}")}
            class="chat"
            aria-label={say(&said::conversation_label(named.clone()))}
        >
            <h2>
                { phrase::visitor(talk.name()) }
                <span class="presence">{ presence(held) }</span>
            </h2>
            if let Some(until) = held.review_until {
                <div class="review">
                    <p>
                        { phrase::with(
                            said::review(place(0)),
                            vec![html! { <Countdown {until} /> }]
                        ) }
                    </p>
                    if held.may_extend {
                        <button id="extend" type="button" onclick={extend}>
                            { plain(said::more_time) }
                        </button>
                    }
                    <button id="connect" class="primary" type="button" onclick={connect}>
                        { plain(said::connect) }
                    </button>
                </div>
            }
            if let Some((to, until)) = &held.transferring {
                <div class="review" role="status">
                    <p>
                        { phrase::with(
                            said::being_passed_on(own(to), place(0)),
                            vec![html! { <Countdown until={*until} /> }]
                        ) }
                    </p>
                </div>
            }
            if let Some(at) = held.closing_at {
                <div class="review" role="status">
                    <p>
                        { phrase::with(
                            said::closing(place(0)),
                            vec![html! { <Countdown until={at} /> }]
                        ) }
                    </p>
                </div>
            }
            <Log
                talk={talk.clone()}
                {me}
                language={(*desk.language).clone()}
                received={held.visitor_received}
                read={held.visitor_read}
                new_from={held.new_from}
                {unread}
                is_over={held.over.is_some()}
                {on_end}
                {on_earlier}
            />
            <Typing name={named} until={held.typing_until} />
            if let Some(over) = held.over {
                { left_behind(&desk.kept.draft(id, Mode::Answer)) }
                <div class="over" role="status">
                    <p>{ plain(codes::over(over)) }</p>
                    <button id="put-away" type="button" onclick={put_away}>
                        { plain(said::put_away) }
                    </button>
                </div>
            } else {
                { match held.form {
                    Form::Answer => html! {
                        <Answer desk={desk.clone()} id={id.clone()} held={held.clone()} />
                    },
                    Form::Transfer => html! {
                        <Transfer desk={desk.clone()} id={id.clone()} {claim} />
                    },
                    Form::Resolve => html! {
                        <Resolve desk={desk.clone()} id={id.clone()} {claim} />
                    },
                } }
            }
        </section>
        <Card
            key={format!("card-{id}")}
            talk={talk.clone()}
            language={(*desk.language).clone()}
            {on_earlier_lines}
        >
            <Erasing desk={desk.clone()} id={id.clone()} />
        </Card>
        </>
    }
}

/// What this agent had half written when the conversation went to somebody else.
fn left_behind(draft: &str) -> Html {
    if draft.is_empty() {
        return Html::default();
    }
    html! {
        <div class="left-behind">
            <p class="quiet">{ plain(said::left_behind) }</p>
            { foreign(draft) }
        </div>
    }
}

/// Where the visitor is.
fn presence(held: &Held) -> Html {
    match &held.talk.page {
        _ if !held.visitor_present => plain(said::visitor_gone),
        Some(page) => phrase(said::visitor_on_page(own(page.reveal()))),
        None => plain(said::visitor_here),
    }
}

#[derive(Properties, PartialEq)]
struct AnswerProps {
    desk: Desk,
    id: ConversationId,
    held: Rc<Held>,
}

/// The field for the answer, and the ways to the other forms.
#[component]
fn Answer(props: &AnswerProps) -> Html {
    let (desk, id, held) = (&props.desk, &props.id, &props.held);
    let claim = held.claim;
    let is_live = held.review_until.is_none();
    let node = use_node_ref();
    let typed_at = use_mut_ref(|| Cell::new(0u64));
    let send = {
        let (desk, id, node, typed_at) = (desk.clone(), id.clone(), node.clone(), typed_at.clone());
        Callback::from(move |()| {
            if is_live && let Some(text) = draft::take(&desk.kept, &id, Mode::Answer, &node) {
                typed_at.borrow().set(0);
                // Kept first; the effect in `Console` brings it to the desk, now and after every
                // reconnect.
                desk.say(&id, &text);
            }
        })
    };
    let on_typed = {
        let (desk, id) = (desk.clone(), id.clone());
        Callback::from(move |()| {
            let now = clock::elapsed();
            if now > typed_at.borrow().get() + TYPED_EVERY_MS || typed_at.borrow().get() == 0 {
                typed_at.borrow().set(now);
                desk.tell(&AgentCommand::Type { conversation: id.clone(), claim });
            }
        })
    };
    let on_enter = send.clone();
    let on_send = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        send.emit(());
    });
    let placeholder = label(if is_live { said::your_answer } else { said::answer_once_connected });
    html! {
        <form onsubmit={on_send}>
            <Draft
                kept={desk.kept.clone()}
                conversation={id.clone()}
                mode={Mode::Answer}
                id="answer"
                {node}
                most={pieces::MOST * MAX_MESSAGE_CHARS}
                label={label(said::your_answer)}
                {placeholder}
                disabled={!is_live}
                redrafts={held.talk.redrafts}
                {on_typed}
                on_enter={Some(on_enter)}
            />
            <button id="send" class="primary" type="submit" disabled={!is_live}>
                { plain(said::send) }
            </button>
            <button
                id="transfer"
                type="button"
                disabled={!is_live || held.transferring.is_some()}
                onclick={desk.on_change(Action::Form(id.clone(), Form::Transfer))}
            >
                { plain(said::transfer) }
            </button>
            <button
                id="resolve"
                type="button"
                disabled={!is_live}
                onclick={desk.on_change(Action::Form(id.clone(), Form::Resolve))}
            >
                { plain(said::resolve) }
            </button>
        </form>
    }
}

#[derive(Properties, PartialEq)]
struct ResolveProps {
    desk: Desk,
    id: ConversationId,
    claim: Claim,
}

const OUTCOMES: [(&str, Outcome); 3] = [
    ("resolved", Outcome::Resolved),
    ("follow_up", Outcome::FollowUp),
    ("unresolved", Outcome::Unresolved),
];

/// The outcome and the reason.
#[component]
fn Resolve(props: &ResolveProps) -> Html {
    let chosen = use_state(|| "resolved".to_owned());
    let reason = use_node_ref();
    let on_submit = {
        let (desk, id, claim, chosen) =
            (props.desk.clone(), props.id.clone(), props.claim, chosen.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some((_, outcome)) = OUTCOMES.into_iter().find(|(value, _)| *value == *chosen)
            else {
                return;
            };
            // It stays in the field until the conversation is over.
            let reason = Text::new(desk.kept.draft(&id, Mode::Reason).trim());
            if !reason.is_blank() {
                desk.ask(AgentCommand::Resolve {
                    conversation: id.clone(),
                    claim,
                    outcome,
                    reason,
                });
            }
        })
    };
    let options = OUTCOMES
        .into_iter()
        .map(|(value, outcome)| (value.to_owned(), say(&codes::outcome(outcome)())))
        .collect::<Vec<_>>();
    let back = props.desk.on_change(Action::Form(props.id.clone(), Form::Answer));
    html! {
        <form class="resolve" onsubmit={on_submit}>
            <label>
                { plain(said::outcome) }
                <Choice
                    id="outcome"
                    {options}
                    chosen={(*chosen).clone()}
                    on_chosen={move |value| chosen.set(value)}
                />
            </label>
            <label>
                { plain(said::reason) }
                <Draft
                    kept={props.desk.kept.clone()}
                    conversation={props.id.clone()}
                    mode={Mode::Reason}
                    id="reason"
                    node={reason}
                    most={MAX_SHORT_CHARS}
                    required={true}
                    placeholder={label(said::reason_hint)}
                />
            </label>
            <button id="close" class="primary" type="submit">
                { plain(said::close_conversation) }
            </button>
            <button type="button" onclick={back}>{ plain(said::back) }</button>
        </form>
    }
}
