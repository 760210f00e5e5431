"""The JSON form of the record: one way out, one way back.

`encode(value)` gives plain dicts, lists, strings, numbers, booleans and None; `decode(type, data)`
gives the dataclass back. Fields at their default (None, empty tuple, False) are written too,
so that every record shows every field. A trailing underscore of a field name is dropped; a set is a sorted list.
`decode(T, encode(x)) == x` for every type of `extractors.model`.

Every file goes through here several times, so what a type needs is found out once and kept as a function.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from extractors.model import SCHEMA_VERSION, Notice

T = TypeVar("T")
_Step = Callable[[Any], Any]  # one value encoded, or decoded


class SchemaError(ValueError):
    """The data do not have the form of the type asked for."""


def encode(value: Any) -> Any:
    """`value` (a model type, or a tuple, list, set, dict, str, number, date, None) as plain JSON data.

    Raises `TypeError` where a value has no JSON form.
    """
    kind: Any = type(value)
    return value if kind in _PLAIN else _encoder(kind)(value)


def decode(kind: type[T], data: Any) -> T:
    """The value of type `kind` that `encode` turned into `data`.

    Unknown keys are ignored (a newer program wrote them); a missing key takes the
    field's default. Raises `SchemaError` where a required field is missing or of another form.
    """
    try:
        return typing.cast(T, _decoder(typing.cast(Any, kind))(data))
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


# -- out

#: Types whose values are JSON as they are.
_PLAIN = frozenset((str, int, float, bool, type(None)))


@cache
def _encoder(kind: type) -> _Step:
    """What encodes values of exactly this type."""
    if is_dataclass(kind):
        return _dataclass_encoder(kind)
    if issubclass(kind, Enum):
        return attrgetter("value")
    if issubclass(kind, tuple | list):
        return lambda values: [v if type(v) in _PLAIN else encode(v) for v in values]
    if issubclass(kind, set | frozenset):
        return lambda values: sorted(map(encode, values))
    if issubclass(kind, dict):
        return lambda values: {k: encode(v) for k, v in values.items()}
    if issubclass(kind, date):
        return lambda day: day.isoformat()
    if issubclass(kind, str | int | float):
        return lambda value: value
    raise TypeError(f"{kind.__name__} has no JSON form")


def _dataclass_encoder(kind: type) -> _Step:
    keys = tuple(f.name.rstrip("_") for f in fields(kind))
    get: Callable[[Any], tuple[Any, ...]] = attrgetter(*(f.name for f in fields(kind)))
    if len(keys) == 1:  # `attrgetter` of one name gives no tuple
        return lambda value: {keys[0]: encode(get(value))}
    return lambda value: {key: v if type(v) in _PLAIN else encode(v) for key, v in zip(keys, get(value), strict=True)}


# -- back


@cache
def _decoder(kind: Any) -> _Step:
    """What decodes data into a value of this type."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        (only,) = (_decoder(a) for a in args if a is not type(None))
        return lambda data: None if data is None else only(data)
    if origin is tuple and not (len(args) == 2 and args[1] is Ellipsis):
        each = tuple(map(_decoder, args))
        return lambda data: tuple(step(item) for step, item in zip(each, data, strict=True))
    if origin in (tuple, frozenset):
        item, gather = _decoder(args[0]), typing.cast(_Step, origin)
        return lambda data: gather([item(one) for one in data])
    if is_dataclass(kind):
        return _dataclass_decoder(typing.cast(type, kind))
    if kind is date:
        return date.fromisoformat
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return _checked(kind) if isinstance(kind, type) and kind is not Any else lambda data: data


def _dataclass_decoder(kind: type) -> _Step:
    hints = typing.get_type_hints(kind)
    rows = [(f.name, f.name.rstrip("_"), _decoder(hints[f.name])) for f in fields(kind)]
    steps = [(key, step) for _, key, step in rows]
    keys = {key for _, key, _ in rows}

    def decoded(data: Any) -> Any:
        if data.keys() >= keys:
            return kind(*[step(data[key]) for key, step in steps])
        return kind(**{name: step(data[key]) for name, key, step in rows if key in data})

    return decoded


def _checked(kind: type) -> _Step:
    def same(data: Any) -> Any:
        if not isinstance(data, kind):
            raise TypeError(f"expected {kind.__name__}, found {data!r}")
        return data

    return same
