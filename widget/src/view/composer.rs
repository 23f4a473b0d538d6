//! Where the visitor writes: what is half written is kept, what is long is counted, and a key that
//! only picks a character sends nothing.

use browser::clock;
use gloo_events::{EventListener, EventListenerOptions};
use protocol::{Millis, limits, pieces};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlTextAreaElement, KeyboardEvent};

use super::dom::{self, by_id};
use crate::{
    app::Event,
    locale,
    rim::{PageEvent, Sink},
    said, speech,
};

/// "is typing" is told at most this often, in ms.
const TYPED_EVERY_MS: Millis = 2_500;
/// What browsers give for a key that goes to an input method; Safari sends Enter so after the
/// composition has ended.
const KEY_OF_INPUT_METHOD: u32 = 229;
/// The length is shown from so many characters before a message is full.
const COUNT_BEFORE: usize = 400;

pub struct Composer {
    pub input: HtmlTextAreaElement,
    parts: Rc<Parts>,
    _listeners: Vec<EventListener>,
}

struct Parts {
    input: HtmlTextAreaElement,
    count: Element,
    typed_at: Cell<Millis>,
    sink: Sink,
}

impl Composer {
    pub fn bind(sink: Sink) -> Option<Self> {
        let input: HtmlTextAreaElement = by_id("input")?.dyn_into().ok()?;
        let parts = Rc::new(Parts {
            input: input.clone(),
            count: by_id("count")?,
            typed_at: Cell::new(0),
            sink,
        });
        let send = by_id("send")?;
        let active = EventListenerOptions::enable_prevent_default();
        let here = Rc::clone(&parts);
        // Not by a form: a page that forbids those (the policy `sandbox`) would forbid to write.
        let on_send = EventListener::new(&send, "click", move |_| here.submit());
        let here = Rc::clone(&parts);
        let on_key = EventListener::new_with_options(&input, "keydown", active, move |event| {
            if event.dyn_ref::<KeyboardEvent>().is_some_and(is_send) {
                event.prevent_default();
                here.submit();
            }
        });
        let here = Rc::clone(&parts);
        let on_input = EventListener::new(&input, "input", move |_| here.typed());
        Some(Self { input, parts, _listeners: vec![on_send, on_key, on_input] })
    }

    /// What was half written before a reload, unless something is written already.
    pub fn restore(&self, draft: Option<&str>) {
        if let Some(draft) = draft.filter(|_| self.input.value().is_empty()) {
            self.input.set_value(draft);
        }
        self.parts.count();
    }

    pub fn empty(&self) {
        self.input.set_value("");
        self.parts.count();
    }
}

impl Parts {
    fn submit(&self) {
        let text = self.input.value();
        if text.trim().is_empty() || self.count() > pieces::MOST {
            return;
        }
        self.input.set_value("");
        self.sink.tell(PageEvent::DraftChanged(String::new()));
        self.count();
        self.typed_at.set(0);
        self.sink.tell(Event::Submitted(text));
    }

    fn typed(&self) {
        // What must not be sent is not kept either.
        self.sink.tell(PageEvent::DraftChanged(signals::mask(&self.input.value()).0));
        self.count();
        let now = clock::elapsed();
        if self.typed_at.get() == 0 || now > self.typed_at.get() + TYPED_EVERY_MS {
            self.typed_at.set(now);
            self.sink.tell(Event::Typed);
        }
    }

    /// Says how long it is where that matters, and gives the messages that it will be.
    fn count(&self) -> usize {
        let text = self.input.value();
        let chars = text.trim().chars().count();
        let pieces = if chars > limits::MAX_MESSAGE_CHARS {
            pieces::of(&text, limits::MAX_MESSAGE_CHARS).len()
        } else {
            1
        };
        let words = match pieces {
            1 if chars + COUNT_BEFORE < limits::MAX_MESSAGE_CHARS => String::new(),
            _ if pieces > pieces::MOST => speech::say(said::too_long()),
            _ => speech::say(locale::length(chars, limits::MAX_MESSAGE_CHARS, pieces)),
        };
        dom::set_text(&self.count, &words);
        pieces
    }
}

/// Enter alone, and not to end a composition.
fn is_send(event: &KeyboardEvent) -> bool {
    event.key() == "Enter"
        && !event.shift_key()
        && !event.is_composing()
        && event.key_code() != KEY_OF_INPUT_METHOD
}
