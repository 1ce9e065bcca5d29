#!/usr/bin/env bash
# Says where the program and what it keeps of the Hub lie on this runner, and by what the built program is known: the
# digest of everything that it is built from, because the action is not a clone whose commit could be asked for. The
# digest is a part of the program's place: a job may use the action at two commits.
#
# From the environment: GITHUB_ACTION_PATH, GITHUB_OUTPUT, RUNNER_TEMP. Works with the bash 3.2 of macOS.
set -euo pipefail

if command -v sha256sum >/dev/null 2>&1; then digests=(sha256sum); else digests=(shasum -a 256); fi

cd "$GITHUB_ACTION_PATH"
source=$(
    find Cargo.toml Cargo.lock askama.toml src license-db -type f -print0 | LC_ALL=C sort -z |
        xargs -0 "${digests[@]}" | "${digests[@]}"
)
{
    echo "source=${source%% *}"
    echo "program=$RUNNER_TEMP/licentia/program/${source%% *}"
    echo "hub=$RUNNER_TEMP/licentia/hub"
} >>"$GITHUB_OUTPUT"
