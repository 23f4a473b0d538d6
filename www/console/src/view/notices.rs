//! What is laid over the page and pushes nothing: offers, promises that fall due, and what the desk
//! has to say.

use protocol::{AgentCommand, AwayBecause};
use web_sys::HtmlElement;
use yew::prelude::*;

use super::{
    Desk, DeskProps, codes, foreign,
    leaf::Countdown,
    phrase::{self, label, phrase, place, plain},
    promises::promise,
};
use crate::{
    alert, said,
    speech::own,
    state::{Action, SignedIn},
};

pub fn notices(desk: &Desk) -> Html {
    html! {
        <aside class="notices" aria-label={label(said::notices_label)}>
            <Away desk={desk.clone()} />
            { for desk.state.notices.iter().map(|notice| html! {
                <div
                    key={notice.id}
                    class={if notice.is_problem { "notice problem" } else { "notice" }}
                    role={if notice.is_problem { "alert" } else { "status" }}
                >
                    <p>{ phrase(notice.what.clone()) }</p>
                    <button
                        class="dismiss"
                        type="button"
                        onclick={desk.on_change(Action::Dismiss(notice.id))}
                    >
                        { plain(said::ok) }
                    </button>
                </div>
            }) }
            { due(desk) }
            { offers(desk) }
        </aside>
    }
}

fn offers(desk: &Desk) -> Html {
    let offers = desk.state.offers.iter().map(|(id, offer)| {
        let (conversation, claim) = (id.clone(), offer.claim);
        let accept = desk.on_wanted(
            &conversation,
            AgentCommand::Accept { conversation: conversation.clone(), claim },
        );
        let decline =
            desk.on_press(AgentCommand::Decline { conversation: conversation.clone(), claim });
        let left = html! {
            <Countdown
                until={offer.until}
                on_over={desk.on_over(Action::OfferOver(conversation, claim))}
            />
        };
        html! {
            <li
                key={format!("{id}-{}", claim.0)}
                class={classes!("offer", codes::priority_class(offer.priority))}
            >
                <p>
                    <strong>{ foreign::words(&offer.summary) }</strong>
                    if let Some(note) = &offer.note {
                        <span class="note">
                            { phrase(said::passes_it_on(own(&note.from), own(note.text.reveal()))) }
                        </span>
                    }
                    <span class="quiet">
                        { phrase::with(
                            said::offer_row(
                                own(&offer.category),
                                said::priority(offer.priority.code()),
                                place(0)
                            ),
                            vec![left]
                        ) }
                    </span>
                </p>
                <button class="primary accept" type="button" onclick={accept}>
                    { plain(said::accept) }
                </button>
                <button class="decline" type="button" onclick={decline}>
                    { plain(said::decline) }
                </button>
            </li>
        }
    });
    html! {
        <div role="alert">
            <ul class="offers" aria-label={label(said::offers_label)}>{ for offers }</ul>
        </div>
    }
}

/// The desk set the agent away: one press is the way back.
#[component]
fn Away(props: &DeskProps) -> Html {
    let desk = &props.desk;
    let node = use_node_ref();
    let is_missed = matches!(
        desk.state.signed_in,
        SignedIn::As { available: false, away_because: Some(AwayBecause::MissedOffer), .. }
    );
    {
        // Enter is the way back as well, unless the focus is somewhere already.
        let node = node.clone();
        use_effect_with(is_missed, move |_| {
            let document = web_sys::window().and_then(|window| window.document());
            let is_free = document
                .and_then(|document| document.active_element())
                .is_none_or(|element| element.tag_name() == "BODY");
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
            <p>{ plain(said::missed_an_offer) }</p>
            <button id="back-available" type="button" ref={node} onclick={back}>
                { plain(said::back_to_available) }
            </button>
        </div>
    }
}

/// Promises that fall due soon, or were missed.
fn due(desk: &Desk) -> Html {
    if desk.state.due.is_empty() {
        return html! {};
    }
    html! {
        <div class="notice due" role="alert">
            <ul>
                { for desk.state.due.iter().map(|row| {
                    let promise = promise(&row.commitment);
                    let due =
                        if row.commitment.missed {
                            said::promise_was_missed(promise)
                        } else {
                            said::promise_is_due(promise)
                        };
                    html! {
                        <li key={row.conversation.0.clone()}>
                            <strong>{ phrase(due) }</strong>
                            { " · " }
                            { foreign::words(&row.summary) }
                            if let Some(owner) = &row.owner {
                                <span class="quiet">
                                    { phrase(said::keeps_it(own(&desk.state.agent_name(owner)))) }
                                </span>
                            }
                        </li>
                    }
                }) }
            </ul>
            <button id="due-seen" type="button" onclick={desk.on_change(Action::DismissDue)}>
                { plain(said::ok) }
            </button>
        </div>
    }
}
