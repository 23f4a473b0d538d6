//! A day, carried through the desk: every command goes in as a frame, as from a host.

use desk::{
    Body, Desk, Digest, Effect, EventText, Input, PeerId, Row, metrics::LogEntry, store::Record,
    wait::Said,
};
use protocol::{
    AgentCommand, AgentEvent, AgentId, Claim, ConversationId, EventFrame, Millis, Outcome,
    Priority, Seq, VisitorCommand,
};
use rand::RngExt;
use serde::de::IgnoredAny;
use std::{cmp::Reverse, collections::BTreeMap, collections::BinaryHeap};

use crate::{
    day::{Day, LENGTH, MORNING},
    frames::{self, agent_peer, link, package},
};

/// What happened to one visitor.
#[derive(Clone, Copy, Debug, Default)]
pub struct Course {
    pub arrived: Millis,
    pub priority: Priority,
    /// The interval that was said first, if one was.
    pub said: Option<Said>,
    pub connected: Option<Millis>,
    pub closed: Option<Millis>,
}

/// A day that has passed.
pub struct Passed {
    pub courses: Vec<Course>,
    pub log: Vec<LogEntry>,
    /// How many waited, whenever that changed.
    pub queue: Vec<(Millis, usize)>,
    /// Inputs that the desk took.
    pub inputs: u64,
    /// Conversations that were deleted.
    pub deleted: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    Arrives(usize),
    LosesPatience(usize),
    AgentComes(usize),
    AgentPauses(usize),
    AgentReturns(usize),
    AgentVanishes(usize),
    ClockLeaps(i64),
    Accepts { agent: usize, conversation: String, claim: Claim },
    Connects { agent: usize, conversation: String, claim: Claim },
    Resolves { agent: usize, conversation: String, claim: Claim },
}

struct Running {
    desk: Desk,
    now: Millis,
    /// How far the host's clock is ahead.
    ahead: i64,
    next: BinaryHeap<Reverse<(Millis, u64, Next)>>,
    scheduled: u64,
    day: Day,
    passed: Passed,
    states: BTreeMap<String, &'static str>,
    packages: BTreeMap<Row, Body>,
    waiting: usize,
}

/// Lets a day pass. Agents stay until everybody is served.
pub fn run(day: Day) -> Passed {
    let settings = day.settings();
    let courses = day
        .visitors
        .iter()
        .map(|visitor| Course {
            arrived: visitor.arrives,
            priority: visitor.priority,
            ..Course::default()
        })
        .collect();
    let mut running = Running {
        desk: Desk::restore(settings, desk::store::Kept::default()),
        now: MORNING,
        ahead: 0,
        next: BinaryHeap::new(),
        scheduled: 0,
        passed: Passed {
            courses,
            log: Vec::new(),
            queue: vec![(MORNING, 0)],
            inputs: 0,
            deleted: 0,
        },
        states: BTreeMap::new(),
        packages: BTreeMap::new(),
        waiting: 0,
        day,
    };
    for i in 0..running.day.agents.len() {
        let agent = running.day.agents[i].clone();
        running.schedule(agent.comes, Next::AgentComes(i));
        if let Some((from, to)) = agent.pause {
            running.schedule(from, Next::AgentPauses(i));
            running.schedule(to, Next::AgentReturns(i));
        }
        if let Some(at) = agent.vanishes {
            running.schedule(at, Next::AgentVanishes(i));
        }
    }
    for i in 0..running.day.visitors.len() {
        running.schedule(running.day.visitors[i].arrives, Next::Arrives(i));
    }
    for (at, by) in running.day.leaps.clone() {
        running.schedule(at, Next::ClockLeaps(by));
    }
    running.go();
    running.passed
}

impl Running {
    /// The time by the host's clock.
    fn clock(&self) -> Millis {
        self.now.saturating_add_signed(self.ahead)
    }

    fn schedule(&mut self, at: Millis, next: Next) {
        self.scheduled += 1;
        self.next.push(Reverse((at, self.scheduled, next)));
    }

    fn go(&mut self) {
        // What is still open then is of no interest: idle closes, erasure after months.
        let end = MORNING + 2 * LENGTH;
        loop {
            let planned = self.next.peek().map(|Reverse((at, ..))| *at);
            let due = self.desk.deadline().map(|due| due.saturating_add_signed(-self.ahead));
            let Some(at) = [planned, due].into_iter().flatten().min().filter(|at| *at <= end)
            else {
                return;
            };
            self.now = self.now.max(at);
            if planned == Some(at)
                && let Some(Reverse((_, _, next))) = self.next.pop()
            {
                self.happens(next);
            } else {
                self.input(Input::DeadlineReached);
            }
            if self.passed.courses.iter().all(|course| course.closed.is_some())
                && self.next.is_empty()
            {
                return;
            }
        }
    }

