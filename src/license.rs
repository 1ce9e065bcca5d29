//! Licences as SPDX expressions, and what a statement turned out to mean.

use std::collections::BTreeSet;
use std::fmt;

use spdx::expression::{ExprNode, Operator};
use spdx::{LicenseItem, ParseMode};

use crate::clause::Terms;

/// Prefix of the expression that stands for a known text with words changed.
pub const MODIFIED_PREFIX: &str = "LicenseRef-licentia-modified-";
/// Stands for licence language that nothing explains.
pub const UNEXPLAINED: &str = "LicenseRef-licentia-unexplained-terms";

/// An SPDX licence expression (annex D of SPDX 2.3, 3.0.1 alike): a tree of AND and OR over licences.
///
/// Nested operators of the same kind are flattened, so that printing and parsing agree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Expression {
    /// One licence, perhaps with an exception.
    License(Atom),
    /// All of them bind. At least two operands.
    And(Vec<Expression>),
    /// The licensee chooses. At least two operands.
    Or(Vec<Expression>),
}

/// A licence with its exception: an atom of its own, never split in judging.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Atom {
    /// SPDX identifier or `LicenseRef-…`.
    pub license: String,
    /// A trailing `+` on an identifier that has no `-or-later` form.
    pub or_later: bool,
    /// SPDX exception identifier or `AdditionRef-…`.
    pub addition: Option<String>,
}

/// Why an expression could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpressionError {
    /// The reason, in words.
    pub reason: String,
    /// Byte offset and length of the trouble in the input.
    pub span: (usize, usize),
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for ExpressionError {}

impl Expression {
    /// Most bytes of an expression that is read. The longest that distributions write, for whole kernels and collections
    /// of fonts, have some thousands.
    pub const MOST_BYTES: usize = 64 * 1024;
    /// Most parentheses within each other. Two are rare in what people write.
    pub const MOST_DEPTH: usize = 100;

    /// A single licence.
    pub fn license(id: impl Into<String>) -> Self {
        Self::License(Atom { license: id.into(), or_later: false, addition: None })
    }

    /// Reads an expression as SPDX defines it, accepting deprecated identifiers (which are replaced, a bare GNU
    /// identifier by its `-only` form) and `/` for OR.
    ///
    /// # Errors
    /// Where the input is no expression, names an identifier that the SPDX list does not have, or is longer or deeper than
    /// [`Self::MOST_BYTES`] and [`Self::MOST_DEPTH`].
    pub fn parse(input: &str) -> Result<Self, ExpressionError> {
        if let Some(error) = beyond_measure(input) {
            return Err(error);
        }
        let mode = ParseMode { allow_imprecise_license_names: false, ..ParseMode::LAX };
        let canonical = canonical_spelling(input);
        let parsed = spdx::Expression::parse_mode(&canonical, mode).map_err(|error| ExpressionError {
            reason: error.reason.to_string(),
            span: (error.span.start, error.span.end),
        })?;
        let mut stack: Vec<Open> = Vec::new();
        for node in parsed.iter() {
            match node {
                ExprNode::Req(requirement) => {
                    let read = Self::of_requirement(&requirement.req);
                    if read.atoms().iter().any(|atom| atom.is_nameless()) {
                        let span = (requirement.span.start as usize, requirement.span.end as usize);
                        return Err(ExpressionError { reason: "a reference without a name".to_owned(), span });
                    }
                    stack.push(Open::Done(read));
                }
                ExprNode::Op(operator) => {
                    let (right, left) = (stack.pop(), stack.pop());
                    stack.push(Open::join(*operator, left.into_iter().chain(right)));
                }
            }
        }
        let whole = stack.pop().map(Open::done);
        whole.ok_or_else(|| ExpressionError { reason: "empty expression".to_owned(), span: (0, input.len()) })
    }

    fn of_requirement(requirement: &spdx::LicenseReq) -> Self {
        let addition = requirement.addition.as_ref().map(ToString::to_string);
        match &requirement.license {
            LicenseItem::Spdx { id, or_later } => Self::of_identifier(id.name, *or_later, addition),
            other @ LicenseItem::Other(_) => {
                Self::License(Atom { license: other.to_string(), or_later: false, addition })
            }
        }
    }

