"""Answers each line of standard input, a JSON object, by what license-expression makes of it.

`text` is an expression as somebody writes it, `printed` what licentia prints for it or null, `other` the print of another
one or null, `licenses` some licences that may be in it.
"""

import json
import sys

from license_expression import ExpressionError, get_spdx_licensing

LICENSING = get_spdx_licensing()
# What nobody lists; a peer that checks identifiers has to leave these alone.
OWN = ("licenseref-", "additionref-", "documentref-")


def parsed(text):
    """The expression, or None where it is none."""
    try:
        expression = LICENSING.parse(text, strict=True)
    except (ExpressionError, AssertionError, IndexError, TypeError):
        # It falls over some operators and parentheses without a partner; that is a refusal as well.
        return None
    if expression is None:
        return None
    unknown = LICENSING.unknown_license_keys(expression)
    return None if any(not key.lower().startswith(OWN) for key in unknown) else expression


def answer(question):
    expression = parsed(question["text"])
    answered = {"accepted": expression is not None}
    if expression is not None and question["printed"] is not None:
        printed = parsed(question["printed"])
        answered["equivalent"] = printed is not None and LICENSING.is_equivalent(expression, printed)
        answered["contains"] = [
            LICENSING.contains(expression, parsed(license)) for license in question["licenses"]
        ]
        if question["other"] is not None:
            answered["same_as_other"] = LICENSING.is_equivalent(expression, parsed(question["other"]))
    return answered


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))))
