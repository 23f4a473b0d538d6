//! Passing a conversation on: to whom, and what the next one should know.

use protocol::{AgentCommand, AgentId, ConversationId, Text, TransferTarget};
use std::collections::BTreeSet;
use yew::prelude::*;

use super::{Desk, choice::Choice, draft::Draft, foreign};
use crate::{
    kept::Mode,
    state::{Action, Form},
};

#[derive(Properties, PartialEq)]
pub struct TransferProps {
    pub desk: Desk,
    pub id: ConversationId,
    pub claim: u64,
}

#[component]
pub fn Transfer(props: &TransferProps) -> Html {
    let chosen = use_state(String::new);
    let note = use_node_ref();
    let state = &props.desk.state;
    let others: Vec<_> = state.board.agents.iter().filter(|row| state.me() != Some(&row.agent)).collect();
    let skills: BTreeSet<&String> = others.iter().flat_map(|row| &row.skills).collect();
    let mut options = vec![(String::new(), "Choose…".to_owned())];
    options.extend(others.iter().map(|row| {
        let presence = match (row.here, row.available) {
            (true, true) if row.load < row.capacity => "free",
            (true, true) => "full",
            (true, false) => "away",
            (false, _) => "not here",
        };
        (format!("agent:{}", row.agent), format!("{} ({presence})", row.name))
    }));
    options.extend(skills.iter().map(|skill| (format!("skill:{skill}"), format!("Anyone for {skill}"))));
    let label = options.iter().find(|(value, _)| *value == *chosen && !value.is_empty()).map(|(_, label)| label.clone());
    let on_submit = {
        let (desk, id, claim, chosen, is_there) = (props.desk.clone(), props.id.clone(), props.claim, chosen.clone(), label.is_some());
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
            <label>{ "To" }<Choice id="to" {options} chosen={(*chosen).clone()} on_chosen={move |value| chosen.set(value)} /></label>
            <label>{ "What they should know" }<Draft kept={props.desk.kept.clone()} conversation={props.id.clone()} mode={Mode::Transfer} id="note" node={note} most={500} required={true} placeholder="What is done, and what is left" /></label>
            <button id="pass-on" class="primary" type="submit" disabled={label.is_none()}>
                { match label { Some(label) => format!("Offer it to {}", foreign::label(&label)), None => "Choose whom to offer it to".to_owned() } }
            </button>
            <button type="button" onclick={props.desk.on_change(Action::Form(props.id.clone(), Form::Answer))}>{ "Back" }</button>
        </form>
    }
}
