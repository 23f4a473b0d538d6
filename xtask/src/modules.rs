//! How long a module may be: one that is longer than a reader keeps in mind hides a second idea.
//!
//! A module is a file below a `src` folder. Lines of `#[cfg(test)]` items do not count, and neither
//! do modules that hold nothing but tests.

use anyhow::{Context, Result, bail};
use std::{fs, path::Path};

use crate::documents;

/// The most lines of a module, without its tests.
const MOST_LINES: usize = 350;

pub fn check() -> Result<()> {
    let files = documents::files()?;
    let mut modules = Vec::new();
    for path in files.iter().filter(|path| is_module(path)) {
        let source =
            fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        modules.push((path.to_string_lossy().into_owned(), lines_without_tests(&source)));
    }
    let mistakes = mistakes(&modules);
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

/// Modules that are too long.
fn mistakes(modules: &[(String, usize)]) -> Vec<String> {
    let too_long = modules.iter().filter(|(_, lines)| *lines > MOST_LINES);
    let named = too_long.map(|(path, lines)| {
        format!(
            "{path}: {lines} lines without tests, where {MOST_LINES} are the most: move its second \
             idea to a module of its own"
        )
    });
    named.collect()
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
    fn a_module_that_is_too_long_is_named() {
        let modules = [("a.rs", 350), ("b.rs", 351)].map(|(path, lines)| (path.to_owned(), lines));
        let found = mistakes(&modules);
        let named: Vec<_> = found.iter().map(|named| named.split(':').next().unwrap()).collect();
        assert_eq!(named, ["b.rs"]);
    }
}
