//! The newest unread line, for a page that shows the frame one line high above the closed launcher.
//! So the page has it seen without ever having the text.

use gloo_events::EventListener;
use protocol::Author;
use web_sys::Element;

use super::dom;
use crate::{
    app::App,
    rim::{PageEvent, Sink},
};

pub struct Peek {
    words: Element,
    _listeners: [EventListener; 2],
}

impl Peek {
    pub fn bind(sink: Sink) -> Option<Self> {
        let words = dom::by_id("peek-open")?;
        let open = EventListener::new(&words, "click", move |_| sink.tell(PageEvent::PeekPressed));
        let dismiss = dom::by_id("peek-close")?;
        let close =
            EventListener::new(&dismiss, "click", move |_| sink.tell(PageEvent::PeekDismissed));
        Some(Self { words, _listeners: [open, close] })
    }

    pub fn show(&self, app: &App) {
        let newest = app
            .thread
            .lines
            .iter()
            .rev()
            .find(|line| line.author != Author::Visitor)
            .filter(|_| app.thread.unread > 0);
        dom::set_text(&self.words, newest.map_or("", |line| line.text.reveal()));
    }
}
