//! The desk's clock and the browser's, which may differ: the thread keeps every time as the
//! browser's clock has it.

use protocol::{Millis, Staffing, VisitorEvent};

use super::App;

/// Differences between the two clocks below this are ignored, in ms.
const CLOCK_IS_RIGHT_MS: f64 = 60_000.0;

impl App {
    /// Translates every time in the event from the desk's clock to the browser's.
    pub(super) fn in_own_time(&self, event: &mut VisitorEvent) {
        let translate = |at: &mut Millis| *at = self.thread.own_time(*at);
        match event {
            VisitorEvent::Queued { staffing, choices, .. } => {
                if let Staffing::Closed { opens_at: Some(at) } = staffing {
                    translate(at);
                }
                choices.iter_mut().for_each(|choice| translate(&mut choice.due));
            }
            VisitorEvent::Said { message } => translate(&mut message.at),
            VisitorEvent::Promised { commitment } => translate(&mut commitment.due),
            VisitorEvent::Closing { at } => translate(at),
            VisitorEvent::Closed { choices, reopen_until, .. } => {
                reopen_until.iter_mut().for_each(translate);
                choices.iter_mut().for_each(|choice| translate(&mut choice.due));
            }
            _ => {}
        }
    }

    /// The desk has told its time. Says whether the difference between the clocks has changed.
    pub(super) fn set_clock(&mut self, here: Millis, desk: Millis) -> bool {
        if desk == 0 {
            return false;
        }
        let ahead = desk as f64 - here as f64;
        let ahead = if ahead.abs() < CLOCK_IS_RIGHT_MS { 0.0 } else { ahead };
        let has_moved = (ahead - self.thread.desk_ahead).abs() >= CLOCK_IS_RIGHT_MS;
        if has_moved {
            self.thread.desk_ahead = ahead;
        }
        has_moved
    }
}
