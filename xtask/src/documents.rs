//! What documents must keep: links that lead somewhere, lines that fit, those of Rust as well, and
//! no word of what is not in the repository. That generated ones are current is a test of
//! `xtask/reference`.

use anyhow::{Context, Result, bail, ensure};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The widest line of prose and of Rust, in characters.
const WIDTH: usize = 100;
/// A map is read at one sitting.
const MAP: (&str, usize) = ("ARCHITECTURE.md", 150);
/// Where variables of the environment are told.
const VARIABLES: &str = "docs/debugging.md";
/// This file names what no other may.
const OWN: &str = "xtask/src/documents.rs";
/// Notes that stand beside the repository, and numbers of an issue tracker that its readers do not
/// have.
const ELSEWHERE: [&str; 8] = [
    "../shared",
    "RELIABILITY",
    "MEASURES",
    "HOUSE.md",
    "STYLE.md",
    "FAULTS",
    "DESIGN's",
    "of DESIGN",
];
/// Words before a number or a letter that somebody else has given.
const NUMBERED: [&str; 4] = ["issue #", "issue no", "threat ", "fault "];
const ENDINGS: [&str; 11] =
    ["rs", "md", "toml", "js", "mjs", "ts", "html", "css", "py", "txt", "jsonc"];

pub fn check() -> Result<()> {
    let files = files()?;
    let documents: Vec<_> =
        files.iter().filter(|path| path.extension().is_some_and(|ending| ending == "md")).collect();
    let mut error = Vec::new();
    let sources: Vec<_> =
        files.iter().filter(|path| path.extension().is_some_and(|ending| ending == "rs")).collect();
    let sources: Vec<_> =
        sources.into_iter().filter_map(|path| fs::read_to_string(path).ok()).collect();
    for path in documents {
        let text =
            fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        let lines = prose(&text);
        error.extend(
            lines
                .iter()
                .filter(|(_, line)| is_wide(line))
                .map(|(n, _)| format!("{}:{n}: more than {WIDTH} characters", path.display())),
        );
        if path == Path::new(MAP.0) && text.lines().count() > MAP.1 {
            error.push(format!("{}: more than {} lines", MAP.0, MAP.1));
        }
        error.extend(
            unknown_names(&text, &sources)
                .map(|name| format!("{}: nothing here is called {name}", path.display())),
        );
        // What is put into a document elsewhere links from there.
        if !path.starts_with("xtask/reference") {
            error.extend(dead_links(path, &text));
        }
    }
    let told = fs::read_to_string(VARIABLES).with_context(|| format!("reading {VARIABLES}"))?;
    for path in &files {
        let Some(ending) = path.extension().and_then(|ending| ending.to_str()) else { continue };
        if !ENDINGS.contains(&ending) {
            continue;
        }
        let text =
            fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        if ending == "rs" {
            error.extend(
                wide_code(&text)
                    .map(|n| format!("{}:{n}: more than {WIDTH} characters", path.display())),
            );
        }
        if path == Path::new(OWN) {
            continue;
        }
        for (n, line) in text.lines().enumerate() {
            let place = || format!("{}:{}", path.display(), n + 1);
            error.extend(
                refers_elsewhere(line)
                    .map(|word| format!("{}: `{word}` is not in the repository", place())),
            );
            error.extend(
                variables(line)
                    .filter(|name| !told.contains(&format!("`{name}`")))
                    .map(|name| format!("{}: {VARIABLES} does not tell {name}", place())),
            );
        }
    }
    match error.is_empty() {
        true => Ok(()),
        false => bail!("{}", error.join("\n")),
    }
}

/// Every file that is, or is about to be, in the repository.
pub fn files() -> Result<Vec<PathBuf>> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .output()
        .context("git ls-files")?;
    ensure!(
        output.status.success(),
        "git ls-files: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    let text = String::from_utf8(output.stdout).context("names of files")?;
    Ok(text.lines().map(PathBuf::from).filter(|path| path.is_file()).collect())
}

/// The lines of a document that are no code and no table, with their numbers.
fn prose(text: &str) -> Vec<(usize, &str)> {
    let mut is_code = false;
    let is_prose = |(_, line): &(usize, &str)| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_fence && !is_code && !line.trim_start().starts_with('|')
    };
    text.lines().enumerate().map(|(i, line)| (i + 1, line)).filter(is_prose).collect()
}

