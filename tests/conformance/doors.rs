//! What can be fetched: documents, scripts, health, copies.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    process::Command,
    thread,
    time::{Duration, Instant},
};
use tests::{Host, Stage};

use crate::{
    Promise,
    client::{Reply, Visitor, get, get_with, head, post},
};

pub const ALL: [Promise; 10] = [
    ("head_is_answered_like_get_and_every_answer_carries_its_headers", heads),
    ("a_socket_is_opened_by_a_whole_handshake_only", handshakes),
    ("the_frame_can_be_embedded_by_the_sites_origins_only_and_runs_no_foreign_script", documents),
    ("what_is_not_plain_utf_8_is_refused", bytes),
    ("the_loader_names_the_sites_of_its_own_page_and_of_no_other", loader),
    ("every_file_that_a_document_names_is_there", files),
    ("the_operator_may_ask_for_a_copy_and_nobody_else", copies),
    ("settings_are_read_again_by_signal_and_stay_as_they_are_if_there_is_a_mistake", reloaded),
    ("the_operator_may_end_an_agents_sessions_and_nobody_else", sign_out),
    ("the_operator_may_have_a_conversation_erased_and_nobody_else", erase),
];

fn documents(host: Host) -> Result<()> {
    let stage = Stage::on(host, |settings| settings)?;
    let frame = get(&stage, "/v1/frame/shop")?;
    let policy = frame.headers.get("content-security-policy").context("a policy")?.to_str()?;
    ensure!(frame.status == 200, "{}", frame.status);
    for rule in [
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "require-trusted-types-for 'script'",
        "form-action 'none'",
    ] {
        ensure!(policy.contains(rule), "{policy}");
    }
    ensure!(policy.ends_with(&format!("frame-ancestors {}", stage.shop)), "{policy}");
    // Pages that isolate themselves take it too, and whoever embeds it may read why it is not
    // shown.
    for (name, value) in [
        ("cross-origin-embedder-policy", "require-corp"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("access-control-allow-origin", "*"),
    ] {
        ensure!(frame.headers.get(name).is_some_and(|found| found == value), "{name}");
    }
    let console = get(&stage, "/console/shop")?;
    ensure!(
        console.headers.get("access-control-allow-origin").is_none(),
        "the console is for nobody else"
    );
    ensure!(console.headers.get("content-security-policy").is_some_and(|policy| {
        policy.to_str().is_ok_and(|policy| policy.contains("frame-ancestors 'none'"))
    }));
    for (path, status) in [
        ("/v1/frame/nowhere", 404),
        ("/console/nowhere", 404),
        ("/healthz", 200),
        ("/", 404),
        ("/v1/assets/none.js", 404),
    ] {
        let found = get(&stage, path)?.status;
        ensure!(found == status, "{path}: {found}");
    }
    Ok(())
}

/// Read with replacements, or without its mark, it would be another text than was sent.
fn bytes(host: Host) -> Result<()> {
    let stage = Stage::on(host, |settings| settings)?;
    let kim = Visitor::new(1);
    kim.hands_off(&stage)?.event("queued")?;
    let say = |word: &[u8]| {
        let frame = kim.frame(&json!({ "say": { "message": "m1", "text": "caf!" } }));
        let (before, after) = frame.split_once('!').expect("the word is in it");
        [before.as_bytes(), word, after.as_bytes()].concat()
    };
    let marked = |text: &[u8]| [b"\xef\xbb\xbf", text].concat();
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).build().into();
    for (what, body) in [("latin 1", say(b"\xe9")), ("a mark", marked(&say("é".as_bytes())))] {
        // With its length, and in chunks.
        let url = format!("{}/v1/visitor/shop/frames", stage.edge);
        let post = || agent.post(&url).header("origin", &stage.edge);
        let whole = post().send(&body[..])?;
        let chunked = post().send(ureq::SendBody::from_reader(&mut &body[..]))?;
        for mut response in [whole, chunked] {
            let said = response.body_mut().read_to_string()?;
            ensure!(said.contains("\"code\":\"malformed\""), "{what}: {said}");
        }
    }
    let said = kim.posts(&stage, &json!({ "resume": { "after": 0 } }))?;
    ensure!(said.event("resumed")?["last"] == 0, "nothing of it was kept: {}", said.text);
    Ok(())
}

