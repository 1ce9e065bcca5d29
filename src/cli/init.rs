//! `licentia init`: four questions, and a policy with the answers.

#![expect(clippy::disallowed_methods, reason = "the answers and the file are the user's own")]

use std::fs::OpenOptions;
use std::io::{self, BufRead, ErrorKind, IsTerminal, Write};
use std::path::Path;

use licentia::policy::draft::Draft;
use licentia::policy::territory::Territory;
use licentia::policy::{Distribution, Use};
use licentia::report::escape::inert_within;

use super::Status;
use super::discovery::{self, PYPROJECT};
use super::failure::{Failure, INCOMPLETE};
use super::policy_args::Init;
use super::terminal::Terminal;

/// How often a question is asked that is not answered with one of its words.
const PATIENCE: usize = 3;

/// Writes a first policy.
pub(super) fn init(arguments: &Init, terminal: &Terminal) -> Status {
    refuse_a_second(arguments)?;
    let mut draft = Draft {
        preset: arguments.preset,
        usage: arguments.usage,
        distribution: arguments.distribution.iter().copied().collect(),
        monthly_users: arguments.mau,
        annual_revenue: arguments.revenue,
        domicile: arguments.domicile.clone(),
        territories: arguments.territories.iter().cloned().collect(),
    };
    if draft.distribution.len() > 1 && draft.distribution.contains(&Distribution::None) {
        return Err(Failure::usage("--distribution says none and something", "leave one out").into());
    }
    if !arguments.non_interactive && io::stdin().is_terminal() && io::stderr().is_terminal() {
        let (mut answers, mut questions) = (io::stdin().lock(), io::stderr().lock());
        ask(&mut draft, &mut answers, &mut questions)
            .map_err(|error| Failure::new(INCOMPLETE, format!("the terminal cannot be read: {error}"), ""))?;
    }
    save(&draft.to_toml(), arguments)?;
    terminal.print(next_steps(&draft, &arguments.path).as_bytes())?;
    Ok(0)
}

/// A policy that stands beside another one would be none.
fn refuse_a_second(arguments: &Init) -> Result<(), Failure> {
    let path = &arguments.path;
    let name = path.file_name().unwrap_or_default();
    if name == PYPROJECT {
        let help = "leave --path out; or write [tool.licentia] there by hand";
        return Err(Failure::usage(format!("{} is a file of more than a policy", path.display()), help));
    }
    let mut directory = path.parent().unwrap_or(Path::new(""));
    if directory.ends_with(".config") {
        directory = directory.parent().unwrap_or(Path::new(""));
    }
    let is_policy = discovery::NAMES.iter().any(|known| name == *known);
    let others = discovery::present(if directory.as_os_str().is_empty() { Path::new(".") } else { directory }, false);
    match others.iter().find(|other| is_policy && directory.join(other) != *path) {
        None => Ok(()),
        Some(other) => {
            let message = format!("{} is a policy already", directory.join(other).display());
            Err(Failure::usage(message, "change that one, or remove it first"))
        }
    }
}

fn save(text: &str, arguments: &Init) -> Result<(), Failure> {
    let path = &arguments.path;
    let mut options = OpenOptions::new();
    options.write(true);
    // Made anew, so that nothing is overwritten that appeared a moment ago.
    if arguments.force {
        options.create(true).truncate(true)
    } else {
        options.create_new(true)
    };
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| {
        if error.kind() == ErrorKind::AlreadyExists {
            Failure::usage(format!("{} is there already", path.display()), "change it, or pass --force to replace it")
        } else {
            let message = format!("{} cannot be written: {error}", path.display());
            Failure::new(
                INCOMPLETE,
                message,
                "pass --path with a file in a directory that exists and may be written to",
            )
        }
    })
}

fn next_steps(draft: &Draft, path: &Path) -> String {
    let path = inert_within(&path.display().to_string(), 2000);
    let named = if discovery::NAMES.iter().any(|name| path == *name) { String::new() } else { format!(" {path}") };
    let flag = if named.is_empty() { String::new() } else { format!(" --policy{named}") };
    format!(
        "{path}: written, on the preset {}\n\nNext:\n  \
         licentia policy show{named} --origins   what counts now, and which line says it\n  \
         licentia check DIRECTORY{flag}   may we use this model?\n  \
         licentia explain facts.modifies   what a key means; the file has the questions left open\n",
        draft.base().as_str()
    )
}

