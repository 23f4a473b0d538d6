//! Drives a desk as a host does, over an in-memory SQLite, and rebuilds it after every input.

mod heard;

use desk::{Desk, Digest, Effect, Frame, Input, Peer, PeerId, Side, settings::SiteSettings, store};
use protocol::*;
use std::collections::BTreeMap;

use crate::{Database, frames};

/// Longer than a correction of the clock, by which the desk may be ahead of its host.
const LINK_MS: Millis = 10 * 60 * 1000;
const HALF_AN_HOUR_MS: Millis = 30 * 60 * 1000;

pub struct Visitor {
    pub id: ConversationId,
    pub token: Token,
    pub peer: PeerId,
    pub network: Option<Digest>,
}

pub struct Agent {
    pub id: AgentId,
    pub cookie: Token,
    pub peer: PeerId,
}

pub struct Driver {
    pub now: Millis,
    pub settings: SiteSettings,
    /// When the desk asked to be woken.
    pub wakes_at: Option<Millis>,
    /// The desk is not rebuilt: for what it has in memory alone.
    pub stays: bool,
    desk: Option<Desk>,
    database: Database,
    peers: u64,
    heard: BTreeMap<PeerId, Vec<String>>,
}

pub fn settings() -> SiteSettings {
    serde_json::from_value(serde_json::json!({
        "key": "shop", "name": "Shop", "origins": ["https://shop.example"],
        "country": "DE", "language_fallbacks": ["en"],
        "agent": [
            {
                "id": "maria", "name": "Maria", "capacity": 2, "skills": ["returns"],
                "languages": ["en", "de"],
            },
            {
                "id": "jonas", "name": "Jonas", "capacity": 1, "skills": ["billing"],
                "languages": ["en"], "supervisor": true,
            },
        ],
        "category": [
            {"key": "billing", "label": "Billing", "skill": "billing"},
            {"key": "other", "label": "Other"},
        ],
    }))
    .expect("the settings are right")
}

impl Default for Driver {
    fn default() -> Self {
        let mut database = Database::default();
        store::prepare(&mut database).expect("tables");
        let kept = store::load(&mut database).expect("an empty store");
        Self {
            now: 1_800_000_000_000,
            settings: settings(),
            wakes_at: None,
            stays: false,
            desk: Some(Desk::restore(settings(), kept)),
            database,
            peers: 0,
            heard: BTreeMap::new(),
        }
    }
}

impl Driver {
    pub fn input(&mut self, input: Input) {
        let mut desk = self.desk.take().expect("a desk");
        if let Some(wanted) = desk.wanted(&input) {
            let messages = store::messages(&mut self.database, &wanted).expect("rows");
            desk.recall(&wanted, messages);
        }
        let effects = desk.handle(self.now, &input);
        let mut sends = false;
        for effect in effects {
            match effect {
                Effect::Save(record) => {
                    assert!(!sends, "every save comes before every send");
                    store::save(&mut self.database, &record).expect("saved");
                }
                Effect::Send(peer, event) => {
                    sends = true;
                    self.heard.entry(peer).or_default().push(event.into());
                }
                Effect::SendCard(peer, card) => {
                    sends = true;
                    let package = store::package(&mut self.database, card.row()).expect("rows");
                    self.heard.entry(peer).or_default().push(card.with(package.as_ref()).into());
                }
            }
        }
        self.wakes_at = desk.deadline();
        if self.stays {
            self.desk = Some(desk);
            return;
        }
        // Coalesced news may come a little early after a rebuild; nothing else may differ.
        drop(desk);
        self.restore();
    }

    fn restore(&mut self) {
        let kept = store::load(&mut self.database).expect("what was saved can be read");
        self.desk = Some(Desk::restore(self.settings.clone(), kept));
    }

    /// Other settings while the desk runs.
    pub fn reconfigure(&mut self, settings: SiteSettings) {
        self.settings = settings.clone();
        self.input(Input::Settings(Box::new(settings)));
    }

