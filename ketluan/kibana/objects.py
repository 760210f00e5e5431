"""All that Kibana shows of the archive, as saved objects, the same bytes each time.

    python -m ketluan.kibana.objects        # writes index_mappings/kibana/ketluan.ndjson anew

Versions are the lowest that have the shape used: Kibana takes up older objects and refuses newer ones. Ids are
readable; ids within an object are made from their place (UUID version 5, RFC 9562).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ketluan.index.base import DocType
from ketluan.index.records import FIELDS
from ketluan.kibana import lens, names
from ketluan.kibana.boards import BOARDS, SEARCHES, VIEWS, Board, Panel, Search, View

Json = dict[str, Any]

FILE = Path(__file__).parents[2] / "index_mappings" / "kibana" / "ketluan.ndjson"
PREFIX = "ketluan"
PAGE = "http://127.0.0.1:8765"
CORE = "8.8.0"
#: Type → version of its shape.
VERSIONS: Mapping[str, str] = {
    "tag": "8.0.0",
    "index-pattern": "8.0.0",
    "search": "10.2.0",
    "links": "10.1.0",
    "dashboard": "10.2.0",
}
TAG = "ketluan-tag"
LINKS = "ketluan-links"

_NAMESPACE = uuid.UUID("5b7c9d0e-3f1a-5c42-9f0d-6a1b2c3d4e5f")
_DAYS = ("due", "from", "held_on.date", "issued.date")
_WIDE = {"text": 560, "title": 420, "notice": 110, "id": 150, "conclusion": 150}


def build(prefix: str = PREFIX, page: str = PAGE) -> list[Json]:
    """All objects, those that others refer to first. `prefix` begins the aliases, `page` is our web page's address."""
    return [
        _object("tag", TAG, {"name": "Lưu trữ kết luận", "description": "Do chương trình tạo", "color": "#0B64DD"}, []),
        *(_view(view, prefix, page) for view in VIEWS),
        *(_search(search) for search in SEARCHES),
        _links(page),
        *(_board(board) for board in BOARDS),
    ]


def ndjson(objects: list[Json]) -> str:
    """The objects as Kibana imports them: one a line."""
    return "".join(_text(made) + "\n" for made in objects)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _id(*place: object) -> str:
    return str(uuid.uuid5(_NAMESPACE, "/".join(map(str, place))))


def _object(type_: str, id: str, attributes: Json, references: list[Json]) -> Json:
    tagged = [] if type_ in ("tag", "index-pattern") else [_reference(f"tag-ref-{TAG}", "tag", TAG)]
    return {
        "attributes": attributes,
        "coreMigrationVersion": CORE,
        "id": id,
        "managed": True,
        "references": sorted([*references, *tagged], key=lambda r: str(r["name"])),
        "type": type_,
        "typeMigrationVersion": VERSIONS[type_],
    }


def _reference(name: str, type_: str, id: str) -> Json:
    return {"id": id, "name": name, "type": type_}


# -- data views


def _view(view: View, prefix: str, page: str) -> Json:
    shown = _fields(view)
    formats = {name: _format(name, view.alias, page) for name in shown}
    attributes = {
        "allowHidden": False,
        "fieldAttrs": _text({name: {"customLabel": names.FIELDS[name]} for name in shown}),
        "fieldFormatMap": _text({name: made for name, made in formats.items() if made}),
        "fields": "[]",
        "name": view.name,
        "runtimeFieldMap": "{}",
        "sourceFilters": _text([{"value": name} for name in ("*_folded", "headings*", "month_number", "fingerprint")]),
        "timeFieldName": view.time,
        "title": f"{prefix}-{view.alias}",
        "typeMeta": "{}",
    }
    return _object("index-pattern", view.id, attributes, [])


def _fields(view: View) -> list[str]:
    """The fields of the documents of a view that have a label, those of time in both forms."""
    kept = FIELDS[DocType(view.alias.removesuffix("s"))]
    return [name for name in names.FIELDS if name.removesuffix(".date") in kept]


