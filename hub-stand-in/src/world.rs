//! The fixed world that the program serves: one repository for each thing that clients do differently.

use hub_stand_in::{Content, Gate, Repository, StandIn};
use serde_json::{Value, json};

/// The text of Apache-2.0, as this project's own licence file has it.
const APACHE: &str = include_str!("../../LICENSE");

/// Opens the gated and the private repository.
const ACCESS: &str = "hf_stand_in_access";

/// Accepted, and opens nothing.
const STRANGER: &str = "hf_stand_in_stranger";

/// An old name and the new one.
const RENAMED: (&str, &str) = ("acme/missile", "acme/rocket");

/// Fewer than `acme/library` has files, so that its tree comes in several pages.
const PAGE: usize = 25;

const COLLECTION: &str = "acme/flying-0123456789abcdef01234567";

pub(crate) fn repositories() -> Vec<Repository> {
    vec![
        Repository::model("acme/rocket")
            .file("README.md", "---\nlicense: mit\n---\n# Rocket\n\nThe first draft.\n")
            .file("config.json", "{\"architectures\": [\"RocketForCausalLM\"], \"model_type\": \"rocket\"}\n")
            .tag("v0.1")
            .file("README.md", card("license: apache-2.0\nlanguage: [en]\ndatasets:\n- acme/flights\n", "Rocket"))
            .file("LICENSE", APACHE)
            .lfs("model.safetensors", safetensors(&json!({ "format": "pt" }), 300_000))
            .pull_request(1, |rocket| rocket.file("README.md", card("license: bsd-3-clause\n", "Rocket, relicensed"))),
        Repository::model("acme/rocket-GGUF")
            .file("README.md", card("license: apache-2.0\nbase_model: acme/rocket\n", "Rocket, quantized"))
            .lfs("rocket.Q4_K_M.gguf", gguf(&[("general.architecture", "llama"), ("general.license", "apache-2.0")])),
        Repository::dataset("acme/flights")
            .file("README.md", card("license:\n- cc-by-4.0\nlanguage: [en]\n", "Flights"))
            .file("data/train.csv", "from,to\nhere,there\n")
            .lfs("data/test.parquet", Content::large(b"PAR1".as_slice(), 5000).ending_with("PAR1")),
        Repository::model("acme/vault")
            .file("README.md", card("license: other\nlicense_name: vault-terms\nlicense_link: LICENSE\n", "Vault"))
            .file("LICENSE", "You may look at this and do nothing else with it.\n")
            .lfs("model.safetensors", safetensors(&json!({ "format": "pt" }), 2000))
            .gated(Gate::Manual),
        Repository::model("acme/heavy")
            .file("README.md", card("license: apache-2.0\n", "Heavy"))
            .file("LICENSE", APACHE)
            .file("model.safetensors.index.json", shard_index())
            .lfs("model-00001-of-00003.safetensors", safetensors(&json!({ "format": "pt" }), 100_000))
            .lfs("model-00002-of-00003.safetensors", safetensors(&json!({ "format": "pt" }), 100_001))
            .lfs("model-00003-of-00003.safetensors", safetensors(&json!({ "format": "pt" }), 100_002)),
        (0..60).fold(
            Repository::model("acme/library").file("README.md", card("license: apache-2.0\n", "Library")),
            |library, number| {
                library.file(&format!("shelf-{}/book-{number:02}.txt", number % 4), format!("{number}\n"))
            },
        ),
        Repository::space("acme/demo").file("README.md", card("license: mit\nsdk: static\n", "Demo")),
        Repository::model("acme/secret").file("README.md", card("license: mit\n", "Secret")).private(),
        Repository::model("acme/withdrawn").file("README.md", card("license: mit\n", "Withdrawn")).disabled(),
    ]
}

/// Puts all of it on a server.
pub(crate) fn furnish(stand_in: &StandIn) {
    for repository in repositories() {
        stand_in.add(repository);
    }
    stand_in.rename(RENAMED.0, RENAMED.1);
    stand_in.token(ACCESS, &["acme/vault", "acme/secret"]);
    stand_in.token(STRANGER, &[]);
    stand_in.collection(COLLECTION, "Flying", &["acme/rocket", "datasets/acme/flights"]);
    stand_in.page_size(PAGE);
    stand_in.resolve_cache(true);
}

