//! The only part that touches the DOM. Text enters it as text; no HTML string is ever made of a message.

mod dom;
mod links;
mod log;
mod peek;
mod replies;

use gloo_events::{EventListener, EventListenerOptions};
use protocol::Millis;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlTextAreaElement, KeyboardEvent};

use crate::{
    app::{App, Event, Press},
    clock,
    locale::Locale,
    page,
    thread::{Question, Stage},
};
use dom::by_id;

/// "is typing" is told at most this often, in ms.
const TYPED_EVERY_MS: Millis = 2_500;

/// The parts of the frame's document.
pub struct View {
    status: Element,
    log: log::Log,
    replies: replies::Replies,
    input: HtmlTextAreaElement,
    error: Element,
    human: Element,
    /// When people are back, under the button for one.
    hours: Element,
    peek: peek::Peek,
    /// How many lines were drawn.
    lines: Cell<usize>,
    _listeners: Vec<EventListener>,
}

impl View {
    /// Takes over the document that the edge served, with what was already sent there.
    pub fn bind() -> Option<Self> {
        let input: HtmlTextAreaElement = by_id("input")?.dyn_into().ok()?;
        let composer = by_id("composer")?;
        let human = by_id("human")?;
        let document = web_sys::window()?.document()?;
        let active = EventListenerOptions::enable_prevent_default();
        let on_submit = {
            let input = input.clone();
            EventListener::new_with_options(&composer, "submit", active, move |event| {
                event.prevent_default();
                submit(&input);
            })
        };
        let on_key = {
            let (typed_at, field) = (Cell::new(0), input.clone());
            EventListener::new_with_options(&input, "keydown", active, move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
                if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
                    event.prevent_default();
                    submit(&field);
                    typed_at.set(0);
                } else if clock::now() > typed_at.get() + TYPED_EVERY_MS {
                    typed_at.set(clock::now());
                    page::dispatch(Event::Typed);
                }
            })
        };
        let on_escape = EventListener::new(&document, "keydown", |event| {
            if event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.key() == "Escape") {
                page::hide();
            }
        });
        let hide = by_id("hide")?;
        let on_hide = EventListener::new(&hide, "click", |_| page::hide());
        let on_human = EventListener::new(&human, "click", |_| page::dispatch(Event::Pressed(Press::Human)));
        let _ = document.document_element()?.set_attribute("data-ready", "");
        Some(Self {
            status: by_id("status")?,
            log: log::Log::bind()?,
            replies: replies::Replies::bind()?,
            input,
            error: by_id("error")?,
            human,
            hours: by_id("hours")?,
            peek: peek::Peek::bind()?,
            lines: Cell::new(0),
            _listeners: vec![on_submit, on_key, on_escape, on_hide, on_human],
        })
    }

    /// Draws what differs.
    pub fn show(&self, app: &App, now: Millis, is_kept: bool) {
        // Who has scrolled back to read stays there; their own words bring them to the end.
        let lines = app.thread.lines.len();
        let is_own = app.thread.lines.last().is_some_and(|line| line.author == protocol::Author::Visitor) && self.lines.replace(lines) != lines;
        let follows = self.log.is_at_end() || is_own;
        self.log.show(app, now);
        self.replies.show(app, now);
        dom::set_text(&self.status, &status(app, is_kept));
        let hours = matches!(app.thread.stage, Stage::Bot | Stage::Closed { .. }).then(|| Locale::back(&app.settings, now)).flatten();
        dom::set_text(&self.hours, &hours.unwrap_or_default());
        self.peek.show(app);
        dom::set_text(&self.error, app.error.as_deref().unwrap_or_default());
        let agent = match &app.thread.stage {
            Stage::Live { agent } | Stage::Reviewing { agent } => Some(agent.as_str()),
            _ => None,
        };
        dom::set_text(&self.human, &agent.map_or_else(|| Locale::TALK_TO_HUMAN.to_owned(), |agent| format!("You are with {agent}")));
        dom::set(&self.human, "aria-disabled", agent.map(|_| "true"));
        let label = match (&app.thread.question, &app.thread.stage) {
            (Some(Question::Phone), _) => Locale::YOUR_PHONE,
            (Some(Question::Email), _) => Locale::YOUR_EMAIL,
            (_, Stage::Asking { .. }) => "Your answer",
            _ => "Your message",
        };
        let autocomplete = match &app.thread.question {
            Some(Question::Phone) => "tel",
            Some(Question::Email) => "email",
            _ => "off",
        };
        dom::set(&self.input, "aria-label", Some(label));
        dom::set(&self.input, "placeholder", Some(label));
        dom::set(&self.input, "autocomplete", Some(autocomplete));
        dom::set(&self.input, "aria-invalid", app.error.as_ref().map(|_| "true"));
        // Last, since everything above takes room from the log.
        if follows {
            self.log.go_to_end();
        }
    }

    pub fn focus(&self) {
        let _ = self.input.unchecked_ref::<HtmlElement>().focus();
    }
}

fn submit(input: &HtmlTextAreaElement) {
    let text = input.value();
    if !text.trim().is_empty() {
        input.set_value("");
        page::dispatch(Event::Submitted(text));
    }
}

/// The line under the title: where the visitor stands.
fn status(app: &App, is_kept: bool) -> String {
    if let Some(delay) = app.delay.filter(|_| app.thread.stage.is_at_desk() || !app.thread.unsent.is_empty()) {
        return Locale::delayed(delay).to_owned();
    }
    let text = match &app.thread.stage {
        Stage::Bot | Stage::Asking { .. } | Stage::Closed { .. } => String::new(),
        Stage::HandingOff => Locale::SENDING.to_owned(),
        Stage::Waiting { position, wait, staffing, .. } => Locale::place(*position, *wait, *staffing),
        Stage::Reviewing { agent } => Locale::reviewing(agent),
        Stage::Live { agent } => Locale::connected(agent),
        Stage::Promised { commitment } => Locale::promised(commitment),
    };
    if is_kept || app.thread.lines.len() < 2 { text } else { format!("{text} {}", Locale::NOT_KEPT).trim().to_owned() }
}
