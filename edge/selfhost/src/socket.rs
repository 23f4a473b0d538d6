//! One WebSocket: moves text between a peer and its desk, and closes when the peer is silent.

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use desk::{Peer, refusal};
use protocol::{Rejection, RejectionCode, limits};
use std::time::Duration;
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, interval, sleep_until},
};

use crate::runner::Runner;

/// A socket that has not said a word closes; answering pings is no word.
const FIRST_FRAME: Duration = Duration::from_secs(5);
const PING_EVERY: Duration = Duration::from_secs(10);
/// Two unanswered pings. With the ten seconds of grace an agent is given up after thirty (RELIABILITY, F9).
const SILENCE: Duration = Duration::from_secs(20);
/// Frames waiting for a slow peer.
const OUTGOING: usize = 256;
/// Frames a second, and how many at once (RELIABILITY, hard limits).
const FRAMES_PER_SECOND: f64 = 5.0;
const FRAMES_AT_ONCE: f64 = 20.0;

pub async fn carry(mut socket: WebSocket, runner: Runner, peer: Peer, mut stopping: watch::Receiver<bool>) {
    let (sender, mut outgoing) = mpsc::channel(OUTGOING);
    if runner.opened(peer.id, sender).is_err() {
        let _ = socket.send(close(1013, "try again later")).await;
        return;
    }
    let mut ping = interval(PING_EVERY);
    let mut heard = Instant::now();
    let mut closes_at = heard + FIRST_FRAME;
    let mut has_spoken = false;
    let mut allowance = FRAMES_AT_ONCE;
    loop {
        tokio::select! {
            frame = outgoing.recv() => match frame {
                Some(text) => if socket.send(Message::Text(text.into())).await.is_err() { break },
                // The desk cut this peer: it will resume.
                None => { let _ = socket.send(close(1013, "try again")).await; break }
            },
            message = socket.recv() => {
                let Some(Ok(message)) = message else { break };
                allowance = (allowance + heard.elapsed().as_secs_f64() * FRAMES_PER_SECOND).min(FRAMES_AT_ONCE);
                heard = Instant::now();
                has_spoken |= matches!(message, Message::Text(_));
                if has_spoken {
                    closes_at = heard + SILENCE;
                }
                match message {
                    Message::Text(text) if text.len() > limits::MAX_SOCKET_FRAME_BYTES => {
                        let limit = limits::MAX_SOCKET_FRAME_BYTES as u64;
                        let rejection = Rejection::new(RejectionCode::TooLarge, "the frame has too many bytes for a socket").limit(limit);
                        if socket.send(Message::Text(refusal(rejection).into())).await.is_err() { break }
                    }
                    Message::Text(text) if allowance >= 1.0 => {
                        allowance -= 1.0;
                        if let Err(rejection) = runner.frame(peer.clone(), text.to_string())
                            && socket.send(Message::Text(refusal(rejection).into())).await.is_err() { break }
                    }
                    Message::Text(_) => {
                        let rejection = Rejection::new(RejectionCode::SlowDown, "too many frames a second").limit(1);
                        if socket.send(Message::Text(refusal(rejection).into())).await.is_err() { break }
                    }
                    Message::Binary(_) => {
                        let rejection = Rejection::new(RejectionCode::Malformed, "expected a text frame");
                        if socket.send(Message::Text(refusal(rejection).into())).await.is_err() { break }
                    }
                    Message::Close(_) => break,
                    Message::Ping(_) | Message::Pong(_) => {}
                }
            },
            _ = ping.tick() => if socket.send(Message::Ping(Vec::new().into())).await.is_err() { break },
            () = sleep_until(closes_at) => break,
            _ = stopping.changed() => { let _ = socket.send(close(1012, "the server restarts")).await; break }
        }
    }
    runner.left(peer.id);
}

fn close(code: u16, reason: &'static str) -> Message {
    Message::Close(Some(CloseFrame { code, reason: Utf8Bytes::from_static(reason) }))
}
