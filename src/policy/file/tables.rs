//! The lists of tables of a policy: scopes, choices, curations, waivers, rules, tests.

use jiff::civil::Date;

use super::keys::{ROLES, VERDICTS};
use super::reader::{Reader, Value};
use crate::fact::Grade;
use crate::finding::PolicyPlace;
use crate::license::Expression;
use crate::policy::choices::Choice;
use crate::policy::curations::{CuratedFile, Curation};
use crate::policy::custom::{CustomRule, Predicate};
use crate::policy::facts::{Distribution, Pattern, Use};
use crate::policy::held::Held;
use crate::policy::message::quoted;
use crate::policy::scope::{Reference, Scope};
use crate::policy::settings::Settings;
use crate::policy::trial::Trial;
use crate::policy::waivers::Waiver;
use crate::scan::RepositoryKind;
use crate::subject::Role;

impl Reader<'_> {
    /// The tables of a list. A list in brackets and `[[name]]` are one.
    pub(super) fn tables<T>(
        &mut self,
        value: &Value<'_>,
        key: &str,
        mut read: impl FnMut(&mut Self, &Value<'_>) -> Option<T>,
    ) -> Vec<T> {
        let Some(items) = value.get_ref().as_array() else {
            self.problem(&value.span(), &format!("{key} is no list of tables; write [[{key}]]"));
            return Vec::new();
        };
        items.iter().filter_map(|item| read(self, item)).collect()
    }

    /// What must be there.
    fn owed<T>(&mut self, found: Option<T>, at: &Value<'_>, table: &str, key: &str, example: &str) -> Option<T> {
        if found.is_none() {
            self.problem(&at.span(), &format!("[[{table}]] has no {key}; add {key} = {example}"));
        }
        found
    }

    pub(super) fn scope(&mut self, item: &Value<'_>) -> Option<Scope> {
        let (mut model, mut path, mut settings) = (None, None, Settings::default());
        for (key, _, value) in self.entries(item, "scope", "scope") {
            match key {
                "match" => {
                    for (key, _, value) in self.entries(value, "scope.match", "scope.match") {
                        let pattern = self.pattern(value, &format!("scope.match.{key}"));
                        *(if key == "model" { &mut model } else { &mut path }) = pattern;
                    }
                }
                _ => self.scoped(key, value, &mut settings),
            }
        }
        if model.is_none() && path.is_none() {
            self.problem(
                &item.span(),
                "[[scope]] matches nothing; add match = { path = \"research/**\" } or { model = \"org/*\" }",
            );
            return None;
        }
        Some(Scope { model, path, settings, at: self.place_of_table(item, "scope") })
    }

    /// `facts`, `licenses` and `levels` of a scope are the keys of the top.
    fn scoped(&mut self, key: &str, value: &Value<'_>, settings: &mut Settings) {
        match key {
            "facts" => self.facts(value, &mut settings.facts),
            "licenses" => self.licenses(value, settings),
            _ => self.levels(value, settings),
        }
    }

    pub(super) fn choice(&mut self, item: &Value<'_>) -> Option<Choice> {
        let (mut from, mut pick) = (None, None);
        for (key, _, value) in self.entries(item, "choose", "choose") {
            let expression = self.expression(value, &format!("choose.{key}"));
            *(if key == "from" { &mut from } else { &mut pick }) = Some(expression);
        }
        let from = self.owed(from, item, "choose", "from", "\"MIT OR GPL-2.0-only\"")??.value;
        let pick = self.owed(pick, item, "choose", "pick", "\"MIT\"")??.value;
        if crate::policy::expression::choose(&from, &from, &pick).is_none() {
            let message = format!(
                "{} is no branch of {}, so it cannot be picked",
                quoted(&pick.to_string()),
                quoted(&from.to_string())
            );
            self.problem(&item.span(), &message);
            return None;
        }
        Some(Choice { from, pick, at: self.place_of_table(item, "choose") })
    }

    pub(super) fn curation(&mut self, item: &Value<'_>) -> Option<Curation> {
        let (mut target, mut license, mut files, mut reason) = (None, None, None, None);
        let (mut role, mut path) = (None, String::new());
        for (key, _, value) in self.entries(item, "curate", "curate") {
            let full = format!("curate.{key}");
            match key {
                "target" => target = Some(self.reference(value, &full)),
                "role" => role = self.word(value, &full, &ROLES, Role::as_str).map(|held| held.value),
                "path" => path = self.text(value, &full).map(|held| held.value).unwrap_or_default(),
                "license" => license = Some(self.expression(value, &full)),
                "files" => files = Some(self.tables(value, &full, Self::curated_file)),
                _ => reason = Some(self.text(value, &full)),
            }
        }
        let target = self.owed(target, item, "curate", "target", "\"org/name\"")?;
        let license = self.owed(license, item, "curate", "license", "\"Apache-2.0\"")?;
        let example = "[{ path = \"LICENSE\", sha256 = \"…\" }]";
        let files = self.owed(files, item, "curate", "files", example)?;
        let reason = self.owed(reason, item, "curate", "reason", "\"…\"")?;
        if files.is_empty() {
            self.problem(
                &item.span(),
                "curate.files lists no file; a curation holds only for bytes that somebody read",
            );
            return None;
        }
        let at = self.place_of_table(item, "curate");
        Some(Curation { target: target?, role, path, license: license?, files, reason: reason?.value, at })
    }

    fn curated_file(&mut self, item: &Value<'_>) -> Option<Held<CuratedFile>> {
        let (mut path, mut sha256) = (None, None);
        for (key, _, value) in self.entries(item, "curate.files", "curate.files") {
            match key {
                "path" => path = Some(self.text(value, "curate.files.path")),
                _ => sha256 = Some(self.sha256(value, "curate.files.sha256")),
            }
        }
        let path = self.owed(path, item, "curate.files", "path", "\"LICENSE\"")??.value;
        let sha256 = self.owed(sha256, item, "curate.files", "sha256", "\"…\"")??;
        Some(self.held(&item.span(), "curate.files", CuratedFile { path, sha256 }))
    }

    pub(super) fn waiver(&mut self, item: &Value<'_>) -> Option<Waiver> {
        let (mut finding, mut target, mut license) = (None, None, None);
        let (mut reason, mut approver, mut ticket): (_, _, Option<Held<String>>) = (None, None, None);
        let (mut expires, mut created): (Option<Held<Date>>, Option<Held<Date>>) = (None, None);
        for (key, _, value) in self.entries(item, "waive", "waive") {
            let full = format!("waive.{key}");
            match key {
                "finding" => {
                    let written = self.text(value, &full);
                    finding = Some(written.and_then(|held| {
                        self.finding_name(&held.value, &value.span()).map(|name| Held::new(name, held.at))
                    }));
                }
                "target" => target = Some(self.reference(value, &full)),
                "license" => {
                    license = self.text(value, &full).and_then(|held| {
                        let atom = self.atom(&held.value, &value.span())?;
                        Some(Held::new(atom.to_string(), held.at))
                    });
                }
                "reason" => reason = self.text(value, &full),
                "approver" => approver = self.text(value, &full),
                "ticket" => ticket = self.text(value, &full),
                "expires" => expires = self.day(value, &full),
                _ => created = self.day(value, &full),
            }
        }
        let finding = self.owed(finding, item, "waive", "finding", "\"non-commercial\"")?;
        let target = self.owed(target, item, "waive", "target", "\"org/name\"")?;
        let at = self.place_of_table(item, "waive");
        Some(Waiver { finding: finding?, target: target?, license, reason, approver, expires, created, ticket, at })
    }

    pub(super) fn custom_rule(&mut self, item: &Value<'_>) -> Option<CustomRule> {
        let (mut id, mut then, mut message, mut help) = (None, None, None, None);
        let (mut when, mut unless) = (Predicate::default(), Predicate::default());
        for (key, _, value) in self.entries(item, "rule", "rule") {
            let full = format!("rule.{key}");
            match key {
                "id" => id = Some(self.text(value, &full)),
                "when" => when = self.predicate(value, &full),
                "unless" => unless = self.predicate(value, &full),
                "then" => then = Some(self.word(value, &full, &VERDICTS, crate::finding::Verdict::as_str)),
                "message" => message = Some(self.text(value, &full)),
                _ => help = self.text(value, &full).map(|held| held.value),
            }
        }
        let id = self.owed(id, item, "rule", "id", "\"acme/no-gpl-weights\"")??;
        let then = self.owed(then, item, "rule", "then", "\"deny\"")??;
        let message = self.owed(message, item, "rule", "message", "\"…\"")??.value;
        if when.is_empty() {
            self.problem(&item.span(), "[[rule]] has no condition; add when = { category = [\"strong-copyleft\"] }");
            return None;
        }
        Some(CustomRule { id, when, unless, then, message, help, at: self.place_of_table(item, "rule") })
    }

    fn predicate(&mut self, value: &Value<'_>, path: &str) -> Predicate {
        let mut read = Predicate::default();
        for (key, _, value) in self.entries(value, path, "rule.when") {
            let full = format!("{path}.{key}");
            match key {
                "license" => {
                    let items = self.list(value, &full);
                    read.licenses = items.into_iter().filter_map(|item| self.license_pattern(item, &full)).collect();
                }
                "category" => {
                    let words = self.texts(value, &full);
                    let found = words.iter().filter_map(|word| self.category(&word.value, &value.span()));
                    read.categories = found.collect();
                }
                "term" => {
                    let words = self.texts(value, &full);
                    read.terms = words.iter().filter_map(|word| self.term(&word.value, &value.span())).collect();
                }
                "role" => read.roles = self.words(value, &full, &ROLES, Role::as_str),
                "target" => {
                    let items = self.list(value, &full);
                    let found = items.into_iter().filter_map(|item| self.reference(item, &full));
                    read.targets = found.map(|held| held.value).collect();
                }
                "kind" => {
                    let all = [RepositoryKind::Model, RepositoryKind::Dataset, RepositoryKind::Space];
                    read.kinds = self.words(value, &full, &all, RepositoryKind::as_str);
                }
                "grade" => {
                    let all = [Grade::Text, Grade::Tag, Grade::Label, Grade::Prose];
                    read.grades = self.words(value, &full, &all, Grade::as_str);
                }
                "use" => read.uses = self.words(value, &full, &Use::ALL, Use::as_str),
                _ => read.ways = self.words(value, &full, &Distribution::ALL, Distribution::as_str),
            }
            if value.get_ref().as_array().is_some_and(|items| items.iter().next().is_none()) {
                self.problem(&value.span(), &format!("{full} lists nothing; leave it out"));
            }
        }
        read
    }

    /// A licence identifier that is known, or a pattern with `*`.
    fn license_pattern(&mut self, item: &Value<'_>, key: &str) -> Option<Pattern> {
        let written = self.text(item, key)?.value;
        if written.contains('*') {
            return self.pattern(item, key).map(|held| held.value);
        }
        let atom = self.atom(&written, &item.span())?;
        Pattern::new(&atom.to_string()).ok()
    }

    pub(super) fn trial(&mut self, item: &Value<'_>) -> Option<Trial> {
        let (mut license, mut expect, mut settings): (Option<Option<Held<Expression>>>, _, _) =
            (None, None, Vec::new());
        let (mut role, mut target) = (Role::Weights, None);
        for (key, _, value) in self.entries(item, "test", "test") {
            let full = format!("test.{key}");
            match key {
                "license" => license = Some(self.expression(value, &full)),
                "expect" => expect = Some(self.word(value, &full, &VERDICTS, crate::finding::Verdict::as_str)),
                "set" => settings = self.texts(value, &full),
                "role" => role = self.word(value, &full, &ROLES, Role::as_str).map_or(role, |held| held.value),
                _ => target = self.text(value, &full).map(|held| held.value),
            }
        }
        let license = self.owed(license, item, "test", "license", "\"MIT\"")??;
        let expect = self.owed(expect, item, "test", "expect", "\"allow\"")??;
        Some(Trial { license, expect, settings, role, target, at: self.place_of_table(item, "test") })
    }

    fn pattern(&mut self, value: &Value<'_>, key: &str) -> Option<Held<Pattern>> {
        let written = self.text(value, key)?;
        match Pattern::new(crate::policy::scope::plain(&written.value)) {
            Ok(pattern) => Some(Held::new(pattern, written.at)),
            Err(why) => {
                self.problem(&value.span(), &format!("{} is no pattern: {why}", quoted(&written.value)));
                None
            }
        }
    }

    fn reference(&mut self, value: &Value<'_>, key: &str) -> Option<Held<Reference>> {
        let written = self.text(value, key)?;
        match Reference::parse(&written.value) {
            Ok(reference) => Some(Held::new(reference, written.at)),
            Err(why) => {
                self.problem(&value.span(), &format!("{} is no pattern: {why}", quoted(&written.value)));
                None
            }
        }
    }

    /// The place of a table: its first line, and nothing of its content.
    fn place_of_table(&self, item: &Value<'_>, key: &str) -> PolicyPlace {
        let place = self.place(&item.span(), key);
        PolicyPlace { value: format!("[[{key}]]"), ..place }
    }
}
