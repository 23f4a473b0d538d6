//! What the page does by itself when its state changes: sends, marks, rings, and keeps.

use browser::clock;
use gloo_events::EventListener;
use gloo_timers::callback::Interval;
use protocol::{AgentCommand, AgentEvent, Claim, ConversationId, Seq};
use std::{cell::RefCell, collections::BTreeMap, rc::Rc};
use yew::prelude::*;

use super::Desk;
use crate::{
    alert::Bell,
    connection::{Connection, News},
    desk_clock,
    kept::Kept,
    speech,
    state::{Action, State},
    tab::{self, LocalStorage},
};

/// How often an unacknowledged message is sent again, in ms: the desk knows a message by its id.
const AGAIN_MS: u32 = 5_000;

#[hook]
pub fn use_desk() -> Desk {
    let state = use_reducer(State::default);
    let connection = use_state(|| None);
    let language = use_state(speech::chosen);
    let kept = use_memo((), |()| Kept::on(LocalStorage));
    let bell = use_memo((), |()| Bell::default());
    {
        let (dispatcher, connection, kept, bell) =
            (state.dispatcher(), connection.clone(), (*kept).clone(), (*bell).clone());
        use_effect_with((), move |()| {
            dispatcher.dispatch(Action::Visible(tab::is_visible()));
            let started = Rc::new(RefCell::new(None::<Connection>));
            let answering = started.clone();
            let tell = Callback::from(move |news| hear(&dispatcher, &kept, &answering, news));
            let begun = Connection::start(tell);
            *started.borrow_mut() = Some(begun.clone());
            connection.set(Some(begun));
            let touched = web_sys::window().map(|window| {
                ["pointerdown", "keydown"].map(|event| {
                    let bell = bell.clone();
                    EventListener::new(&window, event, move |_| bell.wake())
                })
            });
            move || drop(touched)
        });
    }
    let desk = Desk {
        state: state.clone(),
        connection: (*connection).clone(),
        kept: (*kept).clone(),
        bell: (*bell).clone(),
        language,
    };
    use_outbox(&desk);
    use_marks(&desk);
    use_alerts(&desk);
    {
        // What ended while this page was closed or cut off is not told: it is missing from what the
        // desk says of what stands.
        let (kept, told) = (desk.kept.clone(), desk.clone());
        use_effect_with(state.replayed && state.me().is_some(), move |is_told| {
            if *is_told {
                for (conversation, claim) in told.state.unaccounted(kept.conversations()) {
                    told.tell(&AgentCommand::CheckHold { conversation, claim });
                }
                let mut held = told.state.held.keys().cloned().collect::<Vec<_>>();
                held.extend(told.state.board.promises.iter().map(|row| row.conversation.clone()));
                kept.forget_others(clock::now(), &held);
            }
        });
    }
    desk
}

fn hear(
    dispatcher: &UseReducerDispatcher<State>,
    kept: &Kept,
    connection: &Rc<RefCell<Option<Connection>>>,
    news: News,
) {
    match news {
        News::Online(online) => dispatcher.dispatch(Action::Online(online)),
        News::Visible(visible) => dispatcher.dispatch(Action::Visible(visible)),
        News::LinkRefused => dispatcher.dispatch(Action::LinkRefused),
        News::Unreadable(named) => {
            let is_told = named.is_some();
            if let (Some(named), Some(connection)) = (named, connection.borrow().as_ref()) {
                connection.send(&AgentCommand::Unreadable {
                    conversation: named.conversation,
                    claim: named.claim,
                });
            }
            dispatcher.dispatch(Action::Unreadable(is_told));
        }
        News::Desk(event) => {
            match &event {
                AgentEvent::SignedIn { agent, now, .. } => {
                    desk_clock::hear(*now);
                    if kept.belongs_to(&tab::site(), agent) {
                        dispatcher.dispatch(Action::Remember(kept.all_unsent()));
                    }
                }
                AgentEvent::Pong { now } => desk_clock::hear(*now),
                _ => {}
            }
            kept.hear(clock::now(), &event);
            dispatcher.dispatch(Action::Desk(Box::new(event), desk_clock::now()));
        }
    }
}

/// What was written goes out when the desk has told what this agent holds, and again until it is
/// acknowledged.
#[hook]
fn use_outbox(desk: &Desk) {
    let connection = desk.connection.clone();
    use_effect_with((desk.state.unsent(), desk.state.online), move |(unsent, online)| {
        let again = connection.filter(|_| *online && !unsent.is_empty()).map(|connection| {
            let unsent = unsent.clone();
            let send = move || {
                for command in &unsent {
                    connection.send(command);
                }
            };
            send();
            Interval::new(AGAIN_MS, send)
        });
        move || drop(again)
    });
}

/// What has come to this browser, and what was seen.
#[hook]
fn use_marks(desk: &Desk) {
    let told = use_mut_ref(BTreeMap::<(ConversationId, Claim), (Seq, Seq)>::new);
    let connection = desk.connection.clone();
    use_effect_with((desk.state.marks(), desk.state.online), move |(marks, online)| {
        let mut told = told.borrow_mut();
        let Some(connection) = connection.filter(|_| *online) else {
            // Nothing that was sent on the old connection counts as sent.
            told.clear();
            return;
        };
        told.retain(|(id, claim), _| {
            marks.iter().any(|(marked, now, ..)| marked == id && now == claim)
        });
        for (conversation, claim, received, read) in marks.iter().cloned() {
            let (told_received, told_read) = told.entry((conversation.clone(), claim)).or_default();
            if received > *told_received
                && connection.send(&AgentCommand::MarkReceived {
                    conversation: conversation.clone(),
                    claim,
                    seq: received,
                })
            {
                *told_received = received;
            }
            if read > *told_read
                && connection.send(&AgentCommand::MarkRead { conversation, claim, seq: read })
            {
                *told_read = read;
            }
        }
    });
}

#[hook]
fn use_alerts(desk: &Desk) {
    let (bell, news) = (desk.bell.clone(), desk.state.news());
    use_effect_with((desk.state.rings.clone(), news), move |(rings, news)| {
        bell.ring(rings);
        bell.keep_only(&news.iter().map(|(about, _)| about.0.clone()).collect());
    });
    use_effect_with((desk.state.title(), (*desk.language).clone()), |(title, _)| {
        tab::set_title(&speech::say(title))
    });
}
