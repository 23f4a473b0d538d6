//! One golden JSON a variant, and the JSON Schema: both are files, and both are checked to be what
//! the types say. Write them anew with `BATON_WRITE=1 cargo test -p protocol`, and read the
//! difference.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test that panics has failed")]

use protocol::*;
use serde::{Serialize, de::DeserializeOwned};
use std::{collections::BTreeSet, fs, path::PathBuf};

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn is_writing() -> bool {
    std::env::var_os("BATON_WRITE").is_some()
}

fn conversation() -> ConversationId {
    ConversationId("5f0c2a9be1d84c7393f6a1b2c3d4e5f6".into())
}

fn message() -> Message {
    Message {
        seq: Seq(1),
        id: MessageId("m1".into()),
        author: Author::Visitor,
        by: None,
        at: 1_795_000_000_000,
        text: "Hello".into(),
    }
}

fn rejection() -> Rejection {
    Rejection::new(RejectionCode::TooLarge, "the message is too long")
        .at("command.say.text")
        .limit(4000)
        .about(MessageId("m1".into()))
}

fn commitment() -> Commitment {
    Commitment {
        kind: FallbackKind::Callback,
        to: "+49301234567".into(),
        made_at: 1_795_000_000_000,
        from: 1_795_000_000_000,
        due: 1_795_007_200_000,
        missed: false,
    }
}

fn receipt() -> Receipt {
    Receipt { conversation: conversation(), at: 1_795_000_000_000, messages: 12 }
}

fn note() -> Note {
    Note {
        from: "Maria".into(),
        at: 1_795_000_000_000,
        text: "Paid twice; the bank confirms it.".into(),
    }
}

fn choices() -> Vec<FallbackOption> {
    vec![FallbackOption {
        kind: FallbackKind::Ticket,
        from: 1_795_000_000_000,
        due: 1_795_086_400_000,
    }]
}

fn package() -> ContextPackage {
    let line = |author, text: &str, confidence| TranscriptLine {
        author,
        at: 1_795_000_000_000,
        text: text.into(),
        confidence,
    };
    ContextPackage {
        summary: "Kim wants to dispute a charge of €120 for order FT-20418 (very frustrated, \
                  urgent)."
            .into(),
        intent: "Wants to dispute a charge of €120 for order FT-20418.".into(),
        category: "billing".into(),
        language: "en".into(),
        profile: Profile {
            name: Some("Kim".into()),
            email: Some("kim@example.org".into()),
            orders: vec![Order {
                id: "FT-20418".into(),
                what: "Fiddle-leaf fig".into(),
                status: "delivered".into(),
            }],
            earlier_contacts: Some(1),
            ..Profile::default()
        },
        sentiment: Sentiment::VeryFrustrated,
        transcript: vec![
            line(Author::Visitor, "I was charged €120 twice!", None),
            line(Author::Bot, "We are sorry.", Some(0.5)),
        ],
        highlights: vec![0],
        actions: vec![ActionTried {
            at: 1_795_000_000_000,
            what: "offered exchange".into(),
            outcome: ActionOutcome::Declined,
        }],
        next_steps: vec!["Compare the charges of order FT-20418 with what was ordered.".into()],
        escalation: Escalation {
            trigger: Trigger::Topic,
            reason: "The visitor disputes a charge.".into(),
            priority: Priority::High,
            signals: vec![Signal {
                kind: SignalKind::Topic(Topic::BillingDispute),
                strength: 1.0,
                line: Some(0),
                evidence: Some("charged 120 twice".into()),
            }],
        },
        page: Some("/orders.html".into()),
    }
}

fn visitor_commands() -> Vec<VisitorCommand> {
    use VisitorCommand::*;
    vec![
        RequestHandoff { package: Box::new(package()) },
        Resume { after: Seq(7) },
        Say { message: MessageId("m1".into()), text: "Hello".into(), crisis: true },
        Type {},
        Visit { page: "/checkout".into() },
        MarkReceived { seq: Seq(7) },
        MarkRead { seq: Seq(7) },
        ChooseFallback { fallback: FallbackChoice::Callback { phone: "+49 30 1234567".into() } },
        Rejoin {},
        Leave {},
        Erase {},
        Rate { effort: Some(6), satisfaction: None },
        Ping {},
    ]
}

