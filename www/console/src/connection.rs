//! The console's connection: signs in, asks for the agent's events over the socket, and reads them.

use browser::socket::{Socket, SocketEvent};
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use protocol::{AgentCommand, AgentEvent, AgentFrame, EventFrame, Millis, Token, VERSION};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{RequestInit, Response};
use yew::Callback;

use crate::{
    tab,
    unreadable::{self, Named},
};

/// A sign-in that the edge did not answer is tried again after this, in ms.
const SIGN_IN_AGAIN_MS: u32 = 2_000;
/// The longest pause between two tries to connect, in ms. It is much shorter than the widget's: an
/// agent whose consoles are all gone for `agent_grace_seconds` loses the conversations that they
/// hold.
const LONGEST_PAUSE_MS: Millis = 8_000;

/// What the connection tells.
pub enum News {
    Online(bool),
    Desk(AgentEvent),
    /// A frame came that this page cannot read; what it was about, if that can be seen.
    Unreadable(Option<Named>),
    /// A sign-in link was used up, too old or wrong.
    LinkRefused,
    /// The tab came to the front, or went behind.
    Visible(bool),
}

/// Shared by every component that sends. Two of them are the same connection.
#[derive(Clone)]
pub struct Connection(Rc<Inner>);

impl PartialEq for Connection {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

struct Inner {
    site: String,
    tell: Callback<News>,
    socket: Socket,
    signing_in: RefCell<Option<Timeout>>,
    /// Nobody is signed in, and the edge keeps no socket for that.
    is_signed_out: Cell<bool>,
    page: RefCell<Vec<EventListener>>,
}

impl Connection {
    /// Signs in first if the address carries a link.
    pub fn start(tell: Callback<News>) -> Self {
        let site = tab::site();
        let connection = Self(Rc::new_cyclic(|inner| {
            let inner = inner.clone();
            let path = format!("/v1/agent/{site}/socket");
            let socket = Socket::new(path, LONGEST_PAUSE_MS, move |event| {
                if let Some(inner) = inner.upgrade() {
                    Self(inner).hear(event);
                }
            });
            Inner {
                site,
                tell,
                socket,
                signing_in: RefCell::default(),
                is_signed_out: Cell::default(),
                page: RefCell::default(),
            }
        }));
        connection.listen_to_page();
        match tab::take_link() {
            Some(link) => connection.sign_in(link),
            None => connection.0.socket.open(),
        }
        connection
    }

    /// Whoever was signed in here before, the socket that opens afterwards is this agent's.
    pub fn sign_in(&self, link: String) {
        let connection = self.clone();
        spawn_local(async move {
            let heard = post(
                &format!("/v1/agent/{}/sign-in", connection.0.site),
                &AgentCommand::SignIn { link: Token(link.clone()) },
            )
            .await;
            // A link that is used up may still meet a cookie that is good: the socket will tell.
            connection.0.is_signed_out.set(false);
            connection.0.socket.reopen();
            match heard {
                Some(events)
                    if events
                        .iter()
                        .any(|frame| matches!(frame.event, AgentEvent::SignedIn { .. })) => {}
                Some(_) => connection.0.tell.emit(News::LinkRefused),
                // The link is not in the address any more, so it is kept until the desk has
                // answered.
                None => {
                    let again = connection.clone();
                    *connection.0.signing_in.borrow_mut() =
                        Some(Timeout::new(SIGN_IN_AGAIN_MS, move || again.sign_in(link)));
                }
            }
        });
    }

    /// Whether it went out.
    pub fn send(&self, command: &AgentCommand) -> bool {
        self.0.socket.send(&frame(command))
    }

    fn listen_to_page(&self) {
        let Some(window) = web_sys::window() else { return };
        let pasted = self.clone();
        // A link that was pasted into this tab changes nothing but what stands behind `#`.
        let mut listeners = vec![EventListener::new(&window, "hashchange", move |_| {
            if let Some(link) = tab::take_link() {
                pasted.sign_in(link);
            }
        })];
        if let Some(document) = window.document() {
            let seen = self.clone();
            listeners.push(EventListener::new(&document, "visibilitychange", move |_| {
                let is_visible = tab::is_visible();
                seen.0.tell.emit(News::Visible(is_visible));
                if is_visible {
                    seen.look_closely();
                }
            }));
        }
        *self.0.page.borrow_mut() = listeners;
    }

    /// Somebody looks at the page. Where nobody was signed in, another tab may have done so.
    fn look_closely(&self) {
        if self.0.is_signed_out.take() {
            self.0.socket.open();
        } else {
            self.0.socket.check();
        }
    }

    fn hear(&self, event: SocketEvent) {
        match event {
            SocketEvent::Opened => {
                self.0.tell.emit(News::Online(true));
                self.send(&AgentCommand::Watch {});
                // Its answer comes behind everything that the desk tells of what stands.
                self.send(&AgentCommand::Ping {});
            }
            SocketEvent::Heard(text) => {
                let read = serde_json::from_str::<EventFrame<AgentEvent>>(&text);
                // It is opened again when somebody comes back to the tab, or signs in.
                if let Ok(EventFrame { event: AgentEvent::SignedOut {}, .. }) = &read {
                    self.0.is_signed_out.set(true);
                    self.0.socket.close();
                }
                self.0.tell.emit(match read {
                    Ok(frame) => News::Desk(frame.event),
                    Err(_) => News::Unreadable(unreadable::named(&text)),
                });
            }
            SocketEvent::PingDue => _ = self.send(&AgentCommand::Ping {}),
            SocketEvent::Lost => self.0.tell.emit(News::Online(false)),
            SocketEvent::NetworkReturned | SocketEvent::StillClosed { .. } => {}
        }
    }
}

fn frame(command: &AgentCommand) -> String {
    serde_json::to_string(&AgentFrame { v: VERSION, command: command.clone() }).unwrap_or_default()
}

async fn post(url: &str, command: &AgentCommand) -> Option<Vec<EventFrame<AgentEvent>>> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&JsValue::from_str(&frame(command)));
    let response =
        JsFuture::from(web_sys::window()?.fetch_with_str_and_init(url, &init)).await.ok()?;
    let text = JsFuture::from(response.dyn_into::<Response>().ok()?.text().ok()?).await.ok()?;
    serde_json::from_str(&text.as_string()?).ok()
}
