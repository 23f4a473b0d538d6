//! One desk at work.

use desk::{EventText, Frame, Input, Peer, PeerId, StoredDesk, settings::SiteSettings};
use front::{Answer, BODY_MS, Close, Refused, Watch, admit};
use js_sys::Array;
use protocol::{AgentId, ConversationId, Millis};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use crate::{json, storage::Storage};

/// A desk and its storage. The host wraps every call in a transaction, and sends what it got only
/// when that is done.
#[wasm_bindgen]
pub struct Runner {
    stored: StoredDesk<Storage>,
    /// The time does not go back while this lives.
    now: Millis,
}

/// What a host attaches to a socket.
#[derive(Serialize, Deserialize)]
struct SocketAttachment {
    peer: Peer,
    watch: Watch,
}

impl Runner {
    pub(crate) fn open(
        settings: SiteSettings,
        storage: Storage,
        now: Millis,
        held: &[f64],
    ) -> Result<Self, JsError> {
        let stored =
            StoredDesk::open(storage, settings, now, |peer| held.contains(&(peer.0 as f64)))?;
        Ok(Self { stored, now })
    }

    fn handle(&mut self, now: f64, inputs: &[Input]) -> Result<Vec<(PeerId, EventText)>, JsError> {
        self.now = self.now.max(now as Millis);
        Ok(self.stored.handle(self.now, inputs)?)
    }
}

#[wasm_bindgen]
impl Runner {
    /// Frames by request: for each the peer, the text and the cookie to be set, one after the
    /// other. Gives two arrays: a `front::Answer` for each, as JSON; and peers and frames for the
    /// others, one after the other.
    pub fn requests(&mut self, now: f64, asked: Array) -> Result<Array, JsError> {
        let asked: Vec<_> = asked.iter().map(|part| part.as_string()).collect();
        let mut inputs = Vec::new();
        let mut cookies = Vec::new();
        for one in asked.chunks_exact(3) {
            let [Some(peer), Some(text), cookie] = one else {
                return Err(JsError::new("expected a peer and a text"));
            };
            inputs.push(hear(serde_json::from_str(peer)?, text));
            cookies.push(cookie.clone());
        }
        let mut events = vec![Vec::new(); inputs.len()];
        let mut others = Vec::new();
        let place = |peer| inputs.iter().position(|input| input.peer() == Some(peer));
        for (peer, event) in self.handle(now, &inputs)? {
            match place(peer) {
                Some(i) => events[i].push(event),
                None => others.push((peer, event)),
            }
        }
        let answers = events
            .iter()
            .zip(cookies)
            .map(|(events, cookie)| JsValue::from(json(&Answer::events(events, cookie))));
        Ok(Array::of2(&answers.collect::<Array>(), &sends(others)))
    }

    /// A frame on a socket; `text` is none if it was not text. Gives what is to be kept beside the
    /// socket from now on; a refusal for this very socket, or none; the `front::Close` with which
    /// the socket is to be closed, as JSON, or none; and peers and frames.
    pub fn frame(
        &mut self,
        now: f64,
        attachment: &str,
        text: Option<String>,
    ) -> Result<Array, JsError> {
        let SocketAttachment { peer, mut watch } = serde_json::from_str(attachment)?;
        let (at, id) = (now as Millis, peer.id);
        let heard = watch.frame(at, text.as_deref());
        let (mut refused, mut close, mut others) = (JsValue::UNDEFINED, None, Array::new());
        match heard {
            Ok(()) => {
                let told = self.handle(now, &[hear(peer.clone(), &text.unwrap_or_default())])?;
                let refusals = told
                    .iter()
                    .filter(|(to, event)| *to == id && event.rejection().is_some())
                    .count();
                close = (0..refusals).find_map(|_| watch.refused(at).err());
                watch.known(at, self.stored.listens(id));
                others = sends(told);
            }
            Err(Refused::Answered(rejection)) => {
                refused = EventText::refusal(rejection).as_str().into()
            }
            Err(Refused::Closed(why)) => close = Some(why),
        }
        let attachment = json(&SocketAttachment { peer, watch });
        let close = close.map_or(JsValue::UNDEFINED, |close| json(&close).into());
        Ok(Array::of4(&attachment.into(), &refused, &close, &others))
    }

    /// Whether a socket that opened may stay.
    pub fn lets_in(&mut self, now: f64, attachment: &str) -> Result<bool, JsError> {
        let SocketAttachment { peer, .. } = serde_json::from_str(attachment)?;
        self.now = self.now.max(now as Millis);
        Ok(self.stored.lets_in(self.now, &peer))
    }

    /// A socket is gone.
    pub fn left(&mut self, now: f64, attachment: &str) -> Result<Array, JsError> {
        let SocketAttachment { peer, .. } = serde_json::from_str(attachment)?;
        Ok(sends(self.handle(now, &[Input::Left(peer.id)])?))
    }

    /// The time of [`Runner::deadline`] has come.
    pub fn due(&mut self, now: f64) -> Result<Array, JsError> {
        Ok(sends(self.handle(now, &[Input::DeadlineReached])?))
    }

    /// Lets an agent sign in once with this secret.
    pub fn admit(&mut self, now: f64, agent: String, secret: &str) -> Result<Array, JsError> {
        let input = admit(now as Millis, AgentId(agent), secret);
        Ok(sends(self.handle(now, &[input])?))
    }

