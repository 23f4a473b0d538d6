//! Which of a visitor's tabs leads: it alone holds the socket, brings what is unsent to the desk,
//! and writes.
//!
//! The tab in which the visitor acts takes the lead, so no act ever waits for another tab; when a
//! tab closes, the next one has it. The lead is a Web Lock. A tab that takes it while its own
//! earlier request is being granted takes it from itself, which is no loss. Where there are no
//! locks every tab leads by itself: each is right alone, since the desk takes every id once.

use std::{cell::Cell, rc::Rc};

use gloo_events::EventListener;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{app::Event, rim::Sink};

#[wasm_bindgen(inline_js = "
let release, waits, held;
const say = (leads) => dispatchEvent(new Event(leads ? 'baton-leads' : 'baton-follows'));
export function ask_for_lead(name, steal) {
  if (!steal && waits) return;
  if (!navigator.locks) return say(true);
  waits ||= !steal;
  const own = {};
  let has;
  navigator.locks.request(name, { steal }, () => {
    has = true;
    held = own;
    if (!steal) waits = false;
    say(true);
    return new Promise((done) => { release = done; });
  }).catch(() => {
    if (!steal) waits = false;
    if (!has) return say(true);
    if (held !== own) return;
    say(false);
    ask_for_lead(name, false);
  });
}
export function give_up_lead() { release?.(); }
")]
extern "C" {
    fn ask_for_lead(name: &str, steal: bool);
    fn give_up_lead();
}

pub struct Tabs {
    lock: String,
    leads: Rc<Cell<bool>>,
    _listeners: Vec<EventListener>,
}

impl Tabs {
    pub fn new(site: &str, sink: Sink) -> Self {
        let leads = Rc::new(Cell::new(false));
        let listeners = web_sys::window().map(|window| {
            let on = |name, now_leads| {
                let leads = Rc::clone(&leads);
                EventListener::new(&window, name, move |_| {
                    leads.set(now_leads);
                    sink.tell(Event::Leads(now_leads));
                })
            };
            let hidden = EventListener::new(&window, "pagehide", |_| give_up_lead());
            vec![on("baton-leads", true), on("baton-follows", false), hidden]
        });
        Self { lock: format!("baton.{site}"), leads, _listeners: listeners.unwrap_or_default() }
    }

    pub fn leads(&self) -> bool {
        self.leads.get()
    }

    /// The lock was given up when the page went.
    pub fn follow(&self) {
        self.leads.set(false);
    }

    /// Leads when nobody else does.
    pub fn wait_for_lead(&self) {
        ask_for_lead(&self.lock, false);
    }

    /// Leads from now on.
    pub fn take_lead(&self) {
        if !self.leads.replace(true) {
            ask_for_lead(&self.lock, true);
        }
    }
}
