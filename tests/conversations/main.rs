//! Dialogues with what must follow: one text file each. A line is `visitor: …`, `bot 0.8: …` (with
//! its confidence), or, after a visitor's line, `-> nothing`, `-> offer TRIGGER`, or `-> handoff
//! TRIGGER PRIORITY`.

use std::{fs, path::Path};

use protocol::Rules;
use signals::{Base, Models, Pack, Reader};
use widget::escalate::{Decision, decide, signals_of};

#[test]
fn every_dialogue_ends_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("conversations");
    let mut mistakes = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("the folder of dialogues") {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|ending| ending == "txt") {
            count += 1;
            mistakes.extend(
                play(&fs::read_to_string(&path).expect("text"))
                    .into_iter()
                    .map(|why| format!("{}: {why}", path.display())),
            );
        }
    }
    assert!(count >= 150, "{count} dialogues found");
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

/// What did not follow as written.
fn play(text: &str) -> Vec<String> {
    let rules = Rules::default();
    let read = |name: &str| {
        fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../widget/signals/models").join(name))
            .expect("the committed models")
    };
    let base = Base::read(&read("base.bin")).expect("the base");
    let pack = Pack::read(&read("pack.bin")).expect("the pack");
    let mut reader = Reader::new(Models::new(Some(base), Some(pack)), rules.thresholds.rephrasing);
    let (mut mistakes, mut last, mut line) = (Vec::new(), String::new(), 0);
    let (mut heard, mut shown) = ("", String::new());
    for written in text
        .lines()
        .map(str::trim)
        .filter(|written| !written.is_empty() && !written.starts_with('#'))
    {
        if let Some(said) = written.strip_prefix("visitor: ") {
            heard = said;
            let reading = reader.read(said);
            let found = signals_of(&reading, None, &rules, line);
            last = told(&decide(&reading, &found, &rules, false));
            shown = format!(
                "asks {:.2}, frustration {:.2}, like an earlier one {:.2}",
                reading.asked_for_human.strength, reading.running, reading.rephrased.likeness
            );
            line += 1;
        } else if let Some(expected) = written.strip_prefix("-> ") {
            if last != expected {
                mistakes.push(format!("`{heard}`: expected {expected}, got {last} ({shown})"));
            }
        } else if let Some((confidence, said)) =
            written.strip_prefix("bot ").and_then(|rest| rest.split_once(": "))
        {
            reader.hear_bot(said, confidence.parse().ok());
            line += 1;
        } else {
            mistakes.push(format!("no such line: {written}"));
        }
    }
    mistakes
}

fn told(decision: &Decision) -> String {
    match decision {
        Decision::Nothing => "nothing".to_owned(),
        Decision::Offer(escalation) => format!("offer {}", word(escalation.trigger)),
        Decision::Handoff(escalation) => {
            format!("handoff {} {}", word(escalation.trigger), word(escalation.priority))
        }
    }
}

/// A value's word in the protocol.
fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}
