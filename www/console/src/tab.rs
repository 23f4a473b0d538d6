//! The tab that the console is in: its address, its title, whether anybody looks at it, and the
//! browser's storage.

use web_sys::{Storage, VisibilityState};

use crate::kept::Shelf;

/// The site, from `/console/SITE`.
pub fn site() -> String {
    let path =
        web_sys::window().and_then(|window| window.location().pathname().ok()).unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

/// The secret behind `#`, taken out of the address so that it stays in no history.
pub fn take_link() -> Option<String> {
    let window = web_sys::window()?;
    let hash = window.location().hash().ok()?;
    let link = hash.strip_prefix('#').filter(|link| !link.is_empty())?.to_owned();
    let path = window.location().pathname().ok()?;
    let _ = window.history().ok()?.replace_state_with_url(
        &wasm_bindgen::JsValue::NULL,
        "",
        Some(&path),
    );
    Some(link)
}

/// Whether the tab is in front.
pub fn is_visible() -> bool {
    web_sys::window()
        .and_then(|window| window.document())
        .is_none_or(|document| document.visibility_state() == VisibilityState::Visible)
}

pub fn set_title(title: &str) {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(title);
    }
}

/// Whether the browser has this at all: some have no `Notification`, some no `AudioContext`.
pub fn has(name: &str) -> bool {
    web_sys::window()
        .is_some_and(|window| js_sys::Reflect::has(&window, &name.into()).unwrap_or(false))
}

/// The browser's own storage; where it is forbidden, everything lasts as long as the page.
pub struct LocalStorage;

fn local_storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

impl Shelf for LocalStorage {
    fn all(&self) -> Vec<(String, String)> {
        let Some(storage) = local_storage() else { return Vec::new() };
        let names =
            (0..storage.length().unwrap_or(0)).filter_map(|i| storage.key(i).ok().flatten());
        names
            .filter_map(|name| storage.get_item(&name).ok().flatten().map(|text| (name, text)))
            .collect()
    }

    fn put(&mut self, name: &str, text: &str) {
        if let Some(storage) = local_storage() {
            let _ = storage.set_item(name, text);
        }
    }

    fn remove(&mut self, name: &str) {
        if let Some(storage) = local_storage() {
            let _ = storage.remove_item(name);
        }
    }
}