fn visitor_events() -> Vec<VisitorEvent> {
    use VisitorEvent::*;
    let wait = Some(WaitEstimate { from_seconds: 120, to_seconds: 300, coverage_percent: 80 });
    vec![
        Queued {
            position: 2,
            wait,
            staffing: Staffing::Staffed,
            choices: choices(),
            because: QueuedBecause::Requested,
            is_long: true,
        },
        Reviewing { agent: "Maria".into(), until: 1_795_000_015_000 },
        Connected { agent: "Maria".into() },
        Said { message: message() },
        Received { seq: Seq(1) },
        Read { seq: Seq(1) },
        AgentTyping {},
        Promised { commitment: commitment() },
        Closing { at: 1_795_000_120_000 },
        Closed {
            outcome: Outcome::Unanswered,
            may_rate: false,
            choices: choices(),
            reopen_until: Some(1_795_003_600_000),
        },
        Erased { receipt: receipt() },
        Rated {},
        Resumed {
            last: Seq(7),
            more: true,
            now: 1_795_000_000_000,
            after: Some(MessageId("m2".into())),
        },
        Rejected { rejection: rejection() },
        Pong {},
    ]
}

fn agent_commands() -> Vec<AgentCommand> {
    use AgentCommand::*;
    let (conversation, claim) = (conversation(), Claim(1));
    vec![
        SignIn { link: Token("00112233445566778899aabbccddeeff".into()) },
        SignOut {},
        Watch {},
        SetAvailable { available: true },
        Accept { conversation: conversation.clone(), claim },
        Decline { conversation: conversation.clone(), claim },
        ExtendReview { conversation: conversation.clone(), claim },
        Connect { conversation: conversation.clone(), claim },
        Transfer {
            conversation: conversation.clone(),
            claim,
            to: TransferTarget::Skill("billing".into()),
            note: note().text,
        },
        Take { conversation: Some(conversation.clone()) },
        TakeOver { conversation: conversation.clone() },
        Unreadable { conversation: conversation.clone(), claim },
        CheckHold { conversation: conversation.clone(), claim },
        Say {
            conversation: conversation.clone(),
            claim,
            message: MessageId("m2".into()),
            text: "Hello".into(),
        },
        Type { conversation: conversation.clone(), claim },
        MarkReceived { conversation: conversation.clone(), claim, seq: Seq(1) },
        MarkRead { conversation: conversation.clone(), claim, seq: Seq(1) },
        ReadMessages { conversation: conversation.clone(), before: Seq(101) },
        ReadTranscript { conversation: conversation.clone(), before: 40 },
        Resolve {
            conversation: conversation.clone(),
            claim,
            outcome: Outcome::Resolved,
            reason: "refunded".into(),
        },
        Fulfil { conversation: conversation.clone(), note: Some("Rang at ten.".into()) },
        Open { conversation: conversation.clone() },
        ClaimPromise { conversation: conversation.clone() },
        ReleasePromise { conversation: conversation.clone() },
        DismissMissed { conversation: conversation.clone() },
        Erase { conversation },
        Ping {},
    ]
}

fn promise() -> PromiseRow {
    PromiseRow {
        conversation: conversation(),
        summary: package().summary,
        name: Some("Kim".into()),
        commitment: commitment(),
        owner: Some(AgentId("maria".into())),
    }
}

