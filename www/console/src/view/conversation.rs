//! The live chat with one visitor, and its end.

use protocol::{AgentCommand, Author, ConversationId, MessageId, Outcome, Text};
use std::cell::Cell;
use web_sys::{HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::{Desk, transfer::Transfer, words};
use crate::{
    browser,
    state::{Action, Held},
};

/// "is typing" is told at most this often, in ms.
const TYPED_EVERY_MS: u64 = 2_500;

#[derive(Properties, PartialEq)]
pub struct ConversationProps {
    pub desk: Desk,
    pub id: ConversationId,
}

#[component]
pub fn Conversation(props: &ConversationProps) -> Html {
    let (desk, id) = (&props.desk, &props.id);
    let log = use_node_ref();
    let input = use_node_ref();
    let resolving = use_state(|| false);
    let transferring = use_state(|| false);
    let typed_at = use_mut_ref(|| Cell::new(0u64));
    let held = desk.state.held.get(id);
    let (count, last, claim) =
        held.map_or((0, 0, 0), |held| (held.messages.len(), held.messages.last().map_or(0, |message| message.seq), held.claim));
    {
        let (log, desk, id) = (log.clone(), desk.clone(), id.clone());
        use_effect_with((count, claim), move |_| {
            if let Some(log) = log.cast::<web_sys::Element>() {
                log.set_scroll_top(log.scroll_height());
            }
            if last > 0 {
                desk.ask(AgentCommand::MarkReceived { conversation: id, claim, seq: last });
            }
        });
    }
    {
        // A new hold on it begins with neither form open.
        let (resolving, transferring) = (resolving.clone(), transferring.clone());
        use_effect_with(claim, move |_| {
            resolving.set(false);
            transferring.set(false);
        });
    }
    let Some(held) = held else { return html! {} };
    let send = {
        let (desk, id, input) = (desk.clone(), id.clone(), input.clone());
        Callback::from(move |()| {
            let Some(field) = input.cast::<HtmlTextAreaElement>() else { return };
            let text = field.value();
            if text.trim().is_empty() {
                return;
            }
            field.set_value("");
            // Kept first; the effect in `Console` brings it to the desk, now and after every reconnect.
            desk.state.dispatch(Action::Wrote { conversation: id.clone(), id: MessageId(browser::random_id()), text: Text::new(text.trim()) });
        })
    };
    let on_key = {
        let (desk, id, send) = (desk.clone(), id.clone(), send.clone());
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
                event.prevent_default();
                send.emit(());
                typed_at.borrow().set(0);
            } else if browser::now() > typed_at.borrow().get() + TYPED_EVERY_MS {
                typed_at.borrow().set(browser::now());
                desk.ask(AgentCommand::Type { conversation: id.clone(), claim });
            }
        })
    };
    let is_live = held.over.is_none() && held.review_until.is_none();
    let name = held.card.profile.name.as_ref().map_or("Visitor", |name| name.reveal());
    let connect = ask(desk, AgentCommand::Connect { conversation: id.clone(), claim });
    let extend = ask(desk, AgentCommand::ExtendReview { conversation: id.clone(), claim });
    let start_transfer = {
        let transferring = transferring.clone();
        Callback::from(move |_| transferring.set(true))
    };
    let start_resolving = {
        let resolving = resolving.clone();
        Callback::from(move |_| resolving.set(true))
    };
    let put_away = {
        let (state, id) = (desk.state.clone(), id.clone());
        Callback::from(move |_| state.dispatch(Action::PutAway(id.clone())))
    };
    let on_send = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        send.emit(());
    });
    html! {
        <section class="chat" aria-label={format!("Conversation with {name}")}>
            <h2>{ name }<span class="presence">{ if held.visitor_present { "on the page" } else { "page closed; will see this on return" } }</span></h2>
            if let Some(until) = held.review_until {
                <div class="review">
                    <p>{ format!("Read the card. The visitor is connected when you press Connect, or in {} s.", until.saturating_sub(desk.state.now).div_ceil(1000)) }</p>
                    if held.may_extend { <button id="extend" type="button" onclick={extend}>{ "More time" }</button> }
                    <button id="connect" class="primary" type="button" onclick={connect}>{ "Connect" }</button>
                </div>
            }
            if let Some((to, until)) = &held.transferring {
                <p class="review" role="status">{ format!("Offered to {to}, who has {} s to take it. Until then it is yours.", until.saturating_sub(desk.state.now).div_ceil(1000)) }</p>
            }
            if let Some(at) = held.closing_at {
                <p class="review" role="status">{ format!("Quiet for long: it closes in {} s unless somebody writes.", at.saturating_sub(desk.state.now).div_ceil(1000)) }</p>
            }
            <div class="log" role="log" ref={log} tabindex="0" aria-label="Messages">{ for messages(held) }</div>
            <p class="typing" role="status">{ if held.typing_until > desk.state.now { format!("{name} is typing…") } else { String::new() } }</p>
            if let Some(over) = held.over {
                <div class="over" role="status">
                    <p>{ words::over(over) }</p>
                    <button id="put-away" type="button" onclick={put_away}>{ "Put away" }</button>
                </div>
            } else if *transferring {
                <Transfer desk={desk.clone()} id={id.clone()} {claim} back={Callback::from(move |()| transferring.set(false))} />
            } else if *resolving {
                <Resolve desk={desk.clone()} id={id.clone()} {claim} back={Callback::from(move |()| resolving.set(false))} />
            } else {
                <form onsubmit={on_send}>
                    <textarea id="answer" ref={input} rows="2" maxlength="4000" aria-label="Your answer" placeholder={if is_live { "Your answer" } else { "You can write once you are connected" }} disabled={!is_live} onkeydown={on_key} />
                    <button id="send" class="primary" type="submit" disabled={!is_live}>{ "Send" }</button>
                    <button id="transfer" type="button" disabled={!is_live || held.transferring.is_some()} onclick={start_transfer}>{ "Transfer" }</button>
                    <button id="resolve" type="button" disabled={!is_live} onclick={start_resolving}>{ "Resolve" }</button>
                </form>
            }
        </section>
    }
}

