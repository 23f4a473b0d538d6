//! What only a serverless host can suffer: an object that sleeps, a module that panics, a storage
//! that is away.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};
use tests::{Host, Stage, host::FOLDERS, settings};

use crate::client::{Socket, Visitor, cookie_of, get, handoff, post, sign_in};

/// On which host, and what.
type Promise = (Host, &'static str, fn(Host) -> Result<()>);

pub const ALL: [Promise; 4] = [
    (Host::Cloudflare, "a_panic_over_one_frame_takes_nobody_down", panics),
    (Host::Deno, "a_panic_over_one_frame_takes_nobody_down", panics),
    (Host::Cloudflare, "a_desk_that_slept_keeps_its_sockets_and_wakes_for_them", sleeps),
    (
        Host::Cloudflare,
        "a_storage_that_is_away_is_asked_again_and_an_alarm_is_never_given_up",
        storage_is_away,
    ),
];

fn socket(stage: &Stage, visitor: &Visitor, site: &str) -> Result<Socket> {
    let mut socket =
        Socket::open(stage, &format!("/v1/visitor/{site}/socket"), &[("origin", &stage.edge)])?;
    socket.send(&visitor.frame(&json!({ "resume": { "after": 0 } })))?;
    socket.until("resumed")?;
    Ok(socket)
}

fn says(id: &str, text: &str) -> Value {
    json!({ "say": { "message": id, "text": text } })
}

fn opened(stage: &Stage) -> usize {
    stage.log().matches("a desk is opened").count()
}

fn panics(host: Host) -> Result<()> {
    let lay_out = |folder: &Path| -> Result<()> {
        for name in ["core.js", "core.wasm"] {
            fs::copy(Path::new(FOLDERS).join("panics").join(name), folder.join(name))?;
        }
        Ok(())
    };
    let stage = Stage::laid_out(host, |settings| settings + OTHER, lay_out, &[])?;
    let (kim, lee) = (Visitor::new(1), Visitor::new(2));
    kim.hands_off(&stage)?.event("queued")?;
    lee.posts_to(&stage, "other", &handoff("another matter"))?.event("queued")?;
    let (mut kims, mut lees) = (socket(&stage, &kim, "shop")?, socket(&stage, &lee, "other")?);
    for n in 0..3 {
        let refused = kim.posts(&stage, &says(&format!("bad{n}"), "make the desk panic"))?;
        ensure!(
            refused.status == 503 && refused.headers.contains_key("retry-after"),
            "refused, with a time: {} {}",
            refused.status,
            refused.text
        );
        // Both sockets are still there, and both desks still work.
        kims.send(&kim.frame(&says(&format!("k{n}"), "still here")))?;
        ensure!(kims.until("said")?["message"]["seq"] == n + 1, "the desk that panicked");
        lees.send(&lee.frame(&says(&format!("l{n}"), "and here")))?;
        ensure!(lees.until("said")?["message"]["seq"] == n + 1, "the desk beside it");
    }
    // The same on a socket: it alone is cut, and comes back with its last number.
    kims.send(&kim.frame(&says("bad", "make the desk panic")))?;
    while kims.next().is_ok() {}
    let mut again = socket(&stage, &kim, "shop")?;
    again.send(&kim.frame(&says("k3", "back again")))?;
    ensure!(again.until("said")?["message"]["seq"] == 4, "nothing of the bad frame was kept");
    ensure!(stage.log().contains("dropped"), "the operator is told: {}", stage.log());
    Ok(())
}

/// A second site, whose desk is another.
const OTHER: &str = "\n[[site]]\nkey = \"other\"\nname = \"Other\"\norigins = \
                     []\n[[site.agent]]\nid = \"maria\"\nname = \"Maria\"\n";

fn sleeps(host: Host) -> Result<()> {
    let stage = Stage::on(host, |settings| settings + OTHER)?;
    let cookie = cookie_of(&sign_in(&stage, &stage.link("maria")?)?);
    let mut console = Socket::open(
        &stage,
        "/v1/agent/shop/socket",
        &[("origin", &stage.edge), ("cookie", &cookie)],
    )?;
    console.send(r#"{"v":1,"command":{"watch":{}}}"#)?;
    let until = Instant::now() + Duration::from_secs(30);
    let hidden =
        std::thread::spawn(move || console.only_answers(r#"{"v":1,"command":{"ping":{}}}"#, until));
    let kim = Visitor::new(1);
    kim.posts_to(&stage, "other", &handoff("Kim wants to return order 1"))?.event("queued")?;
    let mut socket = socket(&stage, &kim, "other")?;
    let before = opened(&stage);
    for n in 0..2 {
        // workerd puts an object to sleep after ten seconds in which nothing happens; a socket may
        // be silent for twenty.
        std::thread::sleep(Duration::from_secs(17));
        socket.send(&kim.frame(&says(&format!("m{n}"), "are you there?")))?;
        ensure!(socket.until("said")?["message"]["seq"] == n + 1, "on the same socket");
    }
    ensure!(opened(&stage) > before, "it slept: {}", stage.log());
    hidden
        .join()
        .expect("the hidden console")
        .context("a console in a hidden tab is asked, and not given up")?;
    Ok(())
}

fn storage_is_away(host: Host) -> Result<()> {
    let lay_out = |folder: &Path| -> Result<()> {
        fs::write(folder.join("faulty.js"), include_str!("faulty.js"))?;
        let config = fs::read_to_string(folder.join("config.capnp"))?;
        let with = "modules = [\n    (name = \"faulty.js\", esModule = embed \"faulty.js\"),";
        Ok(fs::write(folder.join("config.capnp"), config.replace("modules = [", with))?)
    };
    let stage = Stage::laid_out(
        host,
        |settings| settings::times(&settings, &[("offer_seconds", 2)]),
        lay_out,
        &[],
    )?;
    let fail = |times: u32| get(&stage, &format!("/fail/{times}")).map(|reply| reply.status);
    let kim = Visitor::new(1);
    kim.hands_off(&stage)?.event("queued")?;
    // Once and twice: it is asked again before anybody is told. More often: refused, with a time to
    // retry, and then it is back.
    for (n, times) in [1, 2].into_iter().enumerate() {
        fail(times)?;
        let said = kim.posts(&stage, &says(&format!("m{n}"), "hello"))?.event("said")?;
        ensure!(said["message"]["seq"] == n + 1, "{said}");
    }
    fail(4)?;
    let refused = kim.posts(&stage, &says("m2", "hello"))?;
    ensure!(
        refused.status == 503 && refused.headers.contains_key("retry-after"),
        "{} {}",
        refused.status,
        refused.text
    );
    ensure!(
        kim.posts(&stage, &says("m2", "hello"))?.event("said")?["message"]["seq"] == 3,
        "nothing was kept of it before"
    );
    // An alarm that fails more often than the platform would try it.
    let cookie = cookie_of(&sign_in(&stage, &stage.link("maria")?)?);
    let mut maria = Socket::open(
        &stage,
        "/v1/agent/shop/socket",
        &[("origin", &stage.edge), ("cookie", &cookie)],
    )?;
    maria.send(&json!({ "v": 1, "command": { "watch": {} } }).to_string())?;
    maria.until("offered")?;
    drop(maria);
    // Nobody says anything any more: every attempt from here on is an alarm's.
    let (attempts, start) = (opened(&stage), Instant::now());
    fail(14)?;
    while opened(&stage) < attempts + 15 {
        ensure!(
            start.elapsed() < Duration::from_secs(120),
            "the alarm was given up: {}",
            stage.log()
        );
        std::thread::sleep(Duration::from_millis(100));
    }
    post(
        &stage,
        "/v1/agent/shop/frames",
        &[("origin", &stage.edge), ("cookie", &cookie)],
        r#"{"v":1,"command":{"ping":{}}}"#,
    )?
    .event("pong")?;
    Ok(())
}
