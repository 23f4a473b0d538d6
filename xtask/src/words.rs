//! Words in files: each language compiled for the browser, their places in documents and scripts
//! filled, and what the files must keep.

use anyhow::{Context, Result, bail, ensure};
use std::{collections::BTreeMap, fs, path::Path};
use words_compiler::{Catalogue, ENGLISH, OF_PAGES, key, languages};

/// A crate with words of its own: its name, their folder, and the documents and scripts that say
/// some without Rust.
pub const ALL: [(&str, &str, &[&str]); 2] = [
    (
        "widget",
        "widget/words",
        &["widget/frame/boot.js", "widget/frame/frame.html", "widget/loader/baton.js"],
    ),
    (
        "console",
        "www/console/words",
        &["www/console/page/boot.js", "www/console/page/console.html"],
    ),
];
/// What `{{say:page-…}}` would break.
const NOT_IN_PAGES: [char; 5] = ['"', '<', '&', '`', '\\'];

/// The words of one crate.
pub struct Words(BTreeMap<String, Catalogue>);

impl Words {
    /// Of a crate that has none, none.
    pub fn of(folder: &str) -> Result<Self> {
        if !Path::new(folder).join(format!("{ENGLISH}.ftl")).exists() {
            return Ok(Self(BTreeMap::new()));
        }
        let all = languages(Path::new(folder))
            .map_err(|error| anyhow::anyhow!("{}", error.join("\n")))?;
        Ok(Self(all))
    }

    /// Each language and what a browser downloads of it.
    pub fn compiled(&self) -> impl Iterator<Item = (&str, String)> {
        self.0
            .iter()
            .filter_map(|(name, own)| Some((name.as_str(), own.json(self.0.get(ENGLISH)?))))
    }

    /// A document or a script with words in it: `{{say:NAME}}` is the English text, `{{key:NAME}}`
    /// the key by which a script finds it in a compiled file, `{{all:NAME}}` an object with the
    /// text of each other language, `{{fingerprint}}` what a compiled file begins with.
    pub fn fill(&self, text: &str) -> Result<String> {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (inside, next) = after.split_once("}}").context("a place for words has no end")?;
            out += before;
            match inside.split_once(':') {
                Some(("say", name)) => out += &self.text(ENGLISH, name)?,
                Some(("key", name))
                    if self
                        .0
                        .get(ENGLISH)
                        .is_some_and(|own| own.names().any(|own| own == name)) =>
                {
                    out += &key(name)
                }
                Some(("all", name)) => {
                    let others = self.0.keys().filter(|own| *own != ENGLISH);
                    let texts = others
                        .map(|own| Ok((own, self.text(own, name)?)))
                        .collect::<Result<BTreeMap<_, _>>>()?;
                    out += &serde_json::to_string(&texts)?;
                }
                None if inside == "fingerprint" => out += &self.fingerprint()?,
                Some(("key", name)) => bail!("there is no message {name}"),
                // Another place, which somebody else fills.
                _ => out += &format!("{{{{{inside}}}}}"),
            }
            rest = next;
        }
        Ok(out + rest)
    }

    /// Refuses a module that was compiled for other words: it would not start with these.
    pub fn are_of(&self, name: &str, module: &[u8]) -> Result<()> {
        let print = self.fingerprint()?;
        let is_said = module.windows(print.len()).any(|part| part == print.as_bytes());
        ensure!(is_said, "the words of {name} were changed while it was compiled: build it again");
        Ok(())
    }

    fn fingerprint(&self) -> Result<String> {
        Ok(self.english()?.fingerprint())
    }

    fn english(&self) -> Result<&Catalogue> {
        self.0.get(ENGLISH).context("there are no words")
    }

    fn text(&self, language: &str, name: &str) -> Result<String> {
        let own = self.0.get(language).with_context(|| format!("there is no {language}"))?;
        let text = own
            .pattern(name, self.english()?)
            .with_context(|| format!("{language} has no message {name}"))?;
        if let Some(bad) = text.chars().find(|c| NOT_IN_PAGES.contains(c)) {
            bail!(
                "{language}: {name} stands in documents and scripts, where it cannot have a {bad}"
            );
        }
        Ok(text)
    }
}

/// Every language has every message, with the placeholders of English; and every message of pages
/// is said by one. That others are said, the compiler knows: each has a constructor.
pub fn check() -> Result<()> {
    let mut error = Vec::new();
    for (_, folder, pages) in ALL {
        let words = match Words::of(folder) {
            Ok(words) => words,
            Err(mistakes) => {
                error.push(mistakes.to_string());
                continue;
            }
        };
        let texts = pages
            .iter()
            .map(|page| fs::read_to_string(page).with_context(|| format!("reading {page}")))
            .collect::<Result<Vec<_>>>()?;
        for (page, text) in pages.iter().zip(&texts) {
            error.extend(words.fill(text).err().map(|mistake| format!("{page}: {mistake}")));
        }
        error.extend(
            words.unsaid(&texts).map(|name| {
                format!("{folder}/{ENGLISH}.ftl: no document and no script says {name}")
            }),
        );
    }
    match error.is_empty() {
        true => Ok(()),
        false => bail!("{}", error.join("\n")),
    }
}

impl Words {
    fn unsaid(&self, texts: &[String]) -> impl Iterator<Item = &str> {
        let of_pages = self
            .0
            .get(ENGLISH)
            .into_iter()
            .flat_map(|own| own.names())
            .filter(|name| name.starts_with(OF_PAGES));
        of_pages.filter(|name| !texts.iter().any(|text| text.contains(&format!(":{name}}}}}"))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        let read = |text| Catalogue::read(text).unwrap_or_else(|error| panic!("{error:?}"));
        let (en, de) = (
            "page-a = Close\npage-b = { $x }\npage-c = a & b",
            "page-a = Schließen\npage-b = { $x }\npage-c = a & b",
        );
        Words([("en".to_owned(), read(en)), ("de".to_owned(), read(de))].into())
    }

    #[test]
    fn places_for_words_are_filled_and_others_are_left() {
        let filled = words()
            .fill("<b title=\"{{say:page-a}}\">{{here.js}} {{key:page-b}} {{all:page-a}}")
            .unwrap_or_default();
        assert_eq!(
            filled,
            format!(
                "<b title=\"Close\">{{{{here.js}}}} {} {{\"de\":\"Schließen\"}}",
                key("page-b")
            )
        );
    }

    #[test]
    fn a_place_for_words_that_are_not_there_is_refused() {
        for text in
            ["{{say:page-x}}", "{{key:page-x}}", "{{say:page-c}}", "{{all:page-x}}", "{{say:page-a"]
        {
            assert!(words().fill(text).is_err(), "{text}");
        }
        assert_eq!(
            words().unsaid(&["{{key:page-a}} {{say:page-c}}".to_owned()]).collect::<Vec<_>>(),
            ["page-b"]
        );
    }
}
