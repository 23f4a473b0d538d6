//! Every interleaving of three visitors and three agents with the desk: whatever comes first,
//! whatever comes twice, and whatever is lost when the desk's process dies. A command may come
//! again at any later time, however often. The checker tries them all, within the bounds below.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that panics has failed, and says how far it came"
)]

use desk::{Desk, Digest, Effect, Input, PeerId, settings::SiteSettings, store::Kept};
use protocol::*;
use serde::Serialize;
use stateright::{Checker, Model, Property};
use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{self, Hasher},
    sync::LazyLock,
};

const START: Millis = 1_800_000_000_000;

static SETTINGS: LazyLock<SiteSettings> = LazyLock::new(|| {
    let agent = |i: usize| {
        serde_json::json!({
            "id": format!("a{i}"), "name": format!("Agent {i}"), "capacity": 1
        })
    };
    serde_json::from_value(serde_json::json!({
        "key": "shop", "name": "Shop", "origins": [], "agent": [agent(0), agent(1), agent(2)]
    }))
    .unwrap()
});

/// How many there are, and how often what goes wrong may go wrong in one run.
struct World {
    visitors: usize,
    agents: usize,
    /// The process dies, and every socket with it.
    crashes: u8,
    /// The time passes to the desk's next deadline.
    ticks: u8,
}

/// What somebody can ask.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
enum Ask {
    Handoff(usize),
    VisitorSays(usize),
    Accept(usize, String, Claim),
    Connect(usize, String, Claim),
    AgentSays(usize, String, Claim),
    Resolve(usize, String, Claim),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Happens {
    First(Ask),
    Again(Ask),
    Tick,
    Crash,
}

/// The desk's storage, what was asked so far, and what is left of the bounds. The desk itself is
/// rebuilt from the storage before every step.
#[derive(Clone)]
struct State {
    kept: Kept,
    now: Millis,
    /// What can be asked now and was not yet.
    open: BTreeSet<Ask>,
    asked: BTreeSet<Ask>,
    crashes: u8,
    ticks: u8,
    broken: Option<&'static str>,
    print: u64,
}

impl hash::Hash for State {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.print.hash(state);
    }
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        self.print == other.print
    }
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let states: Vec<_> =
            self.kept.conversations().iter().map(|own| (&own.id, own.state())).collect();
        write!(f, "{states:?} {:?}", self.broken)
    }
}

fn token(i: usize) -> Token {
    Token(format!("{i:032}"))
}

fn id(i: usize) -> ConversationId {
    ConversationId(format!("v{i}"))
}

impl State {
    fn new(world: &World) -> Self {
        let mut state = Self {
            kept: Kept::default(),
            now: START,
            // Visitors are alike: who comes first is called the first.
            open: BTreeSet::from([Ask::Handoff(0)]),
            asked: BTreeSet::new(),
            crashes: world.crashes,
            ticks: world.ticks,
            broken: None,
            print: 0,
        };
        for i in 0..world.agents {
            state.input(Input::Admit {
                agent: AgentId(format!("a{i}")),
                link: Digest::of(token(i).0),
                until: START + 1,
            });
            state.agent(i, AgentCommand::SignIn { link: token(i) });
            state.agent(i, AgentCommand::Watch {});
        }
        state.settle();
        state
    }

    /// One input, to a desk made from what is kept; what it says to agents opens what they can ask.
    fn input(&mut self, input: Input) -> Vec<(PeerId, String)> {
        let mut desk = Desk::restore(SETTINGS.clone(), self.kept.clone());
        if let Some(wanted) = desk.wanted(&input) {
            desk.recall(&wanted, self.kept.messages(&wanted));
        }
        let mut said: Vec<(PeerId, String)> = Vec::new();
        for effect in desk.handle(self.now, &input) {
            match effect {
                Effect::Save(record) => self.kept.keep(record),
                Effect::Send(peer, event) => said.push((peer, event.into())),
                Effect::SendCard(peer, card) => {
                    let package = self.kept.package(card.row());
                    said.push((peer, card.with(package).into()))
                }
            }
        }
        // Every state that is not final has an end that comes.
        if !self.kept.conversations().is_empty() && desk.deadline().is_none_or(|at| at <= self.now)
        {
            self.broken = Some("silent: nothing will happen by itself");
        }
        for (peer, text) in &said {
            if peer.0 < 100 && text.contains("\"offered\"") {
                let frame: EventFrame<AgentEvent> = serde_json::from_str(text).unwrap();
                if let AgentEvent::Offered { conversation, claim, .. } = frame.event {
                    self.open.insert(Ask::Accept(peer.0 as usize, conversation.0, claim));
                }
            }
        }
        said
    }

