"""Runs the GitHub action, with everything that a caller may ask for and what nobody should.

    action.py LICENTIA DIRECTORY

LICENTIA is the program, DIRECTORY is made anew and left. Needs PyYAML and git.
"""

import hashlib
import json
import pathlib
import platform
import re
import shutil
import sys
import tarfile

import yaml

import world
from runner import EXPRESSION, Runner, unpack


def release(directory, licentia, version):
    """A directory of releases as the action reads it."""
    triple = f"{platform.machine()}-unknown-linux-gnu"
    name = f"licentia-{version}-{triple}"
    (directory / f"v{version}").mkdir(parents=True)
    archive = directory / f"v{version}" / f"{name}.tar.gz"
    with tarfile.open(archive, "w:gz") as file:
        file.add(licentia, f"{name}/licentia")
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    archive.with_name(archive.name + ".sha256").write_text(f"{digest}  {archive.name}")
    return archive, digest


def gate(runner, licentia):
    """Red and green, and what a caller learns."""
    job = runner.run(install="path", path=licentia, sarif="out.sarif", args="--color=never\n\n  --jobs  \n 1\n")
    world.equal(job.status, 1, "a model under the GPL fails the step")
    outputs = job.outputs()
    report = json.loads(pathlib.Path(outputs["json"]).read_text())
    world.equal(
        [outputs["verdict"], outputs["exit-code"], outputs["incomplete"]],
        [
            report["summary"]["verdict"],
            str(report["summary"]["exit_code"]),
            str(report["summary"]["incomplete"]).lower(),
        ],
        "the outputs say what the JSON report says",
    )
    world.equal(outputs["verdict"], "deny", "the verdict is deny")
    world.equal(outputs["sarif"], str(runner.workspace / "out.sarif"), "the output sarif names the file")
    world.equal(json.loads((runner.workspace / "out.sarif").read_text())["version"], "2.1.0", "SARIF was written")
    world.holds("error[strong-copyleft]" in job.log, "the report for people is in the log")
    world.holds("\n::error " in job.log, "the findings are annotations")
    world.holds(job.summary.read_text().strip(), "the summary of the step is written")

    job = runner.run(install="path", path=licentia, summary="false", annotations="false")
    world.equal((job.summary.read_text(), "\n::error " in job.log), ("", False), "neither summary nor annotations")
    world.equal(job.outputs()["sarif"], "", "no SARIF, no output")
    world.equal(runner.run(install="path", path=licentia, fail_on="never").status, 0, "fail-on is passed on")

    world.waive(licentia, runner.workspace)
    job = runner.run(install="path", path=licentia)
    world.equal((job.status, job.outputs()["exit-code"]), (0, "0"), "after the waiver the step passes")


def incomplete(runner, licentia):
    broken = runner.workspace / "models" / "broken"
    broken.mkdir()
    (broken / "README.md").write_text("---\nlicense: mit\n---\n")
    (broken / "model.safetensors").write_bytes(bytes(100))
    job = runner.run(
        install="path", path=licentia, targets=" models/broken \n\nmodels/summariser\r\n", policy="licentia.toml"
    )
    world.equal((job.status, job.outputs()["incomplete"]), (4, "true"), "what could not be seen fails the step")
    targets = [source["target"] for source in json.loads(pathlib.Path(job.outputs()["json"]).read_text())["sources"]]
    world.equal(targets, ["models/broken", "models/summariser"], "targets are one a line")
    job = runner.run(install="path", path=licentia, targets="README.md", working_directory="models/broken")
    world.equal(job.status, 0, "the working directory is where targets are looked for")


def refused(runner, licentia):
    """What is wrong, and what is meant to be."""
    for words in world.hostile(runner.directory / "touched"):
        for name in ("targets", "args", "policy", "fail_on"):
            job = runner.run(install="path", path=licentia, **{name: words})
            world.holds(job.status in (1, 2, 3, 4), f"{name}: fails")
        for name in ("version", "sha256", "releases"):
            release = {"install": "release", "version": "0.1.0", "releases": "none"}
            job = runner.run(**(release | {name: words}))
            world.equal(job.status, 2, f"{name}: fails")
        for name in ("path", "install"):
            job = runner.run(**{"install": "path", name: words})
            world.equal(job.status, 2, f"{name}: fails")
    world.holds(not (runner.directory / "touched").exists(), "no input is run by a shell")
    world.equal(runner.run(install="path", path=licentia, targets="--version").status, 4, "a target is never a flag")
    world.equal(runner.run(install="path", path=licentia, offline="yes").status, 2, "true or false")
    (runner.workspace / "out.sarif").write_text("of an earlier run")
    job = runner.run(install="path", path=licentia, sarif="out.sarif", policy="none.toml")
    world.equal(job.outputs()["sarif"], "", "a report of an earlier run is not this one's")
    world.holds("no report was written (exit status 3)" in job.log, "a run without a report says so")
    job = runner.run(install="path", path=licentia, args="--help")
    world.equal((job.status, job.outputs()["exit-code"]), (4, "4"), "where nothing was looked at the step fails")
    world.equal(job.outputs()["verdict"], "", "and says no verdict")
    helpers = runner.directory / "broken helpers"
    helpers.mkdir()
    (helpers / "sed").write_text("#!/bin/sh\nexit 7\n")
    (helpers / "sed").chmod(0o755)
    job = runner.run([helpers], install="path", path=licentia, targets="models/summariser", fail_on="never")
    world.equal((job.status, job.outputs()["json"]), (7, ""), "without its targets nothing is checked")