    /// Ends every session and every link of an agent.
    pub fn revoke(&mut self, now: f64, agent: String) -> Result<Array, JsError> {
        Ok(sends(self.handle(now, &[Input::Revoke { agent: AgentId(agent) }])?))
    }

    /// Deletes a conversation for the operator. Gives a `front::Answer` as JSON; and peers and
    /// frames for the others, one after the other.
    pub fn erase(&mut self, now: f64, peer: f64, conversation: String) -> Result<Array, JsError> {
        let (peer, conversation) = (PeerId(peer as u64), ConversationId(conversation));
        let told = self.handle(now, &[Input::Erase { peer, conversation }])?;
        let (own, others): (Vec<_>, Vec<_>) = told.into_iter().partition(|(to, _)| *to == peer);
        let receipt: Vec<_> = own.into_iter().map(|(_, event)| event).collect();
        Ok(Array::of2(&json(&Answer::erased(&receipt)).into(), &sends(others)))
    }

    /// The rows that could not be read when the desk was opened, each in a line for the log.
    pub fn unreadable(&self) -> Vec<String> {
        self.stored.unreadable().iter().map(ToString::to_string).collect()
    }

    /// Whether the desk knows who is behind a peer's socket.
    pub fn listens(&self, peer: f64) -> bool {
        self.stored.listens(PeerId(peer as u64))
    }

    /// Whether words were deleted since this was asked last: the host then empties its storage's
    /// log, before it sends anything.
    pub fn must_purge(&mut self) -> bool {
        self.stored.must_purge()
    }

    /// When to call [`Runner::due`]; none if only a frame can change anything.
    pub fn deadline(&self) -> Option<f64> {
        self.stored.deadline().map(|at| at as f64)
    }
}

fn hear(peer: Peer, text: &str) -> Input {
    #[cfg(feature = "panics")]
    assert!(!text.contains("make the desk panic"), "as the test asked");
    let frame = Frame::read(peer.side, text);
    Input::Frame(peer, frame)
}

fn sends(sends: Vec<(PeerId, EventText)>) -> Array {
    sends
        .into_iter()
        .flat_map(|(peer, event)| [JsValue::from_f64(peer.0 as f64), event.as_str().into()])
        .collect()
}

/// What to keep beside a new socket.
#[wasm_bindgen]
pub fn attachment(now: f64, peer: &str) -> Result<String, JsError> {
    Ok(json(&SocketAttachment {
        peer: serde_json::from_str(peer)?,
        watch: Watch::opened(now as Millis),
    }))
}

/// The number of the peer that this stands beside.
#[wasm_bindgen]
pub fn peer_of(attachment: &str) -> Result<f64, JsError> {
    Ok(serde_json::from_str::<SocketAttachment>(attachment)?.peer.id.0 as f64)
}

/// What to keep beside a socket behind which the desk knows nobody any more.
#[wasm_bindgen]
pub fn unknown(now: f64, attachment: &str) -> Result<String, JsError> {
    let SocketAttachment { peer, mut watch } = serde_json::from_str(attachment)?;
    watch.known(now as Millis, false);
    Ok(json(&SocketAttachment { peer, watch }))
}

/// When that socket is to be closed if nothing more is heard of it.
#[wasm_bindgen]
pub fn closes_at(attachment: &str) -> Result<f64, JsError> {
    Ok(serde_json::from_str::<SocketAttachment>(attachment)?.watch.closes_at() as f64)
}

/// What is due of a socket that is silent: what to keep beside it, when to look again, and what to
/// send to it, or none.
#[wasm_bindgen]
pub fn look(now: f64, attachment: &str) -> Result<Array, JsError> {
    let SocketAttachment { peer, mut watch } = serde_json::from_str(attachment)?;
    let ask = watch
        .asks_at(peer.side)
        .filter(|at| *at <= now as Millis)
        .map(|_| watch.ask(now as Millis, peer.side));
    let again = watch.asks_at(peer.side).unwrap_or(Millis::MAX).min(watch.closes_at());
    Ok(Array::of3(
        &json(&SocketAttachment { peer, watch }).into(),
        &(again as f64).into(),
        &ask.into(),
    ))
}

/// The `front::Answer` to what could not be kept, as JSON.
#[wasm_bindgen]
pub fn unavailable() -> String {
    json(&Answer::refused(front::unavailable()))
}

/// The `front::Answer` to a body of too many bytes, as JSON.
#[wasm_bindgen]
pub fn too_large(most_bytes: usize) -> String {
    json(&Answer::too_large(most_bytes))
}

/// The `front::Answer` to a body that is not text, as JSON.
#[wasm_bindgen]
pub fn not_text() -> String {
    json(&Answer::not_text())
}

/// The `front::Close` of a socket whose peer is to come back at once, or of a silent one, as JSON.
#[wasm_bindgen]
pub fn close(is_silent: bool) -> String {
    json(if is_silent { &Close::SILENT } else { &Close::AGAIN })
}

/// How long a body may take, in milliseconds.
#[wasm_bindgen]
pub fn body_ms() -> f64 {
    BODY_MS as f64
}

/// The answer to a body that does not come.
#[wasm_bindgen]
pub fn body_was_slow() -> String {
    json(&Answer::body_was_slow())
}
