#!/usr/bin/env bash
# Make .venv from the locked requirements: with uv where it is there or can be installed,
# with plain venv and pip otherwise. An argument names a larger set: `spark` or `bench`.
set -euo pipefail
cd "$(dirname "$0")/.."
wanted=${1:-dev}
done=.venv/.installed
[ "$wanted" = dev ] || done=.venv/.installed-$wanted
[ "$wanted" = dev ] || [ ! "$done" -nt "requirements/$wanted.txt" ] || exit 0

python=""
for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 &&
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "Python 3.11 or newer is needed and was not found; name one with PYTHON=…" >&2
    exit 1
fi

[ -x .venv/bin/python ] || "$python" -m venv .venv

if command -v uv >/dev/null 2>&1; then
    uv=$(command -v uv)
elif .venv/bin/python -m pip install --quiet --disable-pip-version-check uv >/dev/null 2>&1; then
    uv=$PWD/.venv/bin/uv
else
    uv=""
fi

if [ -n "$uv" ]; then
    "$uv" pip install --quiet --python .venv/bin/python --require-hashes -r "requirements/$wanted.txt"
    "$uv" pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .
else
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "requirements/$wanted.txt"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
fi
touch "$done"
