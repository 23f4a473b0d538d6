//! A browser without a face: frames over HTTP and over a socket.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::{
    io::ErrorKind,
    net::TcpStream,
    time::{Duration, Instant},
};
use tests::{Host, Stage, frames::handoff_of};
use tungstenite::{
    Message, WebSocket,
    client::IntoClientRequest,
    protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    },
    stream::MaybeTlsStream,
};

use crate::coverage::{self, AGENT_COMMANDS, AGENT_EVENTS, VISITOR_COMMANDS, VISITOR_EVENTS};

/// How long an event may take.
const PATIENCE: Duration = Duration::from_secs(15);

pub struct Reply {
    pub status: u16,
    pub text: String,
    pub cookie: Option<String>,
    pub headers: ureq::http::HeaderMap,
}

impl Reply {
    /// The events of the reply.
    pub fn events(&self) -> Vec<Value> {
        let frames: Vec<Value> = serde_json::from_str(&self.text).unwrap_or_default();
        frames.into_iter().map(|frame| frame["event"].clone()).collect()
    }

    /// The first event of this name.
    pub fn event(&self, name: &str) -> Result<Value> {
        let found = self.events().into_iter().find(|event| !event[name].is_null());
        Ok(found
            .with_context(|| format!("expected {name}, found {} {}", self.status, self.text))?
            [name]
            .clone())
    }
}

pub fn post(stage: &Stage, path: &str, headers: &[(&str, &str)], body: &str) -> Result<Reply> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(20)))
        .build()
        .into();
    let mut request = agent.post(format!("{}{path}", stage.edge));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut response = request.send(body)?;
    coverage::asked(stage.host, "POST", path);
    let cookie = response
        .headers()
        .get("set-cookie")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let headers = response.headers().clone();
    let reply = Reply {
        status: response.status().as_u16(),
        text: response.body_mut().read_to_string()?,
        cookie,
        headers,
    };
    let (commands, events) = kinds(path);
    note(stage.host, commands, events, body, &reply.events());
    Ok(reply)
}

pub fn get(stage: &Stage, path: &str) -> Result<Reply> {
    get_with(stage, path, &[])
}

pub fn get_with(stage: &Stage, path: &str, headers: &[(&str, &str)]) -> Result<Reply> {
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut request = agent.get(format!("{}{path}", stage.edge));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.call()?;
    coverage::asked(stage.host, "GET", path);
    reply_of(response)
}

pub fn head(stage: &Stage, path: &str) -> Result<Reply> {
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).build().into();
    reply_of(agent.head(format!("{}{path}", stage.edge)).call()?)
}

fn reply_of(mut response: ureq::http::Response<ureq::Body>) -> Result<Reply> {
    let headers = response.headers().clone();
    let text = String::from_utf8_lossy(&response.body_mut().read_to_vec()?).into_owned();
    Ok(Reply { status: response.status().as_u16(), text, cookie: None, headers })
}

/// A visitor's conversation, and what opens it.
#[derive(Clone)]
pub struct Visitor {
    pub conversation: String,
    pub token: String,
}

impl Visitor {
    pub fn new(n: u32) -> Self {
        Self { conversation: format!("{n:032x}"), token: format!("{n:064x}") }
    }

    pub fn frame(&self, command: &Value) -> String {
        json!({
            "v": 1, "conversation": self.conversation, "token": self.token, "command": command
        })
        .to_string()
    }

    pub fn posts(&self, stage: &Stage, command: &Value) -> Result<Reply> {
        self.posts_to(stage, "shop", command)
    }

    pub fn posts_to(&self, stage: &Stage, site: &str, command: &Value) -> Result<Reply> {
        post(
            stage,
            &format!("/v1/visitor/{site}/frames"),
            &[("origin", &stage.edge)],
            &self.frame(command),
        )
    }

    pub fn hands_off(&self, stage: &Stage) -> Result<Reply> {
        self.posts(stage, &handoff("Kim wants to return order 1"))
    }
}

/// A handoff whose words must not be met in any log.
pub fn handoff(summary: &str) -> Value {
    let mut command = handoff_of(summary);
    command["request_handoff"]["package"]["transcript"][0]["text"] =
        json!("I want to return CANARY-WORDS");
    command
}

pub struct Socket {
    host: Host,
    kinds: (&'static str, &'static str),
    socket: WebSocket<MaybeTlsStream<TcpStream>>,
}

