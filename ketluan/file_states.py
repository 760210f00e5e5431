"""In which state does a run leave a file that it did not take, and what does an archivist read of it?"""

from __future__ import annotations

import errno
import logging

from ketluan.errors import ArchiveError
from ketluan.inbox import Odd, Seen, shown
from ketluan.run_report import FileResult, State

log = logging.getLogger(__name__)

#: code → what an archivist reads about a file that waits
WAITING = {
    "still_written": "Tệp đang được chép vào. Không cần làm gì.",
    "changed": "Tệp thay đổi trong lúc đang nhận. Không cần làm gì.",
    "symlink": "Đây là liên kết, không phải tệp. Hãy chép chính tệp vào hộp thư đến.",
    "not_a_file": "Đây không phải tệp thông thường. Hãy xóa nó khỏi hộp thư đến.",
    "unreadable_folder": "Không mở được thư mục này. Hãy nhờ người quản trị cấp quyền đọc.",
    "time_is_up": "Lượt chạy đã hết thời gian cho phép trước khi tới tệp này. Không cần làm gì: lần chạy sau sẽ nhận.",
    "disk_low": "Ổ đĩa sắp hết chỗ nên không nhận thêm tệp. Hãy giải phóng chỗ trên ổ đĩa; lần chạy sau sẽ nhận.",
    "not_reached": "Chưa xử lý tới tệp này vì một bước bị lỗi. Hãy báo người quản trị.",
    "unexpected_error": "Chương trình gặp lỗi khi xử lý tệp này; tệp vẫn nguyên vẹn. Hãy báo người quản trị",
}
TRANSIENT = {
    "PermissionError": "Không có quyền đọc hoặc chuyển tệp. Hãy nhờ người quản trị cấp quyền",
    "OSError": "Ổ đĩa hoặc mạng gặp trở ngại. Hãy kiểm tra dung lượng trống và kết nối",
}


def left(file: Seen | Odd, code: str, reason: str | None = None, *, failed: bool = False) -> FileResult:
    """A file that waits for the next run; without `reason` that of `code` in `WAITING`. `failed`: it fails the run."""
    return FileResult(file.path, file.shown, State.WAITING, code=code, reason=reason or WAITING[code], failed=failed)


def unexpected(seen: Seen, what: str) -> FileResult:
    """A file that waits for a better program."""
    return left(seen, "unexpected_error", f"{WAITING['unexpected_error']} ({shown(what)}).", failed=True)


def stopped(seen: Seen, error: OSError | ArchiveError) -> FileResult:
    """A file that waits for a fault to pass."""
    log.warning("%s waits: %s", seen.shown, error)
    if isinstance(error, ArchiveError):
        return left(seen, "archive_error", str(error))
    kind = "PermissionError" if isinstance(error, PermissionError) else "OSError"
    code = errno.errorcode.get(error.errno or 0, "EIO")
    return left(seen, code, f"{TRANSIENT[kind]} ({code}).")
