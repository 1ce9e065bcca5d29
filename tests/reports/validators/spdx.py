"""SPDX 2.3: every file through the parser and the validation of spdx-tools, which is what `pyspdxtools -i` runs.

    python spdx.py FILE...
"""

import sys

from spdx_tools.spdx.parser.error import SPDXParsingError
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document


def main() -> int:
    wrong = 0
    for path in sys.argv[1:]:
        try:
            messages = [str(message.validation_message) for message in validate_full_spdx_document(parse_file(path))]
        except SPDXParsingError as error:
            messages = error.get_messages()
        for message in messages:
            print(f"{path}: {message}")
        wrong += bool(messages)
    print(f"SPDX 2.3: {len(sys.argv) - 1} files, {wrong} wrong")
    return 1 if wrong or len(sys.argv) == 1 else 0


if __name__ == "__main__":
    sys.exit(main())
