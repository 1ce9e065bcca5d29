//! Any bytes under any name that some extractor may know. The first byte chooses the name.
#![no_main]

/// One for each kind of file, known to an extractor or not.
const PATHS: [&str; 45] = [
    "LICENSE",
    "LICENSE.md",
    "LICENSE-MODEL.txt",
    "NOTICE",
    "license.json",
    "USE_POLICY.md",
    "COPYING.LESSER",
    "README.md",
    "README.rst",
    "model/README.md",
    "config.json",
    "generation_config.json",
    "tokenizer_config.json",
    "adapter_config.json",
    "model_index.json",
    "model.safetensors.index.json",
    "model.safetensors",
    "adapter_model.safetensors",
    "model-00001-of-00002.gguf",
    "model.gguf",
    "model.onnx",
    "model.tflite",
    "model.mlmodel",
    "model.keras",
    "model.h5",
    "pytorch_model.bin",
    "model.pt",
    "openvino_model.xml",
    "model.nemo",
    "MLmodel",
    "Modelfile",
    "mergekit_config.yml",
    "mergekit_moe_config.yaml",
    "axolotl.yaml",
    "dvc.yaml",
    "weights.dvc",
    "croissant.json",
    "CITATION.cff",
    "codemeta.json",
    "pyproject.toml",
    "Cargo.toml",
    "package.json",
    "PKG-INFO",
    "modeling_tiny.py",
    "model.civitai.info",
];

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Some((&choice, bytes)) = data.split_first() {
        licentia_fuzz::read(PATHS[usize::from(choice) % PATHS.len()], bytes);
    }
});
