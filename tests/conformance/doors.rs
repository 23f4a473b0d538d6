//! What can be fetched: documents, scripts, health, copies.

use anyhow::{Context, Result, ensure};
use tests::{Host, Stage};

use crate::{
    Promise,
    client::{get, post},
};

pub const ALL: [Promise; 3] = [
    ("the_frame_can_be_embedded_by_the_sites_origins_only_and_runs_no_foreign_script", documents),
    ("every_file_that_a_document_names_is_there", files),
    ("the_operator_may_ask_for_a_copy_and_nobody_else", copies),
];

fn documents(host: Host) -> Result<()> {
    let stage = Stage::on(host, |settings| settings)?;
    let frame = get(&stage, "/v1/frame/shop")?;
    let policy = frame.headers.get("content-security-policy").context("a policy")?.to_str()?;
    ensure!(frame.status == 200, "{}", frame.status);
    for rule in ["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "require-trusted-types-for 'script'", "form-action 'none'"] {
        ensure!(policy.contains(rule), "{policy}");
    }
    ensure!(policy.ends_with(&format!("frame-ancestors {}", stage.shop)), "{policy}");
    // Pages that isolate themselves take it too, and whoever embeds it may read why it is not shown.
    for (name, value) in
        [("cross-origin-embedder-policy", "require-corp"), ("cross-origin-resource-policy", "cross-origin"), ("access-control-allow-origin", "*")]
    {
        ensure!(frame.headers.get(name).is_some_and(|found| found == value), "{name}");
    }
    let console = get(&stage, "/console/shop")?;
    ensure!(console.headers.get("access-control-allow-origin").is_none(), "the console is for nobody else");
    ensure!(
        console
            .headers
            .get("content-security-policy")
            .is_some_and(|policy| policy.to_str().is_ok_and(|policy| policy.contains("frame-ancestors 'none'")))
    );
    for (path, status) in [("/v1/frame/nowhere", 404), ("/console/nowhere", 404), ("/healthz", 200), ("/", 404), ("/v1/assets/none.js", 404)] {
        let found = get(&stage, path)?.status;
        ensure!(found == status, "{path}: {found}");
    }
    Ok(())
}

fn files(host: Host) -> Result<()> {
    let stage = Stage::on(host, |settings| settings)?;
    let mut named = vec!["/v1/baton.js".to_owned()];
    for document in ["/v1/frame/shop", "/console/shop"] {
        let text = get(&stage, document)?.text;
        named.extend(text.split('"').filter(|part| part.starts_with("/v1/assets/")).map(str::to_owned));
    }
    ensure!(named.len() > 4, "{named:?}");
    for path in named {
        let file = get(&stage, &path)?;
        ensure!(file.status == 200 && !file.text.is_empty(), "{path}: {}", file.status);
    }
    Ok(())
}

fn copies(host: Host) -> Result<()> {
    let stage = Stage::on(host, |settings| settings)?;
    ensure!(post(&stage, "/v1/operator/backup/shop", &[("authorization", "Bearer guess")], "")?.status == 404, "who is no operator");
    if host == Host::Selfhost {
        let name = stage.operator("backup/shop")?;
        ensure!(stage.data().join(&name).is_file(), "{name}");
    } else {
        let authorization = format!("Bearer {}", tests::host::OPERATOR);
        let reply = post(&stage, "/v1/operator/backup/shop", &[("authorization", &authorization)], "")?;
        ensure!(reply.status == 501, "the platform keeps its own: {}", reply.status);
    }
    Ok(())
}
