//! The console's connection: signs in, holds a socket, comes back by itself.

use gloo_events::EventListener;
use gloo_timers::callback::{Interval, Timeout};
use protocol::{
    AgentCommand, AgentEvent, AgentFrame, EventFrame, Token, VERSION,
    liveness::{LOOK_MS, Line, Verdict},
};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{MessageEvent, RequestInit, Response, WebSocket};
use yew::Callback;

use crate::{
    browser, clock,
    unreadable::{self, Named},
};

/// A sign-in that the edge did not answer is tried again after this, in ms.
const SIGN_IN_AGAIN_MS: u32 = 2_000;

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
    socket: RefCell<Option<(WebSocket, [EventListener; 3])>>,
    line: Cell<Line>,
    failures: Cell<u32>,
    timer: RefCell<Option<Timeout>>,
    signing_in: RefCell<Option<Timeout>>,
    look: RefCell<Option<Interval>>,
    page: RefCell<Vec<EventListener>>,
}

impl Connection {
    /// Signs in first if the address carries a link.
    pub fn start(tell: Callback<News>) -> Self {
        let connection = Self(Rc::new(Inner {
            site: browser::site(),
            tell,
            socket: RefCell::default(),
            line: Cell::default(),
            failures: Cell::new(0),
            timer: RefCell::default(),
            signing_in: RefCell::default(),
            look: RefCell::default(),
            page: RefCell::default(),
        }));
        connection.listen_to_page();
        match browser::take_link() {
            Some(link) => connection.sign_in(link),
            None => connection.connect(),
        }
        let looking = connection.clone();
        *connection.0.look.borrow_mut() = Some(Interval::new(LOOK_MS, move || looking.look()));
        connection
    }

    /// Whoever was signed in here before, the socket that opens afterwards is this agent's.
    pub fn sign_in(&self, link: String) {
        let own = self.clone();
        spawn_local(async move {
            let heard = post(
                &format!("/v1/agent/{}/sign-in", own.0.site),
                &AgentCommand::SignIn { link: Token(link.clone()) },
            )
            .await;
            // A link that is used up may still meet a cookie that is good: the socket will tell.
            own.connect();
            match heard {
                Some(events)
                    if events
                        .iter()
                        .any(|frame| matches!(frame.event, AgentEvent::SignedIn { .. })) => {}
                Some(_) => own.0.tell.emit(News::LinkRefused),
                // The link is not in the address any more, so it is kept until the desk has
                // answered.
                None => {
                    let again = own.clone();
                    *own.0.signing_in.borrow_mut() =
                        Some(Timeout::new(SIGN_IN_AGAIN_MS, move || again.sign_in(link)));
                }
            }
        });
    }

    /// Whether it went out.
    pub fn send(&self, command: &AgentCommand) -> bool {
        let socket = self.0.socket.borrow();
        let open = socket
            .as_ref()
            .map(|(socket, _)| socket)
            .filter(|socket| socket.ready_state() == WebSocket::OPEN);
        let is_sent = open.is_some_and(|socket| socket.send_with_str(&frame(command)).is_ok());
        if is_sent {
            self.with_line(|line| line.sent(clock::own()));
        }
        is_sent
    }

    fn listen_to_page(&self) {
        let Some(window) = web_sys::window() else { return };
        let (back, pasted) = (self.clone(), self.clone());
        let mut listeners = vec![
            EventListener::new(&window, "online", move |_| back.connect()),
            // A link that was pasted into this tab changes nothing but what stands behind `#`.
            EventListener::new(&window, "hashchange", move |_| {
                if let Some(link) = browser::take_link() {
                    pasted.sign_in(link);
                }
            }),
        ];
        if let Some(document) = window.document() {
            let seen = self.clone();
            listeners.push(EventListener::new(&document, "visibilitychange", move |_| {
                let is_visible = browser::is_visible();
                seen.0.tell.emit(News::Visible(is_visible));
                if is_visible {
                    seen.look_closely();
                }
            }));
        }
        *self.0.page.borrow_mut() = listeners;
    }

