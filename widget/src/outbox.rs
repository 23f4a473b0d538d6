//! Requests to the desk. What is sent, and when, is decided in `delivery`; this carries one frame
//! there and its answer back.
//!
//! With `keepalive`, which survives the page being closed, as far as browsers carry it; a larger
//! frame stays in the outbox for another try.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gloo_timers::callback::Timeout;
use protocol::{ConversationId, EventFrame, Millis, VisitorEvent, limits};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortSignal, RequestInit, Response};

use crate::{
    app::Event,
    delivery::{self, Answer},
    json,
    rim::{PageEvent, Sink},
};

/// Room for what else of this page may be under way with `keepalive`, in bytes.
const KEEPALIVE_ROOM: usize = 2 * 1024;
/// A request is given up a little before `delivery` counts it as lost, in ms.
const PATIENCE_MS: u32 = delivery::PATIENCE_MS as u32 - 1_000;
/// No timer runs longer: browsers' timers count 31 bits of ms, and a page may sleep.
const LONGEST_TIMER_MS: Millis = 10 * 60 * 1000;

pub struct Outbox {
    url: String,
    /// Bytes under way with `keepalive`.
    under_way: Rc<Cell<usize>>,
    timer: RefCell<Option<Timeout>>,
    sink: Sink,
}

impl Outbox {
    pub fn new(site: &str, sink: Sink) -> Self {
        Self {
            url: format!("/v1/visitor/{site}/frames"),
            under_way: Rc::default(),
            timer: RefCell::default(),
            sink,
        }
    }

    /// One frame of a conversation; its answer comes as an event.
    pub fn post(&self, conversation: ConversationId, body: String) {
        let (url, sink) = (self.url.clone(), self.sink);
        let under_way = Rc::clone(&self.under_way);
        let bytes = body.len();
        let outlives_page = under_way.get() + bytes <= limits::MAX_KEEPALIVE_BYTES - KEEPALIVE_ROOM;
        if outlives_page {
            under_way.set(under_way.get() + bytes);
        }
        spawn_local(async move {
            let answer = request(&url, &body, outlives_page).await.unwrap_or_default();
            if outlives_page {
                under_way.set(under_way.get().saturating_sub(bytes));
            }
            sink.tell(Event::Answered(conversation, answer));
        });
    }

    pub fn look_again_in(&self, ms: Millis) {
        let ms = u32::try_from(ms.min(LONGEST_TIMER_MS)).unwrap_or(0);
        let sink = self.sink;
        *self.timer.borrow_mut() =
            Some(Timeout::new(ms, move || sink.tell(PageEvent::DeliveryDue)));
    }
}

/// None when there was no answer.
async fn request(url: &str, body: &str, outlives_page: bool) -> Option<Answer> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&JsValue::from_str(body));
    init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE_MS)));
    if outlives_page {
        // web-sys has no setter for it.
        let _ = js_sys::Reflect::set(&init, &"keepalive".into(), &true.into());
    }
    let response: Response = JsFuture::from(web_sys::window()?.fetch_with_str_and_init(url, &init))
        .await
        .ok()?
        .dyn_into()
        .ok()?;
    let retry_after = response
        .headers()
        .get("retry-after")
        .ok()
        .flatten()
        .and_then(|seconds| seconds.trim().parse().ok());
    let text = match response.text() {
        Ok(text) => JsFuture::from(text).await.ok().and_then(|text| text.as_string()),
        Err(_) => None,
    };
    let frames: Option<Vec<EventFrame<VisitorEvent>>> = text.and_then(|text| json::read(&text));
    let events = frames.map(|frames| frames.into_iter().map(|frame| frame.event).collect());
    Some(Answer { status: response.status(), retry_after, events })
}