#: Where the id of a conclusion stands, by what a view is of.
_CONCLUSION = {"conclusions": "id", "assignments": "conclusion"}


def _format(name: str, alias: str, page: str) -> Json | None:
    if name == "notice":
        return _link("Mở thông báo", page, "/notices/{{rawValue}}")  # not {{value}}: that one is encoded again
    if name == _CONCLUSION.get(alias):
        return _link("Theo dõi qua các tháng", page, "/trace?id={{value}}")  # encoded: `+` stands in some ids
    if name in _DAYS:
        return {"id": "date", "params": {"pattern": "DD/MM/YYYY"}}
    if name == "month.date":
        return {"id": "date", "params": {"pattern": "MM/YYYY"}}
    if named := names.values().get(name):
        entries = [{"key": key, "value": value} for key, value in named.items()]
        return {"id": "static_lookup", "params": {"lookupEntries": entries}}
    return None


def _link(label: str, page: str, path: str) -> Json:
    params = {
        "labelTemplate": label,
        "openLinkInCurrentTab": False,
        "type": "a",
        "urlTemplate": page.rstrip("/") + path,
    }
    return {"id": "url", "params": params}


# -- saved searches


def _search(search: Search) -> Json:
    source = {
        "filter": [],
        "highlightAll": True,
        "indexRefName": "kibanaSavedObjectMeta.searchSourceJSON.index",
        "query": lens.lucene(search.query),
        "version": True,
    }
    board = next(b for b in BOARDS if any(p.shows == search.id for p in b.panels) or b.view == search.view)
    attributes = {
        "columns": list(search.columns),
        "description": search.description,
        "grid": {"columns": {name: {"width": _WIDE[name]} for name in search.columns if name in _WIDE}},
        "hideChart": False,
        "isTextBasedQuery": False,
        "kibanaSavedObjectMeta": {"searchSourceJSON": _text(source)},
        "rowHeight": 5,
        "sampleSize": 500,
        "sort": [list(pair) for pair in search.sort],
        "timeRange": {"from": board.since, "to": board.until},
        "timeRestore": True,
        "title": search.title,
    }
    about = _reference("kibanaSavedObjectMeta.searchSourceJSON.index", "index-pattern", search.view)
    return _object("search", search.id, attributes, [about])


# -- the way from one dashboard to another


def _links(page: str) -> Json:
    links: list[Json] = []
    references: list[Json] = []
    for order, board in enumerate(BOARDS):
        id = _id(LINKS, board.id)
        name = f"link_{id}_dashboard"
        options = {"openInNewTab": False, "useCurrentDateRange": False, "useCurrentFilters": False}
        about = {"destinationRefName": name, "id": id, "label": board.title, "options": options}
        links.append({**about, "order": order, "type": "dashboardLink"})
        references.append(_reference(name, "dashboard", board.id))
    outside = {
        "destination": page.rstrip("/") + "/",
        "id": _id(LINKS, "page"),
        "label": "Trang tra cứu",
        "options": {"encodeUrl": False, "openInNewTab": True},
        "order": len(BOARDS),
        "type": "externalLink",
    }
    attributes = {"description": "", "layout": "horizontal", "links": [*links, outside], "title": "Đi đến"}
    return _object("links", LINKS, attributes, references)


# -- dashboards


def _board(board: Board) -> Json:
    made = [_navigation(board), _markdown(board), *(_panel(board, n, panel) for n, panel in enumerate(board.panels))]
    controls, bound = _controls(board)
    empty = {"filter": [], "query": lens.lucene("")}
    shown = {
        "hidePanelTitles": False,
        "syncColors": True,
        "syncCursor": True,
        "syncTooltips": False,
        "useMargins": True,
    }
    attributes = {
        "controlGroupInput": controls,
        "description": board.description,
        "kibanaSavedObjectMeta": {"searchSourceJSON": _text(empty)},
        "optionsJSON": _text(shown),
        "panelsJSON": _text([panel for panel, _ in made]),
        "refreshInterval": {"pause": True, "value": 60_000},
        "timeFrom": board.since,
        "timeRestore": True,
        "timeTo": board.until,
        "title": board.title,
        "version": 1,
    }
    return _object("dashboard", board.id, attributes, [*(r for _, refs in made for r in refs), *bound])


