"""JUnit XML: every file read by junitparser, and the sums that a build service shows held against the cases.

    python junit.py FILE...
"""

import sys

from junitparser import Error, Failure, JUnitXml, Skipped, TestSuite


def objections(path: str) -> list[str]:
    found = JUnitXml.fromfile(path)
    suites = [found] if isinstance(found, TestSuite) else list(found)
    messages = []
    for suite in suites:
        cases = list(suite)
        results = [result for case in cases for result in (case.result or [])]
        counted = {
            "tests": len(cases),
            "failures": sum(any(isinstance(r, Failure) for r in case.result or []) for case in cases),
            "errors": sum(any(isinstance(r, Error) for r in case.result or []) for case in cases),
            "skipped": sum(any(isinstance(r, Skipped) for r in case.result or []) for case in cases),
        }
        stated = {name: getattr(suite, name) for name in counted}
        if stated != counted:
            messages.append(f"suite {suite.name!r}: says {stated}, has {counted}")
        messages += [f"suite {suite.name!r}: a case without name or class" for case in cases if not case.name or not case.classname]
        messages += [f"suite {suite.name!r}: a result that says nothing" for result in results if not (result.message or result.text)]
    if not suites:
        messages.append("no suite: a build service takes that for a run that did not happen")
    return messages


def main() -> int:
    wrong = 0
    for path in sys.argv[1:]:
        try:
            messages = objections(path)
        except Exception as error:  # noqa: BLE001: whatever the reader refuses is an objection
            messages = [f"{type(error).__name__}: {error}"]
        for message in messages:
            print(f"{path}: {message}")
        wrong += bool(messages)
    print(f"JUnit: {len(sys.argv) - 1} files, {wrong} wrong")
    return 1 if wrong or len(sys.argv) == 1 else 0


if __name__ == "__main__":
    sys.exit(main())