fn heads(host: Host) -> Result<()> {
    let stage = Stage::on(host, |settings| settings)?;
    let script = get(&stage, "/console/shop")?
        .text
        .split('"')
        .find(|part| part.ends_with(".js"))
        .context("a script")?
        .to_owned();
    let carries = |reply: &Reply, path: &str| -> Result<()> {
        for (name, value) in
            [("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer")]
        {
            ensure!(
                reply.headers.get(name).is_some_and(|found| found == value),
                "{path}: {:?}",
                reply.headers
            );
        }
        ensure!(!reply.headers.contains_key("strict-transport-security"), "this is no https");
        Ok(())
    };
    for path in [
        "/healthz",
        "/v1/baton.js",
        &script,
        "/v1/frame/shop",
        "/console/shop",
        "/",
        "/v1/assets/none.js",
        "/v1/frame/nowhere",
    ] {
        let (got, headed) = (get(&stage, path)?, head(&stage, path)?);
        ensure!(
            (got.status, "") == (headed.status, headed.text.as_str()),
            "{path}: {} {}",
            headed.status,
            headed.text
        );
        for name in [
            "content-type",
            "cache-control",
            "content-security-policy",
            "cross-origin-opener-policy",
        ] {
            ensure!(
                got.headers.get(name) == headed.headers.get(name),
                "{path} {name}: {:?} {:?}",
                got.headers,
                headed.headers
            );
        }
        carries(&got, path)?;
        carries(&headed, path)?;
    }
    ensure!(
        get(&stage, "/console/shop")?
            .headers
            .get("cross-origin-opener-policy")
            .is_some_and(|policy| policy == "same-origin")
    );
    // Refusals too, whoever makes them.
    for (path, body) in [
        ("/v1/visitor/shop/frames", "garbage"),
        ("/v1/operator/link/shop/maria", ""),
        ("/v1/nothing", ""),
    ] {
        carries(&post(&stage, path, &[("origin", &stage.edge)], body)?, path)?;
    }
    carries(&get(&stage, "/v1/visitor/shop/socket")?, "a socket without a handshake")
}

