//! The messages of a conversation: stays where one reads, follows at the end, and says what is new.

use protocol::{Author, Message, Seq};
use std::{collections::BTreeSet, rc::Rc};
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::{
    foreign::{self, foreign},
    phrase::{counted, label, phrase, plain},
};
use crate::{
    said,
    speech::{own, when},
    state::Talk,
};

/// The end is on the screen if no more than this is below, in pixels.
const NEAR: i32 = 24;

#[derive(Properties, PartialEq)]
pub struct LogProps {
    pub talk: Rc<Talk>,
    /// The names of the agent who looks.
    pub me: Rc<BTreeSet<String>>,
    pub language: String,
    #[prop_or_default]
    pub received: Seq,
    #[prop_or_default]
    pub read: Seq,
    #[prop_or_default]
    pub new_from: Option<Seq>,
    #[prop_or_default]
    pub unread: usize,
    #[prop_or_default]
    pub is_over: bool,
    pub on_end: Callback<bool>,
    pub on_earlier: Callback<Seq>,
}

/// Where the log stood when it was looked at last.
#[derive(Default)]
struct Place {
    first: Seq,
    height: i32,
    top: i32,
    unsent: usize,
    at_end: bool,
    asked: Seq,
}

#[component]
pub fn Log(props: &LogProps) -> Html {
    let node = use_node_ref();
    let place = use_mut_ref(Place::default);
    let talk = &props.talk;
    {
        let (node, place, on_end) = (node.clone(), place.clone(), props.on_end.clone());
        let (first, unsent) = (talk.first(), talk.unsent.len());
        use_effect_with((first, talk.last(), unsent, props.new_from), move |_| {
            let Some(log) = node.cast::<Element>() else { return };
            let mut place = place.borrow_mut();
            if place.height == 0 {
                let divider = log.query_selector(".new").ok().flatten();
                match divider
                    .and_then(|divider| wasm_bindgen::JsCast::dyn_into::<HtmlElement>(divider).ok())
                {
                    Some(divider) => log.set_scroll_top((divider.offset_top() - 40).max(0)),
                    None => log.set_scroll_top(log.scroll_height()),
                }
            } else if first < place.first {
                // What was put before moves nothing of what is read.
                log.set_scroll_top(log.scroll_height() - (place.height - place.top));
            } else if place.at_end || unsent > place.unsent {
                log.set_scroll_top(log.scroll_height());
            }
            (place.first, place.unsent) = (first, unsent);
            look(&log, &mut place, &on_end);
        });
    }
    let on_scroll = {
        let (node, place, on_end, on_earlier, first) =
            (node.clone(), place, props.on_end.clone(), props.on_earlier.clone(), talk.first());
        Callback::from(move |_: Event| {
            let Some(log) = node.cast::<Element>() else { return };
            let mut place = place.borrow_mut();
            look(&log, &mut place, &on_end);
            if log.scroll_top() < NEAR && first > Seq::FIRST && place.asked != first {
                place.asked = first;
                on_earlier.emit(first);
            }
        })
    };
    let earlier = {
        let (on_earlier, first) = (props.on_earlier.clone(), talk.first());
        Callback::from(move |_| on_earlier.emit(first))
    };
    let go_to_end = {
        let node = node.clone();
        Callback::from(move |_| {
            if let Some(log) = node.cast::<Element>() {
                log.set_scroll_top(log.scroll_height());
            }
        })
    };
    let line = |message: &Message| {
        html! {
            <>
                if props.new_from == Some(message.seq) {
                    <p key={format!("new-{}", message.seq.0)} class="new" role="separator">
                        { plain(said::new_from_here) }
                    </p>
                }
                { said(props, message) }
            </>
        }
    };
    html! {
        <div class="log-frame">
            <div
                class="log"
                role="log"
                ref={node}
                tabindex="0"
                aria-label={label(said::messages_label)}
                onscroll={on_scroll}
            >
                if talk.first() > Seq::FIRST {
                    <button class="earlier" type="button" onclick={earlier}>
                        { plain(said::earlier_messages) }
                    </button>
                }
                { for talk.messages.iter().map(line) }
                { for talk.unsent.iter().map(|(id, text)| html! {
                    <div key={id.0.clone()} class="mine">
                        <span class="words">{ foreign::words(text) }</span>
                        <span class="mark">
                            { plain(
                                if props.is_over {
                                    said::message_not_sent
                                } else {
                                    said::message_sending
                                }
                            ) }
                        </span>
                    </div>
                }) }
                if let Some(page) = talk.page.as_ref().filter(|_| !props.is_over) {
                    <p class="where">{ phrase(said::visitor_on_page(own(page.reveal()))) }</p>
                }
            </div>
            if props.unread > 0 {
                <button class="pill" type="button" onclick={go_to_end}>
                    { counted(said::new_messages_below, props.unread as u64) }
                </button>
            }
        </div>
    }
}

fn look(log: &Element, place: &mut Place, on_end: &Callback<bool>) {
    (place.height, place.top) = (log.scroll_height(), log.scroll_top());
    let at_end = log.scroll_top() + log.client_height() >= log.scroll_height() - NEAR;
    if at_end != place.at_end {
        place.at_end = at_end;
        on_end.emit(at_end);
    }
}

fn said(props: &LogProps, message: &Message) -> Html {
    let (is_agent, is_mine) = match message.author {
        Author::Agent => (true, message.by.as_ref().is_none_or(|by| props.me.contains(by))),
        Author::Visitor | Author::Bot => (false, false),
    };
    let at = when(message.at);
    let mark = match is_agent {
        true if message.seq <= props.read => said::message_read(at),
        true if message.seq <= props.received => said::message_delivered(at),
        true => said::message_sent(at),
        false => said::message_came(at),
    };
    let class = if is_mine {
        "mine"
    } else if is_agent {
        "colleague"
    } else {
        "theirs"
    };
    html! {
        <div key={message.id.0.clone()} {class}>
            if is_agent && !is_mine {
                <span class="by">
                    { message.by.as_deref().map_or_else(|| plain(said::another_agent), foreign) }
                </span>
            }
            <span class="words">{ foreign::words(&message.text) }</span>
            <span class="mark">{ phrase(mark) }</span>
        </div>
    }
}
