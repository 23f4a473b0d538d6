//! Fluent files to what `words` reads: a JSON array a language for the browser, and a constructor
//! for each message of the English file. Not part of what ships. Of Fluent it takes texts,
//! placeholders, selects by a number, terms and references to other messages; functions, attributes
//! and selects by a word it refuses, with the message's name.

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey},
    parser,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::Path,
};

/// The language that every key is written in first.
pub const ENGLISH: &str = "en";
/// Messages of documents and scripts, which no Rust says.
pub const OF_PAGES: &str = "page-";
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// One language.
pub struct Catalogue {
    messages: BTreeMap<String, Vec<Part>>,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Text(String),
    Argument(String),
    /// By a number: the name of each choice, the last one for all others.
    Choice(String, Vec<(String, Vec<Part>)>),
}

impl Catalogue {
    /// Everything that is wrong with the file is told.
    pub fn read(text: &str) -> Result<Self, Vec<String>> {
        let resource = parser::parse(text).map_err(|(_, errors)| {
            let line = |at: usize| text[..at.min(text.len())].lines().count().max(1);
            errors
                .iter()
                .map(|error| format!("line {}: {}", line(error.pos.start), error.kind))
                .collect::<Vec<_>>()
        })?;
        let (mut sources, mut wrong) = (BTreeMap::new(), Vec::new());
        for entry in &resource.body {
            let (name, pattern, attributes) = match entry {
                Entry::Message(message) => {
                    (message.id.name.to_owned(), message.value.as_ref(), &message.attributes)
                }
                Entry::Term(term) => {
                    (format!("-{}", term.id.name), Some(&term.value), &term.attributes)
                }
                _ => continue,
            };
            match pattern {
                Some(pattern) if attributes.is_empty() => {
                    if sources.insert(name.clone(), pattern).is_some() {
                        wrong.push(format!("{name} stands there twice"));
                    }
                }
                _ => wrong.push(format!("{name}: a message has a text and no attributes")),
            }
        }
        let mut messages = BTreeMap::new();
        for (name, pattern) in &sources {
            match parts(pattern, &sources, &mut vec![name.clone()]) {
                Ok(parts) if arguments(&parts).len() > 10 => {
                    wrong.push(format!("{name} has more than ten placeholders"))
                }
                Ok(parts) => _ = messages.insert(name.clone(), parts),
                Err(why) => wrong.push(format!("{name}: {why}")),
            }
        }
        messages.retain(|name, _| !name.starts_with('-'));
        let mut keys = BTreeMap::new();
        for name in messages.keys() {
            if let Some(other) = keys.insert(hash(name), name) {
                wrong.push(format!(
                    "{name} and {other} have the same key: call one of them otherwise"
                ));
            }
        }
        if wrong.is_empty() { Ok(Self { messages }) } else { Err(wrong) }
    }

    /// In what this language differs from English where it must not.
    pub fn differences(&self, english: &Self) -> Vec<String> {
        let lacks = english
            .messages
            .keys()
            .filter(|name| !self.messages.contains_key(*name))
            .map(|name| format!("{name} is missing"));
        let more = self
            .messages
            .keys()
            .filter(|name| !english.messages.contains_key(*name))
            .map(|name| format!("{name} is not in English"));
        let others = self.messages.iter().filter_map(|(name, own)| {
            let in_order = |parts: &[Part]| arguments(parts).into_iter().collect::<BTreeSet<_>>();
            let (own, theirs) = (in_order(own), in_order(english.messages.get(name)?));
            (own != theirs)
                .then(|| format!("{name} has the placeholders {own:?}, and in English {theirs:?}"))
        });
        lacks.chain(more).chain(others).collect()
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.messages.keys().map(String::as_str)
    }

    /// A message as it is compiled: text, with `{0}` where a placeholder is.
    pub fn pattern(&self, name: &str, english: &Self) -> Option<String> {
        Some(compiled(self.messages.get(name)?, &arguments(english.messages.get(name)?)))
    }

    /// What stands for the English messages: their names and placeholders.
    pub fn fingerprint(&self) -> String {
        let all: Vec<_> = self
            .messages
            .iter()
            .map(|(name, parts)| format!("{name}({})", arguments(parts).join(",")))
            .collect();
        format!("{:08x}", fnv(&all.join(" ")))
    }

    /// What a browser downloads. Placeholders have the order that English gives them.
    pub fn json(&self, english: &Self) -> String {
        let none = Vec::new();
        let message = |(name, parts): (&String, &Vec<Part>)| {
            let order = arguments(english.messages.get(name).unwrap_or(&none));
            format!("{}{}", key(name), compiled(parts, &order))
        };
        let all: Vec<_> =
            [english.fingerprint()].into_iter().chain(self.messages.iter().map(message)).collect();
        serde_json::to_string(&all).unwrap_or_default()
    }

    /// Rust: a function for each message, which takes its arguments. Of a choice by a number that
    /// is a `u64`.
    pub fn constructors(&self) -> String {
        let mut code = format!("pub const FINGERPRINT: &str = {:?};\n", self.fingerprint());
        for (name, parts) in self.messages.iter().filter(|(name, _)| !name.starts_with(OF_PAGES)) {
            let numbers = numbers(parts);
            let args = arguments(parts);
            let ident = |name: &str| name.replace('-', "_");
            let take = |arg: &String| {
                let kind = if numbers.contains(arg) { "u64" } else { "impl Into<words::Arg>" };
                format!("{}: {kind}", ident(arg))
            };
            let takes = args.iter().map(take).collect::<Vec<_>>().join(", ");
            let gives = args
                .iter()
                .map(|arg| format!("{}.into()", ident(arg)))
                .collect::<Vec<_>>()
                .join(", ");
            let example = plain(parts);
            code += &format!(
                "/// {example}\npub fn {}({takes}) -> words::Said {{\n    words::Said::new({:?}, \
                 &[{gives}])\n}}\n",
                ident(name),
                key(name)
            );
        }
        code
    }
}

