//! `licentia waive`: writes a waiver at the end of the policy file, which otherwise stays as it is.

use licentia::policy::PolicyFile;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::args::Waive;
use super::failure::{Failure, POLICY, failures};
use super::occasion;
use super::terminal::Terminal;
use super::{Status, config, layers, today};

/// Adds the waiver, if the policy with it is still one that can be obeyed.
pub(super) fn waive(arguments: &Waive, terminal: &Terminal) -> Status {
    let path = match &arguments.policy {
        Some(path) => path.clone(),
        None => config::load(&config::Asked::default(), terminal)?.path.ok_or_else(|| {
            let message = "there is no policy file here to write a waiver into";
            Failure::new(POLICY, message, "write one with `licentia init`, or pass --policy FILE")
        })?,
    };
    let (name, text) = occasion::read(&path)?.ok_or_else(|| {
        Failure::new(POLICY, format!("the policy {} is not there", path.display()), "write one with `licentia init`")
    })?;
    let written = with_waiver(&text, &name, arguments)?;
    // What is written must be what is obeyed: also where an extended policy asks more of a waiver.
    layers::read_as(written.clone(), &path, false)?;
    occasion::write(&path, &written)?;
    terminal.note(&format!("{} of {} is waived in {}", arguments.finding, arguments.target, path.display()));
    Ok(0)
}

fn with_waiver(text: &str, name: &str, arguments: &Waive) -> Result<String, Vec<Failure>> {
    PolicyFile::parse(text, name).map_err(|error| failures(&error))?;
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        vec![Failure::new(POLICY, format!("{name} is no valid TOML: {}", error.message()), "")]
    })?;
    let mut waiver = Table::new();
    waiver.insert("finding", value(arguments.finding.as_str()));
    waiver.insert("target", value(arguments.target.as_str()));
    let words = [
        ("license", &arguments.license),
        ("reason", &arguments.reason),
        ("approver", &arguments.approver),
        ("ticket", &arguments.ticket),
    ];
    for (key, words) in words {
        if let Some(words) = words {
            waiver.insert(key, value(words.as_str()));
        }
    }
    let days = [("created", Some(today::today(arguments.today)?)), ("expires", arguments.expires)];
    for (key, day) in days {
        if let Some(day) = day {
            let day: toml_edit::Datetime = day.to_string().parse().map_err(|_| {
                vec![Failure::usage(format!("{day} is no day that TOML can write"), "pass a day as in 2027-02-01")]
            })?;
            waiver.insert(key, value(day));
        }
    }
    let table = if name.ends_with("pyproject.toml") {
        document.get_mut("tool").and_then(|tool| tool.get_mut("licentia")).and_then(Item::as_table_mut)
    } else {
        Some(document.as_table_mut())
    };
    let waivers = table.map(|table| table.entry("waive").or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new())));
    let Some(waivers) = waivers.and_then(Item::as_array_of_tables_mut) else {
        let message = format!("waive in {name} is written in brackets");
        return Err(Failure::new(POLICY, message, "write each waiver as [[waive]]").into());
    };
    waivers.push(waiver);
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use licentia::policy::Policy;

    use super::*;

    fn arguments() -> Waive {
        Waive {
            finding: "non-commercial".to_owned(),
            target: "vendor/seg-net".to_owned(),
            reason: Some("internal \"only\"".to_owned()),
            approver: Some("legal@acme.example".to_owned()),
            expires: Some("2027-02-01".parse().expect("a day")),
            license: None,
            ticket: None,
            policy: None,
            today: Some("2026-11-25".parse().expect("a day")),
        }
    }

    #[test]
    fn comments_and_order_stay_and_the_waiver_stands_at_the_end() {
        let text = "# ours\n[licenses] # lists\nallow = [\"MIT\"]   # ok\n\n[[waive]]\nfinding = \"tag-only\"\ntarget = \"a/b\"\nreason = \"x\"\napprover = \"y\"\nexpires = 2026-12-01\n\n[gate] # last\nfail-on = \"error\"\n";
        let written = with_waiver(text, "licentia.toml", &arguments()).expect("a waiver");
        assert!(written.contains("# ours\n[licenses] # lists\nallow = [\"MIT\"]   # ok\n"), "{written}");
        let policy = Policy::from_toml(&written, "licentia.toml").expect("a valid policy");
        assert_eq!(policy.waivers().len(), 2);
        let mut words = policy.waivers().iter().map(licentia::policy::waivers::Waiver::words);
        assert!(
            words.next_back().expect("two").starts_with("internal \"only\" (by legal@acme.example, until 2027-02-01")
        );
    }

    #[test]
    fn a_pyproject_takes_it_in_its_own_table() {
        let text = "[project]\nname = \"x\"\n\n[tool.licentia]\nname = \"ours\"\n\n[tool.ruff]\nline-length = 100\n";
        let written = with_waiver(text, "pyproject.toml", &arguments()).expect("a waiver");
        assert!(written.contains("[[tool.licentia.waive]]"), "{written}");
        assert_eq!(Policy::from_toml(&written, "pyproject.toml").expect("a valid policy").waivers().len(), 1);
    }
}
