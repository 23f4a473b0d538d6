//! Words of others on the page: in an element that isolates their direction, with what would turn
//! or hide text written out.

use protocol::Text;
use yew::prelude::*;

use crate::text;

pub fn foreign(words: &str) -> Html {
    html! { <bdi>{ text::shown(words).into_owned() }</bdi> }
}

pub fn words(text: &Text) -> Html {
    foreign(text.reveal())
}

/// Words for a label that is read out, and no element.
pub fn label(words: &str) -> String {
    text::shown(words).into_owned()
}
