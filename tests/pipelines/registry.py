"""Lets models of a real MLflow registry, in a database of its own, pass the gate of examples/mlflow/gate.py or not.

    registry.py LICENTIA DIRECTORY

LICENTIA is the program, DIRECTORY is made anew and left. Needs mlflow, and this Python to have it.
"""

import pathlib
import shutil
import subprocess
import sys

from mlflow import MlflowClient

import world

GATE = world.ROOT / "examples" / "mlflow" / "gate.py"
MODEL = "summariser"
POLICY = 'schema = 1\npreset = "commercial"\n\n[facts]\ndistribution = ["weights"]\n'


class Registry:
    def __init__(self, directory, licentia):
        self.directory, self.licentia = directory, licentia
        self.address = f"sqlite:///{directory}/registry.db"
        self.client = MlflowClient(tracking_uri=self.address, registry_uri=self.address)
        self.client.create_registered_model(MODEL)
        self.policy = directory / "licentia.toml"
        self.policy.write_text(POLICY)

    def version(self, card, **files):
        """A new version with this card beside its weights."""
        artifacts = self.directory / "artifacts" / str(len(list((self.directory / "artifacts").glob("*"))))
        artifacts.mkdir(parents=True)
        (artifacts / "README.md").write_text(card)
        for name, content in files.items():
            (artifacts / name.replace("_", ".")).write_bytes(content)
        return str(self.client.create_model_version(MODEL, artifacts.as_uri()).version)

    def gate(self, version, *arguments):
        command = [
            sys.executable,
            GATE,
            MODEL,
            version,
            "--policy",
            self.policy,
            "--licentia",
            self.licentia,
            *arguments,
        ]
        environment = world.environment(self.directory, MLFLOW_TRACKING_URI=self.address)
        return subprocess.run(command, cwd=self.directory, env=environment, check=False).returncode

    def tags(self, version):
        tags = self.client.get_model_version(MODEL, version).tags
        return {name.removeprefix("licentia."): value for name, value in tags.items() if name.startswith("licentia.")}

    def champion(self):
        return str(self.client.get_registered_model(MODEL).aliases.get("champion"))


def main():
    licentia, directory = (pathlib.Path(argument).absolute() for argument in sys.argv[1:])
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    registry = Registry(directory, licentia)

    free = registry.version("---\nlicense: apache-2.0\n---\n")
    world.equal(registry.gate(free, "--", "--offline"), 0, "what the policy lets pass passes")
    tags = registry.tags(free)
    world.equal(
        (tags["licenses"], tags["exit-status"], tags["incomplete"]), ("Apache-2.0", "0", "false"), "its tags say so"
    )
    world.equal(registry.champion(), free, "and it gets the alias")

    copyleft = registry.version(world.CARD)
    world.equal(registry.gate(copyleft, "--", "--offline"), 1, "a model under the GPL does not pass")
    tags = registry.tags(copyleft)
    world.equal((tags["verdict"], tags["licenses"]), ("deny", "GPL-3.0-only"), "its tags say so")
    world.holds("strong-copyleft" in tags["findings"].split(), "and why")
    world.equal(registry.champion(), free, "and the alias stays where it was")

    world.equal(registry.gate(copyleft, "--", "--offline", "--fail-on=never"), 1, "nor where nothing is to fail")
    world.equal(registry.gate(copyleft, "--", "--help"), 4, "nor where licentia ends with 0 and looks at nothing")
    world.equal(
        registry.tags(copyleft), {"verdict": "not-checked", "exit-status": "4"}, "its tags say that nobody looked"
    )
    world.equal(registry.champion(), free, "and the alias stays where it was")

    broken = registry.version("---\nlicense: mit\n---\n", model_safetensors=bytes(100))
    world.equal(registry.gate(broken, "--", "--offline"), 4, "what could not be seen does not pass")
    world.equal(registry.tags(broken)["incomplete"], "true", "its tags say so")
    world.equal(registry.champion(), free, "and the alias stays where it was")

    named = registry.version("---\nlicense: mit\n---\n")
    registry.client.set_model_version_tag(MODEL, named, "hf-repo", "acme/never-fetched")
    world.equal(registry.gate(named, "--", "--offline"), 4, "a repository that cannot be asked does not pass")
    registry.client.set_model_version_tag(MODEL, named, "hf-repo", "--exit-zero")
    world.holds(registry.gate(named, "--", "--offline") != 0, "no tag is an argument")
    world.equal(registry.gate(copyleft, "--", "--exit-zero"), 2, "the gate is not told to let everything pass")
    world.equal(registry.champion(), free, "and the alias stays where it was")

    waive = [licentia, *world.WAIVE, "--policy", registry.policy]
    subprocess.run(waive, cwd=directory, check=True, env=world.environment(directory), stdout=subprocess.DEVNULL)
    world.equal(registry.gate(copyleft, "--", "--offline"), 0, "after the waiver it passes")
    world.equal(registry.champion(), copyleft, "and gets the alias")
    world.holds("strong-copyleft" not in registry.tags(copyleft)["findings"].split(), "what is waived binds nobody")

    registry.policy.write_text("schema = 2\n")
    world.equal(registry.gate(free, "--", "--offline"), 3, "without a policy nothing passes")
    world.equal(
        registry.tags(free), {"verdict": "not-checked", "exit-status": "3"}, "and no tag speaks of an earlier check"
    )
    world.equal(registry.champion(), copyleft, "and the alias stays where it was")


main()
