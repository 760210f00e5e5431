"""What is the text of a document? Lines healed into paragraphs, in clean Unicode, with offsets that stay true.

A line is the rest of the paragraph before it where the sentence is plainly not over (`_continues`): it was cut by
wrapping or by the end of a page. What begins something of its own (a list mark, a heading, a line of the letterhead
or of the recipients) is never joined to the line above. No letter is lost: only rules of dashes, page numbers and
spaces are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from extractors.model import Break, Line, Paragraph, RawText, SourceText, Span

#: Cleaning steps of one character each: what stands in a file → what is meant.
_LETTERS: Final[dict[str, str]] = {
    "ƣ": "ư",  # letters that some fonts put in place of ư and Ư
    "Ƣ": "Ư",
    "Ð": "Đ",  # U+00D0, the Icelandic letter of the same shape
    "ð": "đ",
}
_SIGNS: Final[dict[str, str]] = {
    **dict.fromkeys("\t\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))), " "),
    **dict.fromkeys("\u2010\u2011\u2212\u2043\x02\x1e\ufffe", "-"),
    **dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\uffff", ""),
    **dict.fromkeys((chr(c) for c in range(32) if c not in (2, 9, 10, 30)), ""),
    **dict.fromkeys(map(chr, range(0xD800, 0xE000)), "\ufffd"),  # half a character, which no file can hold
    "\u00ad": "",
    "\uf0b7": "-",  # the round bullet of the Symbol font
}
_LETTER_TABLE = str.maketrans(_LETTERS)
_SIGN_TABLE = str.maketrans(_SIGNS)
_HAS_LETTERS = re.compile("[" + "".join(_LETTERS) + "]")
_HAS_SIGNS = re.compile("[" + "".join(re.escape(c) for c in _SIGNS) + "]")
_VIETNAMESE = re.compile(r"[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
#: No paragraph is healed beyond this many characters: a file of endless short lines must not take endless time.
_LONGEST: Final = 20_000
#: How a paragraph ends is looked for in so many of its last characters.
_TAIL: Final = 200
#: A paragraph longer than this (characters) is no heading: without an end mark it is unfinished.
_UNFINISHED: Final = 140
_SPACES = re.compile(r" {2,}")

_UPPER: Final = "A-ZĐ" + "".join(c for c in map(chr, range(0xC0, 0x1EFA)) if c.isupper() and c.isalpha())
_LOWER: Final = "a-zđ" + "".join(c for c in map(chr, range(0xC0, 0x1EFA)) if c.islower() and c.isalpha())

#: After these a number goes on with the sentence (`trước ngày` + `15. …`), it does not count a list.
_WORD_BEFORE_NUMBER = re.compile(
    r"(?:^|[\s(])(?:ngày|tháng|năm|số|điều|khoản|điểm|mục|quý|khóa|khoá|từ|đến|và|trước|là|đạt|hơn|gần|trên|dưới)$",
    re.I,
)
#: `II. Nhiệm vụ 6 tháng cuối năm` + `1. Giao …`: what goes on after this word is a year or nothing
_YEAR_WORD = re.compile(r"(?:^|[\s(])năm$", re.I)
_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")
_DATE_WORD = re.compile(r"(?:^|[\s(])(?:ngày|tháng|năm|số|điều|khoản|điểm|mục|quý)$", re.I)
#: No sentence ends with one of these, whatever the next line begins with (`phối hợp với` + `Sở Y tế`).
_OPEN_WORD = re.compile(
    r"[\s(](?:và|với|của|về|tại|cho|theo|các|những|là|do|để|từ|trong|số|bởi|hoặc|thuộc|gồm|giao|khoản"
    r"|Điều)(?<!tiếp theo)$"
)
#: What begins a paragraph of its own: `I.` `1.` `2.1.` `1)` `(1)` `a)` `đ)` `(i)` `-` `+` `*` `Điều 3.` `Phụ lục`.
_MARK = re.compile(
    r"(?:[-+*•–—○§]|\((?:\d{1,2}|[a-zđ]|[ivx]{1,4})\)|[IVX]{1,5}\s?[.)/]|\d{1,2}(?:\.\d{1,2}){0,3}\s?[.)/](?!\d)"
    rf"|(?:\d{{1,2}}\.){{1,3}}\d{{1,2}}(?=\s)|[a-zđ][.)])(?=\s|[{_UPPER}]|$)"
    r"|(?:Điều|Chương|Phần|Mục|PHỤ LỤC|Phụ lục)\s+(?:\d{1,3}|[IVX]{1,5})\s*(?:[.:]|$)"
    r"|Thứ (?:nhất|hai|ba|tư|năm|sáu|bảy)\s*[,:]"
)
#: `- 2030` or `- xã hội` at the start of a line: a dash inside a sentence that was wrapped before it.
_DASH_INSIDE = re.compile(rf"[-–] (?:\d|[{_LOWER}])")
#: Lines of the letterhead and the signature, before and after which nothing is joined.
_LAYOUT = re.compile(
    rf"Số\s*:|CỘNG H|Độc lập\s*[-–]|(?:TM|KT|TL|TUQ|Q)\.\s?[{_UPPER}]|T/M\b"
    rf"|[{_UPPER}][^.,;:]{{1,30}},\s*ngày\b[^.;:]{{0,12}}\btháng\b[^.;:]{{0,12}}(?:\bnăm\b.{{0,6}})?$"
)
#: The rest of the state's name where its column was too narrow for one line.
_MOTTO_ENDS: Final = frozenset(("NAM", "VIỆT NAM", "NGHĨA VIỆT NAM", "CHỦ NGHĨA VIỆT NAM"))
#: Lines that begin something, but may be wrapped themselves.
_OPENING = re.compile(
    r"V/v\b|Nơi nhận|Kính gửi|Trên đây là (?:các |nội dung |những )*(?:ý kiến |nội dung )?kết luận|Trân trọng thông báo"
    r"|Nay thông báo"
)
#: a lead-in ends here: `kết luận như sau:`, `yêu cầu:`; what follows begins a paragraph
_INTRODUCES = re.compile(r"(?:\bsau(?: đây)?|kết luận|yêu cầu|chỉ đạo|cụ thể)\s*:$")
_TERMINAL = re.compile(r"[.:;…!?/”][*)\]\s]*$")
_STARTS_INSIDE = re.compile(rf"[{_LOWER}\d%]")
_HYPHEN_END = re.compile(r"[\w/]-$")
_RULE_LINE = re.compile(r"[\s\-_=*~.·–—─━]*$")
#: Punctuation that a format sets on a line of its own, after a footnote mark or at the very end.
_STRAY: Final = frozenset((".", ",", ";", ":", ")", "./."))
_PAGE_NUMBER = re.compile(r"(?:[-–—]\s*)?(?:Trang\s+)?(\d{1,3})(?:\s*/\s*\d{1,3})?(?:\s*[-–—])?$", re.I)


def clean(text: str) -> str:
    """`text` in NFC, with plain spaces and hyphens and without invisible characters; line feeds stay.

    `ƣ` and `Ð`, which fonts and converters put for `ư` and `Đ`, are mended only where the text is Vietnamese.
    """
    if _HAS_SIGNS.search(text):
        text = text.translate(_SIGN_TABLE)
    if _HAS_LETTERS.search(text) and _VIETNAMESE.search(text):
        text = text.translate(_LETTER_TABLE)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return _SPACES.sub(" ", text)


def assemble(raw: RawText) -> SourceText:
    """The text of `raw`: paragraphs in reading order, each with its span and first page."""
    paragraphs: list[Paragraph] = []
    offset = 0
    for text, line in _paragraphs(raw):
        span = Span(offset, offset + len(text), line.page)
        paragraphs.append(Paragraph(text, span, line.table))
        offset += len(text) + 1
    return SourceText(
        text="\n".join(p.text for p in paragraphs),
        paragraphs=tuple(paragraphs),
        format=raw.format,
        pages=raw.pages,
        problems=raw.problems,
        merged=raw.merged,
    )


def _paragraphs(raw: RawText) -> Iterator[tuple[str, Line]]:
    """Each paragraph's text with its first line."""
    parts = ""
    first: Line | None = None
    for text, line in _clean_lines(raw):
        if first is not None and line.table == first.table and _may_grow(parts, text, line.begins):
            parts = glue(parts, text)
            continue
        if first is not None:
            yield parts, first
        parts, first = text, line
    if first is not None:
        yield parts, first


