//! The agent's console: the queue, the offers, the card and the live chat. Rust to Wasm, on Yew.
//!
//! [`state::State`] decides what an event changes; `connection` alone touches the network, by the
//! socket of the crate `browser`; `kept` is what outlives a reload; `desk_clock` is the desk's
//! time; `speech` is the agent's language; `view` draws. Text of visitors and bots becomes text
//! nodes only, by `view::foreign`, and the page's policy forbids anything else.

mod alert;
mod connection;
mod desk_clock;
mod kept;
mod speech;
mod state;
mod tab;
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
