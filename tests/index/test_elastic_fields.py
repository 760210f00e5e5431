"""The mappings of Elasticsearch name exactly the fields that records give and those that are computed for it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ketluan.errors import QueryError
from ketluan.index import elastic_query, elastic_versions
from ketluan.index.base import Clause, DocType, Filters, Query
from ketluan.index.elastic_query import COMPUTED
from ketluan.index.fields import VALUED, properties
from ketluan.index.ranking import asked
from ketluan.index.records import FIELDS


def mapping(doc_type: DocType) -> dict[str, Any]:
    path = elastic_versions.MAPPINGS / f"{doc_type.value}s.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("doc_type", list(DocType))
def test_fields_are_those_of_the_records(doc_type: DocType) -> None:
    assert set(mapping(doc_type)["properties"]) == {*FIELDS[doc_type], *COMPUTED}


@pytest.mark.parametrize("doc_type", list(DocType))
def test_unknown_fields_are_refused(doc_type: DocType) -> None:
    assert mapping(doc_type)["dynamic"] == "strict"


@pytest.mark.parametrize("doc_type", list(DocType))
def test_what_is_filtered_and_counted_is_a_keyword_that_nothing_folds(doc_type: DocType) -> None:
    fields = mapping(doc_type)["properties"]
    for name, kind in properties().items():
        if kind in VALUED and name in fields:
            assert fields[name]["type"] == "keyword", name
            assert "normalizer" not in fields[name]


def test_a_field_means_the_same_in_every_index() -> None:
    seen: dict[str, Any] = {}
    for doc_type in DocType:
        for name, about in mapping(doc_type)["properties"].items():
            assert seen.setdefault(name, about) == about, name


def test_computed_values() -> None:
    document = {
        "context": ["Về y tế:", "một đoạn dài " * 50],
        "item": "Phòng dịch",
        "month": "2021-09",
        "lead": ["Sở Y tế"],
        "coordinating": [],
        "report_to": ["UBND tỉnh"],
        "agencies": ["Sở Y tế", "UBND tỉnh"],
        "citations": ["68/NQ-CP", "09-NQ/TU", "12/QĐ-UBND"],
    }
    assert elastic_query.computed(document) == {
        "headings": ["Phòng dịch", "Về y tế:"],
        "month_number": 202109,
        "lead_folded": ["so y te"],
        "coordinating_folded": [],
        "report_to_folded": ["ubnd tinh"],
        "agencies_folded": ["so y te", "ubnd tinh"],
        "citations_folded": ["68/nq-cp", "09-nq/tu", "12/qđ-ubnd"],
    }
    assert set(elastic_query.computed(document)) == set(COMPUTED)


def test_user_text_is_a_value_never_syntax() -> None:
    hostile = '") OR *:* AND {"match_all": {}} ${x} \\'
    body = json.dumps(elastic_query.compiled(asked(Query(must=(Clause(hostile, phrase=True),)))))
    assert "query_string" not in body
    assert "*:*" not in body


@pytest.mark.parametrize("month", ["tháng chín", "20210915123"])
def test_a_month_that_is_none_is_said(month: str) -> None:
    with pytest.raises(QueryError):
        elastic_query.compiled(asked(Query(filters=Filters(month_from=month))))
