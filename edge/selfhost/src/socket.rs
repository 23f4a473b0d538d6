//! One WebSocket: moves text between a peer and its desk, and closes when the peer is silent, reads
//! too slowly or says too much.

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use desk::{EventText, Peer};
use front::{Close, Refused, Watch};
use protocol::Millis;
use std::time::Duration;
use tokio::{
    sync::watch,
    time::{Instant, interval, sleep_until, timeout},
};

use crate::{
    outgoing::{self, Waiting},
    runner::Runner,
    stream::WRITE_TIME,
};

const PING_EVERY: Duration = Duration::from_secs(10);
/// How long the peer may take to answer that it is closed.
const GOODBYE: Duration = Duration::from_secs(1);

const LATER: Close = Close { code: 1013, reason: "try again later" };
const RESTART: Close = Close { code: 1012, reason: "the server restarts" };

pub async fn carry(
    mut socket: WebSocket,
    runner: Runner,
    peer: Peer,
    stopping: watch::Receiver<bool>,
) {
    let (outgoing, waiting) = outgoing::channel();
    let id = peer.id;
    let close = match runner.opened(peer.clone(), outgoing) {
        Ok(()) => {
            let close = talk(&mut socket, &runner, peer, waiting, stopping).await;
            runner.left(id);
            close
        }
        Err(_) => Some(LATER),
    };
    if let Some(Close { code, reason }) = close
        && send(
            &mut socket,
            Message::Close(Some(CloseFrame { code, reason: Utf8Bytes::from_static(reason) })),
        )
        .await
    {
        // What came meanwhile is read: left unread, the system would call the connection reset and
        // the reason might be lost.
        let _ = timeout(GOODBYE, async { while let Some(Ok(_)) = socket.recv().await {} }).await;
    }
}

/// Until there is a reason to close, or nobody to tell it to.
async fn talk(
    socket: &mut WebSocket,
    runner: &Runner,
    peer: Peer,
    mut waiting: Waiting,
    mut stopping: watch::Receiver<bool>,
) -> Option<Close> {
    let start = Instant::now();
    let now = || start.elapsed().as_millis() as Millis;
    let mut watch = Watch::opened(0);
    let mut ping = interval(PING_EVERY);
    loop {
        let close = tokio::select! {
            frame = waiting.next() => match frame {
                Some(event) => {
                    let counted = event.rejection().map_or(Ok(()), |_| watch.refused(now()));
                    if !send(socket, text(event)).await {
                        return None;
                    }
                    counted
                }
                None => Err(Close::AGAIN),
            },
            message = socket.recv() => {
                let heard = match message {
                    Some(Ok(Message::Text(text))) => match watch.frame(now(), Some(&text)) {
                        // Too much waits for the desk: the peer comes back later, and asks again
                        // for what it missed.
                        Ok(()) => runner
                            .frame(peer.clone(), text.as_str())
                            .map_err(|_| Refused::Closed(LATER)),
                        refused => refused,
                    },
                    Some(Ok(Message::Binary(_))) => watch.frame(now(), None),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {
                        watch.ping(now()).map_err(Refused::Closed)
                    }
                    Some(Err(error)) if is_no_text(&error) => Err(Refused::Closed(Close::NO_TEXT)),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                };
                match heard {
                    Ok(()) => Ok(()),
                    Err(Refused::Closed(close)) => Err(close),
                    Err(Refused::Answered(rejection)) => {
                        if !send(socket, text(EventText::refusal(rejection))).await {
                            return None;
                        }
                        Ok(())
                    }
                }
            },
            _ = ping.tick() => {
                if !send(socket, Message::Ping(Vec::new().into())).await {
                    return None;
                }
                Ok(())
            },
            () = sleep_until(start + Duration::from_millis(watch.closes_at())) => {
                Err(Close::SILENT)
            },
            _ = stopping.changed() => Err(RESTART),
        };
        if let Err(close) = close {
            return Some(close);
        }
        watch.known(now(), waiting.is_known());
    }
}

/// Whether a frame that calls itself text is no UTF-8.
fn is_no_text(error: &axum::Error) -> bool {
    let cause = std::error::Error::source(error);
    let of_socket = cause.and_then(|cause| cause.downcast_ref::<tungstenite::Error>());
    matches!(of_socket, Some(tungstenite::Error::Utf8(_)))
}

fn text(event: EventText) -> Message {
    Message::Text(String::from(event).into())
}

/// False if the peer is gone, or does not take one frame in time.
async fn send(socket: &mut WebSocket, message: Message) -> bool {
    matches!(timeout(WRITE_TIME, socket.send(message)).await, Ok(Ok(())))
}
