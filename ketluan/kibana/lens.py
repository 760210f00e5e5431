"""How does Kibana's Lens keep a chart?

A layer is a table of columns: what to group by (terms, time, queries) and what to count. Each kind of chart names the
columns that it draws. Shapes as Kibana 8.19 exports them; only operations that one search request answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

RECORDS = "___records___"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a layer and its id, short and stable."""

    id: str
    body: Mapping[str, Any]

    @property
    def bucketed(self) -> bool:
        """Is it grouped by?"""
        return bool(self.body["isBucketed"])


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: its title, kind, columns in order, and how it draws them. `filter` is a Lucene query."""

    title: str
    kind: str  # one of KINDS
    columns: tuple[Column, ...]
    drawn: Mapping[str, Any]
    filter: str = ""


KINDS = ("lnsMetric", "lnsXY", "lnsPie", "lnsHeatmap", "lnsDatatable")


def lucene(query: str) -> Json:
    """A query as Kibana keeps it. Lucene, never KQL: what is shown here can be asked of Elasticsearch as it stands."""
    return {"language": "lucene", "query": query}


def count(label: str, query: str = "", *, id: str = "n") -> Column:
    """How many documents; of those that `query` finds, where there is one."""
    body = _column(label, "number", "count", RECORDS, {"emptyAsNull": not query}, bucketed=False, scale="ratio")
    return Column(id, {**body, "filter": lucene(query)} if query else body)


def unique(label: str, field: str, *, id: str = "u") -> Column:
    """How many values of `field` there are."""
    return Column(
        id, _column(label, "number", "unique_count", field, {"emptyAsNull": True}, bucketed=False, scale="ratio")
    )


def terms(label: str, field: str, size: int, *, by: str = "n", id: str = "t", other: bool = False) -> Column:
    """Groups by value, the `size` with the most of column `by`."""
    params = {
        "exclude": [],
        "excludeIsRegex": False,
        "include": [],
        "includeIsRegex": False,
        "missingBucket": False,
        "orderBy": {"columnId": by, "type": "column"},
        "orderDirection": "desc",
        "otherBucket": other,
        "parentFormat": {"id": "terms"},
        "size": size,
    }
    return Column(id, _column(label, "string", "terms", field, params, bucketed=True, scale="ordinal"))


def months(label: str, field: str, interval: str = "1M", *, id: str = "m") -> Column:
    """Groups by time: `1M` months, `1q` quarters."""
    params = {"dropPartials": False, "includeEmptyRows": False, "interval": interval}
    return Column(id, _column(label, "date", "date_histogram", field, params, bucketed=True, scale="interval"))


def queries(label: str, groups: Sequence[tuple[str, str]], *, id: str = "q") -> Column:
    """Groups by query: (name, Lucene query) each."""
    params = {"filters": [{"input": lucene(query), "label": name} for name, query in groups]}
    body = _column(label, "string", "filters", "", params, bucketed=True, scale="ordinal")
    return Column(id, {name: value for name, value in body.items() if name != "sourceField"})


def metric(title: str, column: Column, filter: str = "") -> Chart:
    """One number."""
    return Chart(title, "lnsMetric", (column,), {"metricAccessor": column.id}, filter)


def bars(title: str, x: Column, y: Column, split: Column | None = None, *, lying: bool = False) -> Chart:
    """Bars of `y` over `x`, stacked by `split`."""
    series = "bar_horizontal_stacked" if lying and split else "bar_horizontal" if lying else "bar_stacked"
    drawn: Json = {"accessors": [y.id], "seriesType": series, "xAccessor": x.id}
    if split:
        drawn["splitAccessor"] = split.id
    return Chart(title, "lnsXY", (x, *((split,) if split else ()), y), drawn)


def donut(title: str, group: Column, value: Column) -> Chart:
    """Shares of a whole: only for fields of one value a document."""
    return Chart(title, "lnsPie", (group, value), {"group": group.id, "value": value.id})


def heat(title: str, x: Column, y: Column, value: Column) -> Chart:
    """A grid of `x` and `y`, coloured by `value`."""
    return Chart(title, "lnsHeatmap", (x, y, value), {"x": x.id, "y": y.id, "value": value.id})


def table(title: str, *columns: Column, sort: str = "n") -> Chart:
    """Rows, those with the most of column `sort` first."""
    return Chart(title, "lnsDatatable", columns, {"sort": sort})


def attributes(chart: Chart, view: str, layer: str) -> Json:
    """The chart as Lens keeps it, over the data view `view`; `layer` is the id of its one layer."""
    columns = {column.id: dict(column.body) for column in chart.columns}
    order = [c.id for c in chart.columns if c.bucketed] + [c.id for c in chart.columns if not c.bucketed]
    formed = {
        "columnOrder": order,
        "columns": columns,
        "ignoreGlobalFilters": False,
        "incompleteColumns": {},
        "sampling": 1,
    }
    return {
        "description": "",
        "references": [{"id": view, "name": f"indexpattern-datasource-layer-{layer}", "type": "index-pattern"}],
        "state": {
            "adHocDataViews": {},
            "datasourceStates": {
                "formBased": {"layers": {layer: formed}},
                "indexpattern": {"layers": {}},
                "textBased": {"layers": {}},
            },
            "filters": [],
            "internalReferences": [],
            "query": lucene(chart.filter),
            "visualization": _DRAWN[chart.kind](chart, layer),
        },
        "title": chart.title,
        "type": "lens",
        "visualizationType": chart.kind,
    }


def _column(
    label: str, data: str, operation: str, field: str, params: Mapping[str, Any], *, bucketed: bool, scale: str
) -> Json:
    return {
        "customLabel": True,
        "dataType": data,
        "isBucketed": bucketed,
        "label": label,
        "operationType": operation,
        "params": dict(params),
        "scale": scale,
        "sourceField": field,
    }


def _metric(chart: Chart, layer: str) -> Json:
    return {"layerId": layer, "layerType": "data", **chart.drawn}


def _xy(chart: Chart, layer: str) -> Json:
    drawn = {"layerId": layer, "layerType": "data", "position": "top", "showGridlines": False, **chart.drawn}
    return {
        "layers": [drawn],
        "legend": {"isVisible": True, "position": "right"},
        "preferredSeriesType": chart.drawn["seriesType"],
        "valueLabels": "hide",
    }


def _pie(chart: Chart, layer: str) -> Json:
    drawn = {
        "categoryDisplay": "default",
        "layerId": layer,
        "layerType": "data",
        "legendDisplay": "show",
        "metrics": [chart.drawn["value"]],
        "nestedLegend": False,
        "numberDisplay": "percent",
        "primaryGroups": [chart.drawn["group"]],
    }
    return {"layers": [drawn], "shape": "donut"}


def _heatmap(chart: Chart, layer: str) -> Json:
    return {
        "gridConfig": {
            "isCellLabelVisible": True,
            "isXAxisLabelVisible": True,
            "isXAxisTitleVisible": False,
            "isYAxisLabelVisible": True,
            "isYAxisTitleVisible": False,
            "type": "heatmap_grid",
        },
        "layerId": layer,
        "layerType": "data",
        "legend": {"isVisible": True, "position": "right", "type": "heatmap_legend"},
        "shape": "heatmap",
        "valueAccessor": chart.drawn["value"],
        "xAccessor": chart.drawn["x"],
        "yAccessor": chart.drawn["y"],
    }


def _datatable(chart: Chart, layer: str) -> Json:
    return {
        "columns": [{"columnId": c.id, "isMetric": not c.bucketed, "isTransposed": False} for c in chart.columns],
        "layerId": layer,
        "layerType": "data",
        "sorting": {"columnId": chart.drawn["sort"], "direction": "desc"},
    }


_DRAWN = {"lnsMetric": _metric, "lnsXY": _xy, "lnsPie": _pie, "lnsHeatmap": _heatmap, "lnsDatatable": _datatable}
