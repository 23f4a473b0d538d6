//! From the tables of an older version, killed at every operation of the way; and from a newer one,
//! refused.

use anyhow::{Context, Result, bail, ensure};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::{
    fs,
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tests::{
    History, Host, Stage,
    disk::Hand,
    effort::{places, seed},
    frames::{Answered, Credential, Line, without_quotas},
    history::HANDOFF,
};

/// What an older version left when it was killed in the middle of a morning: conversations in every
/// state.
struct Left {
    version: u32,
    dump: &'static str,
    made_at_ms: u64,
    /// How many of `MESSAGES` it has.
    conversations: usize,
}

const VERSION_1: Left = Left {
    version: 1,
    dump: include_str!("version1.sql"),
    made_at_ms: 1_795_566_606_000,
    conversations: 8,
};
/// The second version's own, over that of the first, and a handoff more.
const VERSION_2: Left = Left {
    version: 2,
    dump: include_str!("version2.sql"),
    made_at_ms: 1_795_591_640_611,
    conversations: 9,
};

/// The third version's own, over that of the second, and a conversation more, which an agent has
/// answered.
const VERSION_3: Left = Left {
    version: 3,
    dump: include_str!("version3.sql"),
    made_at_ms: 1_795_656_859_748,
    conversations: 10,
};

/// The package of the second version's handoff.
const PACKAGE: &str = r#"{"summary": "Kim wants to return order 9",
    "intent": "Wants to return something.", "category": "returns", "language": "en",
    "profile": {"name": "Kim", "email": "kim@example.org"}, "sentiment": "neutral",
    "transcript": [
        {"author": "visitor", "at": 1, "text": "I want to return it", "confidence": 0.8734}
    ],
    "highlights": [0], "actions": [], "next_steps": [],
    "escalation": {"trigger": "explicit", "reason": "asked", "priority": "standard",
    "signals": [{"kind": "asked_for_human", "strength": 0.9371}]}}"#;

/// Messages of the conversations in them.
const MESSAGES: [(u32, &[&str]); 10] = [
    (1, &["m10", "m11", "m12", "a1"]),
    (2, &["m20", "m21", "m22", "a2"]),
    (3, &[]),
    (4, &["m4"]),
    (5, &["m5"]),
    (6, &["m6"]),
    (7, &["m7"]),
    (8, &["m8"]),
    (9, &["m9"]),
    (10, &["m100", "a10"]),
];

/// The same morning, today: what it promised is not over.
fn moved_to_today(left: &Left) -> Result<String> {
    let now = u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    let mut moved = String::new();
    let mut digits = String::new();
    for letter in left.dump.chars().chain(['\n']) {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        match digits.parse::<u64>() {
            Ok(at) if digits.len() == 13 => moved += &(at + now - left.made_at_ms).to_string(),
            _ => moved += &digits,
        }
        digits.clear();
        moved.push(letter);
    }
    Ok(moved)
}

fn lay_out(left: &Left, folder: &Path) -> Result<()> {
    let connection = Connection::open(folder.join("shop.sqlite"))?;
    connection.execute_batch("PRAGMA journal_mode = WAL")?;
    Ok(connection.execute_batch(&moved_to_today(left)?)?)
}

#[test]
fn a_migration_that_is_killed_at_any_operation_is_done_again_and_loses_nothing() -> Result<()> {
    [VERSION_1, VERSION_2, VERSION_3].iter().try_for_each(killed_on_the_way)
}

fn killed_on_the_way(left: &Left) -> Result<()> {
    let version = left.version;
    let mut stage = Stage::on(Host::Selfhost, without_quotas)?;
    let (hand, variables) = Hand::new(stage.data())?;
    let seed = seed();
    let (mut deaths, mut last) = (0, 0);
    for operation in places(3, seed) {
        stage.kill()?;
        for file in stage.files() {
            fs::remove_file(file)?;
        }
        lay_out(left, stage.data())?;
        hand.die_at(hand.operations()? + operation as u64 + 1)?;
        if stage.start_again_with(&variables).is_ok() {
            break;
        }
        (deaths, last) = (deaths + 1, operation + 1);
        stage.start_again().with_context(|| format!("after it was killed at operation {last}"))?;
        check(left, &stage).with_context(|| {
            format!("from version {version}, after it was killed at operation {last}")
        })?;
    }
    ensure!(last > 10, "a migration has operations, {last} before it answered");
    let (conversations, messages) = (
        left.conversations,
        MESSAGES[..left.conversations].iter().map(|(_, ids)| ids.len()).sum::<usize>(),
    );
    println!(
        "migration from version {version}: killed at {deaths} of {last} operations, begun again, \
         {conversations} conversations and {messages} messages there each time"
    );
    Ok(())
}

/// Everything of the older version is there, and the desk works on.
fn check(left: &Left, stage: &Stage) -> Result<()> {
    let (line, history) = (Line::to(&stage.edge), History::default());
    for (n, ids) in &MESSAGES[..left.conversations] {
        let who = Credential { conversation: format!("{n:032x}"), token: format!("{n:064x}") };
        history.acknowledged(&who.conversation, HANDOFF, 0);
        for (i, id) in ids.iter().enumerate() {
            history.acknowledged(&who.conversation, id, i as u64 + 1);
        }
        ensure!(
            line.reads(&history, &who, Duration::from_secs(5)),
            "conversation {n} cannot be read"
        );
    }
    if left.version > 1 {
        same_handoff_again(&line)?;
    }
    let new = Credential::new(1, 1, 1);
    ensure!(line.hands_over(&history, &new, Duration::from_secs(5)), "the desk works on");
    line.reads(&history, &new, Duration::from_secs(5));
    history.check().map_err(anyhow::Error::msg).map(drop)
}

/// What the older version wrote of a package still tells it from another, though it was sent in
/// another writing.
fn same_handoff_again(line: &Line) -> Result<()> {
    let who = Credential { conversation: format!("{:032x}", 9), token: format!("{:064x}", 9) };
    let ask = |package: &str| -> Result<String> {
        let command =
            json!({ "request_handoff": { "package": serde_json::from_str::<Value>(package)? } });
        match line.visitor(&who, &command) {
            Answered::Events(events) => Ok(Value::from(events).to_string()),
            _ => bail!("no answer"),
        }
    };
    let (same, other) = (ask(PACKAGE)?, ask(&PACKAGE.replace("order 9", "order 10"))?);
    ensure!(same.contains("\"queued\"") && other.contains("\"conflict\""), "{same} {other}");
    Ok(())
}

#[test]
fn a_newer_file_is_refused_with_a_word_and_left_as_it_is() -> Result<()> {
    let mut stage = Stage::on(Host::Selfhost, |settings| settings)?;
    stage.stop()?;
    let file = stage.data().join("shop.sqlite");
    Connection::open(&file)?
        .execute("UPDATE meta SET value = 99 WHERE key = 'schema_version'", [])?;
    let before = fs::read(&file)?;
    let error = stage.start_again().err().context("it must not start")?;
    let said = format!("{error:#}");
    ensure!(said.contains("version 99") && said.contains("run a newer one"), "{said}");
    ensure!(fs::read(&file)? == before, "the file is as it was");
    Ok(())
}
