"""Scans: pages printed here, turned into pictures with skew, noise and a stamp, and recognized again."""

from __future__ import annotations

import ctypes
import difflib
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageDraw

from extractors.errors import DocumentTooLarge, EmptyDocument, ScannedDocument, UnreadableDocument
from extractors.model import SourceText
from extractors.readers import limits, ocr, read, tesseract
from extractors.readers.marks import roman_numbers, with_letters
from extractors.readers.tesseract import Word
from extractors.text import assemble
from samples.render import render_docx, render_pdfs
from samples.scan import Wear, worn

NOTICE = """\
Số: 35/TB-UBND

Hải Sơn, ngày 12 tháng 5 năm 2023

THÔNG BÁO

Kết luận phiên họp thường kỳ tháng 5 năm 2023

Ngày 10/5/2023, Ủy ban nhân dân tỉnh họp phiên thường kỳ. Chủ tịch Ủy ban nhân dân tỉnh kết luận như sau:

1. Giao Sở Nội vụ chủ trì, phối hợp với các cơ quan liên quan rà soát biên chế của các trường học, báo cáo kết quả \
trước ngày 15/6/2023.

2. Sở Y tế kiểm tra thuốc và vật tư của các bệnh viện tuyến huyện:

a) Lập danh mục thuốc còn thiếu theo từng khoa, gửi về Sở trước khi mua;

b) Hướng dẫn các đơn vị đấu thầu đúng quy định.

Trên đây là kết luận của Chủ tịch Ủy ban nhân dân tỉnh./.

Nơi nhận:
- Như trên;
- Lưu: VT.

CHỦ TỊCH

Trần Văn Minh
"""


@pytest.fixture(scope="module")
def printed() -> bytes:
    (made,) = render_pdfs([render_docx(NOTICE, letterhead=("ỦY BAN NHÂN DÂN", "TỈNH HẢI SƠN"))])
    return made


@pytest.fixture(scope="module")
def clean(printed: bytes) -> Image.Image:
    with pdfium.PdfDocument(printed) as document:
        return document[0].render(scale=300 / 72, grayscale=True).to_pil()


