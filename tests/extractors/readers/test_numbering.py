from __future__ import annotations

from collections.abc import Callable

import pytest

from extractors.readers import read
from extractors.readers.numbering import number_text

Docx = Callable[..., bytes]


def level(n: int, form: str, text: str, more: str = "", start: int = 1) -> str:
    head = f'<w:lvl w:ilvl="{n}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
    return f'{head}{more}<w:lvlText w:val="{text}"/></w:lvl>'


def abstract(key: int, *levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{key}">{"".join(levels)}</w:abstractNum>'


def num(key: int, of: int, more: str = "") -> str:
    return f'<w:num w:numId="{key}"><w:abstractNumId w:val="{of}"/>{more}</w:num>'


def item(text: str, key: int = 1, at: int = 0) -> str:
    where = f'<w:pPr><w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{key}"/></w:numPr></w:pPr>'
    return f"<w:p>{where}<w:r><w:t>{text}</w:t></w:r></w:p>"


def styled(text: str, style: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'


def marks(data: bytes) -> list[str]:
    return [line.text.rsplit(" ", 1)[0] if " " in line.text else "" for line in read(data, "a.docx").lines]


OUTLINE = abstract(
    0,
    level(0, "upperRoman", "%1."),
    level(1, "decimal", "%2."),
    level(2, "lowerLetter", "%3)"),
    level(3, "bullet", "-"),
    level(4, "bullet", "+"),
)


def test_an_outline_restarts_below_each_heading(docx: Docx) -> None:
    body = "".join(item("x", at=at) for at in (0, 1, 1, 2, 2, 3, 4, 1, 2, 0, 1))
    found = marks(docx(body, numbering=OUTLINE + num(1, 0)))
    assert found == ["I.", "1.", "2.", "a)", "b)", "-", "+", "3.", "a)", "II.", "1."]


DEEP = abstract(0, level(0, "decimal", "%1."), level(1, "decimal", "%1.%2."), level(2, "decimal", "%1.%2.%3"))
OVERRIDE = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{}"/></w:lvlOverride>'
CASES = {  # numbering, paragraphs (list, level), marks
    "numbers of all levels": (DEEP + num(1, 0), [(1, 0), (1, 1), (1, 2), (1, 1)], ["1.", "1.1.", "1.1.1", "1.2."]),
    "a level that never began counts as one": (DEEP + num(1, 0), [(1, 1), (1, 1)], ["1.1.", "1.2."]),
    "a start": (abstract(0, level(0, "decimal", "%1.", start=5)) + num(1, 0), [(1, 0), (1, 0)], ["5.", "6."]),
    "two lists of one definition go on": (DEEP + num(1, 0) + num(2, 0), [(1, 0), (2, 0), (1, 0)], ["1.", "2.", "3."]),
    "a start of its own begins anew, once": (
        DEEP + num(1, 0) + num(2, 0, OVERRIDE.format(1)),
        [(1, 0), (1, 0), (2, 0), (2, 0)],
        ["1.", "2.", "1.", "2."],
    ),
    "a start of its own elsewhere": (DEEP + num(1, 0, OVERRIDE.format(4)), [(1, 0), (1, 0)], ["4.", "5."]),
    "two definitions count apart": (
        DEEP + abstract(1, level(0, "lowerLetter", "%1)")) + num(1, 0) + num(2, 1),
        [(1, 0), (2, 0), (1, 0), (2, 0)],
        ["1.", "a)", "2.", "b)"],
    ),
    "a level that never restarts": (
        abstract(0, level(0, "decimal", "%1."), level(1, "decimal", "%2)", '<w:lvlRestart w:val="0"/>')) + num(1, 0),
        [(1, 0), (1, 1), (1, 0), (1, 1)],
        ["1.", "1)", "2.", "2)"],
    ),
    "legal numbers are decimals": (
        abstract(0, level(0, "upperRoman", "%1."), level(1, "decimal", "%1.%2", "<w:isLgl/>")) + num(1, 0),
        [(1, 0), (1, 1)],
        ["I.", "1.1"],
    ),
    "a replaced level": (
        DEEP + num(1, 0, f'<w:lvlOverride w:ilvl="0">{level(0, "upperLetter", "%1/")}</w:lvlOverride>'),
        [(1, 0), (1, 0)],
        ["A/", "B/"],
    ),
    "words in the mark": (abstract(0, level(0, "decimal", "Điều %1.")) + num(1, 0), [(1, 0)], ["Điều 1."]),
    "round bullets, one below the other": (
        abstract(0, level(0, "bullet", "\uf0b7"), level(1, "bullet", "o")) + num(1, 0),
        [(1, 0), (1, 1)],
        ["-", "+"],
    ),
    "a dash below a dash": (
        abstract(0, level(0, "bullet", "-"), level(1, "bullet", "–")) + num(1, 0),
        [(1, 0), (1, 1)],
        ["-", "-"],
    ),
    "no list": (DEEP + num(1, 0), [(0, 0)], [""]),
    "a list that is not defined": (DEEP + num(1, 0), [(9, 0)], [""]),
    "no mark": (abstract(0, level(0, "none", "")) + num(1, 0), [(1, 0)], [""]),
}


@pytest.mark.parametrize(("numbering", "places", "expected"), CASES.values(), ids=CASES)
def test_marks(docx: Docx, numbering: str, places: list[tuple[int, int]], expected: list[str]) -> None:
    body = "".join(item("x", key, at) for key, at in places)
    assert marks(docx(body, numbering=numbering)) == expected


def test_a_style_names_the_list(docx: Docx) -> None:
    own = '<w:pStyle w:val="Heading2"/>'
    numbering = abstract(0, level(0, "upperRoman", "%1."), level(1, "decimal", "%2.", own)) + num(1, 0)
    number = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    styles = (
        f'<w:style w:type="paragraph" w:styleId="Heading1">{number}</w:style>'
        f'<w:style w:type="paragraph" w:styleId="Heading2">{number}</w:style>'
        '<w:style w:type="paragraph" w:styleId="Mine"><w:basedOn w:val="Heading1"/></w:style>'
    )
    body = styled("x", "Heading1") + styled("x", "Heading2") + styled("x", "Mine") + styled("x", "Other")
    assert marks(docx(body, numbering=numbering, styles=styles)) == ["I.", "1.", "II.", ""]


def test_a_definition_that_links_to_a_list_style(docx: Docx) -> None:
    numbering = (
        abstract(0, level(0, "decimal", "%1/"))
        + '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="Lists"/></w:abstractNum>'
        + num(1, 1)
        + num(2, 0)
    )
    styles = (
        '<w:style w:type="numbering" w:styleId="Lists"><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
    )
    assert marks(docx(item("x") + item("x"), numbering=numbering, styles=styles)) == ["1/", "2/"]


NUMBERS = [
    (4, "upperRoman", "IV"),
    (1994, "lowerRoman", "mcmxciv"),
    (3, "lowerLetter", "c"),
    (26, "upperLetter", "Z"),
    (27, "lowerLetter", "aa"),
    (7, "decimalZero", "07"),
    (12, "decimal", "12"),
    (5, "none", ""),
    (5, "vietnameseCounting", "5"),
    (0, "upperRoman", "0"),
    (-1, "lowerLetter", "-1"),
]


@pytest.mark.parametrize(("value", "form", "text"), NUMBERS)
def test_number_formats(value: int, form: str, text: str) -> None:
    assert number_text(value, form) == text
