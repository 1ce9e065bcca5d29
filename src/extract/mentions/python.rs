//! Python: transformers, diffusers, peft, datasets, sentence-transformers, vLLM, huggingface_hub and those who take the
//! same arguments.

use super::calls::{Call, Code};
use super::code::{Dialect, Exception, Loader, What};
use super::identifier::{OneWord, Taking};
use super::tokens::Language;

/// Takes `org/name` and the old names; any other word is a size or the model of a service.
const NAME_OR_LABEL: Taking = Taking { one_word: OneWord::OldName, ..Taking::LOADER };

pub(super) static PYTHON: Dialect = Dialect {
    name: "python",
    language: Language::Python,
    loaders: &[
        Loader {
            names: &["from_pretrained", "from_single_file", "load_lora_weights", "load_adapter", "load_ip_adapter"],
            position: 0,
            keywords: &[
                "pretrained_model_name_or_path",
                "pretrained_model_name_or_path_or_dict",
                "pretrained_model_link_or_path",
                "pretrained_model_link_or_path_or_dict",
                "pretrained_model_name",
                "model_name_or_path",
                "model_name",
                "model_id",
                "peft_model_id",
                "repo_id",
            ],
            what: What::Hub(Taking::LOADER),
        },
        Loader {
            names: &["from_model_id", "load_textual_inversion"],
            position: 0,
            keywords: &["model_id", "pretrained_model_name_or_path"],
            what: What::Hub(Taking::LOADER),
        },
        Loader {
            names: &["hf_hub_download", "snapshot_download", "cached_download", "hf_hub_url"],
            position: 0,
            keywords: &["repo_id", "model_id"],
            what: What::Hub(Taking::LOADER.of_the_hub()),
        },
        Loader { names: &["pipeline"], position: 1, keywords: &["model"], what: What::Hub(Taking::LOADER) },
        Loader {
            names: &["SentenceTransformer", "CrossEncoder", "SparseEncoder"],
            position: 0,
            keywords: &["model_name_or_path", "model_name"],
            what: What::Hub(Taking::LOADER),
        },
        Loader {
            names: &["load_dataset", "load_dataset_builder", "get_dataset_config_names", "get_dataset_split_names"],
            position: 0,
            keywords: &["path"],
            what: What::Hub(Taking::LOADER.of_dataset()),
        },
        Loader {
            names: &["LLM", "EngineArgs", "AsyncEngineArgs", "WhisperModel", "InferenceClient", "AsyncInferenceClient"],
            position: 0,
            keywords: &["model", "model_size_or_path"],
            what: What::Hub(NAME_OR_LABEL),
        },
        Loader {
            names: &["ChatOllama", "OllamaLLM", "OllamaEmbeddings", "Ollama"],
            position: 0,
            keywords: &["model"],
            what: What::Ollama,
        },
        Loader {
            names: &["chat", "generate", "pull", "embed", "embeddings"],
            position: 0,
            keywords: &["model"],
            what: What::Ollama,
        },
    ],
    lookups: &["getenv", "get", "setdefault", "add_argument", "option", "Option", "Argument"],
    exception,
};

/// Ways of `load_dataset` to read files of one's own; no dataset has such a name.
const BUILDERS: [&str; 15] = [
    "arrow",
    "audiofolder",
    "csv",
    "generator",
    "hdf5",
    "imagefolder",
    "json",
    "pandas",
    "parquet",
    "pdffolder",
    "spark",
    "sql",
    "text",
    "videofolder",
    "webdataset",
];

