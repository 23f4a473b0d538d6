//! What is lost by no fault of the program is told at the next start, and by `doctor`: a disk that
//! changed what it had written, and a desk that somebody deleted with all its files.

use anyhow::{Context, Result, ensure};
use std::fs;
use tests::{
    History, Host, Stage,
    effort::seed,
    frames::{Credential, Line, without_quotas},
};

use crate::backups::baton;

fn has_talked(stage: &Stage) -> Result<()> {
    let (line, history) = (Line::to(&stage.edge), History::default());
    let patience = std::time::Duration::from_secs(10);
    let who = Credential::new(seed(), 0, 1);
    ensure!(line.hands_over(&history, &who, patience), "a handoff");
    for n in 0..5 {
        ensure!(line.says(&history, &who, &format!("m{n}"), "CANARY", patience), "a message");
    }
    Ok(())
}

/// `doctor` finds something wrong and says so.
fn says_doctor(stage: &Stage, words: &str) -> Result<()> {
    let config = stage.data().join("site.toml").display().to_string();
    let data = stage.data().display().to_string();
    let (is_fine, report) = baton(&["doctor", "--config", &config, "--data", &data])?;
    let is_told = report.lines().any(|line| line.starts_with("WRONG") && line.contains(words));
    ensure!(!is_fine && is_told, "{report}");
    Ok(())
}

#[test]
fn a_log_that_the_disk_has_changed_is_told_at_the_start_and_by_doctor() -> Result<()> {
    let mut stage = Stage::on(Host::Selfhost, without_quotas)?;
    has_talked(&stage)?;
    stage.kill()?;
    let log = stage.data().join("shop.sqlite-wal");
    let mut bytes = fs::read(&log)?;
    // In the first page that was written.
    *bytes.get_mut(200).context("a page")? ^= 1;
    fs::write(&log, bytes)?;
    stage.start_again()?;
    let told = "is damaged: of ";
    ensure!(stage.log().lines().any(|line| line.contains("WARN") && line.contains(told)));
    says_doctor(&stage, told)
}

#[test]
fn a_kill_alone_is_told_as_no_loss() -> Result<()> {
    let mut stage = Stage::on(Host::Selfhost, without_quotas)?;
    has_talked(&stage)?;
    stage.kill()?;
    stage.start_again()?;
    ensure!(!stage.log().contains("WARN"), "{}", stage.log());
    Ok(())
}

#[test]
fn a_desk_that_is_gone_with_all_its_files_is_missed_where_a_copy_of_it_is() -> Result<()> {
    let mut stage = Stage::on(Host::Selfhost, without_quotas)?;
    has_talked(&stage)?;
    let copy = stage.operator("backup/shop")?;
    stage.stop()?;
    for name in ["shop.sqlite", "shop.desk"] {
        fs::remove_file(stage.data().join(name))?;
    }
    let told = format!("{} is a copy of it", stage.data().join(copy.trim()).display());
    says_doctor(&stage, &told)?;
    stage.start_again()?;
    ensure!(stage.log().lines().any(|line| line.contains("WARN") && line.contains(&told)));
    says_doctor(&stage, &told)
}
