//! An older copy is put in the desk's place while pages are open.

use anyhow::{Result, ensure};
use std::process::Command;
use tests::{Agent, Stage, Visitor, host::BINARY};

use super::play;

/// Puts a copy in the place of the stopped desk.
fn restore(stage: &Stage, copy: &str) -> Result<()> {
    let restored = Command::new(BINARY)
        .args(["restore", "--site", "shop", "--from"])
        .arg(stage.data().join(copy))
        .arg("--data")
        .arg(stage.data())
        .output()?;
    ensure!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
    Ok(())
}

play!(what_an_older_copy_does_not_have_is_told_and_brought_to_the_desk_again, |stage, browsers| {
    let maria = Agent::signs_in(&browsers, &stage.link("maria")?).await?;
    let visitor = Visitor::arrives(&browsers, &stage).await?;
    visitor.asks_for_a_person("Kim", "Billing").await?;
    maria.accepts_and_connects().await?;
    visitor.says("before the copy").await?;
    maria.reads("before the copy").await?;
    let copy = stage.operator("backup/shop")?;
    visitor.says("after the copy").await?;
    maria.reads("after the copy").await?;
    maria.says("and the answer to it").await?;
    visitor.reads("and the answer to it").await?;
    stage.stop()?;
    restore(&stage, copy.trim())?;
    stage.start_again()?;
    visitor.reads("What you wrote is being sent again").await?;
    // Both sides bring their own, and each is there once more.
    maria.reads("after the copy").await?;
    visitor.says("and on").await?;
    maria.reads("and on").await?;
    stage.stop()?;
    let kept = rusqlite::Connection::open(stage.data().join("shop.sqlite"))?;
    let mut texts = kept.prepare("SELECT text FROM message ORDER BY seq")?;
    let texts = texts.query_map([], |row| row.get::<_, String>(0))?;
    let mut texts = texts.collect::<rusqlite::Result<Vec<_>>>()?;
    assert_eq!(texts.first().map(String::as_str), Some("before the copy"));
    texts.sort_unstable();
    let all = ["after the copy", "and on", "and the answer to it", "before the copy"];
    assert_eq!(texts, all, "each once");
});