impl Socket {
    pub fn open(stage: &Stage, path: &str, headers: &[(&'static str, &str)]) -> Result<Self> {
        let mut request =
            format!("{}{path}", stage.edge.replace("http:", "ws:")).into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse()?);
        }
        let (socket, _) = tungstenite::connect(request)?;
        if let MaybeTlsStream::Plain(stream) = socket.get_ref() {
            stream.set_read_timeout(Some(PATIENCE))?;
        }
        coverage::asked(stage.host, "GET", path);
        Ok(Self { host: stage.host, kinds: kinds(path), socket })
    }

    /// Bytes that call themselves text.
    pub fn send_as_text(&mut self, bytes: Vec<u8>) -> Result<()> {
        let frame = Frame::message(bytes, OpCode::Data(Data::Text), true);
        Ok(self.socket.send(Message::Frame(frame))?)
    }

    /// As `send` does, but a ping.
    pub fn ping(&mut self) -> Result<()> {
        Ok(self.socket.send(Message::Ping(Vec::new().into()))?)
    }

    /// With which code the server closes; what comes before is skipped.
    pub fn closed(&mut self) -> Result<u16> {
        loop {
            if let Message::Close(close) = self.socket.read()? {
                return Ok(close.context("a close without a code")?.code.into());
            }
        }
    }

    /// As a page in a hidden tab, whose timers do not run: until then it says nothing but what it
    /// is asked for. `ping` is its answer.
    pub fn only_answers(&mut self, ping: &str, until: Instant) -> Result<()> {
        let mut pinged = Instant::now();
        while Instant::now() < until {
            match self.socket.read() {
                Ok(Message::Text(text))
                    if text.contains("\"pong\"") && pinged.elapsed() > Duration::from_secs(5) =>
                {
                    self.send(ping)?;
                    pinged = Instant::now();
                }
                Ok(Message::Close(close)) => anyhow::bail!("closed by the server: {close:?}"),
                Ok(_) => {}
                // Nothing came for a while.
                Err(tungstenite::Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    pub fn send(&mut self, text: &str) -> Result<()> {
        note(self.host, self.kinds.0, self.kinds.1, text, &[]);
        Ok(self.socket.send(Message::text(text))?)
    }

    /// The next event.
    pub fn next(&mut self) -> Result<Value> {
        loop {
            match self.socket.read()? {
                Message::Text(text) => {
                    let frame: Value = serde_json::from_str(&text)?;
                    let event = frame["event"].clone();
                    note(self.host, self.kinds.0, self.kinds.1, "", std::slice::from_ref(&event));
                    return Ok(event);
                }
                Message::Close(close) => anyhow::bail!("closed by the server: {close:?}"),
                _ => {}
            }
        }
    }

    /// The next event of this name.
    pub fn until(&mut self, name: &str) -> Result<Value> {
        let mut skipped = Vec::new();
        for _ in 0..300 {
            let event = self
                .next()
                .with_context(|| format!("waiting for {name}, after {}", skipped.join(", ")))?;
            if !event[name].is_null() {
                return Ok(event[name].clone());
            }
            skipped.extend(event.as_object().and_then(|event| event.keys().next().cloned()));
        }
        anyhow::bail!("never came: {name}")
    }
}

/// Of whose commands and events a path is.
fn kinds(path: &str) -> (&'static str, &'static str) {
    if path.starts_with("/v1/visitor/") {
        (VISITOR_COMMANDS, VISITOR_EVENTS)
    } else {
        (AGENT_COMMANDS, AGENT_EVENTS)
    }
}

fn note(host: Host, commands: &str, events: &str, frame: &str, heard: &[Value]) {
    let frame: Value = serde_json::from_str(frame).unwrap_or_default();
    let names = |value: &Value| {
        value.as_object().into_iter().flat_map(|value| value.keys().cloned()).collect::<Vec<_>>()
    };
    names(&frame["command"]).iter().for_each(|name| coverage::met(host, commands, name));
    heard.iter().flat_map(names).for_each(|name| coverage::met(host, events, &name));
}

/// Signs in by a link; gives the cookie.
pub fn sign_in(stage: &Stage, link: &str) -> Result<Reply> {
    let secret = link.trim().rsplit('#').next().unwrap_or_default();
    let body = json!({ "v": 1, "command": { "sign_in": { "link": secret } } }).to_string();
    post(stage, "/v1/agent/shop/sign-in", &[("origin", &stage.edge)], &body)
}

pub fn cookie_of(reply: &Reply) -> String {
    reply.cookie.as_deref().unwrap_or_default().split(';').next().unwrap_or_default().to_owned()
}
