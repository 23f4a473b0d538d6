//! The page: who is signed in, the offers, the queue, and the conversation that is looked at.

mod card;
mod conversation;
mod lists;
mod transfer;
mod words;

use gloo_timers::callback::Interval;
use protocol::{AgentCommand, AgentEvent};
use yew::prelude::*;

use crate::{
    alert, browser,
    socket::{Connection, News},
    state::{Action, SignedIn, State},
};
use card::Card;
use conversation::Conversation;
use lists::{Agents, Due, Held, Offers, Promises, Queue, Work};

/// How often clocks on the page move, in ms.
const TICK_MS: u32 = 1_000;
/// How often an unacknowledged message is sent again, in ms.
const AGAIN_MS: u64 = 5_000;

/// What every part needs: the state, a way to change it, and the desk.
#[derive(Clone, PartialEq)]
pub struct Desk {
    pub state: UseReducerHandle<State>,
    pub connection: Option<Connection>,
}

impl Desk {
    pub fn ask(&self, command: AgentCommand) {
        if let Some(connection) = &self.connection {
            connection.send(&command);
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct DeskProps {
    pub desk: Desk,
}

#[component]
pub fn Console() -> Html {
    let state = use_reducer(State::default);
    let connection = use_state(|| None);
    {
        let (dispatcher, connection) = (state.dispatcher(), connection.clone());
        use_effect_with((), move |()| {
            let told = dispatcher.clone();
            let tell = Callback::from(move |news| match news {
                News::Online(online) => told.dispatch(Action::Online(online)),
                News::Desk(event) => {
                    if let AgentEvent::Offered { conversation, summary, .. } = &event {
                        alert::offer(&conversation.0, summary.reveal());
                    }
                    told.dispatch(Action::Desk(Box::new(event), browser::now()));
                }
            });
            connection.set(Some(Connection::start(tell)));
            let tick = Interval::new(TICK_MS, move || dispatcher.dispatch(Action::Tick(browser::now())));
            move || drop(tick)
        });
    }
    // What was written while offline goes out when the desk has told again what this agent holds.
    {
        let (unsent, connection) = (state.unsent(), (*connection).clone());
        // Again every few seconds until it is acknowledged: the desk knows a message by its id.
        use_effect_with((unsent, state.online, state.now / AGAIN_MS), move |(unsent, online, _)| {
            if let (true, Some(connection)) = (*online, connection) {
                for command in unsent {
                    connection.send(command);
                }
            }
        });
    }
    let desk = Desk { state: state.clone(), connection: (*connection).clone() };
    match &state.signed_in {
        SignedIn::Asking => html! { <p class="centre">{ "Connecting to the desk…" }</p> },
        SignedIn::No => html! {
            <main class="centre">
                <h1>{ "You are not signed in" }</h1>
                <p>{ "Sign-in links work once. Ask whoever runs this desk for a new one." }</p>
            </main>
        },
        SignedIn::As { name, available, .. } => signed_in(&desk, name, *available),
    }
}

fn signed_in(desk: &Desk, name: &str, available: bool) -> Html {
    let state = &desk.state;
    let toggle = {
        let desk = desk.clone();
        Callback::from(move |_| {
            alert::ask_permission();
            desk.ask(AgentCommand::SetAvailable { available: !available });
        })
    };
    let sign_out = {
        let desk = desk.clone();
        Callback::from(move |_| desk.ask(AgentCommand::SignOut {}))
    };
    let dismiss = {
        let state = state.clone();
        Callback::from(move |_| state.dispatch(Action::DismissProblem))
    };
    html! {
        <>
            <header>
                <h1>{ "Baton" }<span class="site">{ browser::site() }</span></h1>
                if !state.online {
                    <p class="offline" role="status">{ "No connection. Trying again; what you write is kept." }</p>
                }
                <p class="me">{ name }</p>
                <button id="available" type="button" aria-pressed={available.to_string()} onclick={toggle}>
                    { if available { "Available" } else { "Away: not getting offers" } }
                </button>
                <button id="sign-out" type="button" onclick={sign_out}>{ "Sign out" }</button>
            </header>
            if let Some(problem) = &state.problem {
                <p class="problem" role="alert">{ problem }<button type="button" onclick={dismiss}>{ "OK" }</button></p>
            }
            <Due desk={desk.clone()} />
            <Offers desk={desk.clone()} />
            <main class={if state.selected.is_some() || state.opened.is_some() { "desk working" } else { "desk" }}>
                <nav aria-label="Desk">
                    <Work desk={desk.clone()} />
                    <Queue desk={desk.clone()} />
                    <Promises desk={desk.clone()} />
                    <Held desk={desk.clone()} />
                    <Agents desk={desk.clone()} />
                </nav>
                { middle(desk) }
            </main>
        </>
    }
}

/// The promise or the conversation that is looked at, with its card.
fn middle(desk: &Desk) -> Html {
    let state = &desk.state;
    if let Some((id, card, messages)) = &state.opened {
        return html! { <lists::Promise desk={desk.clone()} id={id.clone()} card={card.clone()} messages={messages.clone()} /> };
    }
    match state.selected.as_ref().and_then(|id| Some((id, state.held.get(id)?))) {
        Some((id, held)) => html! {
            <>
                <Conversation key={id.0.clone()} desk={desk.clone()} id={id.clone()} />
                <Card card={held.card.clone()} notes={held.notes.clone()} />
            </>
        },
        None => html! { <section class="nothing"><p>{ "Conversations that you accept open here." }</p></section> },
    }
}
