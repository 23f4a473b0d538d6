//! Fetches what the reader was taught: the base beside the Wasm, the pack when there is time.
//! Static files of our own, without credentials. Without them the reader goes on by what it has,
//! and the frame's console says which is missing.

use gloo_timers::callback::Timeout;
use js_sys::{ArrayBuffer, Reflect, Uint8Array};
use signals::{Base, Pack};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortSignal, RequestInit, Response, Window, console};

use crate::{app::Event, rim::Sink};

/// What a message waits for the base before it is read by the plain rules, in ms.
const PATIENCE_MS: u32 = 4_000;
/// What a file may take, in ms.
const FILE_PATIENCE_MS: u32 = 60_000;
/// What the pack waits, so that it stands in nobody's way, in ms.
const PACK_AFTER_MS: u32 = 1_500;

pub fn load_base(sink: Sink) {
    Timeout::new(PATIENCE_MS, move || sink.tell(Event::BaseLate)).forget();
    spawn_local(async move {
        let base = fetched("base").await.and_then(|bytes| told(Base::read(&bytes)));
        sink.tell(Event::BaseLoaded(base.map(Box::new)));
    });
}

/// Not for a visitor who asked their browser to save data.
pub fn load_pack(sink: Sink) {
    if saves_data().unwrap_or(false) {
        return;
    }
    Timeout::new(PACK_AFTER_MS, move || {
        spawn_local(async move {
            if let Some(pack) = fetched("pack").await.and_then(|bytes| told(Pack::read(&bytes))) {
                sink.tell(Event::PackLoaded(Box::new(pack)));
            }
        });
    })
    .forget();
}

fn saves_data() -> Option<bool> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
    Reflect::get(&Reflect::get(&navigator, &"connection".into()).ok()?, &"saveData".into())
        .ok()?
        .as_bool()
}

/// A file that the document's root names.
async fn fetched(name: &str) -> Option<Vec<u8>> {
    let window = web_sys::window()?;
    let path = window.document()?.document_element()?.get_attribute(&format!("data-{name}"))?;
    let bytes = bytes_of(&window, &path).await;
    if bytes.is_none() {
        console::warn_2(&"Baton: a model could not be fetched:".into(), &path.into());
    }
    bytes
}

async fn bytes_of(window: &Window, path: &str) -> Option<Vec<u8>> {
    let init = RequestInit::new();
    init.set_signal(Some(&AbortSignal::timeout_with_u32(FILE_PATIENCE_MS)));
    let response: Response =
        JsFuture::from(window.fetch_with_str_and_init(path, &init)).await.ok()?.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    let buffer: ArrayBuffer =
        JsFuture::from(response.array_buffer().ok()?).await.ok()?.dyn_into().ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

/// A damaged file is the site owner's to know of; the reader goes on with what it has.
fn told<T>(model: Result<T, signals::Damaged>) -> Option<T> {
    model
        .map_err(|error| {
            console::warn_2(&"Baton: a model could not be read:".into(), &error.0.into())
        })
        .ok()
}
