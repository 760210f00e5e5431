"""The JSON form of the record: one way out, one way back.

`encode(value)` gives plain dicts, lists or tuples, strings, numbers, booleans and None; `decode(type, data)`
gives the value back. Fields at their default (None, empty tuple, False) are written too,
so that every record shows every field. A trailing underscore of a field name is dropped; a set is a sorted list.
`decode(T, encode(x)) == x` for every type of `extractors.model`, and for dataclasses.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from extractors.model import SCHEMA_VERSION, Notice

T = TypeVar("T")


class SchemaError(ValueError):
    """The data do not have the form of the type asked for."""


def encode(value: Any) -> Any:
    """`value` (a model type, a dataclass, a tuple, list, set, dict, str, number, date, None) as plain JSON data.

    A tuple stays one: in JSON it is the same as a list. Raises `TypeError` where a value has no JSON form.
    """
    return msgspec.to_builtins(value, order="deterministic")


def decode(kind: type[T], data: Any) -> T:
    """The value of type `kind` that `encode` turned into `data`.

    Unknown keys are ignored (a newer program wrote them); a missing key takes the
    field's default. Raises `SchemaError` where a required field is missing or of another form.
    """
    try:
        return msgspec.convert(data, kind)
    except (msgspec.ValidationError, TypeError) as exc:
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
