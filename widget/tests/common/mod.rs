//! An app without a browser, and hands for it.
#![allow(
    clippy::unwrap_used,
    dead_code,
    reason = "a test that panics has failed, and each test takes what it needs"
)]

use protocol::*;
use signals::Base;
use std::cell::Cell;
use widget::{
    answers::Entry,
    app::{App, Command, Event, Fresh},
    speech,
    thread::Thread,
};

thread_local! {
    static IDS: Cell<u32> = const { Cell::new(0) };
}

pub fn fresh() -> Fresh {
    let id = || {
        IDS.set(IDS.get() + 1);
        format!("id{}", IDS.get())
    };
    Fresh {
        now: 1_795_000_000_000,
        elapsed: 0,
        random: || 0.5,
        id,
        token: || "00112233445566778899aabbccddeeff".to_owned(),
    }
}

pub fn app() -> App {
    let settings = WidgetSettings {
        site: "shop".into(),
        name: "Shop".into(),
        origins: vec!["https://shop.example".into()],
        categories: vec![CategoryOption {
            key: "returns".into(),
            label: "Returns".into(),
            words: vec!["return".into()],
            examples: Vec::new(),
            skill: None,
        }],
        rules: Rules::default(),
        greeting: Default::default(),
        open: None,
        crisis: None,
        contact: None,
        now: 0,
    };
    let mut app = App::new(
        settings,
        Thread::new(ConversationId("c1".into()), Token("00112233445566778899aabbccddeeff".into())),
    );
    app.update(&fresh(), Event::BaseLoaded(Some(Box::new(base()))));
    app
}

pub fn base() -> Base {
    Base::read(include_bytes!("../../signals/models/base.bin")).unwrap()
}

pub fn with_answers() -> App {
    let mut app = app();
    let entries: Vec<Entry> = serde_json::from_str(
        r#"[{"question":"How do I return an item?","answer":"Within 30 days.",
             "offer":{"what":"exchange","ask":"Exchange it?",
                      "accepted":"Good.","declined":"No exchange then."}},
            {"question":"What does shipping cost?","answer":"€3.90."}]"#,
    )
    .unwrap();
    app.update(&fresh(), Event::AnswersLoaded(entries));
    app
}

pub fn say(app: &mut App, text: &str) -> Vec<Command> {
    app.update(&fresh(), Event::Submitted(text.into()))
}

pub fn error(app: &App) -> String {
    speech::say_all(app.error.as_slice())
}

pub fn last(app: &App) -> &str {
    app.thread.lines.last().unwrap().text.reveal()
}
