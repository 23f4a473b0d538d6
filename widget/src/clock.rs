//! The browser's clock and randomness; of the clock, what tests without a browser need as well.

use protocol::Millis;

pub fn now() -> Millis {
    if cfg!(target_arch = "wasm32") {
        js_sys::Date::now() as Millis
    } else {
        std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_millis() as Millis)
    }
}

/// How far the visitor's clock was, or will be, ahead of UTC at a time.
pub fn offset_minutes(at: Millis) -> i64 {
    if cfg!(target_arch = "wasm32") {
        -js_sys::Date::new(&(at as f64).into()).get_timezone_offset() as i64
    } else {
        0
    }
}

/// By a clock that never jumps: ms since the page began.
pub fn elapsed() -> Millis {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0, |clock| clock.now() as Millis)
}

/// 0 to 1.
pub fn random() -> f64 {
    js_sys::Math::random()
}

/// That many random bytes in hex, from the browser's own source.
pub fn random_hex(bytes: usize) -> String {
    let mut buffer = vec![0; bytes];
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        let _ = crypto.get_random_values_with_u8_array(&mut buffer);
    }
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    buffer.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