/// Whether a line could be broken and has not been: an address is one word.
fn is_wide(line: &str) -> bool {
    line.chars().count() > WIDTH
        && line.split_whitespace().all(|word| word.chars().count() < WIDTH / 2)
}

/// The numbers of lines of Rust that are too wide. rustfmt leaves strings, comments and the bodies
/// of macros as they are. Only a line of one word, such as an address, cannot be broken.
fn wide_code(text: &str) -> impl Iterator<Item = usize> {
    let is_one_word = |line: &str| {
        let said = line.trim_start().trim_start_matches(['/', '!']);
        said.split_whitespace().count() == 1
    };
    let is_wide = move |line: &str| line.chars().count() > WIDTH && !is_one_word(line);
    text.lines().enumerate().filter(move |(_, line)| is_wide(line)).map(|(i, _)| i + 1)
}

/// Links of one document that lead nowhere. A link whose text is a name in code, such as
/// [`Desk::enter`], leads to a file that has that name.
fn dead_links(path: &Path, text: &str) -> Vec<String> {
    let mut error = Vec::new();
    // Each paragraph as one line, since links are broken between words.
    let joined = prose_and_tables(text);
    let mut rest = joined.as_str();
    while let Some((before, after)) = rest.split_once("](") {
        let Some((target, next)) = after.split_once(')') else { break };
        rest = next;
        if target.starts_with("http://")
            || target.starts_with("https://")
            || target.starts_with("mailto:")
        {
            continue;
        }
        let (file, anchor) =
            target.split_once('#').map_or((target, None), |(file, anchor)| (file, Some(anchor)));
        let leads_to = if file.is_empty() {
            path.to_owned()
        } else {
            path.parent().unwrap_or(Path::new("")).join(file)
        };
        if !file.is_empty() && !leads_to.exists() {
            error.push(format!("{}: nothing is at {target}", path.display()));
            continue;
        }
        // A folder or a picture has no headings.
        let Ok(there) =
            (if file.is_empty() { Ok(text.to_owned()) } else { fs::read_to_string(&leads_to) })
        else {
            continue;
        };
        if anchor.is_some_and(|anchor| !anchors(&there).contains(anchor)) {
            error.push(format!("{}: no heading is at {target}", path.display()));
        }
        let name = before
            .strip_suffix('`')
            .and_then(|before| before.rsplit('[').next()?.strip_prefix('`'));
        if let Some(name) =
            name.filter(|_| file.ends_with(".rs")).and_then(|name| name.rsplit("::").next())
            && !words(&there).any(|word| word == name)
            && !leads_to.ends_with(name)
        {
            error.push(format!("{}: {file} has no `{name}`", path.display()));
        }
    }
    error
}

/// Names of files and of tests, in code, that nothing has. The end of a long name may be left out:
/// `a_name_that_…`.
fn unknown_names<'a>(text: &'a str, sources: &'a [String]) -> impl Iterator<Item = String> + 'a {
    let joined = prose_and_tables(text);
    let spans: Vec<_> = joined.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    spans.into_iter().filter(move |name| {
        let is_path = name.contains('/')
            && !name.starts_with('/')
            && [".rs", ".js", ".sql"].iter().any(|ending| name.ends_with(ending))
            && !name.contains(' ');
        let start = name.trim_end_matches('…');
        let is_test = start.matches('_').count() > 3
            && start.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        (is_path && !Path::new(name).exists())
            || (is_test && !sources.iter().any(|source| source.contains(start)))
    })
}

/// A document without code, in one line.
fn prose_and_tables(text: &str) -> String {
    let mut is_code = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        if !is_fence && !is_code {
            lines.push(line.trim());
        }
    }
    lines.join(" ")
}

/// The anchors of a document's headings, as GitHub makes them.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut seen = BTreeMap::<String, usize>::new();
    let mut all = BTreeSet::new();
    for (_, line) in prose(text) {
        let Some(title) = line
            .strip_prefix('#')
            .map(|line| line.trim_start_matches('#'))
            .filter(|title| title.starts_with(' '))
        else {
            continue;
        };
        let kept =
            title.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        let anchor: String =
            kept.map(|c| if c == ' ' { '-' } else { c }).flat_map(char::to_lowercase).collect();
        let times = seen.entry(anchor.clone()).or_default();
        all.insert(if *times == 0 { anchor } else { format!("{anchor}-{times}") });
        *times += 1;
    }
    all
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
}

