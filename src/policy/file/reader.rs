//! Reading TOML with places: every value knows where it stands, and everything that is wrong is collected.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{folded, keys_of};
use crate::finding::PolicyPlace;
use crate::location::Span;
use crate::policy::held::Held;
use crate::policy::message::{file_name, nearest, quoted};

pub(crate) type Value<'a> = Spanned<DeValue<'a>>;
/// A key of a table.
pub(crate) type Name<'a> = Spanned<Cow<'a, str>>;

/// Reads, and collects what is wrong.
pub(crate) struct Reader<'a> {
    pub(crate) text: &'a str,
    pub(crate) file: &'a str,
    /// How many lines of the file lie above the text, and the table that the policy lies in.
    pub(crate) problems: Vec<String>,
    /// For what comes from the command line, where a line and a column say nothing.
    pub(crate) is_setting: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str, file: &'a str) -> Self {
        Self { text, file, problems: Vec::new(), is_setting: false }
    }

    pub(crate) fn problem(&mut self, at: &Range<usize>, message: &str) {
        if self.is_setting {
            return self.problems.push(message.to_owned());
        }
        let place = self.span(at);
        self.problems.push(format!("{}:{}:{}: {message}", file_name(self.file), place.start_line, place.start_column));
    }

    fn span(&self, at: &Range<usize>) -> Span {
        Span::of_bytes(self.text, at.start, at.end)
    }

    /// The place of a value.
    pub(crate) fn place(&self, at: &Range<usize>, key: &str) -> PolicyPlace {
        const LONGEST: usize = 120;
        let written = self.text.get(at.clone()).unwrap_or_default();
        let mut value: String = written.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some((cut, _)) = value.char_indices().nth(LONGEST) {
            value.truncate(cut);
            value.push('…');
        }
        let span = (!self.is_setting).then(|| self.span(at));
        PolicyPlace { file: self.file.to_owned(), span, key: key.to_owned(), value }
    }

    pub(crate) fn held<T>(&self, at: &Range<usize>, key: &str, value: T) -> Held<T> {
        Held::new(value, self.place(at, key))
    }

    /// Every key of a table with its value, by the name in the list of keys. Unknown and doubled ones are refused.
    pub(crate) fn entries<'v, 'd>(
        &mut self,
        value: &'v Value<'d>,
        path: &str,
        known_as: &str,
    ) -> Vec<(&'static str, &'v Name<'d>, &'v Value<'d>)> {
        let Some(table) = value.get_ref().as_table() else {
            self.problem(&value.span(), &format!("{path} is no table; write [{path}]"));
            return Vec::new();
        };
        self.entries_of(table, path, known_as)
    }

    /// As [`Self::entries`].
    pub(crate) fn entries_of<'v, 'd>(
        &mut self,
        table: &'v DeTable<'d>,
        path: &str,
        known_as: &str,
    ) -> Vec<(&'static str, &'v Name<'d>, &'v Value<'d>)> {
        let known = keys_of(known_as);
        let mut found: Vec<(&'static str, &Name<'d>, &Value<'d>)> = Vec::new();
        for (name, value) in table {
            let Some(key) = known.iter().find(|key| folded(key) == folded(name.get_ref())) else {
                self.unknown_key(name, path, &known);
                continue;
            };
            if found.iter().any(|(earlier, _, _)| earlier == key) {
                self.problem(&name.span(), &format!("{} is there already; remove one of them", quoted(name.get_ref())));
                continue;
            }
            found.push((key, name, value));
        }
        found
    }

    pub(crate) fn unknown_key(&mut self, key: &Name<'_>, path: &str, known: &[&'static str]) {
        let meant = did_you_mean(nearest(key.get_ref(), known.iter().copied()));
        let table = if path.is_empty() { "the policy".to_owned() } else { format!("[{path}]") };
        let message = format!("unknown key {}{meant}; {table} has {}", quoted(key.get_ref()), known.join(", "));
        self.problem(&key.span(), &message);
    }

    pub(crate) fn text(&mut self, value: &Value<'_>, key: &str) -> Option<Held<String>> {
        let Some(words) = value.get_ref().as_str() else {
            self.problem(&value.span(), &format!("{key} is no string; put it in quotation marks"));
            return None;
        };
        if words.trim().is_empty() {
            self.problem(&value.span(), &format!("{key} is empty; say something or leave it out"));
            return None;
        }
        Some(self.held(&value.span(), key, words.to_owned()))
    }

    /// A value out of a closed list of words.
    pub(crate) fn word<T: Copy>(
        &mut self,
        value: &Value<'_>,
        key: &str,
        all: &[T],
        word: impl Fn(T) -> &'static str,
    ) -> Option<Held<T>> {
        let written = self.text(value, key)?;
        let found = all.iter().copied().find(|item| word(*item) == written.value);
        if found.is_none() {
            let words: Vec<&str> = all.iter().map(|item| word(*item)).collect();
            self.no_such_word(value, key, &written.value, &words);
        }
        found.map(|item| Held::new(item, written.at))
    }

    pub(crate) fn no_such_word(&mut self, value: &Value<'_>, key: &str, written: &str, words: &[&str]) {
        let meant = did_you_mean(nearest(written, words.iter().copied()));
        let message = format!("{key} cannot be {}{meant}; it is one of {}", quoted(written), words.join(", "));
        self.problem(&value.span(), &message);
    }

    pub(crate) fn truth(&mut self, value: &Value<'_>, key: &str) -> Option<Held<bool>> {
        let Some(truth) = value.get_ref().as_bool() else {
            self.problem(&value.span(), &format!("{key} is neither true nor false"));
            return None;
        };
        Some(self.held(&value.span(), key, truth))
    }

    pub(crate) fn number(&mut self, value: &Value<'_>, key: &str) -> Option<Held<u64>> {
        let integer = value.get_ref().as_integer();
        let number = integer.and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok());
        if number.is_none() {
            self.problem(&value.span(), &format!("{key} is no whole number from 0 on, as in 3_000_000"));
        }
        Some(self.held(&value.span(), key, number?))
    }

    pub(crate) fn day(&mut self, value: &Value<'_>, key: &str) -> Option<Held<jiff::civil::Date>> {
        let written = match value.get_ref() {
            DeValue::Datetime(day) => Some(day.to_string()),
            DeValue::String(words) => Some(words.to_string()),
            _ => None,
        };
        // Ten characters: a time of day is no day.
        let day = written.filter(|words| words.len() == 10).and_then(|words| words.parse().ok());
        if day.is_none() {
            self.problem(&value.span(), &format!("{key} is no day, as in 2026-11-01"));
        }
        Some(self.held(&value.span(), key, day?))
    }

    /// The items of a list.
    pub(crate) fn list<'v, 'i>(&mut self, value: &'v Value<'i>, key: &str) -> Vec<&'v Value<'i>> {
        if let Some(items) = value.get_ref().as_array() {
            return items.iter().collect();
        }
        self.problem(&value.span(), &format!("{key} is no list; put it in square brackets"));
        Vec::new()
    }

    /// A list of strings, each with its place.
    pub(crate) fn texts(&mut self, value: &Value<'_>, key: &str) -> Vec<Held<String>> {
        let items = self.list(value, key);
        items.into_iter().filter_map(|item| self.text(item, key)).collect()
    }

    /// A list of words out of a closed list.
    pub(crate) fn words<T: Copy>(
        &mut self,
        value: &Value<'_>,
        key: &str,
        all: &[T],
        word: impl Fn(T) -> &'static str,
    ) -> Vec<T> {
        let items = self.list(value, key);
        items.into_iter().filter_map(|item| self.word(item, key, all, &word)).map(|held| held.value).collect()
    }
}

/// ` (did you mean "x"?)`, where something is near enough.
pub(crate) fn did_you_mean(word: Option<&str>) -> String {
    word.map(|word| format!(" (did you mean {}?)", quoted(word))).unwrap_or_default()
}
