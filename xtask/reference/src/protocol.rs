//! `docs/protocol.md`: every frame, command, event, type, limit and rejection code.

use front::{Answer, FRAMES, ROUTES, Route, SILENCE_MS, STRANGER_MS};
use protocol::{
    AgentCommand, AgentEvent, AgentFrame, EventFrame, Rejection, RejectionCode, VisitorCommand,
    VisitorEvent, VisitorFrame, limits,
};
use schemars::{JsonSchema, schema_for};
use serde_json::Value;
use std::{fs, path::Path};

use crate::{
    markdown::{paragraph, table},
    schema::{Schema, description, fields, type_of, variants},
};

/// How a client works; written by a person.
const BEGINNING: &str = include_str!("protocol.md");

/// Fields that mean the same wherever they stand.
const COMMON: [(&str, &str); 4] = [
    ("conversation", "The conversation that it is about."),
    (
        "claim",
        "The number of the agent's hold on the conversation, from `offered`, `accepted` or \
         `opened`.",
    ),
    ("seq", "The number of a message within its conversation."),
    ("now", "The desk's time: all times that it sends are by that clock."),
];

#[derive(JsonSchema)]
#[expect(dead_code, reason = "names the four frames in one schema")]
struct Frames {
    visitor_frame: VisitorFrame,
    visitor_event_frame: EventFrame<VisitorEvent>,
    agent_frame: AgentFrame,
    agent_event_frame: EventFrame<AgentEvent>,
}

pub fn document() -> String {
    let all = Schema::new(schema_for!(Frames));
    let mut text = BEGINNING.replace("{{ROUTES}}", routes().trim_end());
    for (name, figure) in [
        ("SILENCE", SILENCE_MS / 1000),
        ("STRANGER", STRANGER_MS / 1000),
        ("FRAMES", 1000 / FRAMES.every_ms),
        ("BURST", FRAMES.at_once),
    ] {
        text = text.replace(&format!("{{{{{name}}}}}"), &figure.to_string());
    }
    text += "\n## Frames\n\n";
    for (frame, name) in [
        ("VisitorFrame", "A visitor's frame"),
        ("AgentFrame", "An agent's frame"),
        ("EventFrame", "A frame of the desk"),
    ] {
        let schema = all.get(frame).expect("a frame");
        text += &format!("### {name}\n\n{}", paragraph(description(schema).unwrap_or_default()));
        text += &field_table(&all, schema);
    }
    let sides: [(&str, &str, Schema); 4] = [
        ("Visitor command", "visitor_commands", Schema::new(schema_for!(VisitorCommand))),
        ("Visitor event", "visitor_events", Schema::new(schema_for!(VisitorEvent))),
        ("Agent command", "agent_commands", Schema::new(schema_for!(AgentCommand))),
        ("Agent event", "agent_events", Schema::new(schema_for!(AgentEvent))),
    ];
    for (kind, folder, schema) in &sides {
        text += &format!(
            "## {kind}s\n\n{}",
            paragraph(description(schema.root()).expect("words on each side"))
        );
        for variant in variants(schema.root()) {
            let (name, content) =
                (variant.name, variant.content.expect("commands and events are objects"));
            let meaning =
                variant.meaning.unwrap_or_else(|| panic!("{kind} {name}: no doc comment"));
            text += &format!(
                "### {kind} `{name}`\n\n{}{}",
                paragraph(meaning),
                field_table(schema, content)
            );
            text += &format!("```json\n{}\n```\n\n", example(folder, name));
        }
    }
    text += "## Types\n\n";
    let shown = [
        "VisitorFrame",
        "AgentFrame",
        "EventFrame",
        "EventFrame2",
        "VisitorCommand",
        "VisitorEvent",
        "AgentCommand",
        "AgentEvent",
    ];
    for (name, schema) in all.types().into_iter().filter(|(name, _)| !shown.contains(name)) {
        text += &format!(
            "### `{name}`\n\n{}",
            paragraph(description(schema).unwrap_or_else(|| panic!("{name}: no doc comment")))
        );
        text += &match name {
            "RejectionCode" => codes(schema),
            _ => of_type(&all, schema),
        };
    }
    text += "## Limits\n\n";
    text += &paragraph(
        "The constants of `edge/protocol/src/limits.rs`, whose names stand in the tables above.",
    );
    let rows = limits::all().into_iter().map(|limit| {
        vec![format!("`{}`", limit.name), limit.value, limit.meaning.trim().to_owned()]
    });
    text += &table(&["limit", "value", "meaning"], rows);
    text.trim_end().to_owned() + "\n"
}

