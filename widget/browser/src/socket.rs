//! A socket to the desk: comes back by itself, and notices when it is dead. It carries text frames,
//! and knows nothing of what the text says.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gloo_events::EventListener;
use gloo_timers::callback::{Interval, Timeout};
use protocol::Millis;
use wasm_bindgen::JsCast;
use web_sys::{MessageEvent, WebSocket};

use crate::{
    backoff, clock,
    liveness::{LOOK_MS, Line, Verdict},
    random,
};

/// What a socket tells its owner.
pub enum SocketEvent {
    Opened,
    /// A text frame came.
    Heard(String),
    /// The owner should send a ping: the desk waits for a sign of life, or has to give one.
    PingDue,
    /// The socket is lost. Another one is on its way.
    Lost,
    /// The browser has a network again.
    NetworkReturned,
    /// No socket is open at a regular look; this many in a row have failed.
    StillClosed {
        failures: u32,
    },
}

pub struct Socket(Rc<Inner>);

struct Inner {
    path: String,
    /// See [`backoff::pause`].
    longest_pause: Millis,
    tell: Box<dyn Fn(SocketEvent)>,
    /// Whether a socket is wanted.
    is_wanted: Cell<bool>,
    open: RefCell<Option<Open>>,
    failures: Cell<u32>,
    /// When the last try to connect began, by [`clock::elapsed`].
    begun: Cell<Millis>,
    timer: RefCell<Option<Timeout>>,
    look: RefCell<Option<Interval>>,
    online: RefCell<Option<EventListener>>,
}

/// A socket with its listeners; dropping it closes it and lets none of them speak again.
struct Open {
    socket: WebSocket,
    line: Line,
    _listeners: [EventListener; 3],
}

impl Drop for Open {
    fn drop(&mut self) {
        let _ = self.socket.close();
    }
}

impl Socket {
    /// A socket to this path of the page's own host, which is not opened yet. `longest_pause`, in
    /// ms, bounds the pause after a failure.
    pub fn new(path: String, longest_pause: Millis, tell: impl Fn(SocketEvent) + 'static) -> Self {
        Self(Rc::new(Inner {
            path,
            longest_pause,
            tell: Box::new(tell),
            is_wanted: Cell::new(false),
            open: RefCell::default(),
            failures: Cell::new(0),
            begun: Cell::new(0),
            timer: RefCell::default(),
            look: RefCell::default(),
            online: RefCell::default(),
        }))
    }

    /// Opens the socket and keeps it open.
    pub fn open(&self) {
        if self.0.is_wanted.replace(true) {
            return;
        }
        let inner = Rc::clone(&self.0);
        *self.0.look.borrow_mut() = Some(Interval::new(LOOK_MS, move || inner.look()));
        if let Some(window) = web_sys::window() {
            let inner = Rc::clone(&self.0);
            *self.0.online.borrow_mut() = Some(EventListener::new(&window, "online", move |_| {
                inner.come_back();
                (inner.tell)(SocketEvent::NetworkReturned);
            }));
        }
        self.0.connect();
    }

    /// Opens another socket in place of the one that is open, or opens the first: the desk is to
    /// read the page's cookies anew.
    pub fn reopen(&self) {
        self.0.open.borrow_mut().take();
        if self.0.is_wanted.get() { self.0.come_back() } else { self.open() }
    }

    /// Asks for a sign of life at once, or ends the pause before the next try: somebody has come
    /// back to the page, and nothing on it may be older than it seems. A socket that is closed
    /// stays so.
    pub fn check(&self) {
        let inner = &self.0;
        let state = inner.open.borrow().as_ref().map(|open| open.socket.ready_state());
        match state {
            Some(WebSocket::OPEN) => {
                inner.with_line(|line| line.ask(clock::elapsed()));
                (inner.tell)(SocketEvent::PingDue);
            }
            Some(WebSocket::CONNECTING) => {}
            _ => inner.come_back(),
        }
    }

    /// Closes the socket, and opens no other one.
    pub fn close(&self) {
        let inner = &self.0;
        inner.is_wanted.set(false);
        inner.look.borrow_mut().take();
        inner.online.borrow_mut().take();
        inner.timer.borrow_mut().take();
        inner.open.borrow_mut().take();
    }

