//! The page around the frame: small messages to and from the loader, with exact origins. Never any
//! chat text to it.

use std::{cell::RefCell, rc::Rc};

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use protocol::{Text, limits};
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Url};

use crate::{
    answers::{self, Lenient, Written},
    app::Event,
    identity::{self, Given},
    json,
    rim::{PageEvent, Sink},
    said,
    speech::say,
};

/// What a visitor waits for the site's answers before the bot goes on without, in ms.
const ANSWERS_PATIENCE_MS: u32 = 4_000;

/// From the loader. Anything else on the window is not for us.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum FromPage {
    Open {
        human: bool,
    },
    Hide {},
    /// The site's questions and answers as they were found, and where.
    Answers {
        entries: Lenient<Vec<Lenient<Written>>>,
        from: Option<String>,
    },
    Reset {},
    Page {
        path: String,
    },
}

#[derive(Deserialize)]
struct Envelope {
    baton: FromPage,
}

/// To the loader.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum ToPage {
    Ready {
        open: bool,
        unread: u32,
    },
    Hide {},
    /// The line that is shown above the closed launcher was pressed.
    Show {},
    /// A link to the site's own pages is being followed.
    Link {},
    Unread {
        count: u32,
        /// The number in words, for the launcher's name; empty for none.
        label: String,
    },
    WantAnswers {},
    /// Something for the site's owner, in the page's console.
    Warn {
        text: String,
    },
}

#[derive(Serialize)]
struct Wrapped {
    baton: ToPage,
}

pub struct HostPage {
    /// The page's origin: told by the browser, or known once the page has spoken.
    origin: Rc<RefCell<Option<String>>>,
    origins: Vec<String>,
    sink: Sink,
    _listener: Option<EventListener>,
}

impl HostPage {
    pub fn bind(origins: &[String], sink: Sink) -> Self {
        let origin = Rc::new(RefCell::new(ancestor().filter(|origin| origins.contains(origin))));
        let (known, allowed) = (Rc::clone(&origin), origins.to_vec());
        let listener = web_sys::window().map(|window| {
            EventListener::new(&window, "message", move |event| {
                if let Some(event) = event.dyn_ref::<MessageEvent>() {
                    hear(event, &allowed, &known, sink);
                }
            })
        });
        Self { origin, origins: origins.to_vec(), sink, _listener: listener }
    }

    pub fn say_ready(&self, open: bool, unread: u32) {
        self.post(ToPage::Ready { open, unread });
        self.say_unread(unread);
    }

    pub fn say_hide(&self) {
        self.post(ToPage::Hide {});
    }

    pub fn say_show(&self) {
        self.post(ToPage::Show {});
    }

    pub fn say_link(&self) {
        self.post(ToPage::Link {});
    }

    /// The page's origin, once it is known.
    pub fn origin(&self) -> Option<String> {
        self.origin.borrow().clone()
    }

    pub fn say_unread(&self, count: u32) {
        let label = if count > 0 { say(said::launcher(count.into())) } else { String::new() };
        self.post(ToPage::Unread { count, label });
    }

    /// The page fetches them, with a limit of its own; nobody waits that long for a first word.
    pub fn ask_for_answers(&self) {
        self.post(ToPage::WantAnswers {});
        let sink = self.sink;
        Timeout::new(ANSWERS_PATIENCE_MS, move || sink.tell(Event::AnswersLate)).forget();
    }

    pub fn warn(&self, text: String) {
        self.post(ToPage::Warn { text });
    }

    /// To the known origin; before it is known, to each allowed one: the browser delivers to the
    /// right one only.
    fn post(&self, message: ToPage) {
        let Some(value) = serde_json::to_string(&Wrapped { baton: message })
            .ok()
            .and_then(|text| js_sys::JSON::parse(&text).ok())
        else {
            return;
        };
        let Some(parent) = web_sys::window().and_then(|window| window.parent().ok().flatten())
        else {
            return;
        };
        let known = self.origin.borrow().clone();
        for origin in known.as_ref().map_or(self.origins.as_slice(), std::slice::from_ref) {
            let _ = parent.post_message(&value, origin);
        }
    }
}

