//! Calls and assignments in source code, as far as the strings in them may name a model.

use std::ops::Range;

use super::tokens::{self, Kind, Language, Token};

/// Most tokens of one call or value that are looked at. A longer one is a table of data.
const MOST_TOKENS: usize = 1000;

/// Around a string these change nothing about what it says.
const CASTS: [&str; 10] = ["to_string", "to_owned", "into", "String", "from", "Some", "as", "const", "str", "Path"];

/// Words that stand for no value, or for one that is no name.
const NO_VALUES: [&str; 9] = ["None", "null", "undefined", "True", "False", "true", "false", "self", "cls"];

/// Words behind which a name is defined, not called.
const DEFINING: [&str; 5] = ["def", "class", "fn", "function", "import"];

/// A text as tokens.
#[derive(Debug)]
pub(super) struct Code<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: Vec<Token>,
    pub(super) language: Language,
}

/// A call.
#[derive(Debug)]
pub(super) struct Call<'a> {
    /// The last part of what is called.
    pub(super) name: &'a str,
    /// The part before it, where a name stands there: `PeftModel` in `PeftModel.from_pretrained`.
    pub(super) owner: &'a str,
    /// What is handed over, in order.
    pub(super) arguments: Vec<Argument<'a>>,
    /// Where the name stands.
    pub(super) range: Range<usize>,
}

/// One argument.
#[derive(Debug)]
pub(super) struct Argument<'a> {
    /// The keyword, or the name of a field in an object that is handed over.
    pub(super) name: Option<&'a str>,
    pub(super) value: Value,
}

/// What a piece of code says, as far as strings go.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// One string, put together where it is written in parts.
    Literal(String, Range<usize>),
    /// Something else, and the strings in it.
    Computed(Range<usize>, Vec<(String, Range<usize>)>),
    /// No name in any case: a number, nothing.
    Nothing,
}

impl Value {
    /// The string, where it is one.
    pub(super) fn literal(&self) -> Option<&str> {
        match self {
            Self::Literal(words, _) => Some(words),
            Self::Computed(..) | Self::Nothing => None,
        }
    }
}

impl Call<'_> {
    /// The argument at a position, or under one of the keywords.
    pub(super) fn argument(&self, position: usize, keywords: &[&str]) -> Option<&Value> {
        self.keyword(keywords)
            .or_else(|| Some(&self.arguments.iter().filter(|argument| argument.name.is_none()).nth(position)?.value))
    }

    /// The argument under one of the keywords.
    pub(super) fn keyword(&self, keywords: &[&str]) -> Option<&Value> {
        let named = |argument: &&Argument<'_>| argument.name.is_some_and(|name| keywords.contains(&name));
        self.arguments.iter().find(named).map(|argument| &argument.value)
    }
}

impl<'a> Code<'a> {
    pub(super) fn new(text: &'a str, language: Language) -> Self {
        Self { text, tokens: tokens::tokens(text, language), language }
    }

