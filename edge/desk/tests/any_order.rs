//! Whatever comes, in whatever order, twice or late: one owner, conserved, in order, never silent,
//! within capacity. The driver rebuilds the desk between any two inputs.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use desk::settings::SiteSettings;
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use protocol::*;
use testkit::{Agent, Driver, Visitor, package, settings};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

#[derive(Clone, Debug)]
enum Step {
    Handoff(usize),
    VisitorSays(usize, u8),
    VisitorGoes(usize),
    VisitorChooses(usize),
    VisitorLeaves(usize),
    VisitorRejoins(usize),
    VisitorErases(usize),
    OperatorErases(usize),
    AgentTakes(usize),
    AgentDeclines(usize),
    AgentConnects(usize),
    AgentSays(usize, u8),
    AgentResolves(usize),
    AgentExtends(usize),
    AgentTransfers(usize, bool),
    SupervisorTakesOver(usize),
    AgentGoes(usize),
    AgentComes(usize),
    AgentTakesNext(usize),
    AgentTakesOne(usize, usize),
    AgentCannotRead(usize),
    AgentReads(usize),
    AgentOpens(usize, usize),
    AgentClaims(usize, usize),
    AgentReleases(usize, usize),
    AgentFulfils(usize, usize),
    AgentDismisses(usize, usize),
    VisitorReads(usize),
    /// While the desk runs, or by another start of it.
    SettingsChange(usize, bool),
    Pass(u64),
    /// The clock is put wrong, or right.
    Jump(i64),
}

/// Settings that the desk may find itself under: the usual ones, without Maria, with fewer places
/// and no category, and without anybody.
fn other_settings(which: usize) -> SiteSettings {
    let mut settings = settings();
    match which {
        0 => {}
        1 => settings.agent.retain(|agent| agent.id.0 != "maria"),
        2 => {
            settings.agent[0].capacity = 1;
            settings.category.clear();
        }
        _ => settings.agent.clear(),
    }
    settings
}

fn step() -> impl Strategy<Value = Step> {
    use Step::*;
    let (v, a) = (0..3usize, 0..2usize);
    let pair = || (0..2usize, 0..3usize);
    prop_oneof![
        3 => v.clone().prop_map(Handoff),
        2 => (v.clone(), 0..4u8).prop_map(|(v, m)| VisitorSays(v, m)),
        1 => v.clone().prop_map(VisitorGoes),
        1 => v.clone().prop_map(VisitorChooses),
        1 => v.clone().prop_map(VisitorLeaves),
        1 => v.clone().prop_map(VisitorRejoins),
        1 => v.clone().prop_map(VisitorErases),
        1 => v.clone().prop_map(OperatorErases),
        1 => v.prop_map(SupervisorTakesOver),
        1 => a.clone().prop_map(AgentExtends),
        2 => (a.clone(), any::<bool>()).prop_map(|(a, by_skill)| AgentTransfers(a, by_skill)),
        4 => a.clone().prop_map(AgentTakes),
        1 => a.clone().prop_map(AgentDeclines),
        3 => a.clone().prop_map(AgentConnects),
        2 => (a.clone(), 0..4u8).prop_map(|(a, m)| AgentSays(a, m)),
        2 => a.clone().prop_map(AgentResolves),
        1 => a.clone().prop_map(AgentGoes),
        1 => a.clone().prop_map(AgentComes),
        2 => a.clone().prop_map(AgentTakesNext),
        1 => pair().prop_map(|(a, v)| AgentTakesOne(a, v)),
        1 => a.clone().prop_map(AgentCannotRead),
        1 => a.prop_map(AgentReads),
        1 => pair().prop_map(|(a, v)| AgentOpens(a, v)),
        2 => pair().prop_map(|(a, v)| AgentClaims(a, v)),
        1 => pair().prop_map(|(a, v)| AgentReleases(a, v)),
        1 => pair().prop_map(|(a, v)| AgentFulfils(a, v)),
        1 => pair().prop_map(|(a, v)| AgentDismisses(a, v)),
        1 => (0..3usize).prop_map(VisitorReads),
        1 => (0..4usize, any::<bool>()).prop_map(|(which, running)| SettingsChange(which, running)),
        2 => (0..40_000u64).prop_map(Pass),
        1 => (0..4_000_000u64).prop_map(Pass),
        1 => (-500_000_000..500_000_000i64).prop_map(Jump),
    ]
}

