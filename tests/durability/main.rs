//! kill -9 under load: nothing that was acknowledged is lost, doubled or out of order.
//!
//! `BATON_KILLS=500` makes it longer. Prints what it did and its seed.
#![allow(clippy::print_stdout, reason = "says what it did")]

use anyhow::{Result, bail};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tests::Stage;

const CLIENTS: u32 = 16;
/// Messages of one conversation; then the client begins the next.
const MESSAGES: u32 = 6;
/// How often one command is sent before the client gives up: more than any restart takes.
const TRIES: u32 = 400;

/// What one client knows to be safe: for each conversation, the numbers that its messages were given.
type Acknowledged = BTreeMap<String, BTreeMap<String, u64>>;

#[test]
fn nothing_acknowledged_is_lost_doubled_or_out_of_order_when_the_process_is_killed() -> Result<()> {
    let kills: u32 = std::env::var("BATON_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(40);
    let seed = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos() as u64 | 1;
    let mut stage = Stage::new()?;
    let stops = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (edge, stops) = (stage.edge.clone(), Arc::clone(&stops));
            thread::spawn(move || write_until(&edge, client, seed, &stops))
        })
        .collect();
    let mut random = seed;
    for _ in 0..kills {
        thread::sleep(Duration::from_millis(20 + next(&mut random) % 180));
        stage.kill()?;
        stage.start_again()?;
    }
    stops.store(true, Ordering::Relaxed);
    let mut acknowledged = Acknowledged::new();
    for client in clients {
        match client.join() {
            Ok(known) => acknowledged.extend(known?),
            Err(_) => bail!("a client panicked, seed {seed}"),
        }
    }
    stage.kill()?;
    stage.start_again()?;
    let messages: usize = acknowledged.values().map(BTreeMap::len).sum();
    for (conversation, known) in &acknowledged {
        let kept = read_back(&stage.edge, conversation, seed)?;
        for (i, (seq, _)) in kept.iter().enumerate() {
            assert_eq!(*seq, i as u64 + 1, "gapless, seed {seed}");
        }
        for (id, seq) in known {
            let found: Vec<_> = kept.iter().filter(|(_, own)| own == id).map(|(seq, _)| *seq).collect();
            assert_eq!(found, [*seq], "message {id} of {conversation}: once, under the number that was acknowledged, seed {seed}");
        }
    }
    println!(
        "{kills} kills, {} handoffs and {messages} messages acknowledged by {CLIENTS} clients: 0 lost, 0 doubled, 0 out of order; seed {seed}",
        acknowledged.len()
    );
    assert!(messages > kills as usize, "the load was real");
    Ok(())
}

/// Hands over and writes, each command until it is acknowledged.
fn write_until(edge: &str, client: u32, seed: u64, stops: &AtomicBool) -> Result<Acknowledged> {
    let mut acknowledged = Acknowledged::new();
    for n in 0.. {
        if stops.load(Ordering::Relaxed) {
            break;
        }
        let conversation = format!("{client:08x}{n:08x}{seed:016x}");
        insist(edge, &conversation, seed, &handoff(), |event| !event["queued"].is_null())?;
        let known = acknowledged.entry(conversation.clone()).or_default();
        for m in 0..MESSAGES {
            let id = format!("m{m}");
            let command = json!({ "say": { "message": id, "text": format!("message {m}") } });
            let event = insist(edge, &conversation, seed, &command, |event| !event["said"].is_null())?;
            known.insert(id, event["said"]["message"]["seq"].as_u64().unwrap_or(0));
        }
    }
    Ok(acknowledged)
}

/// The same frame again until the answer is there.
fn insist(edge: &str, conversation: &str, seed: u64, command: &Value, is_it: impl Fn(&Value) -> bool) -> Result<Value> {
    for _ in 0..TRIES {
        match ask(edge, conversation, seed, command) {
            Some(events) => match events.into_iter().find(&is_it) {
                Some(event) => return Ok(event),
                None => thread::sleep(Duration::from_millis(30)),
            },
            None => thread::sleep(Duration::from_millis(30)),
        }
    }
    bail!("never acknowledged: {command}, seed {seed}")
}

fn read_back(edge: &str, conversation: &str, seed: u64) -> Result<Vec<(u64, String)>> {
    let Some(events) = ask(edge, conversation, seed, &json!({ "resume": { "after": 0 } })) else { bail!("the edge does not answer") };
    assert!(events.iter().any(|event| !event["queued"].is_null()), "the handoff {conversation} is there, seed {seed}");
    let messages = events.iter().map(|event| &event["said"]["message"]).filter(|message| !message.is_null());
    Ok(messages.map(|message| (message["seq"].as_u64().unwrap_or(0), message["id"].as_str().unwrap_or_default().to_owned())).collect())
}

/// The events of the answer; None where there is none.
fn ask(edge: &str, conversation: &str, seed: u64, command: &Value) -> Option<Vec<Value>> {
    let agent: ureq::Agent = ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(5))).build().into();
    let frame = json!({ "v": 1, "conversation": conversation, "token": format!("{seed:064x}"), "command": command }).to_string();
    let mut response = agent.post(format!("{edge}/v1/visitor/shop/frames")).header("origin", edge).send(&frame).ok()?;
    let frames: Vec<Value> = serde_json::from_str(&response.body_mut().read_to_string().ok()?).ok()?;
    Some(frames.into_iter().map(|frame| frame["event"].clone()).collect())
}

fn handoff() -> Value {
    json!({ "request_handoff": { "package": {
        "summary": "Kim wants to return order 1", "intent": "Wants to return something.", "category": "returns", "language": "en",
        "profile": { "name": "Kim" }, "sentiment": "neutral", "transcript": [{ "author": "visitor", "at": 1, "text": "I want to return it" }],
        "highlights": [0], "actions": [], "next_steps": [],
        "escalation": { "trigger": "explicit", "reason": "asked", "priority": "standard", "signals": [] } } } })
}

/// xorshift: enough for times.
fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}