    fn connect(&self) {
        let Some(location) = web_sys::window().map(|window| window.location()) else { return };
        let (Ok(scheme), Ok(host)) = (location.protocol(), location.host()) else { return };
        let scheme = if scheme == "https:" { "wss" } else { "ws" };
        self.0.timer.borrow_mut().take();
        if let Some((old, _)) = self.0.socket.borrow_mut().take() {
            let _ = old.close();
        }
        let Ok(socket) =
            WebSocket::new(&format!("{scheme}://{host}/v1/agent/{}/socket", self.0.site))
        else {
            return self.lost();
        };
        let (on_open, on_message, on_close) = (self.clone(), self.clone(), self.clone());
        let listeners = [
            EventListener::new(&socket, "open", move |_| {
                on_open.0.failures.set(0);
                on_open.0.line.set(Line::opened(clock::own()));
                on_open.0.tell.emit(News::Online(true));
                on_open.send(&AgentCommand::Watch {});
                // Its answer comes behind everything that the desk tells of what stands.
                on_open.send(&AgentCommand::Ping {});
            }),
            EventListener::new(&socket, "message", move |event| {
                if on_message.with_line(|line| line.heard(clock::own())) {
                    on_message.send(&AgentCommand::Ping {});
                }
                let Some(text) =
                    event.dyn_ref::<MessageEvent>().and_then(|event| event.data().as_string())
                else {
                    return;
                };
                let read = serde_json::from_str::<EventFrame<AgentEvent>>(&text);
                if let Ok(EventFrame { event: AgentEvent::SignedOut {}, .. }) = &read {
                    on_message.rest();
                }
                on_message.0.tell.emit(match read {
                    Ok(frame) => News::Desk(frame.event),
                    Err(_) => News::Unreadable(unreadable::named(&text)),
                });
            }),
            EventListener::new(&socket, "close", move |_| on_close.lost()),
        ];
        self.0.line.set(Line::opened(clock::own()));
        *self.0.socket.borrow_mut() = Some((socket, listeners));
    }

    fn lost(&self) {
        self.0.tell.emit(News::Online(false));
        let failures = self.0.failures.get() + 1;
        self.0.failures.set(failures);
        let most = 500.0 * f64::from(1u32 << failures.min(4));
        let again = self.clone();
        *self.0.timer.borrow_mut() =
            Some(Timeout::new((js_sys::Math::random() * most) as u32 + 100, move || {
                again.connect()
            }));
    }

    /// Nobody is signed in: the edge keeps no socket for that. It is tried again when somebody
    /// comes back to the tab, or signs in.
    fn rest(&self) {
        let own = self.clone();
        // Not at once: the listener that runs this belongs to the socket that is closed.
        *self.0.timer.borrow_mut() = Some(Timeout::new(0, move || {
            if let Some((socket, _)) = own.0.socket.borrow_mut().take() {
                let _ = socket.close();
            }
        }));
    }

    fn is_open(&self) -> bool {
        self.0
            .socket
            .borrow()
            .as_ref()
            .is_some_and(|(socket, _)| socket.ready_state() == WebSocket::OPEN)
    }

    fn look(&self) {
        if !self.is_open() {
            return;
        }
        match self.with_line(|line| line.look(clock::own())) {
            Verdict::Fine => {}
            Verdict::Ask => {
                self.send(&AgentCommand::Ping {});
            }
            Verdict::Dead => {
                self.0.tell.emit(News::Online(false));
                self.connect();
            }
        }
    }

    /// Somebody looks at the page: nothing on it may be older than it seems.
    fn look_closely(&self) {
        if self.is_open() {
            self.with_line(|line| line.ask(clock::own()));
            self.send(&AgentCommand::Ping {});
        } else if self.0.timer.borrow_mut().take().is_some() {
            self.connect();
        }
    }

    fn with_line<T>(&self, what: impl FnOnce(&mut Line) -> T) -> T {
        let mut line = self.0.line.get();
        let result = what(&mut line);
        self.0.line.set(line);
        result
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
