//! What may be pressed in place of writing: quick replies, the choices while waiting, and the
//! rating.

use gloo_events::EventListener;
use protocol::{FallbackOption, Millis, Outcome, limits};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use web_sys::Element;
use words::Said;

use super::dom;
use crate::{
    app::{App, Event, Press, outcome_reopens},
    fallback,
    rim::Sink,
    said,
    speech::say,
    thread::{Ask, Question, Stage},
};

pub struct Replies {
    group: Element,
    sink: Sink,
    /// What is drawn, with the listeners that belong to it.
    drawn: RefCell<(Vec<Offered>, Vec<EventListener>)>,
}

/// One thing to press, or the rating.
#[derive(Clone, PartialEq)]
enum Offered {
    Label(String),
    Button(String, Press),
    /// A label, and where it leads.
    Link(String, String),
    Rating,
}

impl Replies {
    pub fn bind(sink: Sink) -> Option<Self> {
        Some(Self { group: dom::by_id("replies")?, sink, drawn: RefCell::default() })
    }

    pub fn show(&self, app: &App, now: Millis) {
        let mut offered = offered(app, now);
        if app.tries.has_way_on {
            offered.splice(0..0, ways_on(app, now));
        }
        if self.drawn.borrow().0 == offered {
            return;
        }
        dom::clear(&self.group);
        let mut listeners = Vec::new();
        for one in &offered {
            let _ = match one {
                Offered::Label(text) => {
                    dom::element("p", "", text).map(|label| self.group.append_child(&label))
                }
                Offered::Button(label, press) => {
                    let (press, sink) = (press.clone(), self.sink);
                    button(label, move || sink.tell(Event::Pressed(press.clone()))).map(
                        |(button, listener)| {
                            listeners.push(listener);
                            self.group.append_child(&button)
                        },
                    )
                }
                Offered::Link(label, address) => dom::element("a", "", label).map(|link| {
                    dom::set(&link, "href", Some(address));
                    self.group.append_child(&link)
                }),
                Offered::Rating => {
                    rating(&mut listeners, self.sink).map(|form| self.group.append_child(&form))
                }
            };
        }
        *self.drawn.borrow_mut() = (offered, listeners);
    }
}

/// What there is beside what waits to be taken: the site's own addresses, and another try.
fn ways_on(app: &App, now: Millis) -> Vec<Offered> {
    let contact = app.settings.contact.clone().unwrap_or_default();
    let email = contact.email.map(|email| Offered::Link(email.clone(), format!("mailto:{email}")));
    let phone = contact.phone.map(|phone| {
        let dialled: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        Offered::Link(phone, format!("tel:{dialled}"))
    });
    let again = app.may_try_now(now).then(|| Offered::Button(say(said::try_now()), Press::TryNow));
    email.into_iter().chain(phone).chain(again).collect()
}

