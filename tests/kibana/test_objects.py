"""The saved objects are what the generator makes, what Kibana takes as far as its rules are known, and they answer."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import ApiError, Elasticsearch

from extractors.deadlines import _OPEN
from extractors.model import Kind
from ketluan.index.base import DocType
from ketluan.index.records import FIELDS
from ketluan.kibana import boards, check, names, objects, replay
from ketluan.problems import PROBLEMS
from ketluan.renditions import _COMPARED, SIGNED

PROJECT = Path(__file__).resolve().parents[2]
Json = dict[str, Any]
OBJECTS = objects.build()


def one(made: list[Json], id: str) -> Json:
    return next(o for o in made if o["id"] == id)


def inside(holder: Json, name: str, change: Callable[[Any], None]) -> None:
    """Change what a string of JSON holds."""
    value = json.loads(holder[name])
    change(value)
    holder[name] = json.dumps(value)


# -- the file


def test_the_file_is_what_the_generator_makes() -> None:
    assert objects.FILE.read_text(encoding="utf-8") == objects.ndjson(OBJECTS), (
        "run `python -m ketluan.kibana.objects` and commit the file"
    )


def test_two_runs_give_the_same_bytes() -> None:
    assert objects.ndjson(objects.build()) == objects.ndjson(OBJECTS)


def test_prefix_and_page_are_those_of_the_office() -> None:
    text = objects.ndjson(objects.build("tinh-a", "https://luutru.example/"))
    assert '"title":"tinh-a-notices"' in text
    assert "https://luutru.example/notices/{{rawValue}}" in text
    assert objects.PAGE not in text
    assert check.faults(objects.build("tinh-a", "https://luutru.example/")) == []


# -- what stands in it


def test_nothing_is_wrong() -> None:
    assert check.faults(OBJECTS) == []


def test_every_field_shown_is_one_of_the_records() -> None:
    kept = {name for fields in FIELDS.values() for name in fields}
    assert {name.removesuffix(".date") for name in names.FIELDS} <= kept | {"corrected"}


@pytest.mark.parametrize("type_", [DocType.CONCLUSION, DocType.ASSIGNMENT, DocType.NOTICE])
def test_labels_of_a_view_are_told_apart(type_: DocType) -> None:
    view = next(v for v in boards.VIEWS if v.alias == f"{type_.value}s")
    labels = [about["customLabel"] for about in json.loads(one(OBJECTS, view.id)["attributes"]["fieldAttrs"]).values()]
    assert len(labels) == len(set(labels))


def test_every_kind_and_topic_has_a_name() -> None:
    assert set(names.KINDS) == set(Kind)
    formats = json.loads(one(OBJECTS, "ketluan-conclusions")["attributes"]["fieldFormatMap"])
    looked_up = {e["key"]: e["value"] for e in formats["topics"]["params"]["lookupEntries"]}
    assert looked_up["covid"] == "Phòng chống dịch Covid-19"
    assert len(looked_up) == 27


def test_every_problem_has_a_name() -> None:
    files = [path for part in ("extractors", "ketluan") for path in (PROJECT / part).rglob("*.py")]
    texts = (path.read_text(encoding="utf-8") for path in files)
    codes = {code for text in texts for code in re.findall(r'Problem\(\s*"([a-z_]+)"', text)}
    assert len(codes) > 15
    codes |= {code for _, _, code, _ in _COMPARED} | {code for code, _ in _OPEN.values()} | {SIGNED}
    assert codes == set(PROBLEMS)


def test_a_conclusion_leads_to_its_timeline() -> None:
    for view, field in (("ketluan-conclusions", "id"), ("ketluan-deadlines", "conclusion")):
        formats = json.loads(one(OBJECTS, view)["attributes"]["fieldFormatMap"])
        assert formats[field]["params"]["urlTemplate"] == f"{objects.PAGE}/trace?id={{{{value}}}}"
    assert "id" not in json.loads(one(OBJECTS, "ketluan-notices")["attributes"]["fieldFormatMap"])


def test_every_search_is_on_a_dashboard_or_stands_by_itself() -> None:
    shown = [panel.shows for board in boards.BOARDS for panel in board.panels if isinstance(panel.shows, str)]
    assert set(shown) <= {search.id for search in boards.SEARCHES}
    assert len(shown) == len(set(shown))


# -- what a slip does: each of these must be told


def dangling(made: list[Json]) -> None:
    made.remove(one(made, "ketluan-search-soon"))


def unknown_attribute(made: list[Json]) -> None:
    one(made, "ketluan-search-soon")["attributes"]["tabs"] = []


def unknown_inside_a_string(made: list[Json]) -> None:
    about = one(made, "ketluan-board-topics")["attributes"]
    inside(about, "panelsJSON", lambda panels: panels[2]["embeddableConfig"].update(timeRange={}))


def newer_version(made: list[Json]) -> None:
    one(made, "ketluan-board-topics")["typeMigrationVersion"] = "10.4.0"


def no_version(made: list[Json]) -> None:
    del one(made, "ketluan-board-topics")["typeMigrationVersion"]


def wrong_reference_name(made: list[Json]) -> None:
    reference = next(r for r in one(made, "ketluan-board-topics")["references"] if r["type"] == "search")
    reference["name"] = reference["name"].split(":")[0] + ":savedObjectRef"


def overlap(made: list[Json]) -> None:
    inside(one(made, "ketluan-board-topics")["attributes"], "panelsJSON", lambda p: p[4]["gridData"].update(y=5))


def off_the_grid(made: list[Json]) -> None:
    inside(one(made, "ketluan-board-topics")["attributes"], "panelsJSON", lambda p: p[3]["gridData"].update(x=40))


def dropped_column(made: list[Json]) -> None:
    def drop(panels: Any) -> None:
        chart = next(p for p in panels if p["type"] == "lens" and "lnsDatatable" in json.dumps(p))
        chart["embeddableConfig"]["attributes"]["state"]["visualization"]["columns"].pop()

    inside(one(made, "ketluan-board-agencies")["attributes"], "panelsJSON", drop)


def same_object_twice(made: list[Json]) -> None:
    made.append(copy.deepcopy(made[3]))


def slider_in_percent(made: list[Json]) -> None:
    def widen(controls: Any) -> None:
        for control in controls.values():
            if control["type"] == "timeSlider":
                control["explicitInput"]["timesliceEndAsPercentageOfTimeRange"] = 100.0

    inside(one(made, "ketluan-board-topics")["attributes"]["controlGroupInput"], "panelsJSON", widen)


def control_of_another_view(made: list[Json]) -> None:
    for reference in one(made, "ketluan-board-topics")["references"]:
        if reference["name"].startswith("controlGroup_"):
            reference["id"] = "ketluan-notices"


def encoded_link(made: list[Json]) -> None:
    about = one(made, "ketluan-conclusions")["attributes"]
    about["fieldFormatMap"] = about["fieldFormatMap"].replace("{{rawValue}}", "{{value}}")


def kql(made: list[Json]) -> None:
    about = one(made, "ketluan-search-soon")["attributes"]["kibanaSavedObjectMeta"]
    about["searchSourceJSON"] = about["searchSourceJSON"].replace("lucene", "kuery")


STATIC = [
    dangling,
    unknown_attribute,
    unknown_inside_a_string,
    newer_version,
    no_version,
    wrong_reference_name,
    overlap,
    off_the_grid,
    dropped_column,
    same_object_twice,
    slider_in_percent,
    control_of_another_view,
    encoded_link,
    kql,
]


@pytest.mark.parametrize("slip", STATIC, ids=lambda slip: slip.__name__)
def test_a_slip_is_told(slip: Callable[[list[Json]], None]) -> None:
    made = copy.deepcopy(OBJECTS)
    slip(made)
    assert check.faults(made)


# -- on the real server


def asked(client: Elasticsearch, made: list[Json]) -> list[str]:
    """All that the server has to complain of."""
    found = []
    capabilities: dict[str, Any] = {}
    for use in replay.uses(made):
        if use.index not in capabilities:
            capabilities[use.index] = client.field_caps(index=use.index, fields="*", ignore_unavailable=True)["fields"]
        found += [told] if (told := replay.unmet(use, capabilities[use.index])) else []
    for request in replay.requests(made):
        try:
            answer = client.search(index=request.index, **request.body)
        except ApiError as exc:
            found.append(f"{request.what}: {exc}")
        else:
            found += replay.complaints(request, answer)
    return found


def test_every_panel_search_and_control_is_answered(client: Elasticsearch, prefix: str) -> None:
    made = objects.build(prefix)
    assert len(list(replay.requests(made))) > 30
    assert asked(client, made) == []


def field_that_is_not_there(made: list[Json]) -> None:
    text = one(made, "ketluan-board-agencies")["attributes"]["panelsJSON"]
    one(made, "ketluan-board-agencies")["attributes"]["panelsJSON"] = text.replace(
        '"sourceField":"lead"', '"sourceField":"don_vi"'
    )


def terms_of_a_text(made: list[Json]) -> None:
    text = one(made, "ketluan-board-agencies")["attributes"]["panelsJSON"]
    one(made, "ketluan-board-agencies")["attributes"]["panelsJSON"] = text.replace(
        '"sourceField":"lead"', '"sourceField":"text"'
    )


def months_of_a_keyword(made: list[Json]) -> None:
    text = one(made, "ketluan-board-topics")["attributes"]["panelsJSON"]
    one(made, "ketluan-board-topics")["attributes"]["panelsJSON"] = text.replace(
        '"sourceField":"month.date"', '"sourceField":"month"'
    )


def broken_query(made: list[Json]) -> None:
    about = one(made, "ketluan-search-overdue")["attributes"]["kibanaSavedObjectMeta"]
    about["searchSourceJSON"] = about["searchSourceJSON"].replace("TO now", "TO TO now")


def query_that_finds_nothing(made: list[Json]) -> None:
    about = one(made, "ketluan-search-overdue")["attributes"]["kibanaSavedObjectMeta"]
    about["searchSourceJSON"] = about["searchSourceJSON"].replace("due:", "hạn:")


def time_that_is_none(made: list[Json]) -> None:
    one(made, "ketluan-deadlines")["attributes"]["timeFieldName"] = "deadline"


def alias_that_is_not_there(made: list[Json]) -> None:
    one(made, "ketluan-notices")["attributes"]["title"] += "-cu"


def misspelt_column(made: list[Json]) -> None:
    one(made, "ketluan-search-soon")["attributes"]["columns"][0] = "han"


def control_of_a_text(made: list[Json]) -> None:
    group = one(made, "ketluan-board-notices")["attributes"]["controlGroupInput"]
    group["panelsJSON"] = group["panelsJSON"].replace('"fieldName":"problems"', '"fieldName":"text"')


DYNAMIC = [
    field_that_is_not_there,
    terms_of_a_text,
    months_of_a_keyword,
    broken_query,
    query_that_finds_nothing,
    time_that_is_none,
    alias_that_is_not_there,
    misspelt_column,
    control_of_a_text,
]


@pytest.mark.parametrize("slip", DYNAMIC, ids=lambda slip: slip.__name__)
def test_a_slip_that_only_the_server_sees_is_told(
    client: Elasticsearch, prefix: str, slip: Callable[[list[Json]], None]
) -> None:
    made = objects.build(prefix)
    before = copy.deepcopy(made)
    slip(made)
    assert made != before, "the slip must change something"
    assert asked(client, made)


# -- the sum of what is due


def test_days_are_counted_once(client: Elasticsearch, prefix: str) -> None:
    """Past, within thirty days, later and without a day: each assignment is in one of them."""
    index = f"{prefix}-assignments"
    counts = [
        client.count(index=index, query=replay.lucene(query))["count"]
        for query in (boards.OVERDUE, boards.SOON, boards.LATER, boards.UNDATED)
    ]
    assert all(counts)
    assert sum(counts) == client.count(index=index)["count"]
