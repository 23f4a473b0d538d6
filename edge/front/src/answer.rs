//! Answers, and the headers that all of them carry.

use desk::EventText;
use protocol::{Rejection, RejectionCode};
use serde::Serialize;
use std::borrow::Cow;

/// What every response carries, whoever made it: a host adds these last, to files and to what its
/// platform refused too.
pub fn common_headers(is_https: bool) -> impl Iterator<Item = (&'static str, &'static str)> {
    let transport = ("strict-transport-security", "max-age=31536000");
    [("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer")]
        .into_iter()
        .chain(is_https.then_some(transport))
}

/// Refuses what cannot be saved, or not be answered, by a desk that failed.
pub fn unavailable() -> Rejection {
    Rejection::new(RejectionCode::Unavailable, "this cannot be kept now").limit(2)
}

/// A response: its status, headers and body.
#[derive(Debug, Serialize)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, Cow<'static, str>)>,
    pub body: String,
}

impl Answer {
    pub(crate) fn new(status: u16, content_type: &'static str, body: String) -> Self {
        Self { status, headers: vec![("content-type", content_type.into())], body }
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

    /// By scripts of any page, without credentials.
    pub(crate) fn readable(self) -> Self {
        self.with("access-control-allow-origin", "*")
    }

    /// The body did not come in time.
    pub fn body_was_slow() -> Self {
        Self::plain(408, "the body took too long")
    }

    /// The body has more bytes than the action allows.
    pub fn too_large(most_bytes: usize) -> Self {
        Self::refused(
            Rejection::new(RejectionCode::TooLarge, "the frame has too many bytes")
                .limit(most_bytes as u64),
        )
    }

    /// The body is not text.
    pub fn not_text() -> Self {
        Self::refused(Rejection::new(RejectionCode::Malformed, "expected UTF-8"))
    }

    /// The desk's events for this request, and the cookie that a sign-in sets. The status is 200,
    /// also of a refusal, but for one that says to come again later.
    pub fn events(events: &[EventText], cookie: Option<String>) -> Self {
        if let [event] = events
            && let Some(rejection) = event.rejection()
            && rejection.code == RejectionCode::SlowDown
        {
            return Self::rejected(429, rejection, event);
        }
        let texts: Vec<_> = events.iter().map(EventText::as_str).collect();
        let answer = Self::fresh(200, "application/json", format!("[{}]", texts.join(",")));
        match cookie {
            Some(cookie) => answer.with("set-cookie", cookie),
            None => answer,
        }
    }

    /// The receipt of what the operator had deleted, or that there is no such conversation.
    pub fn erased(events: &[EventText]) -> Self {
        match events {
            [receipt] if receipt.rejection().is_none() => Self::events(events, None),
            _ => Self::plain(404, "not found"),
        }
    }

    /// The refusal of a request that the desk was not asked, or that could not be kept.
    pub fn refused(rejection: Rejection) -> Self {
        let status = match rejection.code {
            RejectionCode::TooLarge => 413,
            RejectionCode::SlowDown => 429,
            RejectionCode::Unavailable => 503,
            _ => 400,
        };
        Self::rejected(status, &rejection, &EventText::refusal(rejection.clone()))
    }

    fn rejected(status: u16, rejection: &Rejection, event: &EventText) -> Self {
        let answer = Self::fresh(status, "application/json", format!("[{}]", event.as_str()));
        let is_later =
            matches!(rejection.code, RejectionCode::SlowDown | RejectionCode::Unavailable);
        match rejection.limit.filter(|_| is_later) {
            Some(seconds) => answer.with("retry-after", seconds.to_string()),
            None => answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_that_says_later_is_an_answer_that_says_later() {
        let rejection =
            Rejection::new(RejectionCode::SlowDown, "too many handoffs of this visitor").limit(17);
        let answer = Answer::events(&[EventText::refusal(rejection.clone())], None);
        assert_eq!((answer.status, &answer.body), (429, &Answer::refused(rejection).body));
        assert!(answer.headers.contains(&("retry-after", "17".into())));
        let other = EventText::refusal(
            Rejection::new(RejectionCode::Malformed, "the message is empty").limit(17),
        );
        assert_eq!(Answer::events(&[other], None).status, 200);
    }
}