def _may_grow(text: str, rest: str, begins: Break) -> bool:
    return len(text) < _LONGEST and _continues(text, rest, begins)


def _clean_lines(raw: RawText) -> Iterator[tuple[str, Line]]:
    if not raw.lines:
        return
    texts = clean("\n".join(line.text.replace("\n", " ") for line in raw.lines)).split("\n")
    last_number = 0
    before, overleaf = "", False
    for text, line in zip(texts, raw.lines, strict=True):
        text = text.strip()
        if not text or (_RULE_LINE.match(text) and text not in _STRAY):
            continue
        if text[-1].isdigit() or text[-1] in "-–—":
            number = _PAGE_NUMBER.match(text)
            if number and line.table is None and _is_page_number(int(number[1]), last_number, before, raw):
                last_number, overleaf = int(number[1]), True
                continue
        before = text
        yield text, replace(line, begins=Break.PAGE) if overleaf else line
        overleaf = False


def _is_page_number(number: int, last: int, before: str, raw: RawText) -> bool:
    """Whether a number alone on a line counts the pages; a Word file keeps those outside its text."""
    if raw.format == "docx" or _DATE_WORD.search(before[-_TAIL:]):
        return False
    return last < number <= last + 3  # some pages carry no number


def glue(text: str, rest: str) -> str:
    """`text` continued by `rest`: after a hyphen at the line's end without a space (`Covid-` + `19`)."""
    return f"{text}{rest}" if _HYPHEN_END.search(text[-2:]) or rest in _STRAY else f"{text} {rest}"


