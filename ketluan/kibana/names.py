"""What are fields and their values called in Vietnamese?"""

from __future__ import annotations

from collections.abc import Mapping

from extractors.papers import TYPES
from extractors.topics import topic_names
from ketluan.inferred import INFERRED as CONCLUDED
from ketluan.problems import PROBLEMS

#: Field → its label in Kibana. A field without one is not meant for people and left out of the data views.
FIELDS: Mapping[str, str] = {
    "id": "Mã",
    "notice": "Mở thông báo",
    "type": "Loại văn bản",
    "text": "Nội dung",
    "topics": "Chủ đề",
    "lead": "Chủ trì",
    "coordinating": "Phối hợp",
    "report_to": "Nơi nhận báo cáo",
    "agencies": "Cơ quan có liên quan",
    "citations": "Văn bản viện dẫn",
    "corrected": "Phần đã sửa",
    "month": "Tháng họp",
    "month.date": "Tháng họp (thời gian)",
    "held_on": "Ngày họp (chữ)",
    "held_on.date": "Ngày họp",
    "session": "Loại phiên họp",
    "issued": "Ngày ban hành (chữ)",
    "issued.date": "Ngày ban hành",
    "number": "Số",
    "symbol": "Ký hiệu",
    "title": "Trích yếu",
    "issuer": "Cơ quan ban hành",
    "place": "Nơi ban hành",
    "path": "Vị trí trong văn bản",
    "position": "Thứ tự",
    "context": "Lời dẫn",
    "section": "Phần",
    "item": "Mục",
    "kind": "Loại kết luận",
    "page": "Trang",
    "due": "Hạn cuối",
    "from": "Từ ngày",
    "deadline": "Thời hạn (nguyên văn)",
    "event": "Mốc sự kiện",
    "every": "Định kỳ",
    "on": "Ngày định kỳ",
    "vague": "Hạn không rõ ngày",
    "inferred": "Phần suy ra",
    "conclusion": "Mã kết luận",
    "chair": "Người chủ trì",
    "signer": "Người ký",
    "problems": "Vấn đề cần xem",
    "formats": "Dạng tệp",
    "files": "Tên tệp",
    "conclusions": "Số kết luận",
}

#: Fields that an archivist may set right.
_CORRECTABLE = (
    *("lead", "coordinating", "report_to", "due", "from", "kind", "topics", "citations"),
    *("number", "symbol", "issued", "title", "issuer", "place"),
)

KINDS: Mapping[str, str] = {"assessment": "Đánh giá", "directive": "Chỉ đạo", "decision": "Quyết định"}
FORMATS: Mapping[str, str] = {
    "docx": "Word (.docx)",
    "doc": "Word cũ (.doc)",
    "pdf": "PDF",
    "txt": "Văn bản thuần",
    "rtf": "RTF",
    "odt": "OpenDocument",
    "html": "Trang web",
    "jpg": "Ảnh chụp",
    "png": "Ảnh chụp",
    "tif": "Ảnh quét",
    "gif": "Ảnh",
}
EVERY: Mapping[str, str] = {
    "day": "Hằng ngày",
    "week": "Hằng tuần",
    "month": "Hằng tháng",
    "quarter": "Hằng quý",
    "year": "Hằng năm",
    "always": "Thường xuyên",
}
INFERRED: Mapping[str, str] = {code: said[0].upper() + said[1:] for code, said in CONCLUDED.items()}


def values() -> dict[str, dict[str, str]]:
    """Field → value → its name; a value without a name is shown as it is."""
    return {
        "topics": topic_names(),
        "kind": dict(KINDS),
        "type": dict(TYPES),
        "formats": dict(FORMATS),
        "problems": dict(PROBLEMS),
        "every": dict(EVERY),
        "inferred": dict(INFERRED),
        "corrected": {name: FIELDS[name] for name in _CORRECTABLE},
    }
