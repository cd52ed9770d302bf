#!/usr/bin/env bash
# Is docs/causes.md what MAKE_PAGES makes of the rules now?
set -euo pipefail
"$1" tools/pages causes | diff -u docs/causes.md - || {
  echo "docs/causes.md is older than the rules: './dev approve' writes it anew" >&2
  exit 1
}
