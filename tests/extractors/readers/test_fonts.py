"""Runs in fonts older than Unicode are converted where what they spell confirms the font's name, and only there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from extractors.readers import read
from extractors.vocabulary import load

Docx = Callable[..., bytes]

TEXT = (
    "Giao Sở Nội vụ rà soát biên chế của trường nghề, báo cáo trước ngày lễ; mọi vướng mắc gửi về đúng nơi tiếp nhận."
)


def encode(text: str, name: str) -> str:
    codes = load(f"encodings/{name}")["letters"]
    table = {letter: bytes.fromhex(code).decode("latin-1") for letter, code in codes.items()}
    return "".join(table.get(c) or table.get(c.lower()) or c for c in text)


TCVN3, VNI, VPS = (encode(TEXT, name) for name in ("tcvn3", "vni", "vps"))


def font(name: str) -> str:
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}"/>'


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def par(*runs: str, style: str = "") -> str:
    return f"<w:p><w:pPr>{f'<w:pStyle w:val={chr(34)}{style}{chr(34)}/>' if style else ''}</w:pPr>{''.join(runs)}</w:p>"


BODY = par(run(TCVN3, font(".VnTime")))
SOFT = TCVN3.split("\xad")
SPLIT_VNI = [run(c, font("VNI-Times") + ("<w:b/>" if i % 2 else "")) for i, c in enumerate(VNI)]
CASES = {  # what stands in the body, the lines read
    "TCVN3": (BODY, [TEXT]),
    "VNI": (par(run(VNI, font("VNI-Times"))), [TEXT]),
    "VPS without its control codes": (par(run(VPS, font("VPS Times"))), [TEXT]),
    "a letter and its mark in two runs": (par(*SPLIT_VNI), [TEXT]),
    "capitals by their font": (
        par(run(encode("thông báo của tỉnh", "tcvn3"), font(".VnTimeH"))) + BODY,
        ["THÔNG BÁO CỦA TỈNH", TEXT],
    ),
    "soft hyphens are a letter": (
        par("<w:r><w:softHyphen/></w:r>".join(run(s) for s in SOFT).replace("<w:rPr></w:rPr>", "")).replace(
            "<w:r>", f"<w:r><w:rPr>{font('.VnTime')}</w:rPr>"
        ),
        [TEXT],
    ),
    "a name that lies: VNI under .VnTime": (par(run(VNI, font(".VnTime"))), [TEXT]),
    "a name that lies: Unicode under .VnTimeH": (par(run(TEXT, font(".VnTimeH"))), [TEXT]),
    "Unicode beside TCVN3": (par(run("Nhiệm vụ Hà ", font(".VnTime")), run("x")) + BODY, ["Nhiệm vụ Hà x", TEXT]),
    "no marks": (par(run("Ha Noi", font(".VnTimeH"))), ["Ha Noi"]),
    "French under .VnTime": (par(run("Il a été décidé à Genève.", font(".VnTime"))), ["Il a été décidé à Genève."]),
    "a deleted run is no part": (
        par(run(TCVN3, font(".VnTime")), f"<w:del>{run(TCVN3, font('.VnTime'))}</w:del>"),
        [TEXT],
    ),
    "only the old runs": (
        par(run("Kính gửi: ", font("Arial")), run(TCVN3, font(".VnTime")), run(" § 3", font("Arial"))),
        [f"Kính gửi: {TEXT} § 3"],
    ),
}


@pytest.mark.parametrize(("body", "expected"), CASES.values(), ids=CASES)
def test_runs(docx: Docx, body: str, expected: list[str]) -> None:
    raw = read(docx(body), "a.docx")
    assert [line.text for line in raw.lines] == expected
    untouched = all(word in body for word in " ".join(expected).split())
    assert [p.code for p in raw.problems] == ([] if untouched else ["legacy_encoding"])


STYLES = (
    "<w:docDefaults><w:rPrDefault><w:rPr>{defaults}</w:rPr></w:rPrDefault></w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:rPr>{normal}</w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="A"><w:basedOn w:val="N"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/><w:rPr>{other}</w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="C"><w:rPr>{other}</w:rPr></w:style>'
)
OLD, NEW = font(".VnTime"), font("Arial")
RESOLVED = [  # defaults, Normal, style of the paragraph, of the run, its own font: is it converted?
    (OLD, "", "", "", "", True),
    ("", OLD, "", "", "", True),
    ("", OLD, "A", "", "", True),
    (OLD, NEW, "A", "", "", False),
    (OLD, "", "B", "", "", False),
    (OLD, "", "", "C", "", False),
    (OLD, NEW, "B", "C", OLD, True),
    ("", "", "", "", "", False),
]


@pytest.mark.parametrize(("defaults", "normal", "style", "run_style", "own", "is_old"), RESOLVED)
def test_the_font_is_resolved_through_styles(
    docx: Docx, defaults: str, normal: str, style: str, run_style: str, own: str, is_old: bool
) -> None:
    properties = (f'<w:rStyle w:val="{run_style}"/>' if run_style else "") + own
    data = docx(
        par(run(TCVN3, properties), style=style),
        styles=STYLES.format(defaults=defaults, normal=normal, other=NEW),
    )
    assert [line.text for line in read(data, "a.docx").lines] == [TEXT if is_old else TCVN3]
