"""What the tests of the pipelines share: a product with a model that its policy denies, and how to say what fails."""

import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
CARD = "---\nlicense: gpl-3.0\n---\n\n# Summariser\n"
POLICY = 'schema = 1\npreset = "commercial"\nmodels = ["models/summariser"]\n\n[facts]\ndistribution = ["weights"]\n'
WAIVE = (
    ["waive", "strong-copyleft", "models/summariser", "--license", "GPL-3.0-only"]
    + ["--reason", "sold under the author's second licence", "--approver", "legal@acme.example"]
    + ["--expires", "2027-06-30"]
)


def equal(found, expected, what):
    if found != expected:
        raise SystemExit(f"{what}: expected {expected!r}, found {found!r}")
    print(f"ok: {what}")


def holds(claim, what):
    if not claim:
        raise SystemExit(f"{what}: this does not hold")
    print(f"ok: {what}")


def product(directory):
    """A proprietary product that gives the weights of a model under the GPL to its customers, in a git repository."""
    directory = pathlib.Path(directory)
    shutil.rmtree(directory, ignore_errors=True)
    (directory / "models" / "summariser").mkdir(parents=True)
    (directory / "models" / "summariser" / "README.md").write_text(CARD)
    (directory / "licentia.toml").write_text(POLICY)
    git(directory, "init", "--quiet", "--initial-branch=main")
    git(directory, "add", "--all")
    git(directory, "commit", "--quiet", "--message=A product")
    return directory


def git(directory, *arguments):
    return subprocess.run(
        ["git", "-C", directory, *arguments], check=True, text=True, stdout=subprocess.PIPE, env=environment(directory)
    ).stdout


def environment(home, *in_front, **more):
    """What a program sees: nothing of who runs the tests, `in_front` before everything else on the path."""
    return {
        "PATH": os.pathsep.join([*map(str, in_front), os.environ["PATH"]]),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        # A day of its own (2027-01-04), so that the waiver holds in every year.
        "SOURCE_DATE_EPOCH": "1799020800",
        # Nothing of the user or of the machine decides what git does.
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in IDENTITY.items()},
        **{name: str(value) for name, value in more.items()},
    }


def hostile(touched):
    """Words that touch a file where a shell reads them as more than words."""
    touch = f"touch {touched}"
    return f"$({touch})", f"`{touch}`", f"a;{touch};", f"';{touch};'", f'";{touch};"', f"a\nEND\n{touch}"


IDENTITY = {"NAME": "A Developer", "EMAIL": "developer@acme.example"}


def waive(licentia, directory):
    """Accepts the model, as `licentia waive` writes it."""
    subprocess.run([licentia, *WAIVE], cwd=directory, check=True, stdout=subprocess.DEVNULL, env=environment(directory))


def cargo(directory, licentia):
    """A `cargo` of ours in a directory of its own, which writes down in $HOME/asked what it was asked for and installs
    the program that is there. A whole build takes minutes, and `.ci/run` makes one."""
    directory = pathlib.Path(directory)
    directory.mkdir(parents=True)
    (directory / "cargo").write_text(
        '#!/bin/sh\nif [ "$1" != install ]; then exit 0; fi\nprintf "%s\\n" "$@" >"$HOME/asked"\n'
        'while [ "$1" != --root ]; do shift; done\nmkdir -p "$2/bin"\n'
        f'ln -s "{licentia}" "$2/bin/licentia"\n'
    )
    (directory / "cargo").chmod(0o755)
    return directory
