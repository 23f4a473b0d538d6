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
        let Some(storage) = &self.storage else { return false };
        serde_json::to_string(thread).is_ok_and(|text| storage.set_item(&self.key, &text).is_ok())
    }
}
