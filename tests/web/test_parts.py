"""The small parts of the page, each by its table: addresses, suggestions, places on a sheet, names of files."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

import pytest

from ketluan.errors import QueryError
from ketluan.inbox import Inbox
from ketluan.settings import Settings
from ketluan.web import charts, pages, words
from ketluan.web.address import Address, asked, day_of, month_of
from ketluan.web.deposit import clean_name, put, refusal
from ketluan.web.guard import hosts
from ketluan.web.sheets import as_read, bare, places
from ketluan.web.views.suggest import Known, suggestions

MONTHS = [  # typed, understood
    ("2021-09", "2021-09"),
    ("2021-9", "2021-09"),
    ("9/2021", "2021-09"),
    ("2021-13", None),
    ("0/2021", None),
    ("tháng 9", None),
    ("9021-09", None),
]


@pytest.mark.parametrize(("typed", "expected"), MONTHS)
def test_month_of(typed: str, expected: str | None) -> None:
    assert month_of(typed) == expected


DAYS = [
    ("2021-10-01", date(2021, 10, 1)),
    ("1/10/2021", date(2021, 10, 1)),
    ("31/9/2021", None),  # September has 30 days
    ("10/2021", None),
    ("", None),
]


@pytest.mark.parametrize(("typed", "expected"), DAYS)
def test_day_of(typed: str, expected: date | None) -> None:
    assert day_of(typed) == expected


def test_what_is_not_understood_is_said() -> None:
    found = asked(
        "/", [("q", " đất\x00 "), ("from", "mai"), ("topic", "bóng đá"), ("kind", "directive"), ("page", "-3")]
    )
    assert (found.text, found.month_from, found.topics, found.kinds, found.page) == ("đất", None, (), ("directive",), 1)
    assert len(found.notes) == 2
    assert "mai" in found.notes[0] or "mai" in found.notes[1]


def test_a_span_the_wrong_way_round_is_said() -> None:
    assert "ngược" in asked("/", [("from", "2021-09"), ("to", "2021-08")]).notes[0]
    assert asked("/", [("from", "2021-08"), ("to", "2021-08")]).notes == []


@pytest.mark.parametrize("pairs", [[("q", "x" * 501)], [("topic", f"t{n}") for n in range(21)]])
def test_too_much_is_refused(pairs: list[tuple[str, str]]) -> None:
    with pytest.raises(QueryError):
        asked("/", pairs)


def test_addresses_lead_to_the_next_question() -> None:
    here = Address("/", (("q", "đất"), ("topic", "covid"), ("page", "3")))
    assert str(here.toggle("topic", "covid")) == "/?q=%C4%91%E1%BA%A5t"
    assert str(here.toggle("topic", "y-te")).endswith("topic=covid&topic=y-te")  # on page one again
    assert str(here.put("page", 4)).endswith("topic=covid&page=4")
    assert here.hidden("q") == (("topic", "covid"),)
    assert str(here.keep("topic").at("/trace")) == "/trace?topic=covid"


PIECES = [  # text, marks, pieces
    ("một hai ba", [(4, 7)], [("một ", False), ("hai", True), (" ba", False)]),
    ("một", [(0, 3)], [("một", True)]),
    ("một", [], [("một", False)]),
    ("", [], []),
]


@pytest.mark.parametrize(("text", "marks", "expected"), PIECES)
def test_pieces(text: str, marks: list[tuple[int, int]], expected: list[tuple[str, bool]]) -> None:
    assert pages.pieces(text, marks) == expected


KNOWN = [
    Known("agency", "Cơ quan", "Sở Y tế", "Sở Y tế", 9),
    Known("agency", "Cơ quan", "Sở Kế hoạch và Đầu tư", "Sở Kế hoạch và Đầu tư", 30),
    Known("agency", "Cơ quan", "UBND tỉnh", "UBND tỉnh", 50),
    Known("topic", "Chủ đề", "dat-dai", "Đất đai", 12),
    Known("topic", "Chủ đề", "y-te", "Y tế", 7),
    Known("cites", "Văn bản", "68/NQ-CP", "68/NQ-CP", 3),
]
SUGGESTED = [  # typed, names in order
    ("so y", ["Sở Y tế"]),
    ("sở y", ["Sở Y tế"]),
    ("y te", ["Y tế", "Sở Y tế"]),  # begins so before holds it
    ("đất", ["Đất đai"]),
    ("dat d", ["Đất đai"]),
    ("đạt", []),  # other marks, another word
    ("KH&ĐT", []),  # not the name of an agency
    ("Sở KH&ĐT", ["Sở Kế hoạch và Đầu tư"]),
    ("68/n", ["68/NQ-CP"]),
    ("8/n", []),
    ("tinh ub", []),
    ("   ", []),
]


@pytest.mark.parametrize(("typed", "expected"), SUGGESTED)
def test_suggestions(typed: str, expected: list[str]) -> None:
    assert [one.name for one in suggestions(typed, KNOWN)] == expected


PLACES = [  # page, passage, the parts of the passage found on the page
    ("Giao Sở Y tế\nbáo cáo.", "giao sở y tế báo cáo", ["giaosoytebaocao"]),
    ("Việc khác hẳn", "giao sở y tế báo cáo trước ngày 5", []),
    # begins on this page, ends on the next
    (
        "Trước đó. Giao Sở Xây dựng rà soát quy hoạch chung",
        "Giao Sở Xây dựng rà soát quy hoạch chung của đô thị mới, trình trong quý",
        ["giaosoxaydungrasoatquyho"],
    ),
    # the mark of a footnote stands inside
    (
        "Giao Sở Xây dựng rà soát quy hoạch chung1 đô thị, trình Ủy ban nhân dân tỉnh trước ngày 15",
        "Giao Sở Xây dựng rà soát quy hoạch chung đô thị, trình Ủy ban nhân dân tỉnh trước ngày 15",
        ["giaosoxaydungrasoatquyho", "thitrinhuybannhandantinh"],
    ),
    ("abc", "", []),
]


@pytest.mark.parametrize(("page", "passage", "expected"), PLACES)
def test_places(page: str, passage: str, expected: list[str]) -> None:
    letters = "".join(bare(page))
    found = "|".join(letters[start:end] for start, end in places(letters, "".join(bare(passage))))
    assert bool(found) == bool(expected)
    for part in expected:
        assert part in found


def test_letters_written_apart_from_their_line_are_read_where_they_stand() -> None:
    """Some programs write the letters with marks after the others; one a little lower is of the line still."""

    def at(x: float, y: float, letter: str) -> tuple[tuple[float, float, float, float], str]:
        return (x, y, x + 5, y + 10), letter

    written = [
        at(0, 80, "d"),
        at(10, 80, "t"),
        at(0, 60, "r"),
        at(15, 60, "g"),
        at(5, 78, "a"),
        at(5, 61, "u"),
        at(10, 60, "n"),
    ]
    assert "".join(letter for _, letter in as_read(written)) == "datrung"
    assert as_read([]) == []


def test_marks_case_and_the_composition_of_letters_do_not_hide_a_passage() -> None:
    assert bare("Đấ\u0301t") == bare("ĐẤT") == list("dat")


NAMES = [  # as sent, as kept
    ("thông báo 268.docx", "thông báo 268.docx"),
    ("../../etc/passwd.pdf", "passwd.pdf"),
    ("C:\\Users\\a\\tb.PDF", "tb.pdf"),
    (".htaccess.txt", "htaccess.txt"),
    ("<script>alert(1)</script>.txt", "script_.txt"),
    ('a"b|c*d?.txt', "a_b_c_d_.txt"),
    ("x\u202etxt.exe", "x txt.exe"),
    ("=cmd.txt", "_cmd.txt"),
    ("a\nb.txt", "a b.txt"),
    ("tb %22mới%22.txt", "tb _mới_.txt"),  # as browsers send quotes
    ("", "van-ban"),
    ("....", "van-ban"),
    ("tb.txt.part", "tb.txt.part"),  # refused, with a reason
    ("TB.Ly-Do.TXT", "TB.Ly-Do_.txt"),  # else taken for one of our notes, and never for a notice
    (".0f3a.part/.ly-do.txt", "ly-do.txt"),
    ("~$tb.docx", "_tb.docx"),
    ("tb.pdf~", "tb.pdf_"),
    ("..\r\ntb.pdf", "tb.pdf"),
    ("\u2066fdp.bt\u2069.pdf", "fdp.bt.pdf"),
    (unicodedata.normalize("NFD", "Thông báo số 5.txt"), "Thông báo số 5.txt"),
    ("a" * 251 + ".txt", "a" * 176 + ".txt"),
    ("ế" * 200 + ".pdf", "ế" * 58 + ".pdf"),
]


@pytest.mark.parametrize(("sent", "kept"), NAMES)
def test_clean_name(sent: str, kept: str) -> None:
    assert clean_name(sent) == kept


@pytest.mark.parametrize("sent", [sent for sent, _ in NAMES])
def test_what_is_sent_is_seen_by_the_inbox_or_refused(sent: str, tmp_path: Path) -> None:
    """Nothing lies where nobody looks, whatever it is called."""
    content = {".pdf": b"%PDF-1.7", ".docx": b"PK\x03\x04"}.get(Path(clean_name(sent)).suffix, b"abc")
    said = put(tmp_path, sent, content)
    found = Inbox(tmp_path).look()
    assert [one.shown for one in found.files] == ([] if said.reason else [said.name])
    assert (found.odd, found.ignored) == ((), ())


REFUSED = [  # name, content, refused
    ("a.pdf", b"%PDF-1.7 ...", False),
    ("a.pdf", b"PK\x03\x04", True),
    ("a.docx", b"PK\x03\x04", False),
    ("a.txt", b"abc", False),
    ("a.txt", b"", True),
    ("a.exe", b"MZ", True),
    ("van-ban", b"abc", True),
]


@pytest.mark.parametrize(("name", "data", "refused"), REFUSED)
def test_refusal(name: str, data: bytes, refused: bool) -> None:
    assert (refusal(name, data) is not None) is refused


def test_nothing_in_the_inbox_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"first")
    assert [put(tmp_path, "a.txt", b"second").name, put(tmp_path, "a.txt", b"third").name] == ["a (2).txt", "a (3).txt"]
    assert (tmp_path / "a.txt").read_bytes() == b"first"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a (2).txt", "a (3).txt", "a.txt"]


def test_hosts() -> None:
    found = hosts(Settings(web_host="10.0.0.5", web_hosts="kho.example , Kho2.example"))
    assert found == {"localhost", "127.0.0.1", "[::1]", "10.0.0.5", "kho.example", "kho2.example"}


def test_columns_fit_and_none_that_counts_is_invisible() -> None:
    bars = charts.columns({"a": 1000, "b": 1}, ["a", "b", "c"], width=90, height=40)
    assert [bar.height for bar in bars] == [40, 2, 0]
    assert all(bar.x + bar.width <= 90 and bar.y + bar.height == 40 for bar in bars)


def test_a_stacked_bar_is_as_long_as_its_count() -> None:
    bars = charts.stacked((("overdue", 6), ("soon", 0), ("open", 4)), 20, width=200, height=10)
    assert [(bar.key, bar.x, bar.width) for bar in bars] == [("overdue", 0, 60), ("open", 60, 40)]


PAGERS = [  # hits, page, pages offered (0: a gap)
    (0, 1, [1]),
    (21, 1, [1, 2]),
    (400, 10, [1, 0, 8, 9, 10, 11, 12, 0, 20]),
    (10**9, 1, [1, 2, 3, 0, 400]),
]


@pytest.mark.parametrize(("total", "number", "expected"), PAGERS)
def test_pager(total: int, number: int, expected: list[int]) -> None:
    assert list(pages.pager(total, 20, number, 400)) == expected


def test_deadlines_are_not_paired_where_one_has_no_day() -> None:
    both = {"deadline": ["trong quý I", "trước kỳ họp"], "due": ["2022-03-31"]}
    assert [(t.text, t.due) for t in words.terms(both)] == [("trong quý I", None), ("trước kỳ họp", None)]
    assert [(t.text, t.due) for t in words.terms({"deadline": "ngày 5", "due": "2022-01-05"})] == [
        ("ngày 5", "2022-01-05")
    ]