/// What must be true of the desk whatever it does: which visitors asked and were not erased.
#[derive(Clone, Debug, Default)]
struct Asked(std::collections::BTreeSet<usize>);

impl ReferenceStateMachine for Asked {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self::default()).boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Step> {
        step().boxed()
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        match step {
            Step::Handoff(v) => _ = state.0.insert(*v),
            Step::VisitorErases(v) | Step::OperatorErases(v) => _ = state.0.remove(v),
            _ => {}
        }
        state
    }
}

/// The desk over its SQLite, and who plays with it.
struct World {
    desk: Driver,
    visitors: Vec<Visitor>,
    agents: Vec<Agent>,
    /// The latest offer or hold that an agent has seen, kept after it is over: late commands are
    /// part of the play.
    offers: Vec<Option<(ConversationId, Claim)>>,
    /// The clock was put wrong or right in this run.
    has_jumped: bool,
}

impl StateMachineTest for World {
    type SystemUnderTest = Self;
    type Reference = Asked;

    fn init_test(_: &Asked) -> Self {
        let mut desk = Driver::default();
        let visitors = (0..3).map(|i| desk.visitor(&format!("c{i}"))).collect();
        let agents = vec![desk.agent("maria"), desk.agent("jonas")];
        Self { desk, visitors, agents, offers: vec![None, None], has_jumped: false }
    }

    fn apply(mut world: Self, _: &Asked, step: Step) -> Self {
        world.take(step);
        world
    }

    fn check_invariants(world: &Self, asked: &Asked) {
        assert_eq!(
            world.desk.states().len(),
            asked.0.len(),
            "conserved: every handoff is in exactly one state, or erased"
        );
        world.check();
    }
}

