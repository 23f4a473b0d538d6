//! The computer's clock, and one that never jumps. Tests without a browser read the first one too.

use protocol::Millis;

/// The computer's clock, which may be wrong and may be set, in ms since 1970 (UTC).
pub fn now() -> Millis {
    if cfg!(target_arch = "wasm32") {
        js_sys::Date::now() as Millis
    } else {
        std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_millis() as Millis)
    }
}

/// How many minutes the visitor's clock is ahead of UTC at a time, by their time zone.
pub fn offset_minutes(at: Millis) -> i64 {
    if cfg!(target_arch = "wasm32") {
        -js_sys::Date::new(&(at as f64).into()).get_timezone_offset() as i64
    } else {
        0
    }
}

/// A clock that nobody sets and that never jumps: ms since the page began.
pub fn elapsed() -> Millis {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0, |clock| clock.now() as Millis)
}
