//! By which name the server is reached, and which address a visitor comes from, with and without a
//! proxy before it.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::fs;
use tests::{Host, Stage, settings};

use crate::{
    Promise,
    client::{Reply, Visitor, handoff, post},
};

pub const ON_EVERY_HOST: [Promise; 2] = [
    ("a_foreign_name_opens_nothing_and_makes_no_link", foreign_names),
    ("behind_a_proxy_the_public_url_counts_and_visitors_are_told_apart", behind_a_proxy),
];

pub const ALL: [Promise; 1] =
    [("no_words_and_no_secrets_in_the_log_whatever_is_asked_of_it", nothing_leaks_at_trace)];

fn foreign_names(host: Host) -> Result<()> {
    let stage = Stage::on(host, |settings| settings)?;
    let resume = Visitor::new(1).frame(&json!({ "resume": { "after": 0 } }));
    let foreign = [("host", "evil.example"), ("origin", "http://evil.example")];
    ensure!(
        post(&stage, "/v1/visitor/shop/frames", &foreign, &resume)?.status == 403,
        "a page that was led here"
    );
    let operator = format!("Bearer {}", tests::host::OPERATOR);
    let link = post(
        &stage,
        "/v1/operator/link/shop/maria",
        &[("host", "evil.example"), ("authorization", &operator)],
        "",
    )?;
    ensure!(link.status == 421 && !link.text.contains("evil"), "{} {}", link.status, link.text);
    // A name that no URL can have is an error of who asks.
    let named = [("host", "xn--evil-"), ("origin", "http://xn--evil-")];
    let refused = post(&stage, "/v1/visitor/shop/frames", &named, &resume)?;
    ensure!(
        (400..500).contains(&refused.status) && refused.headers.contains_key("referrer-policy"),
        "{} {}",
        refused.status,
        refused.text
    );
    ensure!(!stage.log().contains("evil"), "{}", stage.log());
    Ok(())
}

fn behind_a_proxy(host: Host) -> Result<()> {
    let settings = |settings: String| {
        let proxy = "public_url = \"HTTPS://Baton.Example.org:443/\"\naddress_header = \
                     \"x-forwarded-for\"\ntrusted_hops = 2\n";
        format!("{proxy}{}", settings::quotas(&settings, &[("address_handoffs", 2)]))
    };
    let lay_out = |folder: &std::path::Path| -> Result<()> {
        let path = folder.join("config.capnp");
        let Ok(config) = fs::read_to_string(&path) else { return Ok(()) };
        let bindings =
            "bindings = [\n    (name = \"PUBLIC_URL\", text = \"HTTPS://Baton.Example.org:443/\"),";
        Ok(fs::write(path, config.replace("bindings = [", bindings))?)
    };
    let variables = [
        ("PUBLIC_URL", "HTTPS://Baton.Example.org:443/"),
        ("ADDRESS_HEADER", "x-forwarded-for"),
        ("TRUSTED_HOPS", "2"),
    ];
    let stage = Stage::laid_out(
        host,
        settings,
        lay_out,
        &variables.map(|(name, value)| (name, value.to_owned())),
    )?;
    let mut n = 0;
    let mut hands_off = |from: &str| -> Result<Reply> {
        n += 1;
        // Cloudflare itself says where a visitor comes from; here the scene does.
        let named = if host == Host::Cloudflare { "cf-connecting-ip" } else { "x-forwarded-for" };
        let list = if host == Host::Cloudflare {
            from.to_owned()
        } else {
            format!("spoofed{n}, {from}, 10.0.0.2")
        };
        let headers = [
            ("host", "baton.example.org"),
            ("origin", "https://baton.example.org"),
            (named, list.as_str()),
        ];
        post(
            &stage,
            "/v1/visitor/shop/frames",
            &headers,
            &Visitor::new(n).frame(&handoff("a matter")),
        )
    };
    for visitor in 0..20 {
        hands_off(&format!("203.0.113.{visitor}"))?.event("queued")?;
    }
    hands_off("203.0.113.7")?.event("queued")?;
    ensure!(hands_off("203.0.113.7")?.status == 429, "the third of one address");
    if host != Host::Cloudflare {
        // What cannot be read counts as one, and is said once.
        for _ in 0..2 {
            hands_off("unknown")?.event("queued")?;
        }
        ensure!(hands_off("nobody")?.status == 429, "fail closed");
        let log = stage.log();
        ensure!(log.matches("came without an address").count() == 1, "{log}");
    }
    let own = [("host", "127.0.0.1"), ("origin", "http://127.0.0.1")];
    ensure!(
        post(&stage, "/v1/visitor/shop/frames", &own, "{}")?.status == 403,
        "only the public name is one"
    );
    let link = stage.link("maria")?;
    ensure!(link.starts_with("https://baton.example.org/console/shop#"), "{link}");
    let health = crate::client::get(&stage, "/healthz")?;
    ensure!(health.headers.contains_key("strict-transport-security"), "https it is from here on");
    let secret = json!({ "v": 1, "command": { "sign_in": { "link": link.rsplit('#').next() } } })
        .to_string();
    let cookie = post(
        &stage,
        "/v1/agent/shop/sign-in",
        &[("origin", "https://baton.example.org")],
        &secret,
    )?
    .cookie
    .context("a cookie")?;
    ensure!(
        cookie.starts_with("__Host-baton_agent_shop=")
            && cookie.contains("Path=/;")
            && cookie.contains("Secure"),
        "{cookie}"
    );
    let signed_in = |cookie: &str| {
        let ping = r#"{"v":1,"command":{"ping":{}}}"#;
        post(
            &stage,
            "/v1/agent/shop/frames",
            &[("origin", "https://baton.example.org"), ("cookie", cookie)],
            ping,
        )
    };
    let own = cookie.split(';').next().unwrap_or_default();
    signed_in(own)?.event("pong")?;
    signed_in(&format!("__Host-baton_agent_shop=0; {own}"))?.event("signed_out")?;
    Ok(())
}

fn nothing_leaks_at_trace(host: Host) -> Result<()> {
    let levels =
        "trace,tungstenite=trace,tungstenite::protocol=trace,tokio_tungstenite=trace,hyper=trace";
    let mut stage =
        Stage::laid_out(host, |settings| settings, |_| Ok(()), &[("RUST_LOG", levels.to_owned())])?;
    let visitor = Visitor::new(7);
    visitor.hands_off(&stage)?;
    let mut socket =
        crate::client::Socket::open(&stage, "/v1/visitor/shop/socket", &[("origin", &stage.edge)])?;
    socket.send(&visitor.frame(&json!({ "resume": { "after": 0 } })))?;
    socket.send(&visitor.frame(&json!({ "say": { "message": "m1", "text": "CANARY-WORDS" } })))?;
    socket.until("said")?;
    stage.stop()?;
    let log = stage.log();
    ensure!(!log.contains("CANARY") && !log.contains(&visitor.token), "{log}");
    Ok(())
}
