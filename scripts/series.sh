#!/bin/sh
# Takes the invented series into an archive of its own: nothing of it is ever shown as real.
set -eu
cd "$(dirname "$0")/.."
. scripts/say.sh

export KETLUAN_HOME="$1" KETLUAN_SETTLE_SECONDS=0
if [ -d "$KETLUAN_HOME/archive/notices" ]; then
    say "Kho thử đã có sẵn: $KETLUAN_HOME (xóa thư mục này rồi gọi lại nếu muốn làm mới)"
else
    say "Tạo 24 tháng văn bản của một tỉnh KHÔNG CÓ THẬT trong $KETLUAN_HOME"
    .venv/bin/python -m samples.series "$KETLUAN_HOME"
fi
.venv/bin/ketluan ingest
say "Có thể hỏi tiếp (chép nguyên dòng lệnh):"
for question in 'search "giải ngân vốn đầu tư công"' 'due' 'trace "giải ngân"'; do
    printf '  KETLUAN_HOME=%s .venv/bin/ketluan %s\n' "$KETLUAN_HOME" "$question"
done
