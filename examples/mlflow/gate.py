"""Lets a model of an MLflow registry get its alias only if licentia finds nothing in the way.

    gate.py MODEL VERSION [--alias champion] [--policy licentia.toml] [--licentia licentia] [-- ARGUMENTS OF CHECK]

Downloads the artifacts of the version and checks them. A tag `hf-repo` on the version (org/name or org/name@revision)
names the repository of the Hub that it was made from, which is checked too. The answer is written to the version as
tags `licentia.*`; then the alias is moved, or stays where it is. Ends with the exit status of licentia: only 0 moves
the alias, and 4, where something could not be seen, is no 0. What the policy denies never gets it, nor what nobody
looked at: a 0 becomes 1 where the report says deny, whatever else the arguments ask for, and 4 where it says that it is
not whole or where there is none.

For the policy the artifacts stand in models/MODEL: `licentia waive FINDING models/MODEL`. The registry is the one that
MLFLOW_TRACKING_URI names.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import mlflow.artifacts
from mlflow import MlflowClient

# What MLflow stores of the value of a tag.
LONGEST_TAG = 5000


def check(licentia, policy, arguments, targets, directory):
    """The exit status of licentia, and its report; None where it wrote none."""
    report = directory / "report.json"
    command = [licentia, "check", "-o", "text", "-o", f"json={report}", f"--policy={policy.resolve()}", *arguments]
    # From where the artifacts are, so that waivers know them by the name of the model and not of a temporary directory.
    status = subprocess.run([*command, "--", *targets], cwd=directory, check=False).returncode
    return status, json.loads(report.read_text()) if report.exists() else None


def decided(status, report):
    """The exit status of the gate: arguments such as --help or --fail-on=never end with 0 and let nothing pass."""
    if status != 0:
        return status
    if report is None:
        return 4
    if report["summary"]["verdict"] == "deny":
        return 1
    return 4 if report["summary"]["incomplete"] else 0


def answer(status, report):
    """The tags that say what was found."""
    if report is None:
        return {"licentia.verdict": "not-checked", "licentia.exit-status": str(status)}
    licenses = {subject["effective"] or "none" for subject in report["subjects"]}
    binding = {finding["name"] for finding in report["findings"] if not finding["waived"]}
    return {
        "licentia.verdict": report["summary"]["verdict"],
        "licentia.exit-status": str(status),
        "licentia.incomplete": str(report["summary"]["incomplete"]).lower(),
        "licentia.licenses": "; ".join(sorted(licenses)),
        "licentia.findings": " ".join(sorted(binding)),
        "licentia.policy": report["policy"]["name"],
        "licentia.version": f"{report['tool']['version']} {report['database']['version']}",
    }


def shortened(value):
    return value if len(value) <= LONGEST_TAG else value[: LONGEST_TAG - 1] + "…"


def main():
    words = argparse.ArgumentParser(
        description="Moves an alias of an MLflow registry to a version that licentia lets pass."
    )
    words.add_argument("model")
    words.add_argument("version")
    words.add_argument("--alias", default="champion")
    words.add_argument("--policy", default="licentia.toml", type=pathlib.Path)
    words.add_argument("--licentia", default="licentia")
    # Further arguments of `licentia check` stand after --.
    end = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    given, further = words.parse_args(sys.argv[1:end]), sys.argv[end + 1 :]
    if given.model in (".", ".."):
        words.error("a model of that name has no directory of its own")
    if "--exit-zero" in further:
        words.error("--exit-zero would let everything pass")

    client = MlflowClient()
    version = client.get_model_version(given.model, given.version)
    with tempfile.TemporaryDirectory() as temporary:
        directory = pathlib.Path(temporary)
        artifacts = directory / "models" / given.model
        artifacts.mkdir(parents=True)
        mlflow.artifacts.download_artifacts(f"models:/{given.model}/{given.version}", dst_path=str(artifacts))
        targets = [f"models/{given.model}"]
        if "hf-repo" in version.tags:
            # With the prefix, so that no tag can name a file of this machine.
            targets.append(f"hf:{version.tags['hf-repo']}")
        status, report = check(given.licentia, given.policy, further, targets, directory)
    status = decided(status, report)

    tags = answer(status, report)
    for name in version.tags:
        # Of an earlier check.
        if name.startswith("licentia.") and name not in tags:
            client.delete_model_version_tag(given.model, given.version, name)
    for name, value in tags.items():
        client.set_model_version_tag(given.model, given.version, name, shortened(value))
    if status == 0:
        client.set_registered_model_alias(given.model, given.alias, given.version)
        print(f"{given.model}: {given.alias} is version {given.version} now")
    else:
        print(f"{given.model}: {given.alias} stays where it is (exit status {status})", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
