//! The way from a desk to one socket: so many frames and so many bytes may wait on it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};
use tokio::sync::mpsc;

/// Frames waiting for a slow peer: more than two pages of messages.
const MOST_FRAMES: usize = 256;
/// Their bytes: several pages, or the largest card.
const MOST_BYTES: usize = 1024 * 1024;

/// The desk's end.
pub struct Outgoing {
    frames: mpsc::Sender<String>,
    shared: Arc<Shared>,
}

/// The socket's end.
pub struct Waiting {
    frames: mpsc::Receiver<String>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    bytes: AtomicUsize,
    is_known: AtomicBool,
}

pub fn channel() -> (Outgoing, Waiting) {
    let (sender, receiver) = mpsc::channel(MOST_FRAMES);
    let shared = Arc::new(Shared::default());
    (Outgoing { frames: sender, shared: Arc::clone(&shared) }, Waiting { frames: receiver, shared })
}

impl Outgoing {
    /// False if the peer is too slow or gone.
    pub fn push(&self, text: String) -> bool {
        let bytes = text.len();
        let waiting = self.shared.bytes.fetch_add(bytes, Ordering::Relaxed);
        // A frame by itself always fits.
        (waiting == 0 || waiting + bytes <= MOST_BYTES) && self.frames.try_send(text).is_ok()
    }

    /// Whether the desk knows who is behind the socket. Said before what is pushed next.
    pub fn known(&self, is_known: bool) {
        self.shared.is_known.store(is_known, Ordering::Release);
    }
}

impl Waiting {
    /// None once the desk has cut this peer.
    pub async fn next(&mut self) -> Option<String> {
        let text = self.frames.recv().await?;
        self.shared.bytes.fetch_sub(text.len(), Ordering::Relaxed);
        Some(text)
    }

    pub fn is_known(&self) -> bool {
        self.shared.is_known.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn so_many_frames_and_bytes_wait_for_a_slow_peer() {
        let (outgoing, mut waiting) = channel();
        assert!(
            (0..MOST_FRAMES).all(|_| outgoing.push("x".to_owned()))
                && !outgoing.push("x".to_owned())
        );
        for _ in 0..MOST_FRAMES {
            waiting.next().await.unwrap();
        }
        let (outgoing, mut waiting) = channel();
        assert!(outgoing.push("x".repeat(2 * MOST_BYTES)), "by itself");
        waiting.next().await.unwrap();
        let page = "x".repeat(64 * 1024);
        assert_eq!((0..20).filter(|_| outgoing.push(page.clone())).count(), 16);
    }
}