/// Another commit for `acme/rocket`, to see who notices.
pub(crate) fn push(stand_in: &StandIn) -> String {
    let readme = card("license: cc-by-nc-4.0\n", "Rocket, no longer free");
    stand_in.change("acme/rocket", |rocket| rocket.file("README.md", readme));
    stand_in.commit_of("acme/rocket", "main")
}

/// Everything that can be expected of the server.
pub(crate) fn listing() -> Value {
    let repositories = repositories().into_iter().map(|repository| {
        let revisions = ["main", "v0.1", "refs/pr/1"].into_iter().filter_map(|revision| {
            let commit = repository.commit_of(revision)?;
            let files = repository.files(revision).into_iter().map(|(path, content)| {
                (path.to_owned(), json!({ "size": content.size(), "sha256": content.sha256() }))
            });
            Some((revision.to_owned(), json!({ "commit": commit, "files": files.collect::<serde_json::Map<_, _>>() })))
        });
        (repository.name(), revisions.collect::<serde_json::Map<_, _>>().into())
    });
    json!({
        "repositories": repositories.collect::<serde_json::Map<String, Value>>(),
        "renamed": { RENAMED.0: RENAMED.1 },
        "tokens": { "access": ACCESS, "stranger": STRANGER },
        "collection": COLLECTION,
        "page": PAGE,
    })
}

fn card(front_matter: &str, title: &str) -> String {
    format!("---\n{front_matter}---\n# {title}\n\nA model card of the test suite.\n")
}

/// One tensor of zeros under these metadata (<https://huggingface.co/docs/safetensors>, "Format").
fn safetensors(metadata: &Value, bytes: u64) -> Content {
    let mut header = json!({
        "__metadata__": metadata,
        "weight": { "dtype": "U8", "shape": [bytes], "data_offsets": [0, bytes] },
    })
    .to_string()
    .into_bytes();
    header.resize(header.len().next_multiple_of(8), b' ');
    let length = header.len() as u64;
    Content::large([&length.to_le_bytes(), header.as_slice()].concat(), 8 + length + bytes)
}

/// Version 3, no tensors, texts only (ggml's docs/gguf.md).
fn gguf(pairs: &[(&str, &str)]) -> Content {
    const TEXT: u32 = 8;
    let text = |text: &str| [&(text.len() as u64).to_le_bytes(), text.as_bytes()].concat();
    let mut bytes = b"GGUF".to_vec();
    bytes.extend(3_u32.to_le_bytes());
    bytes.extend(0_u64.to_le_bytes());
    bytes.extend((pairs.len() as u64).to_le_bytes());
    for (key, value) in pairs {
        bytes.extend([text(key), TEXT.to_le_bytes().to_vec(), text(value)].concat());
    }
    Content::large(bytes, 500_000)
}

fn shard_index() -> String {
    let shards =
        (1..=3).map(|shard| (format!("layer.{shard}"), format!("model-{shard:05}-of-00003.safetensors").into()));
    json!({ "metadata": { "total_size": 300_003 }, "weight_map": shards.collect::<serde_json::Map<_, _>>() })
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_listing_agrees_with_what_is_served() {
        let stand_in = StandIn::start();
        furnish(&stand_in);
        let listing = listing();
        let expected = &listing["repositories"]["acme/rocket"];
        for revision in ["main", "v0.1", "refs/pr/1"] {
            assert_eq!(expected[revision]["commit"], stand_in.commit_of("acme/rocket", revision));
        }
        let before = stand_in.commit_of("acme/rocket", "main");
        let after = push(&stand_in);
        assert_ne!(before, after);
        assert_eq!(stand_in.commit_of("acme/rocket", &before), before, "the old commit stays");
        assert!(repositories().iter().any(|repository| repository.files("main").len() > 2 * PAGE));
    }
}
