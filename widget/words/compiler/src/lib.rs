//! Fluent files to what `words` reads: a JSON array a language for the browser, and a constructor
//! for each message of the English file. Not part of what ships. Of Fluent it takes texts,
//! placeholders, selects by a number or by a code, terms and references to other messages;
//! functions and attributes it refuses, with the message's name.

mod pattern;

use fluent_syntax::{ast::Entry, parser};
use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::Path,
};

use pattern::{Part, arguments, codes, compiled, numbers, parts, plain};

/// The language that every key is written in first.
pub const ENGLISH: &str = "en";
/// Messages of documents and scripts, which no Rust says.
pub const OF_PAGES: &str = "page-";
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// One language.
pub struct Catalogue {
    messages: BTreeMap<String, Vec<Part>>,
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
        let (mut sources, mut error) = (BTreeMap::new(), Vec::new());
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
                        error.push(format!("{name} stands there twice"));
                    }
                }
                _ => error.push(format!("{name}: a message has a text and no attributes")),
            }
        }
        let mut messages = BTreeMap::new();
        for (name, pattern) in &sources {
            match parts(pattern, &sources, &mut vec![name.clone()]) {
                Ok(parts) if arguments(&parts).len() > 10 => {
                    error.push(format!("{name} has more than ten placeholders"))
                }
                Ok(parts) => _ = messages.insert(name.clone(), parts),
                Err(why) => error.push(format!("{name}: {why}")),
            }
        }
        messages.retain(|name, _| !name.starts_with('-'));
        let mut keys = BTreeMap::new();
        for name in messages.keys() {
            if let Some(other) = keys.insert(hash(name), name) {
                error.push(format!(
                    "{name} and {other} have the same key: call one of them otherwise"
                ));
            }
        }
        if error.is_empty() { Ok(Self { messages }) } else { Err(error) }
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
        let others = self.messages.iter().filter_map(|(name, message)| {
            let in_order = |parts: &[Part]| arguments(parts).into_iter().collect::<BTreeSet<_>>();
            let (here, theirs) = (in_order(message), in_order(english.messages.get(name)?));
            (here != theirs)
                .then(|| format!("{name} has the placeholders {here:?}, and in English {theirs:?}"))
        });
        let codes = self.messages.iter().filter_map(|(name, message)| {
            let (here, theirs) = (codes(message), codes(english.messages.get(name)?));
            let lacks: Vec<_> = theirs.difference(&here).collect();
            let more: Vec<_> = here.difference(&theirs).collect();
            (here != theirs).then(|| format!("{name} lacks {lacks:?}, and alone has {more:?}"))
        });
        lacks.chain(more).chain(others).chain(codes).collect()
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
        serde_json::to_string(&self.items(english)).unwrap_or_default()
    }

    /// The fingerprint, then each message.
    fn items(&self, english: &Self) -> Vec<String> {
        let none = Vec::new();
        let message = |(name, parts): (&String, &Vec<Part>)| {
            let order = arguments(english.messages.get(name).unwrap_or(&none));
            format!("{}{}", key(name), compiled(parts, &order))
        };
        [english.fingerprint()].into_iter().chain(self.messages.iter().map(message)).collect()
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
            code += &format!(
                "/// `{name}`: {}\npub fn {}({takes}) -> words::Said {{\n    \
                 words::Said::new({:?}, &[{gives}])\n}}\n",
                plain(parts),
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

/// Every language of a folder: its name and its messages. Everything that is wrong is told, with
/// the file.
pub fn languages(folder: &Path) -> Result<BTreeMap<String, Catalogue>, Vec<String>> {
    let mut error = Vec::new();
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
            Err(mistakes) => error.extend(
                mistakes.into_iter().map(|mistake| format!("{}: {mistake}", path.display())),
            ),
        }
    }
    match all.get(ENGLISH) {
        Some(english) => {
            let differences = all.iter().flat_map(|(name, language)| {
                language.differences(english).into_iter().map(move |what| (name, what))
            });
            error.extend(differences.map(|(name, what)| {
                format!("{}: {what}", folder.join(format!("{name}.ftl")).display())
            }));
        }
        None if error.is_empty() => {
            error.push(format!("{}: there is no {ENGLISH}.ftl", folder.display()))
        }
        None => {}
    }
    if error.is_empty() { Ok(all) } else { Err(error) }
}

/// For a build script: constructors from the English file of a folder as `said.rs`, and each
/// language compiled, in `OUT_DIR`.
///
/// # Panics
/// Where something is wrong with a file, so that the build says it.
pub fn build(folder: &str) {
    let all = read(folder);
    let english = &all[ENGLISH];
    write("said.rs", &english.constructors());
    all.iter().for_each(|(name, language)| write(&format!("{name}.json"), &language.json(english)));
}

/// For a build script: constructors and the words themselves, `WORDS`, of a folder with English
/// alone, as `NAME.rs` in `OUT_DIR`: for what is said in English everywhere.
///
/// # Panics
/// Where something is wrong with the file, so that the build says it.
pub fn embed(folder: &str, name: &str) {
    let english = &read(folder)[ENGLISH];
    let items = english.items(english);
    let words = format!("pub const WORDS: [&str; {}] = {items:?};\n", items.len());
    write(&format!("{name}.rs"), &(english.constructors() + &words));
}

#[allow(clippy::print_stdout, reason = "that is how a build script speaks to cargo")]
fn read(folder: &str) -> BTreeMap<String, Catalogue> {
    println!("cargo::rerun-if-changed={folder}");
    languages(Path::new(folder)).unwrap_or_else(|error| panic!("{}", error.join("\n")))
}

fn write(name: &str, text: &str) {
    let out = env::var("OUT_DIR").expect("a build script has OUT_DIR");
    fs::write(Path::new(&out).join(name), text).expect("OUT_DIR can be written");
}

#[cfg(test)]
mod tests;
