//! One message: what Fluent's syntax says of it, taken apart and put into the compiled form.

use fluent_syntax::ast::{Expression, InlineExpression, Pattern, PatternElement, VariantKey};
use std::collections::{BTreeMap, BTreeSet};

/// What CLDR calls plurals.
const PLURALS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    Text(String),
    Argument(String),
    Choice(Choice),
}

/// One of several texts.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    by: By,
    /// The placeholder that decides.
    name: String,
    /// The name of each text, the last one for all others.
    texts: Vec<(String, Vec<Part>)>,
}

/// What a choice is made by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum By {
    /// A number or its plural: each language has those it needs.
    Number,
    /// A code, such as `refund`: every language must have the same.
    Code,
}

pub type Sources<'a> = BTreeMap<String, &'a Pattern<&'a str>>;

pub fn parts(
    pattern: &Pattern<&str>,
    sources: &Sources,
    within: &mut Vec<String>,
) -> Result<Vec<Part>, String> {
    let mut all = Vec::new();
    for element in &pattern.elements {
        match element {
            // Where a text is broken into lines is not part of it.
            PatternElement::TextElement { value } => {
                add(&mut all, [Part::Text(value.replace('\n', " "))])
            }
            PatternElement::Placeable { expression } => {
                add(&mut all, of_expression(expression, sources, within)?)
            }
        }
    }
    for part in &all {
        if let Part::Text(text) = part
            && let Some(bad) = text.chars().find(|c| matches!(c, '{' | '}' | '|'))
        {
            return Err(format!("`{bad}` cannot be said"));
        }
    }
    Ok(all)
}

/// Texts beside each other are one.
fn add(all: &mut Vec<Part>, more: impl IntoIterator<Item = Part>) {
    for part in more {
        match (all.last_mut(), part) {
            (Some(Part::Text(text)), Part::Text(more)) => text.push_str(&more),
            (_, part) => all.push(part),
        }
    }
}

fn of_expression(
    expression: &Expression<&str>,
    sources: &Sources,
    within: &mut Vec<String>,
) -> Result<Vec<Part>, String> {
    let inline = match expression {
        Expression::Inline(inline) => inline,
        Expression::Select { selector: InlineExpression::VariableReference { id }, variants } => {
            let (mut choices, mut otherwise) = (Vec::new(), Vec::new());
            let is_plural = |key: &VariantKey<&str>| match key {
                VariantKey::Identifier { name } => PLURALS.contains(name),
                VariantKey::NumberLiteral { .. } => true,
            };
            let by = match variants.iter().all(|variant| is_plural(&variant.key)) {
                true => By::Number,
                false => By::Code,
            };
            for variant in variants {
                let name = match &variant.key {
                    VariantKey::Identifier { name } => *name,
                    VariantKey::NumberLiteral { value }
                        if by == By::Number && value.bytes().all(|byte| byte.is_ascii_digit()) =>
                    {
                        *value
                    }
                    VariantKey::NumberLiteral { value: name } => {
                        return Err(format!("[{name}] is no whole number among whole numbers"));
                    }
                };
                let parts = parts(&variant.value, sources, within)?;
                if variant.default {
                    otherwise.push((words::OTHERWISE.to_owned(), parts))
                } else {
                    choices.push((name.to_owned(), parts))
                }
            }
            choices.append(&mut otherwise);
            let name = id.name.to_owned();
            return Ok(vec![Part::Choice(Choice { by, name, texts: choices })]);
        }
        Expression::Select { .. } => return Err("a select is by a placeholder".to_owned()),
    };
    let name = match inline {
        InlineExpression::StringLiteral { value } => {
            return Ok(vec![Part::Text((*value).to_owned())]);
        }
        InlineExpression::NumberLiteral { value } => {
            return Ok(vec![Part::Text((*value).to_owned())]);
        }
        InlineExpression::VariableReference { id } => {
            return Ok(vec![Part::Argument(id.name.to_owned())]);
        }
        InlineExpression::Placeable { expression } => {
            return of_expression(expression, sources, within);
        }
        InlineExpression::MessageReference { id, attribute: None } => id.name.to_owned(),
        InlineExpression::TermReference { id, attribute: None, arguments: None } => {
            format!("-{}", id.name)
        }
        InlineExpression::FunctionReference { id, .. } => {
            return Err(format!(
                "{}() is no placeholder: numbers and times are written by the code",
                id.name
            ));
        }
        _ => return Err("attributes and arguments of terms are not known here".to_owned()),
    };
    if within.contains(&name) {
        return Err(format!("{name} stands within itself"));
    }
    let source = sources.get(&name).ok_or_else(|| format!("there is no {name}"))?;
    within.push(name);
    let parts = parts(source, sources, within);
    within.pop();
    parts
}

/// The names of all placeholders, each once, in the order in which they are met.
pub fn arguments(parts: &[Part]) -> Vec<String> {
    fn meet(name: &String, met: &mut Vec<String>) {
        if !met.contains(name) {
            met.push(name.clone());
        }
    }
    fn walk(parts: &[Part], met: &mut Vec<String>) {
        for part in parts {
            match part {
                Part::Text(_) => {}
                Part::Argument(name) => meet(name, met),
                Part::Choice(Choice { name, texts, .. }) => {
                    meet(name, met);
                    texts.iter().for_each(|(_, parts)| walk(parts, met));
                }
            }
        }
    }
    let mut met = Vec::new();
    walk(parts, &mut met);
    met
}

/// The placeholders by whose number something is chosen.
pub fn numbers(parts: &[Part]) -> BTreeSet<String> {
    let counted = choices(parts).into_iter().filter(|choice| choice.by == By::Number);
    counted.map(|choice| choice.name.clone()).collect()
}

/// The codes by which something is chosen, each behind its placeholder.
pub fn codes(parts: &[Part]) -> BTreeSet<String> {
    let coded = choices(parts).into_iter().filter(|choice| choice.by == By::Code);
    coded
        .flat_map(|choice| choice.texts.iter().map(|(code, _)| format!("{}: {code}", choice.name)))
        .collect()
}

/// Every choice, also within others.
fn choices(parts: &[Part]) -> Vec<&Choice> {
    let mut all = Vec::new();
    for part in parts {
        if let Part::Choice(choice) = part {
            all.push(choice);
            all.extend(choice.texts.iter().flat_map(|(_, parts)| choices(parts)));
        }
    }
    all
}

pub fn compiled(parts: &[Part], order: &[String]) -> String {
    let place = |name: &String| order.iter().position(|known| known == name).unwrap_or(order.len());
    let compile = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Argument(name) => format!("{{{}}}", place(name)),
        Part::Choice(Choice { name, texts, .. }) => {
            let choices: String = texts
                .iter()
                .map(|(name, parts)| format!("|{name}={}", compiled(parts, order)))
                .collect();
            format!("{{{}{choices}}}", place(name))
        }
    };
    parts.iter().map(compile).collect()
}

/// The message for a reader of the code, with the last of each choice.
pub fn plain(parts: &[Part]) -> String {
    let say = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Argument(name) => format!("`{name}`"),
        Part::Choice(Choice { texts, .. }) => {
            texts.last().map(|(_, parts)| plain(parts)).unwrap_or_default()
        }
    };
    parts.iter().map(say).collect()
}
