//! Passing a conversation on: to whom, and what the next one should know.

use protocol::{
    AgentCommand, AgentId, Claim, ConversationId, Text, TransferTarget, limits::MAX_SHORT_CHARS,
};
use std::collections::BTreeSet;
use yew::prelude::*;

use super::{
    Desk,
    choice::Choice,
    draft::Draft,
    phrase::{label, phrase, plain},
};
use crate::{
    kept::Mode,
    said,
    speech::{own, say},
    state::{Action, Form},
};

#[derive(Properties, PartialEq)]
pub struct TransferProps {
    pub desk: Desk,
    pub id: ConversationId,
    pub claim: Claim,
}

#[component]
pub fn Transfer(props: &TransferProps) -> Html {
    let chosen = use_state(String::new);
    let note = use_node_ref();
    let state = &props.desk.state;
    let others: Vec<_> =
        state.board.agents.iter().filter(|row| state.me() != Some(&row.agent)).collect();
    let skills: BTreeSet<&String> = others.iter().flat_map(|row| &row.skills).collect();
    let mut options = vec![(String::new(), said::choose())];
    options.extend(others.iter().map(|row| {
        let name = own(&row.name);
        let label = match (row.here, row.available) {
            (true, true) if row.load < row.capacity => said::option_free(name),
            (true, true) => said::option_full(name),
            (true, false) => said::option_away(name),
            (false, _) => said::option_not_here(name),
        };
        (format!("agent:{}", row.agent), label)
    }));
    options.extend(
        skills.iter().map(|skill| (format!("skill:{skill}"), said::option_anyone(own(skill)))),
    );
    let to = options
        .iter()
        .find(|(value, _)| *value == *chosen && !value.is_empty())
        .map(|(_, label)| label.clone());
    let options =
        options.iter().map(|(value, label)| (value.clone(), say(label))).collect::<Vec<_>>();
    let on_submit = {
        let (desk, id, claim, chosen, is_there) =
            (props.desk.clone(), props.id.clone(), props.claim, chosen.clone(), to.is_some());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let to = match chosen.split_once(':').filter(|_| is_there) {
                Some(("agent", id)) => TransferTarget::Agent(AgentId(id.to_owned())),
                Some((_, skill)) => TransferTarget::Skill(skill.to_owned()),
                None => return,
            };
            // It stays in the field: nobody may be free, or they may decline.
            let note = Text::new(desk.kept.draft(&id, Mode::Transfer).trim());
            if !note.is_blank() {
                desk.ask(AgentCommand::Transfer { conversation: id.clone(), claim, to, note });
            }
        })
    };
    html! {
        <form class="resolve" onsubmit={on_submit}>
            <label>
                { plain(said::transfer_to) }
                <Choice
                    id="to"
                    {options}
                    chosen={(*chosen).clone()}
                    on_chosen={move |value| chosen.set(value)}
                />
            </label>
            <label>
                { plain(said::what_they_should_know) }
                <Draft
                    kept={props.desk.kept.clone()}
                    conversation={props.id.clone()}
                    mode={Mode::Transfer}
                    id="note"
                    node={note}
                    most={MAX_SHORT_CHARS}
                    required={true}
                    placeholder={label(said::note_hint)}
                />
            </label>
            <button id="pass-on" class="primary" type="submit" disabled={to.is_none()}>
                { phrase(to.map_or_else(said::choose_whom, said::offer_it_to)) }
            </button>
            <button
                type="button"
                onclick={props.desk.on_change(Action::Form(props.id.clone(), Form::Answer))}
            >
                { plain(said::back) }
            </button>
        </form>
    }
}
