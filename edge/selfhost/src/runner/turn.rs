//! One turn of a desk's thread: the inputs of one transaction, and the replies to send once it has
//! committed.

use desk::{EventText, Input, PeerId};
use front::unavailable;
use std::collections::BTreeMap;
use tokio::runtime::Handle;

use super::inbox::{OperatorReply, Reply};
use crate::outgoing::Outgoing;

/// The sockets of a desk's peers.
pub type Sockets = BTreeMap<PeerId, Outgoing>;

#[derive(Default)]
pub struct Turn {
    inputs: Vec<Input>,
    /// For each input its reply, if somebody waits for one.
    replies: Vec<Option<Reply>>,
    pub backups: Vec<OperatorReply>,
    pub checks: Vec<OperatorReply>,
}

impl Turn {
    pub fn add(&mut self, input: Input, reply: Option<Reply>) {
        self.inputs.push(input);
        self.replies.push(reply);
    }

    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// Takes the inputs out, each as a turn of its own.
    pub fn split(&mut self) -> impl Iterator<Item = Self> + use<> {
        let inputs = std::mem::take(&mut self.inputs);
        let replies = std::mem::take(&mut self.replies);
        inputs.into_iter().zip(replies).map(|(input, reply)| Self {
            inputs: vec![input],
            replies: vec![reply],
            ..Self::default()
        })
    }

    /// Takes out the inputs that somebody waits for the answer to.
    pub fn take_asked(&mut self) -> impl Iterator<Item = (Input, Reply)> + use<> {
        let inputs = std::mem::take(&mut self.inputs);
        let replies = std::mem::take(&mut self.replies);
        inputs.into_iter().zip(replies).filter_map(|(input, reply)| Some((input, reply?)))
    }

    /// Sends the events of a turn that is on disk: to who asked by request as the reply, to
    /// everybody else over their socket. Whether the desk `listens` to a socket's peer is said
    /// beside. Backups and checks are the caller's.
    pub fn flush(
        &mut self,
        sends: Vec<(PeerId, EventText)>,
        sockets: &mut Sockets,
        listens: impl Fn(PeerId) -> bool,
        tasks: &Handle,
    ) {
        let mut answers: Vec<(Vec<EventText>, Reply)> = Vec::new();
        let mut asked = BTreeMap::new();
        for (input, reply) in std::mem::take(&mut self.inputs).iter().zip(self.replies.drain(..)) {
            let Some(reply) = reply else { continue };
            if let Some(peer) = input.peer() {
                asked.insert(peer, answers.len());
            }
            answers.push((Vec::new(), reply));
        }
        for (peer, event) in sends {
            if let Some(answer) = asked.get(&peer) {
                answers[*answer].0.push(event);
            } else if let Some(outgoing) = sockets.get(&peer) {
                outgoing.known(listens(peer));
                if !outgoing.push(event) {
                    // Too slow or closed: dropping the sender ends the socket's task, which says
                    // that it left and will come back and resume.
                    sockets.remove(&peer);
                }
            }
        }
        // Sent by a task of the runtime: waking a waiting request from there makes no system call.
        if !answers.is_empty() {
            tasks.spawn(async {
                answers.into_iter().for_each(|(events, reply)| drop(reply.send(Ok(events))))
            });
        }
    }

    /// Refuses everybody who waits.
    pub fn refuse(self) {
        let replies = self.replies.into_iter().flatten();
        replies.for_each(|reply| drop(reply.send(Err(unavailable()))));
        let operator = self.backups.into_iter().chain(self.checks);
        operator.for_each(|reply| drop(reply.send(Err(unavailable()))));
    }
}
