//! What a damaged file costs.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::{
    fs, thread,
    time::{Duration, Instant},
};
use tests::{Host, Stage};

use crate::{
    Promise,
    client::{Visitor, get},
};

pub const ON_EVERY_HOST: [Promise; 1] =
    [("a_row_that_cannot_be_read_is_named_in_the_log_and_everybody_else_is_served", rows)];

/// Of hosts that keep a desk in a file of its own.
pub const ON_FILES: [Promise; 2] = [
    ("a_site_whose_file_is_damaged_answers_503_until_a_copy_is_put_back_also_the_only_one", file),
    ("what_is_kept_is_its_owners_alone", owners),
];

#[cfg(unix)]
fn owners(host: Host) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let stage = Stage::on(host, |settings| settings)?;
    Visitor::new(1).hands_off(&stage)?.event("queued")?;
    let files = stage.files();
    ensure!(files.len() >= 3, "the desk, its log, and what says that it is there: {files:?}");
    for path in files.iter().map(|path| path.as_path()).chain([stage.data()]) {
        let mode = fs::metadata(path)?.permissions().mode();
        ensure!(mode & 0o077 == 0, "{}: {mode:o}", path.display());
    }
    Ok(())
}

#[cfg(not(unix))]
fn owners(_: Host) -> Result<()> {
    Ok(())
}

fn file(host: Host) -> Result<()> {
    let mut stage = Stage::on(host, |settings| settings)?;
    let kim = Visitor::new(1);
    kim.hands_off(&stage)?.event("queued")?;
    stage.stop()?;
    let path = stage.data().join("shop.sqlite");
    // As whoever makes a copy while nobody uses it: the log is moved into the file.
    let copied = || -> Result<Vec<u8>> {
        let database = rusqlite::Connection::open(&path)?;
        database.query_row("SELECT count(*) FROM conversation", [], |row| row.get::<_, i64>(0))?;
        drop(database);
        Ok(fs::read(&path)?)
    };
    for begin in [&b""[..], b"no database"] {
        let whole = copied()?;
        let rest = if begin.is_empty() { &[][..] } else { &whole[begin.len()..] };
        fs::write(&path, [begin, rest].concat())?;
        stage.start_again()?;
        ensure!(
            get(&stage, "/healthz")?.status == 200 && get(&stage, "/v1/frame/shop")?.status == 200,
            "the server is there"
        );
        let refused = kim.posts(&stage, &json!({ "resume": { "after": 0 } }))?;
        ensure!(
            refused.status == 503 && refused.headers.contains_key("retry-after"),
            "{} {}",
            refused.status,
            refused.text
        );
        ensure!(
            stage.log().contains("this site answers 503 until its file is put right"),
            "{}",
            stage.log()
        );
        fs::write(&path, &whole)?;
        // It is looked at again every half minute.
        let until = Instant::now() + Duration::from_secs(50);
        while kim.posts(&stage, &json!({ "resume": { "after": 0 } }))?.status != 200 {
            ensure!(Instant::now() < until, "served again: {}", stage.log());
            thread::sleep(Duration::from_millis(200));
        }
        stage.stop().context("stopping")?;
    }
    Ok(())
}

fn rows(host: Host) -> Result<()> {
    let mut stage = Stage::on(host, |settings| settings)?;
    let (kim, lee) = (Visitor::new(1), Visitor::new(2));
    for visitor in [&kim, &lee] {
        visitor.hands_off(&stage)?.event("queued")?;
    }
    stage.kill()?;
    let mut damaged = 0;
    for file in
        stage.files().iter().filter(|file| file.extension().is_some_and(|end| end == "sqlite"))
    {
        let Ok(database) = rusqlite::Connection::open(file) else { continue };
        // Other files are a host's own.
        damaged += database
            .execute("UPDATE conversation SET body = substr(body, 1, 60) WHERE n = 1", [])
            .unwrap_or_default();
    }
    ensure!(damaged == 1, "{damaged} rows are damaged");
    stage.start_again()?;
    lee.posts(&stage, &json!({ "say": { "message": "m1", "text": "still here" } }))?
        .event("said")?;
    let lost = kim.posts(&stage, &json!({ "resume": { "after": 0 } }))?.event("rejected")?;
    ensure!(lost["rejection"]["code"] == "not_found", "{lost}");
    let log = stage.log();
    let told = log.lines().filter(|line| {
        line.contains("cannot be read") && line.contains("table conversation, row 1")
    });
    ensure!(told.count() == 1 && !log.contains("wants to return"), "{log}");
    Ok(())
}
