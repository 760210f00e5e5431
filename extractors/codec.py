"""The JSON form of the record: one way out, one way back.

`encode(value)` gives plain dicts, lists, strings, numbers, booleans and None; `decode(type, data)`
gives the dataclass back. Fields at their default (None, empty tuple, False) are written too,
so that every record shows every field. A trailing underscore of a field name is dropped.
`decode(T, encode(x)) == x` for every type of `extractors.model`.
"""

from __future__ import annotations

import types
import typing
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from extractors.model import SCHEMA_VERSION, Notice

T = TypeVar("T")


class SchemaError(ValueError):
    """The data do not have the form of the type asked for."""


def encode(value: Any) -> Any:
    """`value` (a model type, or a tuple, list, dict, str, number, date, None) as plain JSON data."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: encode(getattr(value, attr)) for attr, name in _names(type(value))}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [encode(v) for v in value]
    if isinstance(value, dict):
        return {k: encode(v) for k, v in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    return value


def decode(kind: type[T], data: Any) -> T:
    """The value of type `kind` that `encode` turned into `data`.

    Unknown keys are ignored (a newer program wrote them); a missing key takes the
    field's default. Raises `SchemaError` where a required field is missing or of another form.
    """
    try:
        return typing.cast(T, _decode(kind, data))
    except (TypeError, ValueError, KeyError, AttributeError) as exc:
        raise SchemaError(f"{kind.__name__}: {exc}") from exc


def encode_notice(notice: Notice) -> dict[str, Any]:
    """The notice as JSON data with its `schema_version` first."""
    return {"schema_version": SCHEMA_VERSION, **encode(notice)}


def decode_notice(data: dict[str, Any]) -> Notice:
    """The notice that `encode_notice` wrote, of this or an older schema version.

    Raises `SchemaError` where the version is newer than this program knows.
    """
    version = data.get("schema_version")
    if not isinstance(version, int) or version > SCHEMA_VERSION:
        raise SchemaError(f"schema_version {version!r}; this program reads up to {SCHEMA_VERSION}")
    return decode(Notice, data)


@cache
def _names(kind: type) -> tuple[tuple[str, str], ...]:
    return tuple((f.name, f.name.rstrip("_")) for f in fields(kind))


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _decode(kind: Any, data: Any) -> Any:
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        if data is None:
            return None
        (inner,) = (a for a in typing.get_args(kind) if a is not type(None))
        return _decode(inner, data)
    if origin is tuple:
        args = typing.get_args(kind)
        if len(args) == 2 and args[1] is Ellipsis:
            return tuple(_decode(args[0], item) for item in data)
        return tuple(_decode(a, item) for a, item in zip(args, data, strict=True))
    if is_dataclass(kind):
        hints = _hints(typing.cast(type, kind))
        given = {a: _decode(hints[a], data[n]) for a, n in _names(typing.cast(type, kind)) if n in data}
        return typing.cast(Any, kind)(**given)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(data)
    if kind is date:
        return date.fromisoformat(data)
    if isinstance(kind, type) and not isinstance(data, kind):
        raise TypeError(f"expected {kind.__name__}, found {data!r}")
    return data
