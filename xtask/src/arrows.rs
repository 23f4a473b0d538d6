//! Which module may know which: the layout that ARCHITECTURE draws, read off the `use` lines.
//!
//! No crate of ours depends on one that stands above it, no module is part of a circle of imports,
//! in the desk no folder knows one that it must not, and in the widget no part of the rim knows
//! another one. It reads paths that begin with `crate::`, `super::` or `self::`; tests beside the
//! code may look anywhere.

use anyhow::{Context, Result, bail};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// Crates from below to above: each may depend on those before it, and on none behind it.
const CRATES: [(&str, &str); 12] = [
    ("vocabulary", "edge/vocabulary"),
    ("protocol", "edge/protocol"),
    ("phone", "edge/phone"),
    ("signals", "widget/signals"),
    ("words", "widget/words"),
    ("desk", "edge/desk"),
    ("front", "edge/front"),
    ("serverless", "edge/serverless"),
    ("selfhost", "edge/selfhost"),
    ("browser", "widget/browser"),
    ("widget", "widget"),
    ("console", "www/console"),
];

/// What a crate must not depend on though it stands above it: pages never hold the desk, and hosts
/// know nothing of each other.
const STRANGERS: [(&str, &[&str]); 6] = [
    ("front", &["signals", "words"]),
    ("serverless", &["signals", "words"]),
    ("selfhost", &["serverless", "words"]),
    ("browser", &["signals", "words", "phone", "desk", "front", "serverless", "selfhost"]),
    ("widget", &["phone", "desk", "front", "serverless", "selfhost"]),
    ("console", &["phone", "desk", "front", "serverless", "selfhost", "widget"]),
];

/// Folders of the desk, and what none of their modules may know.
const NEVER: [(&str, &[&str]); 6] = [
    ("log", &["site", "state", "store", "wire", "flow", "commands", "desk", "stored_desk"]),
    ("site", &["state", "store", "wire", "flow", "commands", "desk", "stored_desk", "log"]),
    ("state", &["store", "wire", "flow", "commands", "desk", "stored_desk", "log"]),
    ("store", &["wire", "flow", "commands", "desk", "stored_desk"]),
    ("wire", &["store", "flow", "commands", "desk", "stored_desk", "log"]),
    ("flow", &["commands", "stored_desk"]),
];

/// The parts of the widget's rim. Each touches the browser in one way, is born with a sink for what
/// it has to tell, and knows no other part: only the page knows them all.
const RIM: [&str; 7] = ["view", "outbox", "memory", "tabs", "host_page", "models", "leaving"];

/// What decides in the widget: it knows no part of the rim, nor how they tell what happened.
const DECISIONS: [&str; 6] = ["app", "thread", "delivery", "package", "escalate", "answers"];

pub fn check() -> Result<()> {
    let mut error = Vec::new();
    for (place, (name, folder)) in CRATES.iter().enumerate() {
        let manifest = fs::read_to_string(format!("{folder}/Cargo.toml"))
            .with_context(|| format!("reading {folder}/Cargo.toml"))?;
        let manifest: toml::Table =
            manifest.parse().with_context(|| format!("reading {folder}/Cargo.toml"))?;
        let above = CRATES[place..].iter().map(|(other, _)| *other).filter(|other| other != name);
        let strangers = STRANGERS
            .iter()
            .filter(|(own, _)| own == name)
            .flat_map(|(_, others)| others.iter().copied());
        for other in above.chain(strangers).filter(|other| depends(&manifest, other)) {
            error.push(format!("{folder}/Cargo.toml: {name} must not depend on {other}"));
        }
        let modules = Modules::of(&sources(Path::new(folder).join("src").as_path())?);
        error.extend(
            modules
                .circles()
                .into_iter()
                .map(|circle| format!("{folder}/src: a circle of imports: {}", circle.join(", "))),
        );
        error.extend(
            modules
                .forbidden(&never(name))
                .into_iter()
                .map(|(from, to)| format!("{folder}/src: {from} must not know {to}")),
        );
    }
    if !error.is_empty() {
        bail!("{}", error.join("\n"));
    }
    Ok(())
}

