//! Leaving the page, and coming back to it.

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{PageTransitionEvent, Window};

use crate::rim::{PageEvent, Sink};

pub struct Leaving {
    window: Option<Window>,
    /// Stops who leaves, while there is something to lose.
    question: Option<EventListener>,
    _listener: Option<EventListener>,
}

impl Leaving {
    pub fn bind(sink: Sink) -> Self {
        let window = web_sys::window();
        let listener = window.as_ref().map(|window| {
            EventListener::new(window, "pageshow", move |event| {
                if event
                    .dyn_ref::<PageTransitionEvent>()
                    .is_some_and(PageTransitionEvent::persisted)
                {
                    sink.tell(PageEvent::Returned);
                }
            })
        });
        Self { window, question: None, _listener: listener }
    }

    /// Whether who leaves is asked first. A page that asks may be kept out of the back/forward
    /// cache, so nothing listens while nothing is to be asked.
    pub fn ask_first(&mut self, asks: bool) {
        if asks == self.question.is_some() {
            return;
        }
        self.question = self.window.as_ref().filter(|_| asks).map(|window| {
            let active = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(window, "beforeunload", active, |event| {
                event.prevent_default();
            })
        });
    }
}
