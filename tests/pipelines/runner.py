"""A runner of GitHub for our action: `action.yml` read, its expressions filled in, its steps run by bash.

Of the steps that use other actions (the cache) only their condition and their key are looked at. Needs PyYAML.
"""

import re
import shutil
import subprocess

import yaml

import world

EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


class Runner:
    """One runner with one workspace; every call of `run` is a job of its own."""

    def __init__(self, directory, workspace):
        self.directory, self.workspace = directory, workspace
        self.action = yaml.safe_load((world.ROOT / "action.yml").read_text())

    def run(self, in_front=(), again=False, **inputs):
        """The job of a step with these inputs; `in_front` are directories with programs of the runner. With `again` it is
        a further step of the job before."""
        inputs = {name.replace("_", "-"): value for name, value in inputs.items()}
        unknown = inputs.keys() - self.action["inputs"].keys()
        if unknown:
            raise SystemExit(f"no inputs of the action: {unknown}")
        self.temporary = self.directory / "temporary"
        if not again:
            shutil.rmtree(self.temporary, ignore_errors=True)
            self.temporary.mkdir()
        context = {f"inputs.{name}": entry["default"] for name, entry in self.action["inputs"].items()}
        context |= {f"inputs.{name}": value for name, value in inputs.items()}
        context |= {"runner.os": "Linux", "runner.arch": "X64", "github.run_id": "1", "github.run_attempt": "1"}
        job = Job(self, context, in_front)
        for step in self.action["runs"]["steps"]:
            if not job.step(step):
                break
        return job


class Job:
    """What a job left: the status of its last step, its log, its summary, its outputs, and what was cached."""

    def __init__(self, runner, context, in_front):
        self.runner, self.context, self.path = runner, context, list(in_front)
        self.status, self.log, self.cached = 0, "", []
        self.summary = runner.temporary / "summary"
        self.summary.touch()

    def step(self, step):
        if "if" in step and not condition(step["if"], self.context):
            return True
        if "uses" in step:
            self.cached.append(fill(step["with"]["key"], self.context))
            return True
        files = {name: self.runner.temporary / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_PATH")}
        for file in files.values():
            file.write_text("")
        # Where the action was unpacked to; a directory with a blank shows what is not quoted.
        unpacked = self.runner.directory / "unpacked action"
        environment = world.environment(
            self.runner.directory, *self.path, GITHUB_ACTION_PATH=unpacked, GITHUB_STEP_SUMMARY=self.summary,
            RUNNER_TEMP=self.runner.temporary, GITHUB_ACTIONS="true", GITHUB_WORKSPACE=self.runner.workspace, **files,
            **{name: fill(value, self.context) for name, value in step.get("env", {}).items()},
        )  # fmt: skip
        directory = self.runner.workspace / fill(step.get("working-directory", "."), self.context)
        # As a runner calls it: https://docs.github.com/en/actions/reference/workflow-syntax, "shell".
        bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        done = subprocess.run(
            bash, cwd=directory, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self.status, self.log = done.returncode, self.log + done.stdout
        for line in files["GITHUB_OUTPUT"].read_text().splitlines():
            name, value = line.split("=", 1)
            self.context[f"steps.{step['id']}.outputs.{name}"] = value
        self.path[:0] = files["GITHUB_PATH"].read_text().splitlines()
        return self.status == 0

    def outputs(self):
        return {name: fill(entry["value"], self.context) for name, entry in self.runner.action["outputs"].items()}


def fill(text, context):
    return EXPRESSION.sub(lambda found: context.get(found[1], ""), text)


def condition(words, context):
    """`a == 'b' && c != 'd'`: what the action uses of the language."""
    for part in words.split(" && "):
        name, operator, value = re.fullmatch(r"([\w.-]+) (==|!=) '(\w*)'", part).groups()
        if (context[name] == value) != (operator == "=="):
            return False
    return True


# What the action is made of, and what is built.
UNPACKED = ("action.yml", ".github/action", "Cargo.toml", "Cargo.lock", "askama.toml", "src", "license-db")


def unpack(directory):
    """What the runner unpacks of this repository."""
    for name in UNPACKED:
        source, target = world.ROOT / name, directory / "unpacked action" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copyfile(source, target)
