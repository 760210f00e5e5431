"""Which shape has each thing that Kibana keeps? What a shape does not name is refused.

Kibana's own schemas are stricter for some types and laxer for others; taking all as closed means that a stray
attribute neither fails an import nor vanishes in silence.

    str, int, bool   of that type            {"a": …}     these keys, all of them, and no other
    [shape]          a list of such          Also(…)      one of several, the first that fits
    Re(pattern)      a string like this      Text(shape)  a string that holds JSON of that shape
    Is(values…)      one of these values     Map(shape)   any keys, such values
    "key?" as a key may be missing
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Re:
    """A string that matches the whole pattern."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Text:
    """A string that holds JSON."""

    shape: Any


@dataclass(frozen=True, slots=True)
class Map:
    """An object with any keys."""

    shape: Any


class Is(tuple[Any, ...]):
    """One of these values."""


class Also(tuple[Any, ...]):
    """One of these shapes."""


def faults(value: Any, shape: Any, at: str = "") -> Iterator[str]:
    """Where `value` is not of `shape`, as `place: what is wrong`."""
    if isinstance(shape, type):
        if type(value) is not shape:
            yield f"{at}: not {shape.__name__}"
    else:
        yield from _HOW[type(shape)](value, shape, at)


def _object(value: Any, shape: dict[str, Any], at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{at}: not an object"
        return
    known = {name.rstrip("?"): (inner, name.endswith("?")) for name, inner in shape.items()}
    yield from (f"{at}.{name}: unknown" for name in value if name not in known)
    for name, (inner, optional) in known.items():
        if name in value:
            yield from faults(value[name], inner, f"{at}.{name}")
        elif not optional:
            yield f"{at}.{name}: missing"


def _list(value: Any, shape: list[Any], at: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{at}: not a list"
        return
    for number, item in enumerate(value):
        yield from faults(item, shape[0], f"{at}[{number}]")


def _re(value: Any, shape: Re, at: str) -> Iterator[str]:
    if not isinstance(value, str) or not re.fullmatch(shape.pattern, value):
        yield f"{at}: {value!r} is not like {shape.pattern}"


def _is(value: Any, shape: Is, at: str) -> Iterator[str]:
    if value not in shape:
        yield f"{at}: {value!r} is not one of {tuple(shape)}"


def _also(value: Any, shape: Also, at: str) -> Iterator[str]:
    tried = [list(faults(value, inner, at)) for inner in shape]
    yield from min(tried, key=len)


def _text(value: Any, shape: Text, at: str) -> Iterator[str]:
    try:
        held = json.loads(value)
    except (TypeError, ValueError):
        yield f"{at}: no JSON in a string"
        return
    yield from faults(held, shape.shape, at)


def _map(value: Any, shape: Map, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{at}: not an object"
        return
    for name, inner in value.items():
        yield from faults(inner, shape.shape, f"{at}.{name}")


_HOW: dict[type, Callable[[Any, Any, str], Iterator[str]]] = {
    dict: _object, list: _list, Re: _re, Is: _is, Also: _also, Text: _text, Map: _map
}  # fmt: skip

_LUCENE = {"language": Is(("lucene",)), "query": str}
_SOURCE = Text({"filter": [{}], "query": _LUCENE})
_REFERENCE = {"id": str, "name": str, "type": str}

_FORMAT = Also(
    (
        {
            "id": Is(("url",)),
            "params": {
                "labelTemplate": str,
                "openLinkInCurrentTab": bool,
                "type": Is(("a",)),
                "urlTemplate": Re(r"https?://[^ ?]*(\{\{rawValue\}\}|\?[a-z]+=\{\{value\}\})"),
            },
        },
        {"id": Is(("date",)), "params": {"pattern": Re(r"[DMY/]+")}},
        {"id": Is(("static_lookup",)), "params": {"lookupEntries": [{"key": str, "value": str}]}},
    )
)

_COLUMN: dict[str, Any] = {"customLabel": Is((True,)), "label": Re(".+"), "isBucketed": bool}
_COUNTED = {**_COLUMN, "dataType": Is(("number",)), "scale": Is(("ratio",)), "params": {"emptyAsNull": bool}}
_COLUMNS = Also(
    (
        {**_COUNTED, "operationType": Is(("count",)), "sourceField": Is(("___records___",)), "filter?": _LUCENE},
        {**_COUNTED, "operationType": Is(("unique_count",)), "sourceField": str},
        {
            **_COLUMN,
            "dataType": Is(("string",)),
            "operationType": Is(("terms",)),
            "scale": Is(("ordinal",)),
            "sourceField": str,
            "params": {
                "exclude": [str],
                "excludeIsRegex": bool,
                "include": [str],
                "includeIsRegex": bool,
                "missingBucket": bool,
                "orderBy": {"columnId": str, "type": Is(("column",))},
                "orderDirection": Is(("asc", "desc")),
                "otherBucket": bool,
                "parentFormat": {"id": Is(("terms",))},
                "size": int,
            },
        },
        {
            **_COLUMN,
            "dataType": Is(("date",)),
            "operationType": Is(("date_histogram",)),
            "scale": Is(("interval",)),
            "sourceField": str,
            "params": {"dropPartials": bool, "includeEmptyRows": bool, "interval": Is(("1M", "1q", "1y"))},
        },
        {
            **_COLUMN,
            "dataType": Is(("string",)),
            "operationType": Is(("filters",)),
            "scale": Is(("ordinal",)),
            "params": {"filters": [{"input": _LUCENE, "label": str}]},
        },
    )
)
_LAYER = {
    "columnOrder": [str],
    "columns": Map(_COLUMNS),
    "ignoreGlobalFilters": bool,
    "incompleteColumns": {},
    "sampling": int,
}
_DATA = {"layerId": str, "layerType": Is(("data",))}
_XY = {
    **_DATA,
    "accessors": [str],
    "position": Is(("top",)),
    "seriesType": Is(("bar", "bar_stacked", "bar_horizontal", "bar_horizontal_stacked", "line", "area")),
    "showGridlines": bool,
    "splitAccessor?": str,
    "xAccessor": str,
}
_PIE = {
    **_DATA,
    "categoryDisplay": Is(("default",)),
    "legendDisplay": Is(("show",)),
    "metrics": [str],
    "nestedLegend": bool,
    "numberDisplay": Is(("percent", "value")),
    "primaryGroups": [str],
}
_GRID = {f"is{what}Visible": bool for what in ("CellLabel", "XAxisLabel", "XAxisTitle", "YAxisLabel", "YAxisTitle")}
DRAWN: dict[str, Any] = {
    "lnsMetric": {**_DATA, "metricAccessor": str},
    "lnsXY": {
        "layers": [_XY],
        "legend": {"isVisible": bool, "position": Is(("right",))},
        "preferredSeriesType": str,
        "valueLabels": Is(("hide",)),
    },
    "lnsPie": {"layers": [_PIE], "shape": Is(("donut", "pie"))},
    "lnsHeatmap": {
        **_DATA,
        "gridConfig": {**_GRID, "type": Is(("heatmap_grid",))},
        "legend": {"isVisible": bool, "position": Is(("right",)), "type": Is(("heatmap_legend",))},
        "shape": Is(("heatmap",)),
        "valueAccessor": str,
        "xAccessor": str,
        "yAccessor": str,
    },
    "lnsDatatable": {
        **_DATA,
        "columns": [{"columnId": str, "isMetric": bool, "isTransposed": bool}],
        "sorting": {"columnId": str, "direction": Is(("asc", "desc"))},
    },
}
_LENS = Also(
    tuple(
        {
            "description": str,
            "references": [_REFERENCE],
            "state": {
                "adHocDataViews": {},
                "datasourceStates": {
                    "formBased": {"layers": Map(_LAYER)},
                    "indexpattern": {"layers": {}},
                    "textBased": {"layers": {}},
                },
                "filters": [{}],
                "internalReferences": [_REFERENCE],
                "query": _LUCENE,
                "visualization": drawn,
            },
            "title": Re(".+"),
            "type": Is(("lens",)),
            "visualizationType": Is((kind,)),
        }
        for kind, drawn in DRAWN.items()
    )
)
_MARKDOWN = {
    "data": {"aggs": [{}], "searchSource": {"filter": [{}], "query": _LUCENE}},
    "description": str,
    "id": str,
    "params": {"fontSize": int, "markdown": str, "openLinksInNewTab": bool},
    "title": str,
    "type": Is(("markdown",)),
    "uiState": {},
}
_PLACED = {"gridData": {"h": int, "i": str, "w": int, "x": int, "y": int}, "panelIndex": str}
_PANEL = Also(
    (
        {**_PLACED, "type": Is(("links", "search")), "embeddableConfig": {"enhancements": {}}, "panelRefName": str},
        {
            **_PLACED,
            "type": Is(("visualization",)),
            "embeddableConfig": {"enhancements": {}, "savedVis": _MARKDOWN},
        },
        {
            **_PLACED,
            "type": Is(("lens",)),
            "embeddableConfig": {"enhancements": {}, "attributes": _LENS, "title": Re(".+")},
        },
    )
)
_CONTROL: dict[str, Any] = {"grow": bool, "order": int, "width": Is(("small", "medium", "large"))}
_CONTROLS = Also(
    (
        {
            **_CONTROL,
            "type": Is(("optionsListControl",)),
            "explicitInput": {
                "dataViewId": str,
                "fieldName": str,
                "id": str,
                "runPastTimeout": bool,
                "searchTechnique": Is(("prefix", "wildcard", "exact")),
                "selectedOptions": [str],
                "singleSelect": bool,
                "sort": {"by": Is(("_count", "_key")), "direction": Is(("asc", "desc"))},
                "title": str,
            },
        },
        {
            **_CONTROL,
            "type": Is(("timeSlider",)),
            "explicitInput": {
                "id": str,
                "timesliceEndAsPercentageOfTimeRange": float,
                "timesliceStartAsPercentageOfTimeRange": float,
            },
        },
    )
)

#: Type → shape of its attributes.
ATTRIBUTES: dict[str, Any] = {
    "tag": {"color": Re("#[0-9A-F]{6}"), "description": str, "name": Re(".+")},
    "index-pattern": {
        "allowHidden": bool,
        "fieldAttrs": Text(Map({"customLabel": Re(".+")})),
        "fieldFormatMap": Text(Map(_FORMAT)),
        "fields": Is(("[]",)),
        "name": Re(".+"),
        "runtimeFieldMap": Is(("{}",)),
        "sourceFilters": Text([{"value": str}]),
        "timeFieldName": str,
        "title": Re("[a-z0-9][a-z0-9-]*"),
        "typeMeta": Is(("{}",)),
    },
    "search": {
        "columns": [str],
        "description": str,
        "grid": {"columns": Map({"width": int})},
        "hideChart": bool,
        "isTextBasedQuery": Is((False,)),
        "kibanaSavedObjectMeta": {
            "searchSourceJSON": Text(
                {
                    "filter": [{}],
                    "highlightAll": bool,
                    "indexRefName": Is(("kibanaSavedObjectMeta.searchSourceJSON.index",)),
                    "query": _LUCENE,
                    "version": bool,
                }
            )
        },
        "rowHeight": int,
        "sampleSize": int,
        "sort": [[str]],
        "timeRange": {"from": str, "to": str},
        "timeRestore": Is((True,)),
        "title": Re(".+"),
    },
    "links": {
        "description": str,
        "layout": Is(("horizontal", "vertical")),
        "links": [
            Also(
                (
                    {
                        "destinationRefName": Re("link_.+_dashboard"),
                        "id": str,
                        "label": Re(".+"),
                        "options": {"openInNewTab": bool, "useCurrentDateRange": bool, "useCurrentFilters": bool},
                        "order": int,
                        "type": Is(("dashboardLink",)),
                    },
                    {
                        "destination": Re("https?://.+"),
                        "id": str,
                        "label": Re(".+"),
                        "options": {"encodeUrl": bool, "openInNewTab": bool},
                        "order": int,
                        "type": Is(("externalLink",)),
                    },
                )
            )
        ],
        "title": Re(".+"),
    },
    "dashboard": {
        "controlGroupInput": {
            "chainingSystem": Is(("HIERARCHICAL", "NONE")),
            "controlStyle": Is(("oneLine", "twoLine")),
            "ignoreParentSettingsJSON": Text(
                {f"ignore{what}": bool for what in ("Filters", "Query", "Timerange", "Validations")}
            ),
            "panelsJSON": Text(Map(_CONTROLS)),
            "showApplySelections": bool,
        },
        "description": str,
        "kibanaSavedObjectMeta": {"searchSourceJSON": _SOURCE},
        "optionsJSON": Text(
            dict.fromkeys(("hidePanelTitles", "syncColors", "syncCursor", "syncTooltips", "useMargins"), bool)
        ),
        "panelsJSON": Text([_PANEL]),
        "refreshInterval": {"pause": bool, "value": int},
        "timeFrom": Re(".+"),
        "timeRestore": Is((True,)),
        "timeTo": Re(".+"),
        "title": Re(".+"),
        "version": int,
    },
}

ENVELOPE: dict[str, Any] = {
    "attributes": Map(Also((str, int, bool, list, dict))),
    "coreMigrationVersion": Is(("8.8.0",)),
    "id": Re("[a-z0-9-]+"),
    "managed": bool,
    "references": [_REFERENCE],
    "type": Is(tuple(ATTRIBUTES)),
    "typeMigrationVersion": Re(r"\d+\.\d+\.\d+"),
}
