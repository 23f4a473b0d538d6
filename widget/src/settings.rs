//! What the edge wrote into the frame's document.

use protocol::WidgetSettings;

pub fn read() -> Option<WidgetSettings> {
    let text = web_sys::window()?.document()?.get_element_by_id("settings")?.text_content()?;
    serde_json::from_str(&text).ok()
}
