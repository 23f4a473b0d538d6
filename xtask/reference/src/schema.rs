//! What a JSON Schema, as `schemars` derives it, says of types and their fields.

use serde_json::{Map, Value};

use crate::markdown::to_type;

/// The types that a schema names.
pub struct Schema {
    root: Value,
}

/// One field of an object.
pub struct Field<'a> {
    pub name: &'a str,
    pub schema: &'a Value,
    pub is_needed: bool,
}

/// One value of an enum.
pub struct Variant<'a> {
    pub name: &'a str,
    pub meaning: Option<&'a str>,
    /// What stands behind the name, unless the name is all.
    pub content: Option<&'a Value>,
}

impl Schema {
    pub fn new(schema: schemars::Schema) -> Self {
        Self { root: schema.into() }
    }

    /// The definitions by name, in alphabetical order.
    pub fn types(&self) -> Vec<(&str, &Value)> {
        let mut all: Vec<_> =
            definitions(&self.root).iter().map(|(name, schema)| (name.as_str(), schema)).collect();
        all.sort_by_key(|(name, _)| *name);
        all
    }

    pub fn root(&self) -> &Value {
        &self.root
    }

    /// The definition of this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        definitions(&self.root).get(name)
    }

    /// The definition to which a schema leads, alone or beside `null`.
    pub fn referred(&self, schema: &Value) -> Option<&Value> {
        self.get(
            schema["anyOf"].as_array().into_iter().flatten().chain([schema]).find_map(reference)?,
        )
    }
}

fn definitions(root: &Value) -> &Map<String, Value> {
    root["$defs"].as_object().expect("a schema with definitions")
}

fn reference(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix("#/$defs/")
}

/// The first paragraph of a doc comment: what follows it is for who reads the code.
pub fn description(schema: &Value) -> Option<&str> {
    schema["description"].as_str()?.split("\n\n").next()
}

/// In alphabetical order, since a map of JSON keeps no other in every build.
pub fn fields(schema: &Value) -> Vec<Field<'_>> {
    let needed: Vec<_> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let properties = schema["properties"].as_object().into_iter().flatten();
    let mut fields: Vec<_> = properties
        .map(|(name, schema)| Field { name, schema, is_needed: needed.contains(&name.as_str()) })
        .collect();
    fields.sort_by_key(|field| field.name);
    fields
}

/// In the order of the source, those without words of their own first.
pub fn variants(schema: &Value) -> Vec<Variant<'_>> {
    let mut all = Vec::new();
    for one in schema["oneOf"].as_array().into_iter().flatten().chain([schema]) {
        let meaning = description(one);
        for name in one["enum"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            all.push(Variant { name, meaning: None, content: None });
        }
        if let Some(name) = one["const"].as_str() {
            all.push(Variant { name, meaning, content: None });
        } else if let Some(name) =
            one["required"][0].as_str().filter(|_| schema["oneOf"].is_array())
        {
            all.push(Variant { name, meaning, content: Some(&one["properties"][name]) });
        }
    }
    all
}

/// The type in words, with a link where the document has a section of it.
pub fn type_of(schema: &Value) -> String {
    if let Some(name) = reference(schema) {
        return to_type(name);
    }
    if let Some(all) = schema["anyOf"].as_array() {
        return all.iter().map(type_of).collect::<Vec<_>>().join(" or ");
    }
    if let Some(parts) = schema["prefixItems"].as_array() {
        return format!("[{}]", parts.iter().map(type_of).collect::<Vec<_>>().join(", "));
    }
    let one = |name: &str| match name {
        "array" => format!("list of {}", type_of(&schema["items"])),
        "integer" => "whole number".to_owned(),
        "boolean" => "true or false".to_owned(),
        "string" => "text".to_owned(),
        other => other.to_owned(),
    };
    match &schema["type"] {
        Value::Array(names) => {
            names.iter().filter_map(Value::as_str).map(one).collect::<Vec<_>>().join(" or ")
        }
        name => one(name.as_str().expect("a schema with a type")),
    }
}
