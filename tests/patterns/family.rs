//! Thirty models in six generations, with a merge, a teacher and a circle: what binds each of them.

use std::fmt::Write;

use licentia::license::Expression;
use licentia::run;
use licentia::scan::{RepositoryKind, Scan};
use licentia::source::SourceTree;
use licentia::source::memory::MemoryTree;

/// Name, licence, parents with the relation, and what binds in the end.
type Member = (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static str);

const NC: &str = "cc-by-nc-4.0";
const FINETUNE: &str = "finetune";

/// By generation. A name and its parents have no owner: all are of the house `f`.
const FAMILY: [Member; 30] = [
    // The founders.
    ("a1", "mit", &[], "MIT"),
    ("a2", "apache-2.0", &[], "Apache-2.0"),
    ("a3", NC, &[], "CC-BY-NC-4.0"),
    ("a4", "gpl-3.0", &[], "GPL-3.0-only"),
    ("a5", "bsd-3-clause", &[], "BSD-3-Clause"),
    // The second generation.
    ("b1", "mit", &[("a1", FINETUNE)], "MIT"),
    ("b2", "mit", &[("a2", FINETUNE)], "Apache-2.0 AND MIT"),
    ("b3", "apache-2.0", &[("a3", "quantized")], "Apache-2.0 AND CC-BY-NC-4.0"),
    ("b4", "gpl-3.0", &[("a4", FINETUNE)], "GPL-3.0-only"),
    ("b5", "isc", &[("a5", "adapter")], "BSD-3-Clause AND ISC"),
    // The third, with students: of a teacher that asks for notices alone nothing comes along, of another all.
    ("c1", "mit", &[("b1", "quantized")], "MIT"),
    ("c2", "isc", &[("b2", "distilled")], "ISC"),
    ("c3", "mit", &[("b3", FINETUNE)], "Apache-2.0 AND CC-BY-NC-4.0 AND MIT"),
    ("c4", "mit", &[("a3", "distilled")], "CC-BY-NC-4.0 AND MIT"),
    ("c5", "isc", &[("b5", FINETUNE)], "BSD-3-Clause AND ISC"),
    // The fourth, with merges.
    ("d1", "mit", &[("c1", "merge"), ("c5", "merge")], "BSD-3-Clause AND ISC AND MIT"),
    ("d2", "isc", &[("c2", FINETUNE)], "ISC"),
    ("d3", "mit", &[("c3", "merge"), ("b4", "merge")], "Apache-2.0 AND CC-BY-NC-4.0 AND GPL-3.0-only AND MIT"),
    ("d4", "mit", &[("c4", FINETUNE)], "CC-BY-NC-4.0 AND MIT"),
    ("d5", "zlib", &[("c1", "merge"), ("c2", "merge")], "ISC AND MIT AND Zlib"),
    // The fifth, with a circle of three: each has what the others have.
    ("e1", "mit", &[("d1", FINETUNE), ("e2", "merge")], "Apache-2.0 AND BSD-3-Clause AND ISC AND MIT AND Zlib"),
    ("e2", "zlib", &[("e3", "merge")], "Apache-2.0 AND BSD-3-Clause AND ISC AND MIT AND Zlib"),
    ("e3", "apache-2.0", &[("e1", "merge")], "Apache-2.0 AND BSD-3-Clause AND ISC AND MIT AND Zlib"),
    ("e4", "mit", &[("d3", "quantized")], "Apache-2.0 AND CC-BY-NC-4.0 AND GPL-3.0-only AND MIT"),
    ("e5", "mit", &[("d5", "adapter")], "ISC AND MIT AND Zlib"),
    // The sixth.
    ("f1", "mit", &[("e1", FINETUNE)], "Apache-2.0 AND BSD-3-Clause AND ISC AND MIT AND Zlib"),
    (
        "f2",
        "mit",
        &[("e4", FINETUNE), ("e5", "merge")],
        "Apache-2.0 AND CC-BY-NC-4.0 AND GPL-3.0-only AND ISC AND MIT AND Zlib",
    ),
    ("f3", NC, &[("d2", FINETUNE)], "CC-BY-NC-4.0 AND ISC"),
    ("f4", "mit", &[("d4", "quantized")], "CC-BY-NC-4.0 AND MIT"),
    ("f5", "zlib", &[("d2", "distilled"), ("a1", "distilled")], "Zlib"),
];

#[test]
fn each_of_thirty_models_is_bound_by_all_that_it_was_made_from_and_by_nothing_else() {
    let scan = scan();
    let mut problems = Vec::new();
    for (name, _, _, expected) in FAMILY {
        let found = effective(&scan, name);
        let expected = Expression::parse(expected).expect("an expression");
        if found.as_ref() != Some(&expected) {
            let found = found.map_or_else(|| "nothing".to_owned(), |found| found.to_string());
            problems.push(format!("{name}: expected {expected}, found {found}"));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn the_graph_has_every_step_once() {
    let steps: usize = FAMILY.iter().map(|(_, _, parents, _)| parents.len()).sum();
    let scan = scan();
    assert_eq!((scan.lineage.nodes.len(), scan.lineage.edges.len()), (FAMILY.len(), steps));
}

fn scan() -> Scan {
    let tree = |(name, license, parents, _): &Member| {
        let mut card = format!("---\nlicense: {license}\n");
        let relation = parents.first().map(|(_, relation)| *relation);
        let of_first: Vec<_> = parents.iter().filter(|(_, other)| Some(*other) == relation).collect();
        if let Some(relation) = relation {
            card.push_str("base_model:\n");
            for (parent, _) in &of_first {
                let _ = writeln!(card, "- f/{parent}");
            }
            let _ = writeln!(card, "base_model_relation: {relation}");
        }
        card.push_str("---\n# A model\n");
        let mut files = vec![("README.md".to_owned(), card)];
        // A card has one relation for all its parents; what was merged in stands in the file of the tool.
        let merged: Vec<_> = parents.iter().filter(|(_, other)| Some(*other) != relation).collect();
        if !merged.is_empty() {
            let mut recipe = "merge_method: linear\nmodels:\n".to_owned();
            for (parent, _) in merged {
                let _ = writeln!(recipe, "- model: f/{parent}");
            }
            files.push(("mergekit_config.yml".to_owned(), recipe));
        }
        let tree = MemoryTree::new(name, files).of_repository(RepositoryKind::Model, &format!("f/{name}"), None);
        Box::new(tree) as Box<dyn SourceTree>
    };
    let trees: Vec<Box<dyn SourceTree>> = FAMILY.iter().map(tree).collect();
    run::scan(&trees, &|_| ())
}

fn effective(scan: &Scan, name: &str) -> Option<Expression> {
    let source = scan.sources.iter().position(|source| source.target == name)?;
    let judged = scan.judged.iter().find(|judged| judged.subject.source == source)?;
    judged.effective.clone()
}
