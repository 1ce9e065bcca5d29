"""Whether the context of the image holds everything that the program is built from, and the stages fit together.

    container.py BUILT DIRECTORY

BUILT is a program that cargo built of this tree; beside it lies BUILT.d, where cargo wrote down what it read.
DIRECTORY is made anew and left. Needs cargo. The image itself is not built: that needs an engine, and what it starts
from.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys

import world

# Read by the macros of a dependency, of which cargo learns nothing.
READ_BESIDES = ("Cargo.toml", "Cargo.lock", "askama.toml")


def context(directory):
    """A copy of what `.dockerignore` lets through: what a line with ! names, without what is built there."""
    lines = (world.ROOT / ".dockerignore").read_text().splitlines()
    lines = [line for line in lines if line and not line.startswith("#")]
    shut = [line for line in lines if not line.startswith("!")]
    world.equal(
        (shut, lines[0], lines[-1]), (["*", "**/target"], "*", "**/target"), "the context is a list of what is let in"
    )
    for line in lines[1:-1]:
        source = world.ROOT / line[1:]
        if source.is_dir():
            shutil.copytree(source, directory / source.name, ignore=shutil.ignore_patterns("target"))
        else:
            shutil.copy(source, directory)


def main():
    built, directory = (pathlib.Path(argument).absolute() for argument in sys.argv[1:])
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    context(directory)

    _, read = built.with_name(built.name + ".d").read_text().split(": ", 1)
    paths = [pathlib.Path(path.replace("\\ ", " ")) for path in re.split(r"(?<!\\)\s+", read.strip())]
    generated = built.parent.parent
    ours = [path for path in paths if path.is_relative_to(world.ROOT) and not path.is_relative_to(generated)]
    ours = [path.relative_to(world.ROOT) for path in ours]
    world.holds(len(ours) > 100, f"cargo says what the program is built from ({len(ours)} files)")
    missing = [str(path) for path in (*ours, *map(pathlib.Path, READ_BESIDES)) if not (directory / path).exists()]
    world.equal(missing, [], "the context holds all of it")

    asked = ["cargo", "metadata", "--locked", "--offline", "--no-deps", "--format-version=1"]
    answer = subprocess.run(asked, cwd=directory, check=True, stdout=subprocess.PIPE)
    (package,) = [found for found in json.loads(answer.stdout)["packages"] if found["name"] == "licentia"]
    binaries = [target["name"] for target in package["targets"] if target["kind"] == ["bin"]]
    recipe = (world.ROOT / "Containerfile").read_text()
    (binary,) = re.findall(r"cargo build --release --locked --bin (\S+)", recipe)
    world.holds(binary in binaries, "cargo finds the program in the context")
    stages = re.findall(r"^FROM (\S+)(?: AS (\w+))?$", recipe, re.M)
    world.equal([name for _, name in stages], ["build", "ci", ""], "the stages are the ones that the documents name")
    minimum = package["rust_version"]
    world.equal(stages[0][0], f"rust:{minimum}-slim-bookworm", "it is built with the oldest Rust that is promised")
    world.equal(
        re.findall(r"^COPY --from=build (/source/target/release/\S+) ", recipe, re.M),
        [f"/source/target/release/{binary}"] * 2,
        "and copied from where cargo leaves it",
    )
    labels = re.findall(r'image\.licenses="(.*?)"', recipe)
    world.equal(set(labels), {package["license"]}, "the labels name the licence of the package")


main()
