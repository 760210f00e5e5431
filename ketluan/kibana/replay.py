"""Which requests does each panel, search and control make of Elasticsearch?

Our own translation, not Kibana's: Kibana adds runtime fields, an "other" bucket and asynchronous search. It proves that
every field is there and of the right type, that every query is understood, and that something is found.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ketluan.kibana import check

Json = dict[str, Any]

ZONE = "Asia/Ho_Chi_Minh"

#: What a field must be able to do, by what it is used for: `types` as `_field_caps` names them; None: any.
_TERMS = ("keyword", "boolean", "integer", "long", "date")
_OPERATIONS: Mapping[str, tuple[str, ...]] = {
    "terms": _TERMS,
    "unique_count": _TERMS,
    "date_histogram": ("date",),
}


@dataclass(frozen=True, slots=True)
class Use:
    """A field and what it must be: of one of `types`, in an aggregation or not. `what` says who needs it."""

    what: str
    index: str
    field: str
    types: tuple[str, ...] = ()
    aggregated: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """One search. `buckets`: aggregations that must not be empty; `some`: whether there must be hits."""

    what: str
    index: str
    body: Json
    buckets: tuple[str, ...] = ()
    some: bool = True


def uses(objects: Sequence[Json]) -> Iterator[Use]:
    """Every field that some object needs."""
    views = _views(objects)
    for made in objects:
        here = f"{made['type']}/{made['id']}"
        if made["type"] == "index-pattern":
            title, labels = made["attributes"]["title"], json.loads(made["attributes"]["fieldAttrs"])
            yield Use(here, title, made["attributes"]["timeFieldName"], ("date",), True)
            yield from (Use(here, title, name) for name in labels)
        if made["type"] == "search":
            title = views[made["references"][0]["id"]]["title"]
            yield from (Use(here, title, name) for name in made["attributes"]["columns"])
            yield from (Use(here, title, name, aggregated=True) for name, _ in made["attributes"]["sort"])
        for chart, _, _, layer in check.layers(made):
            title = views[chart["references"][0]["id"]]["title"]
            for column in layer["columns"].values():
                if types := _OPERATIONS.get(column["operationType"]):
                    yield Use(f"{here} “{chart['title']}”", title, column["sourceField"], types, True)
        for control in check.controls(made).values():
            if name := control["explicitInput"].get("fieldName"):
                title = views[control["explicitInput"]["dataViewId"]]["title"]
                yield Use(f"{here} control", title, name, ("keyword",), True)


def unmet(use: Use, capabilities: Mapping[str, Mapping[str, Json]]) -> str | None:
    """What `capabilities` (the `fields` of `_field_caps` of the use's index) lack for the use; None where nothing."""
    found = capabilities.get(use.field)
    if not found:
        return f"{use.what}: {use.index} has no field {use.field}"
    if use.types and not set(found) <= set(use.types):
        return f"{use.what}: {use.field} is {', '.join(found)}"
    if use.aggregated and not all(about.get("aggregatable") for about in found.values()):
        return f"{use.what}: {use.field} cannot be counted"
    return None


def requests(objects: Sequence[Json]) -> Iterator[Request]:
    """The request of each search, chart and control, within the span of time of its page."""
    views = _views(objects)
    searches = {made["id"]: made for made in objects if made["type"] == "search"}
    for made in searches.values():
        yield _search(made, views[made["references"][0]["id"]])
    for board in (made for made in objects if made["type"] == "dashboard"):
        span = (board["attributes"]["timeFrom"], board["attributes"]["timeTo"])
        for chart, _, _, layer in check.layers(board):
            yield _chart(board, chart, layer, views[chart["references"][0]["id"]], span)
        for control in check.controls(board).values():
            if "fieldName" in control["explicitInput"]:
                yield _control(board, control["explicitInput"], views, span)


def _views(objects: Sequence[Json]) -> dict[str, Json]:
    return {made["id"]: made["attributes"] for made in objects if made["type"] == "index-pattern"}


def lucene(query: str) -> Json:
    """A Lucene query as Kibana asks it: free text goes to `index.query.default_field`, days begin in its time zone."""
    if not query:
        return {"match_all": {}}
    return {"query_string": {"query": query, "analyze_wildcard": True, "time_zone": ZONE}}


def _within(view: Json, span: tuple[str, str], *queries: str) -> Json:
    time = {"range": {view["timeFieldName"]: {"gte": span[0], "lte": span[1], "time_zone": ZONE}}}
    return {"bool": {"filter": [time], "must": [lucene(query) for query in queries]}}


def _search(made: Json, view: Json) -> Request:
    about = made["attributes"]
    source = json.loads(about["kibanaSavedObjectMeta"]["searchSourceJSON"])
    span = (about["timeRange"]["from"], about["timeRange"]["to"])
    body = {
        "query": _within(view, span, source["query"]["query"]),
        "size": about["sampleSize"],
        "sort": [{name: {"order": order, "unmapped_type": "boolean"}} for name, order in about["sort"]],
        "fields": [{"field": "*"}],
        "_source": False,
        "highlight": {"fields": {"*": {}}, "fragment_size": 2_147_483_647},
    }
    return Request(f"search “{about['title']}”", view["title"], body)


def _chart(board: Json, chart: Json, layer: Json, view: Json, span: tuple[str, str]) -> Request:
    columns = {id: layer["columns"][id] for id in layer["columnOrder"]}
    inner: Json = {}
    for id, column in reversed(columns.items()):
        made = _OF_COLUMN[column["operationType"]](column, layer["columns"])
        if made is None:
            continue
        if column["isBucketed"]:
            made = {**made, "aggs": inner} if inner else made
            inner = {id: made}
        else:
            inner = {**inner, id: made}
    query = _within(view, span, chart["state"]["query"]["query"])
    body = {"query": query, "size": 0, "aggs": inner, "track_total_hits": True}
    buckets = tuple(id for id, column in columns.items() if column["isBucketed"])
    return Request(f"“{board['attributes']['title']}” chart “{chart['title']}”", view["title"], body, buckets)


def _control(board: Json, asked: Json, views: dict[str, Json], span: tuple[str, str]) -> Request:
    view = views[asked["dataViewId"]]
    terms = {"field": asked["fieldName"], "size": 10, "order": {asked["sort"]["by"]: asked["sort"]["direction"]}}
    aggs = {"suggestions": {"terms": terms}, "unique": {"cardinality": {"field": asked["fieldName"]}}}
    body = {"query": _within(view, span), "size": 0, "aggs": aggs, "track_total_hits": True}
    what = f"“{board['attributes']['title']}” control “{asked['title']}”"
    return Request(what, view["title"], body, ("suggestions",))


def _terms(column: Json, columns: Json) -> Json:
    by = column["params"]["orderBy"]["columnId"]
    plain = columns[by]["operationType"] == "count" and "filter" not in columns[by]
    order = {"_count" if plain else by: column["params"]["orderDirection"]}
    return {"terms": {"field": column["sourceField"], "size": column["params"]["size"], "order": order}}


def _histogram(column: Json, _: Json) -> Json:
    interval = column["params"]["interval"]
    return {"date_histogram": {"field": column["sourceField"], "calendar_interval": interval, "time_zone": ZONE}}


def _filters(column: Json, _: Json) -> Json:
    return {"filters": {"filters": {f["label"]: lucene(f["input"]["query"]) for f in column["params"]["filters"]}}}


def _count(column: Json, _: Json) -> Json | None:
    """A plain count is what every bucket has."""
    return {"filter": lucene(column["filter"]["query"])} if "filter" in column else None


def _unique(column: Json, _: Json) -> Json:
    return {"cardinality": {"field": column["sourceField"]}}


_OF_COLUMN: Mapping[str, Callable[[Json, Json], Json | None]] = {
    "terms": _terms,
    "date_histogram": _histogram,
    "filters": _filters,
    "count": _count,
    "unique_count": _unique,
}


def complaints(request: Request, answer: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with Elasticsearch's answer: failed shards, nothing found, an empty chart."""
    if answer["_shards"]["failed"]:
        yield f"{request.what}: {answer['_shards']['failed']} shards failed"
    if request.some and not answer["hits"]["total"]["value"]:
        yield f"{request.what}: nothing found"
    inside: Mapping[str, Any] = answer.get("aggregations", {})
    for id in request.buckets:
        buckets = inside.get(id, {}).get("buckets", [])
        every = list(buckets.values()) if isinstance(buckets, dict) else buckets
        if not every or not any(bucket["doc_count"] for bucket in every):
            yield f"{request.what}: column {id} is empty"
            return
        inside = max(every, key=lambda bucket: bucket["doc_count"])
