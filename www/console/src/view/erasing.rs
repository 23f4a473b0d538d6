//! A supervisor deletes a conversation on request: asked for once more, since nothing brings it
//! back.

use protocol::{AgentCommand, ConversationId};
use yew::prelude::*;

use super::{
    Desk,
    phrase::{label, plain},
};
use crate::{said, state::SignedIn};

#[derive(Properties, PartialEq)]
pub struct ErasingProps {
    pub desk: Desk,
    pub id: ConversationId,
}

/// At the end of a card.
#[component]
pub fn Erasing(props: &ErasingProps) -> Html {
    let is_asking = use_state(|| false);
    if !matches!(props.desk.state.signed_in, SignedIn::As { supervisor: true, .. }) {
        return Html::default();
    }
    let ask = |asking| {
        let is_asking = is_asking.clone();
        move |_: MouseEvent| is_asking.set(asking)
    };
    if !*is_asking {
        return html! {
            <p class="erasing">
                <button id="erase" class="quiet" type="button" onclick={ask(true)}>
                    { plain(said::erase) }
                </button>
            </p>
        };
    }
    let command = AgentCommand::Erase { conversation: props.id.clone() };
    html! {
        <div class="erasing" role="group" aria-label={label(said::erase)}>
            <p>{ plain(said::erase_question) }</p>
            <button
                id="erase-now"
                class="danger"
                type="button"
                onclick={props.desk.on_press(command)}
            >
                { plain(said::erase_now) }
            </button>
            <button type="button" onclick={ask(false)}>{ plain(said::back) }</button>
        </div>
    }
}
