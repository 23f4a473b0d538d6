//! How good what was said is: the share of waits inside the interval, and the pinball loss at three
//! quantiles.

use protocol::{Millis, Priority};

use crate::{baselines, run::Passed};

/// Summed over many days.
#[derive(Clone, Debug, Default)]
pub struct Score {
    pub handoffs: u64,
    /// Waits that ended with a person and of which an interval had been said.
    pub said: u64,
    pub inside: u64,
    pub too_short: u64,
    /// Seconds of all intervals.
    pub width: f64,
    /// Pinball losses at 10, 50 and 90 %, in seconds, summed; of ours, and of each baseline, over
    /// the same waits.
    pub ours: [f64; 3],
    pub theirs: [[f64; 3]; 3],
    /// Waits of which all of them had said something.
    pub compared: u64,
    /// By priority: waits inside, of all.
    pub by_priority: [(u64, u64); 3],
}

const QUANTILES: [f64; 3] = [0.1, 0.5, 0.9];

/// What a forecast of a quantile costs when the wait was another: above costs little of a low
/// quantile, and much of a high one.
fn pinball(quantile: f64, said: Millis, was: Millis) -> f64 {
    let off = (was as f64 - said as f64) / 1000.0;
    if off >= 0.0 { quantile * off } else { (quantile - 1.0) * off }
}

impl Score {
    pub fn add(&mut self, passed: &Passed) {
        for (course, theirs) in passed.courses.iter().zip(baselines::said(passed)) {
            self.handoffs += 1;
            let (Some(said), Some(connected)) = (course.said, course.connected) else { continue };
            let was = connected - course.arrived;
            let is_inside = (said.from..=said.to).contains(&was);
            self.said += 1;
            self.inside += u64::from(is_inside);
            self.too_short += u64::from(was > said.to);
            self.width += (said.to - said.from) as f64 / 1000.0;
            let own = &mut self.by_priority[course.priority as usize];
            own.0 += u64::from(is_inside);
            own.1 += 1;
            let [Some(a), Some(b), Some(c)] = theirs else { continue };
            self.compared += 1;
            for (i, quantile) in QUANTILES.into_iter().enumerate() {
                self.ours[i] += pinball(quantile, [said.from, said.likely, said.to][i], was);
                for (sums, theirs) in self.theirs.iter_mut().zip([a, b, c]) {
                    // A single number stands for every quantile.
                    sums[i] += pinball(quantile, theirs, was);
                }
            }
        }
    }

    pub fn coverage(&self) -> f64 {
        self.inside as f64 / self.said.max(1) as f64
    }

    pub fn coverage_of(&self, priority: Priority) -> Option<f64> {
        let (inside, all) = self.by_priority[priority as usize];
        (all > 0).then(|| inside as f64 / all as f64)
    }

    /// The mean loss of a wait over the three quantiles, in seconds: ours, and each baseline's.
    pub fn losses(&self) -> (f64, [f64; 3]) {
        let mean = |sums: &[f64; 3]| sums.iter().sum::<f64>() / 3.0 / self.compared.max(1) as f64;
        (mean(&self.ours), [0, 1, 2].map(|i| mean(&self.theirs[i])))
    }
}