def install(runner, licentia, directory):
    releases = directory / "releases"
    archive, digest = release(releases, licentia, "0.1.0")
    job = runner.run(install="release", version="0.1.0", releases=str(releases))
    world.equal(job.status, 0, "a release runs")
    world.equal(
        job.outputs()["licentia"],
        str(runner.temporary / "licentia/release" / digest / "licentia"),
        "and is where the output says",
    )
    world.equal(runner.run(install="release", version="0.1.0", releases=str(releases), sha256=digest.upper()).status, 0,
                "a release with its digest runs")  # fmt: skip
    other = hashlib.sha256(b"").hexdigest()
    job = runner.run(install="release", version="0.1.0", releases=str(releases), sha256=other)
    world.holds(job.status == 2 and "is not what it should be" in job.log, "another digest is refused")
    with archive.open("ab") as file:
        file.write(b"\0")
    job = runner.run(install="release", version="0.1.0", releases=str(releases))
    world.holds(job.status == 2 and digest in job.log, "a damaged release is refused")
    job = runner.run(install="release", version="../0.1.0", releases=str(releases))
    world.holds(job.status == 2 and "the input version is needed" in job.log, "a version is a version")
    world.equal(runner.run(install="release", version="0.1.0", releases="http://a.example").status, 2, "only https")
    cached = runner.run(install="path", path=licentia).cached
    world.equal(cached, ["licentia-hub-Linux-1-1"], "what was read of the Hub is kept")
    world.equal(runner.run(install="path", path=licentia, cache="false").cached, [], "or is not")


def build(runner, licentia):
    stand_in = world.cargo(runner.directory / "stand-in", licentia)
    keys = []
    for _ in range(2):
        job = runner.run(in_front=[stand_in])
        world.equal(job.status, 0, "built from the commit of the action, which is what is done without inputs")
        keys.append(job.cached[0])
        asked = (runner.directory / "asked").read_text().splitlines()
        world.equal(asked[:2], ["install", "--locked"], "cargo keeps to Cargo.lock")
        world.equal(
            asked[asked.index("--path") + 1], str(runner.directory / "unpacked action"), "and builds the action"
        )
        with (runner.directory / "unpacked action" / "src" / "lib.rs").open("a") as file:
            file.write("// changed\n")
    world.holds(keys[0] != keys[1], "another source is another program in the cache")


def twice(runner, licentia, directory):
    """A job that uses the action more than once gets what each step asks for."""
    stand_in = world.cargo(directory / "another stand-in", licentia)
    _, digest = release(directory / "other releases", licentia, "0.2.0")
    asked, programs = directory / "asked", []
    for step in range(4):
        asked.unlink(missing_ok=True)
        if step == 0:
            job = runner.run(install="release", version="0.2.0", releases=str(directory / "other releases"))
            first, report = job, pathlib.Path(job.outputs()["json"]).read_bytes()
        else:
            job = runner.run([stand_in], again=True, args="--preset=distribution")
            world.equal(asked.exists(), step != 2, ("", "built", "not built again", "built of another source")[step])
        programs.append(job.outputs()["licentia"])
        if step == 2:
            with (directory / "unpacked action" / "src" / "lib.rs").open("a") as file:
                file.write("// changed again\n")
    world.holds(digest in programs[0], "the release is known by its digest")
    world.equal([programs.index(one) for one in programs], [0, 1, 1, 3], "each source has a program of its own")
    world.equal(pathlib.Path(first.outputs()["json"]).read_bytes(), report, "and the first report is still the first one")


def examples(runner):
    """The workflows that we show ask the action for what it knows."""
    for path in sorted((world.ROOT / "examples/pipelines/github").glob("*.yml")):
        words = path.read_text()
        (job,) = yaml.safe_load(words)["jobs"].values()
        (step,) = [step for step in job["steps"] if step["uses"].startswith("licentia/licentia@")]
        world.equal(
            step.get("with", {}).keys() - runner.action["inputs"].keys(), set(), f"{path.name}: the inputs are there"
        )
        used = set(re.findall(r"steps\.licentia\.outputs\.(\w[\w-]*)", words))
        world.equal(used - runner.action["outputs"].keys(), set(), f"{path.name}: the outputs are there")


def main():
    licentia, directory = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    shutil.rmtree(directory, ignore_errors=True)
    workspace = world.product(directory / "work space")
    unpack(directory)
    runner = Runner(directory, workspace)
    commands = [step["run"] for step in runner.action["runs"]["steps"] if "run" in step]
    world.equal(EXPRESSION.findall("".join(commands)), [], "no expression stands inside of a command")
    licentia = str(licentia)
    examples(runner)
    gate(runner, licentia)
    build(runner, licentia)
    install(runner, licentia, directory)
    twice(runner, licentia, directory)
    incomplete(runner, licentia)
    refused(runner, licentia)


main()
