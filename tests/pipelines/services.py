"""Runs what the examples for other build services run, on a product that must fail and pass.

    services.py LICENTIA CHECK_JSONSCHEMA DIRECTORY

LICENTIA and CHECK_JSONSCHEMA are the programs, DIRECTORY is made anew and left. Needs git and PyYAML. The services
themselves are not here: what they would do around the commands (clone, keep, show) is not tried.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import yaml

import world

EXAMPLES = world.ROOT / "examples" / "pipelines"
INPUT = re.compile(r"\$\[\[ inputs\.(\w+) \]\]")


class Service:
    """A machine of a build service with one checkout."""

    def __init__(self, directory, licentia, repository):
        self.directory, self.licentia, self.repository = directory, licentia, repository
        self.checkout = world.product(directory / "check out")
        self.stand_in = world.cargo(directory / "stand-in", licentia)
        self.installed = directory / "installed"
        self.installed.mkdir()
        (self.installed / "licentia").symlink_to(licentia)
        # What is fetched from the repository of the project is fetched from here.
        self.git = {
            "GIT_CONFIG_COUNT": 1,
            "GIT_CONFIG_KEY_0": f"url.{repository}.insteadOf",
            "GIT_CONFIG_VALUE_0": "https://github.com/licentia/licentia",
        }

    def run(self, shell, script, *in_front, **variables):
        done = subprocess.run(
            [*shell, script], cwd=self.checkout, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=world.environment(self.directory, *in_front, **self.git, **variables),
        )  # fmt: skip
        self.log = done.stdout
        return done.returncode

    def red_and_green(self, name, check, reports):
        """`check` ends with 1, and with 0 after the waiver, and leaves the reports both times."""
        for accepted in (False, True):
            if accepted:
                world.waive(self.licentia, self.checkout)
            for report in reports:
                (self.checkout / report).unlink(missing_ok=True)
            status = check()
            world.equal(status, 0 if accepted else 1, f"{name}: {'green after the waiver' if accepted else 'red'}")
            missing = [report for report in reports if not (self.checkout / report).read_bytes().strip()]
            world.equal(missing, [], f"{name}: the reports are written")

    def nothing_old(self, name, check, reports):
        """On a machine that keeps its workspace `check`, which fails without a report, leaves none of an earlier run."""
        policy = self.checkout / "licentia.toml"
        words = policy.read_text()
        policy.write_text("schema = 2\n")
        for report in reports:
            (self.checkout / report).write_text("of an earlier run")
        world.equal(check(), 3, f"{name}: without a policy it fails")
        left = [report for report in reports if (self.checkout / report).exists()]
        world.equal(left, [], f"{name}: and leaves no report of an earlier run")
        policy.write_text(words)


def component(inputs):
    """The job of the component with these inputs, as GitLab fills them in: in each word of the file on its own."""
    header, body = yaml.safe_load_all((world.ROOT / "templates/licentia.yml").read_text())
    declared = header["spec"]["inputs"]
    unknown = inputs.keys() - declared.keys()
    if unknown:
        raise SystemExit(f"no inputs of the component: {unknown}")
    values = {name: inputs.get(name, entry["default"]) for name, entry in declared.items()}
    for name, entry in declared.items():
        if values[name] not in entry.get("options", [values[name]]):
            raise SystemExit(f"{name} of the component may not be {values[name]!r}")

    def fill(node):
        match node:
            case dict():
                return {fill(key): fill(value) for key, value in node.items()}
            case list():
                return [fill(item) for item in node]
            case str():
                return INPUT.sub(lambda found: values[found[1]], node)
        return node

    return fill(body)


def gitlab(service, check_jsonschema):
    number = os.getpid()

    def job(**inputs):
        shutil.rmtree(f"/tmp/licentia-{number}", ignore_errors=True)
        config = component(inputs)
        rendered = service.directory / "rendered.yml"
        rendered.write_text(yaml.safe_dump(config))
        subprocess.run([check_jsonschema, "--quiet", "--builtin-schema", "vendor.gitlab-ci", rendered], check=True)
        (job,) = config.values()
        variables = {"CI_PROJECT_DIR": service.checkout, "CI_JOB_ID": number}
        for name, value in job["variables"].items():
            if isinstance(value, dict):
                world.equal(value["expand"], False, f"gitlab: {name} is not expanded")
                variables[name] = value["value"]
            else:
                variables[name] = re.sub(r"\$(\w+)", lambda found: str(variables[found[1]]), value)
        script = "\n".join([*job["before_script"], *job["script"]])
        # As GitLab's runner does, where there is no bash.
        status = service.run(["sh", "-ec"], script, service.stand_in, **variables)
        world.equal(service.run(["sh", "-ec"], "\n".join(job["after_script"]), **variables), 0, "gitlab: tidied up")
        kept = [path for path in job["cache"]["paths"] if (service.checkout / path).exists()]
        return job, status, kept

    gitlab_job, _, kept = job()
    world.equal(kept, [".licentia/program"], "gitlab: the built program is kept")
    (service.directory / "asked").unlink()
    reports = gitlab_job["artifacts"]["paths"]
    named = gitlab_job["artifacts"]["reports"]
    world.holds(set(named.values()) <= set(reports), "gitlab: what is shown can be browsed")
    service.red_and_green("gitlab", lambda: job()[1], reports)
    world.holds(not (service.directory / "asked").exists(), "gitlab: the program that is kept is taken")

    broken(service.checkout)
    targets = "models/broken\n\nmodels/summariser\n"
    world.equal(job(targets=targets)[1], 4, "gitlab: what could not be seen fails the job")
    found = [source["target"] for source in json.loads((service.checkout / "licentia.json").read_text())["sources"]]
    world.equal(found, ["models/broken", "models/summariser"], "gitlab: targets are one a line")
    gitlab_job, status, _ = job(targets=targets, incomplete="warn")
    world.equal(
        status, gitlab_job["allow_failure"]["exit_codes"], "gitlab: or passes with a warning where that is asked for"
    )
    world.equal(job(policy="none.toml", incomplete="warn")[1], 3, "gitlab: and nothing else does")
    touched = service.directory / "touched"
    for words in world.hostile(touched):
        for name in ("targets", "args", "policy"):
            world.holds(job(**{name: words})[1] not in (0, 75), f"gitlab: {name} of that kind fails")
    world.holds(not touched.exists(), "gitlab: no input is run by a shell")
    world.equal(job(args="--jobs\n1\n--fail-on=never")[1], 0, "gitlab: arguments are passed on")
    world.equal(job(args="--help", incomplete="fail")[1], 4, "gitlab: where nothing was looked at the job fails")
    service.nothing_old("gitlab", lambda: job()[1], reports)
    world.holds(not (service.directory / "asked").exists(), "gitlab: the program that is kept is still taken")
    world.git(service.repository, "commit", "--quiet", "--allow-empty", "--message=Better")
    job()
    world.holds((service.directory / "asked").exists(), "gitlab: another commit of the branch is built")

    shutil.rmtree(f"/tmp/licentia-{number}")

    # The example includes it, and states nothing that it has no input for.
    (included,) = yaml.safe_load((EXAMPLES / "gitlab/gitlab-ci.yml").read_text())["include"]
    component(included["inputs"])
    world.holds(re.search(r"/licentia@\w+$", included["component"]), "gitlab: the example names the component")


def broken(checkout):
    """A model that cannot be seen whole."""
    (checkout / "models/broken").mkdir()
    (checkout / "models/broken/README.md").write_text("---\nlicense: mit\n---\n")
    (checkout / "models/broken/model.safetensors").write_bytes(bytes(100))


def jenkins(service):
    words = (EXAMPLES / "jenkins/Jenkinsfile").read_text()
    commands = re.findall(r"^\s*sh '([^']*)'$", words, re.M)
    # The step `sh` of Jenkins: https://www.jenkins.io/doc/pipeline/steps/workflow-durable-task-step
    def check():
        statuses = (service.run(["sh", "-xec"], command, service.installed) for command in commands)
        return next((status for status in statuses if status != 0), 0)

    shown = re.findall(r"(?:testResults|pattern): '([^']*)'", words)
    (archived,) = re.findall(r"artifacts: '([^']*)'", words)
    reports = {*shown, *archived.split(", ")}
    service.red_and_green("jenkins", check, reports)
    service.nothing_old("jenkins", check, reports)


def azure(service):
    steps = yaml.safe_load((EXAMPLES / "azure/azure-pipelines.yml").read_text())["steps"]
    install, check = (step["bash"] for step in steps if "bash" in step)
    temporary = service.directory / "temporary"
    temporary.mkdir()
    variables = {"AGENT_TEMPDIRECTORY": temporary, "REVISION": "main"}
    world.equal(service.run(["bash", "-c"], install, service.stand_in, **variables), 0, "azure: licentia is installed")
    (program,) = re.findall(r"^##vso\[task\.prependpath\](.*)$", service.log, re.M)
    shown = [
        step["inputs"].get("testResultsFiles") or step["inputs"]["PathtoPublish"] for step in steps if "task" in step
    ]
    service.red_and_green("azure", lambda: service.run(["bash", "-c"], check, program), shown)
    (service.checkout / "licentia.toml").write_text(world.POLICY)
    service.run(["bash", "-c"], check, program)
    world.holds("\n##vso[task.logissue type=error;" in service.log, "azure: what is denied is an error of the run")

    def both():
        shutil.rmtree(temporary)
        temporary.mkdir()
        return service.run(["bash", "-c"], install, service.stand_in, **variables) or service.run(
            ["bash", "-c"], check, program
        )

    service.nothing_old("azure", both, [*shown, "licentia.txt"])


def buildkite(service):
    (step,) = yaml.safe_load((EXAMPLES / "buildkite/pipeline.yml").read_text())["steps"]
    (service.checkout / ".buildkite").mkdir()
    shutil.copy(EXAMPLES / "buildkite/licentia.sh", service.checkout / step["command"])
    agent = service.installed / "buildkite-agent"
    agent.write_text('#!/bin/sh\n{ echo "$@"; cat; } >"$HOME/annotation"\n')
    agent.chmod(0o755)
    check = lambda: service.run(["bash", "-ec"], step["command"], service.installed)  # noqa: E731
    service.red_and_green("buildkite", check, step["artifact_paths"])
    annotation = (service.directory / "annotation").read_text()
    world.holds(
        annotation.startswith("annotate --context licentia --style success\n"), "buildkite: the report is shown"
    )
    world.equal(
        annotation.split("\n", 1)[1], (service.checkout / "licentia.md").read_text(), "buildkite: as it was written"
    )
    service.nothing_old("buildkite", check, step["artifact_paths"])
    broken(service.checkout)
    (service.checkout / "licentia.toml").write_text('schema = 1\nmodels = ["models/broken"]\n')
    world.equal(check(), 4, "buildkite: what could not be seen fails the step")
    world.holds("--style warning" in (service.directory / "annotation").read_text(), "buildkite: and is a warning")


def circleci(service):
    (job,) = yaml.safe_load((EXAMPLES / "circleci/config.yml").read_text())["jobs"].values()
    install, check = (step["run"]["command"] for step in job["steps"] if isinstance(step, dict) and "run" in step)
    # As CircleCI does where there is a bash: https://circleci.com/docs/configuration-reference/#default-shell-options
    shell = ["bash", "-eo", "pipefail", "-c"]
    world.equal(service.run(shell, install, service.stand_in), 0, "circleci: licentia is installed")
    asked = (service.directory / "asked").read_text().splitlines()
    world.equal(asked[-1], "licentia", "circleci: and that package alone")
    service.red_and_green(
        "circleci", lambda: service.run(shell, check), ["reports/licentia.xml", "reports/licentia.json"]
    )


def main():
    licentia, check_jsonschema, directory = (pathlib.Path(argument).absolute() for argument in sys.argv[1:])
    shutil.rmtree(directory, ignore_errors=True)
    repository = world.product(directory / "repository")

    def service(name):
        return Service(directory / name, licentia, repository)

    gitlab(service("gitlab"), check_jsonschema)
    jenkins(service("jenkins"))
    azure(service("azure"))
    buildkite(service("buildkite"))
    circleci(service("circleci"))


main()
