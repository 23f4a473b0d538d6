//! `signals read` and `signals predict`: the reader on lines of JSON, for measuring and for looking.

use serde::Deserialize;
use serde_json::{Value, json};
use signals::{Reader, Reading, TopicKind};
use std::{
    io::{self, BufRead, Write},
    process::ExitCode,
};

const USAGE: &str = "usage: signals read < conversations.jsonl
       signals predict --task explicit|frustration|rephrase|topics|language < SET.jsonl

read     one conversation a line: {\"id\",\"messages\":[{\"from\":\"visitor\"|\"bot\",\"text\",\"confidence\"?}]}; one line of readings out
predict  the labelled sets: a prediction a line, from the texts alone";

/// The likeness from which on two turns count as the same need.
const REPHRASING: f32 = 0.5;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments[..] {
        ["read"] => each_line(read),
        ["predict", "--task", task] => match predictor(task) {
            Some(predict) => each_line(predict),
            None => Err(format!("no such task: {task}\n{USAGE}")),
        },
        _ => Err(USAGE.to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn each_line(mut answer: impl FnMut(&str) -> Result<Value, serde_json::Error>) -> Result<(), String> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for (i, line) in io::stdin().lock().lines().enumerate() {
        let line = line.map_err(|wrong| format!("line {}: {wrong}", i + 1))?;
        if line.trim().is_empty() {
            continue;
        }
        let value = answer(&line).map_err(|wrong| format!("line {}: {wrong}", i + 1))?;
        writeln!(out, "{value}").map_err(|wrong| format!("writing: {wrong}"))?;
    }
    out.flush().map_err(|wrong| format!("writing: {wrong}"))
}

#[derive(Deserialize)]
struct Conversation {
    id: String,
    messages: Vec<Spoken>,
}

#[derive(Deserialize)]
struct Spoken {
    from: String,
    text: String,
    confidence: Option<f32>,
}

fn read(line: &str) -> Result<Value, serde_json::Error> {
    let conversation: Conversation = serde_json::from_str(line)?;
    let mut reader = Reader::new(REPHRASING);
    let mut readings = Vec::new();
    for message in &conversation.messages {
        if message.from == "visitor" {
            readings.push(shown(&reader.read(&message.text)));
        } else {
            reader.hear_bot(&message.text, message.confidence);
        }
    }
    Ok(json!({ "id": conversation.id, "readings": readings }))
}

fn shown(reading: &Reading) -> Value {
    json!({
        "asked_for_human": reading.asked_for_human.strength,
        "asked_for_human_words": reading.asked_for_human.evidence,
        "frustration": reading.frustration.strength,
        "frustration_words": reading.frustration.evidence,
        "running": reading.running,
        "level": reading.level as u8,
        "short_negative": reading.short_negative,
        "profanity": reading.profanity,
        "shouting": reading.shouting,
        "rephrasing": reading.rephrased.likeness,
        "said_times": reading.rephrased.times,
        "topics": reading.topics.iter().map(|topic| topic_name(topic.kind)).collect::<Vec<_>>(),
        "failed_attempts": reading.failed_attempts,
        "language": reading.language,
    })
}

/// What a row of a labelled set says; its answers are not read.
#[derive(Deserialize)]
struct Row {
    id: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    context: Vec<Said>,
    #[serde(default)]
    turns: Vec<String>,
}

#[derive(Deserialize)]
struct Said {
    role: String,
    text: String,
}

type Predictor = fn(&str) -> Result<Value, serde_json::Error>;

fn predictor(task: &str) -> Option<Predictor> {
    Some(match task {
        "explicit" => |line| {
            let (id, reading) = last_reading(line)?;
            let score = reading.asked_for_human.strength;
            Ok(json!({ "id": id, "score": score, "flag": u8::from(score >= 0.5) }))
        },
        "frustration" => |line| {
            let (id, reading) = last_reading(line)?;
            Ok(json!({ "id": id, "score": reading.frustration.strength, "level": signals::Level::of(reading.frustration.strength) as u8 }))
        },
        "topics" => |line| {
            let (id, reading) = last_reading(line)?;
            let topics: Vec<_> = reading.topics.iter().map(|topic| topic_name(topic.kind)).collect();
            Ok(json!({ "id": id, "score": if topics.is_empty() { 0.0 } else { 1.0 }, "topics": topics }))
        },
        "rephrase" => |line| {
            let (id, reading) = last_reading(line)?;
            let likeness = reading.rephrased.likeness;
            let score3 = likeness + f32::from(reading.rephrased.times.min(4));
            Ok(json!({ "id": id, "score": likeness, "flag": u8::from(likeness >= REPHRASING), "score3": score3 }))
        },
        "language" => |line| {
            let row: Row = serde_json::from_str(line)?;
            Ok(json!({ "id": row.id, "lang": signals::language(&row.text) }))
        },
        _ => return None,
    })
}

/// The reading of the row's last message, after what came before it.
fn last_reading(line: &str) -> Result<(String, Reading), serde_json::Error> {
    let row: Row = serde_json::from_str(line)?;
    let mut reader = Reader::new(REPHRASING);
    for said in &row.context {
        if said.role == "user" {
            reader.read(&said.text);
        } else {
            reader.hear_bot(&said.text, None);
        }
    }
    let mut reading = Reading::default();
    for turn in &row.turns {
        reading = reader.read(turn);
    }
    if row.turns.is_empty() {
        reading = reader.read(&row.text);
    }
    Ok((row.id, reading))
}

fn topic_name(kind: TopicKind) -> &'static str {
    match kind {
        TopicKind::BillingDispute => "billing_dispute",
        TopicKind::Refund => "refund",
        TopicKind::Legal => "legal",
        TopicKind::AccountSecurity => "security",
        TopicKind::Sensitive => "sensitive",
        TopicKind::Complaint => "complaint",
    }
}