    /// The process ends, and another one begins under other settings: no socket is left.
    pub fn start_again(&mut self, settings: SiteSettings) {
        self.settings = settings;
        self.restore();
        for peer in self.desk.as_ref().expect("a desk").peers() {
            self.input(Input::Left(peer));
        }
        self.input(Input::DeadlineReached);
    }

    /// Lets time pass, waking the desk at its deadlines as a host would, and every half hour, as
    /// frames do.
    pub fn pass(&mut self, ms: Millis) {
        let end = self.now + ms;
        loop {
            let deadline =
                self.desk.as_ref().expect("a desk").deadline().filter(|at| *at > self.now);
            self.now = deadline.unwrap_or(end).min(self.now + HALF_AN_HOUR_MS).min(end);
            self.input(Input::DeadlineReached);
            if self.now == end {
                return;
            }
        }
    }

    /// Wakes the desk as often as it asks for it at once; a few times must do.
    pub fn settle(&mut self) {
        for _ in 0..3 {
            if self.wakes_at.is_some_and(|at| at <= self.now) {
                self.input(Input::DeadlineReached);
            }
        }
    }

    /// The clock jumps.
    pub fn jump(&mut self, ms: i64) {
        self.now = self.now.saturating_add_signed(ms);
        self.input(Input::DeadlineReached);
    }

    fn frame(&mut self, peer: Peer, text: &str) {
        let frame = Frame::read(peer.side, text);
        self.input(Input::Frame(peer, frame));
    }

    /// A new socket or request.
    pub fn peer(&mut self) -> PeerId {
        self.peers += 1;
        PeerId(self.peers)
    }

    /// Whether one more socket from there may open, with that cookie.
    pub fn lets_in(&mut self, cookie: Option<&Token>, network: Option<Digest>) -> bool {
        let side = if cookie.is_some() { Side::Agent } else { Side::Visitor };
        let peer = Peer { id: self.peer(), side, lasting: true, cookie: cookie.cloned(), network };
        self.desk.as_mut().expect("a desk").lets_in(self.now, &peer)
    }

    pub fn visitor(&mut self, id: &str) -> Visitor {
        Visitor {
            id: ConversationId(id.into()),
            token: Token(format!("{:0>32}", format!("token{id}"))),
            peer: self.peer(),
            network: None,
        }
    }

    pub fn visitor_says(
        &mut self,
        visitor: &Visitor,
        command: VisitorCommand,
    ) -> Vec<VisitorEvent> {
        let before = self.heard.get(&visitor.peer).map_or(0, Vec::len);
        let (id, token) = (visitor.id.clone(), visitor.token.clone());
        self.input(frames::visitor(visitor.peer, visitor.network, id, token, command));
        self.events(visitor.peer, before)
    }

    /// A frame as it is written, and whether it was refused.
    pub fn visitor_writes(&mut self, visitor: &Visitor, text: &str) -> bool {
        let peer = Peer {
            id: visitor.peer,
            side: Side::Visitor,
            lasting: true,
            cookie: None,
            network: None,
        };
        let before = self.heard.get(&visitor.peer).map_or(0, Vec::len);
        self.frame(peer, text);
        self.events(visitor.peer, before)
            .iter()
            .any(|event| matches!(event, VisitorEvent::Rejected { .. }))
    }

    /// Posts the handoff, then opens the socket.
    pub fn handoff(&mut self, visitor: &Visitor, package: ContextPackage) -> Vec<VisitorEvent> {
        let events = self
            .visitor_says(visitor, VisitorCommand::RequestHandoff { package: Box::new(package) });
        self.visitor_says(visitor, VisitorCommand::Resume { after: Seq(0) });
        events
    }

    pub fn resume(&mut self, visitor: &Visitor, after: u64) -> Vec<VisitorEvent> {
        let mut events = self.visitor_says(visitor, VisitorCommand::Resume { after: Seq(after) });
        events.sort_by_key(|e| !matches!(e, VisitorEvent::Queued { .. }));
        events
    }

