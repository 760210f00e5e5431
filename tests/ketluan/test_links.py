"""Links between conclusions: what is linked, what stays apart, which kind, and that they are kept as the archive is."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import yaml

from extractors import extract
from ketluan.index.fold import norm
from ketluan.stored import StoredNotice
from ketluan.threads import Link, find_links
from ketluan.threads.lineage import same_agency

FOLDER = Path(__file__).parent / "links"

NOTICE = """ỦY BAN NHÂN DÂN
TỈNH VĨNH TRÀ

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: {number}/TB-UBND

Vĩnh Trà, ngày 05 tháng {month} năm 2025

THÔNG BÁO

Kết luận của Chủ tịch UBND tỉnh tại phiên họp UBND tỉnh thường kỳ tháng {month} năm 2025

Ngày 03 tháng {month} năm 2025, UBND tỉnh họp phiên thường kỳ.
Chủ tịch UBND tỉnh kết luận như sau:

I. {section}

{body}

Nơi nhận:
- Lưu: VT.
"""


def notice(month: int, *texts: str, section: str = "Nhiệm vụ trọng tâm", mark: str = "-") -> StoredNotice:
    """An invented notice of a month of 2025 with these conclusions, `I-1`, `I-2` …"""
    body = "\n\n".join(f"{mark} {text}" for text in texts)
    data = NOTICE.format(number=10 * month, month=month, section=section, body=body).encode()
    extraction = extract(data, name=f"{month}.txt")
    return StoredNotice(f"2025-{month:02d}-vinh-tra-00000000", extraction.notice, extraction.source.text, ())


def only(*texts: str) -> tuple[Link, ...]:
    """The links among notices of months 1, 2, … with one conclusion each."""
    return find_links(notice(month, text) for month, text in enumerate(texts, 1))


LINKED = [  # earlier, later, kind
    (
        "Giao Sở Xây dựng thẩm tra hồ sơ mở rộng bến phà Cồn Tiên, hoàn thành trước ngày 20/02/2025.",
        "Sở Xây dựng đã hoàn thành thẩm tra hồ sơ mở rộng bến phà Cồn Tiên.",
        "closes",
    ),
    (
        "Giao Sở Xây dựng thẩm tra hồ sơ mở rộng bến phà Cồn Tiên, hoàn thành trước ngày 20/02/2025.",
        "Thực hiện Thông báo số 10/TB-UBND ngày 05/01/2025, Sở Xây dựng giải trình việc thẩm tra bến phà Cồn Tiên.",
        "cites",
    ),
    (
        "Giao Sở Y tế sửa chữa trạm cấp cứu 115 Bình Lục, hoàn thành trước ngày 20/02/2025.",
        "Chuyển nhiệm vụ từ Sở Y tế: giao Sở Tài chính sửa chữa trạm cấp cứu 115 Bình Lục.",
        "hands_over",
    ),
    (
        "Giao Sở Công Thương lập đề án chợ đêm Gò Sỏi, trình trước ngày 20/02/2025.",
        "Đồng ý gia hạn cho Sở Công Thương trình đề án chợ đêm Gò Sỏi trước ngày 30/04/2025.",
        "extends",
    ),
    (
        "Giao Sở Công Thương lập đề án chợ đêm Gò Sỏi.",
        "Sở Công Thương khẩn trương lập đề án chợ đêm Gò Sỏi.",
        "repeats",
    ),
    (
        "Giao Sở Công Thương lập đề án chợ đêm Gò Sỏi.",
        "Trên cơ sở đề án chợ đêm Gò Sỏi, Sở Công Thương tuyển chọn các hộ kinh doanh vào chợ.",
        "continues",
    ),
    (  # a name written short; told again because it is late
        "Giao Sở Y tế lập đề án tự chủ tài chính của Bệnh viện Đa khoa Sông Trẹm.",
        "Sở Y tế giải trình lý do chậm lập đề án tự chủ BVĐK Sông Trẹm.",
        "repeats",
    ),
    (  # a road told by its number alone; what is done is the ground of the next step
        "Sở Xây dựng lập thiết kế mở rộng ĐT.871 (Cái Sậy - Gò Ổi), trình trước ngày 20/02/2025.",
        "Thiết kế mở rộng đường tỉnh 871 đã được phê duyệt; Sở Xây dựng tổ chức đấu thầu trước ngày 30/4/2025.",
        "continues",
    ),
    (  # no name: the same number of the same things
        "Giao Sở Nội vụ trình phương án hợp đồng 320 giáo viên trước ngày 20/02/2025.",
        "Giao Sở Nội vụ trình phương án hợp đồng 320 giáo viên (đã chậm) trước ngày 15/3/2025.",
        "extends",
    ),
    (
        "Giao Sở Xây dựng sửa chữa cầu Rạch Ổi, hoàn thành trước ngày 20/02/2025.",
        "Sở Xây dựng tập trung sửa chữa cầu Rạch Ổi; mốc 20/02/2025 giữ nguyên.",
        "repeats",
    ),
    (  # a later stage of the work is no later date
        "Sở Xây dựng lập hồ sơ xây mới cầu Rạch Ổi, trình trước ngày 20/02/2025.",
        "Sở Xây dựng khởi công xây mới cầu Rạch Ổi trước ngày 20/6/2025.",
        "continues",
    ),
    (
        "Giao Sở Xây dựng sửa chữa cầu Rạch Ổi, hoàn thành trước ngày 20/02/2025.",
        "Cầu Rạch Ổi đã thông xe; nhiệm vụ sửa chữa được xem là hoàn thành.",
        "closes",
    ),
]

APART = [  # earlier, later: the same agency and words, another thing
    (
        "Giao Sở Xây dựng nâng cấp đường tỉnh 871 đoạn qua chợ.",
        "Giao Sở Xây dựng nâng cấp đường tỉnh 878 đoạn qua chợ.",
    ),
    (
        "Sở Giáo dục và Đào tạo xây phòng học Trường THCS Long Bình.",
        "Sở Giáo dục và Đào tạo xây phòng học Trường THCS Phú Thạnh.",
    ),
    (
        "Giao Sở Xây dựng trùng tu đình Tân Hội.",
        "Giao Sở Xây dựng kiểm tra lò giết mổ Tân Hội, đình chỉ nếu gây ô nhiễm.",
    ),
    (
        "Giao Sở Xây dựng chọn chủ đầu tư dự án nhà ở xã hội phường 4.",
        "Giao Sở Xây dựng chọn chủ đầu tư dự án nhà ở xã hội phường 7.",
    ),
    (  # names with a syllable that is also a kind of thing
        "Sở Giáo dục và Đào tạo sửa nhà đa năng Trường THPT Trần Quốc Toản.",
        "Sở Giáo dục và Đào tạo sửa nhà đa năng Trường THPT Nguyễn Công Trứ.",
    ),
    ("Giao Sở Y tế tiêm vắc xin sởi.", "Giao Sở Nội vụ xét tuyển viên chức."),
]


@pytest.mark.parametrize(("earlier", "later", "kind"), LINKED, ids=[kind for *_, kind in LINKED])
def test_linked_with_its_kind(earlier: str, later: str, kind: str) -> None:
    assert [link.kind.value for link in only(earlier, later)] == [kind]


@pytest.mark.parametrize(("earlier", "later"), APART)
def test_another_thing_stays_apart(earlier: str, later: str) -> None:
    assert only(earlier, later) == ()


def test_the_title_of_an_item_is_part_of_its_only_conclusion() -> None:
    told = ("Sở Công Thương lập đề án.", "Sở Công Thương lấy ý kiến người dân.")
    titled = [notice(month, f"Về thu gom rác thải y tế: {text}", mark="1.") for month, text in enumerate(told, 1)]
    assert len(find_links(titled)) == 1
    other = notice(2, f"Về đấu giá quyền khai thác cát: {told[1]}", mark="1.")
    assert find_links([titled[0], other]) == ()


def test_a_link_goes_to_the_nearest_and_shows_both_passages() -> None:
    told = "Giao Sở Công Thương lập đề án chợ đêm Gò Sỏi."
    first, second = only(told, told, f"{told[:-1]} ngay.")
    assert (second.from_.month, second.to.month, second.thread) == ("2025-03", "2025-02", first.thread)
    assert first.thread == first.to.id
    assert "".join(e.text for e in second.evidence.diff if e.op != "gone") == second.evidence.later
    assert "".join(e.text for e in second.evidence.diff if e.op != "new") == second.evidence.earlier


def test_what_joins_two_matters_has_two_links() -> None:
    links = find_links(
        (
            notice(1, "Giao Sở Công Thương đấu nối điện cụm công nghiệp Bãi Dâu."),
            notice(2, "Giao Sở Công Thương đấu nối điện cụm công nghiệp Hàng Gòn."),
            notice(3, "Sở Công Thương kiểm tra việc đấu nối điện cụm công nghiệp Bãi Dâu và cụm công nghiệp Hàng Gòn."),
        )
    )
    assert sorted(link.to.month for link in links if link.from_.month == "2025-03") == ["2025-01", "2025-02"]


def test_the_order_of_arrival_changes_nothing() -> None:
    stored = hand()
    expected = find_links(stored)
    for seed in range(3):
        mixed = list(stored)
        random.Random(seed).shuffle(mixed)
        assert find_links(mixed) == expected


def hand() -> list[StoredNotice]:
    made = []
    for path in sorted(FOLDER.glob("*.txt")):
        extraction = extract(path.read_bytes(), name=path.name)
        made.append(StoredNotice(path.stem, extraction.notice, extraction.source.text, ()))
    return made


def test_the_series_written_by_hand() -> None:
    truth = yaml.safe_load((FOLDER / "links.yaml").read_text(encoding="utf-8"))
    true = {(later, earlier): kind for later, earlier, kind in truth["links"]}
    found = {
        (f"{li.from_.notice} {li.from_.path}", f"{li.to.notice} {li.to.path}"): li.kind.value
        for li in find_links(hand())
    }
    judged = found.keys() - {tuple(pair) for pair in truth["unjudged"]}
    right = judged & true.keys()
    assert len(right) / len(judged) >= 0.85
    assert len(right) / len(true) >= 0.80
    assert sum(found[pair] == true[pair] for pair in right) / len(right) >= 0.80


def test_general_remarks_are_linked_with_nothing() -> None:
    remark = "Kinh tế của tỉnh tiếp tục phục hồi, đời sống người dân được cải thiện."
    assert find_links(notice(month, remark, section="Đánh giá chung") for month in (1, 2)) == ()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Sở Tài nguyên và Môi trường", "Sở Nông nghiệp và Môi trường", True),
        ("Sở Kế hoạch và Đầu tư", "Sở Tài chính", True),
        ("Sở Y tế", "Sở Tài chính", False),
    ],
)
def test_agencies_are_followed_through_mergers(one: str, other: str, same: bool) -> None:
    assert same_agency([one], [other]) is same


def test_the_texts_are_levelled() -> None:
    assert norm("hoà") == norm("hòa")