fn exception(code: &Code<'_>, call: &Call<'_>) -> Option<Exception> {
    let first = call.arguments.first();
    match call.name {
        // The base model comes first, as an object.
        "from_pretrained" if call.owner.starts_with("PeftM") => Some(Exception::At(1)),
        // Without an owner the library takes its own.
        "SentenceTransformer" => {
            let words = first.and_then(|first| first.value.literal()).unwrap_or_default();
            (!super::identifier::is_old_name(words)).then_some(Exception::Owner("sentence-transformers"))
        }
        // Other things are called so, too: of a database, of a program.
        "pipeline" => {
            let is_task =
                |words: &str| !words.is_empty() && words.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
            let has_task = first.and_then(|first| first.value.literal()).is_some_and(is_task);
            let is_ours =
                matches!(call.owner, "" | "transformers") && (has_task || call.keyword(&["model", "task"]).is_some());
            let is_known = code.text.contains("transformers") || call.keyword(&["model"]).is_some();
            (!is_ours || !is_known).then_some(Exception::NoLoader)
        }
        "load_dataset" => {
            let words = call.argument(0, &["path"]).and_then(super::calls::Value::literal).unwrap_or_default();
            let is_other = matches!(call.owner, "sns" | "seaborn") || BUILDERS.contains(&words);
            is_other.then_some(Exception::NoLoader)
        }
        "chat" | "generate" | "pull" | "embed" | "embeddings" => {
            (call.owner != "ollama").then_some(Exception::NoLoader)
        }
        "LLM" => {
            let is_named = call.argument(0, &["model"]).is_some_and(|value| value.literal().is_some());
            (!is_named && !code.text.contains("vllm")).then_some(Exception::NoLoader)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::mentions::testing::lines;

    fn said(code: &str) -> Vec<String> {
        lines("a.py", code)
    }

    #[test]
    fn what_is_loaded_is_named_by_position_and_by_keyword() {
        for (code, is) in [
            ("AutoModel.from_pretrained('org/name')", "1 hf:org/name"),
            ("AutoTokenizer.from_pretrained(\n    \"org/name\",\n    revision='v1')", "2 hf:org/name@v1"),
            ("T.from_pretrained(pretrained_model_name_or_path='org/name')", "1 hf:org/name"),
            ("T.from_pretrained('bert-base-uncased')", "1 hf:bert-base-uncased"),
            ("T.from_pretrained('org/' 'name')", "1 hf:org/name"),
            ("PeftModel.from_pretrained(base, 'org/lora')", "1 hf:org/lora"),
            ("PeftModel.from_pretrained(base, model_id='org/lora')", "1 hf:org/lora"),
            ("AutoPeftModelForCausalLM.from_pretrained('org/lora')", "1 hf:org/lora"),
            ("StableDiffusionPipeline.from_pretrained('org/name', torch_dtype=f16).to('cuda')", "1 hf:org/name"),
            ("pipe.load_lora_weights('org/lora')", "1 hf:org/lora"),
            ("pipeline('text-generation', model='org/name')", "1 hf:org/name"),
            ("pipeline(model='org/name')", "1 hf:org/name"),
            ("import transformers\npipeline('ner', 'org/name')", "2 hf:org/name"),
            ("hf_hub_download('org/name', 'a.bin')", "1 hf:org/name"),
            ("hf_hub_download(repo_id='org/name', filename='a', revision='v1')", "1 hf:org/name@v1"),
            ("snapshot_download('org/data', repo_type='dataset')", "1 hf:datasets/org/data"),
            ("load_dataset('org/data', split='train')", "1 hf:datasets/org/data"),
            ("load_dataset('squad')", "1 hf:datasets/squad"),
            ("SentenceTransformer('all-MiniLM-L6-v2')", "1 hf:sentence-transformers/all-MiniLM-L6-v2"),
            ("SentenceTransformer('org/name')", "1 hf:org/name"),
            ("LLM(model='org/name', dtype='auto')", "1 hf:org/name"),
            ("ollama.chat(model='llama3:8b')", "1 ollama:llama3:8b"),
            ("timm.create_model('hf-hub:timm/vit')", "1 hf:timm/vit"),
            ("pd.read_csv('hf://datasets/org/data/a.csv')", "1 hf:datasets/org/data"),
        ] {
            assert_eq!(said(code), [is], "{code}");
        }
    }

    #[test]
    fn names_that_hold_a_model_count_and_so_do_their_defaults() {
        for (code, is) in [
            ("MODEL_ID = 'org/name'", "1 hf:org/name"),
            ("model_name_or_path: str = field(default='org/name')", "1 hf:org/name"),
            ("config = {'base_model': 'org/name'}", "1 hf:org/name"),
            ("parser.add_argument('--model', default='org/name')", "1 hf:org/name"),
            ("os.environ.get('MODEL_ID', 'org/name')", "1 hf:org/name"),
            ("Embedder(model_name='org/name')", "1 hf:org/name"),
            ("MODELS = ['org/a']", "1 hf:org/a"),
        ] {
            assert_eq!(said(code), [is], "{code}");
        }
    }

    #[test]
    fn what_is_computed_is_a_note_and_what_it_may_be_counts() {
        for (code, is) in [
            ("T.from_pretrained(name)", vec!["1 Computed"]),
            ("T.from_pretrained(f'org/{name}')", vec!["1 Computed"]),
            ("T.from_pretrained('org/' + name)", vec!["1 Computed"]),
            ("T.from_pretrained(name or 'org/name')", vec!["1 hf:org/name", "1 Computed"]),
            ("T.from_pretrained('./models/x')", vec!["1 Path"]),
            ("from transformers import pipeline\npipeline('ner')", vec!["2 Default"]),
        ] {
            assert_eq!(said(code), is, "{code}");
        }
    }

    #[test]
    fn comments_documentation_and_other_calls_name_nothing() {
        for code in [
            "# T.from_pretrained('org/name')",
            "\"\"\"Use T.from_pretrained('org/name').\"\"\"",
            "def f():\n    '''\n    >>> load_dataset('org/data')\n    '''",
            "def from_pretrained(cls, name='org/name'): pass",
            "sns.load_dataset('iris')",
            "load_dataset('csv', data_files='a.csv')",
            "redis.pipeline('a')",
            "snapshot_download('org/app', repo_type='space')",
            "model.push_to_hub('org/name')",
            "requests.get('accept', 'text/html')",
            "PeftModel.from_pretrained(base)",
        ] {
            assert_eq!(said(code), [""; 0], "{code}");
        }
    }
}
