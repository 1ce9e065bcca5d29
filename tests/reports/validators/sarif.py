"""SARIF 2.1.0: every file through sarif-multitool with the rules of the standard and of GitHub's ingestion. The tool ends
with 0 whatever it finds, so its own report is read. It passes over what is missing or empty, so every file is opened
here first, and the tool is held to their number.

    python sarif.py MULTITOOL FILE...
"""

import json
import os
import re
import subprocess
import sys
import tempfile

# What the tool says last of all.
SCANNED = re.compile(r"^Done\. (\d+) files scanned\.", re.M)


def unreadable(path: str) -> list[str]:
    """What keeps the tool from judging the file, or from finding anything in it."""
    try:
        with open(path, encoding="utf-8") as file:
            runs = json.load(file)["runs"]
        return [] if isinstance(runs, list) and runs else ["no runs"]
    except Exception as error:  # noqa: BLE001: whatever cannot be read is an objection
        return [f"{type(error).__name__}: {error}"]


def failures(ran: subprocess.CompletedProcess, answer: dict, number: int) -> list[str]:
    """How the tool failed, whatever it says of the files."""
    messages = [f"ended with {ran.returncode}"] if ran.returncode else []
    scanned = SCANNED.findall(ran.stdout)
    if scanned != [str(number)]:
        messages.append(f"{' '.join(scanned) or 'no'} files scanned, expected {number}")
    invocations = [invocation for run in answer.get("runs", []) for invocation in run.get("invocations", [])]
    if not invocations:
        messages.append("an empty answer")
    for invocation in invocations:
        if not invocation.get("executionSuccessful"):
            messages.append("did not come to its end")
        for kind in ("toolExecutionNotifications", "toolConfigurationNotifications"):
            for notification in invocation.get(kind, []):
                if notification.get("level") == "error":
                    messages.append(notification["message"].get("text"))
    return messages


def main() -> int:
    tool, files = sys.argv[1], sys.argv[2:]
    wrong = 0
    for path in files:
        for message in unreadable(path):
            print(f"{path}: {message}")
            wrong += 1
    with tempfile.TemporaryDirectory() as directory:
        answer = os.path.join(directory, "answer.sarif")
        command = [tool, "validate", *files, "--rule-kind", "Sarif;Ghas", "--output", answer, "--log", "ForceOverwrite"]
        environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if not os.path.exists(answer):
            print(ran.stdout, ran.stderr, sep="\n")
            return 1
        with open(answer, encoding="utf-8-sig") as file:
            said = json.load(file)
    for message in failures(ran, said, len(files)):
        print(f"sarif-multitool: {message}")
        wrong += 1
    for run in said.get("runs", []):
        for result in run.get("results", []):
            if result.get("level", "warning") == "error":
                place = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] if result.get("locations") else "?"
                words = result["message"].get("text") or " ".join(result["message"].get("arguments", []))
                print(f"{place}: {result.get('ruleId')}: {words}")
                wrong += 1
    print(f"SARIF: {len(files)} files, {wrong} objections")
    return 1 if wrong or not files else 0


if __name__ == "__main__":
    sys.exit(main())
