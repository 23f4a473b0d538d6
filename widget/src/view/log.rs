//! What was said: one element a line, drawn again only when the line has changed.

use gloo_events::EventListener;
use protocol::{Author, Millis};
use std::cell::RefCell;
use web_sys::Element;

use super::{dom, links};
use crate::{
    app::App,
    page,
    thread::{Line, Mark, Stage},
};

pub struct Log {
    list: Element,
    typing: Element,
    /// What stands in the list.
    drawn: RefCell<Vec<Line>>,
    timer: RefCell<Option<gloo_timers::callback::Timeout>>,
    _links: EventListener,
}

impl Log {
    pub fn bind() -> Option<Self> {
        let list = dom::by_id("log")?;
        let typing = dom::by_id("typing")?;
        dom::clear(&list);
        let _links = links::bind(&list);
        Some(Self { _links, list, typing, drawn: RefCell::default(), timer: RefCell::default() })
    }

    pub fn show(&self, app: &App, now: Millis) {
        let mut drawn = self.drawn.borrow_mut();
        let lines = &app.thread.lines;
        if lines.len() < drawn.len() {
            // What was said was deleted.
            drawn.clear();
            dom::clear(&self.list);
        }
        for (i, line) in lines.iter().enumerate() {
            if drawn.get(i) == Some(line) {
                continue;
            }
            let Some(element) = draw(line, app) else { continue };
            match self.list.children().item(i as u32) {
                Some(old) if i < drawn.len() => drop(self.list.replace_child(&element, &old)),
                _ => drop(self.list.append_child(&element)),
            }
            if i < drawn.len() {
                drawn[i] = line.clone();
            } else {
                drawn.push(line.clone());
            }
        }
        let is_typing = app.typing_until > now;
        let agent = match &app.thread.stage {
            Stage::Live { agent } => agent.as_str(),
            _ => "",
        };
        dom::set_text(&self.typing, &if is_typing { format!("{agent} is typing…") } else { String::new() });
        if is_typing {
            let rest = u32::try_from(app.typing_until - now).unwrap_or(0) + 50;
            *self.timer.borrow_mut() = Some(gloo_timers::callback::Timeout::new(rest, page::refresh));
        }
    }

    /// Whether the newest line is in sight.
    pub fn is_at_end(&self) -> bool {
        self.list.scroll_height() - self.list.scroll_top() - self.list.client_height() < 40
    }

    pub fn go_to_end(&self) {
        self.list.set_scroll_top(self.list.scroll_height());
    }
}

fn draw(line: &Line, app: &App) -> Option<Element> {
    let class = match (line.is_notice, line.author) {
        (_, Author::Visitor) => "line visitor",
        (true, _) => "notice",
        (_, Author::Bot) => "line bot",
        (_, Author::Agent) => "line agent",
    };
    let item = dom::element("div", class, "")?;
    // Who speaks is said, not only shown by side and colour.
    let who = match (line.is_notice, line.author, &app.thread.stage) {
        (_, Author::Visitor, _) => "You: ",
        (true, ..) => "",
        (_, Author::Bot, _) => &format!("{}: ", app.settings.greeting.bot.as_deref().unwrap_or("Assistant")),
        (_, Author::Agent, Stage::Live { agent }) => &format!("{agent}: "),
        (_, Author::Agent, _) => "Agent: ",
    };
    if !who.is_empty() {
        dom::append(&item, dom::element("span", "who", who));
    }
    dom::append(&item, dom::element("span", "words", line.text.reveal()));
    if let Some(source) = &line.source
        && (source.url.starts_with("https://") || source.url.starts_with("http://"))
    {
        let link = dom::element("a", "source", &format!("Source: {}", source.title))?;
        dom::set(&link, "href", Some(&source.url));
        dom::set(&link, "target", Some("_blank"));
        dom::set(&link, "rel", Some("noopener noreferrer"));
        let _ = item.append_child(&link);
    }
    let mark = match line.mark {
        Mark::None => "",
        Mark::Sending => "sending…",
        Mark::Delivered => "✓ delivered",
        Mark::Read => "✓✓ read",
        Mark::Failed => "not sent",
    };
    if !mark.is_empty() {
        dom::append(&item, dom::element("span", "mark", mark));
    }
    Some(item)
}
