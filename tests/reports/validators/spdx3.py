"""SPDX 3.0.1: every file read by the bindings that are generated from the model, which hold classes, properties, numbers
of values and types. The shapes (SHACL) are asked by spdx3-validate, which needs files of spdx.org.

    python spdx3.py FILE...
"""

import sys

from spdx_python_model import v3_0_1 as spdx


def main() -> int:
    wrong = 0
    for path in sys.argv[1:]:
        objects = spdx.SHACLObjectSet()
        messages = []
        try:
            with open(path, "rb") as file:
                spdx.JSONLDDeserializer().read(file, objects)
            missing = objects.link()
            # Individuals of the model itself (no licence, no assertion) are no objects of the document.
            outside = [name for name in missing if not name.startswith("https://spdx.org/rdf/")]
            messages += [f"{name} is referred to and is not there" for name in outside]
            documents = list(objects.foreach_type(spdx.SpdxDocument))
            if len(documents) != 1:
                messages.append(f"{len(documents)} documents in one file")
        except Exception as error:  # noqa: BLE001: whatever the bindings refuse is an objection
            messages.append(f"{type(error).__name__}: {error}")
        for message in messages:
            print(f"{path}: {message}")
        wrong += bool(messages)
    print(f"SPDX 3.0.1: {len(sys.argv) - 1} files, {wrong} wrong")
    return 1 if wrong or len(sys.argv) == 1 else 0


if __name__ == "__main__":
    sys.exit(main())