    fn agent(&mut self, i: usize, command: AgentCommand) -> Vec<(PeerId, String)> {
        let cookie = Token(format!("cookie{i:032}"));
        self.input(testkit::agent(PeerId(i as u64), cookie, command))
    }

    fn visitor(&mut self, i: usize, command: VisitorCommand) -> Vec<(PeerId, String)> {
        let peer = PeerId(100 + i as u64);
        self.input(testkit::visitor(peer, None, id(i), token(i), command))
    }

    fn ask(&mut self, ask: &Ask) {
        let holder = |state: &Self, conversation: &str| {
            let own = state.kept.conversations().iter().find(|own| own.id.0 == conversation)?;
            Some((own.state().agent()?.0.clone(), own.claim))
        };
        let mut follow = None;
        match ask {
            Ask::Handoff(i) => {
                self.visitor(
                    *i,
                    VisitorCommand::RequestHandoff {
                        package: Box::new(testkit::package(&format!("Visitor {i}"))),
                    },
                );
                follow = Some(Ask::VisitorSays(*i));
            }
            Ask::VisitorSays(i) => {
                self.visitor(
                    *i,
                    VisitorCommand::Say {
                        message: MessageId(format!("m{i}")),
                        text: "words".into(),
                        crisis: false,
                    },
                );
            }
            Ask::Accept(a, conversation, claim) => {
                self.agent(
                    *a,
                    AgentCommand::Accept {
                        conversation: ConversationId(conversation.clone()),
                        claim: *claim,
                    },
                );
                follow = Some(Ask::Connect(*a, conversation.clone(), *claim));
            }
            Ask::Connect(a, conversation, claim) => {
                self.agent(
                    *a,
                    AgentCommand::Connect {
                        conversation: ConversationId(conversation.clone()),
                        claim: *claim,
                    },
                );
                follow = Some(Ask::AgentSays(*a, conversation.clone(), *claim));
            }
            Ask::AgentSays(a, conversation, claim) => {
                let (message, text) =
                    (MessageId(format!("a{a}-{conversation}-{}", claim.0)), "words".into());
                let before = holder(self, conversation);
                let answers = self.agent(
                    *a,
                    AgentCommand::Say {
                        conversation: ConversationId(conversation.clone()),
                        claim: *claim,
                        message,
                        text,
                    },
                );
                let is_taken = answers
                    .iter()
                    .any(|(peer, text)| peer.0 == *a as u64 && text.contains("\"said\""));
                if is_taken && before != Some((format!("a{a}"), *claim)) {
                    self.broken =
                        Some("two owners: words were taken from an agent who does not hold it");
                }
                follow = Some(Ask::Resolve(*a, conversation.clone(), *claim));
            }
            Ask::Resolve(a, conversation, claim) => {
                let (outcome, reason) = (Outcome::Resolved, "done".into());
                self.agent(
                    *a,
                    AgentCommand::Resolve {
                        conversation: ConversationId(conversation.clone()),
                        claim: *claim,
                        outcome,
                        reason,
                    },
                );
            }
        }
        if let Some(next) = follow.filter(|next| !self.asked.contains(next)) {
            self.open.insert(next);
        }
    }

    /// What must hold after every step, and the state's fingerprint.
    fn settle(&mut self) {
        let mut held = BTreeMap::<&AgentId, u32>::new();
        for own in self.kept.conversations() {
            own.state().holders().for_each(|agent| *held.entry(agent).or_default() += 1);
            if own.deadline(&SETTINGS.times) <= self.now {
                self.broken = Some("silent: a state should have ended");
            }
            let numbers: Vec<u64> =
                own.messages.all().iter().map(|message| message.seq.0).collect();
            if numbers != (1..=numbers.len() as u64).collect::<Vec<_>>() {
                self.broken = Some("not in order: the numbers have a gap");
            }
            let ids: BTreeSet<_> = own.messages.all().iter().map(|message| &message.id).collect();
            if ids.len() != own.messages.all().len() {
                self.broken = Some("not once: a message stands twice");
            }
        }
        if held.values().any(|count| *count > 1) {
            self.broken = Some("over capacity");
        }
        let handed = self.asked.iter().filter(|ask| matches!(ask, Ask::Handoff(_))).count();
        if self.kept.conversations().len() != handed {
            self.broken = Some("not conserved");
        }
        let conversations: BTreeMap<_, _> = self
            .kept
            .conversations()
            .iter()
            .map(|own| (&own.id, (own, own.messages.all())))
            .collect();
        let all = (
            conversations,
            self.kept.agents(),
            self.now,
            &self.open,
            &self.asked,
            (self.crashes, self.ticks),
            self.broken,
        );
        let mut hasher = hash::DefaultHasher::new();
        hasher.write(&serde_json::to_vec(&all).unwrap());
        self.print = hasher.finish();
    }
}

