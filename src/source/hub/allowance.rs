//! What of a repository is opened, where every file costs a request.
//!
//! Files that are there to state something are always read. What is left closed is named with the reason, and is only
//! what is known to hold no statement: further shards of a set, of which the first says all there is to say; and, where
//! the allowance is spent, settings that may hint at a parent and weights under the names that `save_pretrained` gives,
//! whose metadata is `{"format": "pt"}`.

use std::collections::BTreeMap;

use crate::source::{Entry, Rank, Wanted};

/// Requests for a repository with one file of weights and two that state something.
const PLAIN: u64 = 4;
/// Requests for the statements of a plain repository, a card and a licence. What further ones cost comes on top, so that
/// they leave nothing else closed.
const PLAIN_STATEMENTS: u64 = 2;
/// Requests for a repository with several.
const LARGE: u64 = 12;

/// Decides what stays closed: index of the entry and why. `spent` requests were made already; `costs` says how many a
/// file costs.
pub(super) fn closed(
    entries: &[Entry],
    wanted: &[Wanted],
    spent: u64,
    costs: impl Fn(usize) -> u64,
) -> BTreeMap<usize, String> {
    let mut closed = BTreeMap::new();
    let mut files_of_weights = 0;
    let mut optional = Vec::new();
    let mut statements = 0;
    for want in wanted {
        let Some(entry) = entries.get(want.index) else { continue };
        let is_weights = matches!(entry.extension().as_str(), "safetensors" | "gguf");
        files_of_weights += u64::from(is_weights);
        let further = shard_of(entry.name()).filter(|(shard, _)| is_weights && *shard > 1);
        if let Some((shard, of)) = further.filter(|_| has_first(entries, entry)) {
            closed.insert(want.index, format!("shard {shard} of {of}; the first speaks for all"));
        } else if want.rank == Rank::Statement {
            statements += costs(want.index);
        } else {
            let depth = entry.path.matches('/').count();
            optional.push((want.rank, depth, want.index));
        }
    }
    let most = if files_of_weights > 1 { LARGE } else { PLAIN } + statements.saturating_sub(PLAIN_STATEMENTS);
    let mut spent = spent + statements;
    optional.sort_unstable();
    for (rank, _, index) in optional {
        let cost = costs(index);
        if spent + cost <= most {
            spent += cost;
        } else {
            let what = match rank {
                Rank::Weights => "weights as save_pretrained writes them, without a licence field",
                Rank::Hint | Rank::Statement => "settings, which state no licence",
            };
            closed.insert(index, format!("{what}; the allowance of {most} requests is spent"));
        }
    }
    closed
}

/// Whether the first shard of the same set is there to speak for it.
fn has_first(entries: &[Entry], shard: &Entry) -> bool {
    let set = |entry: &Entry| {
        let (before, count) = entry.path.rsplit_once("-of-")?;
        let (stem, _) = before.rsplit_once('-')?;
        Some((stem.to_owned(), count.to_owned()))
    };
    let is_first = |entry: &&Entry| shard_of(entry.name()).is_some_and(|(number, _)| number == 1);
    entries.iter().filter(is_first).any(|first| set(first) == set(shard))
}

/// Number and count of a shard: `model-00002-of-00100.safetensors`.
fn shard_of(name: &str) -> Option<(u64, u64)> {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let (before, count) = stem.rsplit_once("-of-")?;
    let (_, number) = before.rsplit_once('-')?;
    let read = |digits: &str| {
        let is_number = (4..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| digits.parse::<u64>().ok()).flatten()
    };
    Some((read(number)?, read(count)?)).filter(|(number, count)| (1..=*count).contains(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(files: &[(&str, Rank, u64)], spent: u64) -> Vec<String> {
        let entries: Vec<Entry> = files.iter().map(|(path, ..)| Entry { path: (*path).to_owned(), size: 1 }).collect();
        let wanted: Vec<Wanted> =
            files.iter().enumerate().map(|(index, (_, rank, _))| Wanted { index, length: 1, rank: *rank }).collect();
        let costs = |index: usize| files.get(index).map_or(1, |(_, _, cost)| *cost);
        closed(&entries, &wanted, spent, costs).into_keys().map(|index| files[index].0.to_owned()).collect()
    }

    #[test]
    fn a_plain_model_costs_four_requests() {
        let card = ("README.md", Rank::Statement, 1);
        let license = ("LICENSE", Rank::Statement, 1);
        let settings = ("config.json", Rank::Hint, 1);
        let weights = ("model.safetensors", Rank::Weights, 2);
        assert_eq!(decided(&[card, license, settings, weights], 1), ["model.safetensors"]);
        assert_eq!(decided(&[card, license, settings, weights], 2), ["config.json", "model.safetensors"]);
        assert_eq!(decided(&[card, weights], 1), [""; 0]);
    }

    #[test]
    fn statements_are_read_whatever_they_cost() {
        let many: Vec<(String, Rank, u64)> = (0..50).map(|n| (format!("LICENSE-{n}"), Rank::Statement, 2)).collect();
        let many: Vec<_> = many.iter().map(|(path, rank, cost)| (path.as_str(), *rank, *cost)).collect();
        assert_eq!(decided(&many, 1), [""; 0]);
    }

    #[test]
    fn many_statements_leave_no_settings_closed() {
        let names: Vec<String> = (0..30).map(|number| format!("modeling_{number}.py")).collect();
        let mut files: Vec<_> = names.iter().map(|name| (name.as_str(), Rank::Statement, 1)).collect();
        files.extend([("config.json", Rank::Hint, 1), ("model.safetensors", Rank::Weights, 2)]);
        assert_eq!(decided(&files, 1), ["model.safetensors"]);
    }

    #[test]
    fn shards_without_a_first_speak_for_themselves() {
        let of = |path: &'static str| (path, Rank::Statement, 2);
        assert_eq!(decided(&[of("b/x-00002-of-00002.gguf"), of("a/x-00001-of-00002.gguf")], 1), [""; 0]);
        assert_eq!(decided(&[of("x-00002-of-00003.gguf"), of("x-00001-of-00002.gguf")], 1), [""; 0]);
        assert_eq!(decided(&[of("x-00002-of-00002.gguf"), of("x-00001-of-00002.gguf")], 1), ["x-00002-of-00002.gguf"]);
    }

    #[test]
    fn the_first_shard_speaks_for_its_set() {
        let names: Vec<String> = (1..=100).map(|n| format!("model-{n:05}-of-00100.safetensors")).collect();
        let mut files: Vec<_> = names.iter().map(|name| (name.as_str(), Rank::Weights, 2)).collect();
        files.push(("README.md", Rank::Statement, 1));
        let closed = decided(&files, 1);
        assert_eq!(closed.len(), 99);
        assert!(!closed.contains(&names[0]));
        assert_eq!(shard_of("x-00003-of-00009.gguf"), Some((3, 9)));
        for name in ["model.gguf", "state-of-the-art.gguf", "x-00009-of-00003.gguf", "x-3-of-9.gguf"] {
            assert_eq!(shard_of(name), None, "{name}");
        }
    }
}
