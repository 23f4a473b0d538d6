//! The way from a desk to one socket: so many frames and so many bytes may wait on it.

use desk::EventText;
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
    events: mpsc::Sender<EventText>,
    shared: Arc<Shared>,
}

/// The socket's end.
pub struct Waiting {
    events: mpsc::Receiver<EventText>,
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
    (Outgoing { events: sender, shared: Arc::clone(&shared) }, Waiting { events: receiver, shared })
}

impl Outgoing {
    /// False if the peer is too slow or gone.
    pub fn push(&self, event: EventText) -> bool {
        let bytes = event.as_str().len();
        let waiting = self.shared.bytes.fetch_add(bytes, Ordering::Relaxed);
        // A frame by itself always fits.
        (waiting == 0 || waiting + bytes <= MOST_BYTES) && self.events.try_send(event).is_ok()
    }

    /// Whether the desk knows who is behind the socket. Said before what is pushed next.
    pub fn known(&self, is_known: bool) {
        self.shared.is_known.store(is_known, Ordering::Release);
    }
}

impl Waiting {
    /// None once the desk has cut this peer.
    pub async fn next(&mut self) -> Option<EventText> {
        let event = self.events.recv().await?;
        self.shared.bytes.fetch_sub(event.as_str().len(), Ordering::Relaxed);
        Some(event)
    }

    pub fn is_known(&self) -> bool {
        self.shared.is_known.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{Rejection, RejectionCode};

    /// An event of so many bytes.
    fn event(bytes: usize) -> EventText {
        let refusal =
            |why: String| EventText::refusal(Rejection::new(RejectionCode::Malformed, why));
        let others = refusal(String::new()).as_str().len();
        refusal("x".repeat(bytes - others))
    }

    #[tokio::test]
    async fn so_many_events_and_bytes_wait_for_a_slow_peer() {
        let (outgoing, mut waiting) = channel();
        assert!((0..MOST_FRAMES).all(|_| outgoing.push(event(100))) && !outgoing.push(event(100)));
        for _ in 0..MOST_FRAMES {
            waiting.next().await.unwrap();
        }
        let (outgoing, mut waiting) = channel();
        assert!(outgoing.push(event(2 * MOST_BYTES)), "by itself");
        waiting.next().await.unwrap();
        assert_eq!((0..20).filter(|_| outgoing.push(event(64 * 1024))).count(), 16);
    }
}