/// What a line says of notes or numbers that are not here.
fn refers_elsewhere(line: &str) -> impl Iterator<Item = &'static str> {
    let numbered = |word: &&str| {
        let is_label = |rest: &str| {
            let label = words(rest).next().unwrap_or_default();
            label.starts_with(|c: char| c.is_ascii_digit())
                || (label.len() == 1 && label.starts_with(|c: char| c.is_ascii_uppercase()))
        };
        line.match_indices(*word).any(|(at, _)| is_label(&line[at + word.len()..]))
    };
    ELSEWHERE
        .into_iter()
        .filter(|word| line.contains(word))
        .chain(NUMBERED.into_iter().filter(numbered).collect::<Vec<_>>())
}

/// The names of our own variables in a line.
fn variables(line: &str) -> impl Iterator<Item = &str> {
    words(line).filter(|word| {
        word.strip_prefix("BATON_").is_some_and(|rest| {
            !rest.is_empty() && rest.chars().all(|c| c.is_ascii_uppercase() || c == '_')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_have_the_anchors_of_github() {
        let all = anchors("# A, b and `c_d`!\n## Two\n```\n# no\n```\n## Two\n#none\n");
        assert_eq!(all.into_iter().collect::<Vec<_>>(), ["a-b-and-c_d", "two", "two-1"]);
    }

    #[test]
    fn dead_links_are_found() {
        let text = "[a](Cargo.toml) [b](nothing.md) \
                    [`x::cargo_with`](src/step.rs)\n[`x::cargo_without`](src/step.rs) [c](#here) \
                    `[d](e)`\n```\n[f](g)\n```\n## Here\n";
        let found = dead_links(
            Path::new("here.md"),
            &text.replace("(#here)", "(#there)").replace("`[d](e)`", ""),
        );
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(
            found[0].contains("nothing.md")
                && found[1].contains("cargo_without")
                && found[2].contains("there"),
            "{found:?}"
        );
    }

    #[test]
    fn names_of_what_is_not_here_are_found() {
        let text = "`src/step.rs` `src/steps.rs` `dead_links_are_found` `dead_links_are_…` \
                    `dead_links_were_found_…` `a_b` ``";
        let sources = ["fn dead_links_are_found() {}".to_owned()];
        assert_eq!(
            unknown_names(text, &sources).collect::<Vec<_>>(),
            ["src/steps.rs", "dead_links_were_found_…"]
        );
    }

    #[test]
    fn a_line_is_wide_if_it_could_be_broken() {
        let words = "word ".repeat(21);
        assert!(
            is_wide(&words)
                && !is_wide(&words[..100])
                && !is_wide(&format!("{words} {}", "x".repeat(60)))
        );
        assert_eq!(
            prose("a\n```\nb\n```\n| c |\nd").iter().map(|(n, _)| *n).collect::<Vec<_>>(),
            [1, 6]
        );
    }

    #[test]
    fn a_line_of_rust_is_wide_whatever_it_holds_but_for_one_word() {
        let call = format!("    f({}, \"{}\");", "x".repeat(40), "y".repeat(60));
        let address = format!("    /// https://{}", "x".repeat(100));
        let string = format!("        \"{}\",", "ж".repeat(91));
        let fits = "ж".repeat(50) + &" ж".repeat(25);
        let text = [call, address, string, fits.clone(), format!("{fits}.")].join("\n");
        assert_eq!(wide_code(&text).collect::<Vec<_>>(), [1, 5]);
    }

    #[test]
    fn what_is_elsewhere_is_not_referred_to() {
        for line in ["(RELIABILITY, hard limits)", "as fault D says", "see issue #14", "threat 9"] {
            assert_eq!(refers_elsewhere(line).count(), 1, "{line}");
        }
        assert_eq!(
            refers_elsewhere("the issue is a fault of reliability, no threat at all").count(),
            0
        );
        assert_eq!(
            variables("BATON_WRITE=1 BATON_ baton BATON_X").collect::<Vec<_>>(),
            ["BATON_WRITE", "BATON_X"]
        );
    }
}
