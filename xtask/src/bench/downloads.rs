//! What the browser downloads, against the goals that stand here.

use anyhow::Result;
use flate2::{Compression, write::GzEncoder};
use std::{fs, io::Write};

use crate::web;

/// One group of files, with its goal in kB brotli.
struct Group {
    name: &'static str,
    starts: &'static [&'static str],
    goal_kb: Option<f64>,
}

const GROUPS: [Group; 6] = [
    Group { name: "loader", starts: &["baton.js"], goal_kb: Some(2.5) },
    Group {
        name: "until a message can be typed (loader, frame html, css)",
        starts: &["baton.js", "frame.html", "assets/frame-", "assets/here-"],
        goal_kb: Some(20.0),
    },
    Group {
        name: "frame (html, css, js, wasm)",
        starts: &["frame.html", "assets/frame-", "assets/here-", "assets/widget-"],
        goal_kb: Some(90.0),
    },
    Group { name: "words of a page, English", starts: &["assets/widget.en-"], goal_kb: Some(4.0) },
    Group { name: "words of a page, German", starts: &["assets/widget.de-"], goal_kb: Some(4.0) },
    Group {
        name: "console (html, css, js, wasm, English)",
        starts: &["console.html", "assets/console-", "assets/console.en-"],
        goal_kb: None,
    },
];

pub fn run() -> Result<()> {
    web::build()?;
    let mut files = Vec::new();
    for folder in ["", "assets"] {
        for entry in fs::read_dir(format!("{}/{folder}", web::WEB))? {
            let entry = entry?;
            let name = format!(
                "{folder}{}{}",
                if folder.is_empty() { "" } else { "/" },
                entry.file_name().to_string_lossy()
            );
            if entry.path().is_file() && !name.ends_with(".br") {
                let content = fs::read(entry.path())?;
                files.push((name, content.len(), gzip(&content)?, web::brotli(&content)?.len()));
            }
        }
    }
    files.sort();
    println!("\n{:<58} {:>10} {:>10} {:>10}", "file", "raw", "gzip 9", "brotli 11");
    for (name, raw, gzip, brotli) in &files {
        println!("{name:<58} {raw:>10} {gzip:>10} {brotli:>10}");
    }
    println!();
    for group in &GROUPS {
        let own = files
            .iter()
            .filter(|(name, ..)| group.starts.iter().any(|start| name.starts_with(start)));
        let (raw, gzip, brotli) = own.fold((0, 0, 0), |sum, (_, raw, gzip, brotli)| {
            (sum.0 + raw, sum.1 + gzip, sum.2 + brotli)
        });
        let kb = brotli as f64 / 1000.0;
        let goal = group.goal_kb.map_or(String::new(), |goal| {
            format!("  goal {goal} kB: {:.0} % of it  {}", 100.0 * kb / goal, bar(kb / goal))
        });
        println!("{:<58} {raw:>10} {gzip:>10} {brotli:>10}{goal}", group.name);
    }
    Ok(())
}

fn gzip(content: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?.len())
}

/// The share as a bar of twenty.
fn bar(share: f64) -> String {
    let full = (share * 20.0).round().clamp(0.0, 30.0) as usize;
    format!("{}{}", "█".repeat(full), "·".repeat(20usize.saturating_sub(full)))
}
