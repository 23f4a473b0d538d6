//! What moves by itself: each redraws once a second, alone.

use protocol::Millis;
use words::Arg;
use yew::prelude::*;

use super::phrase::phrase;
use crate::{desk_clock::use_desk_time, said, speech::lasted};

#[derive(Properties, PartialEq)]
pub struct CountdownProps {
    pub until: Millis,
    /// Once, when it has been over for a while.
    #[prop_or_default]
    pub on_over: Callback<()>,
}

/// The desk tells the end itself; what it has not told after this is not told any more, in ms.
const OVER_MS: Millis = 2_000;

/// The seconds that are left, by the desk's clock.
#[component]
pub fn Countdown(props: &CountdownProps) -> Html {
    let now = use_desk_time();
    let is_over = now > props.until + OVER_MS;
    {
        let on_over = props.on_over.clone();
        use_effect_with(is_over, move |is_over| {
            if *is_over {
                on_over.emit(());
            }
        });
    }
    html! { { lasted(props.until.saturating_sub(now).next_multiple_of(1000)) } }
}

#[derive(Properties, PartialEq)]
pub struct SinceProps {
    pub at: Millis,
}

/// How long ago that was.
#[component]
pub fn Since(props: &SinceProps) -> Html {
    let now = use_desk_time();
    html! { { lasted(now.saturating_sub(props.at)) } }
}

#[derive(Properties, PartialEq)]
pub struct TypingProps {
    pub name: Arg,
    pub until: Millis,
}

#[component]
pub fn Typing(props: &TypingProps) -> Html {
    let now = use_desk_time();
    let is_typing = props.until > now;
    html! {
        <p class="typing" role="status">
            if is_typing { { phrase(said::is_typing(props.name.clone())) } }
        </p>
    }
}