def _placed(id: str, type_: str, config: Json, x: int, y: int, w: int, h: int) -> Json:
    grid = {"h": h, "i": id, "w": w, "x": x, "y": y}
    return {"embeddableConfig": {"enhancements": {}, **config}, "gridData": grid, "panelIndex": id, "type": type_}


def _navigation(board: Board) -> tuple[Json, list[Json]]:
    id = _id(board.id, "links")
    panel = {**_placed(id, "links", {}, 0, 0, 48, 4), "panelRefName": f"panel_{id}"}
    return panel, [_reference(f"{id}:panel_{id}", "links", LINKS)]


def _markdown(board: Board) -> tuple[Json, list[Json]]:
    text = {
        "data": {"aggs": [], "searchSource": {"filter": [], "query": lens.lucene("")}},
        "description": "",
        "id": "",
        "params": {"fontSize": 12, "markdown": board.text, "openLinksInNewTab": False},
        "title": "",
        "type": "markdown",
        "uiState": {},
    }
    return _placed(_id(board.id, "text"), "visualization", {"savedVis": text}, 0, 4, 16, 8), []


def _panel(board: Board, number: int, panel: Panel) -> tuple[Json, list[Json]]:
    id = _id(board.id, number)
    place = (panel.x, panel.y, panel.w, panel.h)
    if isinstance(panel.shows, str):
        made = {**_placed(id, "search", {}, *place), "panelRefName": f"panel_{id}"}
        return made, [_reference(f"{id}:panel_{id}", "search", panel.shows)]
    inside = lens.attributes(panel.shows, panel.view, _id(board.id, number, "layer"))
    references = [{**r, "name": f"{id}:{r['name']}"} for r in inside["references"]]
    return _placed(id, "lens", {"attributes": inside, "title": panel.shows.title}, *place), references


def _controls(board: Board) -> tuple[Json, list[Json]]:
    panels: Json = {}
    references: list[Json] = []
    for order, (title, field) in enumerate(board.controls):
        id = _id(board.id, "control", field)
        asked = {
            "dataViewId": board.view,
            "fieldName": field,
            "id": id,
            "runPastTimeout": False,
            "searchTechnique": "wildcard",
            "selectedOptions": [],
            "singleSelect": False,
            "sort": {"by": "_count", "direction": "desc"},
            "title": title,
        }
        panels[id] = _control(asked, order, "optionsListControl", grow=False)
        references.append(_reference(f"controlGroup_{id}:optionsListDataView", "index-pattern", board.view))
    id = _id(board.id, "control", "time")
    slice_ = {"timesliceEndAsPercentageOfTimeRange": 1.0, "timesliceStartAsPercentageOfTimeRange": 0.0}  # of 0…1
    panels[id] = _control({"id": id, **slice_}, len(board.controls), "timeSlider", grow=True)
    ignored = dict.fromkeys(("ignoreFilters", "ignoreQuery", "ignoreTimerange", "ignoreValidations"), False)
    group = {
        "chainingSystem": "HIERARCHICAL",
        "controlStyle": "oneLine",
        "ignoreParentSettingsJSON": _text(ignored),
        "panelsJSON": _text(panels),
        "showApplySelections": False,
    }
    return group, references


def _control(asked: Json, order: int, type_: str, *, grow: bool) -> Json:
    return {"explicitInput": asked, "grow": grow, "order": order, "type": type_, "width": "medium"}


def write() -> None:
    """Write the file where the package keeps its data."""
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(ndjson(build()), encoding="utf-8")


if __name__ == "__main__":
    write()
