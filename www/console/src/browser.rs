//! The browser's clock, randomness and address.

use protocol::Millis;

pub fn now() -> Millis {
    js_sys::Date::now() as Millis
}

/// 128 random bits in hex.
pub fn random_id() -> String {
    let mut buffer = [0; 16];
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        let _ = crypto.get_random_values_with_u8_array(&mut buffer);
    }
    buffer.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The site, from `/console/SITE`.
pub fn site() -> String {
    let path = web_sys::window().and_then(|window| window.location().pathname().ok()).unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

/// The secret behind `#`, taken out of the address so that it stays in no history.
pub fn take_link() -> Option<String> {
    let window = web_sys::window()?;
    let hash = window.location().hash().ok()?;
    let link = hash.strip_prefix('#').filter(|link| !link.is_empty())?.to_owned();
    let path = window.location().pathname().ok()?;
    let _ = window.history().ok()?.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&path));
    Some(link)
}

/// `14:05`, in the agent's time zone.
pub fn clock(at: Millis) -> String {
    let date = js_sys::Date::new(&(at as f64).into());
    format!("{:02}:{:02}", date.get_hours(), date.get_minutes())
}

/// `Tue 14:05`.
pub fn day_and_clock(at: Millis) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    let day = js_sys::Date::new(&(at as f64).into()).get_day() as usize;
    format!("{} {}", DAYS.get(day).copied().unwrap_or_default(), clock(at))
}