fn handshakes(host: Host) -> Result<()> {
    let stage = Stage::on(host, |settings| settings)?;
    let authority = stage.edge.trim_start_matches("http://");
    let status = |headers: &str| -> Result<String> {
        let mut stream = TcpStream::connect(authority)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let head = format!(
            "GET /v1/visitor/shop/socket HTTP/1.1\r\n\
             host: {authority}\r\norigin: http://{authority}\r\n"
        );
        stream.write_all(
            format!("{head}connection: upgrade\r\nupgrade: websocket\r\n{headers}\r\n").as_bytes(),
        )?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        Ok(String::from_utf8_lossy(&status[9..]).into_owned())
    };
    let (version, key) =
        ("sec-websocket-version: 13\r\n", "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    ensure!(status(&format!("{version}{key}"))? == "101", "a whole one");
    let short = format!("{version}sec-websocket-key: abc\r\n");
    let old = format!("sec-websocket-version: 8\r\n{key}");
    for headers in ["", version, key, &short, &old] {
        let found = status(headers)?;
        ensure!(found.starts_with('4'), "{headers:?}: {found}");
    }
    Ok(())
}

fn files(host: Host) -> Result<()> {
    let stage = Stage::on(host, |settings| settings)?;
    let mut named = vec!["/v1/baton.js".to_owned()];
    for document in ["/v1/frame/shop", "/console/shop"] {
        let text = get(&stage, document)?.text;
        // Words are named with their language: `en:/v1/assets/…`.
        named.extend(
            text.split(['"', ' ', ':'])
                .filter(|part| part.starts_with("/v1/assets/"))
                .map(str::to_owned),
        );
    }
    ensure!(named.len() > 4, "{named:?}");
    for path in named {
        let file = get(&stage, &path)?;
        ensure!(file.status == 200 && !file.text.is_empty(), "{path}: {}", file.status);
    }
    Ok(())
}

fn loader(host: Host) -> Result<()> {
    let others = r#"
        [[site]]
        key = "other"
        name = "Other"
        origins = ["https://other.example"]
        [[site.agent]]
        id = "maria"
        name = "Maria""#;
    let stage = Stage::on(host, |settings| format!("{settings}{others}"))?;
    let own = format!("{}/orders.html?of=other", stage.shop);
    for (referer, ends, hides) in [
        (own.as_str(), "([\"shop\"]);", Some("\"other\"")),
        (&stage.shop, "([\"shop\"]);", Some("\"other\"")),
        ("https://other.example/", "([\"other\"]);", Some("\"shop\"")),
        ("https://other.example.evil.example/", "([]);", None),
        ("", "([]);", None),
    ] {
        for encoding in ["identity", "br"] {
            let found = get_with(
                &stage,
                "/v1/baton.js",
                &[("referer", referer), ("accept-encoding", encoding)],
            )?;
            let header = |name: &str| {
                found
                    .headers
                    .get_all(name)
                    .iter()
                    .filter_map(|value| value.to_str().ok())
                    .collect::<Vec<_>>()
                    .join(",")
            };
            ensure!(
                found.status == 200 && header("content-type").starts_with("text/javascript"),
                "{:?}",
                found.headers
            );
            ensure!(header("vary").to_lowercase().contains("referer"), "{:?}", found.headers);
            ensure!(
                header("cache-control") == "private, no-cache",
                "for this origin alone: {:?}",
                found.headers
            );
            ensure!(
                header("cross-origin-resource-policy") == "cross-origin",
                "{:?}",
                found.headers
            );
            // The binary puts the sites behind what was compressed, as they are.
            if encoding == "br" {
                let is_there = header("content-encoding") == "br"
                    && found.text.contains(ends.trim_start_matches("(["))
                    && found.text.len() < 5_000;
                ensure!(
                    host != Host::Selfhost || is_there,
                    "{referer}: {:?} {}",
                    found.headers,
                    found.text.len()
                );
            } else {
                ensure!(
                    found.text.trim_end().ends_with(ends),
                    "{referer}: {}",
                    &found.text[found.text.len().saturating_sub(60)..]
                );
                ensure!(
                    hides.is_none_or(|key| !found.text.contains(key)),
                    "{referer} hears of {hides:?}"
                );
            }
        }
    }
    Ok(())
}

/// Only the binary has signals; elsewhere settings come with a deploy.
fn reloaded(host: Host) -> Result<()> {
    if host != Host::Selfhost {
        return Ok(());
    }
    let stage = Stage::on(host, |settings| settings)?;
    let file = stage.data().join("site.toml");
    let settings = fs::read_to_string(&file)?;
    let read_again = |settings: &str, said: &str| -> Result<String> {
        fs::write(&file, settings)?;
        Command::new("kill").args(["-HUP", &stage.process().to_string()]).status()?;
        let start = Instant::now();
        while !stage.log().contains(said) {
            ensure!(start.elapsed() < Duration::from_secs(10), "{}", stage.log());
            thread::sleep(Duration::from_millis(20));
        }
        Ok(get(&stage, "/v1/frame/shop")?.text)
    };
    let renamed = settings.replace("Fern & Thistle", "Moss and Bark");
    ensure!(
        read_again(&renamed, "settings reloaded")?.contains("Moss and Bark"),
        "the frame has the new name"
    );
    stage.link("maria")?;
    let error = renamed
        .replace("Moss and Bark", "Never")
        .replace("capacity = 3", "capacity = 0")
        .replace("country = \"DE\"", "country = \"Mars\"");
    ensure!(
        read_again(&error, "settings not reloaded")?.contains("Moss and Bark"),
        "nothing of it counts"
    );
    for mistake in ["line 12", "Mars", "a capacity of 0"] {
        ensure!(stage.log().contains(mistake), "{mistake}: {}", stage.log());
    }
    Ok(())
}

fn sign_out(host: Host) -> Result<()> {
    let stage = Stage::on(host, |settings| settings)?;
    let link = stage.link("maria")?;
    ensure!(
        post(&stage, "/v1/operator/sign-out/shop/maria", &[("authorization", "Bearer guess")], "")?
            .status
            == 404,
        "who is no operator"
    );
    let (_, secret) = link.split_once('#').context("a secret")?;
    ensure!(stage.operator("sign-out/shop/maria")?.contains("signed out"), "the operator");
    let authorization = format!("Bearer {}", tests::host::OPERATOR);
    let mistyped =
        post(&stage, "/v1/operator/sign-out/shop/mraia", &[("authorization", &authorization)], "")?;
    ensure!(mistyped.status == 404, "a mistyped name is not confirmed: {}", mistyped.text);
    let frame = json!({ "v": 1, "command": { "sign_in": { "link": secret } } }).to_string();
    post(&stage, "/v1/agent/shop/sign-in", &[("origin", &stage.edge)], &frame)?
        .event("signed_out")
        .map(drop)
}

fn erase(host: Host) -> Result<()> {
    let stage = Stage::on(host, |settings| settings)?;
    let kim = Visitor::new(1);
    kim.hands_off(&stage)?.event("queued")?;
    let authorization = format!("Bearer {}", tests::host::OPERATOR);
    let asks = |authorization: &str, conversation: &str| {
        let path = format!("/v1/operator/erase/shop/{conversation}");
        post(&stage, &path, &[("authorization", authorization)], "")
    };
    let cases = [("Bearer guess", kim.conversation.as_str()), (&authorization, "another")];
    for (who, what) in cases {
        let refused = asks(who, what)?;
        ensure!((refused.status, &*refused.text) == (404, "not found"), "{}", refused.text);
    }
    kim.posts(&stage, &json!({ "resume": { "after": 0 } }))?.event("resumed")?;
    let erased = asks(&authorization, &kim.conversation)?;
    let receipt = erased.event("erased")?;
    ensure!(receipt["receipt"]["conversation"] == kim.conversation, "{}", erased.text);
    ensure!(erased.headers.get("cache-control").is_some_and(|kept| kept == "no-store"));
    ensure!(asks(&authorization, &kim.conversation)?.status == 404, "once");
    let gone = kim.posts(&stage, &json!({ "resume": { "after": 0 } }))?;
    ensure!(gone.event("rejected")?["rejection"]["code"] == "not_found", "{}", gone.text);
    Ok(())
}

fn copies(host: Host) -> Result<()> {
    let stage = Stage::on(host, |settings| settings)?;
    for what in ["backup", "check"] {
        let path = format!("/v1/operator/{what}/shop");
        ensure!(
            post(&stage, &path, &[("authorization", "Bearer guess")], "")?.status == 404,
            "who is no operator"
        );
    }
    if host == Host::Selfhost {
        let name = stage.operator("backup/shop")?;
        ensure!(stage.data().join(&name).is_file(), "{name}");
        ensure!(stage.operator("check/shop")? == "whole");
    } else {
        let authorization = format!("Bearer {}", tests::host::OPERATOR);
        for what in ["backup", "check"] {
            let reply = post(
                &stage,
                &format!("/v1/operator/{what}/shop"),
                &[("authorization", &authorization)],
                "",
            )?;
            ensure!(reply.status == 501, "the platform keeps its own: {}", reply.status);
        }
    }
    Ok(())
}
