//! Brings what is unsent to the desk, with the same ids, until it is acknowledged.
//!
//! Over the socket when one is open; else by POST, one after the other. The handoff itself always goes by POST with
//! `keepalive`, which survives the page being closed.

use std::cell::{Cell, RefCell};

use gloo_timers::callback::Timeout;
use protocol::{EventFrame, VERSION, VisitorCommand, VisitorEvent};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{RequestInit, Response};

use crate::{
    app::Event,
    json, page,
    socket::{Socket, jitter_ms},
    thread::{Thread, Unsent, UnsentKind},
};

/// What `fetch` carries with `keepalive`, all requests together.
const MAX_KEEPALIVE_BYTES: usize = 60 * 1024;

pub struct Outbox {
    url: String,
    /// Sent over the open socket and not acknowledged.
    sent: RefCell<Vec<Unsent>>,
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
        if socket.is_open() && first.kind != UnsentKind::Handoff {
            for unsent in &thread.unsent {
                let is_sent = self.sent.borrow().contains(unsent);
                if !is_sent && socket.send(&frame(thread, &unsent.command)) {
                    self.sent.borrow_mut().push(unsent.clone());
                }
            }
            return;
        }
        if self.in_flight.replace(true) {
            return;
        }
        let body = frame(thread, &first.command);
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

/// One frame with the thread's credential, around a command that is JSON already. Ids and tokens need no escape.
pub fn frame(thread: &Thread, command: &str) -> String {
    let (conversation, token) = (&thread.conversation.0, &thread.token.0);
    format!(r#"{{"v":{VERSION},"conversation":"{conversation}","token":"{token}","command":{command}}}"#)
}

/// The same for a command that is not kept.
pub fn frame_of(thread: &Thread, command: &VisitorCommand) -> String {
    frame(thread, &serde_json::to_string(command).unwrap_or_default())
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
    let frames: Vec<EventFrame<VisitorEvent>> = json::read(&text)?;
    Some(frames.into_iter().map(|frame| frame.event).collect())
}
