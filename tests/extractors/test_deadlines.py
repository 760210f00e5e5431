# ruff: noqa: E501 (a row stays on its line)
"""By when? A table of phrases, each in a sentence, and a table of dates that set no deadline."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.days import Session
from extractors.deadlines import find_deadlines, problems, read_due_cell
from extractors.phrases import CELL_RULES, RULES
from extractors.reading import VETOES, Place

#: The session of every row without its own: that of May 2026, held at the end of April.
MONTH, HELD_ON = "2026-05", date(2026, 4, 28)


def find(text: str, month: str | None = MONTH, held_on: date | None = HELD_ON):
    return find_deadlines(text, Session.of(month, held_on))


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


# rule, sentence, the phrase as printed, from, due
DATED = [
    ("before_day", "Nộp hồ sơ trước ngày20/10/2026.", "trước ngày20/10/2026", None, "2026-10-20"),
    ("year_part", "Phấn đấu thông xe kỹ thuật toàn tuyến cuối năm 2026.", "cuối năm 2026", "2026-10-01", "2026-12-31"),
    # from a month on
    ("month_to_day", "Thời gian thực hiện: từ tháng 4 đến hết ngày 30/11/2026.", "từ tháng 4 đến hết ngày 30/11/2026", "2026-04-01", "2026-11-30"),
    ("month_to_day", "Tổ chức ra quân từ tháng 12 đến ngày 15/02/2027.", "từ tháng 12 đến ngày 15/02/2027", "2026-12-01", "2027-02-15"),
    ("month_to_month", "Triển khai từ tháng 6 đến tháng 8/2026.", "từ tháng 6 đến tháng 8/2026", "2026-06-01", "2026-08-31"),
    # one day
    ("before_day", "Giao Sở Y tế báo cáo kết quả trước ngày 15/9/2026.", "trước ngày 15/9/2026", None, "2026-09-15"),
    ("before_day", "Sở Xây dựng trình dự thảo trước 05/06/2026.", "trước 05/06/2026", None, "2026-06-05"),
    ("before_day", "Nộp hồ sơ trước ngày 20 tháng 10 năm 2026.", "trước ngày 20 tháng 10 năm 2026", None, "2026-10-20"),
    ("before_day", "Gửi số liệu trước ngày 07 tháng 6/2026.", "trước ngày 07 tháng 6/2026", None, "2026-06-07"),
    ("before_day", "Gửi ý kiến trước ngày 10 tháng 01năm 2027.", "trước ngày 10 tháng 01năm 2027", None, "2027-01-10"),
    ("before_day", "Gửi ý kiến trước ngày 10.7.2026 về Văn phòng.", "trước ngày 10.7.2026", None, "2026-07-10"),
    ("before_day", "Gửi ý kiến trước ngày 10-7-2026.", "trước ngày 10-7-2026", None, "2026-07-10"),
    ("before_day", "Gửi ý kiến trước ngày 10/7/26.", "trước ngày 10/7/26", None, "2026-07-10"),
    ("before_day", "Gửi ý kiến trước ngày 10 / 7 / 2026.", "trước ngày 10 / 7 / 2026", None, "2026-07-10"),
    ("before_day", "Việc này phải xong trước ngày\n30/6/2026.", "trước ngày\n30/6/2026", None, "2026-06-30"),
    ("before_day", "YÊU CẦU HOÀN THÀNH TRƯỚC NGÀY 30/6/2026", "TRƯỚC NGÀY 30/6/2026", None, "2026-06-30"),
    ("before_day", "Trước ngày 30/6/2026, Sở Nội vụ trình phương án.", "Trước ngày 30/6/2026", None, "2026-06-30"),
    ("before_day", "Trước ngày 30/6/2026 phải bàn giao mặt bằng.", "Trước ngày 30/6/2026", None, "2026-06-30"),
    ("before_day", "(hoàn thành trước ngày 12/6/2026).", "trước ngày 12/6/2026", None, "2026-06-12"),
    ("before_day", "Báo cáo trước thứ Sáu, ngày 29/5/2026.", "trước thứ Sáu, ngày 29/5/2026", None, "2026-05-29"),
    ("before_day", "Nội dung đã giao, các đơn vị báo cáo trước ngày 12/6.", "trước ngày 12/6", None, "2026-06-12"),
    ("before_day", "Hoàn thiện hồ sơ có liên quan trước ngày 12/6/2026.", "trước ngày 12/6/2026", None, "2026-06-12"),
    ("before_day", "Rà soát các trường hợp vướng mắc, báo cáo trước ngày 12/6/2026.", "trước ngày 12/6/2026", None, "2026-06-12"),
    ("before_day", "Nếu có khó khăn thì báo cáo UBND tỉnh trước ngày 12/6/2026.", "trước ngày 12/6/2026", None, "2026-06-12"),
    ("before_day", "Gửi danh mục trình kỳ họp HĐND tỉnh trước ngày 12/6/2026.", "trước ngày 12/6/2026", None, "2026-06-12"),
    ("before_day", "Gửi Sở Tài chính trước ngày 12/6/2026 để Sở Tài chính tổng hợp.", "trước ngày 12/6/2026", None, "2026-06-12"),
    (
        "before_day",
        "Bố trí vốn để các xã triển khai, hoàn thành trước ngày 12/6/2026.",
        "trước ngày 12/6/2026",
        None,
        "2026-06-12",
    ),
    ("before_day", "Bảo đảm các dự án được phê duyệt trước ngày 12/6/2026.", "trước ngày 12/6/2026", None, "2026-06-12"),
    ("before_day", "Báo cáo tiến độ trước ngày 29/02/2028.", "trước ngày 29/02/2028", None, "2028-02-29"),
    ("before_day", "Hoàn thiện hồ sơ nộp Sở Xây dựng trước ngày 12/6/2026.", "trước ngày 12/6/2026", None, "2026-06-12"),
    ("before_day", "Các xã được hỗ trợ báo cáo trước ngày 12/6/2026.", "trước ngày 12/6/2026", None, "2026-06-12"),
    ("in_month", "Giao UBND các xã thực hiện trong tháng 6/2026.", "trong tháng 6/2026", "2026-06-01", "2026-06-30"),
    ("before_day", "Gửi về trước thứ Sáu (ngày 15/5/2026).", "trước thứ Sáu (ngày 15/5/2026)", None, "2026-05-15"),
    ("before_hour", "Gửi ý kiến trước 15h00 ngày 05/6/2026.", "trước 15h00 ngày 05/6/2026", None, "2026-06-05"),
    ("before_hour", "Gửi ý kiến trước 17 giờ ngày 05/6/2026.", "trước 17 giờ ngày 05/6/2026", None, "2026-06-05"),
    ("before_hour", "Gửi trước 16 giờ 30 phút, ngày 05/6/2026.", "trước 16 giờ 30 phút, ngày 05/6/2026", None, "2026-06-05"),
    ("before_hour", "Gửi trước 8:30 ngày 05/6/2026.", "trước 8:30 ngày 05/6/2026", None, "2026-06-05"),
    ("before_hour", "Gửi trước 11g ngày 05 tháng 6 năm 2026.", "trước 11g ngày 05 tháng 6 năm 2026", None, "2026-06-05"),
    ("before_day_only", "Tổng hợp số thu trước ngày 25 tháng này.", "trước ngày 25 tháng này", None, "2026-05-25"),
    ("before_day_only", "Tổng hợp số thu trước ngày 25.", "trước ngày 25", None, "2026-05-25"),
    ("latest_day", "Báo cáo chậm nhất ngày 15/6/2026.", "chậm nhất ngày 15/6/2026", None, "2026-06-15"),
    ("latest_day", "Báo cáo chậm nhất là ngày 15/6/2026.", "chậm nhất là ngày 15/6/2026", None, "2026-06-15"),
    ("latest_day", "Báo cáo chậm nhất vào ngày 15/6.", "chậm nhất vào ngày 15/6", None, "2026-06-15"),
    (
        "latest_day",
        "Bàn giao mặt bằng chậm nhất đến ngày\n01 tháng 7 năm 2026.",
        "chậm nhất đến ngày\n01 tháng 7 năm 2026",
        None,
        "2026-07-01",
    ),
    ("latest_day", "Nộp muộn nhất là 15/6/2026.", "muộn nhất là 15/6/2026", None, "2026-06-15"),
    ("latest_day", "Hạn cuối: ngày 15/6/2026.", "Hạn cuối: ngày 15/6/2026", None, "2026-06-15"),
    ("latest_day", "Hạn cuối cùng là ngày 15/6/2026.", "Hạn cuối cùng là ngày 15/6/2026", None, "2026-06-15"),
    ("latest_day", "Thời gian hoàn thành không quá ngày 15/6/2026.", "không quá ngày 15/6/2026", None, "2026-06-15"),
    ("latest_day", "Thanh toán không muộn hơn ngày 15/6/2026.", "không muộn hơn ngày 15/6/2026", None, "2026-06-15"),
    ("latest_hour", "Gửi chậm nhất 17 giờ ngày 15/6/2026.", "chậm nhất 17 giờ ngày 15/6/2026", None, "2026-06-15"),
    ("latest_hour", "Gửi chậm nhất là 10h30 ngày 15/6/2026.", "chậm nhất là 10h30 ngày 15/6/2026", None, "2026-06-15"),
    ("at_hour", "Báo cáo gửi về Sở Y tế 17 giờ ngày 15/6/2026.", "17 giờ ngày 15/6/2026", None, "2026-06-15"),
    ("until_day", "Phấn đấu đến ngày 30/6/2026 giải ngân tối thiểu 50%.", "đến ngày 30/6/2026", None, "2026-06-30"),
    ("until_day", "Đến 30/6/2026 phải bàn giao toàn bộ mặt bằng.", "Đến 30/6/2026", None, "2026-06-30"),
    ("until_day", "Hoàn thành việc rà soát đến hết ngày 30/6/2026.", "đến hết ngày 30/6/2026", None, "2026-06-30"),
    ("until_day", "Yêu cầu hết ngày 30/6/2026 xong việc kiểm kê.", "hết ngày 30/6/2026", None, "2026-06-30"),
    ("from_now", "Từ nay đến ngày 30/6/2026 phải xong việc kiểm đếm.", "đến ngày 30/6/2026", None, "2026-06-30"),
    ("until_day", "Đồng ý gia hạn thời gian hoàn thành đến ngày 30/6/2026.", "đến ngày 30/6/2026", None, "2026-06-30"),
    ("before_day", "Xong việc chuyển giao trước thời điểm 01/7/2026.", "trước thời điểm 01/7/2026", None, "2026-07-01"),
    ("until_hour", "Hoàn thành đến 17 giờ ngày 30/6/2026.", "đến 17 giờ ngày 30/6/2026", None, "2026-06-30"),
    ("in_day", "Giao Công an tỉnh báo cáo ngay trong ngày 30/5/2026.", "trong ngày 30/5/2026", "2026-05-30", "2026-05-30"),
    ("before_day_next", "Báo cáo trước ngày 10 tháng sau.", "trước ngày 10 tháng sau", None, "2026-06-10"),
    ("labelled_date", "Thời hạn hoàn thành: 30/5/2026.", "30/5/2026", None, "2026-05-30"),
    ("labelled_day", "Thời hạn gửi phương án là ngày 30/5/2026.", "ngày 30/5/2026", None, "2026-05-30"),
    ("labelled_day", "Thời hạn: ngày 30/5/2026.", "ngày 30/5/2026", None, "2026-05-30"),
    ("labelled_day", "- Thời gian dự kiến: ngày 11/9/2026.", "ngày 11/9/2026", None, "2026-09-11"),
    ("labelled_day", "Thời gian hoàn thành ngày 30/5/2026.", "ngày 30/5/2026", None, "2026-05-30"),
    ("from_now", "Trạm Y tế từ nay cho đến hết ngày 30/6/2026 khám cho người cao tuổi.", "đến hết ngày 30/6/2026", None, "2026-06-30"),
    ("until_day", "Đăng thông báo, lấy ý kiến nhân dân đến ngày 30/6/2026.", "đến ngày 30/6/2026", None, "2026-06-30"),
    ("until_day", "Đến ngày 30/6/2026 giải quyết xong số hồ sơ đã nộp.", "Đến ngày 30/6/2026", None, "2026-06-30"),
    ("on_day", "Phấn đấu thông xe cầu Bến Lội vào ngày 02/9/2026.", "vào ngày 02/9/2026", None, "2026-09-02"),
    ("before_named_day", "Sơn lại trường trước ngày khai giảng 05/9/2026.", "trước ngày khai giảng 05/9/2026", None, "2026-09-05"),
    ("before_named_day", "Khánh thành trước lễ Quốc khánh ngày 02/9.", "trước lễ Quốc khánh ngày 02/9", None, "2026-09-02"),
    ("before_day", "Thông báo chỉ tiêu tuyển sinh lớp 10 trước 31/5/2026.", "trước 31/5/2026", None, "2026-05-31"),
    ("before_day", "Hộ đã nhận tiền mà còn ở lại thì vận động dọn đi trước 20/5/2026.", "trước 20/5/2026", None, "2026-05-20"),
    ("latest_day", "Bàn giao mặt bằng không trễ hơn ngày 20/9/2026.", "không trễ hơn ngày 20/9/2026", None, "2026-09-20"),
    ("on_day", "Các đơn vị báo cáo UBND tỉnh vào ngày 30/5/2026.", "vào ngày 30/5/2026", None, "2026-05-30"),
    ("day_range", "Thú y xã phun thuốc sát trùng từ ngày 10 đến ngày 14/6/2026.", "từ ngày 10 đến ngày 14/6/2026", "2026-06-10", "2026-06-14"),
    ("day_range", "Gửi hồ sơ trong tuần từ 15/6 - 19/6.", "từ 15/6 - 19/6", "2026-06-15", "2026-06-19"),
    ("day_range", "Tổ chức kiểm tra từ ngày 10/6 đến ngày 20/6/2026.", "từ ngày 10/6 đến ngày 20/6/2026", "2026-06-10", "2026-06-20"),
    ("day_range", "Lấy ý kiến từ ngày 10 đến hết ngày 20/6/2026.", "từ ngày 10 đến hết ngày 20/6/2026", "2026-06-10", "2026-06-20"),
    ("day_range", "Tổ chức đợt cao điểm từ 15/12 đến 15/02/2027.", "từ 15/12 đến 15/02/2027", "2026-12-15", "2027-02-15"),
    # a month
    ("in_month", "Trình phương án trong tháng 6/2026.", "trong tháng 6/2026", "2026-06-01", "2026-06-30"),
    ("in_month", "Trình phương án trong tháng 02 năm 2028.", "trong tháng 02 năm 2028", "2028-02-01", "2028-02-29"),
    ("in_month", "Trình phương án ngay trong tháng 6.", "trong tháng 6", "2026-06-01", "2026-06-30"),
    ("in_month", "Trình phương án trong tháng 6-2026.", "trong tháng 6-2026", "2026-06-01", "2026-06-30"),
    ("in_month", "Trong tháng 6/2026, giao Sở Y tế tổ chức tập huấn.", "Trong tháng 6/2026", "2026-06-01", "2026-06-30"),
    ("in_month", "Trong tháng 6, Sở Y tế trình phương án.", "Trong tháng 6", "2026-06-01", "2026-06-30"),
    ("in_month", "NHỮNG VIỆC CẦN LÀM NGAY TRONG THÁNG 6/2026", "TRONG THÁNG 6/2026", "2026-06-01", "2026-06-30"),
    ("in_month", "Xong thủ tục (trong tháng 6 năm 2026) và khởi công.", "trong tháng 6 năm 2026", "2026-06-01", "2026-06-30"),
    ("in_month", "Kiểm tra xong trong các tháng 6, 7/2026.", "trong các tháng 6, 7/2026", "2026-06-01", "2026-07-31"),
    ("in_month", "Kiểm tra xong trong tháng 6 và tháng 7 năm 2026.", "trong tháng 6 và tháng 7 năm 2026", "2026-06-01", "2026-07-31"),
    ("in_month", "Tổ chức hội nghị triển khai Nghị quyết trong tháng 6/2026.", "trong tháng 6/2026", "2026-06-01", "2026-06-30"),
    ("in_month", "Ban hành kế hoạch trong tháng 6/2026.", "trong tháng 6/2026", "2026-06-01", "2026-06-30"),
    ("in_month", "Các việc đã giao (12 việc) hoàn thành trong tháng 6/2026.", "trong tháng 6/2026", "2026-06-01", "2026-06-30"),
    ("in_this_month", "Hoàn thành việc nghiệm thu trong tháng này.", "trong tháng này", "2026-05-01", "2026-05-31"),
    ("month_part", "Báo cáo UBND tỉnh vào đầu tháng 6 năm 2026.", "đầu tháng 6 năm 2026", "2026-06-01", "2026-06-10"),
    ("month_part", "Trình dự thảo giữa tháng 6/2026.", "giữa tháng 6/2026", "2026-06-11", "2026-06-20"),
    ("month_part", "Trình dự thảo vào cuối tháng 6.", "cuối tháng 6", "2026-06-21", "2026-06-30"),
    ("decade", "Báo cáo trong thượng tuần tháng 6/2026.", "trong thượng tuần tháng 6/2026", "2026-06-01", "2026-06-10"),
    ("decade", "Báo cáo trung tuần tháng 6/2026.", "trung tuần tháng 6/2026", "2026-06-11", "2026-06-20"),
    ("decade", "Báo cáo hạ tuần tháng 6/2026.", "hạ tuần tháng 6/2026", "2026-06-21", "2026-06-30"),
    ("decade", "Báo cáo trong 10 ngày đầu tháng 6/2026.", "trong 10 ngày đầu tháng 6/2026", "2026-06-01", "2026-06-10"),
    ("month_end", "Hoàn thành nghiệm thu hết tháng 6/2026.", "hết tháng 6/2026", None, "2026-06-30"),
    ("month_end", "Phấn đấu đến hết tháng 6/2026 giải ngân đạt 45%.", "đến hết tháng 6/2026", None, "2026-06-30"),
    ("until_month", "Đến tháng 6/2026 phải giao xong đất.", "Đến tháng 6/2026", None, "2026-06-30"),
    ("before_month", "Hoàn thành nghiệm thu trước tháng 7/2026.", "trước tháng 7/2026", None, "2026-06-30"),
    ("before_month", "Hoàn thành nghiệm thu trước tháng 01/2027.", "trước tháng 01/2027", None, "2026-12-31"),
    ("latest_in_month", "Trình chậm nhất trong tháng 6/2026.", "chậm nhất trong tháng 6/2026", "2026-06-01", "2026-06-30"),
    ("latest_month", "Trình chậm nhất là cuối tháng 6 năm 2026.", "chậm nhất là cuối tháng 6 năm 2026", None, "2026-06-30"),
    ("week_of_month", "Thẩm định xong trong tuần thứ hai tháng 6/2026.", "trong tuần thứ hai tháng 6/2026", "2026-06-08", "2026-06-14"),
    ("week_of_month", "Trình duyệt tuần đầu tháng 6.", "tuần đầu tháng 6", "2026-06-01", "2026-06-07"),
    ("week_of_month", "Trình duyệt vào tuần cuối của tháng 6.", "tuần cuối của tháng 6", "2026-06-24", "2026-06-30"),
    ("labelled_month", "Thời hạn hoàn thành: tháng 6/2026.", "tháng 6/2026", "2026-06-01", "2026-06-30"),
    ("labelled_month", "Lập hồ sơ thiết kế, hoàn thành tháng 6/2026.", "tháng 6/2026", "2026-06-01", "2026-06-30"),
    ("in_month", "Giao Sở Tư pháp soạn văn bản để UBND tỉnh ban hành trong tháng 6/2026.", "trong tháng 6/2026", "2026-06-01", "2026-06-30"),
    ("in_month", "Chuẩn bị điều kiện để thi tuyển trong tháng 6/2026.", "trong tháng 6/2026", "2026-06-01", "2026-06-30"),
    # a quarter
    ("labelled_quarter", "Tiến độ: hoàn thành quý III/2026.", "quý III/2026", "2026-07-01", "2026-09-30"),
    ("labelled_quarter", "Thời gian thực hiện: Quý III năm 2026.", "Quý III năm 2026", "2026-07-01", "2026-09-30"),
    ("labelled_year", "Thời gian hoàn thành: năm 2026.", "năm 2026", "2026-01-01", "2026-12-31"),
    ("half_year", "Phê duyệt quy hoạch trong 6 tháng cuối năm 2026.", "trong 6 tháng cuối năm 2026", "2026-07-01", "2026-12-31"),
    ("half_year", "Hoàn thành việc lập đồ án trong 6 tháng đầu năm 2027.", "trong 6 tháng đầu năm 2027", "2027-01-01", "2027-06-30"),
    ("in_quarter", "Phê duyệt trong Quý III/2026.", "trong Quý III/2026", "2026-07-01", "2026-09-30"),
    ("in_quarter", "Phê duyệt trong quý 3 năm 2026.", "trong quý 3 năm 2026", "2026-07-01", "2026-09-30"),
    ("in_quarter", "Hoàn thành xong trong quí IV.", "trong quí IV", "2026-10-01", "2026-12-31"),
    ("in_quarter", "Phê duyệt trong quý III, IV/2026.", "trong quý III, IV/2026", "2026-07-01", "2026-12-31"),
    ("in_quarter", "Trong quý III/2026, Sở Tư pháp ban hành quy chế.", "Trong quý III/2026", "2026-07-01", "2026-09-30"),
    ("quarter_part", "Trình HĐND tỉnh vào đầu quý III/2026.", "đầu quý III/2026", "2026-07-01", "2026-07-31"),
    ("quarter_part", "Trình HĐND tỉnh giữa quý III/2026.", "giữa quý III/2026", "2026-08-01", "2026-08-31"),
    ("quarter_part", "Trình HĐND tỉnh cuối quý III/2026.", "cuối quý III/2026", "2026-09-01", "2026-09-30"),
    ("quarter_end", "Hoàn thành quyết toán hết quý III/2026.", "hết quý III/2026", None, "2026-09-30"),
    ("until_quarter", "Đến quý III/2026 phải có nhà đầu tư.", "Đến quý III/2026", None, "2026-09-30"),
    ("before_quarter_end", "Hoàn thành trước cuối quý III/2026.", "trước cuối quý III/2026", None, "2026-09-30"),
    ("latest_quarter", "Khởi công chậm nhất là cuối quý III/2026.", "chậm nhất là cuối quý III/2026", None, "2026-09-30"),
    ("latest_in_quarter", "Khởi công chậm nhất trong quý III/2026.", "chậm nhất trong quý III/2026", "2026-07-01", "2026-09-30"),
    # a year
    ("in_year", "Hoàn thành toàn bộ dự án trong năm 2026.", "trong năm 2026", "2026-01-01", "2026-12-31"),
    ("in_year", "Giao các xã hoàn thành đo đạc trong năm 2027.", "trong năm 2027", "2027-01-01", "2027-12-31"),
    ("in_year", "Đưa vào sử dụng trụ sở mới ngay trong năm nay.", "trong năm nay", "2026-01-01", "2026-12-31"),
    ("in_year", "Phấn đấu các công trình hoàn thành trong năm 2026.", "trong năm 2026", "2026-01-01", "2026-12-31"),
    ("in_year", "Kiểm kê tài sản, hoàn thành xong trong năm.", "trong năm", "2026-01-01", "2026-12-31"),
    ("year_end", "Quyết tâm thu ngân sách hết năm 2026 đạt dự toán.", "hết năm 2026", None, "2026-12-31"),
    ("year_end", "Đến hết năm 2026 hoàn thành 100% chỉ tiêu.", "Đến hết năm 2026", None, "2026-12-31"),
    ("year_end", "Xử lý dứt điểm tồn đọng đến hết năm.", "đến hết năm", None, "2026-12-31"),
    ("year_part", "Hoàn thành nâng cấp vào cuối năm 2026.", "cuối năm 2026", "2026-10-01", "2026-12-31"),
    ("year_part", "Phê duyệt đồ án vào giữa năm 2026.", "giữa năm 2026", "2026-06-01", "2026-07-31"),
    ("year_part", "Bàn giao nhà vào đầu năm 2027.", "đầu năm 2027", "2027-01-01", "2027-03-31"),
    ("until_year_part", "Hoàn thành cắm mốc đến cuối năm 2026.", "đến cuối năm 2026", None, "2026-12-31"),
    ("until_year", "Phấn đấu đến năm 2028 hoàn thành nông thôn mới.", "đến năm 2028", None, "2028-12-31"),
    ("before_year", "Hoàn thành di dời trước năm 2028.", "trước năm 2028", None, "2027-12-31"),
    ("latest_year", "Hoàn thành chậm nhất trong năm 2027.", "chậm nhất trong năm 2027", None, "2027-12-31"),
    # counted from a printed day
    ("counted_from", "Báo cáo trong vòng 10 ngày kể từ ngày 01/6/2026.", "trong vòng 10 ngày kể từ ngày 01/6/2026", None, "2026-06-11"),
    ("counted_from", "Báo cáo trong 2 tuần tính từ ngày 01/6/2026.", "trong 2 tuần tính từ ngày 01/6/2026", None, "2026-06-15"),
    ("counted_from", "Khắc phục trong thời hạn 3 tháng kể từ ngày 30/11/2026.", "trong thời hạn 3 tháng kể từ ngày 30/11/2026", None, "2027-02-28"),
    # 1 May 2026 is a holiday, 2 and 3 May a weekend
    (
        "counted_from",
        "Trả lời trong 03 ngày làm việc, kể từ ngày 29/4/2026.",
        "trong 03 ngày làm việc, kể từ ngày 29/4/2026",
        None,
        "2026-05-06",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "text", "phrase", "from_", "due"), DATED)
def test_dated(rule, text, phrase, from_, due):
    found = find(text)
    assert [(d.rule, d.text, iso(d.from_), iso(d.due)) for d in found] == [(rule, phrase, from_, due)]
    assert all(d.span.of(text) == d.text for d in found)


# rule, sentence, the phrase, the event
EVENTS = [
    ("before_event", "Trình trước kỳ họp HĐND tỉnh giữa năm 2026.", "trước kỳ họp HĐND tỉnh giữa năm 2026", "kỳ họp HĐND tỉnh giữa năm 2026"),
    ("before_event", "Khơi thông cống rãnh trước mùa mưa năm 2026.", "trước mùa mưa năm 2026", "mùa mưa năm 2026"),
    ("before_event", "Gia cố đê trước mùa bão, lũ.", "trước mùa bão", "mùa bão"),
    ("before_event", "Gửi Sở Nội vụ trước hội nghị tổng kết để in tài liệu.", "trước hội nghị tổng kết", "hội nghị tổng kết"),
    ("before_event", "Sửa xong lớp học trước năm học mới.", "trước năm học mới", "năm học mới"),
    ("before_event", "Chi trả trợ cấp trước Tết Nguyên đán.", "trước Tết Nguyên đán", "Tết Nguyên đán"),
    ("before_event", "Lắp đặt xong trước ngày khai giảng.", "trước ngày khai giảng", "ngày khai giảng"),
    ("counted_before", "Gửi tài liệu chậm nhất 05 ngày trước kỳ họp.", "chậm nhất 05 ngày trước kỳ họp", "kỳ họp"),
    ("counted_before", "Gửi tài liệu chậm nhất là 03 ngày làm việc trước phiên họp.", "chậm nhất là 03 ngày làm việc trước phiên họp", "phiên họp"),
    ("counted_from", "Trả kết quả trong 05 ngày làm việc kể từ ngày nhận đủ hồ sơ.", "trong 05 ngày làm việc kể từ ngày nhận đủ hồ sơ", "ngày nhận đủ hồ sơ"),
    ("counted_from", "Báo cáo trong vòng 10 ngày kể từ ngày ban hành Thông báo này.", "trong vòng 10 ngày kể từ ngày ban hành Thông báo này", "ngày ban hành Thông báo này"),
    ("counted_from", "Báo cáo chậm nhất 07 ngày sau khi kết thúc đợt kiểm tra.", "chậm nhất 07 ngày sau khi kết thúc đợt kiểm tra", "kết thúc đợt kiểm tra"),
    ("counted_from", "Bố trí vốn trong thời hạn 15 (mười lăm) ngày từ khi có quyết định.", "trong thời hạn 15 (mười lăm) ngày từ khi có quyết định", "có quyết định"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "text", "phrase", "event"), EVENTS)
def test_event(rule, text, phrase, event):
    (found,) = find(text)
    assert (found.rule, found.text, found.event, found.due) == (rule, phrase, event, None)
    assert problems([found]) == ()


# rule, sentence, the phrase, every, on
RECURRING = [
    ("every_on_day", "Định kỳ ngày 20 hằng tháng gửi báo cáo.", "Định kỳ ngày 20 hằng tháng", "month", "20"),
    ("every_on_day", "Báo cáo định kỳ trước ngày 15 hàng tháng.", "định kỳ trước ngày 15 hàng tháng", "month", "15"),
    ("every_on_day", "Báo cáo chậm nhất vào ngày 05 hằng tháng.", "chậm nhất vào ngày 05 hằng tháng", "month", "05"),
    ("every_on_day", "Tổng kết trước ngày 20/12 hằng năm.", "trước ngày 20/12 hằng năm", "year", "20/12"),
    ("every_quarter_day", "Định kỳ trước ngày 15 của tháng cuối quý gửi báo cáo.", "Định kỳ trước ngày 15 của tháng cuối quý", "quarter", "15 của tháng cuối"),
    ("report_each", "Báo cáo Sở Nội vụ hằng tuần (vào chiều thứ Sáu).", "hằng tuần", "week", None),
    ("every_weekday", "Báo cáo trước 16 giờ thứ Sáu hằng tuần.", "trước 16 giờ thứ Sáu hằng tuần", "week", "thứ Sáu"),
    ("every_weekday", "Định kỳ trước 16 giờ ngày thứ Năm hàng tuần, gửi số liệu.", "Định kỳ trước 16 giờ ngày thứ Năm hàng tuần", "week", "thứ Năm"),
    ("every_weekday", "Giao ban vào thứ 2 mỗi tuần.", "vào thứ 2 mỗi tuần", "week", "thứ 2"),
    ("every_hour", "Cập nhật số ca mắc trước 17h00 hằng ngày.", "trước 17h00 hằng ngày", "day", "17h00"),
    ("every_so_often", "Kiểm tra công trường định kỳ 02 tuần/lần.", "định kỳ 02 tuần/lần", "2 weeks", None),
    ("every_so_often", "Sơ kết 06 tháng một lần.", "06 tháng một lần", "6 months", None),
    ("every_so_often", "Tổ chức đối thoại 01 năm/lần.", "01 năm/lần", "year", None),
    ("times_a", "Tổ chức phun khử khuẩn 02 lần/tuần.", "02 lần/tuần", "week", "02 lần"),
    ("each_times", "Mỗi tháng 01 lần, tổ chức tiếp dân.", "Mỗi tháng 01 lần", "month", "01 lần"),
    ("each_in_brackets", "Hằng tháng (trước ngày 25) báo cáo UBND tỉnh.", "Hằng tháng (trước ngày 25)", "month", "25"),
    ("periodically", "Định kỳ hằng quý đánh giá tiến độ.", "Định kỳ hằng quý", "quarter", None),
    ("periodically", "Định kỳ hàng tháng báo cáo UBND tỉnh.", "Định kỳ hàng tháng", "month", None),
    ("periodically", "Báo cáo định kỳ hàng năm (trước ngày 10/12).", "định kỳ hàng năm (trước ngày 10/12)", "year", "10/12"),
    ("periodically", "Sơ kết định kỳ 6 tháng.", "định kỳ 6 tháng", "6 months", None),
    ("each_report", "Hằng tuần báo cáo tiến độ về Sở Tài chính.", "Hằng tuần", "week", None),
    ("each_report", "Hằng tháng, tổng hợp khó khăn của doanh nghiệp.", "Hằng tháng", "month", None),
    ("report_each", "Tổng hợp, báo cáo UBND tỉnh hằng tháng.", "hằng tháng", "month", None),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "text", "phrase", "every", "on"), RECURRING)
def test_recurring(rule, text, phrase, every, on):
    (found,) = find(text)
    assert (found.rule, found.text, found.every, found.on, found.due) == (rule, phrase, every, on, None)


#: Dates and times that say nothing of by when the told thing is done; the veto or the lack that speaks, and a sentence.
NOTHING = [
    # a context that strikes the phrase
    ("months_of_year", "Hoàn thành hồ sơ như hồi đầu tháng 5."),
    ("in_use_since", "Giao Sở Y tế lập hồ sơ cho hộ sử dụng đất trước ngày 15/10/2025."),
    ("proposed_run", "Giao Sở Y tế trình đề án thí điểm khám lưu động thực hiện trong quý IV/2026."),
    ("plan_term", "Hoàn thành quy hoạch chợ đến hết năm 2030, tầm nhìn đến năm 2050."),
    ("reported_period", "Giao Sở Y tế so sánh số ca bệnh trong tháng 6 và 6 tháng đầu năm."),
    # a document's date
    ("document", "Thực hiện Kế hoạch số 120/KH-UBND ngày 03/8/2025 của UBND tỉnh."),
    ("document", "Theo Thông báo số 11/TB-UBND ngày 05 tháng 01 năm 2026, giao Sở Y tế rà soát."),
    ("document", "Báo cáo kết quả theo Công văn số 45/SYT-NV ngày 05/5/2026."),
    ("document", "Hoàn thành việc thực hiện kết luận của Đoàn kiểm tra ngày 05/5/2026."),
    ("document", "Căn cứ văn bản ngày 12/4/2026 của Sở Nội vụ."),
    # what was reported on
    ("reported_period", "Trong tháng 4 và 4 tháng đầu năm 2026, kinh tế tiếp tục tăng trưởng."),
    ("reported_period", "Kết quả thực hiện nhiệm vụ trong tháng 4 và những tháng đầu năm."),
    ("months_of_year", "Tình hình giải ngân 4 tháng đầu năm 2026 còn chậm."),
    ("months_of_year", "Các giải pháp cần hoàn thành cho những tháng cuối năm 2026."),
    ("months_of_year", "Vốn được giao từ đầu năm phải giải ngân trên 60%."),
    ("months_of_year", "Bảo đảm hàng hóa dịp cuối năm."),
    ("opens", "Trong tháng 4, tình hình dịch bệnh đã được kiểm soát."),
    ("opens", "Trong quý I/2026, thu ngân sách tăng 12% so với cùng kỳ."),
    ("opens", "Trong năm 2025, tỉnh đã hoàn thành 18 chỉ tiêu."),
    ("opens", "Cuối tháng 4/2026 đã xảy ra mưa đá."),
    ("took_place", "Xử lý các vụ cháy xảy ra trong tháng 4/2026."),
    ("took_place", "Tổng hợp kiến nghị phát sinh trong quý II/2026."),
    ("tasks_of_period", "NHIỆM VỤ TRỌNG TÂM TRONG THÁNG 5/2026"),
    ("tasks_of_period", "Nhiệm vụ chủ yếu trong quý II/2026"),
    # as of, from, run times
    ("as_of", "Tính đến ngày 30/4/2026, toàn tỉnh giải ngân đạt 21%."),
    ("as_of", "Rà soát số liệu đến ngày 30/4/2026, bảo đảm chính xác."),
    ("as_of", "Lũy kế đến hết tháng 4/2026 hoàn thành 30% kế hoạch."),
    ("until_happened", "Đến ngày 30/4/2026, các xã đã hoàn thành việc rà soát."),
    ("until_happened", "Đến hết năm 2025, toàn tỉnh có 90 xã đạt chuẩn."),
    ("from_now", "Từ nay đến cuối năm 2026, phải tập trung cho giải ngân."),
    ("run_time", "Chính sách này có hiệu lực đến hết ngày 31/12/2026, các đơn vị phải tuân thủ."),
    ("run_time", "Thống nhất gia hạn giấy phép đến hết năm 2026, chủ mỏ phải đóng phí."),
    ("start", "Bắt đầu áp dụng từ tháng 01/2027."),
    ("start", "Thực hiện chi trả từ ngày 01/7/2026."),
    ("start", "Bảng giá mới áp dụng kể từ ngày 01/7/2026."),
    ("took_place", "Việc phân loại rác bắt đầu thực hiện trong quý IV/2026."),
    # terms of plans
    ("plan_term", "Quy hoạch tỉnh thời kỳ 2021-2030, tầm nhìn đến năm 2050."),
    ("plan_term", "Hoàn thiện Đề án phát triển du lịch đến năm 2030, tầm nhìn đến năm 2045."),
    ("plan_term", "Kế hoạch đầu tư công trung hạn giai đoạn 2026-2030."),
    ("within_term", "Phải thực hiện đúng lộ trình đến hết năm 2028."),
    ("plan_term", "Quy hoạch sử dụng đất cấp huyện đến năm 2030."),
    # sessions and meetings
    ("session_date", "Chuẩn bị nội dung trình kỳ họp HĐND tỉnh cuối năm 2026."),
    ("session_date", "Chuẩn bị tốt cho kỳ họp HĐND tỉnh vào cuối năm 2026."),
    ("session_date", "Rà soát nghị quyết trình kỳ họp HĐND tỉnh trong tháng 7/2026."),
    ("meeting_date", "Chuẩn bị báo cáo phục vụ hội nghị tổng kết trong tháng 12/2026."),
    # things described
    ("expected", "Ưu tiên các xã dự kiến hoàn thành trong năm 2026."),
    ("expected", "Theo dõi tuyến đường dự kiến thông xe trước ngày 30/6/2026."),
    ("state_on_day", "Điều chuyển vốn của các dự án đến hết ngày 30/9/2026 chưa giải ngân được một nửa."),
    ("state_on_day", "Báo cáo những đơn vị đến ngày 15/7/2026 vẫn chưa nộp hồ sơ."),
    ("in_time_for", "Rà soát dự án để kịp làm việc với đoàn công tác vào đầu năm 2027."),
    ("target_of_plan", "Trình đề án, trong đó phân bổ chỉ tiêu hoàn thành đến năm 2030 cho từng xã."),
    ("described_thing", "Tập trung vốn cho các công trình hoàn thành trong năm 2026."),
    ("described_thing", "Lập danh mục các dự án khởi công trong quý III/2026."),
    ("attribute", "Rà soát các dự án được phê duyệt trước ngày 01/01/2025."),
    ("attribute", "Giải quyết số hồ sơ tiếp nhận trước ngày 01/3/2026."),
    ("over", "Thống kê số hộ bị ngập trong tháng 3/2026, báo cáo UBND tỉnh."),
    ("over", "Làm rõ số thu đạt được trong quý I/2026."),
    ("long_past", "Rà soát các khu đất giao trước ngày 01/7/2014."),
    ("no_completion", "Tổng hợp số hộ đăng ký đến ngày 30/5/2026."),
    ("no_completion", "Không để quá 5 hồ sơ trễ hạn."),
    ("report", "Từ nay đến ngày 30/6/2026 tình hình khô hạn còn diễn biến xấu."),
    ("when_then", "Nhà thầu nào chưa xong trước ngày 15/6/2026 thì cắt hợp đồng."),
    ("not_done", "Báo cáo Bộ về các tuyến kè chưa thể hoàn thành trong năm 2026."),
    ("range", "Tổng hợp số liệu từ ngày 15/4 đến ngày 14/5/2026 gửi Cục Thống kê."),
    ("range", "Từ ngày 01/5 đến ngày 15/5/2026 đã xảy ra hai vụ cháy."),
    ("in_use_since", "Hỗ trợ người sinh trước ngày 01/01/1961."),
    ("in_use_since", "Cấp giấy chứng nhận cho hộ sử dụng đất trước ngày 15/10/1993."),
    ("done_already", "Sở Y tế đã triển khai tiêm chủng trong tháng 4/2026."),
    ("done_before", "Biểu dương các xã đã hoàn thành trước ngày 20/4/2026."),
    ("proposed_run", "Đề xuất các mô hình thí điểm thực hiện trong năm 2027."),
    ("no_completion", "Nghiên cứu phương án phân luồng trong năm 2027."),
    ("no_completion", "Sắp xếp dân cư, trồng rừng mới năm 2026 theo kế hoạch."),
    # another's date, a condition, a duty that is none
    ("purpose_of_another", "Điều chỉnh thiết kế để đảm bảo thời gian UBND phường Bình Minh hoàn thành tái định cư trong tháng 9/2026."),
    ("purpose_of_another", "Khẩn trương xác nhận số liệu để Công ty Cấp nước lắp đặt đường ống trước ngày 20/6/2026."),
    ("condition", "Chỉ hỗ trợ nếu nhà thầu khởi công trước ngày 30/6/2026."),
    ("condition", "Bảo đảm đủ điều kiện khởi công trước ngày 30/6/2026."),
    ("condition", "Trường hợp nộp tiền trước ngày 30/6/2026 thì được giảm 5%."),
    ("negated", "Các xã không phải báo cáo hằng tuần."),
    ("negated", "Các đơn vị không báo cáo định kỳ hằng tháng."),
    ("in_front_of", "Chịu trách nhiệm trước kỳ họp HĐND tỉnh."),
    ("in_front_of", "Sở Tài chính trình bày trước hội nghị."),
    ("in_force", "Giải quyết hồ sơ trước ngày 01/8/2026 là ngày Nghị định có hiệu lực."),
    # no day at all
    ("words", "Trước mắt, tập trung phòng, chống dịch."),
    ("words", "Xin ý kiến Ban Thường vụ trước khi trình HĐND tỉnh."),
    ("words", "Thông báo cho người dân trước 24h trước khi cắt điện."),
    ("words", "Trước hết là hệ thống thoát nước."),
    ("words", "Các vướng mắc trước đây phải xử lý dứt điểm."),
    ("words", "Giải quyết hồ sơ trước ngày Luật Đất đai có hiệu lực."),
    ("words", "Khẩn trương, sớm trình UBND tỉnh."),
    ("words", "Bảo đảm đúng thời gian quy định."),
    ("words", "Kiểm tra thường xuyên trong quá trình thi công."),
    ("words", "Đầu tư 16 tuyến đường, 22/22 xã có đường bê tông."),
    ("words", "Đầu tháng thì họp, cuối tháng thì nghỉ."),
    ("words", "Rút kinh nghiệm trong 30 ngày qua."),
    ("words", "Trong năm học mới, các trường bảo đảm an toàn."),
    # habits that are no reports
    ("noun", "Phê duyệt Kế hoạch sử dụng đất hàng năm của các huyện."),
    ("noun", "Ưu tiên bố trí ngân sách hằng năm cho hạ tầng."),
    ("noun", "Lượng khách hằng năm đạt 5 triệu lượt."),
    ("noun", "Chi trả lương hằng tháng cho giáo viên."),
    ("empty", ""),
    ("empty", "…"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text"), NOTHING)
def test_no_deadline(why, text):
    assert [(d.rule, d.text) for d in find(text)] == []


def test_every_rule_has_a_case():
    cases = {row[0] for row in (*DATED, *EVENTS, *RECURRING, *OPEN)}
    assert {rule.name for rule in RULES} <= cases
    assert {rule.name for rule in CELL_RULES} <= {rule for _, rules, *_ in (*CELLS, *EVERY_CELLS) for rule in rules}


def test_every_veto_speaks_in_a_case():
    spoken = {
        veto.name
        for why, text in NOTHING
        for rule in RULES
        for match in rule.pattern.finditer(text.lower())
        for veto in VETOES
        if veto.name == why
        and veto.strikes & rule.strength
        and veto.strikes_at(Place(text.lower(), match.start(), match.end()))
    }
    assert spoken == {veto.name for veto in VETOES}


def test_rule_names_are_unique():
    names = [rule.name for rule in (*RULES, *CELL_RULES)]
    assert len(names) == len(set(names))


# phrase, month of the session, due, inferred
YEARLESS = [
    ("trước ngày 15/01", "2026-12", "2027-01-15", ("year",)),  # eleven months back: the next one
    ("trước ngày 15/6", "2026-12", "2026-06-15", ("year",)),  # six months back: still this year
    ("trước ngày 15/5", "2026-12", "2027-05-15", ("year",)),  # seven
    ("trước ngày 31/12", "2026-01", "2026-12-31", ("year",)),
    ("trong tháng 02", "2026-10", "2027-02-28", ("year",)),
    ("trong quý I", "2026-11", "2027-03-31", ("year",)),
    ("trong quý IV", "2026-11", "2026-12-31", ("year",)),
    ("trước ngày 15/01/2027", "2026-12", "2027-01-15", ()),
    ("trong tháng 6/2026", None, "2026-06-30", ()),
]


#: what a term is counted from, and its due day where the notice bears the date 15 May 2026
FROM_ISSUE = [
    ("trong vòng 10 ngày kể từ ngày ban hành Thông báo này", "2026-05-25"),
    ("trong vòng 07 ngày, kể từ ngày ký Thông báo kết luận này", "2026-05-22"),
    ("chậm nhất 20 ngày kể từ ngày ra Thông báo", "2026-06-04"),
    ("sau 15 ngày kể từ ngày Thông báo này được ban hành", "2026-05-30"),
    ("trong 05 ngày làm việc kể từ ngày ký ban hành văn bản này", "2026-05-22"),
    ("trong vòng 10 ngày kể từ ngày nhận được Thông báo này", None),
    ("trong vòng 10 ngày kể từ ngày ban hành Nghị quyết", None),
    ("trong vòng 10 ngày kể từ ngày ban hành văn bản của Sở Y tế", None),
]


@pytest.mark.parametrize(("phrase", "due"), FROM_ISSUE)
def test_a_term_from_the_day_of_the_notice(phrase, due):
    (found,) = find_deadlines(f"Sở Tư pháp báo cáo UBND tỉnh {phrase}.", Session(2026, 5, issued=date(2026, 5, 15)))
    assert (iso(found.due), "issued" in found.inferred) == (due, due is not None)
    (open_,) = find(f"Sở Tư pháp báo cáo UBND tỉnh {phrase}.")
    assert open_.due is None
    assert open_.event


@pytest.mark.parametrize(("phrase", "month", "due", "inferred"), YEARLESS)
def test_missing_year(phrase, month, due, inferred):
    (found,) = find(f"Sở Tư pháp báo cáo UBND tỉnh {phrase}.", month, None)
    assert (iso(found.due), found.inferred) == (due, inferred)


def test_missing_year_leans_on_the_day_of_the_meeting_where_the_month_is_not_named():
    (found,) = find("Báo cáo trước ngày 10/01.", None, date(2026, 12, 24))
    assert found.due == date(2027, 1, 10)


def test_missing_year_stays_open_where_nothing_is_known():
    (found,) = find("Báo cáo trước ngày 10/01.", None, None)
    assert found.due is None
    assert [p.code for p in problems([found])] == ["deadline_unreadable"]


# rule, sentence, the phrase, code of the problem
OPEN = [
    ("before_day", "Báo cáo trước ngày 31/9/2026.", "trước ngày 31/9/2026", "deadline_unreadable"),
    ("before_day", "Báo cáo trước ngày 29/02/2026.", "trước ngày 29/02/2026", "deadline_unreadable"),
    ("before_day", "Báo cáo trước ngày 10/13/2026.", "trước ngày 10/13/2026", "deadline_unreadable"),
    ("before_day", "Báo cáo trước ngày 00/6/2026.", "trước ngày 00/6/2026", "deadline_unreadable"),
    ("in_month", "Báo cáo trong tháng 13/2026.", "trong tháng 13/2026", "deadline_unreadable"),
    ("counted", "Các đơn vị báo cáo trong vòng 10 ngày.", "trong vòng 10 ngày", "deadline_open"),
]


@pytest.mark.parametrize(("rule", "text", "phrase", "code"), OPEN)
def test_what_has_no_day_is_kept_and_reported(rule, text, phrase, code):
    (found,) = find(text)
    assert (found.rule, found.text, found.due, found.from_) == (rule, phrase, None, None)
    (problem,) = problems([found], held_on=HELD_ON)
    assert (problem.code, problem.span) == (code, found.span)
    assert phrase in problem.message


@pytest.mark.parametrize(
    ("phrase", "severities"),
    [("trước ngày 30/6/2026", []), ("trước ngày 20/4/2026", ["note"]), ("trước ngày 20/4/2025", ["warning"])],
)
def test_a_day_gone_by_at_the_meeting_is_reported(phrase, severities):
    found = find(f"Báo cáo UBND tỉnh {phrase}.")
    assert [p.severity.value for p in problems(found, held_on=HELD_ON)] == severities


# sentence, the phrases in order
SEVERAL = [
    ("Phê duyệt dự toán trước 30/5/2026 và điều chỉnh dự án trước ngày 15/6/2026.", ["2026-05-30", "2026-06-15"]),
    ("Các sở báo cáo trước ngày 10/6/2026. Giao Văn phòng tổng hợp trong tháng 6/2026.", ["2026-06-10", "2026-06-30"]),
    ("Đến ngày 30/6/2026 hoàn thành 80%; chậm nhất ngày 30/9/2026 xong toàn bộ.", ["2026-06-30", "2026-09-30"]),
    ("Trong tháng 4 và 4 tháng đầu năm đã có tiến bộ. Trình báo cáo trước ngày 20/5.", ["2026-05-20"]),
    ("Báo cáo trước ngày 31/9/2026, bàn giao trước ngày 15/10/2026.", [None, "2026-10-15"]),
]


@pytest.mark.parametrize(("text", "due"), SEVERAL)
def test_several_in_one_text(text, due):
    found = find(text)
    assert [iso(d.due) for d in found] == due
    assert [d.span.start for d in found] == sorted(d.span.start for d in found)


def test_customary_parts_are_vague_and_exact_ones_are_not():
    assert find("Báo cáo vào đầu tháng 6/2026.")[0].vague
    assert find("Hoàn thành vào cuối năm 2026.")[0].vague
    assert not find("Báo cáo trong thượng tuần tháng 6/2026.")[0].vague


def test_working_days_say_that_holidays_were_reckoned():
    (found,) = find("Trả lời trong 03 ngày làm việc kể từ ngày 01/6/2026.")
    assert found.inferred == ("holidays",)


# cell, rules, from and due of each (or every)
CELLS = [
    ("Tháng 8/2026", ["cell_month"], [("2026-08-01", "2026-08-31")]),
    ("Tháng 8 năm 2026", ["cell_month"], [("2026-08-01", "2026-08-31")]),
    ("Xong trong Quý II/2026", ["in_quarter"], [("2026-04-01", "2026-06-30")]),
    ("Quý II/2026", ["cell_quarter"], [("2026-04-01", "2026-06-30")]),
    ("Cuối quý II/2026", ["quarter_part"], [("2026-06-01", "2026-06-30")]),
    ("Hết quý II/2026", ["quarter_end"], [(None, "2026-06-30")]),
    ("Trong năm 2026", ["in_year"], [("2026-01-01", "2026-12-31")]),
    ("Năm 2026", ["cell_year"], [("2026-01-01", "2026-12-31")]),
    ("2026", ["cell_year"], [("2026-01-01", "2026-12-31")]),
    ("2024 - 2030", ["cell_years"], [("2024-01-01", "2030-12-31")]),
    ("Giai đoạn 2026–2030", ["cell_years"], [("2026-01-01", "2030-12-31")]),
    ("Đến năm 2030", ["until_year"], [(None, "2030-12-31")]),
    ("Cuối năm 2026", ["year_part"], [("2026-10-01", "2026-12-31")]),
    ("15/6/2026", ["cell_day"], [(None, "2026-06-15")]),
    ("Ngày 15/6/2026", ["labelled_day"], [(None, "2026-06-15")]),
    ("Trước 15/6/2026", ["before_day"], [(None, "2026-06-15")]),
    ("Trước tháng 7/2026", ["before_month"], [(None, "2026-06-30")]),
    ("Hết tháng 6", ["month_end"], [(None, "2026-06-30")]),
    ("Đầu tháng 6", ["month_part"], [("2026-06-01", "2026-06-10")]),
    ("Tháng 6/2026; tháng 9/2026", ["cell_month", "cell_month"], [("2026-06-01", "2026-06-30"), ("2026-09-01", "2026-09-30")]),
    ("", [], []),
    ("Theo tiến độ dự án", [], []),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "rules", "ranges"), CELLS)
def test_cell(cell, rules, ranges):
    found = read_due_cell(cell, Session.of(MONTH, HELD_ON))
    assert [d.rule for d in found] == rules
    assert [(iso(d.from_), iso(d.due)) for d in found] == ranges
    assert all(d.span.of(cell) == d.text for d in found)


# cell, rules, every
EVERY_CELLS = [
    ("Thường xuyên", ["cell_always"], ["always"]),
    ("Thường xuyên, hằng năm", ["cell_always"], ["always"]),
    ("Hàng năm", ["report_each"], ["year"]),
    ("Hàng năm theo kế hoạch", ["cell_every"], ["year"]),
    ("Hằng quý", ["report_each"], ["quarter"]),
    ("Hằng tháng, trước ngày 25", ["each_in_brackets"], ["month"]),
    ("Định kỳ 6 tháng", ["periodically"], ["6 months"]),
]


@pytest.mark.parametrize(("cell", "rules", "every"), EVERY_CELLS)
def test_recurring_cell(cell, rules, every):
    found = read_due_cell(cell)
    assert [d.rule for d in found] == rules
    assert [d.every for d in found] == every


VIETNAMESE = st.text(
    alphabet=st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấầẩẫậéèếềíìóòốồớờúùứừýTSĐ 0123456789/.,-;:()\n"),
    max_size=80,
)
WORDS = st.lists(
    st.sampled_from(
        [
            "trước",
            "sau",
            "trong",
            "đến",
            "hết",
            "ngày",
            "tháng",
            "quý",
            "năm",
            "tuần",
            "đầu",
            "giữa",
            "cuối",
            "chậm",
            "nhất",
            "là",
            "định",
            "kỳ",
            "hằng",
            "31/9/2021",
            "15/9",
            "IV/2026",
            "10",
            "giờ",
            "kể",
            "từ",
            "vòng",
            "để",
            "đã",
            "hoàn",
            "thành",
            "báo",
            "cáo,",
            "UBND",
            "tỉnh",
            "kỳ",
            "họp",
            ".",
            ";",
            ":",
            "(",
            ")",
            "2026",
            "thứ",
            "Sáu",
            "02",
            "lần/",
            "99/99/9999",
            "99999",
        ]
    ),
    max_size=30,
).map(" ".join)


@given(st.one_of(st.text(), VIETNAMESE, WORDS))
def test_any_text_is_read_and_spans_quote_it(text):
    for found in (*find(text), *read_due_cell(text)):
        assert found.span.of(text) == found.text != ""
    spans = [d.span for d in find(text)]
    assert all(a.end <= b.start for a, b in pairwise(spans))


def test_a_letter_that_grows_in_lower_case_moves_no_span():
    text = "İİİ Báo cáo trước ngày 15/9/2026."
    assert [d.span.of(text) for d in find(text)] == ["trước ngày 15/9/2026"]


def test_place_shows_the_sentence_only():
    text = "câu một. câu hai trước ngày 1/1, rồi. câu ba"
    place = Place(text, text.index("trước"), text.index(", rồi"))
    assert (place.before.strip(), place.behind) == ("câu hai", ", rồi")


@pytest.mark.parametrize("words", ["chậm nhất là đến vào ", "định kỳ vào trước ", "từ ngày đến hết "])
def test_words_that_lead_nowhere_are_left_soon(words):
    assert find(words * 500) == ()
