//! What was said: one element a line, drawn again only when the line has changed; and how far of it
//! the visitor can see.
//!
//! The visitor's place is theirs: who reads above stays there while lines come, who was away begins
//! at the first line they have not seen.

use gloo_events::EventListener;
use protocol::{Author, Millis};
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlElement};

use super::{dom, links};
use crate::{
    app::App,
    rim::{PageEvent, Sink},
    said,
    speech::say,
    thread::{Line, Mark},
};

/// As near to the end as counts as there, in pixels.
const NEAR: i32 = 40;
/// Room above the line that is gone to, in pixels.
const ABOVE: i32 = 8;

/// What the visitor can see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// The panel is open and the page in front.
    pub is_in_view: bool,
    /// Lines up to the last one in sight.
    pub lines: usize,
    /// How far it is scrolled, in pixels, for who is not at the end.
    pub scrolled: Option<i32>,
}

pub struct Log {
    list: HtmlElement,
    typing: Element,
    /// Goes to what is new.
    more: HtmlElement,
    /// What stands in the list.
    drawn: RefCell<Vec<(Line, HtmlElement)>>,
    /// Above the first line that was not seen when it came.
    divider: RefCell<Option<(usize, Element)>>,
    was_in_view: Cell<bool>,
    /// How far it was scrolled when last looked at; none at the end.
    scrolled: Cell<Option<i32>>,
    timer: RefCell<Option<gloo_timers::callback::Timeout>>,
    sink: Sink,
    _listeners: Vec<EventListener>,
}

impl Log {
    pub fn bind(sink: Sink) -> Option<Self> {
        let list: HtmlElement = dom::by_id("log")?.dyn_into().ok()?;
        let more: HtmlElement = dom::by_id("more")?.dyn_into().ok()?;
        dom::clear(&list);
        let window = web_sys::window()?;
        let document = dom::document()?;
        let end = list.clone();
        let changes = |target: &EventTarget, name: &'static str| {
            EventListener::new(target, name, move |_| sink.tell(PageEvent::SightChanged))
        };
        let listeners = vec![
            links::bind(&list, sink),
            changes(&list, "scroll"),
            changes(&window, "resize"),
            changes(&document, "visibilitychange"),
            EventListener::new(&more, "click", move |_| end.set_scroll_top(end.scroll_height())),
        ];
        Some(Self {
            list,
            typing: dom::by_id("typing")?,
            more,
            drawn: RefCell::default(),
            divider: RefCell::default(),
            was_in_view: Cell::new(false),
            scrolled: Cell::new(None),
            timer: RefCell::default(),
            sink,
            _listeners: listeners,
        })
    }

    /// Where it was scrolled to before a reload.
    pub fn restore(&self, scrolled: Option<i32>) {
        self.scrolled.set(scrolled);
    }

    /// Before anything is drawn that takes room from the log: where the visitor is.
    pub fn look(&self) {
        if self.was_in_view.get() && is_in_view(&self.list) {
            let top = self.list.scroll_top();
            let is_at_end = self.list.scroll_height() - top - self.list.client_height() < NEAR;
            self.scrolled.set((!is_at_end).then_some(top));
        }
    }

    /// Draws what differs. Whether the visitor's own words are new.
    pub fn show(&self, app: &App, now: Millis) -> bool {
        let mut drawn = self.drawn.borrow_mut();
        let lines = &app.thread.lines;
        if lines.len() < drawn.len() {
            // What was said was deleted.
            drawn.clear();
            self.divider.borrow_mut().take();
            dom::clear(&self.list);
        }
        let before = drawn.len();
        for (i, line) in lines.iter().enumerate() {
            if drawn.get(i).is_some_and(|(known, _)| known == line) {
                continue;
            }
            let Some(element) = draw(line, app) else { continue };
            match drawn.get_mut(i) {
                Some(place) => {
                    let _ = self.list.replace_child(&element, &place.1);
                    *place = (line.clone(), element);
                }
                None => {
                    let _ = self.list.append_child(&element);
                    drawn.push((line.clone(), element));
                }
            }
        }
        // After the end nobody types, whatever was still on its way.
        let typing = app.agent().filter(|_| app.typing_until > now);
        dom::set_text(&self.typing, &typing.map_or_else(String::new, |who| say(said::typing(who))));
        if typing.is_some() {
            let rest = u32::try_from(app.typing_until - now).unwrap_or(0) + 50;
            let sink = self.sink;
            *self.timer.borrow_mut() = Some(gloo_timers::callback::Timeout::new(rest, move || {
                sink.tell(PageEvent::SightChanged)
            }));
        }
        lines.len() > before && lines.last().is_some_and(|line| line.author == Author::Visitor)
    }

    /// When all is drawn: goes where the visitor belongs, and says what is in sight there.
    pub fn settle(&self, app: &App, is_own: bool) -> Sight {
        // While the page shows only the newest line above its launcher, the frame may still have
        // the height that it had before.
        let is_in_view = app.thread.panel_open && is_in_view(&self.list);
        let has_come = is_in_view && !self.was_in_view.get();
        self.was_in_view.set(is_in_view);
        if !is_in_view {
            return Sight::default();
        }
        let drawn = self.drawn.borrow();
        let unseen = |from: usize| {
            drawn.iter().skip(from).filter(|(line, _)| line.author != Author::Visitor)
        };
        let seen = app.thread.seen.min(drawn.len());
        let first = unseen(seen)
            .next()
            .and_then(|first| drawn.iter().position(|line| std::ptr::eq(line, first)));
        if has_come
            || is_own
            || (first.is_some() && self.scrolled.get().is_some() && self.divider.borrow().is_none())
        {
            // The very first line of all has nothing above that it would be new against.
            self.divide(first.filter(|first| *first > 0 && !is_own), &drawn);
        }
        let end = self.list.scroll_height();
        match (self.scrolled.get(), first.filter(|_| has_come && seen > 0)) {
            (_, Some(first)) => self.list.set_scroll_top(self.top_of(&drawn[first].1) - 4 * ABOVE),
            (Some(top), None) if has_come => self.list.set_scroll_top(top),
            (Some(_), None) if !is_own => {}
            _ => self.list.set_scroll_top(end),
        }
        let top = self.list.scroll_top();
        let bottom = top + self.list.client_height();
        let lines = drawn
            .iter()
            .rposition(|(_, element)| self.is_in_sight(element, bottom))
            .map_or(0, |last| last + 1);
        let below = unseen(lines.max(seen)).count();
        dom::set_text(
            &self.more,
            &if below > 0 { say(said::new_messages(below as u64)) } else { String::new() },
        );
        dom::set(&self.more, "hidden", (below == 0).then_some(""));
        let is_at_end = end - bottom < NEAR;
        self.scrolled.set((!is_at_end).then_some(top));
        Sight { is_in_view, lines, scrolled: self.scrolled.get() }
    }

    /// Puts the divider above a line, or takes it away.
    fn divide(&self, place: Option<usize>, drawn: &[(Line, HtmlElement)]) {
        let mut divider = self.divider.borrow_mut();
        if divider.as_ref().map(|(at, _)| *at) == place {
            return;
        }
        if let Some((_, element)) = divider.take() {
            element.remove();
        }
        if let Some(place) = place
            && let Some(element) = dom::element("div", "new", &say(said::new_lines()))
        {
            let _ = self.list.insert_before(&element, Some(&drawn[place].1));
            *divider = Some((place, element));
        }
    }

    fn top_of(&self, element: &HtmlElement) -> i32 {
        element.offset_top() - self.list.offset_top()
    }

    /// Its end is in sight; of what is higher than the log, the half of that.
    fn is_in_sight(&self, element: &HtmlElement, bottom: i32) -> bool {
        let top = self.top_of(element);
        top + element.offset_height().min(self.list.client_height() / 2) <= bottom + ABOVE
    }
}

