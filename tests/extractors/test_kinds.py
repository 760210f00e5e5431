"""Assessment, directive or decision: a row is a passage, what stands above it, and its kind."""

from __future__ import annotations

from datetime import date

import pytest

from extractors.days import Session
from extractors.kinds import assesses_below, assesses_by_title, kind_of
from extractors.passages import PassageReader

CASES = [  # text, told by a lead-in above, in an assessing section, kind
    ("Giao Sở Y tế rà soát thuốc.", False, False, "directive"),
    ("Rà soát thuốc, vật tư.", True, False, "directive"),
    ("Khẩn trương khắc phục các tồn tại đã chỉ ra.", False, False, "directive"),
    ("Thống nhất chủ trương mở rộng chợ.", False, False, "decision"),
    ("Đồng ý chủ trương; giao Sở Công Thương thực hiện.", False, False, "directive"),
    ("Cơ bản đồng ý với phương án thiết kế.", False, False, "decision"),
    ("Chưa thống nhất đề nghị bổ sung vốn.", False, False, "decision"),
    ("Phê duyệt phương án ứng phó trước mùa mưa.", True, False, "directive"),  # an agency is told to approve
    ("Theo dõi giá nông sản; trao đổi, thống nhất với ngành dọc về số liệu.", True, False, "directive"),
    ("Việc mua sắm phải công khai.", False, False, "decision"),
    ("Do mưa lớn kéo dài nên lễ hội tạm dừng tổ chức.", False, False, "decision"),
    ("Dự án mới làm được một phần ba, còn chậm bảy tháng.", False, False, "assessment"),
    ("Dự họp với Bộ Y tế, báo cáo kết quả.", False, False, "directive"),
    ("Tính đến nay cả tỉnh đã có mười xã về đích.", False, False, "assessment"),
    ("Không chấp nhận nuôi cá lồng tự phát.", False, False, "decision"),
    ("Dừng cấp phép bến bãi ngoài quy hoạch.", False, False, "decision"),
    ("Dừng cấp phép bến bãi ngoài quy hoạch.", True, False, "directive"),
    ("Ghi nhận, xem xét khi có nguồn.", False, False, "decision"),
    ("Trường hợp đã đối thoại mà không thành thì phải cưỡng chế.", False, False, "decision"),
    ("Thu ngân sách đạt 48% dự toán, tăng 5% so với cùng kỳ.", False, True, "assessment"),
    ("Tiến độ một số dự án còn chậm.", False, False, "assessment"),
    ("Ghi nhận, biểu dương các địa phương đã về đích.", False, False, "assessment"),
    ("Ghi nhận Sở Y tế đã hoàn thành; thống nhất kết thúc theo dõi.", False, True, "decision"),
    ("Phê bình các chủ đầu tư giải ngân chậm.", False, False, "assessment"),
    ("Yêu cầu Sở Nội vụ phê bình đơn vị nộp chậm.", False, False, "directive"),
    ("Sở Y tế, Sở Nội vụ thống nhất số liệu.", False, False, "directive"),
    ("Giao Công an tỉnh điều tra vụ việc.", False, True, "directive"),  # an order stays one wherever it stands
    ("Giải phóng mặt bằng tại cụm Thống Nhất 2 còn chậm.", False, True, "assessment"),  # a place, no decision
]


@pytest.mark.parametrize(("text", "told", "assesses", "kind"), CASES)
def test_kind(text: str, told: bool, assesses: bool, kind: str) -> None:
    passage = PassageReader(Session.of("2024-03", date(2024, 3, 5)))(text)
    assert kind_of(passage, told=told, assesses=assesses) == kind


TITLES = [
    ("Kết quả thực hiện nhiệm vụ tháng 5", True),
    ("ĐÁNH GIÁ CHUNG", True),
    ("Tình hình và nhiệm vụ tháng 6", False),
    ("Nhiệm vụ trọng tâm", False),
    ("Về kết quả giải ngân", True),
]


BELOW = [  # title of an item, whether its section assesses, whether what stands below does
    ("Đánh giá tình hình tháng 5", False, True),
    ("Nhiệm vụ trọng tâm", True, False),
    ("Việc cần làm ngay", True, False),
    ("Thu ngân sách", True, True),
    ("Thu ngân sách", False, False),
]


@pytest.mark.parametrize(("title", "above", "assesses"), BELOW)
def test_title_of_an_item(title: str, above: bool, assesses: bool) -> None:
    assert assesses_below(title, above) is assesses


@pytest.mark.parametrize(("title", "assesses"), TITLES)
def test_title(title: str, assesses: bool) -> None:
    assert assesses_by_title(title) is assesses
