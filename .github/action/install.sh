#!/usr/bin/env bash
# Brings licentia to the runner and says where it is.
#
# From the environment: INPUT_INSTALL and what belongs to it, as `action.yml` describes them; PROGRAM, the directory of
# a program that is built of this source; GITHUB_ACTION_PATH, GITHUB_OUTPUT, GITHUB_PATH, RUNNER_TEMP. Works with the
# bash 3.2 of macOS.
set -euo pipefail
: "${PROGRAM:?}"

fail() {
    echo "::error title=licentia::$1" >&2
    exit 2
}

digest() {
    local answer
    if command -v sha256sum >/dev/null 2>&1; then answer=$(sha256sum <"$1"); else answer=$(shasum -a 256 <"$1"); fi
    echo "${answer%% *}"
}

build() {
    if [[ -x $PROGRAM/bin/licentia ]]; then return; fi # from the cache, whose key is the digest of the source
    command -v cargo >/dev/null 2>&1 ||
        fail "cargo is not on this runner; install Rust in a step before, or set the input install to release or path"
    # Built elsewhere, so that the files of the action stay as they are.
    CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$RUNNER_TEMP/licentia/target} \
        cargo install --locked --quiet --no-track --path "$GITHUB_ACTION_PATH" --root "$PROGRAM"
}

# fetch NAME FILE: from a directory, or over https alone.
fetch() {
    case $INPUT_RELEASES in
    https://*)
        curl --fail --silent --show-error --location --proto '=https' --tlsv1.2 --retry 3 \
            --output "$2" "$INPUT_RELEASES/v$INPUT_VERSION/$1" || fail "$1 cannot be downloaded"
        ;;
    *://*) fail "the input releases must be an https address or a directory" ;;
    *) cp -- "$INPUT_RELEASES/v$INPUT_VERSION/$1" "$2" || fail "$1 is not in the directory of releases" ;;
    esac
}

# release: into `program`, a place of its own for each archive.
release() {
    local version='^[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.-]+)?$' hexadecimal='^[0-9a-f]{64}$'
    [[ $INPUT_VERSION =~ $version ]] || fail "with install: release the input version is needed, as in 0.1.0"
    local triple
    case $(uname -s)-$(uname -m) in
    Linux-x86_64) triple=x86_64-unknown-linux-gnu ;;
    Linux-aarch64) triple=aarch64-unknown-linux-gnu ;;
    Darwin-arm64) triple=aarch64-apple-darwin ;;
    Darwin-x86_64) triple=x86_64-apple-darwin ;;
    *) fail "there are no releases for $(uname -s) $(uname -m); set the input install to cargo or path" ;;
    esac
    local name=licentia-$INPUT_VERSION-$triple
    local download=$RUNNER_TEMP/licentia/download expected found
    mkdir -p "$download"
    fetch "$name.tar.gz" "$download/$name.tar.gz"
    if [[ -n $INPUT_SHA256 ]]; then
        expected=$INPUT_SHA256
    else
        fetch "$name.tar.gz.sha256" "$download/$name.tar.gz.sha256"
        read -r expected _ <"$download/$name.tar.gz.sha256" || true # a last line may lack its end
    fi
    expected=$(tr '[:upper:]' '[:lower:]' <<<"$expected")
    [[ $expected =~ $hexadecimal ]] || fail "the SHA-256 to compare $name.tar.gz with is no SHA-256"
    found=$(digest "$download/$name.tar.gz")
    [[ $found == "$expected" ]] ||
        fail "$name.tar.gz is not what it should be: its SHA-256 is $found, expected $expected"
    local place=$RUNNER_TEMP/licentia/release/$found
    mkdir -p "$place"
    tar -xzf "$download/$name.tar.gz" -C "$place" --strip-components=1 "$name/licentia"
    program=$place/licentia
}

case $INPUT_INSTALL in
cargo)
    build
    program=$PROGRAM/bin/licentia
    ;;
release) release ;;
path)
    program=$(command -v -- "$INPUT_PATH") || fail "the program that the input path names is not on this runner"
    [[ $program == /* ]] || program=$PWD/$program
    ;;
*) fail "the input install must be cargo, release or path" ;;
esac

"$program" --version
case $program in
*$'\n'*) fail "the program stands in a directory with a line break in its name" ;;
esac
echo "licentia=$program" >>"$GITHUB_OUTPUT"
echo "${program%/*}" >>"$GITHUB_PATH"
