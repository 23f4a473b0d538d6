//! Links in what was said: those to the site's own pages stay in the visitor's tab, where the chat
//! goes on.

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Element, Url};

use super::dom;
use crate::rim::{PageEvent, Sink};

/// Watches the presses on links below an element.
pub fn bind(list: &Element, sink: Sink) -> EventListener {
    EventListener::new(list, "click", move |event| {
        let pressed = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(link) = pressed.and_then(|pressed| pressed.closest("a[href]").ok().flatten())
        else {
            return;
        };
        let origin = link
            .get_attribute("href")
            .and_then(|address| Url::new(&address).ok())
            .map(|address| address.origin());
        if let Some(origin) = origin {
            sink.tell(PageEvent::LinkPressed(link, origin));
        }
    })
}

/// Follows a link that is being pressed in the visitor's tab.
pub fn stay(link: &Element) {
    dom::set(link, "target", Some("_parent"));
}