    fn of_identifier(id: &str, or_later: bool, addition: Option<String>) -> Self {
        let replaced = license_db::license(id).and_then(|license| license.replaced_by).unwrap_or(id);
        // A replacement may be an expression of its own: `GPL-2.0-only WITH Classpath-exception-2.0`.
        let (license, exception) = match replaced.split_once(" WITH ") {
            Some((license, exception)) => (license, Some(exception.to_owned())),
            None => (replaced, None),
        };
        let (license, or_later) = match license.strip_suffix("-only") {
            Some(base) if or_later => (format!("{base}-or-later"), false),
            _ => (license.to_owned(), or_later && !license.ends_with("-or-later")),
        };
        Self::License(Atom { license, or_later, addition: addition.or(exception) })
    }

    /// AND over the operands: flattened, each once, in the order of their names. One operand is itself.
    ///
    /// # Panics
    /// Never; of no operand it makes [`UNEXPLAINED`], because nothing must not read as permission.
    pub fn all_of(operands: impl IntoIterator<Item = Self>) -> Self {
        Self::join(
            operands,
            |operand| match operand {
                Self::And(inner) => Ok(inner),
                other => Err(other),
            },
            Self::And,
        )
    }

    /// OR over the operands: flattened, each once, in the order of their names. One operand is itself.
    pub fn any_of(operands: impl IntoIterator<Item = Self>) -> Self {
        Self::join(
            operands,
            |operand| match operand {
                Self::Or(inner) => Ok(inner),
                other => Err(other),
            },
            Self::Or,
        )
    }

    fn join(
        operands: impl IntoIterator<Item = Self>,
        flatten: impl Fn(Self) -> Result<Vec<Self>, Self>,
        make: impl Fn(Vec<Self>) -> Self,
    ) -> Self {
        let mut all = BTreeSet::new();
        for operand in operands {
            match flatten(operand) {
                Ok(inner) => all.extend(inner),
                Err(single) => {
                    all.insert(single);
                }
            }
        }
        let mut all: Vec<Self> = all.into_iter().collect();
        match all.len() {
            0 => Self::license(UNEXPLAINED),
            1 => all.remove(0),
            _ => make(all),
        }
    }

    /// Every licence in it, in printing order.
    pub fn atoms(&self) -> Vec<&Atom> {
        match self {
            Self::License(atom) => vec![atom],
            Self::And(operands) | Self::Or(operands) => operands.iter().flat_map(Self::atoms).collect(),
        }
    }
}

/// An expression that is being read: operands of one operator gather until another one follows, because a long chain
/// would be sorted anew for each of them.
enum Open {
    Done(Expression),
    Of(Operator, Vec<Expression>),
}

impl Open {
    fn join(operator: Operator, operands: impl Iterator<Item = Self>) -> Self {
        let mut all = Vec::new();
        for operand in operands {
            match operand {
                // The longer list takes up the shorter.
                Self::Of(inner, mut more) if inner == operator => {
                    if more.len() > all.len() {
                        std::mem::swap(&mut all, &mut more);
                    }
                    all.append(&mut more);
                }
                other => all.push(other.done()),
            }
        }
        Self::Of(operator, all)
    }

    fn done(self) -> Expression {
        match self {
            Self::Done(expression) => expression,
            Self::Of(Operator::And, operands) => Expression::all_of(operands),
            Self::Of(Operator::Or, operands) => Expression::any_of(operands),
        }
    }
}

impl Atom {
    /// Whether it is a `LicenseRef-` or an `AdditionRef-` of nothing. SPDX asks for at least one character behind it.
    fn is_nameless(&self) -> bool {
        [Some(&self.license), self.addition.as_ref()]
            .into_iter()
            .flatten()
            .any(|id| id.ends_with("Ref-") || id.contains("Ref-:"))
    }
}

/// Why an input is not even looked at: whoever reads an expression walks down its nesting, and a tree that a scanned
/// file drives deep must not end the walk.
fn beyond_measure(input: &str) -> Option<ExpressionError> {
    let error = |reason: String, start| Some(ExpressionError { reason, span: (start, input.len()) });
    if input.len() > Expression::MOST_BYTES {
        return error(format!("longer than {} bytes", Expression::MOST_BYTES), Expression::MOST_BYTES);
    }
    let mut depth = 0_usize;
    for (at, character) in input.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > Expression::MOST_DEPTH {
            return error(format!("nested deeper than {} parentheses", Expression::MOST_DEPTH), at);
        }
    }
    None
}

