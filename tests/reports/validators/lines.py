"""JSON lines: every line of every file against one schema.

    python lines.py SCHEMA FILE...
"""

import json
import sys

import jsonschema


def main() -> int:
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    validator = jsonschema.validators.validator_for(schema)(schema)
    wrong = total = 0
    for path in sys.argv[2:]:
        number = 0
        with open(path, encoding="utf-8", newline="\n") as file:
            for number, line in enumerate(file, start=1):
                for error in validator.iter_errors(json.loads(line)):
                    print(f"{path}:{number}: {error.json_path}: {error.message[:300]}")
                    wrong += 1
        if number == 0:
            print(f"{path}: no lines")
            wrong += 1
        total += number
    print(f"JSON lines: {len(sys.argv) - 2} files, {total} lines, {wrong} objections")
    return 1 if wrong or not total else 0


if __name__ == "__main__":
    sys.exit(main())
