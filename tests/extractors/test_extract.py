"""The whole way, from the bytes of a file to its record: the real notice in each format, and any bytes at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from benchmarks.extraction import notices, score
from extractors import Extraction, ExtractionError, extract
from extractors.codec import decode, decode_notice, encode, encode_notice
from ketluan.export.gold import gold
from samples.render import render_docx, render_pdfs

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "2021-09-lao-cai.txt"
EXPECTED = ROOT / "samples" / "2021-09-lao-cai.expected.json"
NOTICES = ROOT / "tests" / "notices"


@pytest.fixture(scope="module")
def sample() -> Extraction:
    return extract(SAMPLE.read_bytes(), name=SAMPLE.name)


def test_sample_is_read_as_reviewed(sample: Extraction) -> None:
    """A changed record is written beside the reviewed one, to be compared by a person and put in its place."""
    found = json.dumps(gold(sample.notice), ensure_ascii=False, indent=1) + "\n"
    if not EXPECTED.exists() or EXPECTED.read_text(encoding="utf-8") != found:
        EXPECTED.with_suffix(".new.json").write_text(found, encoding="utf-8")
        pytest.fail(
            f"the record changed: review {EXPECTED.with_suffix('.new.json')} and, where right, make it {EXPECTED.name}"
        )


def test_sample_in_figures(sample: Extraction) -> None:
    conclusions = sample.notice.conclusions
    assert len(conclusions) == 53
    assert sum(len(c.deadlines) for c in conclusions) == 25
    assert {c.path for c in conclusions if "dat-dai" in c.topics} >= {"II.5", "III.4"}


@pytest.mark.parametrize("form", ["docx", "docx-automatic", "docx-first", "pdf"])
def test_sample_in_other_formats_gives_the_same_record(sample: Extraction, form: str) -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    numbering = {"docx-automatic": "automatic", "docx-first": "first"}.get(form, "typed")
    data = render_docx(text, numbering=numbering)  # type: ignore[arg-type]
    if form == "pdf":
        (data,) = render_pdfs([data])
    assert gold(extract(data, name=f"a.{form[:4].strip('-')}").notice) == gold(sample.notice)


def test_every_span_quotes_its_text(sample: Extraction) -> None:
    quotes_its_text(sample)


def quotes_its_text(found: Extraction) -> None:
    text = found.source.text
    for conclusion in found.notice.conclusions:
        assert conclusion.span.of(text) == conclusion.text
        for finding in (
            *conclusion.deadlines,
            *conclusion.citations,
            *conclusion.lead,
            *conclusion.coordinating,
            *conclusion.report_to,
        ):
            assert finding.span.of(text) == finding.text, (conclusion.path, finding)


def test_record_to_json_and_back(sample: Extraction) -> None:
    data = json.loads(json.dumps(encode_notice(sample.notice), ensure_ascii=False))
    assert decode_notice(data) == sample.notice


def test_a_reader_hands_its_whole_reading_on_as_json(sample: Extraction) -> None:
    whole = replace(sample, source=replace(sample.source, merged=frozenset({(0, 2, 1), (0, 1, 1)})))
    data = json.loads(json.dumps(encode(whole)))
    assert data["source"]["merged"] == [[0, 1, 1], [0, 2, 1]]
    assert decode(Extraction, data) == whole


def test_notices_written_to_judge_the_extraction() -> None:
    """The floor below which no change may take it; `make score` prints the figures themselves."""
    result = score(notices(NOTICES))
    assert result.counts["unit"].gold > 100
    assert result.overall >= 0.90, result.table({})
    assert all(count.f1 >= 0.80 for count in result.counts.values()), result.table({})


_LINES = st.sampled_from(
    [
        "THÔNG BÁO",
        "Kết luận của Chủ tịch UBND tỉnh",
        "Ngày 5/5/2024, kết luận như sau:",
        "I. Kết quả",
        "II",
        "1. Giao Sở Y tế",
        "a) làm",
        "- ",
        "+ x",
        "Nơi nhận:",
    ]
)


#: How files of each kind begin; those that LibreOffice opens take seconds each and are tried in `test_office.py`.
_BEGINNINGS = (
    b"%PDF-1.7\n",
    b"PK\x03\x04",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff\xe0",
    b"II*\x00",
    b"GIF89a",
    b"<html><p>",
)


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=400),
        st.tuples(st.sampled_from(_BEGINNINGS), st.binary(max_size=300)).map(b"".join),
        st.lists(st.one_of(_LINES, st.text(max_size=40)), max_size=25).map(lambda rows: "\n".join(rows).encode()),
    )
)
def test_any_bytes_give_a_record_or_a_reason(data: bytes) -> None:
    try:
        found = extract(data, name="a")
    except ExtractionError as told:
        reason = told.reason
    else:
        reason = None
    if reason is not None:
        assert reason
        return
    assert len({c.path for c in found.notice.conclusions}) == len(found.notice.conclusions)
    quotes_its_text(found)
    assert decode(Extraction, json.loads(json.dumps(encode(found)))) == found