    fn happens(&mut self, next: Next) {
        match next {
            Next::Arrives(i) => {
                let visitor = self.day.visitors[i].clone();
                self.schedule(self.now + visitor.patience, Next::LosesPatience(i));
                self.visitor(
                    i,
                    VisitorCommand::RequestHandoff {
                        package: Box::new(package(i, visitor.priority, visitor.language)),
                    },
                );
                self.visitor(i, VisitorCommand::Resume { after: Seq::NONE });
            }
            Next::LosesPatience(i) => {
                if self.passed.courses[i].connected.is_none()
                    && self.passed.courses[i].closed.is_none()
                {
                    self.visitor(i, VisitorCommand::Leave {});
                }
            }
            Next::AgentComes(i) => {
                let until = self.clock() + 1_000;
                self.input(Input::Admit {
                    agent: AgentId(self.day.agents[i].id.clone()),
                    link: Digest::of(link(i).0),
                    until,
                });
                self.agent(i, AgentCommand::SignIn { link: link(i) });
                self.agent(i, AgentCommand::Watch {});
            }
            Next::AgentPauses(i) => self.agent(i, AgentCommand::SetAvailable { available: false }),
            Next::AgentReturns(i) => self.agent(i, AgentCommand::SetAvailable { available: true }),
            Next::AgentVanishes(i) => self.input(Input::Left(agent_peer(i))),
            Next::ClockLeaps(by) => self.ahead += by,
            Next::Accepts { agent, conversation, claim } => self.agent(
                agent,
                AgentCommand::Accept { conversation: ConversationId(conversation), claim },
            ),
            Next::Connects { agent, conversation, claim } => self.agent(
                agent,
                AgentCommand::Connect { conversation: ConversationId(conversation), claim },
            ),
            Next::Resolves { agent, conversation, claim } => {
                let conversation = ConversationId(conversation);
                self.agent(
                    agent,
                    AgentCommand::Resolve {
                        conversation,
                        claim,
                        outcome: Outcome::Resolved,
                        reason: "done".into(),
                    },
                );
            }
        }
    }

    fn visitor(&mut self, i: usize, command: VisitorCommand) {
        self.input(frames::visitor(i, command));
    }

    fn agent(&mut self, i: usize, command: AgentCommand) {
        if self.day.agents[i].vanishes.is_none_or(|at| at > self.now) {
            self.input(frames::agent(i, command));
        }
    }

    fn input(&mut self, input: Input) {
        self.passed.inputs += 1;
        for effect in self.desk.handle(self.clock(), &input) {
            match effect {
                Effect::Save(record) => self.saved(record),
                Effect::Send(peer, event) => self.sent(peer, &event),
                Effect::SendCard(peer, card) => {
                    let package = self.packages.get(&card.row());
                    let event = card.with(package);
                    self.sent(peer, &event);
                }
            }
        }
    }

    fn saved(&mut self, record: Record) {
        match record {
            Record::Event { at, conversation, agent, kind } => {
                self.passed.log.push(LogEntry { at, kind, conversation, agent })
            }
            Record::Package { row, body, .. } => _ = self.packages.insert(row, body),
            Record::Erase { .. } => self.passed.deleted += 1,
            Record::Conversation(conversation) => {
                let id = &conversation.id.0;
                let course = &mut self.passed.courses[frames::visitor_of(&conversation.id)];
                if course.said.is_none() && course.connected.is_none() {
                    course.said = conversation.said;
                }
                course.connected = course.connected.or(conversation.connected_at.map(|_| self.now));
                let name = conversation.state().name();
                if name == "closed" {
                    course.closed.get_or_insert(self.now);
                }
                let before = self.states.insert(id.clone(), name);
                self.waiting += usize::from(name == "queued");
                self.waiting -= usize::from(before == Some("queued"));
                if self.passed.queue.last().is_none_or(|(_, waiting)| *waiting != self.waiting) {
                    self.passed.queue.push((self.now, self.waiting));
                }
            }
            _ => {}
        }
    }

    /// What an agent does with what the console shows.
    fn sent(&mut self, peer: PeerId, event: &EventText) {
        let Some(agent) = frames::agent_of(peer) else { return };
        let Ok(frame) = serde_json::from_str::<EventFrame<AgentEvent<IgnoredAny>>>(event.as_str())
        else {
            return;
        };
        match frame.event {
            AgentEvent::Offered { conversation, claim, .. } => {
                let at = self.now + self.day.random.random_range(2_000..12_000);
                self.schedule(at, Next::Accepts { agent, conversation: conversation.0, claim });
            }
            AgentEvent::Accepted { conversation, claim, review_until: Some(_), .. } => {
                let at = self.now + self.day.random.random_range(3_000..14_000);
                self.schedule(
                    at,
                    Next::Connects { agent, conversation: conversation.0.clone(), claim },
                );
                let talk = self.day.visitors[frames::visitor_of(&conversation)].talk;
                self.schedule(
                    at + talk,
                    Next::Resolves { agent, conversation: conversation.0, claim },
                );
            }
            // A session that ended by a wrong clock: they sign in again.
            AgentEvent::SignedOut {} => self.schedule(self.now + 30_000, Next::AgentComes(agent)),
            _ => {}
        }
    }
}
