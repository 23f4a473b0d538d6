//! When a trouble that comes with every frame is told: at first, once a minute for as long as it
//! lasts, and when it is over.

use std::time::{Duration, Instant};

const TOLD_EVERY: Duration = Duration::from_secs(60);
/// Where it comes again within this, it is still the same.
const LASTS: Duration = Duration::from_secs(2);

/// What goes wrong again and again.
#[derive(Default)]
pub struct Trouble {
    last: Option<Last>,
}

struct Last {
    came: Instant,
    told: Instant,
}

impl Trouble {
    /// It came. Whether that is to be told.
    pub fn comes(&mut self, now: Instant) -> bool {
        let told = self.last.as_ref().map(|last| last.told);
        let is_news = told.is_none_or(|told| now.duration_since(told) >= TOLD_EVERY);
        let told = told.filter(|_| !is_news).unwrap_or(now);
        self.last = Some(Last { came: now, told });
        is_news
    }

    /// What it kept from being done was done. Whether it is over, and that is to be told.
    pub fn goes(&mut self, now: Instant) -> bool {
        self.last.take_if(|last| now.duration_since(last.came) >= LASTS).is_some()
    }

    /// Whether it came a moment ago.
    pub fn is_fresh(&self, now: Instant) -> bool {
        self.last.as_ref().is_some_and(|last| now.duration_since(last.came) < LASTS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_once_a_minute_and_when_it_is_over() {
        let (mut trouble, start) = (Trouble::default(), Instant::now());
        let at = |ms| start + Duration::from_millis(ms);
        assert!(!trouble.goes(at(0)), "there is none");
        let told = (0..1_800).filter(|tenth| trouble.comes(at(tenth * 100))).count();
        assert_eq!(told, 3, "in three minutes");
        // What comes and goes is the same trouble still.
        assert!(!trouble.goes(at(179_950)) && !trouble.comes(at(179_960)));
        assert!(trouble.is_fresh(at(181_900)) && !trouble.is_fresh(at(182_000)));
        assert!(trouble.goes(at(182_100)) && !trouble.goes(at(182_100)));
        assert!(trouble.comes(at(182_200)), "another one");
    }
}