/// Top modules of a crate, each with those that it must not know.
fn never(name: &str) -> Vec<(&'static str, Vec<&'static str>)> {
    match name {
        "desk" => NEVER.iter().map(|(folder, others)| (*folder, others.to_vec())).collect(),
        "widget" => {
            let beside = |part| RIM.into_iter().filter(move |other| *other != part);
            let parts = RIM.map(|part| (part, beside(part).chain(["page"]).collect()));
            let above = || RIM.into_iter().chain(["rim", "page"]).collect();
            let decisions = DECISIONS.map(|module| (module, above()));
            parts.into_iter().chain(decisions).collect()
        }
        _ => Vec::new(),
    }
}

fn depends(manifest: &toml::Table, other: &str) -> bool {
    manifest
        .get("dependencies")
        .and_then(toml::Value::as_table)
        .is_some_and(|all| all.contains_key(other))
}

/// Every module's source, by its path: `state/queue`, and the empty path for the crate's own file.
fn sources(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).with_context(|| format!("reading {}", next.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let module = path.strip_prefix(folder)?.with_extension("");
                let module = module.to_string_lossy();
                let module = module.strip_suffix("/mod").unwrap_or(&module);
                let module = if ["lib", "main"].contains(&module) { "" } else { module };
                found.insert(module.to_owned(), fs::read_to_string(&path)?);
            }
        }
    }
    Ok(found)
}

/// Which modules each module names.
struct Modules(BTreeMap<String, BTreeSet<String>>);

impl Modules {
    fn of(sources: &BTreeMap<String, String>) -> Self {
        let arrows = sources.iter().map(|(module, source)| {
            let named = paths(source)
                .into_iter()
                .filter_map(|path| resolve(sources, module, &path))
                .filter(|other| other != module);
            // What a module says of its own parts is no arrow, and everything is part of the crate.
            let named = named.filter(|other| {
                !other.is_empty() && !module.is_empty() && !is_within(other, module)
            });
            // Whoever knows a module from outside knows its parts, which it may hand on.
            let with_parts = named.flat_map(|other| {
                let is_inside = is_within(module, &other);
                sources
                    .keys()
                    .filter(move |part| **part == other || !is_inside && is_within(part, &other))
                    .cloned()
            });
            (module.clone(), with_parts.collect())
        });
        Self(arrows.collect())
    }

    /// The largest sets of modules in which each leads to each.
    fn circles(&self) -> Vec<Vec<String>> {
        let reached: BTreeMap<&str, BTreeSet<&str>> =
            self.0.keys().map(|module| (module.as_str(), self.reached(module))).collect();
        let mut circles: Vec<Vec<String>> = Vec::new();
        for (module, all) in &reached {
            let back = all
                .iter()
                .filter(|other| reached.get(*other).is_some_and(|theirs| theirs.contains(module)));
            let circle: BTreeSet<String> = back.map(|other| (*other).to_owned()).collect();
            let circle: Vec<String> = circle.into_iter().collect();
            if !circle.is_empty() && !circles.contains(&circle) {
                circles.push(circle);
            }
        }
        circles
    }

    fn reached<'a>(&'a self, from: &'a str) -> BTreeSet<&'a str> {
        let (mut reached, mut next) = (BTreeSet::new(), vec![from]);
        while let Some(module) = next.pop() {
            let others = self.0.get(module).into_iter().flatten().map(String::as_str);
            next.extend(others.filter(|other| reached.insert(*other)));
        }
        reached
    }

    fn forbidden(&self, never: &[(&str, Vec<&str>)]) -> Vec<(String, String)> {
        let top = |module: &str| module.split('/').next().unwrap_or_default().to_owned();
        let of = |module: &String| {
            never
                .iter()
                .find(|(folder, _)| *folder == top(module))
                .map_or(&[][..], |(_, others)| others.as_slice())
        };
        let arrows =
            self.0.iter().flat_map(|(from, others)| others.iter().map(move |to| (from, to)));
        arrows
            .filter(|(from, to)| of(from).contains(&top(to).as_str()))
            .map(|(from, to)| (from.clone(), to.clone()))
            .collect()
    }
}

fn is_within(module: &str, other: &str) -> bool {
    module.strip_prefix(other).is_some_and(|rest| rest.starts_with('/'))
}

/// The module that a path leads to: the longest part of it that is one.
fn resolve(sources: &BTreeMap<String, String>, module: &str, path: &str) -> Option<String> {
    let mut parts = path.split("::");
    let mut at: Vec<&str> = module.split('/').filter(|part| !part.is_empty()).collect();
    match parts.next()? {
        "crate" => at.clear(),
        "super" => _ = at.pop(),
        _ => {}
    }
    for part in parts {
        if part == "super" { _ = at.pop() } else { at.push(part) }
    }
    (0..=at.len())
        .rev()
        .map(|length| at[..length].join("/"))
        .find(|candidate| sources.contains_key(candidate))
}

