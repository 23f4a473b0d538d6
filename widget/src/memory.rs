//! The browser's storage for this site: written only after the visitor first touched the widget.
//!
//! The conversation is one for all tabs, and each hears when another has written it. What is half
//! written, and how far one has scrolled, belongs to the tab.

use gloo_events::EventListener;
use protocol::Millis;
use wasm_bindgen::JsCast;
use web_sys::{Storage, StorageEvent};

use crate::{
    json,
    rim::{PageEvent, Sink},
    thread::{Age, Thread},
};

pub struct Memory {
    key: String,
    /// Absent where storage is blocked; the conversation then lives in this tab.
    shared: Option<Storage>,
    tab: Option<Storage>,
    _listener: Option<EventListener>,
}

impl Memory {
    pub fn open(site: &str, sink: Sink) -> Self {
        let window = web_sys::window();
        let shared = window.as_ref().and_then(|window| window.local_storage().ok().flatten());
        let tab = window.as_ref().and_then(|window| window.session_storage().ok().flatten());
        let key = format!("baton.{site}");
        let watched = key.clone();
        let listener = window.map(|window| {
            EventListener::new(&window, "storage", move |event| {
                let Some(event) = event
                    .dyn_ref::<StorageEvent>()
                    .filter(|event| event.key().as_ref() == Some(&watched))
                else {
                    return;
                };
                match event.new_value().map(|text| json::read(&text)) {
                    None => sink.tell(PageEvent::WrittenElsewhere(None)),
                    Some(Some(thread)) => {
                        sink.tell(PageEvent::WrittenElsewhere(Some(Box::new(thread))));
                    }
                    // Of another version of this page.
                    Some(None) => {}
                }
            })
        });
        Self { key, shared, tab, _listener: listener }
    }

    pub fn read(&self) -> Option<Thread> {
        json::read(&self.shared.as_ref()?.get_item(&self.key).ok()??)
    }

    /// Whether it is kept.
    pub fn write(&self, thread: &Thread) -> bool {
        self.write_as(&self.key, thread) && self.write_age(thread.age)
    }

    /// Deletes what is kept of the present conversation. How old it was stays, so that no older
    /// state of it comes back from another tab.
    pub fn forget(&self, age: Age) {
        self.remove(&self.key);
        if self.age().is_some() {
            self.write_age(age);
        }
    }

    /// Keeps the conversation of somebody who is not the visitor any more, under a key of their
    /// own.
    pub fn put_away(&self, whose: &str, thread: &Thread) {
        self.write_as(&self.key_of(whose), thread);
    }

    /// Takes out the conversation that was put away under this key.
    pub fn take_out(&self, whose: &str) -> Option<Thread> {
        let key = self.key_of(whose);
        let thread = json::read(&self.shared.as_ref()?.get_item(&key).ok()??);
        self.remove(&key);
        thread
    }

    /// Deletes whatever conversation is over for longer than it is kept.
    pub fn forget_old(&self, now: Millis) {
        let Some(storage) = &self.shared else { return };
        let keys: Vec<_> = (0..storage.length().unwrap_or(0))
            .filter_map(|place| storage.key(place).ok().flatten())
            .collect();
        for key in keys.into_iter().filter(|key| key.starts_with(&self.key)) {
            let thread: Option<Thread> =
                storage.get_item(&key).ok().flatten().and_then(|text| json::read(&text));
            if thread.is_some_and(|mut thread| thread.forget_old(now)) {
                self.remove(&key);
            }
        }
    }

    /// How old what is kept is, or was.
    pub fn age(&self) -> Option<Age> {
        let kept = self.shared.as_ref()?.get_item(&self.age_key()).ok()??;
        let mut parts = kept.split('.').map_while(|part| part.parse().ok());
        Some(Age { forgotten: parts.next()?, begun: parts.next()?, written: parts.next()? })
    }

    /// Something of this tab alone, by its name.
    pub fn of_tab(&self, name: &str) -> Option<String> {
        self.tab.as_ref()?.get_item(&self.key_of(name)).ok()?
    }

    pub fn keep_for_tab(&self, name: &str, text: &str) {
        let Some(storage) = &self.tab else { return };
        let key = self.key_of(name);
        let _ =
            if text.is_empty() { storage.remove_item(&key) } else { storage.set_item(&key, text) };
    }

    fn key_of(&self, name: &str) -> String {
        format!("{}.{name}", self.key)
    }

    fn age_key(&self) -> String {
        self.key_of("age")
    }

    fn write_age(&self, age: Age) -> bool {
        let text = format!("{}.{}.{}", age.forgotten, age.begun, age.written);
        self.shared.as_ref().is_some_and(|storage| storage.set_item(&self.age_key(), &text).is_ok())
    }

    fn write_as(&self, key: &str, thread: &Thread) -> bool {
        let Some(storage) = &self.shared else { return false };
        serde_json::to_string(thread).is_ok_and(|text| storage.set_item(key, &text).is_ok())
    }

    fn remove(&self, key: &str) {
        if let Some(storage) = &self.shared {
            let _ = storage.remove_item(key);
        }
    }
}
