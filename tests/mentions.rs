//! The models that a small project names: every mention with the line that names it, and every place that does not say.

use std::fmt::Write;

use licentia::extract::mentions::{self, Found};
use licentia::location::Location;
use licentia::source::memory::MemoryTree;

/// A project as a team may have it: training, serving, a notebook, a chat on a laptop, a page in the browser.
const PROJECT: [(&str, &str); 12] = [
    (
        "train.py",
        r#""""Trains the assistant. It began as AutoModel.from_pretrained("acme/first-idea")."""
from transformers import AutoModelForCausalLM, pipeline

BASE = "Qwen/Qwen2.5-7B"  # was "acme/older-idea"
model = AutoModelForCausalLM.from_pretrained(
    "meta-llama/Llama-3.1-8B",
    revision="d04e592",
)
adapter = PeftModel.from_pretrained(model, "acme/support-lora")
data = load_dataset("HuggingFaceH4/ultrachat_200k", split="train_sft")
judge = AutoModelForCausalLM.from_pretrained(arguments.judge)
classify = pipeline("sentiment-analysis")
"#,
    ),
    (
        "notebooks/explore.ipynb",
        "{\n \"cells\": [\n  {\n   \"cell_type\": \"code\",\n   \"source\": [\n    \"import x\\n\",\n    \"SentenceTransformer('all-MiniLM-L6-v2')\"\n   ]\n  }\n ]\n}\n",
    ),
    (
        "config/train.yaml",
        "base_model: mistralai/Mistral-7B-v0.3\ndatasets:\n  - path: tatsu-lab/alpaca\n    type: alpaca\noutput_dir: out/model\n",
    ),
    (
        "deploy/serve.yaml",
        "containers:\n  - image: vllm/vllm-openai:v0.6\n    args:\n      - --model\n      - google/gemma-2-9b-it\n      - --revision\n      - main\n",
    ),
    (
        "Dockerfile",
        "FROM python:3.12\nENV HF_MODEL_ID=BAAI/bge-m3\nRUN hf download openai/whisper-large-v3 \\\n    --revision 06f233f\n",
    ),
    (
        "requirements.txt",
        "torch==2.4\nde-model @ https://huggingface.co/spacy/de_core_news_sm/resolve/main/de_core_news_sm-any-py3-none-any.whl\n",
    ),
    ("chat/Modelfile", "FROM llama3.2:3b\nADAPTER ./tone.gguf\nSYSTEM \"\"\"\nFROM here on be kind.\n\"\"\"\n"),
    (
        "web/app.ts",
        "// pipeline('ner', 'acme/never')\nconst run = await pipeline(\n  'translation',\n  'Xenova/nllb-200-distilled-600M',\n);\n",
    ),
    (
        "tools/src/main.rs",
        "use hf_hub::api::sync::Api;\nlet repo = Api::new()?.model(\"sentence-transformers/all-mpnet-base-v2\".to_string());\n",
    ),
    ("scripts/fetch.sh", "#!/bin/sh\n# hf download acme/not-this\nhf download \"$1\"\nollama pull qwen2.5:7b\n"),
    ("README.md", "Run `hf download acme/documentation`.\n"),
    ("web/node_modules/lib/index.js", "pipeline('ner', 'acme/somebody-elses')\n"),
];

const NAMED: &str = r#"
Dockerfile:2            hf:BAAI/bge-m3                                ENV HF_MODEL_ID=BAAI/bge-m3
Dockerfile:3            hf:openai/whisper-large-v3@06f233f            RUN hf download openai/whisper-large-v3 \
chat/Modelfile:1        ollama:llama3.2:3b                            FROM llama3.2:3b
config/train.yaml:1     hf:mistralai/Mistral-7B-v0.3                  base_model: mistralai/Mistral-7B-v0.3
config/train.yaml:3     hf:datasets/tatsu-lab/alpaca                  - path: tatsu-lab/alpaca
deploy/serve.yaml:5     hf:google/gemma-2-9b-it@main                  - google/gemma-2-9b-it
notebooks/explore.ipynb:7 hf:sentence-transformers/all-MiniLM-L6-v2   SentenceTransformer('all-MiniLM-L6-v2')
requirements.txt:2      hf:spacy/de_core_news_sm@main                 de-model @ https://huggingface.co/spacy/de_core_news_sm/resolve/main/de_core_news_sm-any-py3-none-any.whl
scripts/fetch.sh:4      ollama:qwen2.5:7b                             ollama pull qwen2.5:7b
tools/src/main.rs:2     hf:sentence-transformers/all-mpnet-base-v2    let repo = Api::new()?.model("sentence-transformers/all-mpnet-base-v2".to_string());
train.py:6              hf:meta-llama/Llama-3.1-8B@d04e592            "meta-llama/Llama-3.1-8B",
train.py:9              hf:acme/support-lora                          adapter = PeftModel.from_pretrained(model, "acme/support-lora")
train.py:10             hf:datasets/HuggingFaceH4/ultrachat_200k      data = load_dataset("HuggingFaceH4/ultrachat_200k", split="train_sft")
web/app.ts:4            hf:Xenova/nllb-200-distilled-600M             'Xenova/nllb-200-distilled-600M',
"#;

const NOT_NAMED: &str = r#"
chat/Modelfile:2        names a path instead of a model                       ADAPTER ./tone.gguf
scripts/fetch.sh:3      names a model that is computed                        hf download "$1"
train.py:11             names a model that is computed                        judge = AutoModelForCausalLM.from_pretrained(arguments.judge)
train.py:12             names no model and gets the default of its library    classify = pipeline("sentiment-analysis")
"#;

fn found() -> Found {
    mentions::find(&MemoryTree::new("project", PROJECT))
}

fn place(at: &Location) -> String {
    format!("{}:{}", at.path, at.span.map_or(0, |span| span.start_line))
}

/// Rows with single spaces, so that the tables above may be lined up.
fn rows(table: &str) -> Vec<String> {
    let row = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    table.lines().map(row).filter(|row| !row.is_empty()).collect()
}

#[test]
fn every_model_of_the_project_is_named_with_its_line() {
    let mut table = String::new();
    for mention in found().mentions {
        writeln!(table, "{} {} {}", place(&mention.at), mention.what, mention.quote).expect("a string");
    }
    assert_eq!(rows(&table), rows(NAMED));
}

#[test]
fn a_place_that_does_not_say_which_model_is_no_silence() {
    let mut table = String::new();
    for unnamed in found().computed {
        writeln!(table, "{} {} {}", place(&unnamed.at), unnamed.why, unnamed.quote).expect("a string");
    }
    assert_eq!(rows(&table), rows(NOT_NAMED));
}

#[test]
fn what_was_not_read_is_said() {
    let found = found();
    assert_eq!(found.skipped, ["web/node_modules (installed packages)"]);
    assert_eq!(found.gaps, []);
}

#[test]
fn a_mention_points_at_the_name_itself() {
    let found = found();
    let mention = found.mentions.iter().find(|mention| mention.at.path == "chat/Modelfile").expect("it is named");
    let span = mention.at.span.expect("a text has lines");
    assert_eq!((span.start_column, span.end_column), (6, 17));
    assert_eq!((mention.by, mention.at.key.as_deref()), ("modelfile", Some("from")));
}

#[test]
fn the_order_of_files_changes_nothing() {
    let mut turned = PROJECT;
    turned.reverse();
    assert_eq!(mentions::find(&MemoryTree::new("project", turned)), found());
}