def saved(page: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    page.save(out, form, **options)
    return out.getvalue()


def as_pdf(page: Image.Image, stamp: str = "") -> bytes:
    """A PDF of one picture, over it a text layer of a few words as signing programs write it."""
    out = saved(page.convert("L"), "PDF", resolution=300)
    if not stamp:
        return out
    document = pdfium.PdfDocument(out)
    page = document[0]
    words = pdfium.raw.FPDFPageObj_NewTextObj(document.raw, b"Helvetica", 8)
    text = (stamp + "\0").encode("utf-16-le")
    pdfium.raw.FPDFText_SetText(words, ctypes.cast(text, pdfium.raw.FPDF_WIDESTRING))
    pdfium.raw.FPDFPage_InsertObject(page.raw, words)
    pdfium.raw.FPDFPage_GenerateContent(page.raw)
    signed = io.BytesIO()
    document.save(signed)
    return signed.getvalue()


def words_right(source: SourceText) -> float:
    wanted, found = (re.findall(r"\w+", text) for text in (NOTICE, source.text))
    blocks = difflib.SequenceMatcher(None, wanted, found, autojunk=False).get_matching_blocks()
    return sum(b.size for b in blocks) / len(wanted)


def test_a_worn_scan(clean: Image.Image) -> None:
    page = worn(clean, Wear(skew=-1.7, noise=8, specks=400, paper=245, stamp=True), seed=7)
    raw = read(as_pdf(page), "a.pdf")
    source = assemble(raw)
    assert words_right(source) > 0.95
    starts = [p.text.split(" ", 1)[0] for p in source.paragraphs]
    assert [s for s in starts if re.match(r"(?:\d\.|[a-z]\))$", s)] == ["1.", "2.", "a)", "b)"]
    assert source.paragraphs[0].text == "ỦY BAN NHÂN DÂN"  # the left half of the letterhead comes first
    (problem,) = (p for p in raw.problems if p.code == "ocr")
    assert 70 < float(re.search(r"(\d+) %", problem.message)[1]) <= 100  # type: ignore[index]


@pytest.mark.parametrize(("form", "name"), [("PNG", "a.png"), ("JPEG", "a.jpg")])
def test_pictures_are_scans_too(clean: Image.Image, form: str, name: str) -> None:
    raw = read(saved(clean.convert("RGB"), form), name)
    assert raw.format == name[2:]
    assert words_right(assemble(raw)) > 0.95


def test_pages_of_a_tiff_one_of_them_upside_down(clean: Image.Image) -> None:
    small = clean.crop((0, 0, clean.width, clean.height // 2))
    data = saved(small, "TIFF", save_all=True, append_images=[small.rotate(180)], compression="tiff_lzw")
    raw = read(data, "a.tif")
    assert raw.pages == 2
    assert [line.page for line in raw.lines if line.text == "THÔNG BÁO"] == [1, 2]


def test_a_stamp_of_text_does_not_hide_that_the_page_is_a_picture(clean: Image.Image) -> None:
    raw = read(as_pdf(clean, "Signed by: Van phong, 12.05.2023 09:17:04 +07:00"), "a.pdf")
    assert words_right(assemble(raw)) > 0.95
    codes = {p.code: p.message for p in raw.problems}
    assert "09:17:04" in codes["scan_stamp"]


def test_a_printed_page_is_not_recognized(printed: bytes) -> None:
    assert not read(printed, "a.pdf").problems


@pytest.mark.parametrize("angle", [-4.0, -1.3, 0.0, 0.6, 2.5])
def test_skew(clean: Image.Image, angle: float) -> None:
    assert tesseract.skew(clean.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)) == pytest.approx(
        -angle, abs=0.3
    )


def test_without_tesseract_the_reason_names_what_to_install(
    clean: Image.Image, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for data, name in ((as_pdf(clean), "a.pdf"), (saved(clean, "PNG"), "a.png")):
        with pytest.raises(ScannedDocument) as caught:
            read(data, name)
        assert "tesseract-ocr-vie" in caught.value.reason


def test_a_page_beyond_the_time_limit_is_told(clean: Image.Image) -> None:
    sheets, problems = ocr.recognize([(3, clean)], 1, seconds=0.5)
    assert [sheet.lines for sheet in sheets] == [()]
    assert [(p.code, "Trang 3" in p.message) for p in problems] == [("scanned_pages", True)]


BAD: list[tuple[Callable[[], bytes], type[Exception]]] = [
    (lambda: saved(Image.new("L", (600, 800), 255), "PNG"), EmptyDocument),
    (lambda: saved(Image.new("L", (600, 800), 255), "PNG")[:60], UnreadableDocument),
    (lambda: b"\xff\xd8\xff\xe0" + bytes(99), UnreadableDocument),
]


@pytest.mark.parametrize(("make", "error"), BAD)
def test_bad_pictures(make: Callable[[], bytes], error: type[Exception]) -> None:
    with pytest.raises(error):
        read(make(), "a")


def test_too_many_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PIXELS", 1000)
    with pytest.raises(DocumentTooLarge):
        read(saved(Image.new("L", (600, 800), 255), "PNG"), "a.png")


MARKS = [  # marks as recognized, as meant
    (["1. x", "8) x", "b) x"], ["1. x", "a) x", "b) x"]),
    (["b) x", "©) x", "d) x"], ["b) x", "c) x", "d) x"]),
    (["7) x", "8) x", "9) x"], ["7) x", "8) x", "9) x"]),
    (["a) x", "b) x", "đ) x"], ["a) x", "b) x", "đ) x"]),
]


@pytest.mark.parametrize(("seen", "meant"), MARKS)
def test_marks_are_read_by_their_neighbours(seen: list[str], meant: list[str]) -> None:
    assert list(with_letters(seen)) == meant


LINES = [  # words with their confidence, the text, what could not be read
    ([("Số:", 95), ("48", 93), ("/TB-UBND", 90)], "Số: 48 /TB-UBND", None),
    ([("Số:", 95), ("4§", 93), ("/TB-UBND", 90)], "Số: … /TB-UBND", "4§"),
    ([("Số:", 95), ("48", 31), ("/TB-UBND", 90)], "Số: … /TB-UBND", "48"),
    ([("Số:", 95), ("/TB-UBND", 90)], "Số: /TB-UBND", None),
    ([("ngày", 95), ("3|", 93), ("tháng", 90)], "ngày … tháng", "3|"),
    ([("ngày", 95), ("03", 93), ("tháng", 90)], "ngày 03 tháng", None),
]


@pytest.mark.parametrize(("words", "text", "unread"), LINES)
def test_handwriting_that_is_not_surely_read_is_a_blank(
    words: list[tuple[str, float]], text: str, unread: str | None
) -> None:
    line = [Word(word, i * 100, 0, i * 100 + 80, 30, sure) for i, (word, sure) in enumerate(words)]
    reading = ocr.Reading()
    assert ocr._text(line, reading, head=True) == text
    assert [unread in told for told in reading.unread if unread] == ([True] if unread else [])


def test_a_number_that_the_readings_do_not_agree_on_is_a_blank() -> None:
    """Three readings, three numbers: the surest of them is still a guess."""
    number = Word("680", 100, 0, 180, 30, 92, readings=(("680", 92), ("660", 80), ("6§0", 70)))
    line = [Word("Số:", 0, 0, 80, 30, 95), number, Word("/TB-UBND", 200, 0, 300, 30, 95)]
    assert ocr._text(line, ocr.Reading(), head=True) == "Số: … /TB-UBND"


def placed(*words: tuple[str, float]) -> list[Word]:
    return [Word(text, i * 100, 0, i * 100 + 80, 30, sure) for i, (text, sure) in enumerate(words)]


READINGS = [  # what each reading has at one place, what they agree on
    ([("thâm", 93), ("thẩm", 95), ("thẩm", 60)], "thẩm"),
    ([("tô", 40), ("tổ", 95), ("tò", 50)], "tổ"),
    ([("Sở", 96)], "Sở"),
]


@pytest.mark.parametrize(("seen", "agreed"), READINGS)
def test_readings_agree_on_a_word(seen: list[tuple[str, float]], agreed: str) -> None:
    (word,) = tesseract._merged([placed(one) for one in seen])
    assert word.text == agreed
    assert sorted(word.readings) == sorted(seen)


def test_the_red_seal_is_left_out_and_blue_ink_only_where_nobody_writes(clean: Image.Image) -> None:
    page = clean.convert("RGB")
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, 50, 50), fill=(220, 30, 30))
    draw.rectangle((60, 0, 110, 50), fill=(20, 30, 200))
    draw.rectangle((120, 0, 170, 50), fill=(10, 10, 10))
    text, black = tesseract.text_layer(page), tesseract.black_layer(page)
    assert [layer.getpixel((x, 25)) for layer in (text, black) for x in (25, 85, 145)] == [220, 20, 10, 220, 200, 10]


def test_pages_keep_their_order_and_few_are_held_at_a_time(clean: Image.Image, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PAGES_AT_ONCE", 2)
    taken: list[int] = []
    strip = clean.crop((0, 0, clean.width, clean.height // 3))

    def pages() -> Iterator[tuple[int, Image.Image]]:
        for number in range(1, 6):
            taken.append(number)
            yield number, strip if number != 3 else strip.rotate(180)

    sheets, _ = ocr.recognize(pages(), 5)
    assert taken == [1, 2, 3, 4, 5]
    assert [sheet.number for sheet in sheets] == [1, 2, 3, 4, 5]
    assert all(any(line.text == "THÔNG BÁO" for line in sheet.lines) for sheet in sheets)


DASHES = [  # a line as recognized, as meant
    ("__- Thanh tra các công trình", "- Thanh tra các công trình"),
    ("_ - Thu gom hết rác", "- Thu gom hết rác"),
    ("~ Sở Y tế kiểm tra", "- Sở Y tế kiểm tra"),
    ("- Sở Y tế kiểm tra", None),
    ("_ của các bệnh viện", None),  # inside a sentence: no item begins with a small letter
    ("Sở Y tế _ kiểm tra", None),
]


@pytest.mark.parametrize(("seen", "meant"), DASHES)
def test_a_dash_that_begins_an_item(seen: str, meant: str | None) -> None:
    reading = ocr.Reading()
    line = ocr._with_dash(placed(*((word, 90) for word in seen.split())), 1, reading)
    assert " ".join(word.text for word in line) == (meant or seen)
    assert bool(reading.mends) == bool(meant)


LINES_OF_DIRT = [  # words of one line with their confidence, what is kept
    ([(".^", 60), ("Z", 70), ("^<", 40), ("z", 65)], ""),  # the tones of a line, torn off
    ([("-", 12), ("Sở", 90), ("Y", 90), ("tế", 90)], "- Sở Y tế"),
    ([("Sở", 90), ("§%", 12), ("Tài", 90), ("chính", 90)], "Sở Tài chính"),
    ([("2", 90)], "2"),
]


@pytest.mark.parametrize(("line", "kept"), LINES_OF_DIRT)
def test_dirt_is_left_out(line: list[tuple[str, float]], kept: str) -> None:
    assert " ".join(word.text for word in tesseract.without_dirt(placed(*line))) == kept


def test_of_two_readings_each_line_is_taken_from_the_better_one() -> None:
    def line(row: int, text: str, top: int, bottom: int, sure: float) -> list[Word]:
        return [Word(w, i * 100, top, i * 100 + 80, bottom, sure, (1, 1, row)) for i, w in enumerate(text.split())]

    torn = [*line(1, "Sở Y tế", 0, 40, 95), *line(2, "^ . `", 58, 70, 60), *line(3, "kiêm tra lai", 66, 100, 80)]
    whole = [*line(1, "Sơ Y tê", 0, 40, 70), *line(2, "kiểm tra lại", 58, 100, 94)]
    merged = tesseract._merged([torn, whole])
    assert [word.text for word in merged] == ["Sở", "Y", "tế", "kiểm", "tra", "lại"]
    assert len({word.line for word in merged}) == 2


ROMANS = [  # the lines of a paper as recognized, which begin otherwise
    (["I. Đánh giá", "Tốt.", "H. Nhiệm vụ", "1. Sở Y tế.", "HI. Kiến nghị"], {"H.": "II.", "HI.": "III."}),
    (["1. Đánh giá", "Tốt.", "H. Nhiệm vụ"], {"1.": "I.", "H.": "II."}),
    (["1. Đánh giá", "1. Kinh tế.", "2. Xã hội.", "lI. Nhiệm vụ"], {"1.": "I.", "lI.": "II."}),
    (["I. Đánh giá", "Tốt.", "II. Nhiệm vụ", "1. Sở Y tế."], {}),
    (["1. Sở Y tế.", "2. Sở Nội vụ.", "H. Mèo Vạc."], {}),  # no headings: `H.` is short for huyện
    (["I. Đánh giá", "Giao Chủ tịch UBND", "H. Mèo Vạc kiểm tra."], {}),  # inside a sentence
    (["I. Đánh giá", "Tốt.", "HI. Nhiệm vụ"], {}),  # II is missing: nobody knows
]


@pytest.mark.parametrize(("seen", "otherwise"), ROMANS)
def test_roman_numbers_are_read_by_their_order(seen: list[str], otherwise: dict[str, str]) -> None:
    mends = roman_numbers(seen)
    assert {mend.read: mend.given for mend in mends} == otherwise
    assert all(seen[mend.index].startswith(mend.read) for mend in mends)