/// Asks what is not answered yet. An empty line leaves a question open, the end of the answers leaves the rest open.
fn ask(draft: &mut Draft, answers: &mut impl BufRead, questions: &mut impl Write) -> io::Result<()> {
    writeln!(questions, "Four questions. An empty answer leaves one open; it can be answered in the file later.\n")?;
    let mut dialogue = Dialogue { answers, questions };
    if draft.usage.is_none() {
        let words = Use::ALL.map(Use::as_str).join(", ");
        draft.usage = dialogue.question(&format!("1. What are models used for? ({words})"), |answer| {
            Use::ALL.into_iter().find(|usage| usage.as_str() == answer)
        })?;
    }
    if draft.distribution.is_empty() {
        let words = Distribution::ALL.map(Distribution::as_str).join(", ");
        let ways =
            dialogue.question(&format!("2. How do others come to them? ({words}; several with commas)"), ways)?;
        draft.distribution = ways.unwrap_or_default().into_iter().collect();
    }
    if draft.monthly_users.is_none() {
        let words = "3. How many active users a month has the whole group? (a number)";
        draft.monthly_users = dialogue.question(words, |answer| number(answer).ok())?;
    }
    if draft.annual_revenue.is_none() {
        let words = "   And how much revenue a year, in US dollars? (a number)";
        draft.annual_revenue = dialogue.question(words, |answer| number(answer).ok())?;
    }
    if draft.domicile.is_none() {
        let words = "4. Where is the principal place of business? (two letters, as in DE)";
        draft.domicile = dialogue.question(words, |answer| territory(answer).ok())?;
    }
    if draft.territories.is_empty() {
        let words = "   And where are models used or offered? (as in EU, US; or world)";
        let places = dialogue.question(words, |answer| {
            answer.split(',').map(|place| territory(place.trim()).ok()).collect::<Option<Vec<_>>>()
        })?;
        draft.territories = places.unwrap_or_default().into_iter().collect();
    }
    Ok(())
}

fn ways(answer: &str) -> Option<Vec<Distribution>> {
    let way = |word: &str| Distribution::ALL.into_iter().find(|way| way.as_str() == word.trim());
    let ways: Vec<Distribution> = answer.split(',').map(way).collect::<Option<_>>()?;
    (ways.len() == 1 || !ways.contains(&Distribution::None)).then_some(ways)
}

struct Dialogue<'d, A, Q> {
    answers: &'d mut A,
    questions: &'d mut Q,
}

impl<A: BufRead, Q: Write> Dialogue<'_, A, Q> {
    fn question<T>(&mut self, words: &str, read: impl Fn(&str) -> Option<T>) -> io::Result<Option<T>> {
        for _ in 0..PATIENCE {
            write!(self.questions, "{words}\n   > ")?;
            self.questions.flush()?;
            let mut line = String::new();
            if self.answers.read_line(&mut line)? == 0 {
                writeln!(self.questions)?;
                return Ok(None);
            }
            let answer = line.trim();
            if answer.is_empty() {
                return Ok(None);
            }
            if let Some(read) = read(&answer.to_ascii_lowercase()) {
                return Ok(Some(read));
            }
            writeln!(self.questions, "   {} is no answer to this.", inert_within(answer, 40))?;
        }
        writeln!(self.questions, "   Left open.")?;
        Ok(None)
    }
}

/// `3200000`, `3_200_000` or `3,200,000`.
pub(super) fn number(word: &str) -> Result<u64, String> {
    let digits: String = word.chars().filter(|character| !"_,".contains(*character)).collect();
    digits.parse().map_err(|_| "write a whole number from 0 on, as in 3_200_000".to_owned())
}

/// A code of two letters, `EU` or `world`.
pub(super) fn territory(word: &str) -> Result<Territory, String> {
    Territory::from_word(word).ok_or_else(|| "write an ISO 3166-1 code of two letters, EU or world".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(answers: &str, mut draft: Draft) -> (Draft, String) {
        let mut questions = Vec::new();
        ask(&mut draft, &mut answers.as_bytes(), &mut questions).expect("memory can be read and written");
        (draft, String::from_utf8(questions).expect("words"))
    }

    #[test]
    fn four_questions_make_a_policy() {
        let (draft, _) = answered("commercial\nsaas, on-device\n3,200,000\n41_000_000\nde\nEU,us\n", Draft::default());
        let expected = "use = \"commercial\"|distribution = [\"saas\", \"on-device\"]|mau = 3200000|annual_revenue = { usd = 41000000 }|domicile = \"DE\"|territories = [\"US\", \"EU\"]";
        let text = draft.to_toml();
        for line in expected.split('|') {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }

    #[test]
    fn an_empty_answer_leaves_a_question_open_and_the_end_leaves_the_rest() {
        let (draft, asked) = answered("\n", Draft::default());
        assert_eq!(draft, Draft::default());
        assert_eq!(asked.matches("> ").count(), 6);
    }

    #[test]
    fn what_is_no_answer_is_asked_again_and_then_left_open() {
        let (draft, asked) = answered("comercial\ncommercial\nnone, saas\nx\ny\n", Draft::default());
        assert_eq!(draft.usage, Some(Use::Commercial));
        assert!(
            draft.distribution.is_empty() && asked.contains("comercial is no answer") && asked.contains("Left open")
        );
    }

    #[test]
    fn what_a_flag_answered_is_not_asked() {
        let known = Draft { usage: Some(Use::Research), ..Draft::default() };
        let (draft, asked) = answered("none\n", known);
        assert!(!asked.contains("1. ") && draft.distribution.contains(&Distribution::None));
    }
}
