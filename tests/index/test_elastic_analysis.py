"""Elasticsearch's analysis, generated from `fold.py`, spells every word as `fold.py` does."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from ketluan.index import analysis, fold

NAME = "analysis-check"

TEXTS = [
    "Hoà Bình, hòa bình, HOÀ BÌNH, khoẻ khỏe, uỷ ban, Ủy ban, UỶ BAN, thuý Thúy",
    "kỹ thuật, kĩ thuật, KỸ THUẬT, lý do, lí do, quý III, QUÍ III, qúy, qúi, tỷ lệ, tỉ lệ, mỹ thuật, Mĩ",
    "Covid-19, 68/NQ-CP, TN&MT, 09-NQ/TU, 13,6%, 26.4, 1.000.000 đồng, 31/12/2021, v.v… it's a_b_c",
    "Đường Nguyễn Huệ – “Đắk Lắk”: đất, đạt, dắt; Ðồng Nai",
    "quyết định hoàn thiện khuyến khích thoả thuận loà xoà",
    "Straße ĲSSELMEER ﬁ № ① ½ x² 中文 ไทย العربية Ελλας",
    "",
    "--- … !!! \u200b",
    "a" * 300 + " sau",
    "e\u0323\u0302 o\u031b\u0301 u\u0309y quy\u0301 d\u0301",
]


@pytest.fixture(scope="module")
def server(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    with Elasticsearch(elasticsearch_url) as client:
        client.indices.delete(index=NAME, ignore_unavailable=True)
        client.indices.create(index=NAME, settings=analysis.settings())
        yield client
        client.indices.delete(index=NAME)


def tokens(client: Elasticsearch, analyzer: str, text: str) -> list[str]:
    found = client.indices.analyze(index=NAME, analyzer=analyzer, text=[text])
    return [token["token"] for token in found["tokens"]]


def cut(words: list[str]) -> list[str]:
    """Words longer than 255 characters are indexed in parts."""
    return [word[at : at + 255] for word in words for at in range(0, len(word), 255)]


def vietnamese() -> str:
    """Every Vietnamese syllable that one consonant and one of the troublesome endings make, in three mixes of case."""
    tones = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
    endings = [a + tone + b for tone in tones for a, b in (("o", "a"), ("a", ""), ("u", "y"), ("y", ""), ("i", ""))]
    endings += ["o" + "a" + tone for tone in tones] + ["o" + "e" + tone for tone in tones]
    endings += ["u" + "y" + tone for tone in tones] + ["u" + "y" + tone + "t" for tone in tones]
    syllables = [c + e for c in ("", "h", "k", "l", "m", "qu", "q", "s", "t", "th", "kh", "đ", "n") for e in endings]
    lower = unicodedata.normalize("NFC", " ".join(syllables))
    return f"{lower} {lower.upper()} {lower.title()}"


@pytest.mark.parametrize("text", [*TEXTS, vietnamese()], ids=lambda text: text[:20] or "empty")
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_words_are_spelled_as_fold_spells_them(server: Elasticsearch, text: str, form: str) -> None:
    written = unicodedata.normalize(form, text)
    words = fold.words(text)
    assert tokens(server, "vi_exact", written) == cut(words)
    assert tokens(server, "vi_folded", written) == cut([fold.fold(word) for word in words])


def test_every_vietnamese_letter(server: Elasticsearch) -> None:
    letters = sorted({chr(c) for c in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)) if chr(c).isalpha()})
    text = " ".join(letters)
    assert tokens(server, "vi_folded", text) == [fold.fold(word) for word in fold.words(text)]


def test_the_file_is_what_the_tables_give() -> None:
    written = analysis.SETTINGS.read_text(encoding="utf-8")
    assert written == analysis.as_json(), "python -m ketluan.index.analysis"
    assert json.loads(written) == analysis.settings()


def test_no_rule_is_lost_to_an_editor_that_composes_letters() -> None:
    assert unicodedata.is_normalized("NFC", analysis.SETTINGS.read_text(encoding="utf-8"))
