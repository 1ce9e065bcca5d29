"""Follows the recipe of a document as a new user would, in an empty repository, and compares what else it shows.

    documents.py LICENTIA DIRECTORY DOCUMENT…

LICENTIA is the program, DIRECTORY is made anew and left. In a document

- a block `console` is run: `$` begins a command, `>` goes on with it, `? N` below is its exit status (else 0), and the
  other lines are what it prints, where `...` alone stands for any lines;
- a block below a link to a file, as in "([`name`](path)):", is that file, or in a recipe becomes it;
- a block `toml` below "in `FILE` below `KEY`:" goes into that file of the recipe.

Wherever the recipe has run `licentia check`, the action is run on the same repository, as the workflow of the recipe
calls it, and must end the same way. Needs PyYAML and git.
"""

import pathlib
import re
import shutil
import subprocess
import sys

import yaml

import runner
import world

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
SHOWN = re.compile(r"\[`([^`]+)`\]\(([^)]+)\)\)?:\s*$")
BELOW = re.compile(r"in `([^`]+)` below `(\w+)`:\s*$")


class Recipe:
    """What a reader has done so far."""

    def __init__(self, licentia, directory):
        self.licentia, self.directory = licentia, directory
        self.repository = directory / "empty repository"
        self.repository.mkdir(parents=True)
        self.installed = directory / "installed"
        self.installed.mkdir()
        (self.installed / "licentia").symlink_to(licentia)
        runner.unpack(directory)
        self.runner = runner.Runner(directory, self.repository)
        self.stand_in = world.cargo(directory / "stand-in", licentia)
        self.workflow, self.statuses = None, []

    def console(self, block):
        """Runs the commands of a block and compares what they print."""
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, *rest = re.split(r"\n(?!> )", part.rstrip("\n"))
            command = command.replace("\\\n> ", "").replace("\n> ", "\n")
            expected = 0
            if rest and re.fullmatch(r"\? \d", rest[0]):
                expected = int(rest.pop(0)[2:])
            done = subprocess.run(
                ["bash", "-c", command], cwd=self.repository, text=True, stdout=subprocess.PIPE,
                env=world.environment(self.directory, self.installed),
            )  # fmt: skip
            world.equal(done.returncode, expected, f"`{command}` ends with {expected}")
            # A command that is shown without an answer may have one.
            if rest and not printed(rest, done.stdout):
                raise SystemExit(f"`{command}` printed\n{done.stdout}\nand the document shows\n" + "\n".join(rest))
            if command == "licentia check" and self.workflow:
                self.pipeline(expected)

    def pipeline(self, expected):
        """The step of the workflow that is ours, with what the workflow gives it."""
        (job,) = yaml.safe_load(self.workflow)["jobs"].values()
        (step,) = [step for step in job["steps"] if step["uses"].startswith("licentia/licentia@")]
        status = self.runner.run(in_front=[self.stand_in], **step.get("with", {})).status
        world.equal(status, expected, f"the action ends with {expected} too")
        self.statuses.append(status)

    def insert(self, name, key, lines):
        path = self.repository / name
        found = re.subn(rf"^({key} = .*\n)", lambda line: line[1] + lines, path.read_text(), flags=re.M)
        world.equal(found[1], 1, f"{name} has one line for {key}")
        path.write_text(found[0])


def printed(expected, text):
    """Whether the text is what is expected, where `...` stands for any lines."""
    pattern = "".join(r"(?:.*\n)*?" if line == "..." else re.escape(line) + r"\n" for line in expected)
    return re.fullmatch(pattern + r"\n*", text) is not None


def follow(document, licentia, directory):
    words = document.read_text()
    recipe, shown = Recipe(licentia, directory), []
    for block in BLOCK.finditer(words):
        before, content = words[: block.start()].rstrip("\n"), block[2]
        link, place = SHOWN.search(before), BELOW.search(before)
        if block[1] == "console":
            recipe.console(content)
        elif link:
            name, path = link.groups()
            world.equal(content, (document.parent / path).read_text(), f"{document.name} shows {path} as it is")
            shown.append((document.parent / path).resolve())
            if name.startswith(".github/workflows/"):
                recipe.workflow = content
        elif place and block[1] == "toml":
            recipe.insert(*place.groups(), content)
    world.equal(recipe.statuses, [1, 0], f"{document.name}: the pipeline is red, and green after the waiver")
    return shown


def tables(document):
    """The inputs and outputs that are described are those that there are."""
    words = document.read_text()
    action = yaml.safe_load((world.ROOT / "action.yml").read_text())
    header, _ = yaml.safe_load_all((world.ROOT / "templates/licentia.yml").read_text())
    for what, entries in (
        ("inputs of the action", action["inputs"]),
        ("outputs of the action", action["outputs"]),
        ("inputs of the component", header["spec"]["inputs"]),
    ):
        rows = ""
        for name, entry in entries.items():
            default = [f"`{entry['default']}`" if entry["default"] else ""] if "default" in entry else []
            rows += "| " + " | ".join([f"`{name}`", *default, entry["description"]]) + " |\n"
        world.holds("|---|\n" + rows + "\n" in words, f"{document.name} describes the {what}")
    hooks = yaml.safe_load((world.ROOT / ".pre-commit-hooks.yaml").read_text())
    missing = [hook["id"] for hook in hooks if f"`{hook['id']}`" not in words]
    world.equal(missing, [], f"{document.name} names the hooks")


def main():
    licentia, directory = (pathlib.Path(argument).absolute() for argument in sys.argv[1:3])
    documents = [pathlib.Path(argument).absolute() for argument in sys.argv[3:]]
    shutil.rmtree(directory, ignore_errors=True)
    shown = set()
    for document in documents:
        shown.update(follow(document, licentia, directory / document.stem))
    page = world.ROOT / "docs" / "pipelines.md"
    if page in documents:
        tables(page)
        files = {path for path in (world.ROOT / "examples/pipelines").glob("**/*") if path.is_file()}
        world.equal(files - shown, set(), "every example is shown")


main()