fn messages(held: &Held) -> impl Iterator<Item = Html> + '_ {
    let said = held.messages.iter().map(|message| {
        let is_agent = message.author == Author::Agent;
        let mark = match is_agent {
            true if message.seq <= held.visitor_received => "✓✓ read",
            true => "✓ delivered",
            false => "",
        };
        html! {
            <div key={message.id.0.clone()} class={if is_agent { "mine" } else { "theirs" }}>
                <span class="words">{ message.text.reveal() }</span>
                <span class="mark">{ format!("{} {mark}", browser::clock(message.at)) }</span>
            </div>
        }
    });
    let unsent = held.unsent.iter().map(|(id, text)| {
        html! { <div key={id.0.clone()} class="mine"><span class="words">{ text.reveal() }</span><span class="mark">{ "sending…" }</span></div> }
    });
    said.chain(unsent)
}

fn ask(desk: &Desk, command: AgentCommand) -> Callback<MouseEvent> {
    let desk = desk.clone();
    Callback::from(move |_| desk.ask(command.clone()))
}

#[derive(Properties, PartialEq)]
struct ResolveProps {
    desk: Desk,
    id: ConversationId,
    claim: u64,
    back: Callback<()>,
}

/// The outcome and the reason.
#[component]
fn Resolve(props: &ResolveProps) -> Html {
    let (outcome, reason) = (use_node_ref(), use_node_ref());
    let on_submit = {
        let (desk, id, claim) = (props.desk.clone(), props.id.clone(), props.claim);
        let (outcome, reason) = (outcome.clone(), reason.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let chosen = outcome.cast::<HtmlSelectElement>().map(|field| field.value()).unwrap_or_default();
            let outcome = match chosen.as_str() {
                "unresolved" => Outcome::Unresolved,
                "follow_up" => Outcome::FollowUp,
                _ => Outcome::Resolved,
            };
            let reason = reason.cast::<HtmlTextAreaElement>().map(|field| field.value()).unwrap_or_default();
            desk.ask(AgentCommand::Resolve { conversation: id.clone(), claim, outcome, reason: Text::new(reason.trim()) });
        })
    };
    let back = {
        let back = props.back.clone();
        Callback::from(move |_| back.emit(()))
    };
    html! {
        <form class="resolve" onsubmit={on_submit}>
            <label>{ "Outcome" }
                <select id="outcome" ref={outcome}>
                    // Said, not left to the browser: Yew puts the last option in first, and that one would stay chosen.
                    <option value="resolved" selected={true}>{ "Resolved" }</option>
                    <option value="follow_up">{ "Follow-up needed" }</option>
                    <option value="unresolved">{ "Not resolved" }</option>
                </select>
            </label>
            <label>{ "Reason" }<textarea id="reason" ref={reason} rows="2" maxlength="500" required={true} placeholder="What settled it, or what is left" /></label>
            <button id="close" class="primary" type="submit">{ "Close the conversation" }</button>
            <button type="button" onclick={back}>{ "Back" }</button>
        </form>
    }
}
