//! The choice of the console's language.

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::{Desk, choice::Choice, phrase::plain};
use crate::{said, speech, tab::LocalStorage};

/// Nothing is drawn where there is nothing to choose.
pub fn language(desk: &Desk) -> Html {
    let spoken = desk.language.clone();
    let languages = speech::languages();
    if languages.len() < 2 {
        return html! {};
    }
    let on_chosen = {
        let spoken = spoken.clone();
        Callback::from(move |language: String| {
            let spoken = spoken.clone();
            spawn_local(async move {
                if speech::learn(&language).await.is_ok() {
                    speech::keep(&language, &mut LocalStorage);
                    spoken.set(language);
                }
            });
        })
    };
    let options = languages
        .into_iter()
        .map(|language| (language.clone(), speech::name_of(&language, true)))
        .collect::<Vec<_>>();
    html! {
        <label class="language">
            { plain(said::language_label) }
            <Choice id="language" {options} chosen={(*spoken).clone()} {on_chosen} />
        </label>
    }
}
