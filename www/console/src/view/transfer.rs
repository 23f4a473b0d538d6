//! Passing a conversation on: to whom, and what the next one should know.

use protocol::{AgentCommand, AgentId, ConversationId, Text, TransferTarget};
use std::collections::BTreeSet;
use web_sys::{HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::Desk;
use crate::state::SignedIn;

#[derive(Properties, PartialEq)]
pub struct TransferProps {
    pub desk: Desk,
    pub id: ConversationId,
    pub claim: u64,
    pub back: Callback<()>,
}

#[component]
pub fn Transfer(props: &TransferProps) -> Html {
    let (to, note) = (use_node_ref(), use_node_ref());
    let state = &props.desk.state;
    let me = match &state.signed_in {
        SignedIn::As { agent, .. } => agent.clone(),
        _ => return html! {},
    };
    let others: Vec<_> = state.board.agents.iter().filter(|row| row.agent != me).collect();
    let skills: BTreeSet<&String> = others.iter().flat_map(|row| &row.skills).collect();
    let on_submit = {
        let (desk, id, claim, back) = (props.desk.clone(), props.id.clone(), props.claim, props.back.clone());
        let (to, note) = (to.clone(), note.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let chosen = to.cast::<HtmlSelectElement>().map(|field| field.value()).unwrap_or_default();
            let to = match chosen.split_once(':') {
                Some(("agent", id)) => TransferTarget::Agent(AgentId(id.to_owned())),
                Some((_, skill)) => TransferTarget::Skill(skill.to_owned()),
                None => return,
            };
            let note = note.cast::<HtmlTextAreaElement>().map(|field| field.value()).unwrap_or_default();
            desk.ask(AgentCommand::Transfer { conversation: id.clone(), claim, to, note: Text::new(note.trim()) });
            back.emit(());
        })
    };
    let back = {
        let back = props.back.clone();
        Callback::from(move |_| back.emit(()))
    };
    html! {
        <form class="resolve" onsubmit={on_submit}>
            <label>{ "To" }
                <select id="to" ref={to}>
                    { for others.iter().map(|row| {
                        let presence = match (row.here, row.available) {
                            (true, true) if row.load < row.capacity => "free",
                            (true, true) => "full",
                            (true, false) => "away",
                            (false, _) => "not here",
                        };
                        html! { <option value={format!("agent:{}", row.agent)}>{ format!("{} ({presence})", row.name) }</option> }
                    }) }
                    { for skills.iter().map(|skill| html! { <option value={format!("skill:{skill}")}>{ format!("Anyone for {skill}") }</option> }) }
                </select>
            </label>
            <label>{ "What they should know" }<textarea id="note" ref={note} rows="2" maxlength="500" required={true} placeholder="What is done, and what is left" /></label>
            <button id="pass-on" class="primary" type="submit">{ "Offer it" }</button>
            <button type="button" onclick={back}>{ "Back" }</button>
        </form>
    }
}