def is_marked(text: str) -> bool:
    """Whether `text` begins with what may be a list mark, `1.` or `-`."""
    return bool(_MARK.match(text))


def _continues(text: str, rest: str, begins: Break) -> bool:
    """Whether the line `rest` belongs to the paragraph `text` before it."""
    if rest in _STRAY or (rest in _MOTTO_ENDS and text.startswith("CỘNG H")):
        return True
    if _INTRODUCES.search(text[-_TAIL:]) and rest[:1].isupper():
        return False
    if _LAYOUT.match(rest) or _OPENING.match(rest) or _is_layout(text, rest, begins):
        return False
    if _MARK.match(rest) and not _mark_inside(text, rest, begins):
        return False
    if begins is Break.LINE:
        return not _stands_alone(text, rest)
    tail = text[-_TAIL:]
    if _TERMINAL.search(tail):
        return False
    if text.endswith(",") and _MARK.match(text):  # an entry of a list: `- Các Sở: Tài chính,` + `Xây dựng;`
        return True
    if begins is Break.PAGE and len(text) > _UNFINISHED and not text.isupper():
        return True  # a long sentence without its end mark goes on overleaf, whatever its next letter
    return bool(_STARTS_INSIDE.match(rest) or _HYPHEN_END.search(tail) or _is_open(text) or _OPEN_WORD.search(tail))


def _mark_inside(text: str, rest: str, begins: Break) -> bool:
    """Whether what looks like a list mark is part of the sentence: `tháng` + `9. …`, `2026` + `- 2030`."""
    tail = text[-_TAIL:]
    if _TERMINAL.search(tail):
        return False
    if rest[0].isdigit():
        word = _WORD_BEFORE_NUMBER.search(tail)
        return bool(word) and not (_YEAR_WORD.search(tail) and not _YEAR.match(rest))
    if begins is not Break.LINE or rest[0] not in "-–":
        return False
    return bool(_DASH_INSIDE.match(rest)) or not _MARK.match(text)  # `đồng chí Nguyễn Văn A` + `- Chủ tịch`


def _is_layout(text: str, rest: str, begins: Break) -> bool:
    """Whether nothing is joined to `text`; a numbered heading in capitals may be wrapped like any line."""
    if _LAYOUT.match(text):
        return True
    return text.isupper() and not (begins is Break.LINE and rest.isupper() and _MARK.match(text))


def _stands_alone(text: str, rest: str) -> bool:
    """Whether a line in capitals stands below a line that has none: a post over a name, the kind of document."""
    return not text.isupper() and rest.isupper() and len(rest.split()) > 1 and not _is_open(text)


def _is_open(text: str) -> bool:
    return text.rfind("(") > text.rfind(")")
