#!/bin/sh
# Makes .venv, the one environment of the project, from requirements.lock. Safe to run again; quick when nothing changed.
#
# Needs a Python of 3.11 or later. What else is missing (python3-venv) is taken from apt when root,
# and otherwise named with the command that installs it. Writes only below the project folder.
set -eu
cd "$(dirname "$0")/.."
. scripts/say.sh

find_python() {
    for candidate in "${PYTHON:-}" python3 /usr/bin/python3 python3.13 python3.12 python3.11; do
        [ -n "$candidate" ] || continue
        if "$candidate" -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info < (3, 14)))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

python=$(find_python) || {
    need "Python 3.11–3.13" python3 python3-venv
    python=$(find_python) || fail "Không tìm thấy Python 3.11 đến 3.13 (no Python from 3.11 to 3.13). PYTHON=/path/to/python3.12 make setup"
}

version=$("$python" -c 'import sys; print(f"{sys.version_info.major}.{sys.version_info.minor}")')
stamp=".venv/.ketluan-setup"
wanted="$(pwd) $("$python" -c 'import sys; print(sys.version)' | tr '\n' ' ') $(cat requirements.lock scripts/uv-requirements.txt scripts/link_project.py | cksum)"
if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null || true)" = "$wanted" ]; then
    exit 0
fi

# ensurepip is what python3-venv adds on Debian; `import venv` succeeds without it.
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    need "python3-venv" "python$version-venv"
fi

say "Chuẩn bị môi trường Python $version (lần đầu mất một đến ba phút)"
export UV_CACHE_DIR="$PWD/.tools/cache" UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=1 UV_NO_CONFIG=1
export PIP_CACHE_DIR="$PWD/.tools/pip-cache" PIP_DISABLE_PIP_VERSION_CHECK=1
tools_stamp=.tools/.requirements
if [ ! -x .tools/venv/bin/uv ] || ! cmp -s scripts/uv-requirements.txt "$tools_stamp"; then
    rm -rf .tools/venv
    mkdir -p .tools
    "$python" -m venv .tools/venv
    .tools/venv/bin/python -m pip install --quiet --require-hashes -r scripts/uv-requirements.txt
    cp scripts/uv-requirements.txt "$tools_stamp"
fi
uv=.tools/venv/bin/uv

rm -f "$stamp"
if ! .venv/bin/python -c "import sys; sys.exit('.'.join(map(str, sys.version_info[:2])) != '$version')" 2>/dev/null; then
    "$uv" venv --quiet --clear --python "$python" .venv
fi
"$uv" pip sync --quiet --require-hashes --python .venv/bin/python requirements.lock
.venv/bin/python scripts/link_project.py
printf '%s' "$wanted" > "$stamp"
say "Môi trường đã sẵn sàng: .venv"
