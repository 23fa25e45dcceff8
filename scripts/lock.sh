#!/usr/bin/env bash
# Renews the locks: every version and hash, for all platforms and Python 3.11 to 3.13, with no addresses.
set -euo pipefail
cd "$(dirname "$0")/.."
compile() {
  .venv/bin/uv pip compile pyproject.toml locks/build.in --universal --python-version 3.11 --generate-hashes \
    --no-header --no-annotate --no-emit-index-url --quiet --custom-compile-command "scripts/lock.sh" \
    --output-file "locks/$1.txt" "${@:2}"
}
compile runtime
compile test --extra test
compile dev --extra dev
