"""What every index promises, tried on every back end: the same questions, the same hits, the same order.

Questions as typed stand in `queries.txt`; here are filters, facets, orders, marks, and what writing does.
"""

from __future__ import annotations

import codecs
import dataclasses
import re
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ketluan.errors import IndexOutdated, IndexUnavailable, QueryError
from ketluan.index import fold, reconcile
from ketluan.index.base import PAPER, Clause, DocType, Filters, Query, Results, Role, SearchIndex, Sort
from ketluan.index.records import documents, fingerprint, headings
from ketluan.search import parse_query, search
from ketluan.stored import StoredNotice

A, B, C, D, E, F = (
    f"{month}-song-may-0000000{letter}"
    for month, letter in zip(("2022-11", "2022-12", "2023-01", "2023-02", "2023-02", "2023-03"), "abcdef", strict=True)
)
MakeIndex = Callable[[], SearchIndex]


def paths(results: Results) -> list[str]:
    return [hit.document["path"] for hit in results.hits]


def split(text: str) -> set[str]:
    return set(text.split())


# ---------------------------------------------------------------- questions as typed


def questions() -> Iterator[Any]:
    for line in (Path(__file__).parent / "queries.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("# "):
            typed, found = line.rsplit(" | ", 1)
            yield pytest.param(_typed(typed), found, id=typed[:40].encode("ascii", "backslashreplace").decode())


def _typed(text: str) -> str:
    text = re.sub(r"\\(?:[tn\\]|x..|u....)", lambda m: codecs.decode(m[0], "unicode_escape"), text)
    if many := re.fullmatch(r"(.+)\*(\d{2,})", text):
        text = many[1] * int(many[2])
    return unicodedata.normalize("NFD", text.removeprefix("NFD:")) if text.startswith("NFD:") else text


@pytest.mark.parametrize(("typed", "found"), list(questions()))
def test_question(filled: SearchIndex, typed: str, found: str) -> None:
    if found == "!":
        with pytest.raises(QueryError):
            search(filled, typed)
        return
    results = search(filled, typed, limit=100)
    tiers = [] if found == "-" else [split(tier) for tier in found.split(">")]
    assert set(paths(results)) == set().union(*tiers)
    assert results.total == len(results.hits)
    at = 0
    for tier in tiers:
        assert set(paths(results)[at : at + len(tier)]) == tier
        at += len(tier)


def test_there_are_enough_questions() -> None:
    assert len(list(questions())) >= 200


# ---------------------------------------------------------------- most of the words

NEARLY = [
    # typed → with all words, `|`, and with most of them
    ("quy hoạch sử dụng đất", "a1 d1 c5 | -"),  # known to the vocabulary: one word
    ("gia hạn sử dụng đất năm nay", "- | d1"),
    ("quy hoạch đất ở", "c5 | a1 b1 d1"),
    ("đất xyzzy", "- | -"),  # of two words none may be missing
    ("đất", "a1 b1 b8 c3 c5 c6 d1 d2 f1 f3 a2 a6 | -"),
    ("đất đất xyzzy", "- | -"),  # a word typed twice is one word
    ('"sử dụng đất" xyzzy gia', "- | -"),  # a phrase is no optional word, and of two words none may be missing
    ('"sử dụng đất" gia hạn thêm xyzzy', "- | d1"),
    ('"sử dụng đất" khai thác xyzzy', "- | -"),
    ("68/NQ-CP hỗ trợ xyzzy qwerty", "- | -"),  # nor is a document
    ("68/NQ-CP", "a7 e3 | -"),
    ("gia hạn thêm xyzzy", "- | d1"),
    ("gia hạn thêm xyzzy -đất", "- | -"),
    ("UBND tỉnh xyzzy", "- | a4 f4"),  # an abbreviation counts as one word, in all its spellings
    ("GPMB giải phóng mặt bằng xyzzy", "- | f7"),
    ("kho lanh huyen xyzzy", "- | c2"),
]


@pytest.mark.parametrize(("typed", "found"), NEARLY)
def test_most_of_the_words_come_after_all_of_them(filled: SearchIndex, typed: str, found: str) -> None:
    whole, partial = (split(part) - {"-"} for part in found.split("|"))
    results = search(filled, typed, limit=100, nearly=True)
    assert set(paths(results)[: results.total]) == whole
    assert set(paths(results)[results.total :]) == partial
    assert (results.total, results.partial) == (len(whole), len(partial))
    assert [bool(hit.missing) for hit in results.hits] == [False] * len(whole) + [True] * len(partial)


ORDINARY = [
    "quy hoạch sử dụng đất năm 2022", "ngân sách nhà nước tỉnh", "phòng chống dịch bệnh trâu bò", "giao đất cho huyện",
    "ho tro nguoi dan bi cach ly", "báo cáo tiến độ giải ngân vốn", "xây dựng đường giao thông nông thôn tại huyện",
]  # fmt: skip


@pytest.mark.parametrize("typed", ORDINARY)
def test_more_than_half_of_the_words_is_enough(filled: SearchIndex, corpus: list[StoredNotice], typed: str) -> None:
    query = parse_query(typed, nearly=True, limit=100)
    if query.any_of:  # in the table above
        query = dataclasses.replace(query, any_of=(), must=tuple(Clause(w, optional=True) for w in typed.split()))
    asked = {fold.fold(word) for word in fold.words(typed)}
    share = {}
    for document in (d for stored in corpus for d in documents(stored) if d["doc_type"] == "conclusion"):
        stands = {fold.fold(w) for part in (document["text"], *headings(document)) for w in fold.words(part)}
        share[document["path"]] = len(asked & stands) / len(asked)
    results = filled.search(query)
    assert set(paths(results)[: results.total]) == {path for path, part in share.items() if part == 1}
    assert set(paths(results)[results.total :]) == {path for path, part in share.items() if 0.5 < part < 1}
    for hit in results.hits:
        assert len(hit.missing) == round((1 - share[hit.document["path"]]) * len(asked))


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_go_on_from_all_of_the_words_to_most_of_them(filled: SearchIndex, sort: Sort) -> None:
    query = parse_query("quy hoạch đất ở", nearly=True, sort=sort)
    whole = filled.search(dataclasses.replace(query, limit=100))
    assert whole.total
    assert whole.partial
    pages = [filled.search(dataclasses.replace(query, offset=n, limit=2)) for n in range(0, len(whole.hits) + 2, 2)]
    assert [hit for page in pages for hit in page.hits] == list(whole.hits)
    assert {(page.total, page.partial) for page in pages} == {(whole.total, whole.partial)}


def test_what_is_missing_is_named(filled: SearchIndex) -> None:
    (hit,) = search(filled, "kho lạnh huyện Tân Lập vắc xin", nearly=True, notices=[C]).hits
    assert hit.document["path"] == "c2"
    assert hit.missing == ("Tân", "Lập")


def test_facets_count_those_with_all_the_words_where_there_are_some(filled: SearchIndex) -> None:
    found = search(filled, "quy hoạch đất ở", nearly=True, facets=["month"], limit=0)
    assert sum(n for _, n in found.facets["month"]) == found.total == 1 < found.partial
    found = search(filled, "gia hạn thêm xyzzy", nearly=True, facets=["month"], limit=0)
    assert (found.total, found.partial, found.facets["month"]) == (0, 1, (("2023-02", 1),))


def test_words_with_their_marks_rank_above_alike_ones_among_the_partial_too(filled: SearchIndex) -> None:
    found = paths(search(filled, "đạt trâu xyzzy", nearly=True, limit=100))
    assert found == paths(search(filled, "dắt trâu xyzzy", nearly=True, limit=100)) == ["a6"]


# ---------------------------------------------------------------- filters

FILTERS = [
    # filters → conclusions
    ({"topics": ["covid"]}, "a3 b2 c1 c2 e1 e2 e3 e4"),
    ({"topics": ["dat-dai", "ntm"]}, "a1 b1 d1 f1 f2"),
    ({"topics": ["Covid"]}, ""),  # an id, not a word
    ({"topics": ["khong-co"]}, ""),
    ({"agencies": ["Sở Y tế"]}, "a3 b2 c2 e1 e3"),
    ({"agencies": ["sở y tế"]}, "a3 b2 c2 e1 e3"),
    ({"agencies": ["SO Y TE"]}, "a3 b2 c2 e1 e3"),
    ({"agencies": ["Sở Y tế"], "role": Role.LEAD}, "a3 b2 c2 e1"),
    ({"agencies": ["Sở Y tế"], "role": Role.COORDINATING}, "e3"),
    ({"agencies": ["Sở Y tế"], "role": Role.REPORT_TO}, ""),
    ({"agencies": ["UBND tỉnh"]}, "a1"),
    ({"agencies": ["UBND tỉnh"], "role": Role.REPORT_TO}, "a1"),
    ({"agencies": ["Sở Nội vụ"]}, "b5 f3"),
    ({"agencies": ["Sở Nội vụ", "Sở Tư pháp"], "role": Role.LEAD}, "c6 f3"),
    ({"agencies": ["Sở"]}, ""),  # the whole name
    ({"agencies": ["Sở TN&MT"]}, "a1 b1 d1 f1"),  # another spelling of it
    ({"agencies": ["Sở KH&ĐT"], "role": Role.REPORT_TO}, "a8"),
    ({"kinds": ["decision"]}, "a5 b6 d7 e2"),
    ({"kinds": ["assessment", "decision"]}, "a2 a5 b6 b8 d7 e2"),
    ({"citations": ["68/NQ-CP"]}, "a7 e3"),
    ({"citations": ["68/nq-cp"]}, "a7 e3"),
    ({"citations": ["12/QĐ-UBND"]}, "b6"),
    ({"citations": ["12/QD-UBND"]}, "b7"),
    ({"citations": ["14-ĐA/TU"]}, "d3"),
    ({"citations": ["14-DA/TU"]}, "d4"),
    ({"citations": ["Luật Đất đai 2013"]}, "c6"),
    ({"citations": ["8/NQ-CP"]}, ""),
    ({"notices": [E]}, "e1 e2 e3 e4"),
    ({"notices": [E, "2023-02-song-may"]}, "e1 e2 e3 e4"),
    ({"paths": ["a1", "f8"]}, "a1 f8"),
    ({"notices": [A], "paths": ["a1", "f8"]}, "a1"),
    ({"month_from": "2023-03"}, "f1 f2 f3 f4 f5 f6 f7 f8"),
    ({"month_to": "2022-11"}, "a1 a2 a3 a4 a5 a6 a7 a8"),
    ({"month_from": "2023-02", "month_to": "2023-02", "topics": ["covid"]}, "e1 e2 e3 e4"),
    ({"month_from": "2022-12", "month_to": "2023-01", "topics": ["covid"]}, "b2 c1 c2"),
    ({"month_from": "2023-04"}, ""),
    ({"month_from": "2023-03", "month_to": "2022-11"}, ""),
    ({"due_from": date(2023, 3, 31)}, "c1 c3 f7"),
    ({"due_to": date(2022, 12, 10)}, "a1 a3 b1"),
    ({"due_from": date(2022, 12, 10), "due_to": date(2023, 1, 15)}, "b1 b3"),
    ({"due_from": date(2023, 2, 28), "due_to": date(2023, 2, 28)}, "d1 d2"),
    ({"due_from": date(2023, 5, 1)}, ""),
    ({"topics": ["covid"], "kinds": ["directive"], "agencies": ["Sở Tài chính"]}, "a3 e3"),
]


@pytest.mark.parametrize(("filters", "found"), FILTERS)
def test_filter(filled: SearchIndex, filters: dict[str, Any], found: str) -> None:
    results = search(filled, "", limit=100, **filters)
    assert set(paths(results)) == split(found)
    assert results.total == len(split(found))


QUESTIONS_WITH_FILTERS = [
    ("đất", {"topics": ["dat-dai"]}, "a1 b1 d1 f1"),
    ("đất", {"month_from": "2023-01", "month_to": "2023-02"}, "c3 c5 c6 d1 d2"),
    ("covid", {"agencies": ["Sở Y tế"], "role": Role.LEAD}, "a3 e1"),
    ("trước", {"kinds": ["decision"]}, ""),
    ("-covid", {"topics": ["covid"]}, "b2 c2 e2 e3"),
    ("quy hoạch", {"due_to": date(2022, 12, 31)}, "a1 b1"),
    ("không", {"notices": [D]}, "d1 d5 d7"),
]


@pytest.mark.parametrize(("typed", "filters", "found"), QUESTIONS_WITH_FILTERS)
def test_question_with_filter(filled: SearchIndex, typed: str, filters: dict[str, Any], found: str) -> None:
    assert set(paths(search(filled, typed, limit=100, **filters))) == split(found)


@pytest.mark.parametrize("month", ["tháng 9", "2023-13-40-50", "now", "2023-01\0"])
def test_a_month_that_is_none_is_told(filled: SearchIndex, month: str) -> None:
    with pytest.raises(QueryError):
        filled.search(Query(filters=Filters(month_from=month)))


# ---------------------------------------------------------------- kinds of document

TYPES = [
    (DocType.NOTICE, Query(filters=Filters()), 6),
    (DocType.CONCLUSION, Query(), 44),
    (DocType.ASSIGNMENT, Query(), 38),
    (DocType.ASSIGNMENT, Query(filters=Filters(due_to=date(2022, 12, 10))), 3),
    (DocType.ASSIGNMENT, Query(must=(Clause("covid"),)), 3),
    (DocType.NOTICE, Query(must=(Clause("trâu bò"),)), 1),
    (DocType.NOTICE, Query(filters=Filters(topics=("covid",))), 4),
    (DocType.NOTICE, Query(filters=Filters(agencies=("Sở Y tế",), role=Role.COORDINATING)), 1),
]


@pytest.mark.parametrize(("doc_type", "query", "count"), TYPES)
def test_types_are_kept_apart(filled: SearchIndex, doc_type: DocType, query: Query, count: int) -> None:
    results = filled.search(dataclasses.replace(query, doc_type=doc_type, limit=100))
    assert results.total == count
    assert {hit.document["doc_type"] for hit in results.hits} == {doc_type.value}


def test_a_hit_gives_its_document_back(filled: SearchIndex, corpus: list[StoredNotice]) -> None:
    stored = {d["id"]: d for notice in corpus for d in documents(notice)}
    for doc_type in DocType:
        for hit in filled.search(Query(doc_type=doc_type, limit=100)).hits:
            assert hit.document == stored[hit.id]


# ---------------------------------------------------------------- facets

FACETS = [
    # question, filters, facet → its first counts
    ("", {"topics": ["covid"]}, "month", [("2023-02", 4), ("2023-01", 2), ("2022-11", 1), ("2022-12", 1)]),
    ("", {"topics": ["covid"]}, "lead", [("Sở Y tế", 4), ("Sở Thông tin và Truyền thông", 1), ("Sở Tài chính", 1)]),
    ("", {"topics": ["covid"]}, "kind", [("directive", 7), ("decision", 1)]),
    ("", {"topics": ["covid"]}, "topics", [("covid", 8), ("an-sinh", 1), ("y-te", 1)]),
    (
        "",
        {"kinds": ["directive", "decision", "assessment"]},
        "kind",
        [("directive", 38), ("decision", 4), ("assessment", 2)],
    ),
    ("nghị quyết", {}, "citations", [("14-DA/TU", 1), ("14-ĐA/TU", 1), ("09-NQ/TU", 1), ("68/NQ-CP", 2)]),
    ("đất", {"topics": ["dat-dai"]}, "agencies", [("Sở Tài nguyên và Môi trường", 4)]),
    ("cách ly", {}, "coordinating", []),
    ("xyzzy", {}, "topics", []),
]


@pytest.mark.parametrize(("typed", "filters", "facet", "counts"), FACETS)
def test_facet(
    filled: SearchIndex, typed: str, filters: dict[str, Any], facet: str, counts: list[tuple[str, int]]
) -> None:
    found = search(filled, typed, facets=[facet], limit=1, **filters).facets[facet]
    assert set(counts) <= set(found)
    assert [count for _, count in found] == sorted((count for _, count in found), reverse=True)
    if len(found) <= len(counts):
        assert sorted(found) == sorted(counts)


def test_facets_count_all_hits_not_the_page(filled: SearchIndex) -> None:
    for limit, offset in ((0, 0), (1, 0), (3, 6), (100, 0)):
        results = search(filled, "", topics=["covid"], facets=["month", "kind"], limit=limit, offset=offset)
        assert results.total == 8
        assert dict(results.facets["kind"]) == {"directive": 7, "decision": 1}
        assert sum(count for _, count in results.facets["month"]) == 8


def test_a_brief_answer_is_the_same_without_the_text(filled: SearchIndex) -> None:
    whole = search(filled, "quy hoạch đất")
    brief = filled.search(dataclasses.replace(parse_query("quy hoạch đất"), brief=True))
    assert [hit.document for hit in brief.hits] == [
        {name: value for name, value in hit.document.items() if name != "text"} for hit in whole.hits
    ]
    assert whole.hits
    assert all(hit.document["text"] for hit in whole.hits)


def test_the_papers_are_those_of_all_notices(filled: SearchIndex) -> None:
    notices = filled.search(Query(doc_type=DocType.NOTICE, limit=100)).hits
    expected = [tuple(hit.document[name] for name in PAPER) for hit in notices]
    assert sorted(map(str, (tuple(paper[name] for name in PAPER) for paper in filled.papers()))) == sorted(
        map(str, expected)
    )
    assert len(expected) > 1


def test_a_facet_that_cannot_be_counted_is_told(filled: SearchIndex) -> None:
    for name in ("text", "khong_co", ""):
        with pytest.raises(QueryError):
            filled.search(Query(facets=(name,)))


# ---------------------------------------------------------------- orders and pages


def test_newest_and_oldest_go_by_month_and_keep_the_paper_in_order(filled: SearchIndex) -> None:
    newest = filled.search(Query(sort=Sort.NEWEST, limit=100)).hits
    oldest = filled.search(Query(sort=Sort.OLDEST, limit=100)).hits
    months = [hit.document["month"] for hit in newest]
    assert months == sorted(months, reverse=True)
    assert [hit.document["month"] for hit in oldest] == sorted(months)
    for hits in (newest, oldest):
        notices = [hit.document["notice"] for hit in hits]
        assert len(list(dict.fromkeys(notices))) == sum(a != b for a, b in zip(notices, ["", *notices], strict=False))
        for notice in set(notices):
            positions = [hit.document["position"] for hit in hits if hit.document["notice"] == notice]
            assert positions == sorted(positions)


def test_due_goes_by_the_earliest_day_and_puts_the_others_last(filled: SearchIndex) -> None:
    for doc_type in (DocType.CONCLUSION, DocType.ASSIGNMENT):
        hits = filled.search(Query(doc_type=doc_type, sort=Sort.DUE, limit=100)).hits
        days = [min(d, default="9999") if isinstance(d := hit.document["due"], list) else d or "9999" for hit in hits]
        assert days == sorted(days)
        assert days[0] == "2022-11-20"


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_make_up_the_whole(filled: SearchIndex, sort: Sort) -> None:
    query = parse_query("đất", sort=sort)
    whole = paths(filled.search(dataclasses.replace(query, limit=100)))
    pages = [filled.search(dataclasses.replace(query, offset=n, limit=5)) for n in range(0, 20, 5)]
    assert [p for page in pages for p in paths(page)] == whole
    assert {page.total for page in pages} == {12}


def test_beyond_the_last_page_there_is_nothing(filled: SearchIndex) -> None:
    for offset in (44, 1_000, 10**12):
        results = filled.search(Query(offset=offset))
        assert results.hits == ()
        assert results.total == 44


def test_scores_do_not_rise(filled: SearchIndex) -> None:
    scores = [hit.score for hit in search(filled, "quy hoạch đất", limit=100).hits]
    assert scores == sorted(scores, reverse=True)


# ---------------------------------------------------------------- marks

HIGHLIGHTS = [
    # question, conclusion, what of its text is marked
    ("sử dụng đất", "a1", ["sử dụng đất"]),
    ("su dung dat", "a1", ["sử dụng đất"]),
    ('"sử dụng đất"', "d1", ["sử dụng đất"]),
    ("đất", "d2", ["đất"]),  # not đạt, which stands there too
    ("đạt", "d2", ["đạt"]),
    ("dat", "d2", ["đất", "đạt"]),
    ("thu tu", "a5", ["thu từ"]),  # typed without marks: marks do not matter
    ("quy hoạch sử dụng đất", "c5", ["Đất", "quy hoạch", "sử dụng"]),
    ("68/NQ-CP", "a7", ["68/NQ-CP"]),
    ("covid", "a3", ["Covid-19"]),
    ("covid-19", "e4", ["COVID-19"]),
    ("vaccine", "a3", ["vắc xin"]),
    ("UBND", "b5", ["Uỷ ban nhân dân"]),
    ("TN&MT", "b1", ["TN&MT"]),
    ("tai nguyen va moi truong", "b1", ["TN&MT"]),
    ("kĩ năng", "b3", ["kĩ năng"]),
    ("xóa tên", "b5", ["xoá tên"]),
    ("kỷ luật", "c7", [unicodedata.normalize("NFD", "kỷ luật")]),
    ("H'Mông", "d6", ["H'Mông"]),
    ("giao thông", "c4", []),  # found by its heading
    ("QLVB", "d7", ["QLVB"]),
    ("13,6", "a2", ["13,6"]),
]


@pytest.mark.parametrize(("typed", "path", "marked"), HIGHLIGHTS)
def test_highlights_quote_the_text(filled: SearchIndex, typed: str, path: str, marked: list[str]) -> None:
    (hit,) = search(filled, typed, paths=[path]).hits
    text = hit.document["text"]
    assert [text[start:end] for start, end in hit.highlights] == marked


# ---------------------------------------------------------------- writing


@pytest.fixture
def index(index_factory: MakeIndex) -> Iterator[SearchIndex]:
    made = index_factory()
    yield made
    made.close()


def ids(index: SearchIndex) -> set[str]:
    return {hit.id for doc_type in DocType for hit in index.search(Query(doc_type=doc_type, limit=1000)).hits}


def test_an_index_that_is_not_there_says_what_to_do(index: SearchIndex) -> None:
    assert index.status().exists is False
    with pytest.raises(IndexOutdated, match="ketluan index rebuild"):
        index.search(Query())


def test_put_replaces_what_was_there_of_a_notice(index: SearchIndex, corpus: list[StoredNotice]) -> None:
    first, second = corpus[:2]
    assert index.put([documents(first), documents(second)]) == 2
    shorter = dataclasses.replace(
        first, notice=msgspec.structs.replace(first.notice, conclusions=first.notice.conclusions[:2])
    )
    assert index.put([documents(shorter)]) == 1
    assert ids(index) == {d["id"] for n in (shorter, second) for d in documents(n)}
    assert index.fingerprints() == {n.id: fingerprint(n) for n in (shorter, second)}


def test_put_twice_is_put_once(index: SearchIndex, corpus: list[StoredNotice]) -> None:
    for _ in range(2):
        index.put([documents(corpus[0])])
    index.put([documents(corpus[0]), documents(corpus[0])])
    assert index.search(Query()).total == 8
    assert index.status().counts == {"notice": 1, "conclusion": 8, "assignment": 6}


def test_put_nothing(index: SearchIndex) -> None:
    assert index.put([]) == 0
    assert index.search(Query(facets=("topics",))) == Results((), 0, {"topics": ()})


def test_delete_takes_out_the_whole_notice(index: SearchIndex, corpus: list[StoredNotice]) -> None:
    index.put(documents(n) for n in corpus[:2])
    index.delete([corpus[0].id, "2020-01-khong-co-00000000"])
    assert ids(index) == {d["id"] for d in documents(corpus[1])}
    index.delete([corpus[1].id])
    assert ids(index) == set()
    assert index.fingerprints() == {}


def test_rebuild_leaves_only_what_it_was_given(index: SearchIndex, corpus: list[StoredNotice]) -> None:
    index.put(documents(n) for n in corpus)
    assert index.rebuild(documents(n) for n in corpus[1:3]) == 2
    assert set(index.fingerprints()) == {n.id for n in corpus[1:3]}
    assert ids(index) == {d["id"] for n in corpus[1:3] for d in documents(n)}


def test_rebuild_makes_an_index_where_there_is_none(index: SearchIndex, corpus: list[StoredNotice]) -> None:
    assert index.rebuild(documents(n) for n in corpus) == 6
    status = index.status()
    assert status.exists
    assert not status.outdated
    assert status.counts == {"notice": 6, "conclusion": 44, "assignment": 38}


def test_a_rebuild_that_fails_leaves_the_old(index: SearchIndex, corpus: list[StoredNotice]) -> None:
    index.put(documents(n) for n in corpus[:2])

    def breaks() -> Iterator[list[dict[str, Any]]]:
        yield documents(corpus[3])
        raise RuntimeError("the archive went away")

    with pytest.raises(RuntimeError):
        index.rebuild(breaks())
    assert set(index.fingerprints()) == {n.id for n in corpus[:2]}
    assert index.rebuild(documents(n) for n in corpus) == 6


def test_reading_goes_on_while_it_is_rebuilt(index: SearchIndex, corpus: list[StoredNotice]) -> None:
    index.put(documents(n) for n in corpus)
    seen: list[int] = []

    def watched() -> Iterator[list[dict[str, Any]]]:
        for notice in corpus:
            seen.append(index.search(Query()).total)
            yield documents(notice)

    index.rebuild(watched())
    assert seen == [44] * 6
    assert index.search(Query()).total == 44


def numbered(corpus: list[StoredNotice], number: int) -> list[dict[str, Any]]:
    """The documents of a notice of the corpus under an id of its own."""
    return documents(dataclasses.replace(corpus[number % len(corpus)], id=f"2024-01-song-may-{number:08x}"))


def test_a_rebuild_loses_no_sight_of_notices_that_keep_arriving(
    index: SearchIndex, corpus: list[StoredNotice], opened_again: Callable[[SearchIndex], SearchIndex]
) -> None:
    index.put(documents(n) for n in corpus)
    archived: list[list[dict[str, Any]]] = [documents(n) for n in corpus]  # always before it is indexed
    arrived = {n.id for n in corpus}  # once `put` has come back, every look must find it
    faults: list[object] = []
    looks = 0
    started, done = threading.Event(), threading.Event()

    def write() -> None:
        writer = opened_again(index)
        started.wait(60)
        while not done.is_set():
            archived.append(numbered(corpus, len(archived)))
            writer.put(archived[-1:])
            arrived.add(archived[-1][0]["id"])

    def read() -> None:
        nonlocal looks
        reader = opened_again(index)
        while not done.is_set():
            wanted = set(arrived)
            if lost := wanted - set(reader.fingerprints()):
                faults.append(lost)
            if (found := search(reader, "quy hoạch sử dụng đất").total) < 3:
                faults.append(found)
            looks += 1

    def told(work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as exc:  # noqa: BLE001 (any fault is what the test looks for)
            faults.append(exc)

    def walked() -> Iterator[list[dict[str, Any]]]:
        for group in list(archived):
            started.set()
            time.sleep(0.05)  # the others get a turn
            yield group

    threads = [threading.Thread(target=told, args=(work,)) for work in (write, read)]
    for thread in threads:
        thread.start()
    try:
        index.rebuild(walked())
        time.sleep(0.5)
    finally:
        started.set()
        done.set()
        for thread in threads:
            thread.join(60)
    assert faults == []
    assert looks > 2
    assert len(arrived) > len(corpus)
    assert arrived == set(opened_again(index).fingerprints())


def test_a_second_rebuild_is_refused(
    index: SearchIndex, corpus: list[StoredNotice], opened_again: Callable[[SearchIndex], SearchIndex]
) -> None:
    other = opened_again(index)

    def disturbed() -> Iterator[list[dict[str, Any]]]:
        with pytest.raises(IndexUnavailable, match="tiến trình khác"):
            other.rebuild([documents(corpus[1])])
        yield documents(corpus[0])

    assert index.rebuild(disturbed()) == 1
    assert set(index.fingerprints()) == {A}
    assert other.rebuild([documents(corpus[1])]) == 1


DIFFERENCES = [
    # what is done to the index → missing, orphaned, outdated
    ("nothing", [], [], []),
    ("lose", [A], [], []),
    ("keep", [], [B], []),
    ("change", [], [], [C]),
]


@pytest.mark.parametrize(("what", "missing", "orphaned", "outdated"), DIFFERENCES)
def test_reconcile_finds_and_heals(
    index: SearchIndex,
    corpus: list[StoredNotice],
    what: str,
    missing: list[str],
    orphaned: list[str],
    outdated: list[str],
) -> None:
    index.put(documents(n) for n in corpus)
    archived = corpus
    if what == "lose":
        index.delete([A])
    elif what == "keep":
        archived = [n for n in corpus if n.id != B]
    elif what == "change":
        archived = [dataclasses.replace(n, text="khác") if n.id == C else n for n in corpus]
    found = reconcile(index, archived)
    assert (list(found.missing), list(found.orphaned), list(found.outdated)) == (missing, orphaned, outdated)
    assert bool(found) is (what != "nothing")
    assert reconcile(index, archived, heal=True) == found
    assert not reconcile(index, archived)
