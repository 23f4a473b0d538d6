//! The page: who is signed in, the offers, the queue, and the conversation that is looked at.

mod card;
mod choice;
mod codes;
mod conversation;
mod draft;
mod effects;
mod erasing;
mod foreign;
mod gate;
mod keeping;
mod language;
mod leaf;
mod lists;
mod log;
mod notices;
mod phrase;
mod promises;
mod transfer;

use browser::{clock, random};
use protocol::{AgentCommand, ConversationId, MessageId, Text, limits::MAX_MESSAGE_CHARS, pieces};
use yew::prelude::*;

use crate::{
    alert::{self, Bell},
    connection::Connection,
    desk_clock,
    kept::Kept,
    said,
    state::{Action, SignedIn, State},
    tab,
};
use conversation::conversation;
use foreign::foreign;
use gate::{Gate, SignOut};
use language::language;
use lists::{Work, agents, others, queue};
use notices::notices;
use phrase::{label, plain};
use promises::{missed, opened, promises};

/// The same thing asked twice within this is a double click, in ms.
const TWICE_MS: u64 = 700;

/// What every part needs: the state, a way to change it, and the desk.
#[derive(Clone, PartialEq)]
pub struct Desk {
    pub state: UseReducerHandle<State>,
    pub connection: Option<Connection>,
    pub kept: Kept,
    pub bell: Bell,
    /// What is drawn in it is drawn anew when it changes.
    pub language: UseStateHandle<String>,
}

impl Desk {
    /// Asks for what the agent pressed: a refusal is told. Whether it went out.
    pub fn ask(&self, command: AgentCommand) -> bool {
        let now = desk_clock::now();
        if self
            .state
            .asked
            .as_ref()
            .is_some_and(|(last, at)| *last == command && now < at + TWICE_MS)
        {
            return false;
        }
        let is_sent = self.connection.as_ref().is_some_and(|connection| connection.send(&command));
        self.state.dispatch(if is_sent { Action::Asked(command, now) } else { Action::NotAsked });
        is_sent
    }

    /// Tells or asks what the page does by itself.
    pub fn tell(&self, command: &AgentCommand) {
        if let Some(connection) = &self.connection {
            connection.send(command);
        }
    }

    /// Keeps what was written, in as many messages as it takes; they go out until they are
    /// acknowledged.
    pub fn say(&self, conversation: &ConversationId, text: &str) {
        for piece in pieces::of(text, MAX_MESSAGE_CHARS) {
            let unsent = (MessageId(random::hex(16)), Text::new(piece));
            self.kept.say(clock::now(), conversation, unsent.clone());
            self.state.dispatch(Action::Wrote(conversation.clone(), unsent));
        }
    }

    /// Takes what is over off the list. What was left unsent of it is forgotten with it, but where
    /// the visitor may come back to this agent.
    pub fn put_away(&self, ids: &[ConversationId]) {
        for id in ids {
            if self.state.held.get(id).is_some_and(|held| !held.may_come_back()) {
                self.kept.forget(id);
            }
            self.state.dispatch(Action::PutAway(id.clone()));
        }
    }

    fn on_press(&self, command: AgentCommand) -> Callback<MouseEvent> {
        let desk = self.clone();
        Callback::from(move |_| {
            desk.ask(command.clone());
        })
    }

    /// The same, and the conversation is shown once it is there.
    fn on_wanted(
        &self,
        conversation: &ConversationId,
        command: AgentCommand,
    ) -> Callback<MouseEvent> {
        let (desk, conversation) = (self.clone(), conversation.clone());
        Callback::from(move |_| {
            desk.state.dispatch(Action::Await(Some(conversation.clone())));
            desk.ask(command.clone());
        })
    }

    fn on_change(&self, action: Action) -> Callback<MouseEvent> {
        let state = self.state.dispatcher();
        Callback::from(move |_| state.dispatch(action.clone()))
    }

    fn on_over(&self, action: Action) -> Callback<()> {
        let state = self.state.dispatcher();
        Callback::from(move |()| state.dispatch(action.clone()))
    }
}

#[derive(Properties, PartialEq)]
pub struct DeskProps {
    pub desk: Desk,
}

#[component]
pub fn Console() -> Html {
    let desk = effects::use_desk();
    match &desk.state.signed_in {
        SignedIn::Asking => html! { <p class="centre">{ plain(said::connecting) }</p> },
        SignedIn::No(because) => html! { <Gate desk={desk.clone()} because={*because} /> },
        SignedIn::As { name, available, .. } => signed_in(&desk, name, *available),
    }
}

fn signed_in(desk: &Desk, name: &str, available: bool) -> Html {
    let state = &desk.state;
    let toggle = {
        let desk = desk.clone();
        Callback::from(move |_| {
            if !available {
                alert::ask_permission();
            }
            desk.ask(AgentCommand::SetAvailable { available: !available });
        })
    };
    let alerts = {
        let bell = desk.bell.clone();
        Callback::from(move |_| {
            alert::ask_permission();
            let _ = bell.sound();
        })
    };
    html! {
        <>
            <header>
                <h1>{ "Baton" }<span class="site">{ tab::site() }</span></h1>
                if !state.online {
                    <p class="offline" role="status">{ plain(said::offline) }</p>
                }
                <p class="me">{ foreign(name) }</p>
                if alert::may_ask() {
                    <button id="alerts" type="button" onclick={alerts}>
                        { plain(said::turn_on_notifications) }
                    </button>
                }
                <button
                    id="available"
                    type="button"
                    aria-pressed={available.to_string()}
                    onclick={toggle}
                >
                    { plain(if available { said::available } else { said::away }) }
                </button>
                <SignOut desk={desk.clone()} />
            </header>
            <main
                class={
                    if state.selected.is_some() || state.opened.is_some() {
                        "desk working"
                    } else {
                        "desk"
                    }
                }
            >
                <nav aria-label={label(said::lists_label)}>
                    <Work desk={desk.clone()} />
                    { queue(desk) }
                    { promises(desk) }
                    { missed(desk) }
                    { others(desk) }
                    { agents(desk) }
                    { language(desk) }
                </nav>
                { middle(desk) }
            </main>
            { notices(desk) }
        </>
    }
}

/// The promise or the conversation that is looked at, with its card. Each part has a key of its
/// own, so that another one is put in its place and is not taken for the same: Yew compares the
/// keys of elements and components, and not those of lists.
fn middle(desk: &Desk) -> Html {
    let state = &desk.state;
    if let Some((id, shown)) = &state.opened {
        return opened(desk, id, shown);
    }
    match state.selected.as_ref().and_then(|id| Some((id, state.held.get(id)?))) {
        Some((id, held)) => conversation(desk, id, held),
        None => html! { <section class="nothing"><p>{ plain(said::nothing_open) }</p></section> },
    }
}
