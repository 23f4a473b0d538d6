//! All mistakes of a settings file in one run, each with its line.
//!
//! Reading stops at the first value that does not fit. So what does not fit is noted, taken out,
//! and the rest read again.

use serde::de::DeserializeOwned;
use std::{collections::BTreeSet, fmt, ops::Range};
use toml::{
    Spanned,
    de::{DeArray, DeTable, DeValue, Deserializer, Error},
};

/// More are not told at once.
const MOST: usize = 50;

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    pub line: usize,
    pub what: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

/// A file as it was read.
pub struct Document<'a> {
    text: &'a str,
    table: DeTable<'a>,
}

/// What could be read of a file, and what is wrong with the rest.
pub struct Read<'a, T> {
    pub document: Document<'a>,
    /// None if something is missing so that nothing can be said of the whole.
    pub value: Option<T>,
    pub mistakes: Vec<Mistake>,
}

/// A file's text without the mark that some editors put before it.
pub fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Reads a file as far as that is possible.
pub fn read<T: DeserializeOwned>(text: &str) -> Read<'_, T> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let document = Document { text, table: table.into_inner() };
    let mut mistakes: Vec<_> = errors.iter().map(|error| document.mistake(error)).collect();
    let mut value = None;
    if mistakes.is_empty() {
        let mut rest =
            Rest { table: document.table.clone(), taken: BTreeSet::new(), is_whole: true };
        while mistakes.len() < MOST {
            match T::deserialize(Deserializer::from(Spanned::new(
                0..text.len(),
                rest.table.clone(),
            ))) {
                Ok(read) => {
                    value = Some(read).filter(|_| rest.is_whole);
                    break;
                }
                Err(error) => {
                    if !rest.is_known(&error) {
                        mistakes.push(document.mistake(&error));
                    }
                    if !rest.take_out(&error) {
                        break;
                    }
                }
            }
        }
    }
    Read { document, value, mistakes }
}

impl Document<'_> {
    fn mistake(&self, error: &Error) -> Mistake {
        Mistake {
            line: error.span().map_or(1, |span| self.line(span.start)),
            what: error.message().to_owned(),
        }
    }

    fn line(&self, at: usize) -> usize {
        1 + self.text.as_bytes()[..at.min(self.text.len())]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
    }

    /// The line of a field, such as `site[0].agent[1].capacity`; where it is not written, of what
    /// it would stand in.
    pub fn line_of(&self, path: &str) -> usize {
        let mut steps = path.split(['.', '[']).map(|step| step.trim_end_matches(']'));
        let Some((key, mut value)) = steps.next().and_then(|first| self.table.get_key_value(first))
        else {
            return 1;
        };
        let mut at = key.span().start;
        for step in steps {
            let found = match value.get_ref() {
                DeValue::Table(table) => {
                    table.get_key_value(step).map(|(key, value)| (key.span().start, value))
                }
                DeValue::Array(array) => step
                    .parse()
                    .ok()
                    .and_then(|i: usize| array.get(i))
                    .map(|value| (value.span().start, value)),
                _ => None,
            };
            let Some((start, next)) = found else { break };
            (at, value) = (start, next);
        }
        self.line(at)
    }
}

/// What has not been taken out.
struct Rest<'a> {
    table: DeTable<'a>,
    /// Names that were taken out: one that is then missing is told of already.
    taken: BTreeSet<String>,
    /// Whether nothing is gone but values for which there is another.
    is_whole: bool,
}

impl Rest<'_> {
    fn is_known(&self, error: &Error) -> bool {
        missing(error).is_some_and(|name| self.taken.contains(name))
    }

    /// Takes out the smallest thing in which the mistake is; false if that is all of it.
    fn take_out(&mut self, error: &Error) -> bool {
        let Some(span) = error.span() else { return false };
        self.is_whole &= missing(error).is_none();
        let Some(name) = take_from_table(&mut self.table, &span) else { return false };
        self.taken.extend(name);
        true
    }
}

/// The name of a field that is needed and not there.
fn missing(error: &Error) -> Option<&str> {
    error.message().strip_prefix("missing field `")?.split('`').next()
}

fn holds(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// Whether something was taken out, and under which name it stood.
fn take_from_table(table: &mut DeTable<'_>, span: &Range<usize>) -> Option<Option<String>> {
    for (_, value) in table.iter_mut() {
        if let Some(taken) = take_from_value(value.get_mut(), span) {
            return Some(taken);
        }
    }
    let of = |(key, value): (&Spanned<_>, &Spanned<_>)| {
        holds(&key.span(), span) || holds(&value.span(), span)
    };
    let name =
        table.iter().find(|(key, value)| of((*key, *value)))?.0.get_ref().clone().into_owned();
    table.remove(name.as_str());
    Some(Some(name))
}

fn take_from_value(value: &mut DeValue<'_>, span: &Range<usize>) -> Option<Option<String>> {
    match value {
        DeValue::Table(table) => take_from_table(table, span),
        DeValue::Array(array) => {
            if let Some(taken) =
                array.iter_mut().find_map(|element| take_from_value(element.get_mut(), span))
            {
                return Some(taken);
            }
            let whole = array.len();
            let rest = std::mem::replace(array, DeArray::new()).into_iter();
            *array = rest.filter(|element| !holds(&element.span(), span)).collect();
            (array.len() < whole).then_some(None)
        }
        _ => None,
    }
}