    pub fn raw_resume(&mut self, visitor: &Visitor) -> Vec<String> {
        self.heard.remove(&visitor.peer);
        self.visitor_says(visitor, VisitorCommand::Resume { after: Seq(0) });
        self.heard.remove(&visitor.peer).unwrap_or_default()
    }

    pub fn say(&mut self, visitor: &Visitor, id: &str, text: &str) -> Vec<VisitorEvent> {
        self.visitor_says(
            visitor,
            VisitorCommand::Say { message: MessageId(id.into()), text: text.into(), crisis: false },
        )
    }

    pub fn sign_in(&mut self, agent: &str, cookie: &str) -> AgentEvent {
        let peer = Peer {
            id: self.peer(),
            side: Side::Agent,
            lasting: false,
            cookie: Some(Token(cookie.into())),
            network: None,
        };
        let link = Token(format!("{agent:0>32}"));
        let frame = AgentFrame { v: VERSION, command: AgentCommand::SignIn { link } };
        let id = peer.id;
        self.frame(peer, &serde_json::to_string(&frame).expect("JSON"));
        self.events(id, 0).remove(0)
    }

    /// Signs in by a link and opens a console.
    pub fn agent(&mut self, name: &str) -> Agent {
        let agent = self.sign_in_by_link(name);
        self.agent_says(&agent, AgentCommand::Watch {});
        agent
    }

    /// Signs in and opens nothing yet.
    pub fn sign_in_by_link(&mut self, name: &str) -> Agent {
        let link = Digest::of(format!("{name:0>32}"));
        self.input(Input::Admit { agent: AgentId(name.into()), link, until: self.now + LINK_MS });
        let cookie = Token(format!("cookie{}{name:0>32}", self.peers));
        assert!(matches!(self.sign_in(name, &cookie.0), AgentEvent::SignedIn { .. }));
        Agent { id: AgentId(name.into()), cookie, peer: self.peer() }
    }

    pub fn agent_says(&mut self, agent: &Agent, command: AgentCommand) -> Vec<AgentEvent> {
        let before = self.heard.get(&agent.peer).map_or(0, Vec::len);
        self.input(frames::agent(agent.peer, agent.cookie.clone(), command));
        self.events(agent.peer, before)
    }

    pub fn agent_last(&mut self, agent: &Agent, command: AgentCommand) -> AgentEvent {
        let events = self.agent_says(agent, command);
        events.into_iter().find(|e| !matches!(e, AgentEvent::Board { .. })).expect("an answer")
    }

    /// The board as it is now.
    pub fn board(&mut self, agent: &Agent) -> Board {
        let mut events = self.agent_says(agent, AgentCommand::Watch {}).into_iter();
        events
            .find_map(
                |event| if let AgentEvent::Board { board } = event { Some(board) } else { None },
            )
            .expect("a board")
    }

    /// What was saved, for tests that damage or count it.
    pub fn database(&mut self) -> &mut Database {
        &mut self.database
    }

    /// Starts anew from what is stored, with other settings; gives what could not be read.
    pub fn restart(&mut self, settings: SiteSettings) -> Vec<store::Unreadable> {
        self.settings = settings;
        let kept = store::load(&mut self.database).expect("what was saved can be read");
        let unreadable = kept.unreadable().to_vec();
        self.desk = Some(Desk::restore(self.settings.clone(), kept));
        unreadable
    }

    /// What the operator is answered.
    pub fn operator_erases(&mut self, id: &ConversationId) -> AgentEvent {
        let peer = self.peer();
        self.input(Input::Erase { peer, conversation: id.clone() });
        self.events(peer, 0).remove(0)
    }

    pub fn leave(&mut self, peer: PeerId) {
        self.input(Input::Left(peer));
    }
}
