//! The only part that touches the DOM. Text enters it as text; no HTML string is ever made of a
//! message.

mod composer;
mod dom;
mod links;
mod log;
mod peek;
mod replies;

use gloo_events::EventListener;
use protocol::Millis;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use crate::{
    app::{App, Event, Press},
    delivery::Delay,
    fallback, locale,
    rim::{PageEvent, Sink},
    said,
    speech::{say, say_all},
    thread::Stage,
};
use dom::by_id;
pub use links::stay;
pub use log::{Sight, is_in_front};

/// A connection that is back sooner is not worth a word, in ms.
const SHORT_CUT_MS: Millis = 4_000;

/// The parts of the frame's document.
pub struct View {
    status: Element,
    log: log::Log,
    replies: replies::Replies,
    composer: composer::Composer,
    error: Element,
    human: Element,
    /// When people are back, under the button for one.
    hours: Element,
    peek: peek::Peek,
    timer: RefCell<Option<gloo_timers::callback::Timeout>>,
    sink: Sink,
    _listeners: Vec<EventListener>,
}

impl View {
    /// Takes over the document that the edge served, with what was already sent there.
    pub fn bind(sink: Sink) -> Option<Self> {
        let composer = composer::Composer::bind(sink)?;
        let human = by_id("human")?;
        let document = dom::document()?;
        let on_escape = EventListener::new(&document, "keydown", move |event| {
            if event
                .dyn_ref::<KeyboardEvent>()
                .is_some_and(|event| event.key() == "Escape" && !event.is_composing())
            {
                sink.tell(PageEvent::HidePressed);
            }
        });
        let hide = by_id("hide")?;
        let on_hide =
            EventListener::new(&hide, "click", move |_| sink.tell(PageEvent::HidePressed));
        let on_human = EventListener::new(&human, "click", move |_| {
            sink.tell(Event::Pressed(Press::Human));
        });
        let _ = document.document_element()?.set_attribute("data-ready", "");
        Some(Self {
            status: by_id("status")?,
            log: log::Log::bind(sink)?,
            replies: replies::Replies::bind(sink)?,
            composer,
            error: by_id("error")?,
            human,
            hours: by_id("hours")?,
            peek: peek::Peek::bind(sink)?,
            timer: RefCell::default(),
            sink,
            _listeners: vec![on_escape, on_hide, on_human],
        })
    }

    /// What this tab kept over a reload.
    pub fn restore(&self, draft: Option<String>, scrolled: Option<String>) {
        self.composer.restore(draft.as_deref());
        self.log.restore(scrolled.and_then(|top| top.parse().ok()));
    }

    pub fn empty(&self) {
        self.composer.empty();
    }

    /// Draws what differs, and says what the visitor can see of it.
    pub fn show(&self, app: &App, now: Millis, is_kept: bool) -> Sight {
        self.log.look();
        let is_own = self.log.show(app, now);
        self.replies.show(app, now);
        let hours = matches!(app.thread.stage, Stage::Bot | Stage::Closed { .. })
            .then(|| locale::back(&app.settings, now))
            .flatten();
        dom::set_text(&self.hours, &hours.map(say).unwrap_or_default());
        self.peek.show(app);
        dom::set_text(&self.status, &self.status_of(app, now, is_kept));
        dom::set_text(&self.error, &app.error.clone().map(say).unwrap_or_default());
        let agent = app.agent();
        dom::set_text(&self.human, &say(agent.map_or_else(said::talk_to_human, said::with_agent)));
        dom::set(&self.human, "aria-disabled", agent.map(|_| "true"));
        let asked = fallback::asked(app.thread.question.as_ref());
        let label = say(match (asked, &app.thread.stage) {
            (Some(kind), _) => fallback::your_address(kind),
            (_, Stage::Asking { .. }) => said::your_answer(),
            _ => said::your_message(),
        });
        let autocomplete = asked.map_or("off", fallback::autocomplete);
        let input = &self.composer.input;
        dom::set(input, "aria-label", Some(&label));
        dom::set(input, "placeholder", Some(&label));
        dom::set(input, "autocomplete", Some(autocomplete));
        dom::set(input, "aria-invalid", app.error.as_ref().map(|_| "true"));
        // Last, since everything above takes room from the log.
        self.log.settle(app, is_own)
    }

    pub fn focus(&self) {
        let _ = self.composer.input.unchecked_ref::<HtmlElement>().focus();
    }

    /// The line under the title: where the visitor stands.
    fn status_of(&self, app: &App, now: Millis, is_kept: bool) -> String {
        let since = app.cut_since.filter(|_| app.thread.stage.is_at_desk());
        let rest = since.map(|since| (since + SHORT_CUT_MS).saturating_sub(now).min(SHORT_CUT_MS));
        if let Some(rest) = rest.filter(|rest| *rest > 0) {
            let sink = self.sink;
            *self.timer.borrow_mut() =
                Some(gloo_timers::callback::Timeout::new(rest as u32 + 50, move || {
                    sink.tell(PageEvent::SightChanged)
                }));
        }
        status(app, rest == Some(0), is_kept)
    }
}

fn status(app: &App, is_cut: bool, is_kept: bool) -> String {
    let is_owed = app.thread.stage.is_at_desk() || !app.thread.unsent.is_empty();
    let delay = app.delay.filter(|delay| is_owed && *delay != Delay::NoConnection);
    let delay = if is_cut { Some(Delay::NoConnection) } else { delay };
    let waits = delay.map(|delay| vec![locale::delayed(delay, app.tries.next_at)]);
    let mut what = waits.unwrap_or_else(|| match &app.thread.stage {
        Stage::Bot | Stage::Asking { .. } | Stage::Closed { .. } => Vec::new(),
        Stage::HandingOff => vec![said::sending()],
        Stage::Waiting { position, wait, staffing, .. } => {
            locale::place(*position, *wait, *staffing)
        }
        Stage::Reviewing { agent } => vec![said::reviewing(agent.as_str())],
        Stage::Live { agent } => vec![said::connected(agent.as_str())],
        Stage::Promised { commitment } => locale::promised(commitment),
    });
    if !is_kept && app.thread.lines.len() > 1 {
        what.push(said::ends_with_page());
    }
    say_all(&what)
}
