//! Leaving the page, and coming back to it.

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::PageTransitionEvent;

use crate::page;

pub fn bind() -> Vec<EventListener> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    // Back from the back/forward cache: the socket is dead, and other tabs may have written.
    // Whoever leads opens a new one.
    let on_return = EventListener::new(&window, "pageshow", |event| {
        let is_back =
            event.dyn_ref::<PageTransitionEvent>().is_some_and(PageTransitionEvent::persisted);
        if let Some(thread) = is_back.then(page::kept).flatten() {
            // The lock was given up when the page went.
            page::lead(false);
            page::hear_other_tab(Some(thread));
        }
    });
    // Where the conversation would end with the page, who leaves is asked first.
    let active = EventListenerOptions::enable_prevent_default();
    let on_leaving = EventListener::new_with_options(&window, "beforeunload", active, |event| {
        if page::ends_with_page() {
            event.prevent_default();
        }
    });
    vec![on_return, on_leaving]
}