fn offered(app: &App, now: Millis) -> Vec<Offered> {
    let named = |label: &str, press| Offered::Button(label.to_owned(), press);
    let button = |label: Said, press| Offered::Button(say(label), press);
    let choice = |choice: &FallbackOption| {
        button(fallback::choice(choice.kind, choice.due), Press::Fallback(choice.kind))
    };
    let thread = &app.thread;
    match (&thread.question, &thread.stage) {
        (Some(question), stage) if fallback::is_of_promise(question) => {
            let known = app.known_contact().map(|known| named(&known, Press::Known));
            let skip = matches!(question, Question::Issue { .. })
                .then(|| button(said::skip(), Press::Skip));
            let back = if matches!(stage, Stage::Waiting { .. }) {
                said::keep_waiting()
            } else {
                said::go_back()
            };
            known.into_iter().chain(skip).chain([button(back, Press::KeepWaiting)]).collect()
        }
        (_, Stage::Asking { missing, .. }) => {
            let mut all = Vec::new();
            if matches!(missing.first(), Some(Ask::Issue | Ask::Category)) {
                all.extend(
                    app.settings.categories.iter().map(|category| {
                        named(&category.label, Press::Category(category.key.clone()))
                    }),
                );
            }
            if app.may_skip() {
                all.push(button(said::skip(), Press::Skip));
            }
            all.push(button(said::back_to_bot(), Press::Leave));
            all
        }
        (Some(Question::Helped { .. }), Stage::Bot) => {
            vec![
                Offered::Label(say(said::did_it_help())),
                button(said::yes(), Press::Yes(true)),
                button(said::no(), Press::Yes(false)),
            ]
        }
        (Some(Question::Action { .. }), Stage::Bot) => {
            vec![
                button(said::yes_please(), Press::Yes(true)),
                button(said::no(), Press::Yes(false)),
            ]
        }
        (Some(Question::Human { .. }), Stage::Bot) => {
            vec![
                button(said::yes_please(), Press::Yes(true)),
                button(said::not_now(), Press::Yes(false)),
            ]
        }
        (Some(Question::Erase), _) => {
            vec![button(said::erase(), Press::Yes(true)), button(said::no(), Press::Yes(false))]
        }
        (_, Stage::Waiting { choices, .. }) => {
            let mut all: Vec<_> = choices.iter().map(choice).collect();
            all.push(button(said::back_to_bot(), Press::Leave));
            all
        }
        (_, Stage::HandingOff)
            if app.tries.has_way_on || app.delay.is_some() || thread.unsent.is_empty() =>
        {
            vec![button(said::back_to_bot(), Press::Leave)]
        }
        _ if app.is_full => vec![button(said::new_conversation(), Press::BeginAgain)],
        (_, Stage::Promised { .. }) => vec![
            button(said::wait_instead(), Press::Rejoin),
            button(said::cancel_promise(), Press::Leave),
        ],
        (_, Stage::Closed { may_rate, choices, reopen_until, outcome }) => {
            let mut all: Vec<_> = choices.iter().map(choice).collect();
            if *may_rate && !app.is_rated {
                all.push(Offered::Rating);
            }
            if reopen_until.is_some_and(|until| now < until) {
                let is_unanswered = matches!(outcome, Outcome::Unanswered | Outcome::Abandoned);
                all.push(button(
                    if is_unanswered { said::wait_again() } else { said::reopen() },
                    Press::Rejoin,
                ));
            }
            // Who writes within that time goes on with it.
            if outcome_reopens(*outcome) && reopen_until.is_some_and(|until| now < until) {
                all.push(button(said::new_conversation(), Press::BeginAgain));
            }
            if reopen_until.is_some() {
                all.push(button(said::erase(), Press::Erase));
            }
            all
        }
        _ => Vec::new(),
    }
}

fn button(label: &str, press: impl Fn() + 'static) -> Option<(Element, EventListener)> {
    let button = dom::element("button", "", label)?;
    dom::set(&button, "type", Some("button"));
    let listener = EventListener::new(&button, "click", move |_| press());
    Some((button, listener))
}

/// Effort and satisfaction, each a row of radio buttons; either may be left out.
fn rating(listeners: &mut Vec<EventListener>, sink: Sink) -> Option<Element> {
    let form = dom::element("div", "rating", "")?;
    let mut scales = Vec::new();
    for (name, label, range) in [
        ("effort", said::rate_effort(), limits::EFFORT),
        ("satisfaction", said::rate_satisfaction(), limits::SATISFACTION),
    ] {
        let chosen = Rc::new(Cell::new(None));
        let set = dom::element("fieldset", "", "")?;
        dom::append(&set, dom::element("legend", "", &say(label)));
        for value in range {
            let option = dom::element("label", "", "")?;
            let radio = dom::element("input", "", "")?;
            for (key, value) in
                [("type", "radio"), ("name", name), ("value", value.to_string().as_str())]
            {
                dom::set(&radio, key, Some(value));
            }
            let chosen = Rc::clone(&chosen);
            listeners.push(EventListener::new(&radio, "change", move |_| chosen.set(Some(value))));
            let _ = option.append_child(&radio);
            dom::append(&option, dom::element("span", "", &value.to_string()));
            let _ = set.append_child(&option);
        }
        let _ = form.append_child(&set);
        scales.push(chosen);
    }
    let (send, listener) = button(&say(said::send_rating()), move || {
        let [effort, satisfaction] = [scales[0].get(), scales[1].get()];
        if effort.is_some() || satisfaction.is_some() {
            sink.tell(Event::Pressed(Press::Rate { effort, satisfaction }));
        }
    })?;
    listeners.push(listener);
    let _ = form.append_child(&send);
    Some(form)
}
