//! The agent's console: the queue, the offers, the card and the live chat. Rust to Wasm, on Yew.
//!
//! [`state::State`] decides what an event changes; `socket` alone touches the network; `kept` is what outlives a reload; `clock` is the
//! desk's time; `view` draws. Text of visitors and bots becomes text nodes only, by `view::foreign`, and the page's policy forbids anything else.

mod alert;
mod browser;
mod clock;
mod kept;
mod socket;
mod state;
mod text;
mod unreadable;
mod view;

use wasm_bindgen::prelude::wasm_bindgen;

/// Called once, by the page's script.
#[wasm_bindgen(start)]
pub fn start() {
    yew::Renderer::<view::Console>::new().render();
}