    /// Sends a text frame. Says whether it went out; only an answer says that it has arrived.
    pub fn send(&self, frame: &str) -> bool {
        let mut open = self.0.open.borrow_mut();
        let Some(open) = open.as_mut().filter(|open| open.socket.ready_state() == WebSocket::OPEN)
        else {
            return false;
        };
        open.line.sent(clock::elapsed());
        open.socket.send_with_str(frame).is_ok()
    }
}

impl Inner {
    fn is_open(&self) -> bool {
        self.open.borrow().as_ref().is_some_and(|open| open.socket.ready_state() == WebSocket::OPEN)
    }

    /// The network or somebody at the page is back: the old socket is not trusted, and no failure
    /// from before counts.
    fn come_back(self: &Rc<Self>) {
        self.failures.set(0);
        if self.is_wanted.get() {
            let since = clock::elapsed().saturating_sub(self.begun.get());
            self.connect_in(backoff::LEAST_MS.saturating_sub(since));
        }
    }

    fn connect(self: &Rc<Self>) {
        let scheme_and_host = web_sys::window().and_then(|window| {
            Some((window.location().protocol().ok()?, window.location().host().ok()?))
        });
        let Some((scheme, host)) = scheme_and_host else { return };
        let scheme = if scheme == "https:" { "wss" } else { "ws" };
        self.open.borrow_mut().take();
        self.begun.set(clock::elapsed());
        let Ok(socket) = WebSocket::new(&format!("{scheme}://{host}{}", self.path)) else {
            return self.lost();
        };
        let (on_open, on_message, on_close) = (Rc::clone(self), Rc::clone(self), Rc::clone(self));
        let listeners = [
            EventListener::new(&socket, "open", move |_| {
                on_open.failures.set(0);
                (on_open.tell)(SocketEvent::Opened);
            }),
            EventListener::new(&socket, "message", move |event| {
                on_message.heard();
                if let Some(text) =
                    event.dyn_ref::<MessageEvent>().and_then(|event| event.data().as_string())
                {
                    (on_message.tell)(SocketEvent::Heard(text));
                }
            }),
            EventListener::new(&socket, "close", move |_| on_close.lost()),
        ];
        *self.open.borrow_mut() =
            Some(Open { socket, line: Line::opened(clock::elapsed()), _listeners: listeners });
    }

    /// A host that does not ping by itself may have asked for a sign of life: it is answered from
    /// here, since no timer of a hidden tab is on time.
    fn heard(&self) {
        if self.with_line(|line| line.heard(clock::elapsed())) == Some(true) {
            (self.tell)(SocketEvent::PingDue);
        }
    }

    fn with_line<T>(&self, what: impl FnOnce(&mut Line) -> T) -> Option<T> {
        self.open.borrow_mut().as_mut().map(|open| what(&mut open.line))
    }

    fn lost(self: &Rc<Self>) {
        if !self.is_wanted.get() {
            return;
        }
        let failures = self.failures.get() + 1;
        self.failures.set(failures);
        self.connect_in(backoff::pause(failures, self.longest_pause, random::chance()));
        (self.tell)(SocketEvent::Lost);
    }

    /// Never at once: the listener that runs this may belong to the socket that the next one
    /// replaces.
    fn connect_in(self: &Rc<Self>, ms: Millis) {
        let inner = Rc::clone(self);
        *self.timer.borrow_mut() =
            Some(Timeout::new(u32::try_from(ms).unwrap_or(0), move || inner.connect()));
    }

    /// Looks whether the socket still lives: it can be dead without saying so, after a phone slept
    /// or its network changed.
    fn look(self: &Rc<Self>) {
        if self.is_open() {
            match self.with_line(|line| line.look(clock::elapsed())) {
                Some(Verdict::Ask) => (self.tell)(SocketEvent::PingDue),
                Some(Verdict::Dead) => {
                    self.open.borrow_mut().take();
                    self.lost();
                }
                Some(Verdict::Fine) | None => {}
            }
        }
        if !self.is_open() {
            (self.tell)(SocketEvent::StillClosed { failures: self.failures.get() });
        }
    }
}