impl World {
    fn take(&mut self, step: Step) {
        match step {
            Step::Handoff(v) => {
                let who = package(&self.visitors[v].id.0);
                self.desk.handoff(&self.visitors[v], who);
            }
            Step::VisitorSays(v, m) => {
                self.desk.visitor_says(
                    &self.visitors[v],
                    VisitorCommand::Say {
                        message: MessageId(format!("v{m}")),
                        text: "words".into(),
                        crisis: m == 3,
                    },
                );
            }
            Step::VisitorGoes(v) => self.desk.leave(self.visitors[v].peer),
            Step::VisitorChooses(v) => {
                let fallback = FallbackChoice::Ticket { email: "a@b.example".into() };
                self.desk
                    .visitor_says(&self.visitors[v], VisitorCommand::ChooseFallback { fallback });
            }
            Step::VisitorLeaves(v) => {
                self.desk.visitor_says(&self.visitors[v], VisitorCommand::Leave {});
            }
            Step::VisitorRejoins(v) => {
                self.desk.visitor_says(&self.visitors[v], VisitorCommand::Rejoin {});
            }
            Step::VisitorErases(v) => {
                self.desk.visitor_says(&self.visitors[v], VisitorCommand::Erase {});
            }
            Step::OperatorErases(v) => {
                let id = self.visitors[v].id.clone();
                self.desk.operator_erases(&id);
            }
            Step::AgentExtends(a) => self.with_offer(a, |conversation, claim| {
                AgentCommand::ExtendReview { conversation, claim }
            }),
            Step::AgentTransfers(a, by_skill) => {
                let to = if by_skill {
                    TransferTarget::Skill(["billing", "returns"][a].into())
                } else {
                    TransferTarget::Agent(self.agents[1 - a].id.clone())
                };
                self.with_offer(a, |conversation, claim| AgentCommand::Transfer {
                    conversation,
                    claim,
                    to: to.clone(),
                    note: "please".into(),
                });
            }
            Step::SupervisorTakesOver(v) => {
                let conversation = self.visitors[v].id.clone();
                self.desk.agent_says(&self.agents[1], AgentCommand::TakeOver { conversation });
            }
            Step::AgentTakes(a) => self
                .with_offer(a, |conversation, claim| AgentCommand::Accept { conversation, claim }),
            Step::AgentDeclines(a) => self
                .with_offer(a, |conversation, claim| AgentCommand::Decline { conversation, claim }),
            Step::AgentConnects(a) => self
                .with_offer(a, |conversation, claim| AgentCommand::Connect { conversation, claim }),
            Step::AgentSays(a, m) => self.with_offer(a, |conversation, claim| AgentCommand::Say {
                conversation,
                claim,
                message: MessageId(format!("a{m}")),
                text: "words".into(),
            }),
            Step::AgentResolves(a) => {
                self.with_offer(a, |conversation, claim| AgentCommand::Resolve {
                    conversation,
                    claim,
                    outcome: Outcome::Resolved,
                    reason: "done".into(),
                })
            }
            Step::AgentGoes(a) => self.desk.leave(self.agents[a].peer),
            Step::AgentComes(a) => {
                self.desk.agent_says(&self.agents[a], AgentCommand::Watch {});
                self.desk
                    .agent_says(&self.agents[a], AgentCommand::SetAvailable { available: true });
            }
            Step::AgentTakesNext(a) => self.agent(a, AgentCommand::Take { conversation: None }),
            Step::AgentTakesOne(a, v) => {
                let conversation = Some(self.visitors[v].id.clone());
                self.agent(a, AgentCommand::Take { conversation });
            }
            Step::AgentCannotRead(a) => self.with_offer(a, |conversation, claim| {
                AgentCommand::Unreadable { conversation, claim }
            }),
            Step::AgentReads(a) => self.with_offer(a, |conversation, claim| {
                AgentCommand::MarkRead { conversation, claim, seq: Seq(9) }
            }),
            Step::AgentOpens(a, v) => {
                self.about(a, v, |conversation| AgentCommand::Open { conversation })
            }
            Step::AgentClaims(a, v) => {
                self.about(a, v, |conversation| AgentCommand::ClaimPromise { conversation })
            }
            Step::AgentReleases(a, v) => {
                self.about(a, v, |conversation| AgentCommand::ReleasePromise { conversation })
            }
            Step::AgentFulfils(a, v) => self.about(a, v, |conversation| AgentCommand::Fulfil {
                conversation,
                note: Some("rang".into()),
            }),
            Step::AgentDismisses(a, v) => {
                self.about(a, v, |conversation| AgentCommand::DismissMissed { conversation })
            }
            Step::VisitorReads(v) => {
                self.desk.visitor_says(&self.visitors[v], VisitorCommand::MarkRead { seq: Seq(9) });
            }
            Step::SettingsChange(which, is_running) => {
                if is_running {
                    self.desk.reconfigure(other_settings(which));
                } else {
                    self.desk.start_again(other_settings(which));
                }
                // Who was signed out, and is an agent again, signs in anew.
                for a in 0..2 {
                    let is_one =
                        self.desk.settings.agent.iter().any(|agent| agent.id == self.agents[a].id);
                    let is_out = self
                        .desk
                        .agent_says(&self.agents[a], AgentCommand::Ping {})
                        .contains(&AgentEvent::SignedOut {});
                    if is_one && is_out {
                        self.agents[a] = self.desk.agent(["maria", "jonas"][a]);
                    }
                }
            }
            Step::Pass(ms) => self.desk.pass(ms),
            Step::Jump(ms) => {
                self.has_jumped = true;
                self.desk.jump(ms);
            }
        }
        self.desk.settle();
        for a in 0..2 {
            if let Some(latest) = self.desk.latest_hold(&self.agents[a]) {
                self.offers[a] = Some(latest);
            }
        }
    }

    fn with_offer(&mut self, a: usize, command: impl Fn(ConversationId, Claim) -> AgentCommand) {
        if let Some((conversation, claim)) = self.offers[a].clone() {
            self.desk.agent_says(&self.agents[a], command(conversation, claim));
        }
    }

    fn agent(&mut self, a: usize, command: AgentCommand) {
        self.desk.agent_says(&self.agents[a], command);
    }

    fn about(&mut self, a: usize, v: usize, command: impl Fn(ConversationId) -> AgentCommand) {
        let command = command(self.visitors[v].id.clone());
        self.agent(a, command);
    }

