"""What can go wrong while a file is read.

    ExtractionError
    ├── UnsupportedFormat     the kind of file is not one we read
    ├── UnreadableDocument    damaged, or not what its kind promises
    │   ├── EncryptedDocument   protected by a password
    │   └── ScannedDocument     pictures of pages, no text to read
    ├── EmptyDocument         there is no text in it
    ├── MisnamedDocument      its bytes are of another kind than its name says
    ├── DocumentTooLarge      over a limit (bytes, pages, unpacked size)
    └── NotANotice            readable, but no notice of conclusions

All are permanent: reading the same bytes again fails again. `reason` is Vietnamese,
for the archivist, and says what to do; `str(error)` is for the log.
"""

from __future__ import annotations


class ExtractionError(Exception):
    """Base of all. `code` is stable and names the reason in reports."""

    code = "extraction_error"
    reason = "Không đọc được tệp này. Hãy mở tệp để kiểm tra rồi gửi lại."

    def __init__(self, detail: str = "", *, reason: str | None = None) -> None:
        super().__init__(detail or self.code)
        if reason is not None:
            self.reason = reason


class UnsupportedFormat(ExtractionError):
    """The kind of file is not one we read."""

    code = "unsupported_format"
    reason = "Loại tệp này chưa được hỗ trợ. Hãy lưu lại thành DOCX, PDF hoặc TXT rồi gửi lại."


class UnreadableDocument(ExtractionError):
    """Damaged, or not what its kind promises."""

    code = "unreadable_document"
    reason = "Tệp bị hỏng, không mở được. Hãy lấy lại bản gốc từ nơi gửi rồi chép vào lần nữa."


class EncryptedDocument(UnreadableDocument):
    """Protected by a password."""

    code = "encrypted_document"
    reason = "Tệp được đặt mật khẩu. Hãy bỏ mật khẩu rồi gửi lại."


class ScannedDocument(UnreadableDocument):
    """Pictures of pages: there is nothing to read without character recognition."""

    code = "scanned_document"
    reason = "Tệp chỉ có ảnh quét, chưa đọc được chữ trong ảnh. Hãy gửi bản DOCX, hoặc bản PDF có chữ chọn được."


class EmptyDocument(ExtractionError):
    """There is no text in it."""

    code = "empty_document"
    reason = "Tệp không có chữ nào. Hãy kiểm tra xem tệp đã được lưu đầy đủ chưa."


class MisnamedDocument(ExtractionError):
    """Its bytes are of another kind than its name says."""

    code = "misnamed_document"
    reason = "Phần mở rộng của tên tệp không đúng với nội dung. Hãy đổi lại tên tệp rồi gửi lại."


class DocumentTooLarge(ExtractionError):
    """Over a limit: bytes, pages, or unpacked size."""

    code = "document_too_large"
    reason = "Tệp quá lớn so với một thông báo. Hãy kiểm tra; nếu đúng là thông báo, hãy tách nhỏ hoặc nâng giới hạn."


class NotANotice(ExtractionError):
    """Readable, but no notice of conclusions."""

    code = "not_a_notice"
    reason = "Tệp đọc được nhưng không phải thông báo kết luận. Nếu đúng là thông báo kết luận, hãy báo người quản trị."
