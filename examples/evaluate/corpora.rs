//! Labelled files: `CORPUS/<name>/manifest.jsonl` has a row a file, and the file lies at its `path` beside it.
//!
//! Two tables translate what labels call things: `aliases.tsv` the names that other classifiers made up, `families.tsv`
//! the working names of model licences.

use std::collections::BTreeMap;
use std::path::Path;

use licentia::license::Expression;
use serde_json::Value;

use crate::scoring::{Case, Expected, Ids, folded, is_permissive};

/// Every corpus, in the order of the report.
pub(crate) const NAMES: [&str; 6] = ["ml", "mlreadme", "scd", "small", "none", "hfslug"];

/// The cases of a corpus. `None` where it is not there.
///
/// # Errors
/// A manifest that is no JSON, or a file that it names and that cannot be read.
pub(crate) fn cases(corpus: &Path, name: &str) -> Result<Option<Vec<Case>>, String> {
    let directory = corpus.join(name);
    let Ok(manifest) = std::fs::read_to_string(directory.join("manifest.jsonl")) else { return Ok(None) };
    let names = Names::new();
    let read = |line: &str| -> Result<Case, String> {
        let row: Value = serde_json::from_str(line).map_err(|error| format!("{name}: {error}: {line}"))?;
        let path = text(&row, "path").to_owned();
        let bytes = std::fs::read(directory.join(&path)).map_err(|error| format!("{name}: {path}: {error}"))?;
        let expected = match name {
            "mlreadme" => names.card(&row),
            "hfslug" => Expected::Label {
                license: row.get("license").and_then(Value::as_str).map(str::to_owned),
                pattern: row.get("rx").and_then(Value::as_str).map(str::to_owned),
            },
            _ => names.expected(&row, &path),
        };
        let is_labelled = matches!(text(&row, "cls"), "nc" | "restricted");
        let is_restricted = is_labelled
            || match (Expression::parse(text(&row, "expression")), &expected) {
                // A card's expression leaves out the model licences that it names.
                (_, Expected::Card { .. }) | (Err(_), _) => restricts(&expected),
                (Ok(expression), _) => binds(&expression),
            };
        Ok(Case { name: path.clone(), path, bytes, expected, is_restricted, is_exception: false })
    };
    manifest.lines().filter(|line| !line.trim().is_empty()).map(read).collect::<Result<_, _>>().map(Some)
}

/// Whether an expression restricts whatever the licensee chooses.
fn binds(expression: &Expression) -> bool {
    match expression {
        Expression::License(atom) => folded(&atom.license).iter().any(|id| is_permissive(id) == Some(false)),
        Expression::And(operands) => operands.iter().any(binds),
        Expression::Or(operands) => operands.iter().all(binds),
    }
}

/// Whether the label alone says that the answer must restrict: every reading of one of its groups does.
fn restricts(expected: &Expected) -> bool {
    let restricts = |ids: &Ids| !ids.is_empty() && ids.iter().all(|id| is_permissive(id) == Some(false));
    match expected {
        Expected::All { groups, .. } => groups.iter().any(restricts),
        Expected::One(ids) => restricts(ids),
        Expected::Card { standard, families } => {
            standard.iter().any(|id| is_permissive(id) == Some(false)) || !families.is_empty()
        }
        Expected::Label { license: Some(id), .. } => folded(id).iter().any(|id| is_permissive(id) == Some(false)),
        Expected::Label { .. } | Expected::Part { .. } | Expected::Changed { .. } => false,
    }
}

fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn list(row: &Value, key: &str) -> Vec<String> {
    let values = row.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    values.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

/// The tables of names that are no identifiers.
struct Names {
    /// A name, or the end of a path: groups joined by `&`, alternatives by `|`.
    aliases: BTreeMap<&'static str, &'static str>,
    families: BTreeMap<&'static str, Vec<String>>,
}

impl Names {
    fn new() -> Self {
        let rows = |table: &'static str| {
            table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
                let mut columns = line.split('\t');
                Some((columns.next()?, columns.next()?))
            })
        };
        let families = rows(include_str!("families.tsv"))
            .map(|(name, members)| (name, members.split('|').map(|member| member.trim().to_owned()).collect()))
            .collect();
        Self { aliases: rows(include_str!("aliases.tsv")).collect(), families }
    }

    fn expected(&self, row: &Value, path: &str) -> Expected {
        let licenses = list(row, "licenses");
        if !licenses.is_empty() {
            return Expected::One(licenses.iter().flat_map(|id| folded(id)).collect());
        }
        let is_file_of = |name: &str| path.strip_suffix(name).is_some_and(|before| before.ends_with('/'));
        let of_file = self.aliases.iter().find(|(name, _)| name.contains('/') && is_file_of(name));
        let groups = match of_file {
            Some((_, meaning)) => groups(meaning),
            None => list(row, "ids").iter().flat_map(|id| self.groups_of(id)).collect(),
        };
        let is_partly_labelled = row.get("skip_exact").and_then(Value::as_bool) == Some(true);
        Expected::All { groups, is_partly_labelled }
    }

    /// What one identifier of a label asks for: nothing for a catch-all, two groups for licence and exception.
    fn groups_of(&self, id: &str) -> Vec<Ids> {
        if let Some(meaning) = self.aliases.get(id) {
            return groups(meaning);
        }
        // A use policy or a notice of a model licence goes by a working name.
        if let Some(members) = self.families.get(id) {
            return vec![members.iter().cloned().collect()];
        }
        folded(id).into_iter().map(|id| Ids::from([id])).collect()
    }

    fn card(&self, row: &Value) -> Expected {
        let standard = list(row, "ids").iter().flat_map(|id| folded(id)).collect();
        let members = |name: &String| self.families.get(name.as_str()).cloned().unwrap_or_else(|| vec![name.clone()]);
        Expected::Card { standard, families: list(row, "fam").iter().map(members).collect() }
    }
}

fn groups(meaning: &str) -> Vec<Ids> {
    meaning.split('&').map(|group| group.split('|').flat_map(|id| folded(id.trim())).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_name_what_the_database_knows() {
        let names = Names::new();
        assert!(names.aliases.len() > 50 && names.families.len() > 20, "rows have three columns");
        let is_reference =
            |id: &str| id.starts_with("LicenseRef-scancode-") || id.starts_with("LicenseRef-Proprietary-");
        for (name, meaning) in &names.aliases {
            for id in meaning.split(['&', '|']).map(str::trim) {
                let is_known =
                    license_db::license(id).is_some() || license_db::license(&format!("{id}-only")).is_some();
                assert!(is_known || ["-", "?"].contains(&id) || is_reference(id), "{name}: {id}");
            }
        }
        for (name, members) in &names.families {
            for member in members {
                let is_known = match member.strip_prefix("family:") {
                    Some(word) => license_db::licenses().iter().any(|license| license.family == word),
                    None => license_db::license(member).is_some(),
                };
                assert!(is_known, "{name}: {member}");
            }
        }
    }

    #[test]
    fn the_row_of_a_file_goes_before_its_label() {
        let row = serde_json::json!({ "ids": ["MIT"] });
        let want = |path| match Names::new().expected(&row, path) {
            Expected::All { groups, .. } => groups,
            _ => Vec::new(),
        };
        assert_eq!(want("files/License/MIT/xfig.txt"), [Ids::from(["Xfig".to_owned()])]);
        assert_eq!(want("files/License/MIT/pristine.txt"), [Ids::from(["MIT".to_owned()])]);
    }
}
