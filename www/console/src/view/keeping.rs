//! What may be done with a promise that is looked at: it is taken, written to, and said to be kept.
//! Which promises there are is a matter of `promises`.

use protocol::{
    AgentCommand, ConversationId, Text,
    limits::{MAX_MESSAGE_CHARS, MAX_SHORT_CHARS},
    pieces,
};
use std::rc::Rc;
use yew::prelude::*;

use super::{
    Desk,
    draft::{self, Draft},
    phrase::{label, plain},
};
use crate::{
    kept::Mode,
    said,
    state::{Action, Opened},
};

#[derive(Properties, PartialEq)]
pub struct KeepProps {
    pub desk: Desk,
    pub id: ConversationId,
    pub opened: Rc<Opened>,
}

/// What whoever keeps it may do: take it, write, and say that it is kept.
#[component]
pub fn Keep(props: &KeepProps) -> Html {
    let (desk, id, opened) = (&props.desk, &props.id, &props.opened);
    let is_keeping = use_state(|| false);
    let (answer, fulfil) = (use_node_ref(), use_node_ref());
    let back = desk.on_change(Action::CloseOpened);
    if *is_keeping {
        let on_submit = {
            let (desk, id) = (desk.clone(), id.clone());
            Callback::from(move |event: SubmitEvent| {
                event.prevent_default();
                let note = desk.kept.draft(&id, Mode::Fulfil);
                if !note.trim().is_empty() {
                    desk.ask(AgentCommand::Fulfil {
                        conversation: id.clone(),
                        note: Some(Text::new(note.trim())),
                    });
                }
            })
        };
        let is_not_keeping = is_keeping.clone();
        return html! {
            <form class="resolve" onsubmit={on_submit}>
                <label>
                    { plain(said::what_was_said) }
                    <Draft
                        kept={desk.kept.clone()}
                        conversation={id.clone()}
                        mode={Mode::Fulfil}
                        id="fulfilled"
                        node={fulfil}
                        most={MAX_SHORT_CHARS}
                        required={true}
                        placeholder={label(said::what_was_said_hint)}
                    />
                </label>
                <button id="kept" class="primary" type="submit">
                    { plain(said::promise_is_kept) }
                </button>
                <button type="button" onclick={move |_| is_not_keeping.set(false)}>
                    { plain(said::back) }
                </button>
            </form>
        };
    }
    let is_mine = opened.claim.is_some();
    let on_send = {
        let (desk, id, node) = (desk.clone(), id.clone(), answer.clone());
        Callback::from(move |()| {
            if let Some(text) = draft::take(&desk.kept, &id, Mode::Answer, &node) {
                desk.say(&id, &text);
            }
        })
    };
    let on_enter = on_send.clone();
    html! {
        <>
            if is_mine {
                <form
                    onsubmit={Callback::from(move |event: SubmitEvent| {
                        event.prevent_default();
                        on_send.emit(());
                    })}
                >
                    <Draft
                        kept={desk.kept.clone()}
                        conversation={id.clone()}
                        mode={Mode::Answer}
                        id="answer"
                        node={answer}
                        most={pieces::MOST * MAX_MESSAGE_CHARS}
                        label={label(said::your_answer)}
                        placeholder={label(said::answer_to_chat)}
                        redrafts={opened.talk.redrafts}
                        on_enter={Some(on_enter)}
                    />
                    <button id="send" class="primary" type="submit">{ plain(said::send) }</button>
                </form>
            }
            <div class="over">
                if is_mine {
                    <button
                        id="release"
                        type="button"
                        onclick={desk.on_press(AgentCommand::ReleasePromise {
                            conversation: id.clone()
                        })}
                    >
                        { plain(said::give_back) }
                    </button>
                } else {
                    <button
                        id="claim"
                        class="primary"
                        type="button"
                        onclick={desk.on_press(AgentCommand::ClaimPromise {
                            conversation: id.clone()
                        })}
                    >
                        { plain(said::keep_it) }
                    </button>
                }
                <button id="fulfil" type="button" onclick={move |_| is_keeping.set(true)}>
                    { plain(said::it_is_kept) }
                </button>
                <button type="button" onclick={back}>{ plain(said::back) }</button>
            </div>
        </>
    }
}
