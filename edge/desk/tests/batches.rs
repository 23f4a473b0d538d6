//! Many inputs in one batch leave behind what they leave one by one.

use desk::{Digest, Frame, Input, Peer, PeerId, Side, StoredDesk, store::Value};
use protocol::*;
use testkit::{Database, package, settings};

const NOW: Millis = 1_800_000_000_000;

fn visitor(i: u64, command: VisitorCommand) -> Input {
    let frame = VisitorFrame {
        v: VERSION,
        conversation: ConversationId(format!("c{i}")),
        token: Token(format!("{i:032}")),
        command,
    };
    let peer = Peer {
        id: PeerId(100 + i),
        side: Side::Visitor,
        lasting: true,
        cookie: None,
        network: Some(Digest::of("home")),
    };
    Input::Frame(peer, Frame::read(Side::Visitor, &serde_json::to_string(&frame).expect("JSON")))
}

fn agent(command: AgentCommand) -> Input {
    let frame = serde_json::to_string(&AgentFrame { v: VERSION, command }).expect("JSON");
    let peer = Peer {
        id: PeerId(1),
        side: Side::Agent,
        lasting: true,
        cookie: Some(Token(format!("{:032}", 1))),
        network: None,
    };
    Input::Frame(peer, Frame::read(Side::Agent, &frame))
}

/// A morning: thirty-seven handoffs, words, an agent who takes over one that has just come, one
/// that is erased, and a new one after it.
fn morning() -> Vec<Input> {
    let handoff =
        |i| visitor(i, VisitorCommand::RequestHandoff { package: Box::new(package("Kim")) });
    let link = Token(format!("{:032}", 7));
    let mut inputs: Vec<_> = (0..37).map(handoff).collect();
    inputs.extend((0..5).map(|i| visitor(i, VisitorCommand::Resume { after: Seq(0) })));
    inputs.extend((0..5).map(|i| {
        visitor(
            i,
            VisitorCommand::Say {
                message: MessageId(format!("m{i}")),
                text: "hello".into(),
                crisis: false,
            },
        )
    }));
    inputs.push(Input::Admit {
        agent: AgentId("jonas".into()),
        link: Digest::of(&link.0),
        until: NOW + 1,
    });
    inputs.push(agent(AgentCommand::SignIn { link }));
    inputs.push(agent(AgentCommand::SetAvailable { available: false }));
    inputs.push(agent(AgentCommand::Watch {}));
    inputs.push(visitor(36, VisitorCommand::Erase {}));
    inputs.push(handoff(40));
    inputs.push(agent(AgentCommand::TakeOver { conversation: ConversationId("c40".into()) }));
    inputs.push(Input::Left(PeerId(101)));
    inputs
}

type Tables = Vec<Vec<Vec<Value<'static>>>>;

fn play(batches: &[&[Input]]) -> (Tables, Vec<(PeerId, String)>) {
    let mut stored =
        StoredDesk::open(Database::default(), settings(), NOW, |_| false).expect("an empty store");
    let sends = batches
        .iter()
        .flat_map(|inputs| stored.handle(NOW, inputs).expect("saved"))
        .map(|(peer, event)| (peer, event.into()))
        .collect();
    let tables = ["conversation", "package", "message", "event", "gate", "peer", "pass", "agent"];
    (
        tables
            .map(|table| {
                stored.sql.rows(&format!("SELECT * FROM {table} ORDER BY 1, 2"), &[]).expect("rows")
            })
            .into(),
        sends,
    )
}

#[test]
fn a_batch_leaves_behind_what_its_inputs_leave_one_by_one() {
    let inputs = morning();
    let (one_by_one, sends) = play(&inputs.chunks(1).collect::<Vec<_>>());
    assert!(
        sends.iter().any(|(peer, text)| *peer == PeerId(1)
            && text.contains("\"accepted\"")
            && text.contains("I want a refund")),
        "with its card"
    );
    for size in [2, 7, inputs.len()] {
        let (together, same_sends) = play(&inputs.chunks(size).collect::<Vec<_>>());
        assert_eq!(together, one_by_one, "in batches of {size}");
        assert_eq!(same_sends, sends, "in batches of {size}");
    }
}