/// Every path of a file that begins at the crate, at its parent or at itself, without its tests and
/// comments.
fn paths(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let code: String = source
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n");
    let mut found = Vec::new();
    for start in ["crate::", "super::", "self::"] {
        for (at, _) in code.match_indices(start) {
            let is_begun = code[..at].ends_with(|before: char| {
                before.is_alphanumeric() || before == '_' || before == ':'
            });
            if !is_begun {
                expand("", &code[at..], &mut found);
            }
        }
    }
    found
}

/// Takes `a::{b, c::{d, e}}` apart; gives what stands behind it.
fn expand<'a>(before: &str, text: &'a str, found: &mut Vec<String>) -> &'a str {
    let end =
        text.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').unwrap_or(text.len());
    let (path, mut rest) = text.split_at(end);
    let whole = format!("{before}{path}");
    if !(path.ends_with("::") && rest.starts_with('{')) {
        found.push(whole.trim_end_matches(':').to_owned());
        return rest;
    }
    while !rest.is_empty() {
        rest = rest[1..].trim_start();
        if rest.starts_with('}') {
            break;
        }
        rest = expand(&whole, rest, found).trim_start();
        // `as` something.
        let end = rest.find([',', '}']).unwrap_or(rest.len());
        rest = &rest[end..];
        if rest.starts_with('}') {
            break;
        }
    }
    rest.get(1..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn modules(files: &[(&str, &str)]) -> Modules {
        Modules::of(
            &files
                .iter()
                .map(|(module, source)| ((*module).to_owned(), (*source).to_owned()))
                .collect(),
        )
    }

    #[test]
    fn a_use_is_taken_apart() {
        let source = "use crate::{a::{self, B}, c::d::E as F,\n    g,\n};\nfn f() { super::h::i() \
                      } // crate::x\n#[cfg(test)]\nmod tests {\n    use crate::y;\n}";
        assert_eq!(
            paths(source),
            ["crate::a::self", "crate::a::B", "crate::c::d::E", "crate::g", "super::h::i"]
        );
    }

    #[test]
    fn a_circle_is_found_and_a_line_is_none() {
        let round = modules(&[
            ("a", "use crate::b::B;"),
            ("b", "use crate::{c};"),
            ("c", "fn f() { crate::a::g() }"),
            ("d", "use crate::a;"),
        ]);
        assert_eq!(round.circles(), [["a", "b", "c"]]);
        let straight = modules(&[
            ("a", "use crate::b::B;"),
            ("b", "use crate::c::C;"),
            ("c", ""),
            ("", "use crate::a;"),
        ]);
        assert!(straight.circles().is_empty());
    }

    #[test]
    fn a_part_is_found_from_beside_it() {
        let parts = modules(&[
            ("a", "mod b;\nuse self::b::B;"),
            ("a/b", "use super::c::C;"),
            ("a/c", "use super::b;"),
        ]);
        assert_eq!(parts.circles(), [["a/b", "a/c"]]);
    }

    #[test]
    fn a_forbidden_arrow_is_named() {
        let desk = modules(&[
            ("state/queue", "use crate::flow::offers::offer;"),
            ("flow/offers", "use crate::state::queue::Queue;"),
        ]);
        let found = desk.forbidden(&[("state", vec!["flow"])]);
        assert_eq!(found, [("state/queue".to_owned(), "flow/offers".to_owned())]);
    }

    #[test]
    fn a_part_of_the_rim_knows_no_other_part_and_what_decides_knows_none() {
        let widget = modules(&[
            ("outbox", "use crate::{rim::Sink, memory::Memory};"),
            ("view/log", "use crate::page;"),
            ("view", "use crate::app::App;"),
            ("app", "use crate::rim::PageEvent;"),
            ("page", "use crate::{memory::Memory, outbox::Outbox, view::View};"),
            ("rim", "use crate::thread::Thread;"),
            ("memory", ""),
            ("thread", ""),
        ]);
        let found = widget.forbidden(&never("widget"));
        let found: Vec<_> = found.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
        assert_eq!(found, [("app", "rim"), ("outbox", "memory"), ("view/log", "page")]);
    }
}
