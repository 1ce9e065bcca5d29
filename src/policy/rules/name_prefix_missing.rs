//! `name-prefix-missing`: a licence asks that the names of derivatives begin with a word, and this one's does not.

use license_db::TermKind;

use super::Rule;
use crate::finding::{Finding, FindingKind};
use crate::policy::duty::duties;
use crate::policy::judgement::Judgement;
use crate::policy::message::quoted;

/// The rule; its docs are its specification.
pub(crate) static RULE: Rule = Rule {
    kind: FindingKind {
        name: "name-prefix-missing",
        formerly: &[],
        topic: crate::finding::Topic::Duties,
        levels: &[crate::finding::Level::Warning, crate::finding::Level::Note],
        summary: "A licence asks that the names of derivatives begin with a word, and this one's does not.",
        docs: r#"## What it means

The model was made from another whose licence asks that the names of derivatives begin with a word ("Llama"), and the
name of the repository does not.

## Why it matters

The name is a condition of passing the derivative on, and where outputs train other models some licences let them only
under such a name.

## How it is detected

The terms of a binding licence have `name-prefix`, the repository is a derivative (its lineage names a base, or the
licence comes down from one), and the part of its name behind the slash does not begin with the word, without regard to
case, hyphens, underscores, dots and spaces. Nothing is said where the name of the repository is not known: a plain
local directory may be called anything. Nor where every known ancestor has the same owner, who may be the licensor.

## How to fix it

Rename the repository so that its name begins with the word.

## How to accept it

{nothing-passed-on}

{waiver: A name for use inside the company; the model is published as Llama-helper-8b}

## Example

`acme/helper-8b` was tuned from a Llama 3.1 model, and the weights are passed on.

```text
warning[name-prefix-missing]: weights of acme/helper-8b: LicenseRef-scancode-llama-3.1-license-2024
    (stated in README.md) asks for names of derivatives that begin with "Llama" (section 1.b.i), and
    "helper-8b" does not
  --> acme/helper-8b/README.md:2:10 (license)
   |
 2 | llama3.1
   | ^^^^^^^^
  --> acme/helper-8b/README.md:3:13 (base_model)
   |
 3 | meta-llama/Llama-3.1-8B
   | ^^^^^^^^^^^^^^^^^^^^^^^
   = note: + 1 more place
   = because: weights declared LicenseRef-scancode-llama-3.1-license-2024 (exact, label), from
              acme/helper-8b/README.md:2:10 (license)
   = because: acme/helper-8b/README.md:3:13 (base_model) names the parent `meta-llama/Llama-3.1-8B`
              (finetune)
   = because: acme/helper-8b was searched in vain (2 files)
   = policy: licentia.toml:5:16 (facts.distribution = ["weights"])
   = help: Rename the repository so that its name begins with the word, as in "Llama-helper-8b".
   = more: licentia explain name-prefix-missing
```
"#,
    },
    check,
};

fn check(judgement: &Judgement<'_>, findings: &mut Vec<Finding>) {
    for duty in duties(judgement, TermKind::NamePrefix) {
        let (Some(repository), Some(because)) = (duty.repository(), duty.derivation()) else {
            continue;
        };
        let name = repository.rsplit('/').next().unwrap_or(repository);
        let prefix = duty.term.value;
        let is_anywhere = duty.term.may_stand_anywhere();
        if is_named(name, prefix, is_anywhere) {
            continue;
        }
        let (verb, verbs) = if is_anywhere { ("hold", "holds") } else { ("begin with", "begins with") };
        let asks = format!("names of derivatives that {verb} {}", quoted(prefix));
        let lacks = format!("{} does not", quoted(name));
        let suggested = format!("{}-{name}", prefix.replace(' ', "-"));
        let help = format!("Rename the repository so that its name {verbs} the word, as in {}.", quoted(&suggested));
        findings.push(duty.finding(&RULE.kind, (&asks, &lacks, help), because, |_| false));
    }
}

/// Whether a name begins with the prefix, or holds it. `Llama 3` does not begin `Llama-38B`.
fn is_named(name: &str, prefix: &str, is_anywhere: bool) -> bool {
    let bare = |words: &str| -> String {
        words.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let (bare_name, bare_prefix) = (bare(name), bare(prefix));
    if is_anywhere {
        return bare_name.contains(&bare_prefix);
    }
    let mut left = bare_prefix.chars().peekable();
    let mut behind = name.chars().skip_while(|character| {
        let is_taken = left.peek().is_some();
        if is_taken && character.is_alphanumeric() {
            left.next();
        }
        is_taken
    });
    let ends_in_digit = bare_prefix.ends_with(|last: char| last.is_ascii_digit());
    bare_name.starts_with(&bare_prefix) && !(ends_in_digit && behind.next().is_some_and(|next| next.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_begin_with_their_prefix_whatever_joins_its_words() {
        for name in ["Llama-3-8B-acme", "llama3-acme", "Llama_3.acme", "LLAMA 3"] {
            assert!(is_named(name, "Llama 3", false), "{name}");
        }
        for name in ["acme-Llama-3", "Llama-38B", "Llama-2-7b", "Lla", ""] {
            assert!(!is_named(name, "Llama 3", false), "{name}");
        }
        assert!(is_named("Llama-3.1-8B", "Llama", false));
        assert!(is_named("acme-minicpm-1b", "MiniCPM", true));
        assert!(!is_named("acme-1b", "MiniCPM", true));
    }
}
