//! A browser without a face: frames over HTTP and over a socket.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::{net::TcpStream, time::Duration};
use tests::Stage;
use tungstenite::{Message, WebSocket, client::IntoClientRequest, stream::MaybeTlsStream};

pub struct Reply {
    pub status: u16,
    pub text: String,
    pub cookie: Option<String>,
}

impl Reply {
    /// The events of the reply.
    pub fn events(&self) -> Vec<Value> {
        let frames: Vec<Value> = serde_json::from_str(&self.text).unwrap_or_default();
        frames.into_iter().map(|frame| frame["event"].clone()).collect()
    }
}

pub fn post(stage: &Stage, path: &str, headers: &[(&str, &str)], body: &str) -> Result<Reply> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(20))).build().into();
    let mut request = agent.post(format!("{}{path}", stage.edge));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut response = request.send(body)?;
    let cookie = response.headers().get("set-cookie").and_then(|value| value.to_str().ok()).map(str::to_owned);
    Ok(Reply { status: response.status().as_u16(), text: response.body_mut().read_to_string()?, cookie })
}

pub fn get(stage: &Stage, path: &str) -> Result<(u16, ureq::http::HeaderMap)> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let response = agent.get(format!("{}{path}", stage.edge)).call()?;
    Ok((response.status().as_u16(), response.headers().clone()))
}

/// One visitor with a conversation.
pub struct Visitor {
    pub conversation: String,
    pub token: String,
}

impl Visitor {
    pub fn new(n: u32) -> Self {
        Self { conversation: format!("{n:032x}"), token: format!("{n:064x}") }
    }

    pub fn frame(&self, command: &Value) -> String {
        json!({ "v": 1, "conversation": self.conversation, "token": self.token, "command": command }).to_string()
    }

    pub fn posts(&self, stage: &Stage, command: &Value) -> Result<Reply> {
        post(stage, "/v1/visitor/shop/frames", &[("origin", &stage.edge)], &self.frame(command))
    }

    pub fn hands_off(&self, stage: &Stage) -> Result<Reply> {
        self.posts(stage, &handoff("Kim wants to return order 1"))
    }
}

pub fn handoff(summary: &str) -> Value {
    json!({ "request_handoff": { "package": {
        "summary": summary, "intent": "Wants to return something.", "category": "returns", "language": "en",
        "profile": { "name": "Kim" }, "sentiment": "neutral",
        "transcript": [{ "author": "visitor", "at": 1, "text": "I want to return CANARY-WORDS" }],
        "highlights": [0], "actions": [], "next_steps": [],
        "escalation": { "trigger": "explicit", "reason": "asked", "priority": "standard", "signals": [] } } } })
}

pub struct Socket(WebSocket<MaybeTlsStream<TcpStream>>);

impl Socket {
    pub fn open(stage: &Stage, path: &str, headers: &[(&'static str, &str)]) -> Result<Self> {
        let mut request = format!("{}{path}", stage.edge.replace("http:", "ws:")).into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse()?);
        }
        let (socket, _) = tungstenite::connect(request)?;
        if let MaybeTlsStream::Plain(stream) = socket.get_ref() {
            stream.set_read_timeout(Some(Duration::from_secs(15)))?;
        }
        Ok(Self(socket))
    }

    pub fn send(&mut self, text: &str) -> Result<()> {
        Ok(self.0.send(Message::text(text))?)
    }

    /// The next event.
    pub fn next(&mut self) -> Result<Value> {
        loop {
            if let Message::Text(text) = self.0.read()? {
                let frame: Value = serde_json::from_str(&text)?;
                return Ok(frame["event"].clone());
            }
        }
    }

    /// The next event of this name.
    pub fn until(&mut self, name: &str) -> Result<Value> {
        for _ in 0..100 {
            let event = self.next().with_context(|| format!("waiting for {name}"))?;
            if !event[name].is_null() {
                return Ok(event[name].clone());
            }
        }
        anyhow::bail!("never came: {name}")
    }
}

/// Signs in by a link; gives the cookie.
pub fn sign_in(stage: &Stage, link: &str) -> Result<Reply> {
    let secret = link.rsplit('#').next().unwrap_or_default();
    let body = json!({ "v": 1, "command": { "sign_in": { "link": secret } } }).to_string();
    post(stage, "/v1/agent/shop/sign-in", &[("origin", &stage.edge)], &body)
}

pub fn cookie_of(reply: &Reply) -> String {
    reply.cookie.as_deref().unwrap_or_default().split(';').next().unwrap_or_default().to_owned()
}
