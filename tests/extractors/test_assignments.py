"""Who leads, who helps, who is reported to: a row is a sentence and the three lists."""

import pytest

from extractors.agencies import find_agencies
from extractors.assignments import names_only, read_parts

CASES = [
    # orders
    ("Giao Sở Y tế lập danh sách.", ["Sở Y tế"], [], []),
    ("Yêu cầu Sở Nội vụ, Sở Tư pháp rà soát.", ["Sở Nội vụ", "Sở Tư pháp"], [], []),
    ("Đề nghị Ủy ban MTTQ Việt Nam tỉnh vận động.", ["Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh"], [], []),
    ("Về nội dung này, giao Công an tỉnh xác minh.", ["Công an tỉnh"], [], []),
    ("UBND tỉnh yêu cầu các địa phương trực 24/24.", ["các địa phương"], [], []),
    ("Thống nhất phương án; giao Sở Tài chính bố trí vốn.", ["Sở Tài chính"], [], []),
    # subjects
    ("Sở Xây dựng chủ trì thẩm định.", ["Sở Xây dựng"], [], []),
    ("Các địa phương đẩy nhanh tiến độ gieo trồng.", ["các địa phương"], [], []),
    ("Để kịp mùa khô, Sở Công Thương rà soát lưới điện.", ["Sở Công Thương"], [], []),
    ("Theo đề nghị của Sở Y tế, Sở Nội vụ, giao Sở Tài chính cấp kinh phí.", ["Sở Tài chính"], [], []),
    ("Trường hợp dịch lan rộng, Sở Y tế lập khu điều trị.", ["Sở Y tế"], [], []),
    ("Công an tỉnh làm việc với chủ phương tiện vi phạm.", ["Công an tỉnh"], [], []),  # "làm" is not "là"
    ("UBND huyện Ba Tri, trước ngày 15/10/2024, tổ chức diễn tập.", ["UBND huyện Ba Tri"], [], []),
    ("Sở Nội vụ có văn bản trình UBND tỉnh.", ["Sở Nội vụ"], [], ["UBND tỉnh"]),
    ("Sở Y tế là cơ quan đầu mối, theo dõi tiến độ.", ["Sở Y tế"], [], []),
    ("Sở Y tế là đơn vị dẫn đầu khối.", [], [], []),
    ("Đồng chí Giám đốc Sở Y tế trực tiếp kiểm tra.", ["Giám đốc Sở Y tế"], [], []),
    ("Đề nghị Công ty Sông Tiền, chủ đầu tư chợ Ba Lạt, hoàn thiện hồ sơ.", ["Công ty Sông Tiền"], [], []),
    ("Đề nghị Công ty Sông Tiền, nhà thầu hoàn thiện hồ sơ, bàn giao chợ.", ["Công ty Sông Tiền", "nhà thầu"], [], []),
    ("Giao Công an tỉnh (Phòng Cảnh sát giao thông), Sở Y tế trực chốt.", ["Công an tỉnh", "Sở Y tế"], [], []),
    ("Sở Y tế, Sở Nội vụ thống nhất số liệu.", ["Sở Y tế", "Sở Nội vụ"], [], []),
    ("UBND tỉnh thống nhất nội dung tờ trình.", [], [], []),
    ("Các thành viên UBND tỉnh thống nhất thông qua.", [], [], []),
    ("Các sở, ngành thống nhất đánh giá.", [], [], []),
    (
        "Giao Sở Y tế lập dự toán, Sở Tài chính thẩm định, Sở Nội vụ tổng hợp.",
        ["Sở Y tế", "Sở Tài chính", "Sở Nội vụ"],
        [],
        [],
    ),
    ("Giao Sở Y tế làm việc với các hộ, Công an tỉnh xác minh.", ["Sở Y tế"], [], []),
    # a superior who blames or reminds is told nothing; whoever is under him is
    ("Chủ tịch UBND tỉnh phê bình các đơn vị chậm giải ngân.", [], [], []),
    ("Chủ tịch UBND huyện Ba Tri nhắc nhở, đôn đốc các xã.", [], [], []),
    ("Sở Nội vụ nhắc nhở các đơn vị nộp báo cáo muộn.", ["Sở Nội vụ"], [], []),
    # a time between subject and verb, a sign between agencies
    ("Sở Xây dựng trong quý III năm 2022 hoàn thành quy hoạch chung.", ["Sở Xây dựng"], [], []),
    ("Sở Xây dựng trong thời gian qua hoạt động ổn định.", [], [], []),
    ("Công an tỉnh + Sở Y tế trực chốt.", ["Công an tỉnh", "Sở Y tế"], [], []),
    ("Tổ xung kích do đồng chí Lê Văn Tám phụ trách đi từng nhà.", ["Tổ xung kích"], [], []),
    ("Các chủ đầu tư vẫn phải tiếp tục làm hồ sơ.", ["các chủ đầu tư"], [], []),
    ("Sở Y tế vẫn chưa hoàn thành.", [], [], []),
    ("Các xã có phát hiện nhưng chưa xử lý.", [], [], []),
    ("Nhà thầu thiếu cát, thiếu người.", [], [], []),
    ("Các hộ dân đồng thuận với phương án.", [], [], []),
    ("Các hộ dân tháo dỡ theo phương án.", ["các hộ dân"], [], []),
    ("Các nhà máy hoạt động ổn định.", [], [], []),
    ("Công an tỉnh bắt giữ 12 đối tượng.", [], [], []),
    ("Công an tỉnh bắt giữ các đối tượng cầm đầu.", ["Công an tỉnh"], [], []),
    ("Chủ rừng để xảy ra cháy thì xử lý nghiêm.", [], [], []),
    ("Các địa phương vượt kế hoạch gieo trồng.", [], [], []),
    ("UBND cấp xã, phường nêu cao trách nhiệm.", ["UBND cấp xã, phường"], [], []),
    ("Các sở nêu trên còn chậm.", [], [], []),
    # what stands before a subject
    ("Thứ nhất, Sở Y tế lập hồ sơ.", ["Sở Y tế"], [], []),
    ("(i) Công an xã tuần tra; (ii) Trạm Y tế xã trực.", ["Công an xã", "Trạm Y tế xã"], [], []),
    ("Trên tinh thần đó, các phòng, ban lập kế hoạch.", ["các phòng, ban"], [], []),
    ("Các xã tự kiểm tra; sau thời điểm này Sở Xây dựng phúc tra.", ["các xã", "Sở Xây dựng"], [], []),
    ("Nếu quá tải thì Sở Y tế lập thêm chốt.", ["Sở Y tế"], [], []),
    ("Nếu không đạt thì UBND tỉnh xem xét thu hồi.", [], [], []),
    ("Để phát sinh thì Chủ tịch UBND xã chịu trách nhiệm.", [], [], []),
    ("Không đồng ý gia hạn, các hộ tháo dỡ đúng hạn.", ["các hộ"], [], []),
    ("Thống nhất với Sở Y tế, Sở Nội vụ về kinh phí.", [], [], []),
    (
        "Giao Sở Y tế lo thuốc, lo giường, Sở Nội vụ cử người, ngành điện bảo đảm nguồn.",
        ["Sở Y tế", "Sở Nội vụ", "ngành điện"],
        [],
        [],
    ),
    ("Thực hiện rà soát để kiến nghị Cục Sông Tiền, Bộ Y tế xem xét.", [], [], []),
    ("Thực hiện chỉ đạo của UBND tỉnh, Sở Y tế rà soát.", ["Sở Y tế"], [], []),
    # told in the passive, by what is handed over, by whose charge a thing is
    ("Chợ phải được UBND phường Ba Lạt sắp xếp lại.", ["UBND phường Ba Lạt"], [], []),
    ("Mọi điều chỉnh phải được UBND tỉnh chấp thuận.", [], [], []),
    ("Hồ sơ đã được Sở Y tế rà soát.", [], [], []),
    ("Các trường học thuộc Đề án phải được UBND xã Tân Hội bàn giao.", ["UBND xã Tân Hội"], [], []),
    ("Công ty Sông Tiền được đề nghị giữ giá nước đã ký.", ["Công ty Sông Tiền"], [], []),
    ("Sở Y tế được giao chủ trì lập Đề án.", ["Sở Y tế"], [], []),
    ("Công ty Sông Tiền được giao thi công còn chậm.", [], [], []),
    ("Công ty Sông Tiền được khen thưởng.", [], [], []),
    ("Thống nhất giao trụ sở cũ cho Công an phường Ba Lạt quản lý.", ["Công an phường Ba Lạt"], [], []),
    ("Hoàn thành kiểm đếm, giao mặt bằng cho nhà thầu thi công.", [], [], []),
    ("Phần còn lại để cho UBND xã lo.", ["UBND xã"], [], []),
    ("Sắp xếp để UBND xã thực hiện nhiệm vụ.", [], [], []),
    ("Sở Y tế mua thuốc; kinh phí do Sở Tài chính cân đối.", ["Sở Y tế", "Sở Tài chính"], [], []),
    ("Sở Y tế mua thuốc; kinh phí do ngân sách tỉnh bảo đảm.", ["Sở Y tế"], [], []),
    ("Việc in ấn do Sở Nội vụ đảm nhiệm.", ["Sở Nội vụ"], [], []),
    ("Việc in ấn do Sở Nội vụ đảm nhiệm còn chậm.", [], [], []),
    ("Giá cát do Sở Xây dựng công bố phải sát thị trường.", ["Sở Xây dựng"], [], []),
    ("Giá cát do Sở Xây dựng công bố sát thị trường.", [], [], []),
    ("Lưu ý Sở Y tế rà soát kỹ; cử Sở Nội vụ làm đầu mối.", ["Sở Y tế", "Sở Nội vụ"], [], []),
    ("Lưu ý tình hình dịch bệnh ở Sở Y tế.", [], [], []),
    # leads named in passing
    ("Thành lập Tổ công tác do Sở Nội vụ chủ trì.", ["Sở Nội vụ"], [], []),
    ("Việc bàn giao do Sở Y tế làm đầu mối, phối hợp với Công an tỉnh.", ["Sở Y tế"], ["Công an tỉnh"], []),
    ("Chấp hành kết luận của đoàn kiểm tra do Sở Y tế chủ trì.", [], [], []),
    ("Chuẩn bị tài liệu cho hội nghị do Sở Y tế chủ trì.", [], [], []),
    ("Dự án do Công ty Sao Mai đề xuất.", [], [], []),
    ("Thống nhất dự thảo Đề án do Sở Y tế chủ trì soạn thảo.", [], [], []),
    ("Chấp thuận giao UBND xã Tân Hội làm chủ đầu tư.", ["UBND xã Tân Hội"], [], []),
    ("Đơn vị nào chưa gửi phải có văn bản giải trình với Sở Nội vụ.", [], [], []),
    # with whom
    ("Sở Y tế kiểm tra với sự tham gia của Công an tỉnh.", ["Sở Y tế"], ["Công an tỉnh"], []),
    ("Sở Y tế lấy ý kiến các sở, ngành.", ["Sở Y tế"], [], []),
    (
        "Sở Y tế chủ trì, phối hợp với Công an tỉnh và các đơn vị liên quan kiểm tra.",
        ["Sở Y tế"],
        ["Công an tỉnh", "các đơn vị liên quan"],
        [],
    ),
    ("Sở Y tế chủ trì phối hợp Sở Nội vụ tuyển dụng.", ["Sở Y tế"], ["Sở Nội vụ"], []),
    ("Sở Y tế chủ trì cùng với các địa phương truyền thông.", ["Sở Y tế"], ["các địa phương"], []),
    ("Sở Tài chính phối hợp chặt chẽ với Kho bạc Nhà nước đối chiếu.", ["Sở Tài chính"], ["Kho bạc Nhà nước"], []),
    ("Phối hợp cùng Sở Y tế; Công an tỉnh; Sở Nội vụ kiểm tra.", [], ["Sở Y tế", "Công an tỉnh", "Sở Nội vụ"], []),
    ("Phối hợp với Sở Y tế, Công an tỉnh; Sở Nội vụ kiểm tra.", ["Sở Nội vụ"], ["Sở Y tế", "Công an tỉnh"], []),
    ("Sở Y tế chủ trì với Sở Nội vụ xây dựng đề án.", ["Sở Y tế"], ["Sở Nội vụ"], []),
    ("Cùng với Sở Nội vụ kiểm tra các trạm.", [], ["Sở Nội vụ"], []),
    ("Sở Y tế rà soát thuốc; cùng UBND huyện Ba Tri vận động nhân dân.", ["Sở Y tế"], ["UBND huyện Ba Tri"], []),
    ("Sở Y tế cùng Sở Nội vụ kiểm tra.", ["Sở Y tế", "Sở Nội vụ"], [], []),  # a subject of two
    ("Cùng với việc đó, Sở Y tế kiểm tra.", ["Sở Y tế"], [], []),
    ("Sở Y tế chủ trì, có sự phối hợp chặt chẽ của Công an tỉnh, rà soát.", ["Sở Y tế"], ["Công an tỉnh"], []),
    ("Sở Y tế rà soát với sự tham gia, phối hợp của Sở Nội vụ.", ["Sở Y tế"], ["Sở Nội vụ"], []),
    ("Sở Y tế rà soát dưới sự chỉ đạo của UBND tỉnh.", ["Sở Y tế"], [], []),
    ("Sở Y tế phối hợp chặt chẽ, kịp thời cùng Sở Nội vụ rà soát.", ["Sở Y tế"], ["Sở Nội vụ"], []),
    ("Sở Y tế chủ trì, Sở Nội vụ và Công an tỉnh phối hợp rà soát.", ["Sở Y tế"], ["Sở Nội vụ", "Công an tỉnh"], []),
    ("Sở Y tế rà soát; Sở Nội vụ phối hợp với Công an tỉnh trực.", ["Sở Y tế", "Sở Nội vụ"], ["Công an tỉnh"], []),
    ("Phối hợp với cơ quan Thuế, Sở Y tế rà soát.", [], ["cơ quan Thuế", "Sở Y tế"], []),
    ("Phối hợp với bà con trong vùng, Sở Y tế rà soát.", [], ["Sở Y tế"], []),
    ("Phối hợp rà soát các hồ, Sở Y tế lấy mẫu.", [], [], []),
    ("Giao Sở Y tế chủ trì, cơ quan phối hợp là Sở Nội vụ.", ["Sở Y tế"], ["Sở Nội vụ"], []),
    # to whom
    ("Giao Sở Y tế tổng hợp, báo cáo UBND tỉnh.", ["Sở Y tế"], [], ["UBND tỉnh"]),
    (
        "Giao Sở Y tế tham mưu, trình UBND tỉnh, báo cáo Ban Thường vụ Tỉnh ủy.",
        ["Sở Y tế"],
        [],
        ["UBND tỉnh", "Ban Thường vụ Tỉnh ủy"],
    ),
    ("Các địa phương gửi kết quả về Sở Nội vụ.", ["các địa phương"], [], ["Sở Nội vụ"]),
    ("Các địa phương báo cáo UBND tỉnh (qua Sở Tài chính).", ["các địa phương"], [], ["UBND tỉnh", "Sở Tài chính"]),
    ("Sở Tư pháp hoàn thiện hồ sơ trình kỳ họp HĐND tỉnh.", ["Sở Tư pháp"], [], ["HĐND tỉnh"]),
    ("Sở Tư pháp trình kỳ họp thường lệ giữa năm của HĐND tỉnh.", ["Sở Tư pháp"], [], ["HĐND tỉnh"]),
    ("Sở Y tế gửi kế hoạch của Bệnh viện Sông Tiền cho UBND xã Tân Hội.", ["Sở Y tế"], [], ["UBND xã Tân Hội"]),
    ("Sở Y tế gửi số liệu của Công an tỉnh.", ["Sở Y tế"], [], []),
    ("Nộp hồ sơ quyết toán tồn từ năm 2020 trở về trước về Sở Tài chính.", [], [], ["Sở Tài chính"]),
    ("Sở Y tế gửi số liệu vào hộp thư điện tử của Sở Nội vụ.", ["Sở Y tế"], [], ["Sở Nội vụ"]),
    ("Sở Y tế lập biên bản gửi Sở Nội vụ.", ["Sở Y tế"], [], ["Sở Nội vụ"]),
    ("Sở Y tế gửi lấy ý kiến Sở Tư pháp.", ["Sở Y tế"], [], ["Sở Tư pháp"]),
    ("Báo cáo tình hình thiệt hại, công tác khắc phục về Sở Y tế.", [], [], ["Sở Y tế"]),
    ("Báo cáo các nội dung liên quan đến Sở Y tế.", [], [], []),
    # two parts
    ("Sở Y tế cấp thuốc. Giao Công an tỉnh giữ trật tự.", ["Sở Y tế", "Công an tỉnh"], [], []),
    # nobody: the verb is part of what is told, of a noun, or of a description
    ("Khẩn trương giao Phòng Y tế lập hồ sơ.", [], [], []),
    ("Giao thông trên địa bàn thông suốt.", [], [], []),
    ("Sở Y tế đã hoàn thành tiêm chủng.", [], [], []),
    ("UBND tỉnh sẽ kiểm điểm đơn vị chậm trễ.", [], [], []),
    ("Chương trình UBND tỉnh ban hành được thực hiện tốt.", [], [], []),
    ("Tham mưu UBND tỉnh ban hành quy chế.", [], [], []),
    ("Thực hiện báo cáo của Sở Y tế.", [], [], []),
    # those urged on do not cooperate for the lead
    ("Sở Công Thương đôn đốc các chủ đầu tư phối hợp với UBND xã Hòa An di dời.", ["Sở Công Thương"], [], []),
]


@pytest.mark.parametrize(("text", "lead", "coordinating", "report_to"), CASES)
def test_parts(text: str, lead: list[str], coordinating: list[str], report_to: list[str]) -> None:
    parts = read_parts(text, find_agencies(text))
    found = [[m.name for p in parts for m in getattr(p, field)] for field in ("lead", "coordinating", "report_to")]
    assert found == [lead, coordinating, report_to]


@pytest.mark.parametrize(
    ("heading", "only"),
    [
        ("Sở Y tế và các địa phương:", True),
        ("Đối với Sở Y tế", True),
        ("Sở Y tế chủ trì các nội dung:", False),
        ("Về y tế", False),
    ],
)
def test_heading_made_of_agencies(heading: str, only: bool) -> None:
    assert names_only(heading, find_agencies(heading)) is only
