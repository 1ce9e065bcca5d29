#!/usr/bin/env bash
# Runs `licentia check` once, shows what it says where GitHub shows things, and ends with its exit status; with 4
# where that is 0 and there is no report.
#
# From the environment: INPUT_… as `action.yml` describes them; LICENTIA, the program; GITHUB_OUTPUT,
# GITHUB_STEP_SUMMARY, RUNNER_TEMP. Works with the bash 3.2 of macOS, which has neither `mapfile` nor empty arrays under
# `set -u`: the arguments are collected as those of the script.
set -euo pipefail

fail() {
    echo "::error title=licentia::$1" >&2
    exit 2
}

# is_true NAME VALUE
is_true() {
    case $2 in
    true) return 0 ;;
    false) return 1 ;;
    *) fail "the input $1 must be true or false" ;;
    esac
}

# A directory of its own: a job may check twice and read both reports afterwards.
mkdir -p "$RUNNER_TEMP/licentia"
reports=$(mktemp -d "$RUNNER_TEMP/licentia/reports.XXXXXX")

set -- check -o text -o "json=$reports/report.json"
if is_true summary "$INPUT_SUMMARY"; then set -- "$@" -o "github-summary=$reports/summary.md"; fi
if is_true annotations "$INPUT_ANNOTATIONS"; then set -- "$@" -o "github=$reports/annotations"; fi
if is_true offline "$INPUT_OFFLINE"; then set -- "$@" --offline; fi
if [[ -n $INPUT_POLICY ]]; then set -- "$@" "--policy=$INPUT_POLICY"; fi
if [[ -n $INPUT_FAIL_ON ]]; then set -- "$@" "--fail-on=$INPUT_FAIL_ON"; fi
sarif=
if [[ -n $INPUT_SARIF ]]; then
    case $INPUT_SARIF in
    *$'\n'*) fail "the input sarif is one path, and has no line break" ;;
    /*) sarif=$INPUT_SARIF ;;
    *) sarif=$PWD/$INPUT_SARIF ;;
    esac
    # One of an earlier run must not be taken for this one's.
    rm -f -- "$sarif"
    set -- "$@" -o "sarif=$sarif"
fi
# lines TEXT: without the blanks around each, and without empty ones.
lines() {
    sed -e 's/^[[:space:]]*//' -e 's/[[:space:]]*$//' -e '/^$/d' <<<"$1"
}
# Kept first: where `lines` fails the script ends, and nothing is checked without the targets that were named.
further=$(lines "$INPUT_ARGS")
targets=$(lines "$INPUT_TARGETS")
if [[ -n $further ]]; then
    while IFS= read -r line; do set -- "$@" "$line"; done <<<"$further"
fi
set -- "$@" --
if [[ -n $targets ]]; then
    while IFS= read -r line; do set -- "$@" "$line"; done <<<"$targets"
fi
if [[ -n $INPUT_TOKEN ]]; then export HF_TOKEN=$INPUT_TOKEN; fi
unset INPUT_TOKEN

status=0
"$LICENTIA" "$@" || status=$?
# As with --help among the arguments: nothing was looked at.
if [[ $status -eq 0 && ! -s $reports/report.json ]]; then status=4; fi

if [[ -s $reports/annotations ]]; then cat "$reports/annotations"; fi
if [[ -s $reports/summary.md && -n ${GITHUB_STEP_SUMMARY:-} ]]; then
    cat "$reports/summary.md" >>"$GITHUB_STEP_SUMMARY"
fi

# of_summary KEY: a word or number of the report's summary. Our own report has one key a line, and a line break in a
# string is escaped there, so that nothing scanned can pass for one; jq is not in every container.
of_summary() {
    local line='^    "'$1'": "\{0,1\}\([a-z0-9]*\)"\{0,1\},\{0,1\}$'
    sed -n '/^  "summary": {$/,/^  }/ s/'"$line"'/\1/p' "$reports/report.json"
}
echo "exit-code=$status" >>"$GITHUB_OUTPUT"
if [[ -s $reports/report.json ]]; then
    {
        echo "verdict=$(of_summary verdict)"
        echo "incomplete=$(of_summary incomplete)"
        echo "json=$reports/report.json"
    } >>"$GITHUB_OUTPUT"
else
    echo "::error title=licentia::no report was written (exit status $status); the lines above say why"
fi
if [[ -n $sarif && -s $sarif ]]; then echo "sarif=$sarif" >>"$GITHUB_OUTPUT"; fi
exit "$status"
