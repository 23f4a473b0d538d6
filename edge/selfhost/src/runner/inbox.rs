//! The inbox of a desk's thread: a bounded queue of tasks, and the rejections of a task that is not
//! taken. It knows nothing of what a task leads to.

use desk::{EventText, Input, Peer};
use front::unavailable;
use protocol::{Rejection, RejectionCode};
use std::sync::{
    Arc,
    mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
};
use tokio::sync::oneshot;

use crate::{load::Load, outgoing::Outgoing};

/// Tasks that may wait for a desk; more are refused with a time to retry.
const MAX_WAITING: usize = 4_096;

/// The receiver of the events that answer one input: of most that the operator asks there are none.
pub type Reply = oneshot::Sender<Result<Vec<EventText>, Rejection>>;

/// The receiver of an answer in words for the operator.
pub type OperatorReply = oneshot::Sender<Result<String, Rejection>>;

/// A task for a desk's thread.
pub enum Task {
    /// An input of the desk, with a reply where somebody waits for one: an HTTP request, or the
    /// operator.
    Input {
        input: Input,
        reply: Option<Reply>,
    },
    /// A socket has opened.
    Open {
        peer: Peer,
        outgoing: Outgoing,
    },
    /// Copies the desk's file; the reply is the name of the copy.
    Backup(OperatorReply),
    /// Reads the whole file, which takes a while; the reply says whether it is sound.
    Check(OperatorReply),
    Stop,
}

/// The sending end, for connections.
#[derive(Clone)]
pub struct Inbox {
    tasks: SyncSender<Task>,
    load: Arc<Load>,
}

impl Inbox {
    pub fn new(load: Arc<Load>) -> (Self, Receiver<Task>) {
        let (tasks, waiting) = sync_channel(MAX_WAITING);
        (Self { tasks, load }, waiting)
    }

    /// Asked before a frame is read, which happens on the connection's thread: a frame that is
    /// refused should cost nothing.
    pub fn has_room(&self) -> Result<(), Rejection> {
        if self.load.is_too_much() { Err(too_many()) } else { Ok(()) }
    }

    pub fn put(&self, task: Task) -> Result<(), Rejection> {
        self.load.comes();
        self.tasks.try_send(task).map_err(|refused| {
            self.load.goes(1);
            match refused {
                TrySendError::Full(_) => too_many(),
                TrySendError::Disconnected(_) => unavailable(),
            }
        })
    }

    /// Puts a task whose answer is waited for.
    pub async fn ask<T>(
        &self,
        task: impl FnOnce(oneshot::Sender<Result<T, Rejection>>) -> Task,
    ) -> Result<T, Rejection> {
        let (reply, answer) = oneshot::channel();
        self.put(task(reply))?;
        answer.await.unwrap_or_else(|_| Err(unavailable()))
    }

    /// Puts a task that must not get lost: blocks until there is room. A desk that is gone needs no
    /// task.
    pub fn insist(&self, task: Task) {
        self.load.comes();
        let _ = self.tasks.send(task);
    }
}

fn too_many() -> Rejection {
    Rejection::new(RejectionCode::SlowDown, "too many are waiting").limit(2)
}
