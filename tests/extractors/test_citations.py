# ruff: noqa: E501 (a row stays on its line)
"""Which documents? A table of mentions, each in a sentence, and a table of what only looks like one."""

from __future__ import annotations

from importlib import resources

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from extractors.citations import KINDS, TYPES, find_citations, problems, with_law_years

# sentence, keys in order
KEYS = [
    # papers of the state
    ("Triển khai Nghị quyết 45/NQ-CP.", ["45/NQ-CP"]),
    ("Triển khai Nghị quyết số 45/NQ-CP ngày 02/4/2026 của Chính phủ.", ["45/NQ-CP"]),
    ("Theo Kế hoạch số: 12/KH-UBND.", ["12/KH-UBND"]),
    ("Theo Quyết định số 7/QĐ-UBND.", ["7/QĐ-UBND"]),
    ("Theo Quyết định số 07/QĐ-UBND.", ["07/QĐ-UBND"]),
    ("Theo Quyết định số 2215/QĐ-UBND-KT.", ["2215/QĐ-UBND-KT"]),
    ("Thực hiện Chỉ thị số 08/CT-TTg của Thủ tướng.", ["08/CT-TTG"]),
    ("Thực hiện Nghị định số 99/2025/NĐ-CP.", ["99/2025/NĐ-CP"]),
    ("Thực hiện Quyết định số 14/2025/QĐ-TTg.", ["14/2025/QĐ-TTG"]),
    ("Theo Thông tư số 21/2025/TT-BNNMT.", ["21/2025/TT-BNNMT"]),
    ("Theo Thông tư liên tịch số 33/2006/TTLT-BTC-BNV.", ["33/2006/TTLT-BTC-BNV"]),
    ("Theo Nghị quyết số 515/NQ-UBTVQH15.", ["515/NQ-UBTVQH15"]),
    ("Theo Nghị quyết số 27/NQ-HĐND ngày 09/12/2025 của HĐND tỉnh.", ["27/NQ-HĐND"]),
    ("Theo Nghị quyết số 05/2025/NQ-HĐND.", ["05/2025/NQ-HĐND"]),
    ("Theo Thông báo số 66/TB-VPCP.", ["66/TB-VPCP"]),
    ("Theo Thông báo kết luận số 66/TB-VPCP.", ["66/TB-VPCP"]),
    ("Theo Công điện số 31/CĐ-TTg.", ["31/CĐ-TTG"]),
    ("Theo Tờ trình số 88/TTr-SXD của Sở Xây dựng.", ["88/TTR-SXD"]),
    ("Theo Báo cáo số 145/BC-STC.", ["145/BC-STC"]),
    ("Theo Báo cáo số 145a/BC-STC.", ["145A/BC-STC"]),
    ("Theo Hướng dẫn số 12/HD-SNV.", ["12/HD-SNV"]),
    ("Theo Đề án số 03/ĐA-UBND.", ["03/ĐA-UBND"]),
    ("Theo Chương trình số 15/CTr-UBND.", ["15/CTR-UBND"]),
    ("Theo Nghị quyết số 70.12/2026/NQ-CP.", ["70.12/2026/NQ-CP"]),
    ("Theo Văn bản hợp nhất số 10/VBHN-VPQH.", ["10/VBHN-VPQH"]),
    ("Theo Giấy mời số 44/GM-UBND.", ["44/GM-UBND"]),
    ("theo quyết định số 19/QĐ-BXD", ["19/QĐ-BXD"]),
    ("THEO NGHỊ QUYẾT SỐ 45/NQ-CP", ["45/NQ-CP"]),
    ("(Quyết định 19/QĐ-BXD)", ["19/QĐ-BXD"]),
    ("theo 19/QĐ-BXD và các văn bản liên quan", ["19/QĐ-BXD"]),
    # letters have a body in place of a type
    ("Phúc đáp Công văn số 2101/UBND-NLN.", ["2101/UBND-NLN"]),
    ("Phúc đáp Văn bản số 310/STNMT-QLĐĐ của Sở.", ["310/STNMT-QLĐĐ"]),
    ("Theo đề nghị tại Công văn số 1789/BTC-NSNN.", ["1789/BTC-NSNN"]),
    # papers of the Party
    ("Triển khai Nghị quyết số 22-NQ/TU.", ["22-NQ/TU"]),
    ("Triển khai Nghị quyết 71-NQ/TW của Bộ Chính trị.", ["71-NQ/TW"]),
    ("Triển khai Đề án số 06-ĐA/TU.", ["06-ĐA/TU"]),
    ("Triển khai Chương trình hành động số 41-CTr/TU.", ["41-CTR/TU"]),
    ("Theo Kết luận số 130-KL/TW.", ["130-KL/TW"]),
    ("Theo Kết luận số 19-TB/TU.", ["19-TB/TU"]),
    ("Theo Chỉ thị số 09-CT/TU.", ["09-CT/TU"]),
    ("Theo Quy định số 85-QĐ/TW.", ["85-QĐ/TW"]),
    ("Theo Công văn số 612-CV/ĐU.", ["612-CV/ĐU"]),
    ("Theo Hướng dẫn số 07-HD/VPTW.", ["07-HD/VPTW"]),
    ("Theo Kế hoạch số 18-KH/TU ngày 03/3/2026 của Tỉnh ủy.", ["18-KH/TU"]),
    # papers of the National Assembly
    ("Theo Nghị quyết số 155/2024/QH15.", ["155/2024/QH15"]),
    ("Theo Luật Nhà ở số 27/2023/QH15.", ["27/2023/QH15"]),
    ("Theo Luật sửa đổi, bổ sung một số điều của Luật Đấu thầu số 57/2024/QH15.", ["57/2024/QH15"]),
    ("Theo Pháp lệnh số 02/2020/UBTVQH14.", ["02/2020/UBTVQH14"]),
    # places inside a document
    ("Theo khoản 2 Điều 5 Nghị định số 99/2025/NĐ-CP.", ["99/2025/NĐ-CP"]),
    ("Theo điểm a khoản 12 Điều\n4 Thông tư số 21/2025/TT-BNNMT.", ["21/2025/TT-BNNMT"]),
    ("Theo mục II Phụ lục kèm theo Quyết định số 19/QĐ-BXD.", ["19/QĐ-BXD"]),
    # several
    ("Thực hiện Nghị quyết số 22-NQ/TU và Kế hoạch số 12/KH-UBND.", ["22-NQ/TU", "12/KH-UBND"]),
    ("Theo các Thông báo số 41/TB-VPCP ngày 03/02/2026; số 66/TB-VPCP ngày 05/3/2026.", ["41/TB-VPCP", "66/TB-VPCP"]),
    ("Theo các Công văn số 11/UBND-TH, số 12/UBND-TH và 13/UBND-TH.", ["11/UBND-TH", "12/UBND-TH", "13/UBND-TH"]),
    ("Triển khai các Nghị quyết số 05, 06 và 07-NQ/TU.", ["05-NQ/TU", "06-NQ/TU", "07-NQ/TU"]),
    ("Triển khai các Nghị quyết số 05/06/07-NQ/TU.", ["05-NQ/TU", "06-NQ/TU", "07-NQ/TU"]),
    ("Triển khai các Nghị quyết số 105, 106/NQ-CP.", ["105/NQ-CP", "106/NQ-CP"]),
    ("Theo Quyết định số 19/QĐ-BXD. Sau đó, Quyết định số 19/QĐ-BXD được sửa.", ["19/QĐ-BXD"]),
    ("Luật Đất đai 2024, Nghị định 102/2024/NĐ-CP và Luật Nhà ở.", ["Luật Đất đai 2024", "102/2024/NĐ-CP", "Luật Nhà ở"]),
    # broken over lines, blanks, dashes
    ("Theo Nghị định số 99/2025/NĐ-\nCP.", ["99/2025/NĐ-CP"]),
    ("Theo Nghị định số 99/2025/NĐ - CP.", ["99/2025/NĐ-CP"]),
    ("Theo Nghị quyết số 45/NQ- CP.", ["45/NQ-CP"]),
    ("Theo Nghị quyết số 45/NQ–CP.", ["45/NQ-CP"]),
    ("Theo Nghị quyết số 45/NQ‑CP.", ["45/NQ-CP"]),
    ("Theo Nghị quyết số 45 /NQ-CP.", ["45/NQ-CP"]),
    ("Theo Nghị quyết số 45/ NQ-CP.", ["45/NQ-CP"]),
    ("Theo Nghị quyết số 22-\nNQ/TU.", ["22-NQ/TU"]),
    ("Theo Nghị quyết số 22 - NQ/TU.", ["22-NQ/TU"]),
    ("Theo Quyết định số\n19/QĐ-BXD.", ["19/QĐ-BXD"]),
    ("Theo Quyết định\nsố 19/QĐ-BXD.", ["19/QĐ-BXD"]),
    # printed wrongly: kept as printed
    ("Theo Nghị định 181/2024/NĐCP.", ["181/2024/NĐCP"]),
    ("Theo Quyết định số 866/QĐ-Tg.", ["866/QĐ-TG"]),
    ("Theo Kế hoạch số 512/QĐ-UBND.", ["512/QĐ-UBND"]),
    ("Theo Chương trình số 41-CTr/Tu.", ["41-CTR/TU"]),
    # laws by title
    ("Theo Luật Đất đai năm 2024.", ["Luật Đất đai 2024"]),
    ("Theo Luật Đất đai 2024.", ["Luật Đất đai 2024"]),
    ("Theo Luật Đất đai, năm 2024.", ["Luật Đất đai 2024"]),
    ("Theo Luật Đất đai ngày 18 tháng 01 năm 2024.", ["Luật Đất đai 2024"]),
    ("Theo Luật Đất đai và các văn bản hướng dẫn.", ["Luật Đất đai"]),
    ("Theo quy định của Luật Đầu tư công.", ["Luật Đầu tư công"]),
    ("Theo quy định của Luật Đầu tư.", ["Luật Đầu tư"]),
    ("Theo Luật Phòng, chống thiên tai, các xã lập phương án.", ["Luật Phòng, chống thiên tai"]),
    ("Theo Luật Khám bệnh, chữa bệnh năm 2023.", ["Luật Khám bệnh, chữa bệnh 2023"]),
    ("Luật Phòng cháy, chữa cháy và cứu nạn, cứu hộ có hiệu lực.", ["Luật Phòng cháy, chữa cháy và cứu nạn, cứu hộ"]),
    ("Luật Quy hoạch đô thị và nông thôn", ["Luật Quy hoạch đô thị và nông thôn"]),
    ("Luật Quy hoạch và Luật Xây dựng.", ["Luật Quy hoạch", "Luật Xây dựng"]),
    ("Các Luật: Đất đai, Nhà ở và Kinh doanh bất động sản.", ["Luật Đất đai", "Luật Nhà ở", "Luật Kinh doanh bất động sản"]),
    ("theo các Luật Viên chức, Việc làm", ["Luật Viên chức", "Luật Việc làm"]),
    ("Theo Luật đất đai năm 2024.", ["Luật Đất đai 2024"]),  # the record spells it as the list does
    ("LUẬT ĐẤT ĐAI NĂM 2024", ["Luật Đất đai 2024"]),
    ("Theo Luật Phòng chống thiên tai.", ["Luật Phòng, chống thiên tai"]),
    ("Theo Luật BHXH năm 2024.", ["Luật Bảo hiểm xã hội 2024"]),
    ("Theo pháp luật đất đai và luật chuyên ngành, Nghị quyết 05-NQ/TU,06-NQ/TU.", ["05-NQ/TU", "06-NQ/TU"]),
    ("Bộ luật Lao động năm 2019", ["Bộ luật Lao động 2019"]),
    ("Bộ luật Dân sự", ["Bộ luật Dân sự"]),
    ("Pháp lệnh Ưu đãi người có công với cách mạng", ["Pháp lệnh Ưu đãi người có công với cách mạng"]),
    ("Hiến pháp năm 2013", ["Hiến pháp 2013"]),
    ("Theo Luật Phục hồi, phá sản năm 2025.", ["Luật Phục hồi, phá sản 2025"]),  # on no list
    ("Theo Luật Quản lý nợ công, giao Sở Tài chính rà soát.", ["Luật Quản lý nợ công"]),
    ("Theo Luật Đất đai. Điều 79 Luật Đất đai năm 2024 quy định rõ.", ["Luật Đất đai 2024"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "keys"), KEYS)
def test_keys(text, keys):
    found = find_citations(text)
    assert [c.key for c in found] == keys
    assert all(c.span.of(text) == c.text != "" for c in found)


NOTHING = [
    "",
    "Thực hiện trong Quý IV/2026.",
    "Giai đoạn 2021-2025 và 2026 - 2030.",
    "Ngày 03/8/2026, tại trụ sở UBND tỉnh.",
    "Trong tháng 9/2026.",
    "Đã có 22/22 xã thành lập Ban Chỉ đạo.",
    "Đạt 44%KH, tăng 12% so CK.",
    "Triển khai 16 phân cấp, 16 đổi mới.",
    "Nâng cấp đường ĐT.151 và QL4D, Km12/QL4D.",
    "Số: /TB-VPUBND",
    "Số:       /KH-UBND ngày      tháng     năm 2026",
    "Hỗ trợ 60 triệu đồng/hộ, 30kg/người.",
    "Diện tích 903,78 ha/23 cụm.",
    "Tiếp nhận 12/CCN - Bảo Hưng 2.",
    "Tổ công tác 24/7.",
    "Trạm 110/22kV và đường dây 35/0,4kV.",
    "Theo các công điện của UBND tỉnh.",
    "Nghị quyết của HĐND tỉnh về dự toán.",
    "18 Đề án trọng tâm của Tỉnh ủy.",
    "Thông báo kết luận này thay cho báo cáo.",
    "Tham gia ý kiến dự thảo Luật Đất đai.",
    "Góp ý dự án Luật Dân số.",
    "Xây dựng Luật Đường bộ.",
    "Mời Luật sư Nguyễn Văn A.",
    "Tuân thủ pháp luật; luật hóa các chính sách.",
    "Theo quy định của Luật này.",
    "Sống và làm việc theo Hiến pháp và pháp luật.",
    "Phổ biến Luật.",
    "Thi hành kỷ luật theo quy định.",
    "Trường THCS số 1/Tiểu học số 2.",
    "Ô tô khách 16/29 chỗ, biển số 24A-123/45.",
    "Địa chỉ https://laocai.gov.vn/1234/tin-tuc",
    "Lớp 1/A-B",
]


@pytest.mark.parametrize("text", NOTHING)
def test_no_citation(text):
    assert [c.key for c in find_citations(text)] == []


# sentence, type, issued, issuer, text
DETAILS = [
    ("Nghị quyết số 45/NQ-CP ngày 02/4/2026 của Chính phủ về đầu tư", "Nghị quyết", "2026-04-02", "Chính phủ", "Nghị quyết số 45/NQ-CP"),
    ("Kế hoạch 12/KH-UBND ngày 02 tháng 4 năm 2026 của UBND tỉnh, giao", "Kế hoạch", "2026-04-02", "UBND tỉnh", "Kế hoạch 12/KH-UBND"),
    ("Kế hoạch 12/KH-UBND, ngày 02.4.2026 của Ủy ban nhân dân tỉnh", "Kế hoạch", "2026-04-02", "Ủy ban nhân dân tỉnh", "Kế hoạch 12/KH-UBND"),
    ("Quyết định số 14/2025/QĐ-TTg của Thủ tướng Chính phủ", "Quyết định", None, "Thủ tướng Chính phủ", "Quyết định số 14/2025/QĐ-TTg"),
    ("Nghị quyết số 45/NQ-CP năm 2026", "Nghị quyết", "2026", None, "Nghị quyết số 45/NQ-CP"),
    ("Thông tư 21/2025/TT-BTC của Bộ Tài chính hướng dẫn", "Thông tư", None, "Bộ Tài chính", "Thông tư 21/2025/TT-BTC"),
    ("Thông tư 21/2025/TT-BNNMT của Bộ Nông nghiệp và Môi trường.", "Thông tư", None, "Bộ Nông nghiệp và Môi trường", "Thông tư 21/2025/TT-BNNMT"),
    ("theo 45/NQ-CP", "Nghị quyết", None, None, "45/NQ-CP"),  # the kind that its symbol says
    ("theo 85-QĐ/TW", None, None, None, "85-QĐ/TW"),  # Quyết định or Quy định
    ("Quy định số 85-QĐ/TW", "Quy định", None, None, "Quy định số 85-QĐ/TW"),
    ("Kế hoạch số 512/QĐ-UBND", "Kế hoạch", None, None, "Kế hoạch số 512/QĐ-UBND"),
    ("Luật Nhà ở số 27/2023/QH15 ngày 27/11/2023", "Luật", "2023-11-27", None, "Luật Nhà ở số 27/2023/QH15"),
    ("Luật Đất đai năm 2024", "Luật", "2024", None, "Luật Đất đai năm 2024"),
    ("Nghị định số 99/2025/NĐ-\nCP ngày 31/13/2025", "Nghị định", None, None, "Nghị định số 99/2025/NĐ-\nCP"),  # no such month
]  # fmt: skip


@pytest.mark.parametrize(("text", "type_", "issued", "issuer", "printed"), DETAILS)
def test_details(text, type_, issued, issuer, printed):
    (found,) = find_citations(text)
    assert (found.type, found.issued, found.issuer, found.text) == (type_, issued, issuer, printed)


def test_one_kind_holds_for_the_numbers_that_follow_it():
    found = find_citations("các Thông báo số 41/TB-VPCP ngày 03/02/2026; số 66/TB-VPCP và Nghị định số 9/2025/NĐ-CP")
    assert [(c.type, c.issued) for c in found] == [
        ("Thông báo", "2026-02-03"),
        ("Thông báo", None),
        ("Nghị định", None),
    ]


def test_each_number_of_a_list_has_its_own_span():
    found = find_citations("các Nghị quyết số 05, 06 và 07-NQ/TU ngày 02/4/2026")
    assert [(c.text, c.issued) for c in found] == [("Nghị quyết số 05", None), ("06", None), ("07-NQ/TU", "2026-04-02")]


def test_a_later_mention_lends_its_date():
    (found,) = find_citations("Nghị quyết 45/NQ-CP. Nghị quyết số 45/NQ-CP ngày 02/4/2026 của Chính phủ.")
    assert (found.issued, found.issuer, found.span.start) == ("2026-04-02", "Chính phủ", 0)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Nghị định 181/2024/NĐCP", ["citation_symbol"]),
        ("Kế hoạch số 512/QĐ-UBND", ["citation_kind"]),
        ("Kết luận số 19-TB/TU", ["citation_kind"]),
        ("Quy định số 85-QĐ/TW", []),
        ("Văn bản số 12/KH-UBND", []),
        ("Thông báo kết luận số 66/TB-VPCP", []),
        ("Công văn số 2101/UBND-NLN", []),
        ("Luật Nhà ở số 27/2023/QH15", []),
        ("Nghị quyết số 155/2024/QH15", []),
        ("Luật Đất đai", []),
    ],
)
def test_what_an_archivist_should_look_at(text, codes):
    found = find_citations(text)
    assert found
    assert [p.code for p in problems(found)] == codes


