//! The page of who is not signed in: why, and the way in.

use protocol::AgentCommand;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{Desk, DeskProps};
use crate::{browser, state::SignedOut};

#[derive(Properties, PartialEq)]
pub struct GateProps {
    pub desk: Desk,
    pub because: SignedOut,
}

#[component]
pub fn Gate(props: &GateProps) -> Html {
    let node = use_node_ref();
    let desk = &props.desk;
    let on_submit = {
        let (connection, node) = (desk.connection.clone(), node.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some((field, connection)) = node.cast::<HtmlInputElement>().zip(connection.as_ref()) else { return };
            if let Some(secret) = secret_of(&field.value()) {
                connection.sign_in(secret);
            }
            field.set_value("");
        })
    };
    let (heading, why) = match props.because {
        SignedOut::Never => ("You are not signed in", "Each sign-in link works once."),
        SignedOut::Asked => ("You are signed out", "Nothing of your conversations is left in this browser."),
        SignedOut::Ended => ("Your session has ended", "What you had half written is kept in this browser until you are back."),
    };
    html! {
        <main class="centre">
            <h1>{ heading }</h1>
            <p>{ why }{ " To come in, paste a new sign-in link here. Whoever runs this desk makes one by " }<code>{ format!("baton link --site {} --agent YOU", browser::site()) }</code>{ "." }</p>
            if desk.state.link_refused { <p class="offline" role="alert">{ "That link was used before, is too old, or is not whole. Please ask for a new one." }</p> }
            <form class="gate" onsubmit={on_submit}>
                <label for="link">{ "Sign-in link" }</label>
                <input id="link" ref={node} type="password" autocomplete="off" required={true} placeholder="https://…/console/…#…" />
                <button id="sign-in" class="primary" type="submit">{ "Sign in" }</button>
            </form>
            if !desk.state.online { <p class="offline" role="status">{ "No connection. Trying again." }</p> }
        </main>
    }
}

/// What stands behind `#` of a link, or the whole of what was pasted.
fn secret_of(pasted: &str) -> Option<String> {
    let secret = pasted.trim().rsplit('#').next().unwrap_or_default().trim();
    (!secret.is_empty()).then(|| secret.to_owned())
}

/// The button, and the question before visitors are left alone.
#[component]
pub fn SignOut(props: &DeskProps) -> Html {
    let is_asking = use_state(|| false);
    let (desk, live) = (&props.desk, props.desk.state.live());
    let kept = props.desk.state.board.promises.iter().filter(|row| row.owner.is_some() && row.owner.as_ref() == props.desk.state.me()).count();
    let sign_out = {
        let desk = desk.clone();
        Callback::from(move |_| {
            // At once: the next person at this computer finds nothing.
            if desk.ask(AgentCommand::SignOut {}) {
                desk.kept.forget_all();
            }
        })
    };
    let press = {
        let (sign_out, is_asking) = (sign_out.clone(), is_asking.clone());
        Callback::from(move |event| if live > 0 { is_asking.set(true) } else { sign_out.emit(event) })
    };
    let stay = {
        let is_asking = is_asking.clone();
        Callback::from(move |_| is_asking.set(false))
    };
    let visitors = if live == 1 { "1 visitor is".to_owned() } else { format!("{live} visitors are") };
    html! {
        <>
            <button id="sign-out" type="button" aria-expanded={is_asking.to_string()} onclick={press}>{ "Sign out" }</button>
            if *is_asking && live > 0 {
                <div class="question" role="alertdialog" aria-label="Sign out?">
                    <p>
                        { format!("{visitors} with you. If you sign out, they are told and go back to the head of the queue, and what you have half written is forgotten.") }
                        if kept > 0 { { format!(" {kept} promises stay in your name.") } }
                    </p>
                    <button id="sign-out-anyway" class="primary" type="button" onclick={sign_out}>{ "Sign out" }</button>
                    <button id="stay" type="button" onclick={stay}>{ "Stay" }</button>
                </div>
            }
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::secret_of;

    #[test]
    fn a_link_or_its_secret_may_be_pasted() {
        for pasted in ["https://baton.example.org/console/shop#abc123", " abc123\n", "#abc123"] {
            assert_eq!(secret_of(pasted).as_deref(), Some("abc123"));
        }
        assert_eq!(secret_of("https://baton.example.org/console/shop#"), None);
        assert_eq!(secret_of("  "), None);
    }
}
