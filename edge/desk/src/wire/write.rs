//! Events as text.

use protocol::EventFrame;
use serde::Serialize;

pub(crate) fn frame<E: Serialize>(event: &E) -> String {
    serde_json::to_string(&EventFrame::new(event)).expect("an event is plain JSON")
}
