"""SARIF 2.1.0: every file through sarif-multitool with the rules of the standard and of GitHub's ingestion. The tool ends
with 0 whatever it finds, so its own report is read.

    python sarif.py MULTITOOL FILE...
"""

import json
import os
import subprocess
import sys
import tempfile


def main() -> int:
    tool, files = sys.argv[1], sys.argv[2:]
    wrong = 0
    with tempfile.TemporaryDirectory() as directory:
        answer = os.path.join(directory, "answer.sarif")
        command = [tool, "validate", *files, "--rule-kind", "Sarif;Ghas", "--output", answer, "--log", "ForceOverwrite"]
        environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if not os.path.exists(answer):
            print(ran.stdout, ran.stderr, sep="\n")
            return 1
        with open(answer, encoding="utf-8-sig") as file:
            runs = json.load(file)["runs"]
        looked_at = set()
        for run in runs:
            looked_at |= {artifact["location"]["uri"].rsplit("/", 1)[-1] for artifact in run.get("artifacts", [])}
            for invocation in run.get("invocations", []):
                for notification in invocation.get("toolExecutionNotifications", []):
                    if notification.get("level") == "error":
                        print("sarif-multitool:", notification["message"].get("text"))
                        wrong += 1
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
