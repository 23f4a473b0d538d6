//! What the parts of the rim tell the page, and the queue through which they do.
//!
//! Each part (`view`, `outbox`, `memory`, `tabs`, `host_page`, `models`, `leaving`) is born with a
//! [`Sink`] and knows no other part (`xtask/src/arrows.rs`); so is the socket, whose events the
//! page passes on. Invariant: an event is taken before [`Sink::tell`] returns, unless another one
//! is being taken; then it waits its turn.

use std::{cell::RefCell, collections::VecDeque};

use browser::socket::SocketEvent;
use web_sys::Element;

use crate::{app::Event, thread::Thread};

/// What happened in a part of the rim.
pub enum PageEvent {
    /// Something that the app decides about.
    App(Event),
    Socket(SocketEvent),
    /// It is time to look again at what is unsent.
    DeliveryDue,
    /// Another tab has written the conversation, or has forgotten it.
    WrittenElsewhere(Option<Box<Thread>>),
    /// The page is back from the back/forward cache.
    Returned,
    /// What is half written in the composer, without secrets.
    DraftChanged(String),
    /// The window's size or place has changed, or what is drawn depends on a time that has come.
    SightChanged,
    /// The visitor hides the panel.
    HidePressed,
    /// The newest line above the closed launcher was pressed, or sent away.
    PeekPressed,
    PeekDismissed,
    /// A link in what was said, and the origin that it leads to.
    LinkPressed(Element, String),
    /// Something that the site's owner should read in the console of their page.
    MistakeFound(String),
}

impl From<Event> for PageEvent {
    fn from(event: Event) -> Self {
        Self::App(event)
    }
}

/// Where a part of the rim puts its events. All copies are the same queue, which lives as long as
/// the document: with counted references every listener would weigh more.
#[derive(Clone, Copy)]
pub struct Sink(&'static Queue);

#[derive(Default)]
struct Queue {
    events: RefCell<VecDeque<PageEvent>>,
    /// Takes all events that wait. It is borrowed while it does.
    taker: RefCell<Option<Box<dyn FnMut()>>>,
}

impl Sink {
    pub fn new() -> Self {
        Self(Box::leak(Box::default()))
    }

    /// May be called at any time, also while another event is being taken.
    pub fn tell(self, event: impl Into<PageEvent>) {
        self.put(event.into());
    }

    /// The next event that waits.
    pub fn next(self) -> Option<PageEvent> {
        self.0.events.borrow_mut().pop_front()
    }

    pub fn is_empty(self) -> bool {
        self.0.events.borrow().is_empty()
    }

    /// Says who takes the events; those that wait are taken at once.
    pub fn bind(self, taker: impl FnMut() + 'static) {
        *self.0.taker.borrow_mut() = Some(Box::new(taker));
        self.take_all();
    }

    /// Not generic, so that it is there once.
    #[inline(never)]
    fn put(self, event: PageEvent) {
        self.0.events.borrow_mut().push_back(event);
        self.take_all();
    }

    fn take_all(self) {
        if let Ok(mut taker) = self.0.taker.try_borrow_mut()
            && let Some(take) = taker.as_mut()
        {
            take();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::rc::Rc;

    #[test]
    fn an_event_that_arrives_while_another_is_taken_waits_its_turn() {
        let (sink, taken) = (Sink::new(), Rc::new(RefCell::new(Vec::new())));
        let draft = |text: &str| PageEvent::DraftChanged(text.to_owned());
        sink.tell(draft("before anybody takes"));
        let seen = Rc::clone(&taken);
        sink.bind(move || {
            while let Some(PageEvent::DraftChanged(text)) = sink.next() {
                if text == "outer" {
                    sink.tell(draft("inner"));
                }
                seen.borrow_mut().push(text);
            }
        });
        sink.tell(draft("outer"));
        sink.tell(draft("after"));
        assert_eq!(*taken.borrow(), ["before anybody takes", "outer", "inner", "after"]);
        assert!(sink.is_empty());
    }
}
