//! Makes an agent look: a sound, and a notification where it is allowed. Works in browsers that
//! have neither.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    AudioContext, AudioContextState, Notification, NotificationOptions, NotificationPermission,
};

use crate::{speech, state::Ring, tab};

/// The page's bell. Clones are the same bell.
#[derive(Clone, Default)]
pub struct Bell(Rc<RefCell<Inner>>);

impl PartialEq for Bell {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Default)]
struct Inner {
    /// One for all sounds, made at the first; browsers allow few of them.
    audio: Option<AudioContext>,
    rung: u64,
    shown: BTreeMap<String, Notification>,
}

/// Whether notifications can be had by asking.
pub fn may_ask() -> bool {
    tab::has("Notification") && Notification::permission() == NotificationPermission::Default
}

/// Only when the agent pressed something: browsers refuse to be asked otherwise.
pub fn ask_permission() {
    if may_ask() {
        let _ = Notification::request_permission();
    }
}

/// By name: a notification that cannot be taken back is no error.
fn close(shown: &Notification) {
    if let Ok(close) = js_sys::Reflect::get(shown, &"close".into())
        && let Some(close) = close.dyn_ref::<js_sys::Function>()
    {
        let _ = close.call0(shown);
    }
}

impl Bell {
    /// Rings for what has not been rung for.
    pub fn ring(&self, rings: &[Ring]) {
        for ring in rings {
            if ring.id > self.0.borrow().rung {
                self.0.borrow_mut().rung = ring.id;
                let _ = self.sound();
                self.notify(ring);
            }
        }
    }

    /// Browsers keep a page silent until somebody has touched it.
    pub fn wake(&self) {
        if let Some(audio) = self
            .0
            .borrow()
            .audio
            .as_ref()
            .filter(|audio| audio.state() == AudioContextState::Suspended)
        {
            let _ = audio.resume();
        }
    }

    /// Takes back the notifications of all that is not among these.
    pub fn keep_only(&self, news: &BTreeSet<String>) {
        self.0.borrow_mut().shown.retain(|about, shown| {
            let is_news = news.contains(about);
            if !is_news {
                close(shown);
            }
            is_news
        });
    }

    /// `tag` keeps several tabs from saying it several times.
    fn notify(&self, ring: &Ring) {
        if !tab::has("Notification")
            || Notification::permission() != NotificationPermission::Granted
        {
            return;
        }
        let options = NotificationOptions::new();
        options.set_tag(&ring.about.0);
        options.set_renotify(true);
        options.set_body(&ring.body);
        if let Ok(shown) = Notification::new_with_options(&speech::say(&ring.title), &options) {
            self.0.borrow_mut().shown.insert(ring.about.0.clone(), shown);
        }
    }

    /// Two short tones.
    pub fn sound(&self) -> Result<(), JsValue> {
        if !tab::has("AudioContext") {
            return Ok(());
        }
        let mut inner = self.0.borrow_mut();
        if inner.audio.as_ref().is_none_or(|audio| audio.state() == AudioContextState::Closed) {
            inner.audio = Some(AudioContext::new()?);
        }
        let Some(audio) = &inner.audio else { return Ok(()) };
        if audio.state() == AudioContextState::Suspended {
            let _ = audio.resume()?;
        }
        for (i, pitch) in [660.0, 880.0].into_iter().enumerate() {
            let start = audio.current_time() + 0.18 * i as f64;
            let (tone, volume) = (audio.create_oscillator()?, audio.create_gain()?);
            tone.frequency().set_value(pitch);
            volume.gain().set_value_at_time(0.15, start)?;
            volume.gain().exponential_ramp_to_value_at_time(0.001, start + 0.16)?;
            tone.connect_with_audio_node(&volume)?.connect_with_audio_node(&audio.destination())?;
            tone.start_with_when(start)?;
            tone.stop_with_when(start + 0.17)?;
        }
        Ok(())
    }
}
