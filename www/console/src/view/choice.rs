//! A choice of one.

use yew::prelude::*;

use super::foreign;

#[derive(Properties, PartialEq)]
pub struct ChoiceProps {
    pub id: &'static str,
    /// Value and label.
    pub options: Vec<(String, String)>,
    pub chosen: String,
    pub on_chosen: Callback<String>,
}

/// A choice in which exactly what is chosen is selected. Left to the browser, the last option would
/// be: Yew puts it in first.
#[component]
pub fn Choice(props: &ChoiceProps) -> Html {
    let on_change = {
        let on_chosen = props.on_chosen.clone();
        Callback::from(move |event: Event| {
            let field: web_sys::HtmlSelectElement = event.target_unchecked_into();
            on_chosen.emit(field.value());
        })
    };
    let node = use_node_ref();
    {
        // Options come and go under it: what is selected is said again after each change.
        let node = node.clone();
        use_effect_with((props.options.clone(), props.chosen.clone()), move |(_, chosen)| {
            if let Some(field) = node.cast::<web_sys::HtmlSelectElement>() {
                field.set_value(chosen);
            }
        });
    }
    html! {
        <select id={props.id} ref={node} required={true} onchange={on_change}>
            { for props.options.iter().map(|(value, label)| html! {
                <option key={value.clone()} value={value.clone()} selected={*value == props.chosen}>
                    { foreign::label(label) }
                </option>
            }) }
        </select>
    }
}
