//! A visitor's page: it resumes, writes, and at the end looks whether everything that was
//! acknowledged is there.

use anyhow::Result;
use futures_util::SinkExt;
use serde_json::{Value, json};
use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};
use tests::frames::Credential;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Message;

use super::crowd::{Crowd, event, open};

/// A visitor writes about this often.
const WRITES_EVERY: Duration = Duration::from_secs(16);
/// As the product's pages do: anywhere in this, so that they do not come at once.
const JITTER_MS: u64 = 15_000;

pub fn credential(n: usize) -> Credential {
    Credential::new(77, 1, n as u32)
}

/// What a visitor's page knows.
#[derive(Default)]
struct Page {
    last: u64,
    written: u32,
    /// Sent and not acknowledged.
    unsent: Option<(String, String)>,
    safe: Vec<(u64, String)>,
    is_connected: bool,
}

pub async fn run(crowd: Arc<Crowd>, n: usize) -> Result<()> {
    let (who, mut page) = (credential(n), Page::default());
    let mut first = true;
    while !crowd.stops.load(Ordering::Relaxed) {
        let jitter = (n as u64).wrapping_mul(2_654_435_761) % if first { 4_000 } else { JITTER_MS };
        sleep(Duration::from_millis(jitter)).await;
        first = false;
        let _ = talk(&crowd, &who, &mut page).await;
    }
    // Everything that was acknowledged is there. Whoever is sent away comes back.
    let found = loop {
        sleep(Duration::from_millis((n as u64).wrapping_mul(2_654_435_761) % 4_000)).await;
        if let Ok(Ok(found)) = timeout(Duration::from_secs(20), read(&crowd, &who)).await {
            break found;
        }
    };
    crowd.acknowledged.fetch_add(page.safe.len(), Ordering::Relaxed);
    crowd.lost.fetch_add(
        page.safe.iter().filter(|safe| !found.contains(safe)).count(),
        Ordering::Relaxed,
    );
    Ok(())
}

/// All messages of a conversation.
async fn read(crowd: &Crowd, who: &Credential) -> Result<Vec<(u64, String)>> {
    let mut socket = open(crowd, "visitor", None).await?;
    socket.send(frame_of(who, &json!({ "resume": { "after": 0 } }))).await?;
    let mut found = Vec::new();
    loop {
        let event = event(&mut socket).await?;
        if event["resumed"].is_object() {
            return Ok(found);
        }
        let message = &event["said"]["message"];
        if let (Some(seq), Some(id)) = (message["seq"].as_u64(), message["id"].as_str()) {
            found.push((seq, id.to_owned()));
        }
    }
}

fn frame_of(who: &Credential, command: &Value) -> Message {
    Message::text(
        json!({ "v": 1, "conversation": who.conversation, "token": who.token, "command": command })
            .to_string(),
    )
}

/// Until the socket is cut, or it is over.
async fn talk(crowd: &Crowd, who: &Credential, page: &mut Page) -> Result<()> {
    let mut socket = open(crowd, "visitor", None).await?;
    socket.send(frame_of(who, &json!({ "resume": { "after": page.last } }))).await?;
    let mut next = Instant::now() + WRITES_EVERY / 8;
    loop {
        if crowd.stops.load(Ordering::Relaxed) {
            return Ok(());
        }
        match timeout(
            next.saturating_duration_since(Instant::now()).min(Duration::from_secs(1)),
            event(&mut socket),
        )
        .await
        {
            Ok(event) => {
                let event = event?;
                if event["resumed"].is_object() {
                    crowd.here.fetch_add(1, Ordering::Relaxed);
                    if let Some((id, text)) = &page.unsent {
                        socket
                            .send(frame_of(who, &json!({ "say": { "message": id, "text": text } })))
                            .await?;
                    }
                }
                if event["connected"].is_object()
                    && !std::mem::replace(&mut page.is_connected, true)
                {
                    crowd.connected.fetch_add(1, Ordering::Relaxed);
                }
                let message = &event["said"]["message"];
                if let (Some(seq), Some(id)) = (message["seq"].as_u64(), message["id"].as_str()) {
                    page.last = page.last.max(seq);
                    if page.unsent.as_ref().is_some_and(|(own, _)| own == id) {
                        page.unsent = None;
                        page.safe.push((seq, id.to_owned()));
                    }
                }
            }
            Err(_) if next <= Instant::now() => {
                next = Instant::now() + WRITES_EVERY;
                if crowd.talks.load(Ordering::Relaxed) && page.unsent.is_none() {
                    page.written += 1;
                    let text = format!("sent {}", crowd.start.elapsed().as_micros());
                    let id = format!("m{}", page.written);
                    socket
                        .send(frame_of(who, &json!({ "say": { "message": id, "text": text } })))
                        .await?;
                    page.unsent = Some((id, text));
                } else {
                    socket.send(frame_of(who, &json!({ "ping": {} }))).await?;
                }
            }
            Err(_) => {}
        }
    }
}
