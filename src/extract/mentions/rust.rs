//! Rust: `hf-hub`, and what is built on it (candle, tokenizers).

use super::calls::{Call, Code};
use super::code::{Dialect, Exception, Loader, What};
use super::identifier::Taking;
use super::tokens::Language;

/// A name of `hf-hub`, which knows no paths.
const NAME: Taking = Taking::LOADER.of_the_hub();

pub(super) static RUST: Dialect = Dialect {
    name: "rust",
    language: Language::Rust,
    loaders: &[
        Loader { names: &["model"], position: 0, keywords: &[], what: What::Hub(NAME) },
        Loader { names: &["dataset"], position: 0, keywords: &[], what: What::Hub(NAME.of_dataset()) },
        Loader { names: &["new", "with_revision"], position: 0, keywords: &[], what: What::Hub(NAME) },
        Loader { names: &["from_pretrained"], position: 0, keywords: &[], what: What::Hub(Taking::LOADER) },
    ],
    lookups: &[],
    exception,
};

/// Names that every program has are those of `hf-hub` only where it is used.
fn exception(code: &Code<'_>, call: &Call<'_>) -> Option<Exception> {
    let is_used = code.text.contains("hf_hub");
    let is_ours = match call.name {
        "new" | "with_revision" => is_used && call.owner == "Repo",
        "model" | "dataset" => is_used && !call.arguments.is_empty(),
        _ => true,
    };
    (!is_ours).then_some(Exception::NoLoader)
}

#[cfg(test)]
mod tests {
    use crate::extract::mentions::testing::lines;

    #[test]
    fn repositories_of_hf_hub_are_named() {
        for (code, is) in [
            ("use hf_hub::api::sync::Api;\nlet m = Api::new()?.model(\"org/name\".to_string());", "2 hf:org/name"),
            ("use hf_hub::Repo;\nRepo::new(\"org/name\".into(), RepoType::Model)", "2 hf:org/name"),
            ("use hf_hub::api;\napi.dataset(\"org/data\".to_string())", "2 hf:datasets/org/data"),
            ("use hf_hub::api;\napi.model(id)", "2 Computed"),
            ("Tokenizer::from_pretrained(\"org/name\", None)", "1 hf:org/name"),
            ("const MODEL_ID: &str = \"org/name\";", "1 hf:org/name"),
        ] {
            assert_eq!(lines("a.rs", code), [is], "{code}");
        }
    }

    #[test]
    fn a_revision_stands_behind_the_kind_of_repository() {
        let code = "use hf_hub::Repo;\nRepo::with_revision(\n  \"org/name\".into(), RepoType::Model, \"v1\".into())";
        assert_eq!(lines("a.rs", code), ["3 hf:org/name@v1"]);
        let code = "use hf_hub::Repo;\nRepo::with_revision(\"org/data\".into(), RepoType::Dataset, r)";
        assert_eq!(lines("a.rs", code), ["2 hf:datasets/org/data"]);
    }

    #[test]
    fn other_models_and_comments_name_nothing() {
        for code in ["db.model(name)", "Repo::new(\"a/b\")", "use hf_hub::x;\n// api.model(\"org/name\".to_string())"] {
            assert_eq!(lines("a.rs", code), [""; 0], "{code}");
        }
    }
}
