//! What is said, in two languages, and what a browser has kept of it.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod common;

use common::{app, fresh, last, say, with_answers};
use protocol::*;
use widget::{
    app::{App, Event, Press},
    speech::{self, Language},
    thread::Thread,
};

fn speak(tag: &str) {
    speech::speak(speech::native(tag).unwrap());
}

fn queued(position: u32, from_seconds: u32, to_seconds: u32) -> Event {
    let wait = Some(WaitEstimate { from_seconds, to_seconds, coverage_percent: 80 });
    let (choices, because) = (Vec::new(), QueuedBecause::Requested);
    Event::Desk(VisitorEvent::Queued {
        position,
        wait,
        staffing: Staffing::Staffed,
        choices,
        because,
        is_long: false,
    })
}

/// One conversation up to the queue, with lines of the bot, of the visitor's buttons and of Baton.
fn conversation() -> App {
    let mut app = with_answers();
    say(&mut app, "What does shipping cost?");
    app.update(&fresh(), Event::Pressed(Press::Yes(false)));
    app.update(&fresh(), Event::Pressed(Press::Human));
    app.update(&fresh(), Event::Pressed(Press::Category("returns".into())));
    app.update(&fresh(), Event::Pressed(Press::Skip));
    app
}

fn texts(thread: &Thread) -> Vec<String> {
    thread.lines.iter().map(|line| line.text.reveal().to_owned()).collect()
}

#[test]
fn the_same_dialogue_in_german_says_nothing_in_english() {
    let mut english = conversation();
    english.update(&fresh(), queued(2, 60, 180));
    speak("de");
    let mut german = conversation();
    german.update(&fresh(), queued(2, 60, 180));
    assert_eq!(english.thread.lines.len(), german.thread.lines.len());
    let own = ["What does shipping cost?", "€3.90.", "Returns"];
    for (english, german) in texts(&english.thread).iter().zip(texts(&german.thread)) {
        assert_eq!(own.contains(&english.as_str()), *english == german, "{english} / {german}");
    }
    assert!(
        last(&german)
            .ends_with("Sie sind an 2. Stelle. Die Wartezeit beträgt etwa 1 bis 3 Minuten."),
        "{}",
        last(&german)
    );
}

#[test]
fn numbers_take_their_plural() {
    for (tag, next, minute, minutes) in [
        (
            "en",
            "You are next.",
            "It should take less than a minute.",
            "It should take less than 2 minutes.",
        ),
        (
            "de",
            "Sie sind als Nächstes dran.",
            "Es dauert voraussichtlich weniger als eine Minute.",
            "Es dauert voraussichtlich weniger als 2 Minuten.",
        ),
    ] {
        speak(tag);
        let mut app = conversation();
        app.update(&fresh(), queued(1, 0, 60));
        assert!(last(&app).ends_with(&format!("{next} {minute}")), "{}", last(&app));
        let mut app = conversation();
        app.update(&fresh(), queued(1, 0, 120));
        assert!(last(&app).ends_with(minutes), "{}", last(&app));
    }
    for (tag, messages, expected) in [
        ("en", 1, "1 message."),
        ("en", 2, "2 messages."),
        ("de", 1, "1 Nachricht."),
        ("de", 2, "2 Nachrichten."),
    ] {
        speak(tag);
        let mut app = app();
        let receipt =
            Receipt { conversation: ConversationId("0123456789".into()), at: 0, messages };
        app.update(&fresh(), Event::Desk(VisitorEvent::Erased { receipt }));
        assert!(last(&app).contains(expected), "{}", last(&app));
    }
}

#[test]
fn what_was_said_is_said_again_in_the_language_of_the_next_page() {
    let english = conversation();
    let kept = serde_json::to_string(&english.thread).unwrap();
    speak("de");
    let german = App::new(english.settings.clone(), serde_json::from_str(&kept).unwrap());
    assert_eq!(texts(&german.thread), texts(&conversation().thread));
}

#[test]
fn a_thread_that_was_kept_without_keys_stands_as_it_was() {
    let english = conversation();
    let mut kept = serde_json::to_value(&english.thread).unwrap();
    for line in kept["lines"].as_array_mut().unwrap() {
        line.as_object_mut().unwrap().remove("said");
    }
    // And what a later version may say.
    kept["lines"][1]["said"] = serde_json::json!(["???"]);
    speak("de");
    let later = App::new(english.settings.clone(), serde_json::from_value(kept).unwrap());
    assert_eq!(texts(&later.thread), texts(&english.thread));
}

#[test]
fn a_line_that_two_tabs_know_in_two_languages_is_one() {
    let mut english = conversation().thread;
    speak("de");
    let mut german = english.clone();
    german.say_again();
    assert_ne!(texts(&english), texts(&german));
    let lines = english.lines.len();
    english.take_in(german);
    assert_eq!(english.lines.len(), lines);
}

#[test]
fn damaged_words_are_refused() {
    let read = |items: &[&str]| {
        Language::read("en", items.iter().map(|item| (*item).to_owned())).is_some()
    };
    assert!(!read(&[]) && !read(&["<!doctype html>"]) && !read(&["00000000", "AAAHello"]));
}