/// A panel that is hidden has no height, and one that the page shows one line high shows nothing of
/// the log.
fn is_in_view(list: &Element) -> bool {
    list.client_height() > NEAR && is_in_front()
}

/// Whether the page is the one that its window shows.
pub fn is_in_front() -> bool {
    dom::document().is_some_and(|document| !document.hidden())
}

fn draw(line: &Line, app: &App) -> Option<HtmlElement> {
    let class = match (line.is_notice, line.author) {
        (_, Author::Visitor) => "line visitor",
        (true, _) => "notice",
        (_, Author::Bot) => "line bot",
        (_, Author::Agent) => "line agent",
    };
    let item = dom::element("div", class, "")?;
    // Who speaks is said, not only shown by side and colour; and it is who wrote the line, whoever
    // has the conversation.
    let who = match (line.is_notice, line.author) {
        (_, Author::Visitor) => Some(say(said::you())),
        (true, _) => None,
        (_, Author::Bot) => {
            app.settings.greeting.bot.clone().or_else(|| Some(say(said::assistant())))
        }
        (_, Author::Agent) => line.by.clone().or_else(|| Some(say(said::an_agent()))),
    };
    if let Some(who) = who {
        dom::append(&item, dom::element("span", "who", &format!("{who}: ")));
    }
    dom::append(&item, dom::element("span", "words", line.text.reveal()));
    if let Some(source) = &line.source
        && (source.url.starts_with("https://") || source.url.starts_with("http://"))
    {
        let link = dom::element("a", "source", &say(said::source(source.title.as_str())))?;
        dom::set(&link, "href", Some(&source.url));
        dom::set(&link, "target", Some("_blank"));
        dom::set(&link, "rel", Some("noopener noreferrer"));
        let _ = item.append_child(&link);
    }
    let mark = match line.mark {
        Mark::None => None,
        Mark::Sending => Some(said::mark_sending()),
        Mark::Sent => Some(said::mark_sent()),
        Mark::Delivered => Some(said::mark_delivered()),
        Mark::Read => Some(said::mark_read()),
        Mark::Failed if line.author == Author::Agent => Some(said::mark_lost()),
        Mark::Failed => Some(said::mark_failed()),
    };
    if let Some(mark) = mark {
        dom::append(&item, dom::element("span", "mark", &say(mark)));
    }
    item.dyn_into().ok()
}