/// The key of a message, as it stands in a compiled file.
pub fn key(name: &str) -> String {
    let hash = usize::from(hash(name));
    [hash >> 12, hash >> 6, hash].map(|bits| char::from(LETTERS[bits & 63])).iter().collect()
}

fn hash(name: &str) -> u16 {
    let hash = fnv(name);
    (hash ^ (hash >> 16)) as u16
}

/// FNV-1a: the same in every version.
fn fnv(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

type Sources<'a> = BTreeMap<String, &'a Pattern<&'a str>>;

fn parts(
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
            for variant in variants {
                let name = match &variant.key {
                    VariantKey::Identifier { name }
                        if ["zero", "one", "two", "few", "many", "other"].contains(name) =>
                    {
                        *name
                    }
                    VariantKey::NumberLiteral { value }
                        if value.bytes().all(|byte| byte.is_ascii_digit()) =>
                    {
                        *value
                    }
                    VariantKey::Identifier { name } | VariantKey::NumberLiteral { value: name } => {
                        return Err(format!("[{name}] is neither a whole number nor a plural"));
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
            return Ok(vec![Part::Choice(id.name.to_owned(), choices)]);
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
fn arguments(parts: &[Part]) -> Vec<String> {
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
                Part::Choice(name, choices) => {
                    meet(name, met);
                    choices.iter().for_each(|(_, parts)| walk(parts, met));
                }
            }
        }
    }
    let mut met = Vec::new();
    walk(parts, &mut met);
    met
}

/// Those by which something is chosen.
fn numbers(parts: &[Part]) -> BTreeSet<String> {
    let own = parts.iter().filter_map(|part| match part {
        Part::Choice(name, choices) => Some((name, choices)),
        _ => None,
    });
    own.flat_map(|(name, choices)| {
        choices.iter().flat_map(|(_, parts)| numbers(parts)).chain([name.clone()])
    })
    .collect()
}

fn compiled(parts: &[Part], order: &[String]) -> String {
    let place = |name: &String| order.iter().position(|own| own == name).unwrap_or(order.len());
    let compile = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Argument(name) => format!("{{{}}}", place(name)),
        Part::Choice(name, choices) => {
            let choices: String = choices
                .iter()
                .map(|(name, parts)| format!("|{name}={}", compiled(parts, order)))
                .collect();
            format!("{{{}{choices}}}", place(name))
        }
    };
    parts.iter().map(compile).collect()
}

/// The message for a reader of the code, with the last of each choice.
fn plain(parts: &[Part]) -> String {
    let say = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Argument(name) => format!("`{name}`"),
        Part::Choice(_, choices) => {
            choices.last().map(|(_, parts)| plain(parts)).unwrap_or_default()
        }
    };
    parts.iter().map(say).collect()
}

/// Every language of a folder: its name and its messages. Everything that is wrong is told, with
/// the file.
pub fn languages(folder: &Path) -> Result<BTreeMap<String, Catalogue>, Vec<String>> {
    let mut wrong = Vec::new();
    let mut all = BTreeMap::new();
    let files =
        fs::read_dir(folder).map_err(|error| vec![format!("{}: {error}", folder.display())])?;
    for path in files
        .flatten()
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "ftl"))
    {
        let text = fs::read_to_string(&path)
            .map_err(|error| vec![format!("{}: {error}", path.display())])?;
        match Catalogue::read(&text) {
            Ok(catalogue) => {
                _ = all.insert(
                    path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
                    catalogue,
                )
            }
            Err(mistakes) => wrong.extend(
                mistakes.into_iter().map(|mistake| format!("{}: {mistake}", path.display())),
            ),
        }
    }
    match all.get(ENGLISH) {
        Some(english) => {
            let differences = all.iter().flat_map(|(name, own)| {
                own.differences(english).into_iter().map(move |what| (name, what))
            });
            wrong.extend(differences.map(|(name, what)| {
                format!("{}: {what}", folder.join(format!("{name}.ftl")).display())
            }));
        }
        None if wrong.is_empty() => {
            wrong.push(format!("{}: there is no {ENGLISH}.ftl", folder.display()))
        }
        None => {}
    }
    if wrong.is_empty() { Ok(all) } else { Err(wrong) }
}

/// For a build script: constructors from the English file of a folder, and each language compiled,
/// into `OUT_DIR`.
///
/// # Panics
/// Where something is wrong with a file, so that the build says it.
#[allow(clippy::print_stdout, reason = "that is how a build script speaks to cargo")]
pub fn build(folder: &str) {
    println!("cargo::rerun-if-changed={folder}");
    let all = languages(Path::new(folder)).unwrap_or_else(|wrong| panic!("{}", wrong.join("\n")));
    let out = env::var("OUT_DIR").expect("a build script has OUT_DIR");
    let write = |name: &str, text: String| {
        fs::write(Path::new(&out).join(name), text).expect("OUT_DIR can be written")
    };
    let english = &all[ENGLISH];
    write("said.rs", english.constructors());
    all.iter().for_each(|(name, own)| write(&format!("{name}.json"), own.json(english)));
}

#[cfg(test)]
mod tests;
