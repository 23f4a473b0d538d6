//! The socket to the desk: comes back by itself, notices when it is dead, and polls where sockets are blocked.

use std::cell::{Cell, RefCell};

use gloo_events::EventListener;
use gloo_timers::callback::{Interval, Timeout};
use protocol::{EventFrame, Millis, VisitorCommand, VisitorEvent};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{MessageEvent, WebSocket};

use crate::{app::Event, clock, json, outbox, page};

/// How often it looks whether the socket lives.
const LOOK_MS: u32 = 5_000;
/// A ping after this much silence, and the end after this much.
const PING_MS: Millis = 12_000;
const DEAD_MS: Millis = 22_000;
/// After so many failures in a row it polls as well.
const POLL_AFTER: u32 = 3;

pub struct Socket {
    site: String,
    /// Whether a socket is wanted.
    wanted: Cell<bool>,
    open: RefCell<Option<Open>>,
    /// The socket was opened since the outbox last looked.
    is_new: Cell<bool>,
    failures: Cell<u32>,
    timer: RefCell<Option<Timeout>>,
    look: RefCell<Option<Interval>>,
    online: RefCell<Option<EventListener>>,
}

/// A socket with its listeners; dropping it closes it and lets none of them speak again.
struct Open {
    socket: WebSocket,
    heard: Millis,
    _listeners: [EventListener; 3],
}

impl Drop for Open {
    fn drop(&mut self) {
        let _ = self.socket.close();
    }
}

impl Socket {
    pub fn new(site: &str) -> Self {
        Self {
            site: site.to_owned(),
            wanted: Cell::new(false),
            open: RefCell::default(),
            is_new: Cell::new(false),
            failures: Cell::new(0),
            timer: RefCell::default(),
            look: RefCell::default(),
            online: RefCell::default(),
        }
    }

    pub fn open(&self) {
        if self.wanted.replace(true) {
            return;
        }
        *self.look.borrow_mut() = Some(Interval::new(LOOK_MS, || page::with_socket(Self::look)));
        if let Some(window) = web_sys::window() {
            *self.online.borrow_mut() = Some(EventListener::new(&window, "online", |_| {
                page::with_socket(|socket| {
                    socket.failures.set(0);
                    socket.connect();
                });
                page::deliver_again();
            }));
        }
        self.connect();
    }

    pub fn close(&self) {
        self.wanted.set(false);
        self.look.borrow_mut().take();
        self.online.borrow_mut().take();
        self.timer.borrow_mut().take();
        self.open.borrow_mut().take();
    }

    pub fn is_open(&self) -> bool {
        self.open.borrow().as_ref().is_some_and(|open| open.socket.ready_state() == WebSocket::OPEN)
    }

    /// Once after every opening: nothing that was sent before counts as sent.
    pub fn is_new(&self) -> bool {
        self.is_new.replace(false)
    }

    /// Whether it went out; the answer says whether it arrived.
    pub fn send(&self, frame: &str) -> bool {
        let open = self.open.borrow();
        let Some(open) = open.as_ref().filter(|open| open.socket.ready_state() == WebSocket::OPEN) else { return false };
        open.socket.send_with_str(frame).is_ok()
    }

    fn connect(&self) {
        let scheme_and_host = web_sys::window().and_then(|window| Some((window.location().protocol().ok()?, window.location().host().ok()?)));
        let Some((scheme, host)) = scheme_and_host else { return };
        let scheme = if scheme == "https:" { "wss" } else { "ws" };
        self.open.borrow_mut().take();
        let Ok(socket) = WebSocket::new(&format!("{scheme}://{host}/v1/visitor/{}/socket", self.site)) else {
            return self.lost();
        };
        let listeners = [
            EventListener::new(&socket, "open", |_| {
                page::with_socket(|socket| {
                    socket.failures.set(0);
                    socket.is_new.set(true);
                });
                page::dispatch(Event::Connected);
            }),
            EventListener::new(&socket, "message", |event| {
                page::with_socket(Self::heard);
                let text = event.dyn_ref::<MessageEvent>().and_then(|event| event.data().as_string());
                let frame = text.and_then(|text| json::read::<EventFrame<VisitorEvent>>(&text));
                if let Some(frame) = frame {
                    page::dispatch(Event::Desk(frame.event));
                }
            }),
            EventListener::new(&socket, "close", |_| page::with_socket(Self::lost)),
        ];
        *self.open.borrow_mut() = Some(Open { socket, heard: clock::now(), _listeners: listeners });
    }

    fn heard(&self) {
        if let Some(open) = self.open.borrow_mut().as_mut() {
            open.heard = clock::now();
        }
    }

    fn lost(&self) {
        if !self.wanted.get() {
            return;
        }
        let failures = self.failures.get() + 1;
        self.failures.set(failures);
        // Not at once: the listener that runs this belongs to the socket that the next one replaces.
        *self.timer.borrow_mut() = Some(Timeout::new(jitter_ms(failures), || page::with_socket(Self::connect)));
    }

    /// A phone that slept, a network that changed: a socket can be dead without saying so.
    fn look(&self) {
        let silent = self.open.borrow().as_ref().map(|open| clock::now().saturating_sub(open.heard));
        match silent {
            Some(silent) if silent > DEAD_MS && self.is_open() => self.connect(),
            Some(silent) if silent > PING_MS && self.is_open() => {
                page::with_thread(|thread| self.send(&outbox::frame_of(thread, &VisitorCommand::Ping {})));
            }
            _ => {}
        }
        if self.failures.get() >= POLL_AFTER && !self.is_open() {
            let Some(body) = page::with_thread(|thread| outbox::frame_of(thread, &VisitorCommand::Resume { after: thread.last_seq })) else { return };
            let url = format!("/v1/visitor/{}/frames", self.site);
            spawn_local(async move {
                match outbox::post(&url, &body).await {
                    Some(events) => events.into_iter().for_each(|event| page::dispatch(Event::Desk(event))),
                    None => page::dispatch(Event::Unreachable),
                }
            });
        }
    }
}

/// Full jitter: anything up to half a second at first, up to fifteen seconds in the end.
pub fn jitter_ms(failures: u32) -> u32 {
    let most = 500.0 * f64::from(1u32 << failures.min(5));
    (js_sys::Math::random() * most.min(15_000.0)) as u32 + 100
}
