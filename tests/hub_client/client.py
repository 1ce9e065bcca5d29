"""Lets the real client of the Hub talk to the stand-in, and licentia read the cache that the client leaves.

    client.py HUB_STAND_IN CACHE_DIRECTORY [LICENTIA]

HUB_STAND_IN is the program of the crate of that name. CACHE_DIRECTORY must not exist or be empty; the cache is left
in it.
With LICENTIA, the program is asked about each downloaded model, with `--offline` and nothing but that cache; the
environment variable LICENTIA_ARGUMENTS replaces `--offline`. Needs: pip install -r requirements.txt, which stands
beside this file.
"""

import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

TOKEN_VARIABLES = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_TOKEN_PATH", "HF_OIDC_RESOURCE")
PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy")


class StandIn:
    """The program, from its first line of output until its input is closed."""

    def __init__(self, program):
        listing = subprocess.run([program, "--world"], check=True, capture_output=True, timeout=60)
        self.world = json.loads(listing.stdout)
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        addresses = json.loads(self.process.stdout.readline())
        self.endpoint, self.cdn = addresses["endpoint"], addresses["cdn"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        if self.process.wait(timeout=30) != 0:
            raise SystemExit(f"the stand-in ended with status {self.process.returncode}")

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def commit(self, name, revision="main"):
        return self.world["repositories"][name][revision]["commit"]

    def files(self, name, revision="main"):
        return self.world["repositories"][name][revision]["files"]


def equal(found, expected, what):
    if found != expected:
        raise SystemExit(f"{what}: expected {expected!r}, found {found!r}")
    print(f"ok: {what}")


def refused(error, what, call, *arguments, **options):
    try:
        call(*arguments, **options)
    except error as raised:
        # The exact class: GatedRepoError is a RepositoryNotFoundError too.
        equal(type(raised).__name__, error.__name__, what)
        return raised
    raise SystemExit(f"{what}: {error.__name__} was expected and nothing was raised")


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def same_files(directory, files, what):
    directory = pathlib.Path(directory)
    found = {
        path.relative_to(directory).as_posix(): {"size": path.stat().st_size, "sha256": digest(path)}
        for path in directory.rglob("*")
        if path.is_file()
    }
    equal(found, files, what)


def set_up(endpoint, cache, home):
    """Before the first import of the client, which reads the environment then and never again."""
    for name in list(os.environ):
        if name in TOKEN_VARIABLES or name.lower() in PROXY_VARIABLES or name.startswith("HF_"):
            del os.environ[name]
    os.environ.update(
        HF_ENDPOINT=endpoint,
        HF_HOME=str(home),
        HF_HUB_CACHE=str(cache),
        HF_HUB_DISABLE_XET="1",
        HF_HUB_DISABLE_TELEMETRY="1",
        HF_HUB_DISABLE_PROGRESS_BARS="1",
        HF_HUB_DISABLE_IMPLICIT_TOKEN="1",
        NO_PROXY="127.0.0.1,localhost",
    )


def questions(stand_in, api, access, stranger):
    """What the API tells, without leaving anything in the cache."""
    from huggingface_hub import get_hf_file_metadata
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError
    from huggingface_hub.errors import DisabledRepoError, HfHubHTTPError

    rocket = api.model_info("acme/rocket", files_metadata=True)
    equal(rocket.sha, stand_in.commit("acme/rocket"), "model_info names the commit of main")
    equal(rocket.card_data.license, "apache-2.0", "model_info has the licence of the card")
    equal({"license:apache-2.0", "dataset:acme/flights"} <= set(rocket.tags), True, "model_info has its tags")
    sizes = {sibling.rfilename: sibling.size for sibling in rocket.siblings}
    equal(sizes, {path: file["size"] for path, file in stand_in.files("acme/rocket").items()}, "model_info has sizes")
    (large,) = [sibling for sibling in rocket.siblings if sibling.lfs]
    equal(large.lfs.sha256, stand_in.files("acme/rocket")[large.rfilename]["sha256"], "model_info has digests")

    tagged = api.model_info("acme/rocket", revision="v0.1")
    equal((tagged.sha, tagged.card_data.license), (stand_in.commit("acme/rocket", "v0.1"), "mit"), "info at a tag")
    expanded = api.model_info("acme/rocket-GGUF", expand=["baseModels", "sha", "gated"])
    equal([base["id"] for base in expanded.base_models["models"]], ["acme/rocket"], "model_info expands bases")
    equal(expanded.base_models["relation"], "quantized", "model_info with expand infers the relation")
    equal(expanded.siblings, None, "model_info with expand has nothing else")
    equal(api.model_info("acme/missile").id, "acme/rocket", "model_info follows a renamed repository")
    equal(api.dataset_info("acme/flights").card_data.license, ["cc-by-4.0"], "dataset_info has a list of licences")
    equal(api.space_info("acme/demo").sha, stand_in.commit("spaces/acme/demo"), "space_info names the commit")
    vault = api.model_info("acme/vault")
    equal((vault.gated, vault.card_data.license_name), ("manual", "vault-terms"), "model_info of gated models is open")

    entries = list(api.list_repo_tree("acme/library", recursive=True))
    paths = [entry.path for entry in entries if hasattr(entry, "blob_id")]
    equal(sorted(paths), sorted(stand_in.files("acme/library")), "list_repo_tree has the files of all pages")
    equal(len(entries) - len(paths), 4, "list_repo_tree has the directories")
    below = [entry.path for entry in api.list_repo_tree("acme/library", "shelf-3")]
    equal(below, [path for path in sorted(paths) if path.startswith("shelf-3/")], "list_repo_tree below a directory")
    (there,) = api.get_paths_info("acme/rocket", ["LICENSE", "COPYING"])
    equal((there.path, there.size), ("LICENSE", stand_in.files("acme/rocket")["LICENSE"]["size"]), "get_paths_info")

    models = {model.id for model in api.list_models(author="acme")}
    visible = {name for name in stand_in.world["repositories"] if name.count("/") == 1}
    equal(models, visible - {"acme/secret", "acme/withdrawn"}, "list_models of an author")
    with_filter = {model.id for model in api.list_models(filter="base_model:quantized:acme/rocket")}
    equal(with_filter, {"acme/rocket-GGUF"}, "list_models with a filter finds the descendants")
    collection = api.get_collection(stand_in.world["collection"])
    items = [(item.item_type, item.item_id) for item in collection.items]
    equal(items, [("model", "acme/rocket"), ("dataset", "acme/flights")], "get_collection")
    refs = api.list_repo_refs("acme/rocket", include_pull_requests=True)
    named = {ref.ref: ref.target_commit for ref in refs.branches + refs.tags + refs.pull_requests}
    expected = {"refs/heads/main": "main", "refs/tags/v0.1": "v0.1", "refs/pr/1": "refs/pr/1"}
    equal(named, {ref: stand_in.commit("acme/rocket", revision) for ref, revision in expected.items()}, "repo refs")
    equal(api.whoami(token=access)["name"], "tester", "whoami with a token")

    refused(RepositoryNotFoundError, "a missing repository without token", api.model_info, "acme/nothing")
    refused(RepositoryNotFoundError, "a missing repository with token", api.model_info, "acme/nothing", token=access)
    refused(RepositoryNotFoundError, "a private repository without token", api.model_info, "acme/secret")
    refused(RepositoryNotFoundError, "a private repository of others", api.model_info, "acme/secret", token=stranger)
    equal(api.model_info("acme/secret", token=access).private, True, "a private repository with access")
    refused(RevisionNotFoundError, "a missing revision", api.model_info, "acme/rocket", revision="v9")
    refused(DisabledRepoError, "a disabled repository", api.model_info, "acme/withdrawn")
    wrong = refused(HfHubHTTPError, "a token that is not accepted", api.model_info, "acme/rocket", token="hf_wrong")
    equal(wrong.response.status_code, 401, "a token that is not accepted is a 401")
    for token, status, who in ((False, 401, "without token"), (stranger, 403, "with a token of others")):
        url = f"{stand_in.endpoint}/acme/vault/resolve/main/LICENSE"
        gated = refused(GatedRepoError, f"a gated file {who}", get_hf_file_metadata, url, token=token)
        equal(gated.response.status_code, status, f"a gated file {who} is a {status}")


def downloads(stand_in, cache, access, stranger):
    """Fills the cache; returns what licentia must find there: model, commit, directory of the snapshot."""
    from huggingface_hub import hf_hub_download, snapshot_download
    from huggingface_hub.errors import GatedRepoError, LocalEntryNotFoundError
    from huggingface_hub.errors import RemoteEntryNotFoundError, RevisionNotFoundError

    found = []
    for name in ("acme/rocket", "acme/rocket-GGUF", "acme/heavy", "acme/library"):
        snapshot = snapshot_download(name)
        same_files(snapshot, stand_in.files(name), f"snapshot_download of {name}")
        equal(pathlib.Path(snapshot).name, stand_in.commit(name), f"snapshot_download of {name} is at main")
        found.append((name, stand_in.commit(name), snapshot))
    flights = snapshot_download("acme/flights", repo_type="dataset")
    same_files(flights, stand_in.files("datasets/acme/flights"), "snapshot_download of a dataset")

    readme = hf_hub_download("acme/rocket", "README.md", revision="v0.1")
    equal(digest(readme), stand_in.files("acme/rocket", "v0.1")["README.md"]["sha256"], "hf_hub_download at a tag")
    found.append(("acme/rocket@v0.1", stand_in.commit("acme/rocket", "v0.1"), str(pathlib.Path(readme).parent)))
    proposed = hf_hub_download("acme/rocket", "README.md", revision="refs/pr/1")
    equal(pathlib.Path(proposed).parent.name, stand_in.commit("acme/rocket", "refs/pr/1"), "hf_hub_download of a PR")
    renamed = hf_hub_download("acme/missile", "LICENSE")
    equal(digest(renamed), stand_in.files("acme/rocket")["LICENSE"]["sha256"], "hf_hub_download of an old name")

    refused(RemoteEntryNotFoundError, "a missing file", hf_hub_download, "acme/rocket", "COPYING")
    absent = cache / "models--acme--rocket" / ".no_exist" / stand_in.commit("acme/rocket") / "COPYING"
    equal(absent.is_file(), True, "a missing file is remembered as missing")
    refused(RevisionNotFoundError, "a file at no revision", hf_hub_download, "acme/rocket", "LICENSE", revision="v9")

    for token in (None, stranger):
        refused(GatedRepoError, "download of a gated file", hf_hub_download, "acme/vault", "LICENSE", token=token)
    vault = snapshot_download("acme/vault", token=access)
    same_files(vault, stand_in.files("acme/vault"), "snapshot_download of a gated repository with access")
    found.append(("acme/vault", stand_in.commit("acme/vault"), vault))
    refused(LocalEntryNotFoundError, "nothing is made up", hf_hub_download, "acme/demo", "x", local_files_only=True)

    pushed = stand_in.ask("push")["commit"]
    moved = pathlib.Path(snapshot_download("acme/rocket", allow_patterns="README.md"))
    equal(moved.name, pushed, "snapshot_download after a push is at the new commit")
    equal((cache / "models--acme--rocket/refs/main").read_text(), pushed, "refs/main follows the push")
    # What was main is a commit like any other now, and `main` has only a README here.
    found[0] = (f"acme/rocket@{stand_in.commit('acme/rocket')}", *found[0][1:])
    found.append(("acme/rocket", pushed, str(moved)))
    return found


def requests(stand_in, access):
    log = stand_in.ask("log")
    storage = [entry for entry in log if entry["origin"] == "cdn"]
    equal(bool(storage), True, "large files came from the storage")
    equal([entry["target"] for entry in storage if entry["authorization"]], [], "no token reached the storage")
    seen = any(entry["authorization"] == f"Bearer {access}" for entry in log if entry["origin"] == "hub")
    equal(seen, True, "the token reached the Hub")
    failed = [entry for entry in log if entry["status"] >= 500 or entry["status"] == 0]
    equal(failed, [], "the stand-in answered every request")


def scan(licentia, target, cache, home, endpoint):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    # The stand-in has gone, so that nothing answers at this address, and no other is known.
    environment.update(HF_HUB_CACHE=str(cache), HF_HOME=str(home), HF_ENDPOINT=endpoint)
    arguments = shlex.split(os.environ.get("LICENTIA_ARGUMENTS", "--offline"))
    command = [licentia, "scan", target, *arguments, "-q", "-o", "json"]
    run = subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True, timeout=120)
    # 4 is a whole report too: about something that could not be seen.
    if run.returncode not in (0, 4):
        raise SystemExit(f"{shlex.join(command)} ended with status {run.returncode}:\n{run.stderr}")
    return json.loads(run.stdout)


