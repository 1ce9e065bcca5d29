//! What stands first: the answer in a sentence, what it means, against which policy, what was not seen; and the numbers.

use super::words::{Badge, Shown, level};
use crate::finding::{Level, Verdict};
use crate::report::layout::plural;
use crate::report::{family, text};
use crate::scan::{RepositoryKind, Scan, Source};

/// The answer.
pub(super) struct Answer {
    pub(super) badge: Badge,
    /// One sentence.
    pub(super) headline: Shown,
    /// What follows from it.
    pub(super) meaning: &'static str,
    /// `the policy commercial (preset)`; `None` where nothing was judged.
    pub(super) policy: Option<Shown>,
    /// What a build does that asks.
    pub(super) gate: &'static str,
    /// What was looked at, and what was not seen.
    pub(super) seen: String,
    /// Whether a pass could not be trusted.
    pub(super) is_incomplete: bool,
}

/// A number with the words below it.
pub(super) struct Number {
    pub(super) value: usize,
    pub(super) words: String,
    pub(super) badge: Option<Badge>,
}

impl Answer {
    pub(super) fn of(scan: &Scan) -> Self {
        let verdict = scan.verdict();
        Self {
            badge: Badge::of(verdict),
            headline: Shown::of(&headline(scan, verdict)),
            meaning: meaning(scan, verdict),
            policy: scan.policy.as_ref().map(|policy| {
                let origin = policy.file.as_deref().unwrap_or("preset");
                Shown::of(&format!("{} ({origin})", policy.name))
            }),
            gate: match (scan.policy.is_some(), scan.exit_code()) {
                (false, 0) => "Exit status 0: everything was read, and nothing was judged.",
                (true, 0) => "A build that runs this check goes on (exit status 0).",
                (_, 1) => "A build that runs this check stops here (exit status 1).",
                _ => "A build that runs this check stops here, because something could not be seen (exit status 4).",
            },
            seen: seen(scan),
            is_incomplete: scan.is_incomplete(),
        }
    }
}

/// What the window is called: the verdict first, since tabs cut their ends.
pub(super) fn title(scan: &Scan) -> Shown {
    let verdict = scan.verdict().map_or(String::new(), |verdict| format!("{verdict}: "));
    let named = match targets(scan).as_slice() {
        [one] => Shown::name(one.name()).to_string(),
        all => format!("{} {}", all.len(), noun(all)),
    };
    Shown::of(&format!("{verdict}licence report on {named}"))
}

/// The numbers below the answer: targets by verdict, findings by level, what was read.
///
/// `unseen` is the number of things that were not seen.
pub(super) fn numbers(scan: &Scan, unseen: usize) -> Vec<Number> {
    let verdicts = verdicts(scan);
    let noun = noun(&targets(scan));
    let mut numbers = Vec::new();
    let mut add = |value: usize, words: String, badge: Option<Badge>| numbers.push(Number { value, words, badge });
    add(verdicts.len(), if verdicts.len() == 1 { singular(noun).to_owned() } else { noun.to_owned() }, None);
    for (badge, _) in Badge::LEGEND.iter().rev().filter(|_| scan.policy.is_some()) {
        let count = verdicts.iter().filter(|verdict| Badge::of(**verdict) == *badge).count();
        add(count, badge.word.to_owned(), Some(*badge));
    }
    let partly = allowed_in_part(scan, &verdicts);
    if partly > 0 {
        add(partly, "of the allowed not seen whole".to_owned(), None);
    }
    let of_level = |wanted| scan.findings.iter().filter(|found| found.is_open() && found.level == wanted).count();
    for (wanted, one, many) in
        [(Level::Error, "error", "errors"), (Level::Warning, "warning", "warnings"), (Level::Note, "note", "notes")]
    {
        let count = of_level(wanted);
        if scan.policy.is_some() {
            add(count, plural(count, one, many).to_owned(), Some(level(wanted)));
        }
    }
    let accepted = scan.findings.iter().filter(|found| found.waived.is_some()).count();
    let existing = scan.findings.iter().filter(|found| found.waived.is_none() && found.is_existing).count();
    for (count, words) in [(accepted, "accepted by a waiver"), (existing, "known from the baseline")] {
        if count > 0 {
            add(count, words.to_owned(), None);
        }
    }
    add(unseen, "not seen".to_owned(), None);
    numbers
}

/// What the user named.
fn targets(scan: &Scan) -> Vec<&Source> {
    scan.targets().map(|(_, source)| source).collect()
}

fn verdicts(scan: &Scan) -> Vec<Option<Verdict>> {
    scan.targets().map(|(index, _)| text::verdict_of(scan, index)).collect()
}

/// How many targets are allowed as far as they were seen: what was not seen of them may say something else.
fn allowed_in_part(scan: &Scan, verdicts: &[Option<Verdict>]) -> usize {
    let incomplete = scan.incomplete_sources();
    let targets = scan.targets().zip(verdicts);
    targets.filter(|((index, _), verdict)| **verdict == Some(Verdict::Allow) && incomplete.contains(index)).count()
}

