//! A scene: a host, visitors and agents with sockets. In a restless one the host is killed and
//! started again after every step, and everybody comes back as browsers do.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tests::{Host, Stage};

use crate::client::{Socket, Visitor, cookie_of, handoff, sign_in};

/// A visitor or an agent, by number.
#[derive(Clone, Copy, Debug)]
pub enum Who {
    Visitor(usize),
    Agent(usize),
}

pub struct Scene {
    pub stage: Stage,
    restless: bool,
    steps: u32,
    visitors: Vec<VisitorAt>,
    agents: Vec<AgentAt>,
}

struct VisitorAt {
    who: Visitor,
    /// None before the handoff.
    socket: Option<Socket>,
    /// The last number seen: the next one must follow it.
    last: u64,
}

struct AgentAt {
    cookie: String,
    socket: Socket,
}

impl Scene {
    pub fn set(host: Host, settings: fn(String) -> String, restless: bool) -> Result<Self> {
        Ok(Self {
            stage: Stage::on(host, settings)?,
            restless,
            steps: 0,
            visitors: Vec::new(),
            agents: Vec::new(),
        })
    }

    /// What went wrong, with where and what the host said.
    pub fn explain(&self, error: &anyhow::Error) -> String {
        let log = self.stage.log();
        let log: Vec<_> = log.lines().rev().take(12).collect();
        format!(
            "in step {}: {error:#}\nthe log ends (last line first):\n{}",
            self.steps + 1,
            log.join("\n")
        )
    }

    /// Signs in and watches.
    pub fn agent(&mut self, name: &str) -> Result<Who> {
        let cookie = cookie_of(&sign_in(&self.stage, &self.stage.link(name)?)?);
        let socket = watch(&self.stage, &cookie)?;
        self.agents.push(AgentAt { cookie, socket });
        self.end_step()?;
        Ok(Who::Agent(self.agents.len() - 1))
    }

    /// Hands over by POST, then opens the socket; hears `queued`.
    pub fn visitor(&mut self) -> Result<Who> {
        let package = handoff("Kim wants to return order 1");
        self.visitor_with(&package)
    }

    pub fn visitor_with(&mut self, handoff: &Value) -> Result<Who> {
        let who = Visitor::new(u32::try_from(self.visitors.len())? + 1);
        who.posts(&self.stage, handoff)?.event("queued")?;
        let mut visitor = VisitorAt { who, socket: None, last: 0 };
        visitor.resume(&self.stage)?;
        self.visitors.push(visitor);
        Ok(Who::Visitor(self.visitors.len() - 1))
    }

    /// The id of a visitor's conversation.
    pub fn id(&self, visitor: Who) -> String {
        match visitor {
            Who::Visitor(i) => self.visitors[i].who.conversation.clone(),
            Who::Agent(_) => unreachable!("an agent has no conversation of their own"),
        }
    }

    pub fn credential(&self, visitor: usize) -> Visitor {
        self.visitors[visitor].who.clone()
    }

    /// Somebody does something, and then these hear these events. Gives the events.
    pub fn step(&mut self, who: Who, command: Value, heard: &[(Who, &str)]) -> Result<Vec<Value>> {
        self.sends(who, &command)?;
        let events = self.hear(heard).with_context(|| format!("after {command}"))?;
        self.end_step()?;
        Ok(events)
    }

    /// Somebody does something that has no answer of its own. The next step is still part of it.
    pub fn sends(&mut self, who: Who, command: &Value) -> Result<()> {
        match who {
            Who::Visitor(i) => {
                let frame = self.visitors[i].who.frame(command);
                self.visitors[i].socket.as_mut().context("a visitor without a socket")?.send(&frame)
            }
            Who::Agent(i) => {
                self.agents[i].socket.send(&json!({ "v": 1, "command": command }).to_string())
            }
        }
    }

    /// These hear these events; nobody did anything.
    pub fn hear(&mut self, heard: &[(Who, &str)]) -> Result<Vec<Value>> {
        heard
            .iter()
            .map(|(who, name)| self.hears(*who, name).with_context(|| format!("{who:?}")))
            .collect()
    }

    fn hears(&mut self, who: Who, name: &str) -> Result<Value> {
        match who {
            Who::Visitor(i) => self.visitors[i].hears(name),
            Who::Agent(i) => self.agents[i].socket.until(name),
        }
    }

    /// Everything goes away and comes back, if the scene is restless.
    pub fn end_step(&mut self) -> Result<()> {
        self.steps += 1;
        if self.restless {
            self.stage.kill()?;
            self.stage.start_again()?;
            // Agents first: a visitor's place is told from what they find.
            for agent in &mut self.agents {
                agent.socket = watch(&self.stage, &agent.cookie)?;
            }
            for visitor in self.visitors.iter_mut().filter(|visitor| visitor.socket.is_some()) {
                visitor.resume(&self.stage)?;
            }
        }
        Ok(())
    }

    /// An agent's console is gone, without a word.
    pub fn agent_vanishes(&mut self, agent: Who) {
        if let Who::Agent(i) = agent {
            self.agents.remove(i);
        }
    }

    /// A visitor comes back on another socket, knowing what they know.
    pub fn comes_back(&mut self, visitor: usize) -> Result<()> {
        self.visitors[visitor].resume(&self.stage)
    }

    /// A visitor's page is gone.
    pub fn goes(&mut self, visitor: usize) {
        self.visitors[visitor].socket = None;
    }

    pub fn last(&self, visitor: usize) -> u64 {
        self.visitors[visitor].last
    }
}

impl VisitorAt {
    fn resume(&mut self, stage: &Stage) -> Result<()> {
        let mut socket =
            Socket::open(stage, "/v1/visitor/shop/socket", &[("origin", &stage.edge)])?;
        socket.send(&self.who.frame(&json!({ "resume": { "after": self.last } })))?;
        self.socket = Some(socket);
        // Erased is erased: there is nothing to resume.
        loop {
            let event = self.next()?;
            if !event["resumed"].is_null() {
                ensure!(
                    event["resumed"]["last"] == self.last,
                    "exactly the rest: {event}, not {}",
                    self.last
                );
                return Ok(());
            }
            if event["rejected"]["rejection"]["code"] == "not_found" {
                return Ok(());
            }
        }
    }

    fn hears(&mut self, name: &str) -> Result<Value> {
        let mut skipped = Vec::new();
        loop {
            let event =
                self.next().with_context(|| format!("waiting for {name}, after {skipped:?}"))?;
            if !event[name].is_null() {
                return Ok(event[name].clone());
            }
            skipped.push(event);
        }
    }

    /// The next event; a message's number must follow the last one.
    fn next(&mut self) -> Result<Value> {
        let event = self.socket.as_mut().context("a visitor without a socket")?.next()?;
        if let Some(seq) = event["said"]["message"]["seq"].as_u64() {
            ensure!(seq == self.last + 1, "message {seq} came after {}", self.last);
            self.last = seq;
        }
        Ok(event)
    }
}

fn watch(stage: &Stage, cookie: &str) -> Result<Socket> {
    let mut socket = Socket::open(
        stage,
        "/v1/agent/shop/socket",
        &[("origin", &stage.edge), ("cookie", cookie)],
    )?;
    socket.send(&json!({ "v": 1, "command": { "watch": {} } }).to_string())?;
    // What it is told on coming back stands before the answer to this.
    socket.send(&json!({ "v": 1, "command": { "ping": {} } }).to_string())?;
    socket.until("pong")?;
    Ok(socket)
}