def test_a_law_takes_the_one_year_that_the_notice_gives_it():
    texts = [find_citations(t) for t in ("Luật Đất đai năm 2024", "Luật Đất đai; Luật Nhà ở", "")]
    assert [[c.key for c in found] for found in with_law_years(texts)] == [
        ["Luật Đất đai 2024"],
        ["Luật Đất đai 2024", "Luật Nhà ở"],
        [],
    ]


def test_a_law_with_two_years_in_the_notice_keeps_its_bare_name():
    texts = [find_citations(t) for t in ("Luật Đất đai năm 2013", "Luật Đất đai năm 2024", "Luật Đất đai")]
    assert [c.key for c in with_law_years(texts)[2]] == ["Luật Đất đai"]


def _titles():
    data = yaml.safe_load(resources.files("extractors.vocabulary").joinpath("laws.yaml").read_text("utf-8"))
    kinds = {"luat": "Luật", "bo-luat": "Bộ luật", "phap-lenh": "Pháp lệnh"}
    return [f"{kinds[kind]} {title}" for kind, titles in data.items() if kind in kinds for title in titles]


@pytest.mark.parametrize("name", _titles())
def test_every_listed_law_is_found_whole(name):
    assert [c.key for c in find_citations(f"Theo {name} và các nghị định có liên quan.")] == [name]


