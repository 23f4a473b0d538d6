//! kill -9 under load. `BATON_KILLS=10000` makes it longer, `BATON_SEED` plays one again.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};
use tests::{
    History, Host, Stage,
    effort::{seed, times},
    frames::{Credential, Line, Random, sign_in, without_quotas},
    history::Entry,
};
use tungstenite::Message;

use crate::consoles::{console, send};

const CLIENTS: u32 = 64;
/// Messages of one conversation; then the client begins the next.
const MESSAGES: u32 = 6;
/// More than any restart takes.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn nothing_acknowledged_is_lost_doubled_or_out_of_order_when_the_binary_is_killed() -> Result<()> {
    kill(Host::Selfhost, kills())
}

#[test]
fn nothing_acknowledged_is_lost_doubled_or_out_of_order_when_workerd_is_killed() -> Result<()> {
    kill(Host::Cloudflare, kills().div_ceil(8))
}

#[test]
fn nothing_acknowledged_is_lost_doubled_or_out_of_order_when_deno_is_killed() -> Result<()> {
    kill(Host::Deno, kills().div_ceil(8))
}

/// Of the binary; starting the other hosts takes a second and more.
fn kills() -> u32 {
    times("BATON_KILLS", 200, 2_000)
}

fn kill(host: Host, kills: u32) -> Result<()> {
    let seed = seed();
    let mut stage = Stage::on(host, without_quotas)?;
    let (history, stops) = (Arc::new(History::default()), Arc::new(AtomicBool::new(false)));
    let mut clients = Vec::new();
    for client in 0..CLIENTS {
        let (edge, history, stops) = (stage.edge.clone(), Arc::clone(&history), Arc::clone(&stops));
        clients.push(thread::spawn(move || write_until(&edge, &history, client, seed, &stops)));
    }
    for name in ["maria", "jonas"] {
        let (edge, link, history, stops) =
            (stage.edge.clone(), stage.link(name)?, Arc::clone(&history), Arc::clone(&stops));
        clients.push(thread::spawn(move || answer_until(&edge, &link, name, &history, &stops)));
    }
    let mut random = Random::new(seed);
    // On a slow machine it takes more of them until the agents have come as far as a conversation.
    for done in 0..4 * kills {
        if done >= kills && history.has_claims() {
            break;
        }
        thread::sleep(Duration::from_millis(20 + random.below(130)));
        stage.kill()?;
        stage.start_again()?;
    }
    stops.store(true, Ordering::Relaxed);
    for client in clients {
        match client.join() {
            Ok(done) => done.with_context(|| format!("seed {seed}"))?,
            Err(_) => bail!("a client panicked, seed {seed}"),
        }
    }
    stage.kill()?;
    stage.start_again()?;
    let line = Line::to(&stage.edge);
    for conversation in history.conversations() {
        let who = Credential { conversation, ..Credential::new(seed, 0, 0) };
        anyhow::ensure!(
            line.reads(&history, &who, PATIENCE),
            "cannot be read: {}, seed {seed}",
            who.conversation
        );
    }
    match history.check() {
        Ok(kept) => {
            println!(
                "{}: {kills} kills under {CLIENTS} visitors and 2 agents: {kept}; seed {seed}",
                host.name()
            );
            anyhow::ensure!(
                kept.messages > kills as usize && kept.claims > 0,
                "the load was real: {kept:?}"
            );
            Ok(())
        }
        Err(error) => bail!("{}: {error}; seed {seed}", host.name()),
    }
}

/// Hands over and writes, each command until it is acknowledged; reads now and then.
fn write_until(
    edge: &str,
    history: &History,
    client: u32,
    seed: u64,
    stops: &AtomicBool,
) -> Result<()> {
    let (line, mut random) = (Line::to(edge), Random::new(seed ^ (u64::from(client) << 32)));
    for n in 0.. {
        if stops.load(Ordering::Relaxed) {
            break;
        }
        let who = Credential::new(seed, client, n);
        anyhow::ensure!(
            line.hands_over(history, &who, PATIENCE),
            "never acknowledged: the handoff of {}",
            who.conversation
        );
        for m in 0..MESSAGES {
            thread::sleep(Duration::from_millis(random.below(160)));
            if !line.says(history, &who, &format!("m{m}"), &format!("message {m}"), PATIENCE) {
                // An agent has ended it.
                break;
            }
        }
        if n % 8 == 0 {
            line.reads(history, &who, PATIENCE);
        }
    }
    Ok(())
}

/// Takes every offer, connects, answers, resolves; comes back whenever the socket is cut.
fn answer_until(
    edge: &str,
    link: &str,
    name: &str,
    history: &History,
    stops: &AtomicBool,
) -> Result<()> {
    let cookie = sign_in(edge, link)?;
    while !stops.load(Ordering::Relaxed) {
        // Cut at any time: that is what this is about.
        let _ = answer(edge, &cookie, name, history, stops);
        thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

fn answer(
    edge: &str,
    cookie: &str,
    name: &str,
    history: &History,
    stops: &AtomicBool,
) -> Result<()> {
    let mut socket = console(edge, cookie)?;
    send(&mut socket, &json!({ "set_available": { "available": true } }))?;
    while !stops.load(Ordering::Relaxed) {
        let Message::Text(text) = socket.read()? else { continue };
        let event = serde_json::from_str::<Value>(&text)?["event"].take();
        if let Some(offer) = event["offered"].as_object() {
            send(
                &mut socket,
                &json!({
                    "accept": { "conversation": offer["conversation"], "claim": offer["claim"] }
                }),
            )?;
        }
        if let Some(held) = event["accepted"].as_object() {
            let (conversation, claim) = (
                held["conversation"].as_str().unwrap_or_default(),
                held["claim"].as_u64().unwrap_or(0),
            );
            history.note(Entry::Took {
                conversation: conversation.into(),
                agent: name.into(),
                claim,
            });
            send(
                &mut socket,
                &json!({ "connect": { "conversation": conversation, "claim": claim } }),
            )?;
            let id = format!("{name}{claim}");
            history.asked(conversation, &id, Some(claim));
            send(
                &mut socket,
                &json!({
                    "say": {
                        "conversation": conversation, "claim": claim, "message": id,
                        "text": "Good morning"
                    }
                }),
            )?;
        }
        let said = &event["said"];
        if let (Some(conversation), Some(id), Some(seq)) = (
            said["conversation"].as_str(),
            said["message"]["id"].as_str().filter(|id| id.starts_with(name)),
            said["message"]["seq"].as_u64(),
        ) {
            history.acknowledged(conversation, id, seq);
            let claim: u64 = id.trim_start_matches(name).parse()?;
            let reason = "answered";
            send(
                &mut socket,
                &json!({
                    "resolve": {
                        "conversation": conversation, "claim": claim, "outcome": "resolved",
                        "reason": reason
                    }
                }),
            )?;
        }
    }
    Ok(())
}
