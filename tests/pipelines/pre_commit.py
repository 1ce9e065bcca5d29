"""Lets the real pre-commit run our hooks on the commits of a product.

    pre_commit.py LICENTIA PRE_COMMIT DIRECTORY

LICENTIA and PRE_COMMIT are the programs, DIRECTORY is made anew and left. The repository of the hooks is a clone that
holds their manifest, so that nothing is fetched. Needs git.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import time

import world

MANIFEST = ".pre-commit-hooks.yaml"
# Names that people give to what states a licence, or changes the answer; the gate starts for each.
STATEMENTS = (
    "documents/license.txt", "documents/License.md", "documents/UNLICENSE", "documents/MODEL_LICENSE", "readme.rst",
    "documents/TERMS_OF_USE.md", "documents/Acceptable Use Policy.txt", "LICENSES/MIT.txt", "licentia-baseline.json",
)  # fmt: skip


class Product:
    """A product whose commits pre-commit looks at."""

    def __init__(self, directory, pre_commit, hooks, commit, *in_front):
        self.directory, self.pre_commit = world.product(directory), pre_commit
        self.environment = world.environment(directory.parent, *in_front, PRE_COMMIT_HOME=directory.parent / "kept")
        example = (world.ROOT / "examples/pipelines/pre-commit/pre-commit-config.yaml").read_text()
        config = re.sub(r"repo: .*", f"repo: {hooks}", example)
        self.config = re.sub(r"rev: .*", f"rev: {commit}", config)

    def use(self, hook, *arguments):
        named = self.config.replace("id: licentia-system", f"id: {hook}")
        if arguments:
            named += f"        args: {list(arguments)}\n"
        (self.directory / ".pre-commit-config.yaml").write_text(named)
        world.git(self.directory, "add", ".pre-commit-config.yaml")
        self.run(self.pre_commit, "install")

    def commit(self, words):
        world.git(self.directory, "add", "--all")
        return self.run("git", "commit", "--message", words)

    def run(self, *command):
        return subprocess.run(
            command, cwd=self.directory, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600,
        )  # fmt: skip


def repository_of_hooks(directory):
    directory.mkdir(parents=True)
    shutil.copyfile(world.ROOT / MANIFEST, directory / MANIFEST)
    world.git(directory, "init", "--quiet", "--initial-branch=main")
    world.git(directory, "add", "--all")
    world.git(directory, "commit", "--quiet", "--message=Hooks")
    return world.git(directory, "rev-parse", "HEAD").strip()


def gate(product, licentia):
    product.use("licentia-system")
    done = product.commit("Use pre-commit")
    world.holds(done.returncode == 0 and "no files to check" in done.stdout, "no statement changes, nothing is checked")

    (product.directory / "models/summariser/README.md").write_text(world.CARD + "\nIt is quick.\n")
    started = time.monotonic()
    done = product.commit("Say more")
    seconds = time.monotonic() - started
    world.holds(done.returncode == 1 and "strong-copyleft" in done.stdout, "a model under the GPL stops a commit")
    print(f"    it took {seconds:.1f} s")

    world.waive(licentia, product.directory)
    done = product.commit("Accept the model")
    world.holds(done.returncode == 0 and re.search(r"licentia\.+Passed", done.stdout), "after the waiver it is made")

    (product.directory / "main.py").write_text("print(1)\n")
    done = product.commit("Write code")
    world.holds(done.returncode == 0 and "no files to check" in done.stdout, "code is not looked at")

    for name in STATEMENTS:
        (product.directory / name).parent.mkdir(exist_ok=True)
        (product.directory / name).write_text("Ours.\n")
        done = product.commit("Say more of it")
        world.holds(re.search(r"licentia\.+Passed", done.stdout), f"{name} is looked at")

    product.use("licentia-system", "--locked")
    (product.directory / "LICENSE").write_text("Ours.\n")
    done = product.commit("Say whose it is")
    world.holds(
        done.returncode == 1 and "exit code: 5" in done.stdout, "arguments are passed on, and the exit status is seen"
    )


def cards(product, licentia):
    product.use("licentia-lint-system", "--as", "acme/summariser")
    card = product.directory / "models/summariser/README.md"
    card.write_text("---\nlicense: Apache 2.0\n---\n")
    done = product.commit("Write a card")
    world.holds(done.returncode == 1 and "license-id-spelling" in done.stdout, "a word that the Hub does not know stops it")
    fixed = product.run(licentia, "lint", "--offline", "--fix", "models/summariser/README.md")
    world.equal(fixed.returncode, 0, "licentia puts it right")
    world.holds("license: apache-2.0" in card.read_text(), "in the card")
    done = product.commit("Write a better card")
    world.holds(done.returncode == 0 and re.search(r"licentia lint\.+Passed", done.stdout), "and the commit is made")


def built(product, directory, licentia):
    world.cargo(directory / "stand-in", licentia)
    product.use("licentia")
    done = product.commit("Build the hook")
    world.holds((directory / "asked").exists(), "pre-commit asks cargo for the program")
    (product.directory / "models/summariser/README.md").write_text(world.CARD + "\nIt is small.\n")
    done = product.commit("Say even more")
    world.holds(done.returncode == 1 and "strong-copyleft" in done.stdout, "and the built one stops the commit")


def main():
    licentia, pre_commit, directory = (pathlib.Path(argument).absolute() for argument in sys.argv[1:])
    shutil.rmtree(directory, ignore_errors=True)
    subprocess.run([pre_commit, "validate-manifest", world.ROOT / MANIFEST], check=True)
    commit = repository_of_hooks(directory / "hooks")
    # As `licentia`, whatever the program is called.
    installed = directory / "installed"
    installed.mkdir()
    (installed / "licentia").symlink_to(licentia)
    gate(Product(directory / "product", pre_commit, directory / "hooks", commit, installed), licentia)
    cards(Product(directory / "cards", pre_commit, directory / "hooks", commit, installed), licentia)
    product = Product(directory / "other", pre_commit, directory / "hooks", commit, directory / "stand-in")
    built(product, directory, licentia)


main()
