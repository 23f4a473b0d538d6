//! A restore drill: a copy made under load, a disaster, the copy put back; what was erased
//! meanwhile stays erased.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::{
    fs,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};
use tests::{
    History, Host, Stage,
    effort::seed,
    frames::{Credential, Line, without_quotas},
    host::BINARY,
};

const PATIENCE: Duration = Duration::from_secs(10);

/// The program's word, and whether it was content.
pub fn baton(arguments: &[&str]) -> Result<(bool, String)> {
    let output = Command::new(BINARY).args(arguments).output()?;
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok((output.status.success(), said.trim().to_owned()))
}

#[test]
fn a_copy_made_under_load_is_whole_and_can_be_put_back() -> Result<()> {
    let seed = seed();
    let mut stage = Stage::on(Host::Selfhost, without_quotas)?;
    let line = Line::to(&stage.edge);
    let (before, erased) = (History::default(), Credential::new(seed, 0, 1));
    for n in 0..40 {
        let who = Credential::new(seed, 0, n);
        ensure!(
            line.hands_over(&before, &who, PATIENCE)
                && line.says(&before, &who, "m1", "CANARY before the copy", PATIENCE),
            "the load"
        );
    }
    // Somebody writes all the while.
    let stops = Arc::new(AtomicBool::new(false));
    let (edge, own) = (stage.edge.clone(), Arc::clone(&stops));
    let writing = thread::spawn(move || {
        let (line, history) = (Line::to(&edge), History::default());
        for n in 0.. {
            let who = Credential::new(seed, 1, n);
            if own.load(Ordering::Relaxed) || !line.hands_over(&history, &who, PATIENCE) {
                return n;
            }
        }
        0
    });
    let data = stage.data().display().to_string();
    let (is_fine, copy) =
        baton(&["backup", "--site", "shop", "--data", &data, "--server", &stage.edge])?;
    ensure!(is_fine, "{copy}");
    // After the copy: one conversation is erased, another begins.
    ensure!(
        line.insists(&erased, &json!({ "erase": {} }), PATIENCE, |event| event["erased"]
            .is_object())
            .is_some(),
        "erased"
    );
    let late = Credential::new(seed, 2, 1);
    ensure!(line.hands_over(&History::default(), &late, PATIENCE), "a late one");
    stops.store(true, Ordering::Relaxed);
    let written = writing.join().map_err(|_| anyhow::anyhow!("the writer panicked"))?;

    let restore = ["restore", "--site", "shop", "--from", &copy, "--data", &data];
    let (is_fine, said) = baton(&restore)?;
    ensure!(
        !is_fine && said.contains("stop the server first"),
        "not under a running server: {said}"
    );
    stage.stop()?;
    let start = Instant::now();
    let (is_fine, said) = baton(&restore)?;
    ensure!(is_fine && said.contains("1 conversation(s) erased"), "{said}");
    stage.start_again()?;
    let took = start.elapsed();

    let gone = |who: &Credential| {
        line.insists(who, &json!({ "resume": { "after": 0 } }), PATIENCE, |_| true)
            .context("an answer")
    };
    ensure!(
        gone(&erased)?["rejected"]["rejection"]["code"] == "not_found",
        "what was erased after the copy stays erased"
    );
    ensure!(
        gone(&late)?["rejected"]["rejection"]["code"] == "not_found",
        "what came after the copy is not in it"
    );
    // The erased one cannot be read back, so it is not asked of the checker.
    let checked = History::default();
    for n in (0..40).filter(|n| *n != 1) {
        let who = Credential::new(seed, 0, n);
        checked.acknowledged(&who.conversation, "m1", 1);
        line.reads(&checked, &who, PATIENCE);
    }
    let kept = checked.check().map_err(anyhow::Error::msg)?;
    println!(
        "restore drill while {written} others wrote: back after {took:?}: {kept}; seed {seed}"
    );
    Ok(())
}

#[test]
fn a_damaged_or_newer_copy_is_refused_and_the_desk_left_as_it_is() -> Result<()> {
    let mut stage = Stage::on(Host::Selfhost, without_quotas)?;
    let data = stage.data().display().to_string();
    let copy = stage.data().join(stage.operator("backup/shop")?);
    stage.stop()?;
    let from = copy.display().to_string();
    let other = ["restore", "--site", "other", "--from", &from, "--data", &data];
    let (is_fine, said) = baton(&other)?;
    ensure!(
        !is_fine
            && said.contains("a copy of the site `shop`")
            && !stage.data().join("other.sqlite").exists(),
        "{said}"
    );
    let (is_fine, said) = baton(&[&other[..], &["--of", "shop"]].concat())?;
    ensure!(is_fine, "{said}");
    let own = stage.data().join("shop.sqlite");
    let before = fs::read(&own)?;
    let damaged = stage.data().join("damaged");
    let mut bytes = fs::read(&copy)?;
    // A whole page: what is damaged in the empty part of one, nobody misses.
    let page = usize::from(u16::from_be_bytes([bytes[16], bytes[17]]));
    let middle = bytes.len() / page / 2 * page;
    bytes[middle..middle + page].fill(0x5a);
    fs::write(&damaged, bytes)?;
    let newer = stage.data().join("newer");
    fs::copy(&copy, &newer)?;
    rusqlite::Connection::open(&newer)?.execute("UPDATE meta SET value = 99", [])?;
    for (from, word) in [
        (damaged, "damaged"),
        (newer, "run a newer one"),
        (stage.data().join("site.toml"), "not a database"),
        (stage.data().join("none"), "opening"),
    ] {
        let (is_fine, said) = baton(&[
            "restore",
            "--site",
            "shop",
            "--from",
            &from.display().to_string(),
            "--data",
            &data,
        ])?;
        ensure!(!is_fine && said.contains(word), "{}: {said}", from.display());
        ensure!(fs::read(&own)? == before, "the desk's file is as it was after {}", from.display());
    }
    Ok(())
}
