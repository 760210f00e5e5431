"""What is ordered? The matters of the series: templates, each filled with places and things of the invented province.

A template holds the agency that leads, partners, names of the thing (`o`), and the steps of the work: each step in
several wordings that mean the same, and the noun that a report on it uses. Two matters of one template are
look-alikes: the same agency, the same words, another road, school or plan.
"""

# ruff: noqa: E501 - one step of a matter a line
from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from samples.series.world import World


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a matter: `noun` (what is finished) and the order in several wordings."""

    noun: str
    orders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of matter. `names` and the texts of `steps` hold the slots {c} {k} {d} {n} {x}, and {o} for the name."""

    key: str
    field: str
    lead: str
    partners: tuple[str, ...]
    names: tuple[str, ...]
    steps: tuple[Step, ...]
    things: tuple[str, ...] = ()  # values of {x}; where given, there is one matter for each


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter, with its slots filled."""

    id: str
    template: Template
    names: tuple[str, ...]
    split: str  # "tuning" or "heldout"
    district: str  # agency key of the UBND of its district
    place: str  # its commune, shared with matters of other templates; "" for a matter of the whole province

    def order(self, step: int, wording: int, name: int) -> str:
        """The order of `step` in one of its wordings, naming the thing in one of its forms."""
        orders = self.template.steps[step].orders
        return orders[wording % len(orders)].format(o=self.names[name % len(self.names)])

    def noun(self, step: int, name: int) -> str:
        """What is finished when `step` is done."""
        return self.template.steps[step].noun.format(o=self.names[name % len(self.names)])


#: Order of the topic headings: key, heading.
FIELDS: dict[str, str] = {
    "dau-tu": "Về đầu tư công và giải ngân vốn",
    "ha-tang": "Về hạ tầng giao thông, xây dựng và đô thị",
    "cong-nghiep": "Về công nghiệp, thương mại",
    "nong-lam": "Về nông, lâm nghiệp và xây dựng nông thôn mới",
    "dat-dai": "Về đất đai, tài nguyên và môi trường",
    "giao-duc": "Về giáo dục và đào tạo",
    "y-te": "Về công tác y tế, dân số",
    "an-sinh": "Về lao động và an sinh xã hội",
    "van-hoa": "Về văn hóa, thể thao và du lịch",
    "so": "Về chuyển đổi số, khoa học và công nghệ",
    "noi-chinh": "Về cải cách hành chính, nội vụ và tư pháp",
    "qp-an": "Về quốc phòng, an ninh và phòng, chống thiên tai",
}


def _t(key: str, field: str, lead: str, partners: str, names: Sequence[str], *steps: Sequence[str],
       things: Sequence[str] = ()) -> Template:  # fmt: skip
    made = tuple(Step(noun, tuple(orders)) for noun, *orders in steps)
    return Template(key, field, lead, tuple(partners.split()), tuple(names), made, tuple(things))


TEMPLATES: tuple[Template, ...] = (
    _t("duong-tinh", "ha-tang", "gtvt", "tc khdt district",
       ("đường tỉnh {n} đoạn {c} - {k}", "ĐT.{n} (đoạn {c} - {k})", "tuyến {c} - {k} thuộc đường tỉnh {n}"),
       ("hồ sơ đề xuất chủ trương nâng cấp {o}", "hoàn thiện hồ sơ đề xuất chủ trương nâng cấp {o}",
        "rà soát quy mô, tổng mức đầu tư làm cơ sở quyết định chủ trương cải tạo {o}",
        "lập báo cáo đề xuất chủ trương đầu tư cải tạo, mở rộng {o}"),
       ("công tác lựa chọn nhà thầu thi công {o}", "hoàn tất thủ tục lựa chọn nhà thầu để khởi công {o}",
        "tổ chức đấu thầu, đủ điều kiện khởi công {o}"),
       ("việc thảm mặt đường {o}", "tăng ca, tăng kíp, thảm xong mặt đường {o}",
        "đôn đốc đơn vị thi công bổ sung thiết bị, hoàn thành thảm nhựa {o}")),
    _t("cau", "ha-tang", "gtvt", "xd tc district",
       ("cầu {c} qua suối {k}", "công trình cầu {c} (bắc qua suối {k})", "cầu {c}, huyện {d}"),
       ("việc kiểm định tải trọng {o}", "kiểm định lại tải trọng khai thác của {o}",
        "thuê tư vấn đánh giá khả năng chịu tải của {o}, cắm biển hạn chế xe nặng"),
       ("phương án sửa chữa {o}", "đề xuất phương án sửa chữa hoặc xây mới {o}",
        "so sánh các phương án gia cố, thay thế {o} để lựa chọn")),
    _t("quy-hoach-do-thi", "ha-tang", "xd", "tnmt district khdt",
       ("quy hoạch chung đô thị {c}", "đồ án quy hoạch chung thị trấn {c}", "QH chung đô thị {c}"),
       ("nhiệm vụ {o}", "trình duyệt nhiệm vụ {o}", "khẩn trương lập nhiệm vụ, dự toán kinh phí {o}"),
       ("{o}", "hoàn chỉnh {o} theo ý kiến thẩm định",
        "tiếp thu góp ý của cộng đồng dân cư, hoàn thiện thuyết minh và bản vẽ {o}"),
       ("việc công bố {o}", "công bố công khai {o} và cắm mốc giới ngoài thực địa",
        "tổ chức công bố, bàn giao mốc giới {o}")),
    _t("nha-o-xa-hoi", "ha-tang", "xd", "tc tnmt district",
       ("khu nhà ở xã hội {c}", "dự án nhà ở xã hội tại {c}", "nhà ở cho công nhân, người thu nhập thấp {c}"),
       ("việc bố trí quỹ đất cho {o}", "xác định ranh giới, bố trí quỹ đất sạch cho {o}",
        "chốt vị trí, diện tích đất dành cho {o}"),
       ("tiêu chí lựa chọn nhà đầu tư {o}", "xây dựng tiêu chí, mời gọi nhà đầu tư {o}",
        "công bố danh mục và tiêu chí chọn chủ đầu tư {o}")),
    _t("gpmb", "dau-tu", "district", "tnmt tc xd",
       ("dự án đường nối {c} - {k}", "tuyến đường kết nối {c} với {k}", "công trình đường {c} - {k}"),
       ("việc kiểm đếm, áp giá bồi thường {o}", "hoàn thành kiểm đếm, áp giá bồi thường các hộ bị ảnh hưởng bởi {o}",
        "kiểm kê tài sản trên đất và lập phương án bồi thường {o}"),
       ("mặt bằng {o}", "bàn giao toàn bộ mặt bằng sạch {o} cho chủ đầu tư",
        "giải quyết dứt điểm vướng mắc giải phóng mặt bằng {o}", "tháo gỡ vướng mắc GPMB, giao đủ mặt bằng {o}"),
       ("khu tái định cư phục vụ {o}", "bố trí tái định cư cho các hộ phải di dời bởi {o}",
        "xây xong hạ tầng khu tái định cư phục vụ {o}")),
    _t("giai-ngan", "dau-tu", "khdt", "tc",
       ("vốn {x}", "nguồn vốn {x}", "kế hoạch vốn {x}"),
       ("phương án phân bổ chi tiết {o}", "xây dựng phương án phân bổ chi tiết {o}",
        "phân khai {o} tới từng dự án, ưu tiên công trình chuyển tiếp"),
       ("việc điều chuyển {o}", "rà soát dự án chậm giải ngân, đề xuất điều chuyển {o}",
        "tổng hợp nhu cầu tăng, giảm và phương án điều hòa {o}"),
       things=("Chương trình giảm nghèo bền vững", "Chương trình phát triển vùng đồng bào dân tộc thiểu số",
               "đầu tư công từ tiền sử dụng đất", "ODA cải thiện cấp nước nông thôn", "xổ số kiến thiết",
               "dự phòng trung hạn", "Chương trình phục hồi rừng đầu nguồn")),
    _t("quyet-toan", "dau-tu", "tc", "khdt district",
       ("dự án {x}", "công trình {x}", "dự án xây dựng {x}"),
       ("quyết toán {o}", "thẩm tra quyết toán {o}, thu hồi khoản tạm ứng quá hạn",
        "xử lý dứt điểm tồn đọng quyết toán của {o}"),
       ("việc thu hồi tạm ứng {o}", "thu hồi toàn bộ tạm ứng còn treo của {o}",
        "đôn đốc nhà thầu hoàn trả số tạm ứng chưa thu hồi của {o}"),
       things=("trụ sở liên cơ quan khối tổng hợp", "nhà thi đấu đa năng tỉnh", "kè bờ hữu sông Trạch",
               "trung tâm hội nghị tỉnh", "hồ chứa nước Khe Dẻn", "bến xe phía bắc", "nhà văn hóa công nhân")),
    _t("cum-cong-nghiep", "cong-nghiep", "ct", "tnmt xd district",
       ("cụm công nghiệp {c}", "CCN {c}", "cụm công nghiệp {c} (huyện {d})"),
       ("hồ sơ thành lập {o}", "thẩm định hồ sơ thành lập {o}", "xem xét điều kiện thành lập, mở rộng {o}"),
       ("hạ tầng xử lý nước thải {o}", "đôn đốc chủ đầu tư hoàn thành trạm xử lý nước thải tập trung {o}",
        "đôn đốc đưa vào vận hành hệ thống thu gom, xử lý nước thải {o}"),
       ("việc thu hút doanh nghiệp vào {o}", "xúc tiến, lấp đầy diện tích còn trống của {o}",
        "lập danh mục ngành nghề thu hút vào {o}")),
    _t("cho", "cong-nghiep", "ct", "tc ca district",
       ("chợ {c}", "chợ trung tâm {c}", "chợ {c} (huyện {d})"),
       ("phương án chuyển đổi mô hình quản lý {o}", "xây dựng phương án chuyển đổi mô hình quản lý {o}",
        "đề xuất giao doanh nghiệp, hợp tác xã khai thác {o}"),
       ("việc khắc phục tồn tại phòng cháy tại {o}", "khắc phục các tồn tại về phòng cháy, chữa cháy tại {o}",
        "bổ sung bể nước, lối thoát nạn và thiết bị PCCC cho {o}")),
    _t("thuy-dien", "cong-nghiep", "ct", "tnmt ca district",
       ("thủy điện {c}", "nhà máy thủy điện {c}", "công trình thủy điện {c} trên suối {k}"),
       ("việc kiểm tra an toàn đập {o}", "kiểm tra an toàn đập và quy trình xả lũ của {o}",
        "đánh giá an toàn hồ đập, hệ thống cảnh báo hạ du của {o}"),
       ("việc xử lý tồn tại về đất của {o}", "làm rõ diện tích đất chưa hoàn thành thủ tục thuê của {o}",
        "xử lý phần diện tích sử dụng ngoài ranh giới được thuê của {o}")),
    _t("dien", "cong-nghiep", "ct", "khdt district",
       ("lưới điện các thôn vùng cao xã {c}", "hệ thống điện nông thôn xã {c}", "điện lưới xã {c}"),
       ("khảo sát đầu tư {o}", "khảo sát số hộ chưa có điện, lập dự toán đầu tư {o}",
        "thống kê nhu cầu và khái toán kinh phí cấp điện, kéo {o}"),
       ("việc đóng điện {o}", "cùng ngành điện nghiệm thu, đóng điện {o}", "đưa vào vận hành {o}")),
    _t("xang-dau", "cong-nghiep", "ct", "ca thue",
       ("{x}", "việc quản lý {x}", "hoạt động kinh doanh {x}"),
       ("kiểm tra chuyên đề về {o}", "mở đợt kiểm tra chuyên đề đối với {o}", "tổ chức kiểm tra, xử lý vi phạm về {o}"),
       things=("xăng dầu", "khí dầu mỏ hóa lỏng", "thuốc lá điếu nhập lậu", "phân bón kém chất lượng",
               "hàng hóa trên sàn thương mại điện tử", "vàng trang sức")),
    _t("nong-thon-moi", "nong-lam", "nn", "tc khdt district",
       ("xã {c} đạt chuẩn nông thôn mới", "xã nông thôn mới {c}", "xã NTM {c}"),
       ("hồ sơ công nhận {o}", "thẩm tra hồ sơ công nhận {o}", "hoàn thiện minh chứng các tiêu chí để xét công nhận {o}"),
       ("các tiêu chí còn thiếu của {o}", "tập trung nguồn lực cho các tiêu chí còn thiếu của {o}",
        "hướng dẫn địa phương hoàn thành tiêu chí thu nhập, môi trường của {o}")),
    _t("ho-chua", "nong-lam", "nn", "tc district",
       ("hồ chứa nước {c}", "công trình hồ {c}", "hồ thủy lợi {c}"),
       ("phương án tích nước {o}", "rà soát phương án tích nước, bảo đảm an toàn {o}",
        "kiểm tra mực nước, cửa van và quyết định chế độ tích nước {o}"),
       ("việc sửa chữa đập {o}", "xử lý thấm và sửa chữa mái đập {o}", "gia cố thân đập, tràn xả lũ {o}")),
    _t("giong", "nong-lam", "nn", "khcn",
       ("vùng sản xuất {x}", "mô hình liên kết sản xuất {x}", "đề án phát triển {x}"),
       ("kế hoạch mở rộng {o}", "xây dựng kế hoạch mở rộng {o}", "xác định diện tích, địa bàn để nhân rộng {o}"),
       ("mã số cho {o}", "hướng dẫn cấp mã số và truy xuất nguồn gốc cho {o}",
        "hoàn thiện hồ sơ cấp mã số, tem truy xuất của {o}"),
       ("chính sách hỗ trợ {o}", "tham mưu chính sách hỗ trợ {o}", "nghiên cứu cơ chế, mức hỗ trợ đối với {o}"),
       things=("chè hữu cơ", "quế vỏ", "cá nước lạnh", "dược liệu dưới tán rừng", "lúa nếp nương",
               "cam sành", "mật ong bạc hà", "trâu, bò vỗ béo")),
    _t("dich-vat-nuoi", "nong-lam", "nn", "ca yt district",
       ("{x}", "dịch bệnh {x}", "bệnh {x}"),
       ("việc tiêm phòng {o}", "mua vắc xin, tổ chức tiêm phòng {o}", "đẩy nhanh tiến độ tiêm vắc-xin phòng, chống {o}"),
       ("việc khống chế {o}", "khoanh vùng, dập dứt điểm ổ dịch {o}", "kiểm soát vận chuyển, tiêu hủy gia súc mắc {o}"),
       things=("dịch tả lợn châu Phi", "viêm da nổi cục ở trâu, bò", "lở mồm long móng", "cúm gia cầm", "dại ở chó, mèo")),
    _t("rung", "nong-lam", "nn", "tnmt ca district",
       ("rừng phòng hộ {c}", "diện tích rừng phòng hộ tại {c}", "khu rừng {c} thuộc huyện {d}"),
       ("việc xử lý phá rừng tại {o}", "làm rõ trách nhiệm để xảy ra phá rừng tại {o}",
        "kiểm điểm, xử lý tập thể, cá nhân liên quan vụ xâm hại {o}"),
       ("phương án trồng lại {o}", "lập phương án trồng lại, khoanh nuôi {o}", "thiết kế trồng bổ sung cây bản địa tại {o}")),
    _t("dau-gia-dat", "dat-dai", "tnmt", "tc tp district",
       ("khu đất {c} mặt đường {n}", "các lô đất tại {c} (đường {n})", "quỹ đất {c} bám đường {n}"),
       ("giá khởi điểm {o}", "xác định giá khởi điểm đấu giá {o}", "thẩm định giá đất cụ thể làm căn cứ đấu giá {o}"),
       ("việc đấu giá {o}", "tổ chức đấu giá quyền sử dụng {o}", "công khai và mở phiên đấu giá QSDĐ {o}"),
       ("việc thu tiền trúng đấu giá {o}", "thu đủ tiền trúng đấu giá {o}, hủy kết quả nếu quá hạn nộp",
        "đôn đốc người trúng đấu giá {o} nộp tiền vào ngân sách")),
    _t("ke-hoach-su-dung-dat", "dat-dai", "tnmt", "nn xd",
       ("kế hoạch sử dụng đất huyện {d}", "KHSDĐ của huyện {d}", "kế hoạch sử dụng đất hằng năm huyện {d}"),
       ("việc thẩm định {o}", "thẩm định {o}", "kiểm tra danh mục công trình, trình duyệt {o}"),
       ("việc điều chỉnh {o}", "bổ sung danh mục dự án cấp bách vào {o}", "cập nhật, điều chỉnh chỉ tiêu trong {o}")),
    _t("mo-cat", "dat-dai", "tnmt", "ct ca district",
       ("mỏ cát {c}", "điểm mỏ cát, sỏi {c}", "khu vực khai thác cát {c}"),
       ("việc kiểm tra {o}", "kiểm tra công suất, ranh giới khai thác tại {o}",
        "lắp trạm cân, camera và giám sát sản lượng tại {o}"),
       ("thủ tục đóng cửa {o}", "lập đề án đóng cửa, hoàn nguyên {o}", "đôn đốc chủ giấy phép phục hồi môi trường {o}")),
    _t("bai-rac", "dat-dai", "tnmt", "xd tc district",
       ("bãi rác {c}", "bãi chôn lấp chất thải {c}", "khu xử lý chất thải rắn {c}"),
       ("việc xử lý ô nhiễm {o}", "xử lý nước rỉ rác, khắc phục ô nhiễm tại {o}",
        "có giải pháp giảm mùi hôi, thu gom nước thải của {o}"),
       ("phương án di dời {o}", "lựa chọn địa điểm mới, đóng cửa {o}", "đề xuất lộ trình chấm dứt tiếp nhận rác tại {o}")),
    _t("truong", "giao-duc", "gd", "tc xd district",
       ("Trường THCS {c}", "trường trung học cơ sở {c}", "Trường THCS xã {c}"),
       ("việc khắc phục sạt lở tại {o}", "đề xuất phương án khắc phục sạt lở taluy sau {o}",
        "khảo sát, xử lý khối đất nguy hiểm phía sau {o}"),
       ("việc xây nhà lớp học {o}", "hoàn thiện hồ sơ đầu tư nhà lớp học {o}", "bổ sung phòng học kiên cố cho {o}"),
       ("thiết bị dạy học của {o}", "bàn giao thiết bị dạy học, phòng máy tính cho {o}",
        "mua sắm, lắp đặt thiết bị phòng bộ môn của {o}")),
    _t("mam-non", "giao-duc", "gd", "nv district",
       ("Trường Mầm non {c}", "trường mầm non xã {c}", "MN {c}"),
       ("việc bổ sung giáo viên cho {o}", "điều động, bổ sung giáo viên còn thiếu cho {o}",
        "cân đối biên chế, hợp đồng giáo viên cho {o}"),
       ("bếp ăn bán trú {o}", "cải tạo bếp ăn, nguồn nước sạch của {o}", "nâng cấp bếp và khu vệ sinh bán trú {o}")),
    _t("giao-duc-de-an", "giao-duc", "gd", "tc nv",
       ("đề án {x}", "Đề án {x} của tỉnh", "đề án về {x}"),
       ("dự thảo {o}", "xây dựng dự thảo {o}", "nghiên cứu, soạn thảo {o}"),
       ("việc lấy ý kiến về {o}", "lấy ý kiến các địa phương và hoàn thiện {o}", "tiếp thu góp ý, chỉnh lý {o}"),
       things=("dạy ngoại ngữ trong trường tiểu học", "phát triển trường nội trú", "xóa phòng học tạm",
               "phổ cập bơi cho học sinh", "sắp xếp điểm trường lẻ", "dạy nghề cho học sinh sau trung học cơ sở")),
    _t("benh-vien", "y-te", "yt", "tc khdt district",
       ("Bệnh viện đa khoa khu vực {c}", "BVĐK khu vực {c}", "bệnh viện {c}"),
       ("việc đấu thầu thuốc cho {o}", "hoàn thành đấu thầu thuốc, vật tư y tế cho {o}",
        "tháo gỡ tình trạng thiếu thuốc, hóa chất xét nghiệm tại {o}"),
       ("việc đầu tư máy chụp cắt lớp cho {o}", "lập dự án đầu tư máy chụp cắt lớp cho {o}",
        "rà soát nhu cầu, cấu hình máy CT của {o}"),
       ("đề án tự chủ của {o}", "xây dựng đề án tự chủ tài chính của {o}", "đánh giá khả năng tự chủ và lộ trình của {o}")),
    _t("tram-y-te", "y-te", "yt", "nv tc district",
       ("Trạm Y tế xã {c}", "trạm y tế {c}", "TYT xã {c}"),
       ("việc bố trí bác sĩ cho {o}", "luân phiên bác sĩ về {o}", "điều động, tăng cường bác sĩ làm việc tại {o}"),
       ("việc sửa chữa {o}", "cải tạo, chống dột nhà làm việc của {o}", "bố trí kinh phí sửa chữa, mua trang thiết bị {o}")),
    _t("dich", "y-te", "yt", "gd tt",
       ("dịch {x}", "bệnh {x}", "công tác phòng, chống dịch {x}"),
       ("kịch bản ứng phó {o}", "cập nhật kịch bản, phương án ứng phó {o}", "chuẩn bị thuốc, giường bệnh và nhân lực ứng phó {o}"),
       ("chiến dịch truyền thông về {o}", "tổ chức truyền thông, hướng dẫn người dân phòng {o}",
        "phát động chiến dịch vệ sinh môi trường, tuyên truyền về {o}"),
       things=("sốt xuất huyết", "tay chân miệng", "Covid-19", "sởi", "bạch hầu", "cúm mùa")),
    _t("nha-tam", "an-sinh", "ld", "xd tc district",
       ("việc xóa nhà tạm tại huyện {d}", "chương trình xóa nhà tạm, nhà dột nát huyện {d}", "xoá nhà tạm ở huyện {d}"),
       ("danh sách hộ được hỗ trợ {o}", "rà soát, phê duyệt danh sách hộ được hỗ trợ {o}",
        "thống kê đối tượng, mức hỗ trợ cho {o}"),
       ("{o}", "huy động ngày công, khởi công đồng loạt {o}", "bảo đảm tiến độ, chất lượng {o}")),
    _t("xuat-khau-lao-dong", "an-sinh", "ld", "nv ca",
       ("lao động đi làm việc tại {x}", "việc đưa lao động sang {x}", "chương trình lao động {x}"),
       ("kế hoạch tuyển chọn {o}", "lập kế hoạch tuyển chọn, đào tạo định hướng {o}",
        "làm việc với doanh nghiệp để tuyển nguồn, dạy tiếng cho {o}"),
       ("chính sách vay vốn cho {o}", "hướng dẫn thủ tục vay vốn ưu đãi cho {o}", "tháo gỡ khó khăn về vốn vay đối với {o}"),
       things=("Hàn Quốc", "Nhật Bản", "Đài Loan", "thị trường châu Âu", "các khu công nghiệp ngoài tỉnh")),
    _t("nguoi-co-cong", "an-sinh", "ld", "tc district",
       ("nghĩa trang liệt sĩ {c}", "Nghĩa trang liệt sĩ xã {c}", "công trình ghi công liệt sĩ {c}"),
       ("việc tu bổ {o}", "tu bổ, chỉnh trang {o}", "sửa chữa phần mộ, khuôn viên {o}"),
       ("dữ liệu mộ liệt sĩ tại {o}", "số hóa, đối chiếu dữ liệu phần mộ tại {o}", "lấy mẫu, đính chính thông tin mộ tại {o}")),
    _t("di-tich", "van-hoa", "vh", "xd tc district",
       ("di tích đình {c}", "đình cổ {c}", "đình {c} (huyện {d})"),
       ("hồ sơ xếp hạng {o}", "lập hồ sơ khoa học xếp hạng {o}", "hoàn thiện hồ sơ, khoanh vùng bảo vệ {o}"),
       ("việc trùng tu {o}", "trùng tu, chống xuống cấp {o}", "khẩn trương tu bổ mái, cột của {o}")),
    _t("du-lich", "van-hoa", "vh", "gtvt district",
       ("khu du lịch thác {c}", "điểm du lịch thác {c}", "khu du lịch sinh thái thác {c}"),
       ("thủ tục công nhận {o}", "hướng dẫn thủ tục công nhận {o} là điểm du lịch cấp tỉnh",
        "thẩm định điều kiện công nhận {o}"),
       ("phương án thu phí tại {o}", "xây dựng phương án thu phí tham quan {o}", "đề xuất mức thu, cách quản lý vé tại {o}")),
    _t("le-hoi", "van-hoa", "vh", "ca tt",
       ("Lễ hội {x}", "lễ hội {x} của tỉnh", "hoạt động lễ hội {x}"),
       ("kịch bản {o}", "hoàn thiện kịch bản, chương trình {o}", "xây dựng kịch bản tổng thể, dự toán {o}"),
       ("công tác tổ chức {o}", "chuẩn bị lực lượng, bảo đảm an toàn cho {o}", "tổng duyệt và sẵn sàng tổ chức {o}"),
       things=("Hoa lê trắng", "Đua thuyền sông Trạch", "Cơm mới vùng cao", "Thổ cẩm", "Khèn và sáo")),
    _t("phan-mem", "so", "tt", "nv tc",
       ("phần mềm {x}", "hệ thống {x}", "nền tảng số {x}"),
       ("việc thuê dịch vụ {o}", "lập kế hoạch thuê dịch vụ {o}", "xác định yêu cầu kỹ thuật, dự toán thuê {o}"),
       ("việc kết nối dữ liệu của {o}", "kết nối, chia sẻ dữ liệu của {o} với trục liên thông",
        "chuẩn hóa, đồng bộ dữ liệu trên {o}"),
       ("việc tập huấn sử dụng {o}", "tập huấn cho công chức cấp xã sử dụng {o}", "cử tổ công nghệ hướng dẫn vận hành {o}"),
       things=("báo cáo kinh tế - xã hội", "quản lý văn bản", "một cửa điện tử", "phản ánh hiện trường",
               "quản lý hộ tịch", "quản lý khoáng sản", "giám sát giao thông")),
    _t("phu-song", "so", "tt", "ct district",
       ("trạm thu phát sóng thôn {c}", "trạm BTS tại {c}", "hạ tầng viễn thông thôn {c}"),
       ("việc xóa vùng lõm tại {o}", "làm việc với doanh nghiệp, xây dựng {o} để xóa vùng lõm sóng",
        "bố trí vị trí đặt và đôn đốc phát sóng {o}")),
    _t("khoa-hoc", "so", "khcn", "nn ct",
       ("đề tài {x}", "nhiệm vụ khoa học {x}", "đề tài nghiên cứu {x}"),
       ("việc nghiệm thu {o}", "tổ chức nghiệm thu {o}", "thành lập hội đồng đánh giá, nghiệm thu {o}"),
       ("việc ứng dụng kết quả {o}", "chuyển giao, ứng dụng kết quả {o} vào sản xuất", "đưa sản phẩm của {o} ra thị trường"),
       things=("bảo tồn giống lợn bản địa", "chế biến sâu tinh dầu quế", "cảnh báo sớm lũ quét", "bảo quản quả sau thu hoạch")),
    _t("thu-tuc", "noi-chinh", "nv", "tp tt",
       ("thủ tục {x}", "quy trình giải quyết {x}", "TTHC {x}"),
       ("phương án cắt giảm thời gian {o}", "rà soát, cắt giảm thời gian thực hiện {o}",
        "đề xuất bỏ bớt thành phần hồ sơ, rút ngắn {o}"),
       ("việc xử lý hồ sơ trễ hạn về {o}", "chấn chỉnh tình trạng hồ sơ trễ hạn khi làm {o}",
        "xin lỗi người dân và giải quyết dứt điểm hồ sơ quá hạn của {o}"),
       things=("cấp giấy phép xây dựng", "đăng ký đất đai", "đăng ký khai sinh", "cấp phiếu lý lịch tư pháp",
               "cấp giấy phép kinh doanh vận tải", "hưởng trợ cấp xã hội")),
    _t("bien-che", "noi-chinh", "nv", "tc",
       ("đề án vị trí việc làm {x}", "việc xác định vị trí việc làm {x}", "vị trí việc làm của {x}"),
       ("việc thẩm định {o}", "thẩm định {o}", "xem xét, phê duyệt {o} theo thẩm quyền"),
       things=("ngành kiểm lâm", "khối đơn vị sự nghiệp văn hóa", "các ban quản lý dự án", "trung tâm y tế huyện")),
    _t("van-ban", "noi-chinh", "tp", "vp",
       ("quyết định quy định về {x}", "dự thảo quy định về {x}", "văn bản quy phạm pháp luật về {x}"),
       ("việc thẩm định {o}", "thẩm định {o}", "cho ý kiến về tính hợp hiến, hợp pháp của {o}"),
       ("việc rà soát {o}", "rà soát, kiến nghị sửa đổi {o}", "kiểm tra, xử lý nội dung trái thẩm quyền trong {o}"),
       things=("quản lý vỉa hè", "phân cấp quản lý tài sản công", "mức thu phí bến bãi", "quản lý nhà chung cư",
               "hỗ trợ hộ kinh doanh", "bảo vệ công trình thủy lợi")),
    _t("khieu-nai", "noi-chinh", "thanhtra", "tnmt tp district",
       ("vụ khiếu nại đất đai tại {c}", "đơn của các hộ dân {c}", "khiếu nại của công dân xã {c}"),
       ("việc xác minh {o}", "xác minh, kết luận {o}", "đối thoại với công dân, làm rõ {o}"),
       ("việc thi hành quyết định giải quyết {o}", "thi hành dứt điểm quyết định giải quyết {o}",
        "đôn đốc thực hiện các quyết định đã có hiệu lực về {o}")),
    _t("an-toan-giao-thong", "qp-an", "ca", "gtvt district",
       ("nút giao {c} trên đường tỉnh {n}", "điểm đen tai nạn {c} (ĐT.{n})", "ngã ba {c} trên ĐT.{n}"),
       ("việc xử lý {o}", "khảo sát, kiến nghị lắp đèn tín hiệu tại {o}", "có giải pháp giảm tai nạn tại {o}"),
       ("việc tuần tra tại {o}", "tăng cường tuần tra, xử lý xe quá tải qua {o}", "lập chốt kiểm soát tải trọng xe tại {o}")),
    _t("dien-tap", "qp-an", "qs", "ca tc",
       ("diễn tập khu vực phòng thủ huyện {d}", "cuộc diễn tập phòng thủ huyện {d}", "diễn tập KVPT huyện {d}"),
       ("công tác chuẩn bị {o}", "hoàn thành văn kiện, chuẩn bị thao trường cho {o}",
        "chuẩn bị lực lượng, hậu cần phục vụ {o}"),
       ("việc rút kinh nghiệm {o}", "tổng kết, rút kinh nghiệm {o}", "đánh giá kết quả, tuyên dương sau {o}")),
    _t("sat-lo", "qp-an", "nn", "tnmt qs district",
       ("khu dân cư {c} có nguy cơ sạt lở", "các hộ vùng sạt lở {c}", "điểm sạt lở {c}"),
       ("phương án di dời {o}", "lập phương án di dời, bố trí ổn định {o}", "khẩn trương sơ tán, sắp xếp nơi ở mới cho {o}"),
       ("việc quan trắc {o}", "đặt thiết bị quan trắc, cảnh báo tại {o}", "bố trí trực canh, cắm biển cảnh báo quanh {o}")),
)  # fmt: skip


def make_matters(rng: random.Random, world: World, count: int = 9) -> tuple[Matter, ...]:
    """All matters of `world`: `count` for each template with places, one for each thing for the others.

    Templates, and with them all their matters, fall alternately in the tuning and the held-out half, so
    that look-alikes are never parted and no wording of the one half is met in the other.
    """
    made: list[Matter] = []
    for place, template in enumerate(TEMPLATES):
        numbers = rng.sample(range(601, 799), 40)
        near, far = rng.sample(world.communes, 2 * count), rng.sample(world.communes, 2 * count)
        districts = rng.sample([i for i, d in enumerate(world.districts) if d.startswith("huyện")], 7)
        by_district = all("{c}" not in n for n in template.names) and not template.things
        total = len(template.things) or (len(districts) if by_district else count)
        for i in range(total):
            slots: dict[str, str] = {
                "n": str(numbers[i]),
                "d": world.districts[districts[i % 7]].split(" ", 1)[1],
                "c": "",
                "k": "",
                "x": "",
            }
            if template.things:
                slots["x"] = template.things[i]
            else:
                slots["c"] = near[i]
                slots["k"] = next(k for k in far[i:] if k != near[i])
            names = tuple(n.format(**slots) for n in template.names)
            split = "tuning" if place % 2 == 0 else "heldout"
            made.append(
                Matter(f"{template.key}-{i + 1}", template, names, split, f"district:{districts[i % 7]}", slots["c"])
            )
    return tuple(made)