/// The page's origin where the browser tells it.
fn ancestor() -> Option<String> {
    let location = web_sys::window()?.location();
    let ancestors = js_sys::Reflect::get(&location, &"ancestorOrigins".into()).ok()?;
    js_sys::Reflect::get_u32(&ancestors, 0).ok()?.as_string()
}

fn hear(event: &MessageEvent, allowed: &[String], known: &RefCell<Option<String>>, sink: Sink) {
    let is_parent =
        web_sys::window().and_then(|window| window.parent().ok().flatten()).is_some_and(|parent| {
            event.source().is_some_and(|source| JsValue::from(source) == JsValue::from(parent))
        });
    if !is_parent || !allowed.contains(&event.origin()) {
        return;
    }
    if let Some(profile) = field(&event.data(), "baton")
        .and_then(|baton| field(&baton, "identify"))
        .and_then(|said| field(&said, "profile"))
    {
        known.borrow_mut().get_or_insert_with(|| event.origin());
        return identify(&profile, sink);
    }
    let Some(Envelope { baton }) = json::from_js(event.data()) else { return };
    known.borrow_mut().get_or_insert_with(|| event.origin());
    sink.tell(match baton {
        FromPage::Open { human } => Event::Opened { human },
        FromPage::Hide {} => Event::Hidden,
        FromPage::Answers { entries, from } => {
            let (entries, mistakes) = answers::read(entries, |url| resolve(url, from.as_deref()));
            mistakes.into_iter().for_each(|text| sink.tell(PageEvent::MistakeFound(text)));
            Event::AnswersLoaded(entries)
        }
        FromPage::Reset {} => Event::Reset,
        FromPage::Page { path } => Event::OnPage(Text::new(cut(&path))),
    });
}

/// As much of a path as the desk takes.
fn cut(path: &str) -> &str {
    &path[..path.floor_char_boundary(limits::MAX_PAGE_BYTES)]
}

/// Who the page says the visitor is, read value by value: what is malformed is named in the page's
/// console, and the rest is taken.
fn identify(profile: &JsValue, sink: Sink) {
    if !profile.is_object() {
        return sink.tell(PageEvent::MistakeFound(
            "identify takes an object, for example { name: \"Kim\", account: \"C-1\" }".to_owned(),
        ));
    }
    let names: Vec<String> = js_sys::Reflect::own_keys(profile)
        .map(|names| names.iter().filter_map(|name| name.as_string()).collect())
        .unwrap_or_default();
    let (profile, refused) = identity::told(&names, |name| given(profile, name));
    refused.into_iter().for_each(|text| sink.tell(PageEvent::MistakeFound(text)));
    sink.tell(Event::Identified(profile));
}

fn given(profile: &JsValue, name: &str) -> Given {
    let Some(value) = field(profile, name).filter(|value| !value.is_null()) else {
        return Given::Nothing;
    };
    if let Some(text) = value.as_string() {
        Given::Text(text)
    } else if let Some(number) = value.as_f64() {
        Given::Number(number)
    } else if let Some(items) = value.dyn_ref::<js_sys::Array>() {
        Given::Orders(items.iter().map(json::from_js).collect())
    } else {
        Given::Other
    }
}

/// A field of an object that has it.
fn field(object: &JsValue, name: &str) -> Option<JsValue> {
    js_sys::Reflect::get(object, &name.into()).ok().filter(|value| !value.is_undefined())
}

/// The whole address of one that may be relative.
fn resolve(url: &str, base: Option<&str>) -> Option<String> {
    let url = match base {
        Some(base) => Url::new_with_base(url, base),
        None => Url::new(url),
    };
    url.ok()
        .filter(|url| matches!(url.protocol().as_str(), "http:" | "https:"))
        .map(|url| url.href())
}
