"""What is each kind of problem called, by its code, in a few words? The problem itself says more."""

from __future__ import annotations

from collections.abc import Mapping

PROBLEMS: Mapping[str, str] = {
    "citation_kind": "Loại văn bản viện dẫn không khớp ký hiệu",
    "citation_symbol": "Ký hiệu văn bản viện dẫn không đúng thể thức",
    "correction_conflict": "Chỗ đã sửa không còn khớp văn bản",
    "corrections_damaged": "Tệp ghi các chỗ đã sửa bị hỏng",
    "deadline_open": "Hạn không ghi tính từ ngày nào",
    "deadline_past": "Hạn nằm trước ngày họp",
    "deadline_unreadable": "Ngày của hạn không xác định được",
    "heading_month": "Tháng ở đề mục khác tháng họp",
    "issue_date_blank": "Ngày ban hành để trống",
    "issuer_inferred": "Cơ quan ban hành được suy ra",
    "legacy_encoding": "Chữ kiểu cũ đã chuyển mã",
    "no_conclusion": "Không tách được kết luận nào",
    "no_issue_date": "Không thấy ngày ban hành",
    "no_session_date": "Không thấy ngày họp",
    "no_symbol": "Không thấy số, ký hiệu",
    "number_blank": "Số văn bản để trống",
    "ocr": "Chữ nhận dạng từ ảnh",
    "ocr_mended": "Chữ nhận dạng đã được chỉnh theo chữ bên cạnh",
    "ocr_unread": "Số hoặc ngày viết tay không đọc được",
    "paper_type": "Không phải thông báo kết luận",
    "renditions_issued": "Các tệp khác nhau về ngày ban hành",
    "renditions_number": "Các tệp khác nhau về số",
    "renditions_signed": "Số, ngày ban hành lấy từ bản ký",
    "renditions_title": "Các tệp khác nhau về trích yếu",
    "scan_stamp": "Chữ ký số trên bản quét",
    "scanned_pages": "Có trang ảnh chưa đọc",
    "session_month": "Ngày họp ngoài tháng của phiên họp",
    "unknown_encoding": "Chữ không rõ mã",
}
