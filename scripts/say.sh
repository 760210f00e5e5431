# Sourced by the scripts: how they speak, and how they ask for what is missing.

say() { printf '%s\n' "• $*"; }

fail() {
    printf '%s\n' "✗ $*" >&2
    exit 1
}

# need WHAT PACKAGE…: installs from apt when root, else says exactly what to type.
need() {
    what=$1
    shift
    command="apt-get update && apt-get install -y --no-install-recommends $*"
    if ! command -v apt-get >/dev/null 2>&1; then
        fail "Thiếu $what. Máy này không có apt: hãy cài các gói tương đương (missing; install the equivalent of): $*"
    fi
    if [ "$(id -u)" != 0 ]; then
        fail "Thiếu $what. Hãy chạy lệnh sau rồi gọi lại make (missing; run this, then make again):
    sudo sh -c '$command'"
    fi
    say "Cài $what bằng apt: $*"
    log=$(mktemp)
    if ! DEBIAN_FRONTEND=noninteractive sh -c "$command" >"$log" 2>&1 </dev/null; then
        tail -n 15 "$log" >&2
        rm -f "$log"
        fail "apt không cài được $* (apt could not install)"
    fi
    rm -f "$log"
}
