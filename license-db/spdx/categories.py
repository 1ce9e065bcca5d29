#!/usr/bin/env python3
"""Write categories.csv: a first category for every id of the SPDX licence list.

usage: categories.py WHEEL LICENSE_LIST_DATA [OUTPUT]

WHEEL              scancode_toolkit-*.whl; its licensedcode/data/licenses/*.LICENSE hold ScanCode's category for a licence
LICENSE_LIST_DATA  the folder license-list-data of the crate `license` (json/licenses.json, json/exceptions.json)
OUTPUT             the file to write; categories.csv beside this script if left out

Only what follows mechanically is written here. Judgements stand in corrections.toml, which wins over this table.
The same input gives the same bytes. Needs PyYAML.
"""

import csv
import io
import json
import re
import sys
import zipfile
from pathlib import Path

import yaml

# ScanCode's category -> (our category, what triggers share-alike).
# Its three middle words tell nothing about commercial use, so they map to our vaguest one that never passes as permissive.
MAPPING = {
    "Permissive": ("permissive", "none"),
    "Public Domain": ("public-domain", "none"),
    "Copyleft Limited": ("weak-copyleft", "distribution"),
    "Copyleft": ("strong-copyleft", "distribution"),
    "Source-available": ("source-available", "none"),
    "Proprietary Free": ("proprietary", "none"),
    "Commercial": ("proprietary", "none"),
    "Free Restricted": ("other", "none"),
    "Patent License": ("other", "none"),
    "CLA": ("other", "none"),
    "Unstated License": ("other", "none"),
}
# An id that ScanCode does not know.
MISSING = ("other", "none")
# An exception changes a licence and is none of its own: no category, no share-alike.
EXCEPTION = ("exception", "")

RECORD = re.compile(r"licensedcode/data/licenses/[^/]+\.LICENSE")
FRONT_MATTER = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?(?:\n|\Z)", re.S)


def scancode_categories(wheel):
    """SPDX id -> ScanCode's category."""
    found = {}
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(n for n in archive.namelist() if RECORD.fullmatch(n)):
            match = FRONT_MATTER.match(archive.read(name).decode("utf-8"))
            if not match:
                sys.exit(f"{name}: no front matter")
            record = yaml.safe_load(match[1])
            keys = [record.get("spdx_license_key")] + (record.get("other_spdx_license_keys") or [])
            for key in filter(None, keys):
                if found.setdefault(key, record["category"]) != record["category"]:
                    sys.exit(f"{name}: {key} has two categories")
    return found


def spdx_ids(data):
    """(version of the list, ids of licences, ids of exceptions), deprecated ones included."""
    licences = json.loads((data / "json" / "licenses.json").read_text("utf-8"))
    exceptions = json.loads((data / "json" / "exceptions.json").read_text("utf-8"))
    if licences["licenseListVersion"] != exceptions["licenseListVersion"]:
        sys.exit("licences and exceptions come from two versions of the list")
    return (
        licences["licenseListVersion"],
        [entry["licenseId"] for entry in licences["licenses"]],
        [entry["licenseExceptionId"] for entry in exceptions["exceptions"]],
    )


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__.strip())
    known = scancode_categories(sys.argv[1])
    version, licences, exceptions = spdx_ids(Path(sys.argv[2]))
    output = Path(sys.argv[3]) if len(sys.argv) == 4 else Path(__file__).with_name("categories.csv")

    rows = {}
    for identifier in licences:
        word = known.get(identifier, "")
        rows[identifier] = (*(MAPPING[word] if word else MISSING), word)
    for identifier in exceptions:
        if identifier in rows:
            sys.exit(f"{identifier} is both a licence and an exception")
        rows[identifier] = (*EXCEPTION, known.get(identifier, ""))

    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(("id", "category", "copyleft", "source_category"))
    for identifier in sorted(rows, key=lambda i: i.encode("utf-8")):
        writer.writerow((identifier, *rows[identifier]))
    output.write_bytes(table.getvalue().encode("utf-8"))
    print(f"SPDX list {version}: {len(licences)} licences, {len(exceptions)} exceptions -> {output}")


if __name__ == "__main__":
    main()
