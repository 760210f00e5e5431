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
fc-list ':lang=vi' family | grep -q 'Liberation Serif'|Liberation fonts, with Vietnamese letters|fontconfig fonts-liberation2
case "$(tesseract --list-langs)" in *Vietnamese*vie*) ;; *) exit 1 ;; esac|Tesseract OCR, tiếng Việt|tesseract-ocr tesseract-ocr-vie tesseract-ocr-script-viet
command -v git|git|git
command -v chromium|Chromium|chromium
TOOLS