    /// Every call of what has a wanted name, in the order of the text.
    pub(super) fn calls(&self, is_wanted: impl Fn(&str) -> bool) -> Vec<Call<'a>> {
        let is_wanted = |index: &usize| self.word(*index).is_some_and(&is_wanted);
        (0..self.tokens.len()).filter(is_wanted).filter_map(|index| self.call(index)).collect()
    }

    /// Every value that is bound to a wanted name: `name = value`, `name: Type = value`, `"name": value`.
    pub(super) fn bindings(&self, is_wanted: impl Fn(&str) -> bool) -> Vec<(&'a str, Value)> {
        let name = |index: usize| self.word(index).or_else(|| self.string(index));
        let is_wanted = |index: &usize| name(*index).is_some_and(&is_wanted);
        (0..self.tokens.len()).filter(is_wanted).filter_map(|index| self.binding(index)).collect()
    }

    /// Strings that are no documentation: what each says and where.
    pub(super) fn strings(&self) -> impl Iterator<Item = Range<usize>> {
        self.tokens.iter().filter_map(|token| match &token.kind {
            Kind::Text(text) if !text.is_block => Some(text.inner.clone()),
            _ => None,
        })
    }

    fn word(&self, index: usize) -> Option<&'a str> {
        let token = self.tokens.get(index).filter(|token| token.kind == Kind::Word)?;
        self.text.get(token.range.clone())
    }

    fn is_mark(&self, index: usize, mark: u8) -> bool {
        self.tokens.get(index).is_some_and(|token| token.kind == Kind::Mark(mark))
    }

    fn call(&self, index: usize) -> Option<Call<'a>> {
        let name = self.word(index)?;
        if !self.is_mark(index + 1, b'(') {
            return None;
        }
        let before = |steps: usize| index.checked_sub(steps);
        if before(1).and_then(|at| self.word(at)).is_some_and(|word| DEFINING.contains(&word)) {
            return None;
        }
        let is_after = |mark: u8| before(1).is_some_and(|at| self.is_mark(at, mark));
        let owner = if is_after(b'.') {
            before(2)
        } else if is_after(b':') {
            before(3)
        } else {
            None
        };
        let owner = owner.and_then(|at| self.word(at)).unwrap_or_default();
        let arguments = self.parts(index + 2).into_iter().flat_map(|part| self.arguments(part)).collect();
        Some(Call { name, owner, arguments, range: self.tokens.get(index)?.range.clone() })
    }

    /// The parts between commas up to the bracket that closes what was opened before `start`.
    fn parts(&self, start: usize) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let (mut depth, mut begin) = (0_usize, start);
        let end = self.tokens.len().min(start + MOST_TOKENS);
        for index in start..end {
            match self.tokens.get(index).map(|token| &token.kind) {
                Some(Kind::Mark(b'(' | b'[' | b'{')) => depth += 1,
                Some(Kind::Mark(b')' | b']' | b'}')) => {
                    if depth == 0 {
                        parts.push(begin..index);
                        return parts;
                    }
                    depth -= 1;
                }
                Some(Kind::Mark(b',')) if depth == 0 => {
                    parts.push(begin..index);
                    begin = index + 1;
                }
                _ => {}
            }
        }
        parts.push(begin..end);
        parts
    }

    /// A part as one argument, or, where it is an object, as its fields.
    fn arguments(&self, part: Range<usize>) -> Vec<Argument<'a>> {
        let Some(first) = part.clone().find(|index| !self.is_line(*index)) else { return Vec::new() };
        if self.language == Language::JavaScript && self.is_mark(first, b'{') {
            let fields = self.parts(first + 1).into_iter();
            return fields
                .filter_map(|field| self.field(field.start.max(first + 1)..field.end.min(part.end)))
                .collect();
        }
        match self.word(first) {
            Some(name) if self.is_mark(first + 1, b'=') && !self.is_mark(first + 2, b'=') => {
                vec![Argument { name: Some(name), value: self.value(first + 2..part.end) }]
            }
            _ => vec![Argument { name: None, value: self.value(part) }],
        }
    }

    fn field(&self, part: Range<usize>) -> Option<Argument<'a>> {
        let first = part.clone().find(|index| !self.is_line(*index))?;
        let name = self.word(first).or_else(|| self.string(first))?;
        let value = if self.is_mark(first + 1, b':') { self.value(first + 2..part.end) } else { self.value(part) };
        Some(Argument { name: Some(name), value })
    }

    fn binding(&self, index: usize) -> Option<(&'a str, Value)> {
        let name = self.word(index).or_else(|| self.string(index))?;
        let is_bound =
            self.is_mark(index + 1, b'=') && !self.is_mark(index + 2, b'=') && !self.is_mark(index + 2, b'>');
        if is_bound {
            return Some((name, self.value(index + 2..self.end_of_value(index + 2))));
        }
        if !self.is_mark(index + 1, b':') || self.is_mark(index + 2, b':') {
            return None;
        }
        let part = index + 2..self.end_of_value(index + 2);
        // A type may stand between the name and the value.
        let equals = part.clone().find(|at| self.is_mark(*at, b'=') && !self.is_mark(at + 1, b'='));
        let value = equals.map_or(part.start, |at| at + 1);
        Some((name, self.value(value..part.end)))
    }

    /// Where the value ends that begins at a token: at a comma, a semicolon, a bracket that closes more, a line.
    fn end_of_value(&self, start: usize) -> usize {
        let mut depth = 0_usize;
        let end = self.tokens.len().min(start + MOST_TOKENS);
        let mut has_begun = false;
        for index in start..end {
            match self.tokens.get(index).map(|token| &token.kind) {
                Some(Kind::Mark(b'(' | b'[' | b'{')) => depth += 1,
                Some(Kind::Mark(b')' | b']' | b'}' | b',' | b';')) if depth == 0 => return index,
                Some(Kind::Mark(b')' | b']' | b'}')) => depth -= 1,
                // Only Python ends a value with its first line.
                Some(Kind::Line) if depth == 0 && (has_begun || self.language == Language::Python) => return index,
                Some(Kind::Line) => continue,
                _ => {}
            }
            has_begun = !self.is_mark(index, b'=');
        }
        end
    }

    fn is_line(&self, index: usize) -> bool {
        self.tokens.get(index).is_some_and(|token| token.kind == Kind::Line)
    }

    fn string(&self, index: usize) -> Option<&'a str> {
        match &self.tokens.get(index)?.kind {
            Kind::Text(text) if !text.is_computed => self.text.get(text.inner.clone()),
            _ => None,
        }
    }

    fn value(&self, part: Range<usize>) -> Value {
        let tokens: Vec<&Token> =
            self.tokens.get(part).unwrap_or_default().iter().filter(|token| token.kind != Kind::Line).collect();
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return Value::Nothing };
        let whole = first.range.start..last.range.end;
        let mut strings: Vec<(String, Range<usize>)> = Vec::new();
        let (mut is_literal, mut was_string) = (true, false);
        for token in &tokens {
            let words = self.text.get(token.range.clone()).unwrap_or_default();
            let mut is_string = false;
            match &token.kind {
                Kind::Text(text) if !text.is_computed => {
                    let inner = self.text.get(text.inner.clone()).unwrap_or_default();
                    match strings.last_mut().filter(|_| was_string) {
                        // Strings side by side are one.
                        Some((before, range)) => {
                            before.push_str(inner);
                            range.end = text.inner.end;
                        }
                        None => strings.push((inner.to_owned(), text.inner.clone())),
                    }
                    is_string = self.language == Language::Python;
                }
                Kind::Text(_) => is_literal = false,
                Kind::Word => is_literal &= CASTS.contains(&words),
                Kind::Mark(mark) => is_literal &= b"()&.:?".contains(mark),
                Kind::Line => {}
            }
            was_string = is_string;
        }
        match strings.as_slice() {
            [(words, range)] if is_literal => Value::Literal(words.clone(), range.clone()),
            [] if tokens.len() == 1 && self.is_no_value(first) => Value::Nothing,
            _ => Value::Computed(whole, strings),
        }
    }

    fn is_no_value(&self, token: &Token) -> bool {
        let words = self.text.get(token.range.clone()).unwrap_or_default();
        token.kind == Kind::Word
            && (NO_VALUES.contains(&words) || words.starts_with(|first: char| first.is_ascii_digit()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(text: &str, language: Language) -> Vec<String> {
        let show = |value: &Value| match value {
            Value::Literal(words, _) => format!("<{words}>"),
            Value::Computed(_, strings) => {
                format!("~{}", strings.iter().map(|(words, _)| words.as_str()).collect::<Vec<_>>().join("|"))
            }
            Value::Nothing => "-".to_owned(),
        };
        let code = Code::new(text, language);
        let call = |call: Call<'_>| {
            let arguments = call.arguments.iter().map(|argument| {
                let name = argument.name.map(|name| format!("{name}=")).unwrap_or_default();
                format!("{name}{}", show(&argument.value))
            });
            format!("{}.{}({})", call.owner, call.name, arguments.collect::<Vec<_>>().join(" "))
        };
        code.calls(|_| true).into_iter().map(call).collect()
    }

    #[test]
    fn arguments_have_positions_and_keywords_over_any_lines() {
        let text = "A.f(\n  'a/'\n  'b',  # first\n  x, k='c', n=None, m=g('d'),\n)";
        assert_eq!(calls(text, Language::Python), ["A.f(<a/b> ~ k=<c> n=- m=~d)", ".g(<d>)"]);
    }

    #[test]
    fn what_is_defined_is_not_called() {
        assert!(calls("def f(a='b'):\n    pass", Language::Python).is_empty());
    }

    #[test]
    fn fields_of_an_object_are_arguments() {
        let text = "await f('t', 'a/b', { revision: 'r', 'x': y, z })";
        assert_eq!(calls(text, Language::JavaScript), [".f(<t> <a/b> revision=<r> x=~ z=~)"]);
    }

    #[test]
    fn casts_of_rust_are_seen_through() {
        let text =
            "api.model(\"a/b\".to_string()); Repo::with_revision(String::from(\"c/d\"), RepoType::Model, \"r\".into())";
        let found = calls(text, Language::Rust);
        assert!(found.contains(&"api.model(<a/b>)".to_owned()), "{found:?}");
        assert!(found.contains(&"Repo.with_revision(<c/d> ~ <r>)".to_owned()), "{found:?}");
    }

    #[test]
    fn names_are_bound_with_and_without_types() {
        let bound = |text, language| {
            let code = Code::new(text, language);
            let literal = |(name, value): (&str, Value)| Some(format!("{name}={}", value.literal()?));
            let is_wanted = |name: &str| !matches!(name, "str" | "string");
            code.bindings(is_wanted).into_iter().filter_map(literal).collect::<Vec<_>>()
        };
        let python = "a = 'b'\nc: str = 'd'\ne = {\n  'f': 'g',\n}\nif h == 'i': pass";
        assert_eq!(bound(python, Language::Python), ["a=b", "c=d", "f=g"]);
        let javascript = "const a: string =\n  'b';\nx = { c: 'd' }";
        assert_eq!(bound(javascript, Language::JavaScript), ["a=b", "c=d"]);
        assert_eq!(bound("const A: &str = \"b\";", Language::Rust), ["A=b"]);
    }

    #[test]
    fn calls_that_never_close_cost_a_bounded_amount() {
        let text = "f(".repeat(10_000);
        assert_eq!(Code::new(&text, Language::Python).calls(|_| true).len(), 10_000);
    }
}
