//! `non-commercial`: a licence forbids commercial use.

use license_db::terms::CommercialUse;
use license_db::{Category, TermKind};

use super::{Rule, by_category};
use crate::fact::{Basis, Reason};
use crate::finding::{Finding, FindingKind, Verdict};
use crate::license::Outcome;
use crate::policy::judgement::{Case, Judgement};
use crate::policy::message::{escaped, quoted};

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "non-commercial",
        formerly: &[],
        topic: crate::finding::Topic::Terms,
        levels: &[crate::finding::Level::Error, crate::finding::Level::Note],
        summary: "A licence forbids commercial use.",
        docs: r#"## What it means

A licence that binds the subject forbids commercial use. What counts as commercial differs from licence to
licence; most mean any use for commercial advantage, also inside a company.

## Why it matters

Commercial use without permission infringes, and a label such as `apache-2.0` on a derivative does not lift
the ban on its base.

## How it is detected

The effective licence has a binding licence of the category `non-commercial`, or one whose terms say that
commercial use is forbidden. In a choice (OR) only the best branch counts. Under `facts.use = "research"` or
`"personal"` the finding is a note.

A text that no known licence explains is read clause by clause; where it forbids commercial use, the finding quotes
the clause. What such a text permits is never taken from the reading.

## How to fix it

Choose another model, or obtain a commercial licence from the licensor and accept the finding with a waiver
that names it. If the use is research, state `facts.use`.

## How to accept it

Accept it where the licensor gave another licence for this model, and name that licence. Allowing the licence by
its identifier would let through every other model under it, for which nobody gave anything.

{waiver: Commercial licence of 2 May 2026 from the licensor, contract 2026-14}

Where the use really is research or personal, the policy says so for all models, and the finding is a note.

```toml
[facts]
use = "research"
```

## Example

A repository is under CC-BY-NC-4.0, by its card and by its text.

```text
error[non-commercial]: weights of model: CC-BY-NC-4.0 forbids commercial use (stated in LICENSE and
    README.md)
  --> model/LICENSE:1:1
   |
 1 | Creative Commons Attribution-NonCommercial 4.0 International
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |  Creative Commons Corporation (“Creative Commons”) is not a law firm and does not provide lega
  --> model/README.md:2:10 (license)
   |
 2 | cc-by-nc-4.0
   | ^^^^^^^^^^^^
   = because: weights observed CC-BY-NC-4.0 (exact, text), from model/LICENSE:1:1
   = because: weights declared CC-BY-NC-4.0 (exact, label), from model/README.md:2:10 (license)
   = policy: preset commercial (facts.use = "commercial")
   = help: Choose another model, or obtain a commercial licence and waive this finding with a
           reference to it.
   = more: licentia explain non-commercial
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    by_category(judgement, &RULE.kind, &[Category::NonCommercial], findings, |_| {
        ("forbids commercial use".to_owned(), HELP.to_owned())
    });
    for case in &judgement.cases {
        let is_said = findings
            .iter()
            .any(|finding| finding.name == RULE.kind.name && finding.subject.as_ref() == Some(case.subject()));
        if !is_said {
            findings.extend(by_clause(judgement, case));
        }
    }
}

const HELP: &str =
    "Choose another model, or obtain a commercial licence and waive this finding with a reference to it.";

/// The finding about a text that nobody knows and whose clauses forbid commercial use.
fn by_clause(judgement: &Judgement<'_>, case: &Case<'_>) -> Option<Finding> {
    let of_category = case.judge.category(Category::NonCommercial);
    let (verdict, missing) = (of_category.verdict, of_category.missing);
    if verdict == Verdict::Allow {
        return None;
    }
    let observed = case.facts.iter().filter(|(_, fact)| fact.basis == Basis::Observed);
    observed.into_iter().find_map(|(index, fact)| {
        let (at, clause) = judgement.evidence_of(&fact.because).into_iter().find_map(|evidence| {
            let found = judgement.seen.classifications.get(evidence)?.as_ref()?;
            let terms = found.terms.as_deref().filter(|terms| terms.commercial_use == CommercialUse::No)?;
            let no = CommercialUse::No.as_str();
            let clause = terms.of_kind(TermKind::CommercialUse).find(|clause| clause.value == no)?;
            (found.outcome > Outcome::Exact).then_some((judgement.seen.evidence.get(evidence)?, clause))
        })?;
        let message = format!(
            "{}:{} forbids commercial use, as far as its clauses can be read: {}",
            escaped(&at.at.path),
            clause.place.lines.0,
            quoted(&clause.place.quote)
        );
        let help = missing.map_or_else(|| HELP.to_owned(), |key| format!("State {key} in the policy. {HELP}"));
        let finding = judgement.finding(&RULE.kind, case, verdict, vec![Reason::Fact(*index)], (message, help));
        Some(finding.by(of_category.places.clone()))
    })
}
