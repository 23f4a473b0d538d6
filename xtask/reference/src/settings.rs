//! `docs/settings.md`: every key of `site.toml`.

use front::Config;
use protocol::Rules;
use schemars::schema_for;
use serde_json::Value;

use crate::{
    markdown::{paragraph, table},
    schema::{Field, Schema, description, fields, variants},
};

/// How settings are read; written by a person.
const BEGINNING: &str = include_str!("settings.md");

/// The tables of the file, each with the type that reads it, in the order in which a person fills
/// them in.
const TABLES: [(&str, &str); 11] = [
    ("[[site]]", "SiteSettings"),
    ("[site.schedule]", "Schedule"),
    ("[site.greeting]", "Greeting"),
    ("[site.contact]", "Contact"),
    ("[[site.agent]]", "AgentSettings"),
    ("[[site.category]]", "CategoryOption"),
    ("[site.times]", "Times"),
    ("[site.quotas]", "Quotas"),
    ("[site.rules]", "Rules"),
    ("[[site.rules.rule]]", "Rule"),
    ("[site.rules.thresholds]", "Thresholds"),
];

pub fn document() -> String {
    let all = Schema::new(schema_for!(Config));
    let mut text = BEGINNING.to_owned();
    text += &format!("\n## The server\n\n{}", paragraph("Above the first `[[site]]`."));
    text += &keys(&all, all.root());
    for (table, name) in TABLES {
        let schema = all.get(name).unwrap_or_else(|| panic!("{name} is not read"));
        text += &format!(
            "## `{table}`\n\n{}",
            paragraph(description(schema).unwrap_or_else(|| panic!("{name}: no doc comment")))
        );
        text += &keys(&all, schema);
    }
    text += "## The rules of a site without rules of its own\n\n";
    text += &format!(
        "```toml\n{}```\n",
        toml::to_string(&Rules::default()).expect("rules are plain TOML")
    );
    text
}

/// The keys of one table of the file, without the tables in it.
fn keys(all: &Schema, schema: &Value) -> String {
    let rows =
        fields(schema).into_iter().filter(|field| !is_table(all, field.schema)).map(|field| {
            let meaning = description(field.schema)
                .unwrap_or_else(|| panic!("{}: no doc comment", field.name));
            vec![
                format!("`{}`", field.name),
                kind(all, field.schema),
                default(&field),
                range(field.schema),
                meaning.to_owned(),
            ]
        });
    table(&["key", "type", "default", "range", "meaning"], rows)
}

/// Whether a field is a table, or a list of tables, with a section of its own.
fn is_table(all: &Schema, schema: &Value) -> bool {
    let one = if schema["type"] == "array" { &schema["items"] } else { schema };
    all.referred(one).is_some_and(|referred| referred["properties"].is_object())
}

fn kind(all: &Schema, schema: &Value) -> String {
    if let Some(referred) = all.referred(schema) {
        let values: Vec<_> =
            variants(referred).iter().map(|variant| format!("`\"{}\"`", variant.name)).collect();
        return if values.is_empty() {
            kind(all, referred)
        } else {
            format!("one of {}", values.join(", "))
        };
    }
    if let Some(parts) = schema["prefixItems"].as_array() {
        return format!(
            "pairs: {}",
            parts.iter().map(|part| kind(all, part)).collect::<Vec<_>>().join(", and ")
        );
    }
    let names: Vec<_> = match &schema["type"] {
        Value::Array(names) => {
            names.iter().filter_map(Value::as_str).filter(|name| *name != "null").collect()
        }
        name => name.as_str().into_iter().collect(),
    };
    match names[..] {
        ["array"] => format!("list of {}", kind(all, &schema["items"])),
        ["object"] => "table".to_owned(),
        ["integer"] => "whole number".to_owned(),
        ["boolean"] => "true or false".to_owned(),
        ["string"] => "text".to_owned(),
        _ => names.join(" or "),
    }
}

fn default(field: &Field<'_>) -> String {
    match &field.schema["default"] {
        _ if field.is_needed => "required".to_owned(),
        Value::Null => "none".to_owned(),
        Value::Array(list) if list.is_empty() => "none".to_owned(),
        Value::Array(_) => "see the end".to_owned(),
        // Written as a person writes it: a number of single precision has more digits than it was
        // given.
        Value::Number(number) if number.is_f64() => {
            format!("`{}`", (number.as_f64().unwrap_or_default() * 1e4).round() / 1e4)
        }
        value => format!("`{value}`"),
    }
}

/// What `baton check` takes; a test of the desk holds the two together.
fn range(schema: &Value) -> String {
    let limit = |name: &str| schema[name].as_f64().map(|limit| limit.to_string());
    // What the type of a small number cannot hold, no person would write.
    let most = limit("maximum").filter(|most| most != "255");
    match (limit("minimum"), most) {
        (Some(least), Some(most)) => format!("{least} to {most}"),
        (Some(least), None) => format!("{least} or more"),
        (None, _) => String::new(),
    }
}
