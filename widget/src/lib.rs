//! The page inside the iframe: bot, handoff and live chat in the visitor's own browser.
//!
//! [`app::App::update`] decides; only then does [`page::Page`] carry the commands out. The page
//! owns the parts of the rim, which tell it by a [`rim::Sink`] and know nothing of each other:
//! `view` alone touches the DOM, `outbox` and the crate `browser`'s socket alone the network,
//! `memory` alone the storage, `tabs` alone the lock between tabs, `models` alone fetches what was
//! learned, `host_page` alone speaks with the page around the frame, `leaving` alone hears that the
//! page is left. `speech` alone has words.

pub mod answers;
pub mod app;
mod card;
pub mod delivery;
pub mod escalate;
mod fallback;
pub mod fit;
mod host_page;
pub mod identity;
mod json;
mod leaving;
mod locale;
mod memory;
mod models;
mod outbox;
pub mod package;
mod page;
mod rim;
mod said;
mod settings;
pub mod speech;
mod tabs;
pub mod thread;
mod view;

use wasm_bindgen::prelude::wasm_bindgen;

/// Called once, by the frame's script, which has fetched the words. If it fails, that script has
/// its plain form.
#[wasm_bindgen(start)]
pub fn start() -> Result<(), String> {
    speech::speak(speech::here().ok_or("the words cannot be read")?);
    page::Page::start(settings::read().ok_or("the frame's document carries no settings")?);
    Ok(())
}