def judge(licentia, downloaded, cache, home, endpoint):
    for target, commit, snapshot in downloaded:
        report = scan(licentia, f"hf:{target}", cache, home, endpoint)
        (source,) = [source for source in report["sources"] if source["target"] == f"hf:{target}"]
        equal(source["repository"], target.split("@")[0], f"licentia knows the name of {target}")
        equal(source["revision"], commit, f"licentia reads {target} at the commit that the client downloaded")
        evidence = [item for item in report["evidence"] if item["location"]["source"] == source["id"]]
        snapshot = pathlib.Path(snapshot)
        stands = True
        for item in evidence:
            place = item["location"]
            if place["start_line"] and place["path"] in ("README.md", "LICENSE"):
                lines = (snapshot / place["path"]).read_text().splitlines()
                stands &= item["quote"].split("\n")[0] in lines[place["start_line"] - 1]
        equal(stands, True, f"what licentia quotes from README and LICENSE of {target} stands there")
        stated = [
            line.removeprefix("license: ")
            for line in (snapshot / "README.md").read_text().splitlines()
            if line.startswith("license: ")
        ]
        quoted = [
            item["claim"]["value"]
            for item in evidence
            if item["location"]["path"] == "README.md" and item["location"]["key"] == "license"
        ]
        equal(quoted, stated, f"licentia reads the licence of the card of {target}")
        texts = any(item["location"]["path"] == "LICENSE" for item in evidence)
        here = (snapshot / "LICENSE").is_file()
        equal(texts, here, f"licentia has {'evidence' if here else 'no evidence'} in LICENSE of {target}")


def main():
    if len(sys.argv) not in (3, 4):
        raise SystemExit(__doc__)
    program, cache = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).absolute()
    if cache.is_dir() and any(cache.iterdir()):
        raise SystemExit(f"{cache} is not empty")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        with StandIn(program) as stand_in:
            set_up(stand_in.endpoint, cache, home)
            from huggingface_hub import HfApi

            access, stranger = stand_in.world["tokens"]["access"], stand_in.world["tokens"]["stranger"]
            questions(stand_in, HfApi(), access, stranger)
            downloaded = downloads(stand_in, cache, access, stranger)
            requests(stand_in, access)
        # The stand-in has gone: from here on there is only the cache.
        if len(sys.argv) == 4:
            judge(os.path.abspath(sys.argv[3]), downloaded, cache, home, stand_in.endpoint)


if __name__ == "__main__":
    main()
