//! JavaScript and TypeScript: transformers.js, `@huggingface/hub`, `@huggingface/inference`.

use super::calls::{Call, Code};
use super::code::{Dialect, Exception, Loader, What};
use super::identifier::Taking;
use super::tokens::Language;

pub(super) static JAVASCRIPT: Dialect = Dialect {
    name: "javascript",
    language: Language::JavaScript,
    loaders: &[
        Loader { names: &["from_pretrained"], position: 0, keywords: &["model_id"], what: What::Hub(Taking::LOADER) },
        Loader { names: &["pipeline"], position: 1, keywords: &["model"], what: What::Hub(Taking::LOADER) },
        Loader {
            names: &["downloadFile", "snapshotDownload", "modelInfo", "downloadFileToCacheDir"],
            position: 0,
            keywords: &["repo", "name"],
            what: What::Hub(Taking::LOADER.of_the_hub()),
        },
        Loader { names: &["ChatOllama", "OllamaEmbeddings"], position: 0, keywords: &["model"], what: What::Ollama },
    ],
    lookups: &[],
    exception,
};

fn exception(code: &Code<'_>, call: &Call<'_>) -> Option<Exception> {
    // Streams have a `pipeline`, too.
    let is_ours = || {
        let task = call.arguments.first().and_then(|first| first.value.literal());
        call.owner.is_empty() && task.is_some() && (call.arguments.len() > 1 || code.text.contains("transformers"))
    };
    (call.name == "pipeline" && !is_ours()).then_some(Exception::NoLoader)
}

#[cfg(test)]
mod tests {
    use crate::extract::mentions::testing::lines;

    #[test]
    fn pipelines_and_loaders_name_models() {
        for (code, is) in [
            ("await pipeline('sentiment-analysis', 'Xenova/name');", "1 hf:Xenova/name"),
            ("await pipeline(\n  'ner',\n  `Xenova/name`,\n  { revision: 'v1' })", "3 hf:Xenova/name@v1"),
            ("AutoModel.from_pretrained(\"org/name\", { revision: 'v1' })", "1 hf:org/name@v1"),
            ("hf.textGeneration({ model: 'gpt2', inputs: x })", "1 hf:gpt2"),
            ("const MODEL_ID = process.env.MODEL_ID ?? 'org/name';", "1 hf:org/name"),
            ("downloadFile({ repo: 'org/name', path: 'a' })", "1 hf:org/name"),
            ("fetch('https://huggingface.co/org/name/resolve/main/a')", "1 hf:org/name@main"),
            ("AutoModel.from_pretrained(name)", "1 Computed"),
            ("AutoModel.from_pretrained(`org/${name}`)", "1 Computed"),
        ] {
            assert_eq!(lines("a.ts", code), [is], "{code}");
        }
    }

    #[test]
    fn comments_and_streams_name_nothing() {
        for code in [
            "// pipeline('ner', 'org/name')",
            "/* AutoModel.from_pretrained('org/name') */",
            "pipeline(source, target)",
            "stream.pipeline('a', 'b/c')",
        ] {
            assert_eq!(lines("a.mjs", code), [""; 0], "{code}");
        }
    }
}
