#!/usr/bin/env python3
"""Validates CycloneDX documents strictly, with the schemas of cyclonedx-python-lib, and checks what no schema says.

    cyclonedx.py FILE...

Needs cyclonedx-python-lib[json-validation]. Prints what is wrong, one line each, and exits 1 where anything is; 2 where
no file is named.
"""

import json
import pathlib
import sys

# This file has the name of the library, and the directory of a script is looked in first.
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:] = [entry for entry in sys.path if pathlib.Path(entry).resolve() != HERE]

from cyclonedx.schema import SchemaVersion  # noqa: E402
from cyclonedx.validation.json import JsonStrictValidator  # noqa: E402

VERSIONS = {"1.6": SchemaVersion.V1_6, "1.7": SchemaVersion.V1_7}


def objects(value):
    """Every object of a document, with the key it stands under."""
    waiting = [(None, value)]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, dict):
            yield key, value
            waiting.extend(value.items())
        elif isinstance(value, list):
            waiting.extend((key, item) for item in value)


def beyond_the_schema(document):
    """What the standard says in prose, and what we promise."""
    known, pointed = set(), []
    for key, row in objects(document):
        reference = row.get("bom-ref")
        if reference in known:
            yield f"bom-ref {reference!r} stands twice"
        if reference is not None:
            known.add(reference)
        if isinstance(row.get("ref"), str):
            pointed.append(row["ref"])
        for name in ("dependsOn", "assemblies", "dependencies", "subjects"):
            pointed.extend(item for item in row.get(name, []) if isinstance(item, str))
        if key == "license" and "id" in row:
            yield f"license.id {row['id']!r}: an identifier stands in an expression"
        if key == "license" and row.get("name") in ("", "NONE", "NOASSERTION"):
            yield "a licence without a name"
        if "modelCard" in row and row.get("type") != "machine-learning-model":
            yield f"{reference!r} is no model and has a model card"
        text = row.get("expression")
        if text is not None and (not text or "NOASSERTION" in text or "NONE" in text.split()):
            yield f"expression {text!r} names no licence"
    for reference in pointed:
        if reference not in known:
            yield f"{reference!r} leads nowhere"
    if not document.get("serialNumber"):
        yield "no serialNumber"
    if not document.get("metadata", {}).get("component", {}).get("name"):
        yield "no metadata.component"


def complaints(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    try:
        document = json.loads(text)
    except ValueError as error:
        yield f"not JSON: {error}"
        return
    version = VERSIONS.get(document.get("specVersion"))
    if version is None:
        yield f"specVersion {document.get('specVersion')!r} is not one that we write"
        return
    error = JsonStrictValidator(version).validate_str(text)
    if error is not None:
        yield " ".join(str(error).split())[:2000]
    yield from beyond_the_schema(document)


def main(paths):
    if not paths:
        print(__doc__, file=sys.stderr)
        return 2
    wrong = 0
    for path in paths:
        for complaint in complaints(path):
            print(f"{path}: {complaint}")
            wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
