//! The patterns of models that were made from others, as they occur on the Hub, with the answer to each.

use super::worlds::{Pattern, Repository, gguf, text_of};

/// The default policy, for models that are used in business.
const COMMERCIAL: &str = "";
/// Business in the United States with five million users a month.
const MANY_USERS: &str = "[facts]\nmau = 5_000_000\nterritories = [\"US\"]\n";
/// Business inside the house.
const FEW_USERS: &str = "[facts]\nmau = 1_000\ndistribution = [\"none\"]\ntrains_on_outputs = false\n";

/// Every pattern, by number. Where a number stands twice, the pattern has two sides.
pub(crate) fn patterns() -> Vec<Pattern> {
    let mut all = on_labels();
    all.extend(on_bases());
    all.extend(on_the_hub());
    all.sort_by_key(|pattern| pattern.number);
    all
}

fn pattern(number: u8, what: &'static str, repositories: Vec<Repository>) -> Pattern {
    let target = repositories.first().map_or("", |repository| repository.name);
    Pattern {
        number,
        what,
        target,
        repositories,
        policy: COMMERCIAL,
        verdict: "allow",
        exit_code: 0,
        effective: "",
        findings: Vec::new(),
    }
}

impl Pattern {
    fn answers(self, verdict: &'static str, exit_code: u8, effective: &'static str, findings: &[&'static str]) -> Self {
        Self { verdict, exit_code, effective, findings: findings.to_vec(), ..self }
    }
}

/// Labels and texts of one repository.
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn on_labels() -> Vec<Pattern> {
    vec![
        pattern(
            5,
            "code is MIT, weights are non-commercial",
            vec![
                Repository::model("acme/voice", "license: other")
                    .with("LICENSE-MODEL", text_of("CC-BY-NC-4.0"))
                    .with("LICENSE-CODE", text_of("MIT")),
            ],
        )
        .answers("deny", 1, "CC-BY-NC-4.0", &["non-commercial"]),
        pattern(
            6,
            "the label says MIT, the text beside it is non-commercial",
            vec![Repository::model("acme/video-depth", "license: mit").licensed("CC-BY-NC-4.0")],
        )
        .answers(
            "deny",
            1,
            "CC-BY-NC-4.0 AND MIT",
            &["declared-differs-from-text", "non-commercial", "tag-only"],
        ),
        pattern(
            7,
            "the card speaks of non-commercial use, the text and the base are CC-BY",
            vec![
                Repository::model("acme/tts-int8", "license: cc-by-4.0\nbase_model: acme/tts")
                    .saying("This model may only be used for non-commercial purposes.")
                    .licensed("CC-BY-4.0"),
                Repository::model("acme/tts", "license: cc-by-4.0").licensed("CC-BY-4.0"),
            ],
        )
        .answers("unknown", 1, "CC-BY-4.0 AND LicenseRef-licentia-unexplained-terms", &["unidentified-text"]),
        pattern(8, "a label and no text", vec![Repository::model("acme/cutout", "license: mit")]).answers(
            "review",
            0,
            "MIT",
            &["tag-only"],
        ),
        pattern(
            9,
            "a text and no label",
            vec![Repository::model("acme/beluga", "language: en").licensed("CC-BY-NC-4.0")],
        )
        .answers("deny", 1, "CC-BY-NC-4.0", &["non-commercial"]),
        pattern(
            10,
            "the text stands under an odd name",
            vec![Repository::model("acme/cool", "language: en").with("MODEL-LICENSE", text_of("CC-BY-NC-4.0"))],
        )
        .answers("deny", 1, "CC-BY-NC-4.0", &["non-commercial"]),
        pattern(
            11,
            "a known text with a rider against business",
            vec![Repository::model("acme/learning", "license: mit").with(
                "LICENSE",
                text_of("MIT")
                    + "\nThe model and its outputs may not be used commercially by teams of more than ten.\n",
            )],
        )
        .answers(
            "deny",
            1,
            "LicenseRef-licentia-unexplained-terms AND MIT",
            &["non-commercial", "unidentified-text"],
        ),
        pattern(
            12,
            "the free name is stale, the text is another licence",
            vec![
                Repository::model("acme/phi-gguf", "license: other\nlicense_name: microsoft-research-license")
                    .licensed("MIT"),
            ],
        )
        .answers(
            "deny",
            1,
            "LicenseRef-licentia-microsoft-research AND MIT",
            &["declared-differs-from-text", "research-only", "tag-only"],
        ),
        pattern(
            15,
            "an application under Apache-2.0 ships a non-commercial model file",
            vec![
                Repository::model("acme/dingo", "license: apache-2.0")
                    .licensed("Apache-2.0")
                    .with("models/lid/LICENSE", text_of("CC-BY-NC-4.0")),
            ],
        )
        .answers("deny", 1, "Apache-2.0", &["non-commercial"]),
        pattern(
            17,
            "a GGUF header that says nothing",
            vec![Repository::bare("acme/lookalike").with("model.gguf", gguf(&[("general.architecture", "qwen3")]))],
        )
        .answers("deny", 1, "", &["no-license"]),
        pattern(
            17,
            "a GGUF header whose link sounds like another licence than its key",
            vec![Repository::bare("acme/gemma-4-gguf").with(
                "model.gguf",
                gguf(&[
                    ("general.architecture", "gemma4"),
                    ("general.license", "apache-2.0"),
                    ("general.license.link", "https://ai.google.dev/gemma/docs/gemma_4_license"),
                ]),
            )],
        )
        .answers("review", 0, "Apache-2.0", &["tag-only"]),
        pattern(
            18,
            "a name that sounds like the terms of an older version",
            vec![Repository::model("google/gemma-4-tiny", "license: apache-2.0").licensed("Apache-2.0")],
        )
        .answers("allow", 0, "Apache-2.0", &[]),
        pattern(
            19,
            "two licences that differ in a number: one million users a month",
            vec![Repository::model(
                "acme/hunyuan-3d",
                "license: other\nlicense_name: tencent hunyuan 3d 2.0 community license agreement",
            )],
        )
        .under(MANY_USERS)
        .answers(
            "deny",
            1,
            "LicenseRef-scancode-tencent-hunyuan-3d-2.0-cla",
            &["output-training-restricted", "tag-only", "use-restrictions", "user-threshold"],
        ),
        pattern(
            19,
            "two licences that differ in a number: a hundred million users a month",
            vec![Repository::model(
                "acme/hunyuan-video",
                "license: other\nlicense_name: LicenseRef-licentia-tencent-hunyuan-community",
            )],
        )
        .under(MANY_USERS)
        .answers(
            "review",
            0,
            "LicenseRef-licentia-tencent-hunyuan-community",
            &["notice-file-missing", "output-training-restricted", "tag-only", "use-restrictions"],
        ),
        pattern(
            23,
            "a card with an object where a list belongs",
            vec![Repository::model("acme/stt", "license: mit\nmodel-index:\n  name: stt").licensed("MIT")],
        )
        .answers("allow", 0, "MIT", &[]),
        pattern(
            26,
            "a list of licences that says neither and nor or",
            vec![Repository::model("acme/both", "license:\n- apache-2.0\n- cc-by-nc-4.0")],
        )
        .answers("deny", 1, "Apache-2.0 AND CC-BY-NC-4.0", &["non-commercial", "tag-only"]),
    ]
}

/// What comes down from bases, merges and data.
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn on_bases() -> Vec<Pattern> {
    vec![
        pattern(
            1,
            "a quantised copy says Apache-2.0, its base is for research only",
            vec![
                Repository::model(
                    "acme/pixtral-w4a16",
                    "license: apache-2.0\nbase_model: mistralai/pixtral\nbase_model_relation: quantized",
                )
                .licensed("Apache-2.0"),
                Repository::model("mistralai/pixtral", "license: other\nlicense_name: mrl"),
            ],
        )
        .answers(
            "deny",
            1,
            "Apache-2.0 AND LicenseRef-licentia-mistral-research-0.1",
            &["hosting-restricted", "looser-than-base", "research-only"],
        ),
        pattern(
            2,
            "a quantised copy says MIT, its base has become non-commercial",
            vec![
                Repository::model("acme/orca-ggml", "license: mit\nbase_model: psmathur/orca").licensed("MIT"),
                Repository::model("psmathur/orca", "license: cc-by-nc-sa-4.0").licensed("CC-BY-NC-SA-4.0"),
            ],
        )
        .answers(
            "deny",
            1,
            "CC-BY-NC-SA-4.0 AND MIT",
            &["looser-than-base", "non-commercial", "strong-copyleft"],
        ),
        pattern(
            3,
            "an adapter says Apache-2.0, its base is for research only",
            vec![
                Repository::model("vidore/colqwen", "license: apache-2.0\nbase_model: Qwen/Qwen-VL-3B")
                    .licensed("Apache-2.0")
                    .with(
                        "adapter_config.json",
                        r#"{"base_model_name_or_path": "Qwen/Qwen-VL-3B", "peft_type": "LORA"}"#,
                    ),
                Repository::model("Qwen/Qwen-VL-3B", "license: other\nlicense_name: qwen-research"),
            ],
        )
        .answers(
            "deny",
            1,
            "Apache-2.0 AND LicenseRef-licentia-qwen-research-2024",
            &["looser-than-base", "output-training-restricted", "research-only"],
        ),
        pattern(
            4,
            "an adapter says GPL-3.0, its base may not be used in business",
            vec![
                Repository::model("nomic/lora", "license: gpl-3.0").licensed("GPL-3.0-only").with(
                    "adapter_config.json",
                    r#"{"base_model_name_or_path": "acme/llama-7b", "peft_type": "LORA"}"#,
                ),
                Repository::model("acme/llama-7b", "license: other\nlicense_name: llama-1"),
            ],
        )
        .answers(
            "deny",
            1,
            "GPL-3.0-only AND LicenseRef-scancode-llama-license-2023",
            &["research-only", "strong-copyleft", "use-restrictions"],
        ),
        pattern(
            13,
            "`other` without a name, made from Llama 3",
            vec![
                Repository::model("acme/rocinante", "license: other\nbase_model: meta-llama/Meta-Llama-3-8B"),
                Repository::model("meta-llama/Meta-Llama-3-8B", "license: llama3"),
            ],
        )
        .under(FEW_USERS)
        .answers("unknown", 1, "", &["base-obligation-dropped", "family-only", "use-restrictions"]),
        pattern(
            14,
            "the label says MIT, the text GPL-3.0, and the origin is gone",
            vec![
                Repository::model("acme/demucs-ggml", "license: mit\nbase_model: facebook/demucs")
                    .licensed("GPL-3.0-only"),
            ],
        )
        .answers(
            "deny",
            1,
            "GPL-3.0-only AND MIT",
            &["base-not-inspected", "declared-differs-from-text", "strong-copyleft", "tag-only"],
        ),
        pattern(
            16,
            "trained on non-commercial data",
            vec![
                Repository::model("acme/svc", "license: mit\ndatasets:\n- acme/emilia").licensed("MIT"),
                Repository::dataset("acme/emilia", "license: cc-by-nc-4.0").licensed("CC-BY-NC-4.0"),
            ],
        )
        .answers("review", 0, "MIT", &["dataset-restricts"]),
        pattern(
            20,
            "one model of a permissive house has somebody else's non-commercial base",
            vec![
                Repository::model("libre/segformer-b0", "license: mit\nbase_model: nvidia/segformer-b0")
                    .licensed("MIT"),
                Repository::model("nvidia/segformer-b0", "license: cc-by-nc-4.0").licensed("CC-BY-NC-4.0"),
                Repository::model("libre/other", "license: mit").licensed("MIT"),
            ],
        )
        .answers("deny", 1, "CC-BY-NC-4.0 AND MIT", &["looser-than-base", "non-commercial"]),
        pattern(
            24,
            "a finetune says OpenRAIL, its base asks those who host it for everything",
            vec![
                Repository::model(
                    "acme/anime",
                    "license: creativeml-openrail-m\nbase_model: illustrious/xl\nbase_model_relation: finetune",
                ),
                Repository::model("illustrious/xl", "license: other\nlicense_name: fair-ai-public-license-1.0-sd"),
            ],
        )
        .answers(
            "deny",
            1,
            "LicenseRef-scancode-fair-ai-public-1.0-sd AND LicenseRef-scancode-stable-diffusion-2022-08-22",
            &["looser-than-base", "network-copyleft", "tag-only", "use-restrictions"],
        ),
        pattern(
            25,
            "a merge of Llama 3, a research model and a permissive one",
            vec![
                Repository::model(
                    "acme/soup",
                    "license: apache-2.0\nbase_model:\n- meta-llama/Meta-Llama-3-8B\n- Qwen/Qwen-3B\n- acme/free\n\
                     base_model_relation: merge",
                )
                .licensed("Apache-2.0"),
                Repository::model("meta-llama/Meta-Llama-3-8B", "license: llama3"),
                Repository::model("Qwen/Qwen-3B", "license: other\nlicense_name: qwen-research"),
                Repository::model("acme/free", "license: apache-2.0").licensed("Apache-2.0"),
            ],
        )
        .answers(
            "deny",
            1,
            "Apache-2.0 AND LicenseRef-licentia-llama-3-community AND LicenseRef-licentia-qwen-research-2024",
            &[
                "incompatible-merge",
                "looser-than-base",
                "output-training-restricted",
                "research-only",
                "use-restrictions",
                "user-threshold",
            ],
        ),
    ]
}

/// What the Hub makes of a repository.
fn on_the_hub() -> Vec<Pattern> {
    vec![
        pattern(
            21,
            "a gated model of which the card alone is given",
            vec![Repository::model("acme/closed", "license: apache-2.0").licensed("Apache-2.0").gated()],
        )
        .answers("unknown", 4, "Apache-2.0", &["gated-text-unread", "tag-only"]),
        pattern(
            21,
            "an open model whose base is gated, card and all",
            vec![
                Repository::model("acme/open", "license: mit\nbase_model: acme/closed").licensed("MIT"),
                Repository::bare("acme/closed").licensed("CC-BY-NC-4.0").gated(),
            ],
        )
        .answers("unknown", 4, "MIT", &["base-not-inspected", "gated-text-unread"]),
        pattern(
            22,
            "a repository that has moved",
            vec![
                Repository::model("google-bert/bert-base", "license: apache-2.0")
                    .licensed("Apache-2.0")
                    .moved_from("bert-base"),
            ],
        )
        .asked_as("bert-base")
        .answers("allow", 0, "Apache-2.0", &["renamed"]),
        pattern(
            22,
            "a base that has moved, named as before",
            vec![
                Repository::model("acme/tuned", "license: apache-2.0\nbase_model: bert-base").licensed("Apache-2.0"),
                Repository::model("google-bert/bert-base", "license: apache-2.0")
                    .licensed("Apache-2.0")
                    .moved_from("bert-base"),
            ],
        )
        .answers("allow", 0, "Apache-2.0", &[]),
    ]
}

impl Pattern {
    fn under(self, policy: &'static str) -> Self {
        Self { policy, ..self }
    }

    fn asked_as(self, target: &'static str) -> Self {
        Self { target, ..self }
    }
}
