//! The page of who is not signed in: why, and the way in.

use protocol::AgentCommand;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{
    Desk, DeskProps,
    language::language,
    phrase::{self, Plain, counted, label, place, plain},
};
use crate::{said, state::SignedOut, tab};

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
            let Some((field, connection)) =
                node.cast::<HtmlInputElement>().zip(connection.as_ref())
            else {
                return;
            };
            if let Some(secret) = secret_of(&field.value()) {
                connection.sign_in(secret);
            }
            field.set_value("");
        })
    };
    let (heading, why): (Plain, Plain) = match props.because {
        SignedOut::Never => (said::not_signed_in, said::link_works_once),
        SignedOut::Asked => (said::signed_out, said::nothing_left_here),
        SignedOut::Ended => (said::session_ended, said::drafts_are_kept),
    };
    let command =
        html! { <code>{ format!("baton link --site {} --agent NAME", tab::site()) }</code> };
    html! {
        <main class="centre">
            <h1>{ plain(heading) }</h1>
            <p>
                { plain(why) }
                { " " }
                { phrase::with(said::how_to_come_in(place(0)), vec![command]) }
            </p>
            if desk.state.link_refused {
                <p class="offline" role="alert">{ plain(said::link_refused) }</p>
            }
            <form class="gate" onsubmit={on_submit}>
                <label for="link">{ plain(said::sign_in_link) }</label>
                <input
                    id="link"
                    ref={node}
                    type="password"
                    autocomplete="off"
                    required={true}
                    placeholder="https://…/console/…#…"
                />
                <button id="sign-in" class="primary" type="submit">{ plain(said::sign_in) }</button>
            </form>
            if !desk.state.online {
                <p class="offline" role="status">{ plain(said::offline_signed_out) }</p>
            }
            { language(desk) }
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
    let kept = props
        .desk
        .state
        .board
        .promises
        .iter()
        .filter(|row| row.owner.is_some() && row.owner.as_ref() == props.desk.state.me())
        .count();
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
        Callback::from(
            move |event| if live > 0 { is_asking.set(true) } else { sign_out.emit(event) },
        )
    };
    let stay = {
        let is_asking = is_asking.clone();
        Callback::from(move |_| is_asking.set(false))
    };
    html! {
        <>
            <button
                id="sign-out"
                type="button"
                aria-expanded={is_asking.to_string()}
                onclick={press}
            >
                { plain(said::sign_out) }
            </button>
            if *is_asking && live > 0 {
                <div class="question" role="alertdialog" aria-label={label(said::sign_out_label)}>
                    <p>
                        { counted(said::sign_out_question, live as u64) }
                        if kept > 0 { { " " }{ counted(said::sign_out_promises, kept as u64) } }
                    </p>
                    <button id="sign-out-anyway" class="primary" type="button" onclick={sign_out}>
                        { plain(said::sign_out) }
                    </button>
                    <button id="stay" type="button" onclick={stay}>{ plain(said::stay) }</button>
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
