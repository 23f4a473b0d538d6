//! A field whose words are kept by conversation and mode: through switching, forms, a reload and a
//! lost network.

use browser::clock;
use protocol::ConversationId;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use crate::{
    kept::{Kept, Mode},
    said,
    speech::say,
};

/// How an Enter that only confirms a composition is told by browsers that have ended the
/// composition before the key (Safari).
const COMPOSING: u32 = 229;

#[derive(Properties, PartialEq)]
pub struct DraftProps {
    pub kept: Kept,
    pub conversation: ConversationId,
    pub mode: Mode,
    pub id: &'static str,
    pub node: NodeRef,
    /// The most characters that the desk takes. More may be written; the form says so and is not
    /// sent.
    pub most: usize,
    #[prop_or_default]
    pub label: Option<AttrValue>,
    pub placeholder: AttrValue,
    #[prop_or_default]
    pub disabled: bool,
    #[prop_or_default]
    pub required: bool,
    /// How often the draft was changed by something else than typing.
    #[prop_or_default]
    pub redrafts: u32,
    #[prop_or_default]
    pub on_typed: Callback<()>,
    /// Enter alone, if it does anything but begin a line.
    #[prop_or_default]
    pub on_enter: Option<Callback<()>>,
}

#[component]
pub fn Draft(props: &DraftProps) -> Html {
    {
        let (kept, node, most) = (props.kept.clone(), props.node.clone(), props.most);
        use_effect_with(
            (props.conversation.clone(), props.mode, props.redrafts),
            move |(conversation, mode, _)| {
                if let Some(field) = node.cast::<HtmlTextAreaElement>() {
                    field.set_value(&kept.draft(conversation, *mode));
                    check(&field, most);
                }
            },
        );
    }
    let on_input = {
        let (kept, conversation, mode, on_typed) =
            (props.kept.clone(), props.conversation.clone(), props.mode, props.on_typed.clone());
        let most = props.most;
        Callback::from(move |event: InputEvent| {
            let field: HtmlTextAreaElement = event.target_unchecked_into();
            check(&field, most);
            kept.write(clock::now(), &conversation, mode, &field.value());
            on_typed.emit(());
        })
    };
    let on_key = {
        let on_enter = props.on_enter.clone();
        Callback::from(move |event: KeyboardEvent| {
            let is_composing = event.is_composing() || event.key_code() == COMPOSING;
            if let Some(on_enter) = on_enter
                .as_ref()
                .filter(|_| event.key() == "Enter" && !event.shift_key() && !is_composing)
            {
                event.prevent_default();
                on_enter.emit(());
            }
        })
    };
    html! {
        <textarea
            id={props.id}
            ref={props.node.clone()}
            rows="2"
            aria-label={props.label.clone()}
            placeholder={props.placeholder.clone()}
            disabled={props.disabled}
            required={props.required}
            dir="auto"
            oninput={on_input}
            onkeydown={on_key}
        />
    }
}

/// Nothing is cut: what is too long stays in the field, and the browser says why the form does not
/// go.
fn check(field: &HtmlTextAreaElement, most: usize) {
    let is_too_long = field.value().trim().chars().count() > most;
    let why = is_too_long.then(|| say(&said::too_long_most(most as u64)));
    field.set_custom_validity(&why.unwrap_or_default());
}

/// What stands in the field, without blanks at its ends; it is empty afterwards.
pub fn take(
    kept: &Kept,
    conversation: &ConversationId,
    mode: Mode,
    node: &NodeRef,
) -> Option<String> {
    let field = node.cast::<HtmlTextAreaElement>()?;
    if !field.report_validity() {
        return None;
    }
    let text = field.value().trim().to_owned();
    if text.is_empty() {
        return None;
    }
    field.set_value("");
    kept.write(clock::now(), conversation, mode, "");
    Some(text)
}
