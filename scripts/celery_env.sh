#!/bin/sh
# Makes .tools/celery: the environment of the project and what CeleryExecutor needs besides, for scripts/celery_trial.py.
# Redis comes from apt when root; otherwise the command is printed. Quick when nothing changed.
set -eu
cd "$(dirname "$0")/.."
. scripts/say.sh

command -v redis-server >/dev/null 2>&1 || need Redis redis-server

stamp=".tools/celery/.ketluan-setup"
wanted="$(cat requirements.lock deploy/celery.txt | cksum)"
[ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ] || exit 0

say "Chuẩn bị môi trường có Celery (an environment with Celery)"
export UV_CACHE_DIR="$PWD/.tools/cache" UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=1 UV_NO_CONFIG=1
uv=.tools/venv/bin/uv
"$uv" venv --quiet --clear --python .venv/bin/python .tools/celery
"$uv" pip sync --quiet --require-hashes --python .tools/celery/bin/python requirements.lock deploy/celery.txt
"$uv" pip check --quiet --python .tools/celery/bin/python
printf '%s' "$wanted" > "$stamp"