    fn check(&self) {
        let is_agent = |id: &serde_json::Value| {
            self.desk.settings.agent.iter().any(|agent| id.as_str() == Some(&agent.id.0))
        };
        let mut asked = std::collections::BTreeSet::<String>::new();
        let mut load = std::collections::BTreeMap::<String, usize>::new();
        for body in self.desk.bodies() {
            let (name, state) =
                body["state"].as_object().expect("a state").iter().next().expect("one state");
            if let Some(agent) = state["agent"].as_str() {
                *load.entry(agent.to_owned()).or_default() += 1;
            }
            if let Some(agent) = state["transfer"]["to"].as_str() {
                *load.entry(agent.to_owned()).or_default() += 1;
            }
            let people = [&state["agent"], &state["transfer"]["to"], &state["owner"]];
            assert!(
                people.into_iter().all(|id| id.is_null() || is_agent(id)),
                "with nobody who is not in the settings: {state}"
            );
            let asks = if name == "offered" { &state["agent"] } else { &state["transfer"]["to"] };
            assert!(
                asks.as_str().is_none_or(|agent| asked.insert(agent.to_owned())),
                "one offer at a time"
            );
            let waits_until = ["notice_at", "until", "idle_at", "erase_at"]
                .iter()
                .find_map(|key| state[key].as_u64());
            let waits_until = waits_until
                .or(state["commitment"]["due"].as_u64())
                .expect("every state has a time at which it ends");
            // After a leap of the clock, and only then, it may wait for a while.
            let is_awaited = self.has_jumped
                && self
                    .desk
                    .wakes_at
                    .is_some_and(|at| (self.desk.now + 1..=self.desk.now + DAY_MS).contains(&at));
            assert!(
                waits_until > self.desk.now || is_awaited,
                "{name} should have ended: never silent"
            );
            assert!(waits_until <= self.desk.now + 91 * DAY_MS, "{name} would last for ever");
        }
        // One more for who takes it. Where a capacity was lowered, what is held stays.
        assert!(
            load.get("maria").is_none_or(|n| *n <= 3) && load.get("jonas").is_none_or(|n| *n <= 2),
            "within capacity: {load:?}"
        );
        assert!(self.desk.wakes_at.is_none_or(|at| at > self.desk.now), "the timer does not spin");
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig {
        cases: 200, failure_persistence: None, ..ProptestConfig::default()
    })]

    /// `load` refuses a gap in the numbers, so the rebuilds show "in order" as well.
    #[test]
    fn the_invariants_hold_in_any_order(sequential 1..60 => World);
}

fn some_priority() -> impl Strategy<Value = Priority> {
    prop::sample::select(vec![Priority::Standard, Priority::Medium, Priority::High])
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 100, failure_persistence: None, ..ProptestConfig::default()
    })]

    /// Fair: who came later goes first only for a higher priority, and only within that priority's
    /// head start.
    #[test]
    fn a_later_arrival_passes_an_earlier_one_only_within_its_head_start(
        arrivals in prop::collection::vec((0..100_000u64, some_priority()), 2..14),
    ) {
        let mut desk = Driver::default();
        for (i, (gap, priority)) in arrivals.into_iter().enumerate() {
            desk.pass(gap);
            let visitor = desk.visitor(&format!("c{i}"));
            let mut package = package(&visitor.id.0);
            package.escalation.priority = priority;
            desk.handoff(&visitor, package);
        }
        let maria = desk.sign_in_by_link("maria");
        let events = desk.agent_says(&maria, AgentCommand::Watch {});
        let board = events.into_iter().find_map(|event| match event {
            AgentEvent::Board { board } => Some(board),
            _ => None,
        });
        let queue = board.expect("a board").queue;
        let head_start = |priority| match priority {
            Priority::High => 600_000,
            Priority::Medium => 240_000,
            Priority::Standard => 0,
        };
        for (i, first) in queue.iter().enumerate() {
            for later in &queue[i + 1..] {
                prop_assert!(
                    first.since <= later.since + head_start(first.priority),
                    "{first:?} before {later:?}"
                );
                prop_assert!(first.since != later.since || first.priority >= later.priority);
            }
        }
    }
}
