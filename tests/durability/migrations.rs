//! From the tables of an older version, killed at every operation of the way; and from a newer one, refused.

use anyhow::{Context, Result, ensure};
use rusqlite::Connection;
use std::{
    fs,
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tests::{
    History, Host, Stage,
    disk::Hand,
    frames::{Credential, Line, without_quotas},
    history::HANDOFF,
};

/// What the first released version left when it was killed in the middle of a morning: conversations in every state.
const VERSION_1: &str = include_str!("version1.sql");
/// When that was.
const MADE_AT_MS: u64 = 1_795_566_606_000;
/// Messages of the conversations in it.
const MESSAGES: [(u32, &[&str]); 8] = [
    (1, &["m10", "m11", "m12", "a1"]),
    (2, &["m20", "m21", "m22", "a2"]),
    (3, &[]),
    (4, &["m4"]),
    (5, &["m5"]),
    (6, &["m6"]),
    (7, &["m7"]),
    (8, &["m8"]),
];

/// The same morning, today: what it promised is not over.
fn moved_to_today() -> Result<String> {
    let now = u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    let mut moved = String::new();
    let mut digits = String::new();
    for letter in VERSION_1.chars().chain(['\n']) {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        match digits.parse::<u64>() {
            Ok(at) if digits.len() == 13 => moved += &(at + now - MADE_AT_MS).to_string(),
            _ => moved += &digits,
        }
        digits.clear();
        moved.push(letter);
    }
    Ok(moved)
}

fn lay_out(folder: &Path) -> Result<()> {
    let connection = Connection::open(folder.join("shop.sqlite"))?;
    connection.execute_batch("PRAGMA journal_mode = WAL")?;
    Ok(connection.execute_batch(&moved_to_today()?)?)
}

#[test]
fn a_migration_that_is_killed_at_any_operation_is_done_again_and_loses_nothing() -> Result<()> {
    let mut stage = Stage::on(Host::Selfhost, without_quotas)?;
    let (hand, variables) = Hand::new(stage.data())?;
    let mut deaths = 0;
    loop {
        stage.kill()?;
        for file in stage.files() {
            fs::remove_file(file)?;
        }
        lay_out(stage.data())?;
        hand.die_at(hand.operations()? + deaths + 1)?;
        if stage.start_again_with(&variables).is_ok() {
            break;
        }
        deaths += 1;
        stage.start_again().with_context(|| format!("after it was killed at operation {deaths}"))?;
        check(&stage).with_context(|| format!("after it was killed at operation {deaths}"))?;
    }
    ensure!(deaths > 10, "a migration has operations, {deaths} before it answered");
    println!("migration from version 1: killed at each of {deaths} operations, begun again, 8 conversations and 13 messages there each time");
    Ok(())
}

/// Everything of version 1 is there, and the desk works on.
fn check(stage: &Stage) -> Result<()> {
    let (line, history) = (Line::to(&stage.edge), History::default());
    for (n, ids) in MESSAGES {
        let who = Credential { conversation: format!("{n:032x}"), token: format!("{n:064x}") };
        history.acknowledged(&who.conversation, HANDOFF, 0);
        for (i, id) in ids.iter().enumerate() {
            history.acknowledged(&who.conversation, id, i as u64 + 1);
        }
        ensure!(line.reads(&history, &who, Duration::from_secs(5)), "conversation {n} cannot be read");
    }
    let new = Credential::new(1, 1, 1);
    ensure!(line.hands_over(&history, &new, Duration::from_secs(5)), "the desk works on");
    line.reads(&history, &new, Duration::from_secs(5));
    history.check().map_err(anyhow::Error::msg).map(drop)
}

#[test]
fn a_newer_file_is_refused_with_a_word_and_left_as_it_is() -> Result<()> {
    let mut stage = Stage::on(Host::Selfhost, |settings| settings)?;
    stage.stop()?;
    let file = stage.data().join("shop.sqlite");
    Connection::open(&file)?.execute("UPDATE meta SET value = 99 WHERE key = 'schema_version'", [])?;
    let before = fs::read(&file)?;
    let wrong = stage.start_again().err().context("it must not start")?;
    let said = format!("{wrong:#}");
    ensure!(said.contains("version 99") && said.contains("run a newer one"), "{said}");
    ensure!(fs::read(&file)? == before, "the file is as it was");
    Ok(())
}
