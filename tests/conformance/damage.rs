//! What a damaged file costs.

use anyhow::{Result, ensure};
use serde_json::json;
use tests::{Host, Stage};

use crate::{Promise, client::Visitor};

pub const ON_EVERY_HOST: [Promise; 1] = [("a_row_that_cannot_be_read_is_named_in_the_log_and_everybody_else_is_served", rows)];

fn rows(host: Host) -> Result<()> {
    let mut stage = Stage::on(host, |settings| settings)?;
    let (kim, lee) = (Visitor::new(1), Visitor::new(2));
    for visitor in [&kim, &lee] {
        visitor.hands_off(&stage)?.event("queued")?;
    }
    stage.kill()?;
    let mut damaged = 0;
    for file in stage.files().iter().filter(|file| file.extension().is_some_and(|end| end == "sqlite")) {
        let Ok(database) = rusqlite::Connection::open(file) else { continue };
        // Other files are a host's own.
        damaged += database.execute("UPDATE conversation SET body = substr(body, 1, 60) WHERE n = 1", []).unwrap_or_default();
    }
    ensure!(damaged == 1, "{damaged} rows are damaged");
    stage.start_again()?;
    lee.posts(&stage, &json!({ "say": { "message": "m1", "text": "still here" } }))?.event("said")?;
    let lost = kim.posts(&stage, &json!({ "resume": { "after": 0 } }))?.event("rejected")?;
    ensure!(lost["rejection"]["code"] == "not_found", "{lost}");
    let log = stage.log();
    let told = log.lines().filter(|line| line.contains("cannot be read") && line.contains("table conversation, row 1"));
    ensure!(told.count() == 1 && !log.contains("wants to return"), "{log}");
    Ok(())
}
