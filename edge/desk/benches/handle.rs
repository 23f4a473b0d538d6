//! What one frame costs, by how many wait, talk and are closed. `cargo bench -p desk`.
#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark")]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use desk::{Desk, Digest, Effect, Frame, Input, PeerId, Side, settings::SiteSettings, store::Kept};
use protocol::*;
use testkit::package;

const START: Millis = 1_800_000_000_000;

/// A desk with so many of each, and ways to send it frames.
struct Bench {
    desk: Desk,
    now: Millis,
    said: u64,
}

fn settings(agents: usize) -> SiteSettings {
    let agents: Vec<_> = (0..agents)
        .map(|i| serde_json::json!({"id": format!("a{i}"), "name": "Agent", "capacity": 5}))
        .collect();
    // Nothing may end by itself, or be refused, while it is measured.
    let times = serde_json::json!({
        "longest_wait_seconds": 2_000_000_000, "long_wait_seconds": 1_000_000_000,
        "idle_seconds": 2_000_000_000
    });
    let quotas = serde_json::json!({"site_handoffs": u32::MAX});
    let site = serde_json::json!({
        "key": "shop", "name": "Shop", "origins": [], "agent": agents, "times": times,
        "quotas": quotas
    });
    serde_json::from_value(site).unwrap()
}

impl Bench {
    fn with(closed: usize, live: usize, waiting: usize) -> Self {
        let agents = live.div_ceil(5).max(1);
        let mut bench =
            Self { desk: Desk::restore(settings(agents), Kept::default()), now: START, said: 0 };
        for i in 0..closed {
            bench.visitor(i, VisitorCommand::RequestHandoff { package: Box::new(package("Kim")) });
            bench.visitor(i, VisitorCommand::Leave {});
        }
        for a in 0..agents {
            let link = Token(format!("link{a:032}"));
            let until = bench.now + 1;
            bench.input(Input::Admit {
                agent: AgentId(format!("a{a}")),
                link: Digest::of(&link.0),
                until,
            });
            bench.agent(a, AgentCommand::SignIn { link });
            bench.agent(a, AgentCommand::Watch {});
        }
        for i in 0..live + waiting {
            if i == live {
                // From here on they wait.
                (0..agents).for_each(|a| {
                    _ = bench.agent(a, AgentCommand::SetAvailable { available: false })
                });
            }
            let effects = bench.visitor(
                closed + i,
                VisitorCommand::RequestHandoff { package: Box::new(package("Kim")) },
            );
            bench.visitor(closed + i, VisitorCommand::Resume { after: Seq(0) });
            for effect in effects {
                let Effect::Send(peer, event) = effect else { continue };
                if let Ok(EventFrame {
                    event: AgentEvent::Offered { conversation, claim, .. },
                    ..
                }) = serde_json::from_str::<EventFrame<AgentEvent>>(event.as_str())
                {
                    bench.agent(
                        peer.0 as usize,
                        AgentCommand::Accept { conversation: conversation.clone(), claim },
                    );
                    bench.agent(peer.0 as usize, AgentCommand::Connect { conversation, claim });
                }
            }
        }
        bench
    }

    fn input(&mut self, input: Input) -> Vec<Effect> {
        self.desk.handle(self.now, &input)
    }

    fn visitor(&mut self, i: usize, command: VisitorCommand) -> Vec<Effect> {
        let (peer, id) = (PeerId(1_000_000 + i as u64), ConversationId(format!("v{i}")));
        self.input(testkit::visitor(peer, None, id, Token(format!("{i:032}")), command))
    }

    fn agent(&mut self, i: usize, command: AgentCommand) -> Vec<Effect> {
        let cookie = Token(format!("cookie{i:032}"));
        self.input(testkit::agent(PeerId(i as u64), cookie, command))
    }

    /// One of them writes.
    fn says(&mut self, first: usize, of: usize) -> usize {
        self.said += 1;
        let i = first + self.said as usize % of;
        if i == first {
            // As fast as one visitor may write.
            self.now += 200;
        }
        let effects = self.visitor(
            i,
            VisitorCommand::Say {
                message: MessageId(format!("m{}", self.said)),
                text: "Is anyone there?".into(),
                crisis: false,
            },
        );
        assert!(effects.len() > 1, "it is taken, not refused");
        effects.len()
    }
}

fn frames(c: &mut Criterion) {
    // As many as it takes that none of them is full (`MAX_CONVERSATION_MESSAGES`) before the time
    // is over.
    let mut group = c.benchmark_group("a visitor writes");
    for (name, closed, live, waiting) in [
        ("1000 waiting", 0, 0, 1000),
        ("1000 live", 0, 1000, 0),
        ("1000 waiting, 20000 closed", 20_000, 0, 1000),
    ] {
        let mut bench = Bench::with(closed, live, waiting);
        group.bench_function(BenchmarkId::from_parameter(name), |b| {
            b.iter(|| bench.says(closed, live + waiting))
        });
    }
    group.finish();
    let mut group = c.benchmark_group("a handoff comes and leaves again");
    for (name, closed, live, waiting) in [
        ("10 waiting", 0, 0, 10),
        ("100 waiting", 0, 0, 100),
        ("1000 waiting", 0, 0, 1000),
        ("1000 live", 0, 1000, 0),
        ("100 waiting, 20000 closed", 20_000, 0, 100),
    ] {
        let mut bench = Bench::with(closed, live, waiting);
        let mut next = closed + live + waiting;
        group.bench_function(BenchmarkId::from_parameter(name), |b| {
            b.iter(|| {
                next += 1;
                let effects = bench.visitor(
                    next,
                    VisitorCommand::RequestHandoff { package: Box::new(package("Kim")) },
                );
                assert!(effects.len() > 1, "it is taken, not refused");
                bench.visitor(next, VisitorCommand::Leave {}).len()
            });
        });
    }
    group.finish();
}

/// A handoff of 200 kB, and the card of one that fits.
fn packages(c: &mut Criterion) {
    let mut group = c.benchmark_group("a package");
    for (name, lines) in [("of 40 kB", 20), ("of 200 kB", 100)] {
        let mut package = package("Kim");
        let line = package.transcript[0].clone();
        package.transcript =
            vec![TranscriptLine { text: Text::new("Refund! ".repeat(250)), ..line }; lines];
        let json = serde_json::to_string(&package).unwrap();
        let command = format!(r#"{{"request_handoff":{{"package":{json}}}}}"#);
        let credential = format!(r#""conversation":"v1","token":"{:032}""#, 1);
        let frame = format!(r#"{{"v":1,{credential},"command":{command}}}"#);
        group.bench_function(BenchmarkId::new("is read", name), |b| {
            b.iter(|| Frame::read(Side::Visitor, &frame))
        });
        let mut bench = Bench::with(0, 0, 1);
        let effects = bench.agent(0, AgentCommand::Take { conversation: None });
        let card = effects.into_iter().find_map(|effect| match effect {
            Effect::SendCard(_, card) => Some(card),
            _ => None,
        });
        let card = card.expect("who waits is taken, and the card is sent");
        let body = desk::Body::new(&json);
        group.bench_function(BenchmarkId::new("becomes a card", name), |b| {
            b.iter(|| card.clone().with(Some(&body)))
        });
    }
    group.finish();
}

criterion_group! {
    name = all;
    config = Criterion::default()
        .warm_up_time(std::time::Duration::from_millis(500))
        .measurement_time(std::time::Duration::from_secs(2));
    targets = frames, packages
}
criterion_main!(all);
