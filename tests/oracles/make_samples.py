"""Writes model files with the libraries that write them in the wild, into the directory given as argument.

`tests/oracles.rs` knows what stands in them. Needs: pip install -r requirements.txt, which stands beside it.
"""

import json
import pathlib
import sys

import gguf
import numpy as np
import reportlab
import rtfunicode  # noqa: F401, registers the codec of that name
from fpdf import FPDF
from huggingface_hub import ModelCardData
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate
from safetensors.numpy import save_file

OUT = pathlib.Path(sys.argv[1])


def tensor():
    return np.zeros((4, 8), dtype=np.float32)


def finish(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def gguf_model(name, **options):
    writer = gguf.GGUFWriter(OUT / name, "llama", **options)
    writer.add_type(gguf.GGUFType.MODEL)
    writer.add_name("Tiny")
    writer.add_license("llama3.1")
    writer.add_license_name("tiny-license")
    writer.add_license_link("LICENSE")
    writer.add_repo_url("https://huggingface.co/example/tiny")
    writer.add_source_url("https://huggingface.co/example/source")
    writer.add_source_repo_url("https://huggingface.co/example/source")
    writer.add_base_model_count(2)
    writer.add_base_model_name(0, "Base 8B")
    writer.add_base_model_organization(0, "Example")
    writer.add_base_model_repo_url(0, "https://huggingface.co/example/Base-8B")
    writer.add_base_model_name(1, "Only Named")
    writer.add_dataset_count(1)
    writer.add_dataset_name(0, "Data")
    writer.add_dataset_repo_url(0, "https://huggingface.co/example/data")
    writer.add_tags(["text-generation", "license:llama3.1"])
    writer.add_bool("example.flag", True)
    writer.add_array("example.numbers", [1, 2, 3])
    # Longer than the first reading.
    writer.add_token_list([f"token{index}" for index in range(10_000)])
    writer.add_token_scores([float(index) for index in range(10_000)])
    writer.add_tensor("t", tensor())
    finish(writer)


def gguf_of_version_2(source, target):
    """Version 2 has the layout of version 3, so only the number differs."""
    content = bytearray((OUT / source).read_bytes())
    content[4:8] = (2).to_bytes(4, "little")
    (OUT / target).write_bytes(content)


def gguf_shards():
    writer = gguf.GGUFWriter(OUT / "split.gguf", "llama", split_max_tensors=1)
    # What the converter makes of a card with two licences.
    writer.add_license(",".join(["apache-2.0", "mit"]))
    for index in range(3):
        writer.add_tensor(f"t{index}", tensor())
    finish(writer)


def gguf_adapter():
    writer = gguf.GGUFWriter(OUT / "adapter.gguf", "llama")
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_base_model_count(1)
    writer.add_base_model_repo_url(0, "https://huggingface.co/example/base")
    writer.add_tensor("t.lora_a", tensor())
    finish(writer)


def safetensors_files():
    save_file({"model.weight": tensor()}, OUT / "model.safetensors", metadata={"format": "pt"})
    save_file(
        {"lora_unet_x.lora_down.weight": tensor(), "lora_unet_x.alpha": tensor()},
        OUT / "kohya.safetensors",
        metadata={
            "modelspec.license": "CreativeML Open RAIL-M",
            "modelspec.merged_from": "first, second",
            "ss_base_model_version": "sdxl_base_v1-0",
            "ss_sd_model_name": "None",
        },
    )
    packed = json.dumps({"transformer.r": 4, "transformer.base_model_name_or_path": "example/base"})
    save_file(
        {"transformer.a.lora_A.weight": tensor(), "transformer.a.lora_B.weight": tensor()},
        OUT / "diffusers.safetensors",
        metadata={"format": "pt", "lora_adapter_metadata": packed},
    )
    # More header than the first reading.
    many = {f"base_model.model.layers.{index}.x.lora_A.weight": np.zeros(1, np.float32) for index in range(1000)}
    save_file(many, OUT / "peft.safetensors", metadata={"license": "mit", "base_model": "example/base"})


def configurations():
    adapter = {
        "base_model_name_or_path": "example/base",
        "peft_type": "LORA",
        "revision": "0123456789abcdef0123456789abcdef01234567",
        "target_modules": ["q_proj"],
    }
    folder = OUT / "adapter"
    folder.mkdir(exist_ok=True)
    (folder / "adapter_config.json").write_text(json.dumps(adapter, indent=2, sort_keys=True))
    # Python writes numbers that JSON does not have.
    config = {"_name_or_path": "example/base", "time_step_limit": [0.0, float("inf")], "model_type": "mamba2"}
    (OUT / "config.json").write_text(json.dumps(config, indent=2))


def card():
    data = ModelCardData(license="other", license_name="tiny", license_link="LICENSE", base_model="example/base")
    (OUT / "README.md").write_text(f"---\n{data.to_yaml()}\n---\n\n# Tiny\n")


# Words of our own, long enough for lines to be broken and for a second page, with signs outside ASCII.
WORDS = [
    "The quick brown fox (a model of 8 billion parameters) may jump over \u201cthe lazy dog\u201d, at any time; it can\u2019t be \u00fcbertrained.",
    "Any weights, outputs \u2013 and pictures \u2013 stay where they are: 50 % of them in the first box, and the rest {in} the second \\ one.",
] * 12


def pdf_of_canvas():
    """A line at a time, in a standard font, streams in ASCII 85 on top of Flate."""
    canvas = Canvas(str(OUT / "canvas.pdf"), pageCompression=1)
    for part in (WORDS[:12], WORDS[12:]):
        text = canvas.beginText(72, 760)
        text.setFont("Helvetica", 8)
        for line in part:
            text.textLines(line.split(";"))
        canvas.drawText(text)
        canvas.drawString(290, 40, str(canvas.getPageNumber()))
        canvas.showPage()
    canvas.save()


def pdf_of_platypus():
    """Justified paragraphs: words are stretched apart, and styles change within a line."""
    style = getSampleStyleSheet()["Normal"]
    style.alignment = 4
    story = [Paragraph(line.replace("any", "<b>any</b>").replace("may", "<i>may</i>"), style) for line in WORDS]
    story.insert(12, PageBreak())
    SimpleDocTemplate(str(OUT / "platypus.pdf")).build(story)


def pdf_of_fpdf():
    """A standard font, and lines that the library breaks and justifies."""
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Times", size=11)
    for line in WORDS:
        # The encodings of the standard fonts have no typographic signs in this library.
        pdf.multi_cell(0, None, plain(line), align="J", new_x="LMARGIN", new_y="NEXT")
    pdf.output(str(OUT / "fpdf.pdf"))


def pdf_of_a_composite_font():
    """An embedded part of a font, in which glyphs have two-byte numbers and a map says what they mean."""
    pdf = FPDF()
    pdf.add_font("vera", fname=str(pathlib.Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"))
    pdf.add_page()
    pdf.set_font("vera", size=9)
    for line in WORDS:
        pdf.multi_cell(0, None, line, align="J", new_x="LMARGIN", new_y="NEXT")
    pdf.output(str(OUT / "composite.pdf"))


def pdf_that_is_encrypted():
    pdf = FPDF()
    pdf.set_encryption(owner_password="owner")
    pdf.add_page()
    pdf.set_font("Times", size=11)
    pdf.write(text=plain(WORDS[0]))
    pdf.output(str(OUT / "encrypted.pdf"))


def plain(text):
    return text.replace("\u201c", '"').replace("\u201d", '"').replace("\u2019", "'").replace("\u2013", "-")


def rtf():
    """Text as the codec escapes it, in a document by hand."""
    paragraphs = "".join(line.encode("rtfunicode").decode("ascii") + "\\par\n" for line in WORDS)
    document = "{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0\\froman Times;}}\\pard\\f0\\fs22\n" + paragraphs + "}"
    (OUT / "document.rtf").write_text(document, encoding="ascii")


def notebook():
    """Two indents, and every sign outside ASCII as an escape: what `json` does when nobody asks for else."""
    cell = {"cell_type": "markdown", "metadata": {}, "source": [line + "\n" for line in WORDS]}
    (OUT / "notebook.ipynb").write_text(json.dumps({"cells": [cell], "nbformat": 4}, indent=2))


OUT.mkdir(parents=True, exist_ok=True)
gguf_model("little.gguf")
gguf_model("big.gguf", endianess=gguf.GGUFEndian.BIG)
gguf_of_version_2("little.gguf", "version2.gguf")
gguf_shards()
gguf_adapter()
safetensors_files()
configurations()
card()
(OUT / "words.txt").write_text("\n".join(WORDS), encoding="utf-8")
pdf_of_canvas()
pdf_of_platypus()
pdf_of_fpdf()
pdf_of_a_composite_font()
pdf_that_is_encrypted()
rtf()
notebook()
