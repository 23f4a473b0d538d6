//! How long a module may be: one that is longer than a reader keeps in mind hides a second idea.
//!
//! A module is a file below a `src` folder. Lines of `#[cfg(test)]` items do not count, and neither
//! do modules that hold nothing but tests.

use anyhow::{Context, Result, bail};
use std::{fs, path::Path};

use crate::documents;

/// The most lines of a module, without its tests.
const MOST_LINES: usize = 350;

/// Modules that are yet to be split, each with the number of lines that it must not pass: those
/// that it had when it was listed, rounded up to ten.
const NOT_YET: [(&str, usize); 3] = [
    ("edge/desk/src/commands/agent.rs", 480),
    ("edge/desk/src/commands/visitor.rs", 570),
    ("edge/desk/src/desk.rs", 670),
];

pub fn check() -> Result<()> {
    let files = documents::files()?;
    let mut modules = Vec::new();
    for path in files.iter().filter(|path| is_module(path)) {
        let source =
            fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        modules.push((path.to_string_lossy().into_owned(), lines_without_tests(&source)));
    }
    let mistakes = mistakes(&modules, &NOT_YET);
    match mistakes.is_empty() {
        true => Ok(()),
        false => bail!("{}", mistakes.join("\n")),
    }
}

fn is_module(path: &Path) -> bool {
    let is_rust = path.extension().is_some_and(|ending| ending == "rs");
    let is_test = path.file_stem().is_some_and(|name| name == "tests");
    is_rust && !is_test && path.components().any(|part| part.as_os_str() == "src")
}

/// Modules that are too long, and exceptions that are not needed.
fn mistakes(modules: &[(String, usize)], exceptions: &[(&str, usize)]) -> Vec<String> {
    let exception =
        |path: &str| exceptions.iter().find(|(other, _)| *other == path).map(|(_, most)| *most);
    let too_long = modules.iter().filter_map(|(path, lines)| match exception(path) {
        None if *lines > MOST_LINES => Some(format!(
            "{path}: {lines} lines without tests, where {MOST_LINES} are the most: move its \
             second idea to a module of its own"
        )),
        Some(most) if *lines > most => Some(format!(
            "{path}: {lines} lines without tests. It is yet to be split and must not pass {most}: \
             put what is new into another module"
        )),
        _ => None,
    });
    let is_needed =
        |path: &str| modules.iter().any(|(other, lines)| other == path && *lines > MOST_LINES);
    let needless = exceptions.iter().filter(|(path, _)| !is_needed(path)).map(|(path, _)| {
        format!(
            "{path}: has no more than {MOST_LINES} lines or does not exist: take it out of \
             NOT_YET in xtask/src/modules.rs"
        )
    });
    too_long.chain(needless).collect()
}

/// The lines of a source but for its items under `#[cfg(test)]`. An item of a file as `cargo fmt`
/// leaves it ends with the first line that closes at the margin.
fn lines_without_tests(source: &str) -> usize {
    let mut in_test = false;
    let mut count = 0;
    for line in source.lines() {
        in_test |= line == "#[cfg(test)]";
        count += usize::from(!in_test);
        let is_at_margin = !line.starts_with([' ', '#', '/']);
        if in_test && is_at_margin && line.ends_with(['}', ';']) {
            in_test = false;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_not_counted_wherever_they_stand() {
        assert_eq!(lines_without_tests("mod a;\n#[cfg(test)]\nmod tests;\nmod b;\n"), 2);
        let inside = "fn f() {\n    #[cfg(test)]\n    g();\n}\n";
        assert_eq!(lines_without_tests(inside), 4, "what a function does in tests belongs to it");
        let items = "#[cfg(test)]\n#[allow(x, reason = \"y;\")]\nmod tests {\n\
                     \x20   fn f() {}\n\n    fn g() {}\n}\nfn h() {}\n";
        assert_eq!(lines_without_tests(items), 1);
    }

    #[test]
    fn a_module_is_a_source_that_is_not_all_tests() {
        for (path, expected) in [
            ("edge/desk/src/desk.rs", true),
            ("edge/desk/tests/people.rs", false),
            ("a/src/state/tests.rs", false),
            ("a/src/a.js", false),
        ] {
            assert_eq!(is_module(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn a_module_that_is_too_long_is_named_and_so_is_a_needless_exception() {
        let modules = [("a.rs", 350), ("b.rs", 351), ("c.rs", 400), ("d.rs", 401), ("e.rs", 10)]
            .map(|(path, lines)| (path.to_owned(), lines));
        let found =
            mistakes(&modules, &[("c.rs", 400), ("d.rs", 400), ("e.rs", 400), ("gone.rs", 400)]);
        let named: Vec<_> = found.iter().map(|named| named.split(':').next().unwrap()).collect();
        assert_eq!(named, ["b.rs", "d.rs", "e.rs", "gone.rs"]);
    }
}
