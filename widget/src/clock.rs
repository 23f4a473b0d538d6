//! The browser's clock and randomness.

use protocol::Millis;

pub fn now() -> Millis {
    js_sys::Date::now() as Millis
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