fn routes() -> String {
    let meaning = |route| match route {
        Route::Health => "answers `ok` while the server runs",
        Route::Loader => "the script tag",
        Route::Asset => "what the pages are made of, with hashed names",
        Route::Frame => "the widget's document, with the site's public settings",
        Route::Console => "the agents' console",
        Route::VisitorFrames => {
            "a visitor's frame; the reply is the list of frames for that visitor"
        }
        Route::AgentFrames => {
            "an agent's frame, with their cookie; the reply is the list of frames for that agent"
        }
        Route::SignIn => "`sign_in`; the reply sets the cookie",
        Route::VisitorSocket => "the WebSocket of a visitor: every text message is one frame",
        Route::AgentSocket => "the WebSocket of an agent, with their cookie",
        Route::Link => "for the operator: site and agent; prints a one-time sign-in link",
        Route::SignOut => "for the operator: site and agent; ends the agent's sessions and links",
        Route::Erase => {
            "for the operator: site and conversation; deletes it, and gives the receipt"
        }
        Route::Check => "for the operator: whether a site's storage is whole",
        Route::Backup => "for the operator: copies a site's storage while it runs",
    };
    let path = |pattern: &str| {
        format!("`/{}`", pattern.replacen('*', "SITE", 1).replace('*', "AGENT"))
            .replace("assets/SITE", "assets/FILE")
            .replace("erase/SITE/AGENT", "erase/SITE/CONVERSATION")
    };
    table(
        &["method", "path", "leads to"],
        ROUTES.iter().map(|(method, pattern, route)| {
            vec![(*method).to_owned(), path(pattern), meaning(*route).to_owned()]
        }),
    )
}

fn field_table(all: &Schema, schema: &Value) -> String {
    let rows: Vec<_> = fields(schema)
        .into_iter()
        .map(|field| {
            let meaning = || {
                let common = COMMON
                    .iter()
                    .find(|(name, _)| *name == field.name)
                    .map(|(_, meaning)| *meaning);
                let own = description(field.schema).or(common);
                own.or_else(|| description(all.referred(field.schema).unwrap_or(&Value::Null)))
            };
            let meaning = meaning().unwrap_or_else(|| panic!("{}: no doc comment", field.name));
            let is_needed = if field.is_needed { "" } else { "may be absent" };
            vec![
                format!("`{}`", field.name),
                type_of(field.schema),
                is_needed.to_owned(),
                meaning.to_owned(),
            ]
        })
        .collect();
    if rows.is_empty() {
        paragraph("It has no fields.")
    } else {
        table(&["field", "type", "", "meaning"], rows)
    }
}

fn of_type(all: &Schema, schema: &Value) -> String {
    let variants = variants(schema);
    if variants.is_empty() {
        return if schema["properties"].is_object() {
            field_table(all, schema)
        } else {
            paragraph(&format!("JSON: {}.", type_of(schema)))
        };
    }
    let rows = variants.into_iter().map(|variant| {
        let written = match variant.content {
            None => format!("`\"{}\"`", variant.name),
            Some(content) if content["properties"].is_object() => {
                let inner: Vec<_> = fields(content)
                    .iter()
                    .map(|field| format!("`\"{}\"`: {}", field.name, type_of(field.schema)))
                    .collect();
                format!("`{{\"{}\":` {{{}}}`}}`", variant.name, inner.join(", "))
            }
            Some(content) => format!("`{{\"{}\":` {}`}}`", variant.name, type_of(content)),
        };
        let inner =
            variant.content.into_iter().flat_map(fields).filter_map(|field| {
                Some(format!("`{}`: {}", field.name, description(field.schema)?))
            });
        let meaning = variant
            .meaning
            .unwrap_or_else(|| panic!("{}: no doc comment", variant.name))
            .to_owned();
        vec![written, [meaning].into_iter().chain(inner).collect::<Vec<_>>().join(" ")]
    });
    table(&["value", "meaning"], rows)
}

fn codes(schema: &Value) -> String {
    let rows = variants(schema).into_iter().map(|variant| {
        let code: RejectionCode =
            serde_json::from_value(variant.name.into()).expect("a code of the schema");
        let status = match code {
            RejectionCode::Malformed
            | RejectionCode::TooLarge
            | RejectionCode::SlowDown
            | RejectionCode::Unavailable => {
                Answer::refused(Rejection::new(code, "")).status.to_string()
            }
            // Only a desk says these, in a reply of status 200.
            _ => "200".to_owned(),
        };
        vec![
            format!("`{}`", variant.name),
            status,
            variant.meaning.expect("a doc comment on every code").to_owned(),
        ]
    });
    table(&["code", "status", "meaning"], rows)
}

/// The golden file, on one line where it fits.
fn example(folder: &str, name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../edge/protocol/examples")
        .join(folder)
        .join(format!("{name}.json"));
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let value: Value = serde_json::from_str(&text).expect("a golden file is JSON");
    let short = value.to_string();
    if short.len() <= 100 { short } else { text.trim_end().to_owned() }
}
