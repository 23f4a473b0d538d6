//! An agent's console: it takes every offer and reads what visitors write.

use anyhow::Result;
use futures_util::SinkExt;
use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Message;

use super::crowd::{Crowd, event, open};

/// How fast an agent takes offers.
const ACCEPTS_EVERY: Duration = Duration::from_millis(240);

pub async fn run(crowd: Arc<Crowd>, cookie: String) {
    loop {
        // Comes back whenever it is cut.
        let _ = console(&crowd, &cookie).await;
        sleep(Duration::from_millis(200)).await;
    }
}

async fn console(crowd: &Crowd, cookie: &str) -> Result<()> {
    let mut socket = open(crowd, "agent", Some(cookie)).await?;
    let frame = |command: Value| Message::text(json!({ "v": 1, "command": command }).to_string());
    socket.send(frame(json!({ "watch": {} }))).await?;
    // A person takes one after the other; and a socket may say five frames a second. The review
    // ends by itself.
    let (mut offers, mut next) = (VecDeque::new(), Instant::now());
    loop {
        if next <= Instant::now() {
            let command = match offers.pop_front() {
                Some((conversation, claim)) => {
                    json!({ "accept": { "conversation": conversation, "claim": claim } })
                }
                None => json!({ "ping": {} }),
            };
            socket.send(frame(command)).await?;
            next = Instant::now()
                + if offers.is_empty() { Duration::from_secs(2) } else { ACCEPTS_EVERY };
        }
        let Ok(event) =
            timeout(next.saturating_duration_since(Instant::now()), event(&mut socket)).await
        else {
            continue;
        };
        let mut event = event?;
        let offer = event["offered"].take();
        if offer.is_object() {
            offers.push_back((offer["conversation"].clone(), offer["claim"].clone()));
            next = next.min(Instant::now() + ACCEPTS_EVERY);
        }
        crowd.note(&event["said"]["message"], "visitor");
    }
}