/// SPDX identifiers compare without regard to case (annex D); the parser wants the list's spelling.
fn canonical_spelling(input: &str) -> String {
    let mut out = String::with_capacity(input.len());
    for word in input.split_inclusive(|character: char| character.is_whitespace() || "()/+".contains(character)) {
        let end =
            word.trim_end_matches(|character: char| character.is_whitespace() || "()/+".contains(character)).len();
        let (id, tail) = word.split_at(end);
        let listed = license_db::license(id).filter(|license| license.is_spdx() && license.id.eq_ignore_ascii_case(id));
        out.push_str(listed.map_or(id, |license| license.id));
        out.push_str(tail);
    }
    out
}

impl fmt::Display for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.license)?;
        if self.or_later {
            f.write_str("+")?;
        }
        match &self.addition {
            Some(addition) => write!(f, " WITH {addition}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (operands, word) = match self {
            Self::License(atom) => return write!(f, "{atom}"),
            Self::And(operands) => (operands, " AND "),
            Self::Or(operands) => (operands, " OR "),
        };
        for (position, operand) in operands.iter().enumerate() {
            if position > 0 {
                f.write_str(word)?;
            }
            match (self, operand) {
                (Self::And(_), Self::Or(_)) => write!(f, "({operand})")?,
                _ => write!(f, "{operand}")?,
            }
        }
        Ok(())
    }
}

/// What a statement means (DESIGN §6). Ordered from the most to the least certain: the outcome of a file is that of
/// its least certain match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// No licence statement.
    None,
    /// The canonical text, notice or name, with benign differences only.
    Exact,
    /// Several licences fit and nothing tells them apart.
    OneOf,
    /// Part of a licence, or a damaged or loose statement of one.
    Approximate,
    /// A known text with words added, removed or replaced.
    Modified,
    /// Licence language that nothing explains.
    Unknown,
}

impl Outcome {
    /// The word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Exact => "exact",
            Self::OneOf => "one-of",
            Self::Approximate => "approximate",
            Self::Modified => "modified",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What one statement or one text means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classification {
    /// How certain it is.
    pub outcome: Outcome,
    /// The licences found, joined; `None` for [`Outcome::None`], [`Outcome::OneOf`] and [`Outcome::Approximate`].
    pub expression: Option<Expression>,
    /// Identifiers that fit, likeliest first, where no expression can be given.
    pub candidates: Vec<String>,
    /// The passages, in the order of their lines. Empty for a label.
    pub matches: Vec<Match>,
    /// What a reader should know: a deprecated spelling was replaced, the `or later` clause was not stated.
    pub notes: Vec<String>,
    /// What the clauses of a text say, where they were read: of a licence text whose terms the database cannot know, or that
    /// somebody wants to see.
    pub terms: Option<Box<Terms>>,
}

impl Classification {
    /// A classification without passages.
    pub fn of_label(outcome: Outcome, expression: Option<Expression>, candidates: Vec<String>) -> Self {
        Self { outcome, expression, candidates, matches: Vec::new(), notes: Vec::new(), terms: None }
    }
}

/// One passage of a text that states a licence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// What it states.
    pub expression: Expression,
    /// In which form.
    pub kind: MatchKind,
    /// How certain this passage is.
    pub outcome: Outcome,
    /// First and last line in the text, from 1.
    pub lines: (u32, u32),
    /// Bytes in the text, end exclusive.
    pub bytes: (usize, usize),
    /// Words of the reference that were found, in thousandths.
    pub coverage: u16,
    /// Agreement of passage and reference both ways, in thousandths.
    pub similarity: u16,
    /// Lines of words that the reference does not have, first and last, from 1.
    pub added: Vec<(u32, u32)>,
    /// Words of the reference that are missing.
    pub missing_words: u32,
    /// Every difference that means something, in order.
    pub changes: Vec<Change>,
}

impl Match {
    /// Whether it is the text of a licence from its beginning to its end, as it stands in the reference.
    pub fn is_whole_text(&self) -> bool {
        self.kind == MatchKind::Text && self.outcome == Outcome::Exact
    }
}

