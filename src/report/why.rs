//! `licentia why`: the whole chain of reasons for a target, from the words in its files to the verdict, stage by stage in
//! the order in which they come about, each with the line of the policy that decides it.

use std::io::{self, Write};

use super::escape::inert_within;
use super::explain;
use super::inventory::claim_words;
use super::layout::{Paragraph, place};
use super::lineage::{Family, write_branch};
use super::style::Style;
use super::text::{fact_words, reason_words, subject_words};
use crate::fact::{Basis, Fact, Reason};
use crate::finding::{Finding, Level, PolicyPlace};
use crate::scan::{Decision, Judged, LicenseDecision, Scan};
use crate::subject::{Role, Subject};

/// Columns of foreign words before they are cut.
const WORDS_LIMIT: usize = 4000;

/// Writes the chain for every subject of a scan; with `finding`, for the subjects that it is about, and for it alone.
pub fn write(scan: &Scan, finding: Option<&str>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut chain = Chain { scan, family: Family::of(scan), style, out, is_first: true };
    for judged in &scan.judged {
        let about = |found: &&Finding| found.subject.as_ref() == Some(&judged.subject);
        let is_wanted = |found: &&Finding| finding.is_none_or(|name| found.name == name);
        let own: Vec<&Finding> = scan.findings.iter().filter(about).filter(is_wanted).collect();
        if finding.is_none() || !own.is_empty() {
            chain.subject(judged, &own)?;
        }
    }
    let is_wanted = |found: &&Finding| finding.is_none_or(|name| found.name == name);
    let rest: Vec<&Finding> = scan.findings.iter().filter(|found| found.subject.is_none()).filter(is_wanted).collect();
    if !rest.is_empty() {
        chain.heading("about the whole run")?;
        rest.into_iter().try_for_each(|found| chain.finding(found))?;
    }
    chain.gate()
}

/// Whether the scan has a finding of that name.
pub fn has(scan: &Scan, finding: &str) -> bool {
    scan.findings.iter().any(|found| found.name == finding)
}

struct Chain<'a, 'o> {
    scan: &'a Scan,
    family: Family,
    style: &'a Style,
    out: &'o mut dyn Write,
    is_first: bool,
}

impl Chain<'_, '_> {
    fn heading(&mut self, words: &str) -> io::Result<()> {
        if !self.is_first {
            writeln!(self.out)?;
        }
        self.is_first = false;
        let emphasis = self.style.palette.emphasis;
        writeln!(self.out, "{emphasis}{}{emphasis:#}", inert_within(words, WORDS_LIMIT))
    }

    /// A line below a heading, `depth` steps in.
    fn line(&mut self, depth: usize, label: &str, words: &str) -> io::Result<()> {
        let label = format!("{:1$}{label}", "", depth * 2);
        let text = inert_within(words, WORDS_LIMIT);
        let (label_style, text_style) = (self.style.palette.frame, anstyle::Style::new());
        Paragraph { label: &label, label_style, indent: depth * 2 + 4, text: &text, text_style }
            .write(self.style, self.out)
    }

    fn subject(&mut self, judged: &Judged, findings: &[&Finding]) -> io::Result<()> {
        let source = self.scan.sources.get(judged.subject.source).map_or("?", |source| source.target.as_str());
        let verdict = judged.verdict.map_or_else(String::new, |verdict| format!(": {verdict}"));
        self.heading(&format!("{} of {source}{verdict}", subject_words(&judged.subject)))?;
        if let Some(source) = self.scan.sources.get(judged.subject.source) {
            source.named_in.iter().try_for_each(|line| self.line(1, "named in ", line))?;
        }
        self.facts(&judged.subject)?;
        let expression = |expression: &Option<crate::license::Expression>| {
            expression.as_ref().map_or_else(|| "no identified licence".to_owned(), ToString::to_string)
        };
        self.line(1, "concluded ", &expression(&judged.concluded))?;
        self.made_from(&judged.subject)?;
        if let Some(decision) = &judged.decision {
            self.decision(decision, &expression(&judged.effective))?;
        }
        findings.iter().try_for_each(|found| self.finding(found))
    }

    /// The family of a target, where it has one, at the subject that its terms come down to.
    fn made_from(&mut self, subject: &Subject) -> io::Result<()> {
        let receives = subject.path.is_empty() && matches!(subject.role, Role::Weights | Role::Adapter);
        if !receives || !self.family.has_parents(subject.source) {
            return Ok(());
        }
        self.line(1, "family", "")?;
        write_branch(&self.family, subject.source, 4, self.style, self.out)
    }

    /// From what is concluded to the verdict on each licence that binds.
    fn decision(&mut self, decision: &Decision, effective: &str) -> io::Result<()> {
        self.places(1, "by the scope ", &decision.scopes)?;
        self.places(1, "by the choice ", &decision.choices)?;
        self.line(1, "effective ", effective)?;
        for (branch, verdict) in &decision.rejected {
            self.line(2, "not taken: ", &format!("{branch} ({verdict})"))?;
        }
        decision.licenses.iter().try_for_each(|license| self.license(license))
    }

