#!/bin/sh
# What only the tests need from the system: one row a tool, `PROBE|NAME|PACKAGES`.
# Missing ones come from apt when root; otherwise the command is printed and the script fails.
set -eu
cd "$(dirname "$0")/.."
. scripts/say.sh

while IFS='|' read -r probe name packages; do
    sh -c "$probe" >/dev/null 2>&1 && continue
    # shellcheck disable=SC2086  # several packages, one word each
    need "$name" $packages
done <<'TOOLS'
command -v soffice|LibreOffice Writer|libreoffice-writer-nogui
command -v fc-list && fc-list | grep -qi 'liberation serif'|Liberation fonts|fontconfig fonts-liberation
command -v git|git|git
TOOLS