@pytest.mark.parametrize("code", [code for code in TYPES if "QH" not in code])
def test_every_type_is_found(code):
    assert [c.key for c in find_citations(f"theo số 12/{code}-UBND")] == [f"12/{code}-UBND".upper()]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("Luật", "Bộ luật", "Pháp lệnh")])
def test_every_kind_is_kept(kind):
    assert [c.type for c in find_citations(f"theo {kind} số 12/UBND-TH")] == [kind]


WORDS = st.lists(
    st.sampled_from(
        [
            "Nghị",
            "quyết",
            "số",
            ":",
            "68/NQ-CP",
            "09,",
            "10",
            "và",
            "11-NQ/TU",
            "/",
            "-",
            "ngày",
            "01/7/2021",
            "của",
            "Chính",
            "phủ",
            "Luật",
            "Đất",
            "đai",
            "năm",
            "2024",
            "các",
            "Luật",
            "Bộ",
            "luật",
            "dự",
            "thảo",
            "181/2024/NĐCP",
            "58/2024/QH15",
            ";",
            ".",
            ",",
            "(",
            ")",
            "NĐ-",
            "CP",
            "1/1/1",
            "Pháp",
            "lệnh",
            "Hiến",
            "pháp",
            "99/99/9999",
        ]
    ),
    max_size=30,
).map(" ".join)


@given(st.one_of(st.text(), WORDS, st.text(alphabet="0123456789/-, NQCPĐTUvàLuật năm")))
def test_any_text_is_read_and_spans_quote_it(text):
    found = find_citations(text)
    assert all(c.span.of(text) == c.text != "" for c in found)
    assert len({c.key for c in found}) == len(found)
    assert [c.span.start for c in found] == sorted(c.span.start for c in found)
    problems(found)
