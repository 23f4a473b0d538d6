//! The agent's console: the queue, the offers, the card and the live chat. Rust to Wasm, on Yew.
//!
//! [`state::State`] decides what an event changes; `socket` alone touches the network; `kept` is
//! what outlives a reload; `clock` is the desk's time; `speech` is the agent's language; `view`
//! draws. Text of visitors and bots becomes text nodes only, by `view::foreign`, and the page's
//! policy forbids anything else.

mod alert;
mod browser;
mod clock;
mod kept;
mod socket;
mod speech;
mod state;
mod text;
mod unreadable;
mod view;

/// What an agent reads, each by its key: one function for each message of `words/en.ftl`.
mod said {
    include!(concat!(env!("OUT_DIR"), "/said.rs"));
}

use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

/// Called once, by the page's script, which has chosen the language.
///
/// # Errors
/// Where the words of that language cannot be had.
#[wasm_bindgen]
pub async fn run() -> Result<(), JsValue> {
    speech::learn(&speech::chosen()).await?;
    yew::Renderer::<view::Console>::new().render();
    Ok(())
}
