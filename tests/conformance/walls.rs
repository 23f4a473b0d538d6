//! Who may do what: between visitors, sites, origins, agents, and whoever sends too much.

use anyhow::{Result, ensure};
use serde_json::json;
use std::{fs, time::Duration};
use tests::{Host, Stage, settings};

use crate::{
    Promise,
    client::{Socket, Visitor, cookie_of, handoff, post, sign_in},
};

pub const ALL: [Promise; 8] = [
    ("a_foreign_token_and_an_absent_conversation_get_one_and_the_same_answer", foreign_and_absent),
    ("nothing_of_one_site_opens_anything_of_another", between_sites),
    ("every_write_and_every_socket_must_come_from_a_page_of_this_server", origins),
    ("a_link_opens_once_and_a_cookie_until_it_signs_out", links_and_cookies),
    ("too_much_is_refused_by_name", too_much),
    ("too_many_handoffs_from_one_address_are_refused_with_a_time_also_after_a_restart", quotas),
    ("what_was_erased_is_in_no_file_when_the_receipt_comes", erased_at_once),
    ("no_words_and_no_secrets_in_the_log_and_no_token_in_the_files", nothing_leaks),
];

fn plain(host: Host) -> Result<Stage> {
    Stage::on(host, |settings| settings)
}

fn foreign_and_absent(host: Host) -> Result<()> {
    let stage = plain(host)?;
    let visitor = Visitor::new(3);
    visitor.hands_off(&stage)?;
    let thief =
        Visitor { conversation: visitor.conversation.clone(), token: Visitor::new(4).token };
    for command in [
        json!({ "resume": { "after": 0 } }),
        json!({ "say": { "message": "m1", "text": "x" } }),
        json!({ "erase": {} }),
        json!({ "leave": {} }),
    ] {
        let (foreign, absent) =
            (thief.posts(&stage, &command)?, Visitor::new(4).posts(&stage, &command)?);
        ensure!(
            (foreign.status, &foreign.text) == (absent.status, &absent.text),
            "{command}: {} {}",
            foreign.text,
            absent.text
        );
        ensure!(foreign.event("rejected")?["rejection"]["code"] == "not_found", "{}", foreign.text);
    }
    Ok(())
}

fn between_sites(host: Host) -> Result<()> {
    let second = "\n[[site]]\nkey = \"other\"\nname = \"Other\"\norigins = []\n[[site.agent]]\nid \
                  = \"maria\"\nname = \"Maria\"\n";
    let stage = Stage::on(host, |settings| settings + second)?;
    let visitor = Visitor::new(1);
    visitor.hands_off(&stage)?;
    // The same id and token mean nothing there, and may be used there.
    let there = visitor.posts_to(&stage, "other", &json!({ "resume": { "after": 0 } }))?;
    ensure!(there.event("rejected")?["rejection"]["code"] == "not_found", "{}", there.text);
    visitor.posts_to(&stage, "other", &handoff("another matter"))?.event("queued")?;
    let here = visitor.posts(&stage, &json!({ "resume": { "after": 0 } }))?;
    ensure!(here.event("queued")?["position"] == 1, "{}", here.text);
    let cookie = cookie_of(&sign_in(&stage, &stage.link("maria")?)?);
    let ping = json!({ "v": 1, "command": { "ping": {} } }).to_string();
    let asked = |site: &str| {
        post(
            &stage,
            &format!("/v1/agent/{site}/frames"),
            &[("origin", &stage.edge), ("cookie", &cookie)],
            &ping,
        )
    };
    asked("shop")?.event("pong")?;
    asked("other")?.event("signed_out")?;
    ensure!(
        post(&stage, "/v1/visitor/nowhere/frames", &[("origin", &stage.edge)], "{}")?.status == 404,
        "no such site"
    );
    Ok(())
}

fn origins(host: Host) -> Result<()> {
    let stage = plain(host)?;
    let frame = Visitor::new(5).frame(&handoff("x"));
    let shop = stage.shop.clone();
    for path in ["/v1/visitor/shop/frames", "/v1/agent/shop/frames", "/v1/agent/shop/sign-in"] {
        for headers in [
            &[][..],
            &[("origin", "null")],
            &[("origin", shop.as_str())],
            &[("origin", "https://evil.example")],
            // A second one is not hidden behind a fine first one.
            &[("origin", stage.edge.as_str()), ("origin", "https://evil.example")],
        ] {
            let status = post(&stage, path, headers, &frame)?.status;
            ensure!(status == 403, "{path} {headers:?}: {status}");
        }
    }
    for path in ["/v1/visitor/shop/socket", "/v1/agent/shop/socket"] {
        ensure!(Socket::open(&stage, path, &[]).is_err(), "{path} without an origin");
        ensure!(
            Socket::open(&stage, path, &[("origin", "https://evil.example")]).is_err(),
            "{path} from elsewhere"
        );
    }
    Ok(())
}

