#!/usr/bin/env bash
# Checks the models that licentia.toml names and shows the report above the build. Needs licentia on the agent.
set -euo pipefail

rm -f licentia.json licentia.md
status=0
licentia check -o text -o json=licentia.json -o markdown=licentia.md || status=$?
case $status in
0) style=success ;;
4) style=warning ;; # not everything was seen; the step fails all the same
*) style=error ;;
esac
if [[ -s licentia.md ]]; then
    buildkite-agent annotate --context licentia --style "$style" <licentia.md
fi
exit "$status"
