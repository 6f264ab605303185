// SPDX-License-Identifier: Apache-2.0

//! Reads tables of the configuration field by field, and notes everything that is wrong instead of stopping at it.

use super::Problem;
use reqwest::Url;
use std::{cell::RefCell, collections::BTreeSet, fmt::Debug, ops::RangeInclusive, time::Duration};
use toml::{Table, Value};

/// What was found to be wrong so far.
pub type Problems = RefCell<Vec<Problem>>;

/// A table that is being read.
pub struct Fields<'a> {
    path: String,
    table: &'a Table,
    known: BTreeSet<&'static str>,
    problems: &'a Problems,
}

impl<'a> Fields<'a> {
    /// The whole file.
    pub fn root(table: &'a Table, problems: &'a Problems) -> Self {
        Self { path: String::new(), table, known: BTreeSet::new(), problems }
    }

    fn path(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.into()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// Notes that the field `key` is wrong.
    pub fn problem(&self, key: &str, text: impl Into<String>) {
        self.problems.borrow_mut().push(Problem::new(self.path(key), text));
    }

    /// Whether the field `key` is there.
    pub fn has(&mut self, key: &'static str) -> bool {
        self.get(key).is_some()
    }

    fn get(&mut self, key: &'static str) -> Option<&'a Value> {
        self.known.insert(key);
        self.table.get(key)
    }

    fn required(&mut self, key: &'static str, example: &str) -> Option<&'a Value> {
        let value = self.get(key);
        if value.is_none() {
            self.problem(key, format!("is missing; add it, for example `{key} = {example}`"));
        }
        value
    }

    fn wrong<T>(&self, key: &str, wanted: &str) -> Option<T> {
        self.problem(key, format!("must be {wanted}"));
        None
    }

    /// A text that must be there.
    pub fn string(&mut self, key: &'static str, example: &str) -> Option<String> {
        match self.required(key, example)? {
            Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
            _ => self.wrong(key, &format!("a text, for example {example}")),
        }
    }

    /// A text, or `default`.
    pub fn optional_string(&mut self, key: &'static str, default: &str) -> Option<String> {
        match self.get(key) {
            None => Some(default.into()),
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => self.wrong(key, &format!("a text, for example \"{default}\"")),
        }
    }

    /// A url with one of these schemes and a host.
    pub fn url(&mut self, key: &'static str, schemes: &[&str], example: &str) -> Option<Url> {
        let text = self.string(key, &format!("\"{example}\""))?;
        match Url::parse(&text) {
            Ok(url) if schemes.contains(&url.scheme()) && url.has_host() => Some(url),
            _ => self.wrong(key, &format!("a url that begins with {}://", schemes.join(":// or "))),
        }
    }

    /// An integer in `range`, or `default`; without a default it must be there.
    pub fn integer(&mut self, key: &'static str, default: Option<u64>, range: RangeInclusive<u64>) -> Option<u64> {
        let value = match default {
            Some(default) => match self.get(key) {
                Some(value) => value,
                None => return Some(default),
            },
            None => self.required(key, &range.start().to_string())?,
        };
        let number = value.as_integer().and_then(|number| u64::try_from(number).ok());
        match number.filter(|number| range.contains(number)) {
            Some(number) => Some(number),
            None => self.wrong(key, &format!("a whole number from {} to {}", range.start(), range.end())),
        }
    }

    /// A length of time in `range`, or `default`; without a default it must be there.
    pub fn duration(
        &mut self,
        key: &'static str,
        default: Option<Duration>,
        range: RangeInclusive<Duration>,
    ) -> Option<Duration> {
        let value = match default {
            Some(default) => match self.get(key) {
                Some(value) => value,
                None => return Some(default),
            },
            None => self.required(key, "\"30s\"")?,
        };
        match value.as_str().and_then(parse_duration).filter(|duration| range.contains(duration)) {
            Some(duration) => Some(duration),
            None => {
                let (least, most) = (range.start(), range.end());
                self.wrong(key, &format!("a length of time from {least:?} to {most:?}, such as \"500ms\", \"30s\", \"5m\", \"1h\" or \"7d\""))
            }
        }
    }

    /// `true` or `false`, or `default`.
    pub fn boolean(&mut self, key: &'static str, default: bool) -> Option<bool> {
        match self.get(key) {
            None => Some(default),
            Some(Value::Boolean(value)) => Some(*value),
            Some(_) => self.wrong(key, "true or false"),
        }
    }

    /// One of these words, or `default`; without a default it must be there.
    pub fn choice<T: Copy>(&mut self, key: &'static str, default: Option<T>, words: &[(&str, T)]) -> Option<T> {
        let value = match default {
            Some(default) => match self.get(key) {
                Some(value) => value,
                None => return Some(default),
            },
            None => self.required(key, &format!("\"{}\"", words.first().map_or("", |(word, _)| word)))?,
        };
        let found = value.as_str().and_then(|text| words.iter().find(|(word, _)| *word == text));
        match found {
            Some((_, meaning)) => Some(*meaning),
            None => {
                let words: Vec<_> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
                self.wrong(key, &words.join(" or "))
            }
        }
    }

    /// A table that must be there.
    pub fn table(&mut self, key: &'static str) -> Option<Fields<'a>> {
        match self.get(key) {
            Some(Value::Table(table)) => Some(self.child(self.path(key), table)),
            Some(_) => self.wrong(key, &format!("a table; begin it with [{}]", self.path(key))),
            None => {
                self.problem(key, format!("is missing; add a table that begins with [{}]", self.path(key)));
                None
            }
        }
    }

    /// A list of 1 to `most` tables, each of which is a `what`.
    pub fn tables(&mut self, key: &'static str, what: &str, most: usize) -> Option<Vec<Fields<'a>>> {
        let items = self.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        if items.is_empty() || items.len() > most {
            let limit = if most == usize::MAX { String::new() } else { format!(" and at most {most}") };
            self.problem(key, format!("needs at least one{limit}; add a table for each {what}"));
            return None;
        }
        let tables = items.iter().enumerate().map(|(index, item)| {
            let path = format!("{}[{index}]", self.path(key));
            match item {
                Value::Table(table) => Some(self.child(path, table)),
                _ => self.wrong(&format!("{key}[{index}]"), "a table"),
            }
        });
        tables.collect()
    }

    fn child(&self, path: String, table: &'a Table) -> Fields<'a> {
        Fields { path, table, known: BTreeSet::new(), problems: self.problems }
    }

    /// Ends the reading: a field nobody asked for is a problem, as it is most likely a misspelt one.
    pub fn finish(&self) {
        for key in self.table.keys().filter(|key| !self.known.contains(key.as_str())) {
            let known: Vec<_> = self.known.iter().copied().collect();
            self.problem(key, format!("is not known here; remove it, or use one of: {}", known.join(", ")));
        }
    }
}

impl Debug for Fields<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fields({})", self.path)
    }
}

/// A number and a unit: `500ms`, `30s`, `5m`, `1h`, `7d`.
fn parse_duration(text: &str) -> Option<Duration> {
    let unit = text.find(|c: char| !c.is_ascii_digit())?;
    let number: u64 = text[..unit].parse().ok()?;
    let unit = match &text[unit..] {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number.checked_mul(unit).map(Duration::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_duration_should_need_a_unit() {
        assert_eq!(parse_duration("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(parse_duration("7d"), Some(Duration::from_secs(604_800)));
        for text in ["", "30", "s", "1.5s", "-1s", "5 m", "99999999999999999999s", "18446744073709551615d"] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }
}