fn agent_events() -> Vec<AgentEvent> {
    use AgentEvent::*;
    let (conversation, claim, card) = (conversation(), Claim(1), Box::new(package()));
    let board = protocol::Board {
        queue: vec![QueueRow {
            conversation: conversation.clone(),
            summary: package().summary,
            category: "billing".into(),
            priority: Priority::High,
            sentiment: Sentiment::VeryFrustrated,
            since: 1_795_000_000_000,
            returned: false,
        }],
        agents: vec![AgentStatus {
            agent: AgentId("maria".into()),
            name: "Maria".into(),
            skills: vec!["billing".into()],
            here: true,
            available: true,
            load: 1,
            capacity: 3,
        }],
        waiting: 1,
        promises: vec![promise()],
        held: vec![HeldRow {
            conversation: conversation.clone(),
            summary: package().summary,
            agent: AgentId("maria".into()),
            since: 1_795_000_000_000,
        }],
        missed: vec![MissedRow {
            conversation: conversation.clone(),
            summary: package().summary,
            name: Some("Kim".into()),
            contact: Some("kim@example.org".into()),
            outcome: Outcome::Abandoned,
            at: 1_795_000_000_000,
        }],
        staffing: Some(Staffing::Closed { opens_at: Some(1_795_000_000_000) }),
    };
    vec![
        SignedIn {
            agent: AgentId("maria".into()),
            name: "Maria".into(),
            available: false,
            supervisor: false,
            away_because: Some(AwayBecause::MissedOffer),
            now: 1_795_000_000_000,
        },
        SignedOut {},
        Board { board },
        Offered {
            conversation: conversation.clone(),
            claim,
            until: 1_795_000_030_000,
            summary: package().summary,
            priority: Priority::High,
            category: "billing".into(),
            note: Some(note()),
        },
        Withdrawn { conversation: conversation.clone(), claim, because: WithdrawnBecause::Expired },
        Accepted {
            conversation: conversation.clone(),
            claim,
            card: card.clone(),
            requested_at: 1_795_000_000_000,
            transcript_before: 3,
            card_lost: false,
            messages: vec![message()],
            notes: vec![note()],
            review_until: Some(1_795_000_015_000),
            may_extend: true,
            visitor_present: true,
            visitor_received: Seq(0),
            visitor_read: Seq(0),
            agent_read: Seq(0),
            page: Some("/checkout".into()),
        },
        Connected { conversation: conversation.clone() },
        Said { conversation: conversation.clone(), message: message() },
        Received { conversation: conversation.clone(), seq: Seq(1) },
        Read { conversation: conversation.clone(), seq: Seq(1) },
        Messages { conversation: conversation.clone(), messages: vec![message()] },
        Transcript { conversation: conversation.clone(), from: 2, lines: package().transcript },
        VisitorTyping { conversation: conversation.clone() },
        Visited { conversation: conversation.clone(), page: "/checkout".into() },
        VisitorPresent { conversation: conversation.clone(), present: false },
        Transferring {
            conversation: conversation.clone(),
            to: "Jonas".into(),
            until: 1_795_000_030_000,
        },
        TransferFailed { conversation: conversation.clone(), because: TransferFailure::Declined },
        Closing { conversation: conversation.clone(), at: 1_795_000_120_000 },
        Closed { conversation: conversation.clone(), outcome: Outcome::Resolved },
        PromiseDue { promise: promise() },
        Erased { receipt: receipt() },
        Gone { conversation: conversation.clone() },
        Opened {
            conversation,
            claim: Some(Claim(2)),
            card,
            requested_at: 1_795_000_000_000,
            transcript_before: 0,
            card_lost: false,
            messages: vec![message()],
            notes: vec![note()],
        },
        Rejected {
            rejection: Rejection::new(
                RejectionCode::NotNow,
                "you hold as many conversations as you can",
            )
            .since(RejectionReason::NoPlace),
        },
        Pong { now: 1_795_000_000_000 },
    ]
}

/// Every value is its file, reads back as itself, and the files are exactly the variants of the
/// type.
fn check<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug + schemars::JsonSchema>(
    side: &str,
    values: Vec<T>,
) {
    let folder = folder("examples").join(side);
    if is_writing() {
        fs::create_dir_all(&folder).unwrap();
    }
    let mut names = BTreeSet::new();
    for value in values {
        let json = serde_json::to_value(&value).unwrap();
        let name = json.as_object().unwrap().keys().next().unwrap().clone();
        let text = format!("{}\n", serde_json::to_string_pretty(&json).unwrap());
        let path = folder.join(format!("{name}.json"));
        if is_writing() {
            fs::write(&path, &text).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap_or_default(), text, "{}", path.display());
        assert_eq!(serde_json::from_str::<T>(&text).unwrap(), value);
        names.insert(name);
    }
    let schema = serde_json::to_value(schemars::schema_for!(T)).unwrap();
    let variants: BTreeSet<String> = schema["oneOf"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["required"][0].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, variants, "every variant of {side} has its example");
}

#[test]
fn every_variant_has_its_example() {
    check("visitor_commands", visitor_commands());
    check("visitor_events", visitor_events());
    check("agent_commands", agent_commands());
    check("agent_events", agent_events());
}

#[derive(schemars::JsonSchema)]
#[expect(dead_code, reason = "names the four frames in one schema")]
struct Baton {
    visitor_frame: VisitorFrame,
    visitor_event_frame: EventFrame<VisitorEvent>,
    agent_frame: AgentFrame,
    agent_event_frame: EventFrame<AgentEvent>,
}

#[test]
fn the_schema_is_current() {
    let text =
        format!("{}\n", serde_json::to_string_pretty(&schemars::schema_for!(Baton)).unwrap());
    let path = folder("schema.json");
    if is_writing() {
        fs::write(&path, &text).unwrap();
    }
    assert_eq!(
        fs::read_to_string(path).unwrap_or_default(),
        text,
        "write it anew with BATON_WRITE=1"
    );
}

#[test]
fn commands_refuse_unknown_fields_and_events_pass_them_over() {
    assert!(serde_json::from_str::<VisitorCommand>(r#"{"resume":{"after":1,"more":2}}"#).is_err());
    assert!(serde_json::from_str::<VisitorEvent>(r#"{"resumed":{"last":1,"extra":2}}"#).is_ok());
}
