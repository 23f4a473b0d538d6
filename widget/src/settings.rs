//! What the edge wrote into the frame's document.

use protocol::WidgetSettings;

use crate::json;

pub fn read() -> Option<WidgetSettings> {
    let text = web_sys::window()?.document()?.get_element_by_id("settings")?.text_content()?;
    json::read(&text)
}
