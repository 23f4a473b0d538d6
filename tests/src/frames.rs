//! Frames by POST on a connection that is kept, for clients that insist.

use anyhow::{Context, Result};
use protocol::ContextPackage;
use serde_json::{Value, json};
use std::{
    thread,
    time::{Duration, Instant},
};

use crate::{
    history::{Entry, HANDOFF, History},
    settings,
};

/// One client's connection.
pub struct Line {
    agent: ureq::Agent,
    edge: String,
}

/// A visitor's conversation and its token.
#[derive(Clone, Debug)]
pub struct Credential {
    pub conversation: String,
    pub token: String,
}

impl Credential {
    /// Distinct for distinct numbers.
    pub fn new(seed: u64, client: u32, n: u32) -> Self {
        Self {
            conversation: format!("{client:08x}{n:08x}{seed:016x}"),
            token: format!("{seed:064x}"),
        }
    }
}

/// What came of a request.
pub enum Answered {
    Events(Vec<Value>),
    /// Too many, or it cannot be kept now.
    Refused(u16),
    /// Nothing came, or nothing whole.
    Nothing,
}

impl Line {
    pub fn to(edge: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(5)))
            .http_status_as_error(false);
        Self { agent: config.build().into(), edge: edge.to_owned() }
    }

    pub fn visitor(&self, who: &Credential, command: &Value) -> Answered {
        let frame = json!({
            "v": 1, "conversation": who.conversation, "token": who.token, "command": command
        });
        self.post("/v1/visitor/shop/frames", &[], &frame)
    }

    pub fn agent(&self, cookie: &str, command: &Value) -> Answered {
        self.post(
            "/v1/agent/shop/frames",
            &[("cookie", cookie)],
            &json!({ "v": 1, "command": command }),
        )
    }

    fn post(&self, path: &str, headers: &[(&str, &str)], frame: &Value) -> Answered {
        let mut request =
            self.agent.post(format!("{}{path}", self.edge)).header("origin", &self.edge);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let Ok(mut response) = request.send(frame.to_string()) else { return Answered::Nothing };
        let status = response.status().as_u16();
        let frames = response
            .body_mut()
            .read_to_string()
            .ok()
            .and_then(|text| serde_json::from_str::<Vec<Value>>(&text).ok());
        match frames {
            Some(_) if status != 200 => Answered::Refused(status),
            Some(frames) => {
                Answered::Events(frames.into_iter().map(|frame| frame["event"].clone()).collect())
            }
            None => Answered::Nothing,
        }
    }

    /// Hands over, again and again until it is acknowledged; says whether it was in time.
    pub fn hands_over(&self, history: &History, who: &Credential, patience: Duration) -> bool {
        history.asked(&who.conversation, HANDOFF, None);
        let told = self.insists(who, &handoff(), patience, |event| !event["rejected"].is_object());
        if told.is_some() {
            history.acknowledged(&who.conversation, HANDOFF, 0);
        }
        told.is_some()
    }

    /// Says something until it is acknowledged; false when it could not be said, because the
    /// conversation is over or time is.
    pub fn says(
        &self,
        history: &History,
        who: &Credential,
        id: &str,
        text: &str,
        patience: Duration,
    ) -> bool {
        history.asked(&who.conversation, id, None);
        let command = json!({ "say": { "message": id, "text": text } });
        let is_answer = |event: &Value| {
            event["said"]["message"]["id"] == id
                || event["rejected"]["rejection"]["code"] == "not_now"
        };
        let Some(event) = self.insists(who, &command, patience, is_answer) else { return false };
        let Some(seq) = event["said"]["message"]["seq"].as_u64() else { return false };
        history.acknowledged(&who.conversation, id, seq);
        true
    }

    /// Reads the whole conversation.
    pub fn reads(&self, history: &History, who: &Credential, patience: Duration) -> bool {
        let start = Instant::now();
        while start.elapsed() < patience {
            history.note(Entry::Reads { conversation: who.conversation.clone() });
            if let Answered::Events(events) =
                self.visitor(who, &json!({ "resume": { "after": 0 } }))
            {
                let conversation = who.conversation.clone();
                if events.iter().any(|event| event["rejected"]["rejection"]["code"] == "not_found")
                {
                    history.note(Entry::Missing { conversation });
                    return true;
                }
                let state = ["queued", "reviewing", "connected", "promised", "closed"].into_iter();
                let state = state
                    .filter(|name| events.iter().any(|event| event[name].is_object()))
                    .map(str::to_owned)
                    .next();
                let said = events
                    .iter()
                    .map(|event| &event["said"]["message"])
                    .filter(|message| message.is_object());
                let messages = said.map(|message| {
                    (
                        message["seq"].as_u64().unwrap_or(0),
                        message["id"].as_str().unwrap_or_default().to_owned(),
                    )
                });
                history.note(Entry::Found { conversation, state, messages: messages.collect() });
                return true;
            }
            thread::sleep(PAUSE);
        }
        false
    }

    /// The same frame again until the event is there.
    pub fn insists(
        &self,
        who: &Credential,
        command: &Value,
        patience: Duration,
        is_it: impl Fn(&Value) -> bool,
    ) -> Option<Value> {
        let start = Instant::now();
        while start.elapsed() < patience {
            if let Answered::Events(events) = self.visitor(who, command)
                && let Some(event) = events.into_iter().find(&is_it)
            {
                return Some(event);
            }
            thread::sleep(PAUSE);
        }
        None
    }
}

/// Signs an agent in by a one-time link; gives the cookie.
pub fn sign_in(edge: &str, link: &str) -> Result<String> {
    let secret = link.trim().rsplit('#').next().unwrap_or_default();
    let body = json!({ "v": 1, "command": { "sign_in": { "link": secret } } }).to_string();
    let response =
        ureq::post(format!("{edge}/v1/agent/shop/sign-in")).header("origin", edge).send(&body)?;
    let cookie = response.headers().get("set-cookie").context("a cookie")?.to_str()?;
    Ok(cookie.split(';').next().unwrap_or_default().to_owned())
}

const PAUSE: Duration = Duration::from_millis(15);

/// A handoff of a usual visitor.
pub fn handoff() -> Value {
    handoff_of("Kim wants to return order 1")
}

/// The handoff of a package with that summary, in a category that the demo has.
pub fn handoff_of(summary: &str) -> Value {
    let package = ContextPackage {
        summary: summary.into(),
        category: "returns".into(),
        ..testkit::package("Kim")
    };
    json!({ "request_handoff": { "package": package } })
}

/// The demo's settings for clients that ask more than people do.
pub fn without_quotas(settings: String) -> String {
    const MOST: i64 = 4_000_000_000;
    let quotas = [
        ("address_handoffs", MOST),
        ("address_open", MOST),
        ("address_frames", MOST),
        ("site_handoffs", MOST),
        ("site_open", MOST),
        ("site_open_bytes", 100 * MOST),
    ];
    settings::quotas(&settings, &quotas)
}

/// xorshift: enough for times and choices.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// Below that number.
    pub fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most.max(1)
    }
}
