//! The browser's storage for this site: written only after the visitor first touched the widget.

use crate::{json, thread::Thread};
use web_sys::Storage;

pub struct Memory {
    key: String,
    /// Absent where storage is blocked; the conversation then lives in this tab.
    storage: Option<Storage>,
}

impl Memory {
    pub fn open(site: &str) -> Self {
        let storage = web_sys::window().and_then(|window| window.local_storage().ok().flatten());
        Self { key: format!("baton.{site}"), storage }
    }

    pub fn read(&self) -> Option<Thread> {
        json::read(&self.storage.as_ref()?.get_item(&self.key).ok()??)
    }

    /// Whether it is kept.
    pub fn write(&self, thread: &Thread) -> bool {
        self.write_as(&self.key, thread)
    }

    /// Deletes what is kept of the present conversation.
    pub fn forget(&self) {
        self.remove(&self.key);
    }

    /// Keeps the conversation of somebody who is not the visitor any more, under a key of their own.
    pub fn put_away(&self, whose: &str, thread: &Thread) {
        self.write_as(&self.key_of(whose), thread);
    }

    /// Takes out the conversation that was put away under this key.
    pub fn take_out(&self, whose: &str) -> Option<Thread> {
        let key = self.key_of(whose);
        let thread = json::read(&self.storage.as_ref()?.get_item(&key).ok()??);
        self.remove(&key);
        thread
    }

    fn key_of(&self, whose: &str) -> String {
        format!("{}.{whose}", self.key)
    }

    fn write_as(&self, key: &str, thread: &Thread) -> bool {
        let Some(storage) = &self.storage else { return false };
        serde_json::to_string(thread).is_ok_and(|text| storage.set_item(key, &text).is_ok())
    }

    fn remove(&self, key: &str) {
        if let Some(storage) = &self.storage {
            let _ = storage.remove_item(key);
        }
    }
}
