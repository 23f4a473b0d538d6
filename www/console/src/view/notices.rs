//! What is laid over the page and pushes nothing: offers, promises that fall due, and what the desk has to say.

use protocol::{AgentCommand, AwayBecause};
use web_sys::HtmlElement;
use yew::prelude::*;

use super::{
    DeskProps,
    foreign::{self, foreign},
    leaf::Countdown,
    promises::promise,
    words,
};
use crate::{
    alert,
    state::{Action, SignedIn},
};

#[component]
pub fn Notices(props: &DeskProps) -> Html {
    let desk = &props.desk;
    html! {
        <aside class="notices" aria-label="Notices">
            <Away desk={desk.clone()} />
            { for desk.state.notices.iter().map(|notice| html! {
                <div key={notice.id} class={if notice.is_problem { "notice problem" } else { "notice" }} role={if notice.is_problem { "alert" } else { "status" }}>
                    <p>{ foreign(&notice.text) }</p><button class="dismiss" type="button" onclick={desk.on_change(Action::Dismiss(notice.id))}>{ "OK" }</button>
                </div>
            }) }
            <Due desk={desk.clone()} />
            <Offers desk={desk.clone()} />
        </aside>
    }
}

#[component]
fn Offers(props: &DeskProps) -> Html {
    let desk = &props.desk;
    let offers = desk.state.offers.iter().map(|(id, offer)| {
        let (conversation, claim) = (id.clone(), offer.claim);
        let accept = desk.on_wanted(&conversation, AgentCommand::Accept { conversation: conversation.clone(), claim });
        let decline = desk.on_press(AgentCommand::Decline { conversation: conversation.clone(), claim });
        html! {
            <li key={format!("{id}-{claim}")} class={classes!("offer", words::priority(offer.priority))}>
                <p>
                    <strong>{ foreign::words(&offer.summary) }</strong>
                    if let Some(note) = &offer.note { <span class="note">{ foreign(&note.from) }{ " passes it on: " }{ foreign::words(&note.text) }</span> }
                    <span class="quiet">
                        { foreign(&offer.category) }{ format!(" · {} priority · ", words::priority(offer.priority)) }
                        <Countdown until={offer.until} on_over={desk.on_over(Action::OfferOver(conversation, claim))} />{ " left" }
                    </span>
                </p>
                <button class="primary accept" type="button" onclick={accept}>{ "Accept" }</button>
                <button class="decline" type="button" onclick={decline}>{ "Decline" }</button>
            </li>
        }
    });
    html! { <div role="alert"><ul class="offers" aria-label="Offers">{ for offers }</ul></div> }
}

/// The desk set the agent away: one press is the way back.
#[component]
fn Away(props: &DeskProps) -> Html {
    let desk = &props.desk;
    let node = use_node_ref();
    let is_missed = matches!(desk.state.signed_in, SignedIn::As { available: false, away_because: Some(AwayBecause::MissedOffer), .. });
    {
        // Enter is the way back as well, unless the focus is somewhere already.
        let node = node.clone();
        use_effect_with(is_missed, move |_| {
            let document = web_sys::window().and_then(|window| window.document());
            let is_free = document.and_then(|document| document.active_element()).is_none_or(|element| element.tag_name() == "BODY");
            if let Some(button) = node.cast::<HtmlElement>().filter(|_| is_free) {
                let _ = button.focus();
            }
        });
    }
    if !is_missed {
        return html! {};
    }
    let back = {
        let desk = desk.clone();
        Callback::from(move |_| {
            alert::ask_permission();
            desk.ask(AgentCommand::SetAvailable { available: true });
        })
    };
    html! {
        <div class="notice problem" role="alert">
            <p>{ "You missed an offer and are away: no more offers come to you." }</p>
            <button id="back-available" type="button" ref={node} onclick={back}>{ "Back to available" }</button>
        </div>
    }
}

/// Promises that fall due soon, or were missed.
#[component]
fn Due(props: &DeskProps) -> Html {
    let desk = &props.desk;
    if desk.state.due.is_empty() {
        return html! {};
    }
    html! {
        <div class="notice due" role="alert">
            <ul>
                { for desk.state.due.iter().map(|row| {
                    let lead = if row.commitment.missed { "A promise was missed; the visitor was told. New time: " } else { "A promise falls due: " };
                    html! {
                        <li key={row.conversation.0.clone()}>
                            <strong>{ format!("{lead}{}", promise(&row.commitment)) }</strong>{ " · " }{ foreign::words(&row.summary) }
                            if let Some(owner) = &row.owner { <span class="quiet">{ foreign(&desk.state.agent_name(owner)) }{ " keeps it" }</span> }
                        </li>
                    }
                }) }
            </ul>
            <button id="due-seen" type="button" onclick={desk.on_change(Action::DismissDue)}>{ "OK" }</button>
        </div>
    }
}
