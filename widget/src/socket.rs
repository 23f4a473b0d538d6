//! The socket to the desk: comes back by itself, notices when it is dead, and says when it is time
//! to poll because none opens.

use std::cell::{Cell, RefCell};

use gloo_events::EventListener;
use gloo_timers::callback::{Interval, Timeout};
use protocol::{
    EventFrame, Millis, VisitorCommand, VisitorEvent,
    liveness::{LOOK_MS, Line, Verdict},
};
use wasm_bindgen::JsCast;
use web_sys::{MessageEvent, WebSocket};

use crate::{
    app::Event,
    clock,
    delivery::{self, APART_MS},
    json, page,
};

/// After so many failures in a row it polls as well.
const POLL_AFTER: u32 = 3;

pub struct Socket {
    site: String,
    /// Whether a socket is wanted.
    wanted: Cell<bool>,
    open: RefCell<Option<Open>>,
    failures: Cell<u32>,
    /// When the last one was begun.
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
    pub fn new(site: &str) -> Self {
        Self {
            site: site.to_owned(),
            wanted: Cell::new(false),
            open: RefCell::default(),
            failures: Cell::new(0),
            begun: Cell::new(0),
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
                page::with_socket(Self::come_back);
                page::deliver_again();
            }));
        }
        self.connect();
    }

    /// The network or the page is back: what is left of the old socket is not trusted.
    pub fn come_back(&self) {
        self.failures.set(0);
        if self.wanted.get() {
            let since = clock::elapsed().saturating_sub(self.begun.get());
            self.connect_in(APART_MS.saturating_sub(since));
        }
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

    /// Whether it went out; the answer says whether it arrived.
    pub fn send(&self, frame: &str) -> bool {
        let mut open = self.open.borrow_mut();
        let Some(open) = open.as_mut().filter(|open| open.socket.ready_state() == WebSocket::OPEN)
        else {
            return false;
        };
        open.line.sent(clock::elapsed());
        open.socket.send_with_str(frame).is_ok()
    }

    fn connect(&self) {
        let scheme_and_host = web_sys::window().and_then(|window| {
            Some((window.location().protocol().ok()?, window.location().host().ok()?))
        });
        let Some((scheme, host)) = scheme_and_host else { return };
        let scheme = if scheme == "https:" { "wss" } else { "ws" };
        self.open.borrow_mut().take();
        self.begun.set(clock::elapsed());
        let Ok(socket) =
            WebSocket::new(&format!("{scheme}://{host}/v1/visitor/{}/socket", self.site))
        else {
            return self.lost();
        };
        let listeners = [
            EventListener::new(&socket, "open", |_| {
                page::with_socket(|socket| socket.failures.set(0));
                page::dispatch(Event::Connected);
            }),
            EventListener::new(&socket, "message", |event| {
                page::with_socket(Self::heard);
                let text =
                    event.dyn_ref::<MessageEvent>().and_then(|event| event.data().as_string());
                let frame = text.and_then(|text| json::read::<EventFrame<VisitorEvent>>(&text));
                if let Some(frame) = frame {
                    page::dispatch(Event::Desk(frame.event));
                }
            }),
            EventListener::new(&socket, "close", |_| page::with_socket(Self::lost)),
        ];
        *self.open.borrow_mut() =
            Some(Open { socket, line: Line::opened(clock::elapsed()), _listeners: listeners });
    }

    /// A host that does not ping by itself may have asked for a sign of life: it is answered here,
    /// since no timer of a hidden tab is on time.
    fn heard(&self) {
        if self.with_line(|line| line.heard(clock::elapsed())) == Some(true) {
            self.ping();
        }
    }

    fn ping(&self) {
        page::with_thread(|thread| self.send(&thread.frame_of(&VisitorCommand::Ping {})));
    }

    fn with_line<T>(&self, what: impl FnOnce(&mut Line) -> T) -> Option<T> {
        self.open.borrow_mut().as_mut().map(|open| what(&mut open.line))
    }

    fn lost(&self) {
        if !self.wanted.get() {
            return;
        }
        let failures = self.failures.get() + 1;
        self.failures.set(failures);
        self.connect_in(delivery::pause(failures, clock::random()));
        page::dispatch(Event::Disconnected);
    }

    /// Never at once: the listener that runs this may belong to the socket that the next one
    /// replaces.
    fn connect_in(&self, ms: Millis) {
        *self.timer.borrow_mut() =
            Some(Timeout::new(u32::try_from(ms).unwrap_or(0), || page::with_socket(Self::connect)));
    }

    /// A phone that slept, a network that changed: a socket can be dead without saying so.
    fn look(&self) {
        if self.is_open() {
            match self.with_line(|line| line.look(clock::elapsed())) {
                Some(Verdict::Ask) => self.ping(),
                Some(Verdict::Dead) => {
                    self.open.borrow_mut().take();
                    self.lost();
                }
                Some(Verdict::Fine) | None => {}
            }
        }
        if self.failures.get() >= POLL_AFTER && !self.is_open() {
            page::dispatch(Event::PollDue);
        }
    }
}
