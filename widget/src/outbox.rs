//! Brings what is unsent to the desk, with the same ids, until it is acknowledged.
//!
//! Over the socket when one is open; else by POST, one after the other. The handoff itself always goes by POST with
//! `keepalive`, which survives the page being closed.

use std::cell::{Cell, RefCell};

use gloo_timers::callback::Timeout;
use protocol::{EventFrame, VERSION, VisitorCommand, VisitorEvent, VisitorFrame};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{RequestInit, Response};

use crate::{
    app::Event,
    page,
    socket::{Socket, jitter_ms},
    thread::Thread,
};

/// What `fetch` carries with `keepalive`, all requests together.
const MAX_KEEPALIVE_BYTES: usize = 60 * 1024;

pub struct Outbox {
    url: String,
    /// Sent over the open socket and not acknowledged.
    sent: RefCell<Vec<VisitorCommand>>,
    in_flight: Cell<bool>,
    failures: Cell<u32>,
    timer: RefCell<Option<Timeout>>,
}

impl Outbox {
    pub fn new(site: &str) -> Self {
        let url = format!("/v1/visitor/{site}/frames");
        Self { url, sent: RefCell::default(), in_flight: Cell::new(false), failures: Cell::new(0), timer: RefCell::default() }
    }

    pub fn deliver(&self, thread: &Thread, socket: &Socket) {
        if socket.is_new() {
            self.sent.borrow_mut().clear();
        }
        let Some(first) = thread.unsent.first() else { return };
        if socket.is_open() && !matches!(first, VisitorCommand::RequestHandoff { .. }) {
            for command in &thread.unsent {
                let is_sent = self.sent.borrow().contains(command);
                if !is_sent && socket.send(thread, command.clone()) {
                    self.sent.borrow_mut().push(command.clone());
                }
            }
            return;
        }
        if self.in_flight.replace(true) {
            return;
        }
        let body = frame(thread, first.clone());
        let url = self.url.clone();
        spawn_local(async move {
            let result = post(&url, &body).await;
            page::with_outbox(|outbox| outbox.in_flight.set(false));
            match result {
                Some(events) => {
                    page::with_outbox(|outbox| outbox.failures.set(0));
                    let is_refused = events.is_empty();
                    events.into_iter().for_each(|event| page::dispatch(Event::Desk(event)));
                    if is_refused {
                        page::with_outbox(Self::retry_later);
                    } else {
                        page::deliver_again();
                    }
                }
                None => {
                    page::with_outbox(Self::retry_later);
                    page::dispatch(Event::Unreachable);
                }
            }
        });
    }

    /// After a pause that grows, with full jitter.
    pub fn retry_later(&self) {
        let failures = self.failures.get() + 1;
        self.failures.set(failures);
        self.sent.borrow_mut().clear();
        *self.timer.borrow_mut() = Some(Timeout::new(jitter_ms(failures), page::deliver_again));
    }
}

/// One frame with the thread's credential.
pub fn frame(thread: &Thread, command: VisitorCommand) -> String {
    let frame = VisitorFrame { v: VERSION, conversation: thread.conversation.clone(), token: thread.token.clone(), command };
    serde_json::to_string(&frame).unwrap_or_default()
}

/// The events that the desk answers with; None when it could not be reached.
pub async fn post(url: &str, body: &str) -> Option<Vec<VisitorEvent>> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&JsValue::from_str(body));
    if body.len() < MAX_KEEPALIVE_BYTES {
        // web-sys has no setter for it.
        let _ = js_sys::Reflect::set(&init, &"keepalive".into(), &true.into());
    }
    let response = JsFuture::from(web_sys::window()?.fetch_with_str_and_init(url, &init)).await.ok()?;
    let text = JsFuture::from(response.dyn_into::<Response>().ok()?.text().ok()?).await.ok()?.as_string()?;
    let frames: Vec<EventFrame<VisitorEvent>> = serde_json::from_str(&text).ok()?;
    Some(frames.into_iter().map(|frame| frame.event).collect())
}
