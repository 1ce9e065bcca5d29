"""Gives every piece of shell that our pipelines run to ShellCheck, and the Jenkinsfile to a parser of Groovy.

    shell.py SHELLCHECK

Needs PyYAML, tree-sitter and tree-sitter-groovy.
"""

import re
import subprocess
import sys

import tree_sitter
import tree_sitter_groovy
import yaml

import world

EXAMPLES = world.ROOT / "examples" / "pipelines"


def of_action():
    for step in yaml.safe_load((world.ROOT / "action.yml").read_text())["runs"]["steps"]:
        if "run" in step:
            yield "bash", step["run"]


def of_workflows():
    for path in EXAMPLES.glob("github/*.yml"):
        for job in yaml.safe_load(path.read_text())["jobs"].values():
            for step in job["steps"]:
                if "run" in step:
                    yield "bash", step["run"]


def of_gitlab():
    _, body = yaml.safe_load_all((world.ROOT / "templates/licentia.yml").read_text())
    (job,) = body.values()
    yield "sh", "\n".join([*job["before_script"], *job["script"]])
    yield "sh", "\n".join(job["after_script"])


def of_jenkins():
    for command in re.findall(r"^\s*sh '([^']*)'$", (EXAMPLES / "jenkins/Jenkinsfile").read_text(), re.M):
        yield "sh", command


def of_azure():
    for step in yaml.safe_load((EXAMPLES / "azure/azure-pipelines.yml").read_text())["steps"]:
        if "bash" in step:
            yield "bash", step["bash"]


def of_circleci():
    for job in yaml.safe_load((EXAMPLES / "circleci/config.yml").read_text())["jobs"].values():
        for step in job["steps"]:
            if isinstance(step, dict) and "run" in step:
                yield "bash", step["run"]["command"]


def files():
    for path in [*(world.ROOT / ".github/action").glob("*.sh"), *EXAMPLES.glob("**/*.sh")]:
        yield "bash", path.read_text()


def main():
    shellcheck = sys.argv[1]
    for pieces, fewest in (
        (of_action, 3), (of_workflows, 0), (of_gitlab, 2), (of_jenkins, 1), (of_azure, 2), (of_circleci, 2), (files, 4),
    ):  # fmt: skip
        count = 0
        for shell, piece in pieces():
            # Everything is a fault, also what is only a question of style.
            command = [shellcheck, "--severity=style", f"--shell={shell}", "-"]
            if subprocess.run(command, input=piece, text=True, check=False).returncode != 0:
                raise SystemExit(f"{pieces.__name__}: ShellCheck has something to say about\n{piece}")
            count += 1
        world.holds(count >= fewest, f"{pieces.__name__}: ShellCheck says nothing of {count} pieces")

    groovy = tree_sitter.Parser(tree_sitter.Language(tree_sitter_groovy.language()))
    tree = groovy.parse((EXAMPLES / "jenkins/Jenkinsfile").read_bytes())
    world.holds(not tree.root_node.has_error, "the Jenkinsfile is Groovy")


main()
