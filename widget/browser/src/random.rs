//! Randomness of the browser.

/// A uniform number from 0 to 1. It can be guessed: for pauses, never for secrets.
pub fn chance() -> f64 {
    js_sys::Math::random()
}

/// This many random bytes in hex, from the browser's cryptographic source: for ids and secrets.
pub fn hex(bytes: usize) -> String {
    let mut buffer = vec![0; bytes];
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        let _ = crypto.get_random_values_with_u8_array(&mut buffer);
    }
    let mut text = String::with_capacity(2 * bytes);
    for byte in buffer {
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
    }
    text
}