    /// What is held, each with the words that it rests on.
    fn facts(&mut self, subject: &Subject) -> io::Result<()> {
        for fact in self.scan.facts.iter().filter(|fact| fact.subject == *subject && fact.basis != Basis::Concluded) {
            self.line(1, "", &fact_words(fact))?;
            self.because(fact)?;
        }
        Ok(())
    }

    fn because(&mut self, fact: &Fact) -> io::Result<()> {
        for reason in &fact.because {
            let words = match *reason {
                Reason::Evidence(index) => self.scan.evidence.get(index).map_or_else(String::new, |evidence| {
                    format!("{} {}", place(&self.scan.sources, &evidence.at), claim_words(evidence))
                }),
                other => reason_words(self.scan, other),
            };
            self.line(2, "because ", &words)?;
        }
        Ok(())
    }

    fn license(&mut self, license: &LicenseDecision) -> io::Result<()> {
        self.line(1, "licence ", &format!("{}: {}", license.license, license.verdict))?;
        for ground in &license.grounds {
            let missing = ground.missing.map_or_else(String::new, |key| format!("; {key} is not stated"));
            self.line(2, "", &format!("{}: {}{missing}", ground.words, ground.verdict))?;
            self.places(3, "policy ", &ground.policy)?;
        }
        for term in &license.duties {
            self.line(2, "asks ", &format!("{} ({})", explain::term_in_words(term), term.source))?;
        }
        Ok(())
    }

    fn finding(&mut self, found: &Finding) -> io::Result<()> {
        self.line(1, "finding ", &format!("{} ({}, {}): {}", found.name, found.level, found.verdict, found.message))?;
        for reason in &found.because {
            self.line(2, "because ", &reason_words(self.scan, *reason))?;
        }
        self.places(2, "policy ", &found.policy)?;
        if let Some(waived) = &found.waived {
            self.line(2, "accepted ", waived)?;
        }
        if found.is_existing {
            self.line(2, "baseline ", "it is an old finding, which does not fail")?;
        }
        Ok(())
    }

    fn places(&mut self, depth: usize, label: &str, places: &[PolicyPlace]) -> io::Result<()> {
        places.iter().try_for_each(|place| self.line(depth, label, &place.to_string()))
    }

    /// The last step: what fails, and the exit status.
    fn gate(&mut self) -> io::Result<()> {
        let Some(policy) = &self.scan.policy else { return Ok(()) };
        let file = policy.file.as_deref().unwrap_or("preset");
        self.heading("the gate")?;
        self.line(1, "policy ", &format!("{} ({file})", policy.name))?;
        let fails = self.scan.fail_on.map_or("never".to_owned(), |level: Level| format!("at {level}"));
        self.line(1, "fails ", &fails)?;
        let open = self.scan.findings.iter().filter(|found| found.is_open());
        let at = |level| open.clone().filter(|found| found.level == level).count();
        let (errors, warnings, notes) = (at(Level::Error), at(Level::Warning), at(Level::Note));
        self.line(1, "found ", &format!("errors {errors}, warnings {warnings}, notes {notes}"))?;
        self.line(1, "exit ", &self.scan.exit_code().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::escape::is_obeyed;
    use crate::report::sample;

    fn written(scan: &Scan, finding: Option<&str>) -> String {
        sample::written(|out| write(scan, finding, &Style::default(), out))
    }

    #[test]
    fn the_chain_begins_with_words_in_a_file_and_ends_at_the_gate() {
        let all = written(&sample::scan(), None);
        let first = all.find("README.md:4:10 (license) declares license `cc-by-nc-4.0`").expect("the words");
        let finding = all.find("finding non-commercial (error, deny)").expect("the finding");
        let gate = all.find("the gate\n  policy commercial (preset)\n  fails at error").expect("the gate");
        assert!(first < finding && finding < gate, "{all}");
    }

    #[test]
    fn the_family_stands_between_what_is_concluded_and_what_binds() {
        let all = written(&sample::scan(), None);
        let family =
            "  concluded CC-BY-NC-4.0\n  family\n    ./seg-net                   CC-BY-NC-4.0  ✗ deny (non-commercial)";
        assert!(all.contains(family) && all.contains("\n    └─ finetune of vendor/base"), "{all}");
        assert_eq!(all.matches("  family").count(), 1);
    }

    #[test]
    fn one_finding_leaves_out_what_it_is_not_about() {
        let one = written(&sample::scan(), Some("non-commercial"));
        assert!(!one.contains("base-not-inspected") && !one.contains("code in src/"), "{one}");
        assert!(has(&sample::scan(), "non-commercial") && !has(&sample::scan(), "tag-only"));
    }

    #[test]
    fn nothing_that_a_terminal_would_obey_comes_through() {
        let all = written(&sample::hostile(), None);
        assert!(!all.chars().any(|character| character != '\n' && is_obeyed(character)), "{all}");
    }
}
