"""Would Kibana 8.19 take these objects, as far as that can be said without Kibana?

Shapes (`shapes.py`), versions that this Kibana knows, references (each named as Kibana looks for it, each leading to
an object of the file, none left over), panels on the grid that do not lie on one another, columns that a chart draws.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any

from ketluan.kibana import shapes

Json = dict[str, Any]

#: Type → the highest version that Kibana 8.19 knows; it refuses newer ones.
CEILING = {
    "tag": (8, 0, 0),
    "index-pattern": (8, 0, 0),
    "search": (10, 5, 0),
    "links": (10, 1, 0),
    "dashboard": (10, 3, 0),
}
GRID = 48


def faults(objects: Sequence[Json]) -> list[str]:
    """What is wrong, as `type/id: …`; empty where nothing is."""
    known = Counter((made.get("type"), made.get("id")) for made in objects)
    found = [f"{type_}/{id}: given twice" for (type_, id), times in known.items() if times > 1]
    for made in objects:
        here = f"{made.get('type')}/{made.get('id')}"
        shaped = list(shapes.faults(made, shapes.ENVELOPE)) or list(
            shapes.faults(made["attributes"], shapes.ATTRIBUTES[made["type"]])
        )
        told = shaped or [fault for rule in _RULES for fault in rule(made)]
        found += [f"{here}: {fault}" for fault in told]
        found += [
            f"{here}: leads to {r['type']}/{r['id']}, which is not there"
            for r in made.get("references", [])
            if (r["type"], r["id"]) not in known
        ]
    return found


def layers(made: Json) -> Iterator[tuple[Json, str, str, Json]]:
    """Of a dashboard: each chart's attributes, panel id, layer id and layer."""
    for panel in json.loads(made["attributes"]["panelsJSON"]) if made["type"] == "dashboard" else ():
        if panel["type"] == "lens":
            chart = panel["embeddableConfig"]["attributes"]
            for id, layer in chart["state"]["datasourceStates"]["formBased"]["layers"].items():
                yield chart, panel["panelIndex"], id, layer


def drawn(chart: Json) -> set[str]:
    """Ids of the columns that a chart draws."""
    shown = {name: value for name, value in chart["state"]["visualization"].items() if name != "sorting"}
    return set(_strings(shown, _DRAWING))


def controls(made: Json) -> Json:
    """Control id → control of a dashboard."""
    group = made["attributes"]["controlGroupInput"] if made["type"] == "dashboard" else {"panelsJSON": "{}"}
    found: Json = json.loads(group["panelsJSON"])
    return found


def _version(made: Json) -> Iterator[str]:
    version = tuple(map(int, made["typeMigrationVersion"].split(".")))
    if version > CEILING[made["type"]]:
        yield f"version {made['typeMigrationVersion']} is newer than Kibana 8.19 knows"


def _references(made: Json) -> Iterator[str]:
    given = [(r["name"], r["type"]) for r in made["references"]]
    wanted = list(_wanted(made))
    yield from (f"reference {name} ({type_}) is missing" for name, type_ in wanted if (name, type_) not in given)
    extra = [pair for pair in given if pair not in wanted and not (pair[1] == "tag" and pair[0].startswith("tag-ref-"))]
    yield from (f"reference {name} ({type_}) is of no use" for name, type_ in extra)
    if len(given) != len(set(given)):
        yield "a reference is given twice"


def _wanted(made: Json) -> Iterator[tuple[str, str]]:
    """The references that Kibana looks for: name, type."""
    if made["type"] == "search":
        yield "kibanaSavedObjectMeta.searchSourceJSON.index", "index-pattern"
    for link in made["attributes"]["links"] if made["type"] == "links" else ():
        if link["type"] == "dashboardLink":
            yield f"link_{link['id']}_dashboard", "dashboard"
    for panel in json.loads(made["attributes"]["panelsJSON"]) if made["type"] == "dashboard" else ():
        if "panelRefName" in panel:
            yield f"{panel['panelIndex']}:{panel['panelRefName']}", panel["type"]
    for _, panel_id, layer_id, _ in layers(made):
        yield f"{panel_id}:indexpattern-datasource-layer-{layer_id}", "index-pattern"
    for id, control in controls(made).items():
        if control["type"] == "optionsListControl":
            yield f"controlGroup_{id}:optionsListDataView", "index-pattern"


def _panels(made: Json) -> Iterator[str]:
    panels = json.loads(made["attributes"]["panelsJSON"]) if made["type"] == "dashboard" else []
    grids = [panel["gridData"] for panel in panels]
    for panel in panels:
        grid = panel["gridData"]
        if grid["i"] != panel["panelIndex"]:
            yield f"panel {panel['panelIndex']}: its place is another's"
        if panel.get("panelRefName", f"panel_{grid['i']}") != f"panel_{panel['panelIndex']}":
            yield f"panel {panel['panelIndex']}: its reference is another's"
        if grid["x"] < 0 or grid["y"] < 0 or min(grid["w"], grid["h"]) < 1 or grid["x"] + grid["w"] > GRID:
            yield f"panel {panel['panelIndex']}: not on the grid"
    yield from (f"panels {a['i']} and {b['i']} lie on one another" for a, b in combinations(grids, 2) if _meet(a, b))


def _meet(a: Json, b: Json) -> bool:
    beside = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
    return not (beside or a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"])


def _charts(made: Json) -> Iterator[str]:
    for chart, _, layer_id, layer in layers(made):
        where = f"chart “{chart['title']}”"
        columns = layer["columns"]
        if sorted(layer["columnOrder"]) != sorted(columns):
            yield f"{where}: columnOrder is not its columns"
        if drawn(chart) != set(columns):
            yield f"{where}: draws {sorted(drawn(chart))}, has {sorted(columns)}"
        if set(_strings(chart["state"]["visualization"], {"layerId"})) != {layer_id}:
            yield f"{where}: draws another layer"
        names = [r["name"] for r in chart["references"]]
        if names != [f"indexpattern-datasource-layer-{layer_id}"]:
            yield f"{where}: its references are {names}"
        for id, column in columns.items():
            ordered = column["params"].get("orderBy", {}).get("columnId", id)
            if ordered not in columns:
                yield f"{where}: column {id} is ordered by {ordered}, which is not there"


def _controls(made: Json) -> Iterator[str]:
    for id, control in controls(made).items():
        asked = control["explicitInput"]
        if asked["id"] != id:
            yield f"control {id}: calls itself {asked['id']}"
        ends = [value for name, value in asked.items() if name.startswith("timeslice")]
        if any(not 0 <= end <= 1 for end in ends):
            yield f"control {id}: ends of a time slider are parts of 1"
        bound = [r["id"] for r in made["references"] if r["name"].startswith(f"controlGroup_{id}:")]
        if any(view != asked.get("dataViewId") for view in bound):
            yield f"control {id}: its data view and its reference disagree"


_RULES: tuple[Callable[[Json], Iterator[str]], ...] = (_version, _references, _panels, _charts, _controls)
_DRAWING = {
    "accessors", "xAccessor", "yAccessor", "splitAccessor", "valueAccessor", "metricAccessor", "metrics",
    "primaryGroups", "columnId",
}  # fmt: skip


def _strings(value: Any, keys: set[str]) -> Iterator[str]:
    """All strings that stand under one of `keys`, however deep."""
    for name, inner in value.items() if isinstance(value, dict) else ():
        if name in keys:
            yield from [inner] if isinstance(inner, str) else inner
        elif isinstance(inner, dict | list):
            yield from _strings(inner, keys)
    for inner in value if isinstance(value, list) else ():
        yield from _strings(inner, keys)
