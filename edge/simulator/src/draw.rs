//! A day as a picture: how many waited, how long they waited by priority, and what had been said
//! against what came.

use protocol::{Millis, Priority};
use std::fmt::Write;

use crate::{
    day::{HOUR, LENGTH, MORNING},
    run::Passed,
};

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 56.0;
const GAP: f64 = 58.0;

/// An SVG with three panels over the hours of the day.
pub fn day(title: &str, passed: &Passed) -> String {
    let mut svg = String::new();
    let all = 3.0 * (HEIGHT + GAP) + 30.0;
    let _ = write!(
        svg,
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {} {all}' font-family='system-ui, \
         sans-serif' font-size='12'><rect width='100%' height='100%' fill='#fff'/><text \
         x='{LEFT}' y='20' font-size='15' font-weight='600'>{title}</text>",
        WIDTH + LEFT + 20.0
    );
    let most = passed.queue.iter().map(|(_, n)| *n).max().unwrap_or(1).max(1) as f64;
    panel(&mut svg, 0, "visitors waiting", most, |svg, y| {
        let mut path = format!("M{LEFT} {:.1}", y(0.0));
        for (at, n) in &passed.queue {
            let _ = write!(path, "H{:.1}V{:.1}", x(*at), y(*n as f64));
        }
        let _ = write!(svg, "<path d='{path}' fill='none' stroke='#14594a'/>");
    });
    let waits: Vec<_> = passed
        .courses
        .iter()
        .filter_map(|course| Some((course, (course.connected? - course.arrived) as f64 / 60_000.0)))
        .collect();
    let longest = waits.iter().map(|(_, wait)| *wait).fold(1.0, f64::max);
    panel(
        &mut svg,
        1,
        "minutes until connected: high red, medium amber, standard green",
        longest,
        |svg, y| {
            for (course, wait) in &waits {
                let colour = match course.priority {
                    Priority::High => "#a3231a",
                    Priority::Medium => "#b97a12",
                    Priority::Standard => "#14594a",
                };
                let _ = write!(
                    svg,
                    "<circle cx='{:.1}' cy='{:.1}' r='1.8' fill='{colour}' fill-opacity='.6'/>",
                    x(course.arrived),
                    y(*wait)
                );
            }
        },
    );
    let highest = waits
        .iter()
        .filter_map(|(course, _)| course.said)
        .map(|said| said.to as f64 / 60_000.0)
        .fold(longest, f64::max);
    panel(
        &mut svg,
        2,
        "minutes said (bar) and what came (dot; red outside of what was said)",
        highest,
        |svg, y| {
            for (course, wait) in &waits {
                let Some(said) = course.said else { continue };
                let (from, to) = (said.from as f64 / 60_000.0, said.to as f64 / 60_000.0);
                let colour = if (from..=to).contains(wait) { "#1c2321" } else { "#d0281c" };
                let at = x(course.arrived);
                let _ = write!(
                    svg,
                    "<line x1='{at:.1}' x2='{at:.1}' y1='{:.1}' y2='{:.1}' stroke='#9cc9bd' \
                     stroke-opacity='.7'/><circle cx='{at:.1}' cy='{:.1}' r='1.6' \
                     fill='{colour}'/>",
                    y(from),
                    y(to),
                    y(*wait)
                );
            }
        },
    );
    svg.push_str("</svg>\n");
    svg
}

fn x(at: Millis) -> f64 {
    LEFT + (at.saturating_sub(MORNING) as f64 / LENGTH as f64).min(1.02) * WIDTH
}

/// A frame with its hours and its scale; `fill` gets what turns a value into a height.
fn panel(
    svg: &mut String,
    number: u32,
    label: &str,
    most: f64,
    fill: impl FnOnce(&mut String, &dyn Fn(f64) -> f64),
) {
    let top = 40.0 + f64::from(number) * (HEIGHT + GAP);
    let y = move |value: f64| top + HEIGHT - value / most * HEIGHT;
    let _ = write!(svg, "<text x='{LEFT}' y='{:.1}' fill='#56615d'>{label}</text>", top - 5.0);
    for part in 0..=4 {
        let value = most * f64::from(part) / 4.0;
        let _ = write!(
            svg,
            "<line x1='{LEFT}' x2='{:.1}' y1='{:.1}' y2='{:.1}' stroke='#dfe5e2'/><text x='{:.1}' \
             y='{:.1}' text-anchor='end' fill='#56615d'>{value:.0}</text>",
            LEFT + WIDTH,
            y(value),
            y(value),
            LEFT - 6.0,
            y(value) + 4.0
        );
    }
    for hour in 0..=LENGTH / HOUR {
        let _ = write!(
            svg,
            "<text x='{:.1}' y='{:.1}' text-anchor='middle' fill='#56615d'>{hour} h</text>",
            x(MORNING + hour * HOUR),
            top + HEIGHT + 16.0
        );
    }
    fill(svg, &y);
}
