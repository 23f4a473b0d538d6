//! The desk's clock, as far as this browser knows it: deadlines and times are by the desk's,
//! whatever the computer's own says.
//!
//! How far the desk is ahead of the page's clock, which never jumps ([`clock::elapsed`]), is
//! learned from what the desk sends. A component that shows a countdown redraws itself by
//! [`use_desk_time`], and nothing else does.

use browser::clock;
use gloo_timers::callback::Interval;
use protocol::Millis;
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};
use yew::prelude::*;

/// A desk's clock this far behind what was known has been set, or the page has slept, in ms. A
/// smaller difference is the time that a frame took.
const STEP_MS: i64 = 2_000;
const TICK_MS: u32 = 1_000;

/// How far the desk's clock is ahead of the page's, in ms; none before the desk told its time.
#[derive(Clone, Copy, Debug, Default)]
struct Offset(Option<i64>);

impl Offset {
    /// What the desk told was on the way for a while, so the largest of what was told is nearest.
    fn hear(&mut self, desk: Millis, here: Millis) {
        let told = desk as i64 - here as i64;
        if self.0.is_none_or(|known| told > known || told < known - STEP_MS) {
            self.0 = Some(told);
        }
    }

    fn desk(self, here: Millis) -> Option<Millis> {
        self.0.map(|ahead| (here as i64 + ahead).max(0) as Millis)
    }
}

thread_local! {
    static OFFSET: Cell<Offset> = Cell::default();
    static TICKER: RefCell<Ticker> = RefCell::default();
}

/// The desk's time; before the desk told it, the computer's.
pub fn now() -> Millis {
    OFFSET.get().desk(clock::elapsed()).unwrap_or_else(clock::now)
}

/// The desk told its time. Zero is none.
pub fn hear(desk: Millis) {
    if desk > 0 {
        let mut offset = OFFSET.get();
        offset.hear(desk, clock::elapsed());
        OFFSET.set(offset);
    }
}

/// The desk's time, once a second, for the component that calls it.
#[hook]
pub fn use_desk_time() -> Millis {
    let update = use_force_update();
    use_effect_with((), move |()| {
        let ticket = Ticket::new(move || update.force_update());
        move || drop(ticket)
    });
    now()
}

/// One interval for all that tick; none while nothing does.
#[derive(Default)]
struct Ticker {
    last: u64,
    all: BTreeMap<u64, Callback<()>>,
    interval: Option<Interval>,
}

struct Ticket(u64);

impl Ticket {
    fn new(tick: impl Fn() + 'static) -> Self {
        TICKER.with_borrow_mut(|ticker| {
            ticker.last += 1;
            ticker.all.insert(ticker.last, Callback::from(move |()| tick()));
            ticker.interval.get_or_insert_with(|| {
                Interval::new(TICK_MS, || {
                    let all: Vec<_> =
                        TICKER.with_borrow(|ticker| ticker.all.values().cloned().collect());
                    all.iter().for_each(|tick| tick.emit(()));
                })
            });
            Self(ticker.last)
        })
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        TICKER.with_borrow_mut(|ticker| {
            ticker.all.remove(&self.0);
            if ticker.all.is_empty() {
                ticker.interval = None;
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::Offset;

    #[test]
    fn the_desks_time_is_told_by_its_clock_whatever_the_pages_says() {
        let mut offset = Offset::default();
        assert_eq!(offset.desk(5), None);
        offset.hear(1_000_000, 400);
        assert_eq!(offset.desk(30_400), Some(1_030_000));
        // A frame that was on the way for a second says less than is known; one that was quicker
        // says more.
        offset.hear(1_040_000, 41_400);
        assert_eq!(offset.desk(41_400), Some(1_041_000));
        offset.hear(1_050_100, 50_400);
        assert_eq!(offset.desk(50_400), Some(1_050_100));
        // A computer that slept: the page's time stood still for an hour. And a desk whose clock
        // was set back.
        offset.hear(4_700_000, 60_400);
        assert_eq!(offset.desk(60_400), Some(4_700_000));
        offset.hear(1_100_000, 70_400);
        assert_eq!(offset.desk(70_400), Some(1_100_000));
    }
}
