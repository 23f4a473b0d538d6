//! Answers, and the headers that all of them carry.

use desk::refusal;
use protocol::{Rejection, RejectionCode};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What every response carries, static files too.
pub const COMMON_HEADERS: [(&str, &str); 2] = [("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer")];

/// A response: its status, headers and body.
#[derive(Debug, Serialize)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, Cow<'static, str>)>,
    pub body: String,
}

impl Answer {
    pub(crate) fn new(status: u16, content_type: &'static str, body: String) -> Self {
        let headers = COMMON_HEADERS.into_iter().chain([("content-type", content_type)]);
        Self { status, headers: headers.map(|(name, value)| (name, value.into())).collect(), body }
    }

    /// What is not to be kept by anybody.
    fn fresh(status: u16, content_type: &'static str, body: String) -> Self {
        Self::new(status, content_type, body).with("cache-control", "no-store")
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub fn plain(status: u16, text: impl Into<String>) -> Self {
        Self::fresh(status, "text/plain; charset=utf-8", text.into())
    }

    pub(crate) fn no_such_site() -> Self {
        Self::plain(404, "no such site")
    }

    /// The body did not come in time.
    pub fn body_was_slow() -> Self {
        Self::plain(408, "the body took too long")
    }

    /// The body has more bytes than the wish allows.
    pub fn too_large(most_bytes: usize) -> Self {
        Self::refused(Rejection::new(RejectionCode::TooLarge, "the frame has too many bytes").limit(most_bytes as u64))
    }

    /// The body is not text.
    pub fn not_text() -> Self {
        Self::refused(Rejection::new(RejectionCode::Malformed, "expected UTF-8"))
    }

    /// The desk's frames for this request, and the cookie that a sign-in sets.
    pub fn frames(frames: &[String], cookie: Option<String>) -> Self {
        if let [only] = frames
            && let Some(rejection) = slowed_down(only)
        {
            return Self::refused(rejection);
        }
        let answer = Self::fresh(200, "application/json", format!("[{}]", frames.join(",")));
        match cookie {
            Some(cookie) => answer.with("set-cookie", cookie),
            None => answer,
        }
    }

    /// What the host refused before the desk was asked, or could not keep.
    pub fn refused(rejection: Rejection) -> Self {
        let status = match rejection.code {
            RejectionCode::TooLarge => 413,
            RejectionCode::SlowDown => 429,
            RejectionCode::Unavailable => 503,
            _ => 400,
        };
        let retry_after = rejection.limit.filter(|_| matches!(rejection.code, RejectionCode::SlowDown | RejectionCode::Unavailable));
        let answer = Self::fresh(status, "application/json", format!("[{}]", refusal(rejection)));
        match retry_after {
            Some(seconds) => answer.with("retry-after", seconds.to_string()),
            None => answer,
        }
    }
}

/// The rejection of a frame that says: too many, later.
fn slowed_down(frame: &str) -> Option<Rejection> {
    #[derive(Deserialize)]
    struct Frame {
        event: Event,
    }
    #[derive(Deserialize)]
    struct Event {
        rejected: Rejected,
    }
    #[derive(Deserialize)]
    struct Rejected {
        rejection: Rejection,
    }
    // Most frames are no rejection: that is seen without reading them.
    frame.get(..40)?.contains("\"rejected\"").then_some(())?;
    let Frame { event: Event { rejected: Rejected { rejection } } } = serde_json::from_str(frame).ok()?;
    (rejection.code == RejectionCode::SlowDown).then_some(rejection)
}