/// A place where a passage differs from its reference, and the difference means something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Bytes of the added words in the text, end exclusive; empty at the place where words are missing.
    pub bytes: (usize, usize),
    /// Their first and last line, from 1.
    pub lines: (u32, u32),
    /// The added words as they are printed, cut at [`Change::LONGEST`] bytes.
    pub added: String,
    /// The words that the reference has here and the text has not, as they are printed; `None` where there are none, or
    /// where the reference is known by its fingerprint alone.
    pub missing: Option<String>,
    /// How many these are.
    pub missing_words: u32,
    /// Whether words are touched that permit, forbid, price or condition.
    pub is_operative: bool,
}

impl Change {
    /// Most bytes that a change quotes of either side.
    pub const LONGEST: usize = 4096;
}

/// The form of a passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchKind {
    /// A licence text.
    Text,
    /// "Licensed under …", the standard header.
    Notice,
    /// `SPDX-License-Identifier`, `license:`.
    Tag,
    /// A name, a link.
    Reference,
}

impl MatchKind {
    /// The word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Notice => "notice",
            Self::Tag => "tag",
            Self::Reference => "reference",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(input: &str) -> String {
        Expression::parse(input).expect("a valid expression").to_string()
    }

    #[test]
    fn printing_flattens_sorts_and_keeps_precedence() {
        assert_eq!(printed("MIT AND (Apache-2.0 AND MIT)"), "Apache-2.0 AND MIT");
        assert_eq!(printed("MIT AND (ISC OR Apache-2.0)"), "MIT AND (Apache-2.0 OR ISC)");
        assert_eq!(printed("MIT OR ISC AND Zlib"), "MIT OR ISC AND Zlib");
    }

    #[test]
    fn a_bare_gnu_identifier_is_its_only_form_and_a_plus_its_or_later_form() {
        assert_eq!(printed("GPL-3.0"), "GPL-3.0-only");
        assert_eq!(printed("GPL-3.0+"), "GPL-3.0-or-later");
        assert_eq!(printed("LGPL-2.1-or-later"), "LGPL-2.1-or-later");
    }

    #[test]
    fn a_deprecated_compound_identifier_becomes_licence_and_exception() {
        assert_eq!(printed("GPL-2.0-with-classpath-exception"), "GPL-2.0-only WITH Classpath-exception-2.0");
    }

    #[test]
    fn identifiers_compare_without_regard_to_case_and_print_as_the_list_spells_them() {
        assert_eq!(
            printed("mit OR (apache-2.0 AND gpl-2.0 WITH classpath-exception-2.0)"),
            "MIT OR Apache-2.0 AND GPL-2.0-only WITH Classpath-exception-2.0"
        );
    }

    #[test]
    fn an_unknown_identifier_is_an_error_not_a_guess() {
        assert!(Expression::parse("Commons-Clause").is_err());
        assert!(Expression::parse("MIT AND").is_err());
    }

    #[test]
    fn a_reference_has_a_name() {
        for nameless in ["LicenseRef-", "MIT OR LicenseRef-", "MIT WITH AdditionRef-", "DocumentRef-:LicenseRef-a"] {
            assert!(Expression::parse(nameless).is_err(), "{nameless}");
        }
        assert_eq!(printed("DocumentRef-a:LicenseRef-b"), "DocumentRef-a:LicenseRef-b");
    }

    #[test]
    fn no_expression_is_too_deep_or_too_long_for_whoever_reads_it() {
        let nested = |depth: usize| {
            let start: String = (0..depth).map(|level| ["MIT OR (", "ISC AND ("][level % 2]).collect();
            format!("{start}Zlib{}", ")".repeat(depth))
        };
        assert!(Expression::parse(&nested(Expression::MOST_DEPTH)).is_ok());
        assert!(Expression::parse(&nested(Expression::MOST_DEPTH + 1)).is_err());
        assert!(Expression::parse(&nested(1_000_000)).is_err());
        let long: Vec<String> = (0..3000).map(|number| format!("LicenseRef-{number}")).collect();
        for operator in [" OR ", " AND "] {
            let parsed = Expression::parse(&long.join(operator)).expect("a long expression");
            assert_eq!(parsed.atoms().len(), long.len());
        }
        assert!(Expression::parse(&long.join(" OR ").repeat(2)).is_err());
    }

    #[test]
    fn nothing_joined_is_never_permission() {
        assert_eq!(Expression::all_of([]).to_string(), UNEXPLAINED);
    }
}