fn links_and_cookies(host: Host) -> Result<()> {
    let mut stage = plain(host)?;
    let link = stage.link("maria")?;
    stage.kill()?;
    stage.start_again()?;
    let first = sign_in(&stage, &link)?;
    ensure!(first.event("signed_in")?["name"] == "Maria", "{}", first.text);
    let cookie = first.cookie.clone().unwrap_or_default();
    for word in ["HttpOnly", "SameSite=Strict", "Path=/v1/agent/shop"] {
        ensure!(cookie.contains(word), "{cookie}");
    }
    let again = sign_in(&stage, &link)?;
    again.event("signed_out")?;
    // The cookie of the failed sign-in opens nothing; that of the first does, until it signs out.
    let ask = |stage: &Stage, cookie: &str, command: &str| {
        let body = format!(r#"{{"v":1,"command":{{"{command}":{{}}}}}}"#);
        post(stage, "/v1/agent/shop/frames", &[("origin", &stage.edge), ("cookie", cookie)], &body)
    };
    ask(&stage, &cookie_of(&again), "ping")?.event("signed_out")?;
    ask(&stage, &cookie_of(&first), "ping")?.event("pong")?;
    ask(&stage, &cookie_of(&first), "sign_out")?;
    stage.kill()?;
    stage.start_again()?;
    ask(&stage, &cookie_of(&first), "ping")?.event("signed_out")?;
    // The operator's secret is needed for a link, whoever asks.
    for headers in [&[][..], &[("authorization", "Bearer ")], &[("authorization", "Bearer guess")]]
    {
        ensure!(
            post(&stage, "/v1/operator/link/shop/maria", headers, "")?.status == 404,
            "{headers:?}"
        );
        ensure!(
            post(&stage, "/v1/operator/backup/shop", headers, "")?.status == 404,
            "{headers:?}"
        );
    }
    Ok(())
}

fn too_much(host: Host) -> Result<()> {
    let stage = plain(host)?;
    let large =
        post(&stage, "/v1/visitor/shop/frames", &[("origin", &stage.edge)], &"x".repeat(300_000))?;
    ensure!(
        large.status == 413 && large.event("rejected")?["rejection"]["limit"] == 262_144,
        "{} {}",
        large.status,
        large.text
    );
    let deep =
        post(&stage, "/v1/visitor/shop/frames", &[("origin", &stage.edge)], &"[".repeat(30_000))?;
    ensure!(deep.event("rejected")?["rejection"]["limit"] == 16, "{}", deep.text);
    let frame = Visitor::new(1).frame(&handoff("x")).replace("\"v\":1", "\"v\":9");
    let version = post(&stage, "/v1/visitor/shop/frames", &[("origin", &stage.edge)], &frame)?
        .event("rejected")?;
    ensure!(
        version["rejection"]["code"] == "unsupported_version" && version["rejection"]["limit"] == 1,
        "{version}"
    );
    // Who is a little too fast on a socket is told so, each time, and the connection goes on.
    let visitor = Visitor::new(1);
    visitor.hands_off(&stage)?;
    let mut socket = Socket::open(&stage, "/v1/visitor/shop/socket", &[("origin", &stage.edge)])?;
    let ping = visitor.frame(&json!({ "ping": {} }));
    for _ in 0..32 {
        socket.send(&ping)?;
    }
    let answers: Vec<_> = (0..32).map(|_| socket.next()).collect::<Result<_>>()?;
    ensure!(
        answers.iter().any(|answer| answer["rejected"]["rejection"]["code"] == "slow_down"),
        "{answers:?}"
    );
    std::thread::sleep(Duration::from_millis(300));
    socket.send(&ping)?;
    ensure!(!socket.next()?["pong"].is_null(), "there is room again");
    Ok(())
}

fn quotas(host: Host) -> Result<()> {
    let few = [("address_handoffs", 3), ("visitor_handoffs", 2)];
    let mut stage = Stage::on(host, |settings| settings::quotas(&settings, &few))?;
    let known = |account: &str| {
        let mut command = handoff("again");
        command["request_handoff"]["package"]["profile"]["account"] = account.into();
        command
    };
    for n in 1..=2 {
        Visitor::new(n).posts(&stage, &known("C-1"))?.event("queued")?;
    }
    let refused = Visitor::new(3).posts(&stage, &known("C-1"))?;
    ensure!(refused.status == 429, "the third of one visitor: {} {}", refused.status, refused.text);
    stage.kill()?;
    stage.start_again()?;
    // What is refused counts nowhere, and the same handoff again is no new one.
    Visitor::new(2).posts(&stage, &known("C-1"))?.event("queued")?;
    Visitor::new(4).posts(&stage, &known("C-2"))?.event("queued")?;
    // On workerd by itself nobody says where a request comes from, since that is Cloudflare's
    // header: all of them count as one.
    let refused = Visitor::new(5).posts(&stage, &known("C-3"))?;
    let rejection = refused.event("rejected")?["rejection"].clone();
    ensure!(
        refused.status == 429 && rejection["code"] == "slow_down",
        "the fourth of one address: {}",
        refused.text
    );
    let after = refused
        .headers
        .get("retry-after")
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    ensure!(
        after.is_some() && after == rejection["limit"].as_u64(),
        "a time to retry: {after:?} {rejection}"
    );
    if host == Host::Cloudflare {
        let path = "/v1/visitor/shop/frames";
        let from = |n: u32, address: &str| {
            let frame = Visitor::new(n).frame(&known(&format!("C-{n}")));
            post(&stage, path, &[("origin", &stage.edge), ("cf-connecting-ip", address)], &frame)
        };
        for n in 5..8 {
            from(n, &format!("2001:db8::{n}"))?.event("queued")?;
        }
        ensure!(from(8, "2001:db8::8")?.status == 429, "the fourth of one network");
        from(9, "2001:db8:0:1::9")?.event("queued")?;
    }
    Ok(())
}

/// Not on Cloudflare, whose storage keeps thirty days of its own.
fn erased_at_once(host: Host) -> Result<()> {
    if host == Host::Cloudflare {
        return Ok(());
    }
    let stage = plain(host)?;
    let copies = |word: &str| -> Result<usize> {
        let counted = stage.files().into_iter().map(|path| {
            let bytes = fs::read(path).unwrap_or_default();
            bytes.windows(word.len()).filter(|window| *window == word.as_bytes()).count()
        });
        Ok(counted.sum())
    };
    let (goes, stays, by_operator) = (Visitor::new(7), Visitor::new(8), Visitor::new(9));
    let words = ["CANARY-GOES", "CANARY-STAYS", "CANARY-OPERATOR"];
    for (visitor, word) in [&goes, &stays, &by_operator].into_iter().zip(words) {
        let mut command = handoff(word);
        command["request_handoff"]["package"]["profile"] =
            json!({ "name": word, "email": format!("{word}@example.org"), "account": word });
        visitor.posts(&stage, &command)?.event("queued")?;
        for n in 0..20 {
            visitor.posts(
                &stage,
                &json!({
                    "say": {
                        "message": format!("m{n}"),
                        "text": format!("{word} {}", "x".repeat(100 * n))
                    }
                }),
            )?;
        }
        visitor.posts(
            &stage,
            &json!({
                "choose_fallback": {
                    "fallback": { "ticket": { "email": format!("{word}@example.org") } }
                }
            }),
        )?;
    }
    ensure!(copies("CANARY-GOES")? > 20, "it is kept");
    goes.posts(&stage, &json!({ "erase": {} }))?.event("erased")?;
    ensure!(copies("CANARY-GOES")? == 0, "{} copies are left", copies("CANARY-GOES")?);
    ensure!(copies("CANARY-OPERATOR")? > 20, "it is kept");
    stage.operator(&format!("erase/shop/{}", by_operator.conversation))?;
    ensure!(copies("CANARY-OPERATOR")? == 0, "{} copies are left", copies("CANARY-OPERATOR")?);
    ensure!(copies("CANARY-STAYS")? > 20, "the other's are kept");
    Ok(())
}

fn nothing_leaks(host: Host) -> Result<()> {
    let mut stage = plain(host)?;
    let visitor = Visitor::new(7);
    visitor.hands_off(&stage)?;
    visitor.posts(&stage, &json!({ "say": { "message": "m1", "text": "CANARY-WORDS" } }))?;
    visitor.posts(&stage, &json!({ "say": { "message": "CANARY-WORDS" } }))?;
    stage.stop()?;
    let log = stage.log();
    ensure!(!log.contains("CANARY") && !log.contains(&visitor.token), "{log}");
    let mut bytes = Vec::new();
    for path in stage.files() {
        bytes.extend(fs::read(path)?);
    }
    let holds =
        |needle: &str| bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
    ensure!(holds("CANARY-WORDS"), "the message is kept");
    ensure!(!holds(&visitor.token), "the token is not");
    Ok(())
}
