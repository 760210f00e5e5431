"""What of a deadline did the program conclude, because the paper does not print it? For people, in Vietnamese.

Every value of `extractors.model.Deadline.inferred` has a row here.
"""

from __future__ import annotations

#: code → what was concluded
INFERRED = {
    "year": "năm",
    "month": "tháng",
    "issued": "ngày, tính từ ngày của thông báo",
    "holidays": "ngày làm việc, chưa trừ ngày nghỉ âm lịch",
}
