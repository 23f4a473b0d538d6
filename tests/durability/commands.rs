//! What an operator meets: the binary's own commands, its folder, its output, and a clock that
//! jumps.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::{
    fs,
    process::Command,
    time::{Duration, Instant},
};
use tests::{
    History, Host, Stage,
    disk::Hand,
    effort::seed,
    frames::{Credential, Line, without_quotas},
    host::BINARY,
};

use crate::backups::baton;

const PATIENCE: Duration = Duration::from_secs(10);

#[test]
fn links_are_printed_only_when_asked_for_and_commands_find_the_server_by_its_folder() -> Result<()>
{
    let stage = Stage::new()?;
    let (config, data) =
        (stage.data().join("site.toml").display().to_string(), stage.data().display().to_string());
    ensure!(
        stage.log().contains("browsers reach it at") && !stage.log().contains("/console/"),
        "{}",
        stage.log()
    );
    let (is_fine, link) = baton(&["link", "--site", "shop", "--agent", "maria", "--data", &data])?;
    ensure!(is_fine && link.starts_with(&format!("{}/console/shop#", stage.edge)), "{link}");
    let (is_fine, said) =
        baton(&["sign-out", "--site", "shop", "--agent", "maria", "--data", &data])?;
    ensure!(is_fine && said == "maria: signed out", "{said}");
    ensure!(
        !stage.log().contains(link.split_once('#').context("a secret")?.1),
        "no secret in the log"
    );

    let doctor = || baton(&["doctor", "--config", &config, "--data", &data, "--url", &stage.edge]);
    let (is_fine, report) = doctor()?;
    ensure!(
        is_fine
            && report.contains("shop.sqlite: whole")
            && report.contains("/v1/visitor/shop/socket: 101"),
        "{report}"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        for (name, expected) in [
            ("", 0o700),
            ("shop.sqlite", 0o600),
            ("shop.sqlite-wal", 0o600),
            ("shop.desk", 0o600),
            ("operator.token", 0o600),
        ] {
            let mode = fs::metadata(stage.data().join(name))?.mode() & 0o777;
            ensure!(mode == expected, "{name}: {mode:o}");
        }
        fs::set_permissions(stage.data().join("shop.sqlite"), fs::Permissions::from_mode(0o644))?;
        let (is_fine, report) = doctor()?;
        ensure!(
            !is_fine && report.contains("WRONG") && report.contains("can be read by other users"),
            "{report}"
        );
    }

    let start = Instant::now();
    let second = Command::new(BINARY)
        .args(["serve", "--config", &config, "--data", &data, "--listen", "127.0.0.1:0"])
        .output()?;
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&second.stdout),
        String::from_utf8_lossy(&second.stderr)
    );
    ensure!(
        !second.status.success() && start.elapsed() < Duration::from_secs(2),
        "a second server ends at once"
    );
    ensure!(
        said.contains(&format!("in use by another server (process {})", stage.process()))
            && !said.contains("listens"),
        "{said}"
    );
    Ok(())
}

#[test]
fn a_conversation_is_erased_by_the_command_line_whether_a_server_runs_or_not() -> Result<()> {
    let mut stage = Stage::on(Host::Selfhost, without_quotas)?;
    let (config, data) =
        (stage.data().join("site.toml").display().to_string(), stage.data().display().to_string());
    let (line, history) = (Line::to(&stage.edge), History::default());
    let each: Vec<_> = (0..3).map(|n| Credential::new(seed(), 6, n)).collect();
    for who in &each {
        let is_there = line.hands_over(&history, who, PATIENCE)
            && line.says(&history, who, "m1", "CANARY", PATIENCE);
        ensure!(is_there, "it is there");
    }
    let erase = |who: &Credential, data: &str| {
        let id = &who.conversation;
        let of = ["erase", "--site", "shop", "--config", &config, "--conversation", id];
        baton(&[&of[..], &["--data", data]].concat())
    };
    let receipt = |who: &Credential| (true, format!("{}: erased, 2 message(s)", who.conversation));
    ensure!(erase(&each[0], &data)? == receipt(&each[0]), "while it runs");
    let (is_fine, said) = erase(&each[0], &data)?;
    ensure!(!is_fine && said.contains("no such site, agent or conversation"), "{said}");
    stage.stop()?;
    ensure!(erase(&each[1], &data)? == receipt(&each[1]), "while it is stopped");
    let (is_fine, said) = erase(&each[1], &data)?;
    ensure!(!is_fine && said.contains("there is no conversation"), "{said}");
    let elsewhere = format!("{data}/elsewhere");
    let (is_fine, said) = erase(&each[2], &elsewhere)?;
    ensure!(!is_fine && said.contains("there is no desk of `shop`"), "{said}");
    ensure!(!fs::exists(&elsewhere)?, "and none is made");

    stage.start_again()?;
    let line = Line::to(&stage.edge);
    for (who, name) in each.iter().zip(["rejected", "rejected", "resumed"]) {
        let found = |event: &Value| !event[name].is_null();
        let asked = line.insists(who, &json!({ "resume": { "after": 0 } }), PATIENCE, found);
        ensure!(asked.is_some(), "{name}");
    }
    Ok(())
}

#[test]
fn the_wall_clock_is_read_as_it_is() -> Result<()> {
    const HOURS: u64 = 8;
    let folder = tempfile::tempdir()?;
    let (hand, variables) = Hand::new(folder.path())?;
    let mut stage = Stage::laid_out(Host::Selfhost, without_quotas, |_| Ok(()), &variables)?;
    let (line, history) = (Line::to(&stage.edge), History::default());
    let (before, after) = (Credential::new(seed(), 5, 1), Credential::new(seed(), 5, 2));
    ensure!(line.hands_over(&history, &before, PATIENCE), "before");
    // As after a machine that slept.
    hand.move_clock(HOURS * 3600)?;
    ensure!(line.hands_over(&history, &after, PATIENCE), "after");
    stage.stop()?;
    let desk = rusqlite::Connection::open(stage.data().join("shop.sqlite"))?;
    let at = |who: &Credential| -> Result<i64> {
        Ok(desk.query_row(
            "SELECT min(at) FROM event WHERE conversation = ?1",
            [&who.conversation],
            |row| row.get(0),
        )?)
    };
    let apart = (at(&after)? - at(&before)?) / 1000;
    ensure!(apart >= HOURS as i64 * 3600, "{apart} s");
    Ok(())
}
