//! The console's connection: signs in, holds a socket, comes back by itself.

use gloo_events::EventListener;
use gloo_timers::callback::{Interval, Timeout};
use protocol::{AgentCommand, AgentEvent, AgentFrame, EventFrame, Millis, Token, VERSION};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{MessageEvent, RequestInit, Response, WebSocket};
use yew::Callback;

use crate::browser;

const LOOK_MS: u32 = 4_000;
/// A ping after this much silence, and the end after this much.
const PING_MS: Millis = 8_000;
const DEAD_MS: Millis = 18_000;

/// What the connection tells.
pub enum News {
    Online(bool),
    Desk(AgentEvent),
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
    heard: Cell<Millis>,
    failures: Cell<u32>,
    timer: RefCell<Option<Timeout>>,
    look: RefCell<Option<Interval>>,
    online: RefCell<Option<EventListener>>,
}

impl Connection {
    /// Signs in first if the address carries a link.
    pub fn start(tell: Callback<News>) -> Self {
        let connection = Self(Rc::new(Inner {
            site: browser::site(),
            tell,
            socket: RefCell::default(),
            heard: Cell::new(0),
            failures: Cell::new(0),
            timer: RefCell::default(),
            look: RefCell::default(),
            online: RefCell::default(),
        }));
        let own = connection.clone();
        spawn_local(async move {
            if let Some(link) = browser::take_link() {
                let command = AgentCommand::SignIn { link: Token(link) };
                // A link that is used up may still meet a cookie that is good: the socket will tell.
                let _ = post(&format!("/v1/agent/{}/sign-in", own.0.site), &command).await;
            }
            own.connect();
            let looking = own.clone();
            *own.0.look.borrow_mut() = Some(Interval::new(LOOK_MS, move || looking.look()));
            if let Some(window) = web_sys::window() {
                let back = own.clone();
                *own.0.online.borrow_mut() = Some(EventListener::new(&window, "online", move |_| back.connect()));
            }
        });
        connection
    }

    /// Whether it went out.
    pub fn send(&self, command: &AgentCommand) -> bool {
        let socket = self.0.socket.borrow();
        let open = socket.as_ref().map(|(socket, _)| socket).filter(|socket| socket.ready_state() == WebSocket::OPEN);
        open.is_some_and(|socket| socket.send_with_str(&frame(command)).is_ok())
    }

    fn connect(&self) {
        let Some(location) = web_sys::window().map(|window| window.location()) else { return };
        let (Ok(scheme), Ok(host)) = (location.protocol(), location.host()) else { return };
        let scheme = if scheme == "https:" { "wss" } else { "ws" };
        if let Some((old, _)) = self.0.socket.borrow_mut().take() {
            let _ = old.close();
        }
        let Ok(socket) = WebSocket::new(&format!("{scheme}://{host}/v1/agent/{}/socket", self.0.site)) else { return self.lost() };
        let (on_open, on_message, on_close) = (self.clone(), self.clone(), self.clone());
        let listeners = [
            EventListener::new(&socket, "open", move |_| {
                on_open.0.failures.set(0);
                on_open.0.heard.set(browser::now());
                on_open.0.tell.emit(News::Online(true));
                on_open.send(&AgentCommand::Watch {});
            }),
            EventListener::new(&socket, "message", move |event| {
                on_message.0.heard.set(browser::now());
                let text = event.dyn_ref::<MessageEvent>().and_then(|event| event.data().as_string());
                if let Some(frame) = text.and_then(|text| serde_json::from_str::<EventFrame<AgentEvent>>(&text).ok()) {
                    on_message.0.tell.emit(News::Desk(frame.event));
                }
            }),
            EventListener::new(&socket, "close", move |_| on_close.lost()),
        ];
        self.0.heard.set(browser::now());
        *self.0.socket.borrow_mut() = Some((socket, listeners));
    }

    fn lost(&self) {
        self.0.tell.emit(News::Online(false));
        let failures = self.0.failures.get() + 1;
        self.0.failures.set(failures);
        let most = 500.0 * f64::from(1u32 << failures.min(4));
        let again = self.clone();
        *self.0.timer.borrow_mut() = Some(Timeout::new((js_sys::Math::random() * most) as u32 + 100, move || again.connect()));
    }

    fn look(&self) {
        let is_open = self.0.socket.borrow().as_ref().is_some_and(|(socket, _)| socket.ready_state() == WebSocket::OPEN);
        let silent = browser::now().saturating_sub(self.0.heard.get());
        if is_open && silent > DEAD_MS {
            self.0.tell.emit(News::Online(false));
            self.connect();
        } else if is_open && silent > PING_MS {
            self.send(&AgentCommand::Ping {});
        }
    }
}

fn frame(command: &AgentCommand) -> String {
    serde_json::to_string(&AgentFrame { v: VERSION, command: command.clone() }).unwrap_or_default()
}

async fn post(url: &str, command: &AgentCommand) -> Option<()> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&JsValue::from_str(&frame(command)));
    let response = JsFuture::from(web_sys::window()?.fetch_with_str_and_init(url, &init)).await.ok()?;
    JsFuture::from(response.dyn_into::<Response>().ok()?.text().ok()?).await.ok()?;
    Some(())
}