/// What they are together, in the plural.
fn noun(targets: &[&Source]) -> &'static str {
    let is = |kind: RepositoryKind| targets.iter().any(|source| source.repository_kind == kind);
    match (is(RepositoryKind::Model), is(RepositoryKind::Dataset), is(RepositoryKind::Space)) {
        (_, false, false) => "models",
        (true, true, false) => "models and datasets",
        (false, true, false) => "datasets",
        (false, false, true) => "Spaces",
        _ => "repositories",
    }
}

fn singular(noun: &str) -> &str {
    noun.strip_suffix('s').unwrap_or(noun)
}

fn headline(scan: &Scan, verdict: Option<Verdict>) -> String {
    let targets = targets(scan);
    if scan.policy.is_none() {
        return "This lists what was found. Nothing was judged, so nothing is allowed or forbidden here.".to_owned();
    }
    let Some(verdict) = verdict else { return "There was nothing to judge.".to_owned() };
    if let [one] = targets.as_slice() {
        let name = one.name();
        return match verdict {
            Verdict::Allow if scan.is_incomplete() => {
                format!("Not yet: the policy allows what was seen of {name}, and not everything could be seen.")
            }
            Verdict::Allow => format!("Yes, as far as the policy goes: it allows {name}."),
            Verdict::Review => format!("Not before a person has looked: {name} needs somebody to decide."),
            Verdict::Unknown => format!("Not yet: not all that binds {name} is known."),
            Verdict::Deny => format!("No: the policy does not allow {name} as it stands."),
        };
    }
    let (noun, all) = (noun(&targets), verdicts(scan));
    let count = |wanted: Verdict| all.iter().filter(|found| **found == Some(wanted)).count();
    if verdict == Verdict::Allow {
        return if scan.is_incomplete() {
            format!(
                "Not yet: the policy allows what was seen of these {} {noun}, and not everything could be seen.",
                all.len()
            )
        } else {
            format!("Yes, as far as the policy goes: it allows all {} {noun}.", all.len())
        };
    }
    let denied = count(Verdict::Deny);
    let first = match verdict {
        Verdict::Deny if denied == all.len() => "No",
        Verdict::Deny => "No, not all of them",
        Verdict::Unknown => "Not yet",
        Verdict::Review | Verdict::Allow => "Not before a person has looked",
    };
    let unknown = count(Verdict::Unknown);
    let review = count(Verdict::Review);
    let partly = allowed_in_part(scan, &all);
    let allowed = count(Verdict::Allow) - partly;
    let parts = [
        (denied, format!("{denied} {} not allowed", plural(denied, "is", "are"))),
        (unknown, format!("{unknown} {} not known well enough", plural(unknown, "is", "are"))),
        (review, format!("{review} {} a person to look first", plural(review, "needs", "need"))),
        (partly, format!("{partly} {} allowed as far as seen, and not all could be seen", plural(partly, "is", "are"))),
        (allowed, format!("{allowed} {} allowed", plural(allowed, "is", "are"))),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| words).collect();
    format!("{first}: of {} {noun}, {}.", all.len(), listed(&parts))
}

/// `a, b and c`
pub(super) fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

fn meaning(scan: &Scan, verdict: Option<Verdict>) -> &'static str {
    match verdict.filter(|_| scan.policy.is_some()) {
        None => "A check against a policy (licentia check) says what may be used.",
        Some(Verdict::Allow) if scan.is_incomplete() => {
            "What could not be seen may say something else. Make it readable and check again before you rely on this."
        }
        Some(Verdict::Allow) => {
            "It may be used as planned, if you keep to what the licences ask: each card lists what you must do, and what \
             you must not do."
        }
        Some(Verdict::Review) => {
            "Somebody who may decide should read the cards marked “review”, and the places that they name, before \
             anything is used."
        }
        Some(Verdict::Unknown) => {
            "Nobody can say yes to terms that nobody knows. The cards marked “unknown” say what was not identified or not \
             seen; read that, or ask the author."
        }
        Some(Verdict::Deny) => {
            "Do not use as planned what is marked “deny”. Its card says why, and what would help: another model, another \
             licence from its owner, or a decision of your organisation that is written into the policy."
        }
    }
}

fn seen(scan: &Scan) -> String {
    let files: u64 = scan.sources.iter().map(|source| source.files).sum();
    let files = usize::try_from(files).unwrap_or(usize::MAX);
    let closed: usize = scan.sources.iter().map(|source| family::closed(source).count()).sum();
    let mut unseen = crate::report::closing::unseen(scan);
    if closed > 0 {
        unseen.push(format!("{closed} {} not opened or not read to the end", plural(closed, "file", "files")));
    }
    let looked = format!("{files} {} looked at", plural(files, "file was", "files were"));
    if unseen.is_empty() {
        format!("{looked}, and none of it was left unseen.")
    } else {
        format!("{looked}. Not seen: {}.", listed(&unseen))
    }
}
