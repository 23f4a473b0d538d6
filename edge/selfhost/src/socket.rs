//! One WebSocket: moves text between a peer and its desk, and closes when the peer is silent.

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use desk::{Peer, refusal};
use front::Watch;
use protocol::Millis;
use std::time::Duration;
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, interval, sleep_until},
};

use crate::runner::Runner;

const PING_EVERY: Duration = Duration::from_secs(10);
/// Frames waiting for a slow peer.
const OUTGOING: usize = 256;

pub async fn carry(mut socket: WebSocket, runner: Runner, peer: Peer, mut stopping: watch::Receiver<bool>) {
    let (sender, mut outgoing) = mpsc::channel(OUTGOING);
    if runner.opened(peer.id, sender).is_err() {
        let _ = socket.send(close(1013, "try again later")).await;
        return;
    }
    let start = Instant::now();
    let now = || start.elapsed().as_millis() as Millis;
    let mut watch = Watch::opened(0);
    let mut ping = interval(PING_EVERY);
    loop {
        tokio::select! {
            frame = outgoing.recv() => match frame {
                Some(text) => if socket.send(Message::Text(text.into())).await.is_err() { break },
                // The desk cut this peer: it will resume.
                None => { let _ = socket.send(close(1013, "try again")).await; break }
            },
            message = socket.recv() => {
                let refused = match message {
                    Some(Ok(Message::Text(text))) => match watch.frame(now(), &text) {
                        // Too much waits for the desk: the peer comes back later, and asks again for what it missed.
                        Ok(()) if runner.frame(peer.clone(), text.as_str()).is_err() => {
                            let _ = socket.send(close(1013, "try again later")).await;
                            break;
                        }
                        heard => heard,
                    },
                    Some(Ok(Message::Binary(_))) => Err(watch.bytes(now())),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => { watch.is_alive(now()); Ok(()) }
                    Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                };
                if let Err(rejection) = refused
                    && socket.send(Message::Text(refusal(rejection).into())).await.is_err() { break }
            },
            _ = ping.tick() => if socket.send(Message::Ping(Vec::new().into())).await.is_err() { break },
            () = sleep_until(start + Duration::from_millis(watch.closes_at())) => break,
            _ = stopping.changed() => { let _ = socket.send(close(1012, "the server restarts")).await; break }
        }
    }
    runner.left(peer.id);
}

fn close(code: u16, reason: &'static str) -> Message {
    Message::Close(Some(CloseFrame { code, reason: Utf8Bytes::from_static(reason) }))
}
