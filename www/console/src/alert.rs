//! Makes an agent look: a sound, and a notification where it is allowed.

use web_sys::{AudioContext, Notification, NotificationOptions, NotificationPermission};

/// Asks once, when the agent does something: browsers refuse to be asked otherwise.
pub fn ask_permission() {
    if Notification::permission() == NotificationPermission::Default {
        let _ = Notification::request_permission();
    }
}

/// `tag` keeps several tabs from saying it several times.
pub fn offer(tag: &str, summary: &str) {
    let _ = beep();
    if Notification::permission() == NotificationPermission::Granted {
        let options = NotificationOptions::new();
        options.set_tag(tag);
        options.set_body(summary);
        let _ = Notification::new_with_options("A visitor asks for a person", &options);
    }
}

/// Two short tones.
fn beep() -> Result<(), wasm_bindgen::JsValue> {
    let context = AudioContext::new()?;
    for (i, pitch) in [660.0, 880.0].into_iter().enumerate() {
        let start = context.current_time() + 0.18 * i as f64;
        let (tone, volume) = (context.create_oscillator()?, context.create_gain()?);
        tone.frequency().set_value(pitch);
        volume.gain().set_value_at_time(0.15, start)?;
        volume.gain().exponential_ramp_to_value_at_time(0.001, start + 0.16)?;
        tone.connect_with_audio_node(&volume)?.connect_with_audio_node(&context.destination())?;
        tone.start_with_when(start)?;
        tone.stop_with_when(start + 0.17)?;
    }
    Ok(())
}
