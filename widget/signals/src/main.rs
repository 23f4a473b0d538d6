//! `signals read` and `signals predict`: the reader on lines of JSON, for measuring and for
//! looking.

use serde::Deserialize;
use serde_json::{Value, json};
use signals::{Base, Intents, Models, Pack, Reader, Reading, TopicFinding};
use std::{
    io::{self, BufRead, Write},
    process::ExitCode,
};
use vocabulary::Topic;

const USAGE: &str = "usage: signals read [--no-pack] < conversations.jsonl
       signals predict --task \
                     explicit|frustration|rephrase|topics|intent|category|summary|language \
                     [--no-pack] < SET.jsonl

read     one conversation a line: \
                     {\"id\",\"messages\":[{\"from\":\"visitor\"|\"bot\",\"text\",\"confidence\"?\
                     }]}; one line of readings out
predict  the labelled sets: a prediction a line, from the texts alone
--no-pack  with the base alone, as before the pack is there";

/// The likeness from which on two turns count as the same need.
const REPHRASING: f32 = 0.5;

fn main() -> ExitCode {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| argument != "--no-pack").collect();
    let has_pack = std::env::args().all(|argument| argument != "--no-pack");
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = models(has_pack).and_then(|models| match arguments[..] {
        ["read"] => each_line(|line| read(line, &models)),
        ["predict", "--task", "intent"] => intents(&models),
        ["predict", "--task", task] => match predictor(task) {
            Some(predict) => each_line(|line| predict(line, &models)),
            None => Err(format!("no such task: {task}\n{USAGE}")),
        },
        _ => Err(USAGE.to_owned()),
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// The models that the widget fetches, as they were when this program was built.
fn models(has_pack: bool) -> Result<Models, String> {
    let base = Base::read(include_bytes!("../models/base.bin"))
        .map_err(|error| format!("base.bin: {error}"))?;
    let pack = has_pack
        .then(|| Pack::read(include_bytes!("../models/pack.bin")))
        .transpose()
        .map_err(|error| format!("pack.bin: {error}"))?;
    Ok(Models::new(Some(base), pack))
}

fn each_line(
    mut answer: impl FnMut(&str) -> Result<Value, serde_json::Error>,
) -> Result<(), String> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for (i, line) in io::stdin().lock().lines().enumerate() {
        let line = line.map_err(|error| format!("line {}: {error}", i + 1))?;
        if line.trim().is_empty() {
            continue;
        }
        let value = answer(&line).map_err(|error| format!("line {}: {error}", i + 1))?;
        writeln!(out, "{value}").map_err(|error| format!("writing: {error}"))?;
    }
    out.flush().map_err(|error| format!("writing: {error}"))
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

fn read(line: &str, models: &Models) -> Result<Value, serde_json::Error> {
    let conversation: Conversation = serde_json::from_str(line)?;
    let mut reader = Reader::new(models.clone(), REPHRASING);
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
    let facts = &reading.facts;
    json!({
        "asked_for_human": reading.asked_for_human.strength,
        "asked_for_human_words": reading.asked_for_human.evidence,
        "frustration": reading.frustration.strength,
        "frustration_words": reading.frustration.evidence,
        "running": reading.running,
        "moved": reading.moved,
        "level": reading.level as u8,
        "short_negative": reading.short_negative,
        "profanity": reading.profanity,
        "shouting": reading.shouting,
        "rephrasing": reading.rephrased.likeness,
        "rephrasing_of": reading.rephrased.earlier,
        "said_times": reading.rephrased.times,
        "topics": reading.topics.iter().map(|topic| json!({
            "topic": topic_name(topic), "strength": topic.strength, "words": topic.evidence
        })).collect::<Vec<_>>(),
        "category": reading.category,
        "issue": reading.issue,
        "failed_attempts": reading.failed_attempts,
        "language": reading.language,
        "facts": {
            "order": facts.order, "product": facts.product, "date": facts.date,
            "email": facts.email, "phone": facts.phone,
            "amount": facts.amount.as_ref().map(|amount| json!({
                "value": amount.value, "currency": amount.currency
            })),
        },
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

type Predictor = fn(&str, &Models) -> Result<Value, serde_json::Error>;

fn predictor(task: &str) -> Option<Predictor> {
    Some(match task {
        "explicit" => |line, models| {
            let (id, reading) = last_reading(line, models)?;
            let score = reading.asked_for_human.strength;
            Ok(json!({ "id": id, "score": score, "flag": u8::from(score >= 0.5) }))
        },
        "frustration" => |line, models| {
            let (id, reading) = last_reading(line, models)?;
            Ok(json!({
                "id": id, "score": reading.frustration.strength,
                "level": signals::Level::of(reading.frustration.strength) as u8
            }))
        },
        "topics" => |line, models| {
            let (id, reading) = last_reading(line, models)?;
            let mut topics: Vec<_> = reading.topics.iter().map(|topic| topic.label).collect();
            if reading.failed_attempts >= 2 {
                topics.push("tech_twice");
            }
            Ok(json!({ "id": id, "score": reading.topic_strength, "topics": topics }))
        },
        "rephrase" => |line, models| {
            let (id, reading) = last_reading(line, models)?;
            let said = reading.rephrased;
            let score3 = said.second + 0.02 * said.likeness;
            Ok(json!({
                "id": id, "score": said.likeness, "flag": u8::from(said.likeness >= REPHRASING),
                "score3": score3
            }))
        },
        "category" => |line, models| {
            let (id, reading) = last_reading(line, models)?;
            Ok(json!({ "id": id, "category": reading.category }))
        },
        "summary" => |line, models| {
            let (id, reading) = last_reading(line, models)?;
            Ok(json!({ "id": id, "turn": reading.issue }))
        },
        "language" => |line, models| {
            let row: Row = serde_json::from_str(line)?;
            Ok(json!({
                "id": row.id,
                "lang": signals::language(&row.text, models.base().map(|base| &base.languages))
            }))
        },
        _ => return None,
    })
}

/// The reading of the row's last message, after what came before it.
fn last_reading(line: &str, models: &Models) -> Result<(String, Reading), serde_json::Error> {
    let row: Row = serde_json::from_str(line)?;
    let mut reader = Reader::new(models.clone(), REPHRASING);
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

/// The rows with the role `support` are a site's examples, set by set; the others are asked.
fn intents(models: &Models) -> Result<(), String> {
    #[derive(Deserialize)]
    struct Asked {
        id: String,
        episode: String,
        role: String,
        text: String,
        /// Read of examples only.
        #[serde(default)]
        intent: String,
    }
    let rows: Vec<Asked> = io::stdin()
        .lock()
        .lines()
        .enumerate()
        .map(|(i, line)| {
            serde_json::from_str(&line.map_err(|error| error.to_string())?)
                .map_err(|error| format!("line {}: {error}", i + 1))
        })
        .collect::<Result<_, String>>()?;
    let mut episodes: Vec<&str> = rows.iter().map(|row| row.episode.as_str()).collect();
    episodes.sort_unstable();
    episodes.dedup();
    let mut out = io::BufWriter::new(io::stdout().lock());
    for episode in episodes {
        let of_episode = || rows.iter().filter(|row| row.episode == episode);
        let learned = Intents::learn(
            of_episode()
                .filter(|row| row.role == "support")
                .map(|row| (row.intent.as_str(), row.text.as_str())),
            models,
        );
        for row in of_episode().filter(|row| row.role != "support") {
            let found = learned.find(&row.text, models);
            let (name, score) = found.map_or(("", 0.0), |intent| (intent.name, intent.score));
            writeln!(out, "{}", json!({ "id": row.id, "intent": name, "score": score }))
                .map_err(|error| format!("writing: {error}"))?;
        }
    }
    out.flush().map_err(|error| format!("writing: {error}"))
}

/// As exactly as it is known: of what is labelled `billing`, whether it is a dispute or a refund.
fn topic_name(topic: &TopicFinding) -> &'static str {
    match topic.kind {
        Topic::BillingDispute | Topic::Refund => topic.kind.code(),
        _ => topic.label,
    }
}