impl Model for World {
    type State = State;
    type Action = Happens;

    fn init_states(&self) -> Vec<State> {
        vec![State::new(self)]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Happens>) {
        actions.extend(state.open.iter().cloned().map(Happens::First));
        actions.extend(state.asked.iter().cloned().map(Happens::Again));
        if state.ticks > 0 {
            actions.push(Happens::Tick);
        }
        if state.crashes > 0 {
            actions.push(Happens::Crash);
        }
    }

    fn next_state(&self, last: &State, happens: Happens) -> Option<State> {
        let mut state = last.clone();
        match happens {
            Happens::First(ask) => {
                state.open.remove(&ask);
                state.asked.insert(ask.clone());
                state.ask(&ask);
                if let Ask::Handoff(i) = ask
                    && i + 1 < self.visitors
                {
                    state.open.insert(Ask::Handoff(i + 1));
                }
            }
            Happens::Again(ask) => state.ask(&ask),
            Happens::Tick => {
                state.ticks -= 1;
                let desk = Desk::restore(SETTINGS.clone(), state.kept.clone());
                // News that a rebuilt desk tells at once is no news here.
                let at = desk.deadline().filter(|at| *at > state.now).or_else(|| {
                    state.kept.conversations().iter().map(|own| own.deadline(&SETTINGS.times)).min()
                });
                // Erasure after months is another story.
                state.now = at.filter(|at| *at < state.now + 24 * 60 * 60 * 1000)?;
                state.input(Input::DeadlineReached);
            }
            Happens::Crash => {
                state.crashes -= 1;
                // The new process holds no socket; then the agents' consoles are back.
                let peers = Desk::restore(SETTINGS.clone(), state.kept.clone()).peers();
                peers.into_iter().for_each(|peer| _ = state.input(Input::Left(peer)));
                (0..self.agents).for_each(|i| _ = state.agent(i, AgentCommand::Watch {}));
            }
        }
        state.settle();
        (state != *last).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(
                "one owner, conserved, once, in order, within capacity, never silent",
                |_, state: &State| state.broken.is_none(),
            ),
            Property::sometimes("all are resolved", |world: &World, state: &State| {
                state.kept.conversations().len() == world.visitors
                    && state.kept.conversations().iter().all(|own| own.state().name() == "closed")
            }),
        ]
    }
}

#[test]
fn no_interleaving_breaks_a_promise() {
    let is_long = std::env::var_os("BATON_LONG").is_some();
    let usual = if is_long { 500_000 } else { 100_000 };
    let most: usize = std::env::var("BATON_MODEL_STATES")
        .ok()
        .and_then(|most| most.parse().ok())
        .unwrap_or(usual);
    // The first two are tried to the end; of the third as much as there is time for.
    let ticks = if is_long { 2 } else { 1 };
    let worlds = [
        (World { visitors: 3, agents: 3, crashes: 2, ticks: 0 }, true),
        (World { visitors: 2, agents: 2, crashes: 2, ticks }, true),
        (World { visitors: 3, agents: 3, crashes: 2, ticks: 1 }, false),
    ];
    for (world, to_the_end) in worlds {
        let (visitors, agents) = (world.visitors, world.agents);
        let most = if to_the_end { usize::MAX } else { most };
        let checker = world.checker().threads(2).target_state_count(most).spawn_dfs().join();
        println!(
            "{visitors} visitors, {agents} agents: {} states, {} of them different, depth {}",
            checker.state_count(),
            checker.unique_state_count(),
            checker.max_depth()
        );
        checker.assert_no_discovery(
            "one owner, conserved, once, in order, within capacity, never silent",
        );
    }
}
