"""What becomes of a flat document in the embedded index: which fields the engine keeps, and in which form.

`index_mappings/embedded.yaml` says of each field what it is for; here that is turned into the engine's schema and
into its entries. The text is kept twice, as `fold.norm` spells its words and as `fold.fold` does. The
document itself is kept whole beside them and given back with a hit.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

import orjson
import tantivy

from ketluan.index import fold
from ketluan.index.fields import VALUED, compact, properties
from ketluan.index.records import Document, headings

#: Searched fields of the engine: exact and folded, of the text and of the headings above it.
TEXT, TEXT_FOLDED = "text", "text_folded"
HEADINGS, HEADINGS_FOLDED = "headings", "headings_folded"

_LATEST = 2**63 - 1


@cache
def schema() -> Any:
    """The engine's schema: the document, its words, its values, and one number for each order."""
    builder = tantivy.SchemaBuilder()
    builder.add_bytes_field("document", stored=True)
    for name in (TEXT, TEXT_FOLDED, HEADINGS, HEADINGS_FOLDED):
        builder.add_text_field(name, tokenizer_name="words", index_option="position")
    for name in ("newest", "oldest", "soonest"):
        builder.add_unsigned_field(name, fast=True)
    for name, kind in properties().items():
        if kind in VALUED:
            builder.add_text_field(raw(name), fast=True, tokenizer_name="raw", index_option="basic")
        if kind in _SAME:
            builder.add_text_field(key(name), tokenizer_name="raw", index_option="basic")
        if kind in ("month", "day"):
            builder.add_unsigned_field(number(name), indexed=True, fast=True)
    return builder.build()


def raw(name: str) -> str:
    """The engine's field with the values as they stand: counted, and filtered where spelling must agree."""
    return f"raw_{name}"


def key(name: str) -> str:
    """The engine's field with the values as `same` spells them."""
    return f"key_{name}"


def number(name: str) -> str:
    """The engine's field with the month or day as a number, for ranges."""
    return f"number_{name}"


#: Fields whose values are compared by a key, and how it is made.
_SAME: dict[str, Callable[[str], str]] = {
    "name": lambda value: fold.fold(fold.clean(value)),
    "key": lambda value: fold.clean(value).casefold(),
}


def filtered(name: str, values: Iterable[str]) -> tuple[str, list[str]]:
    """The engine's field to filter `name` by, and `values` as it spells them."""
    same = _SAME.get(properties()[name])
    if same is None:
        return raw(name), [fold.clean(value) for value in values]
    return key(name), [same(value) for value in values]


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def entry(document: Document) -> Any:
    """The document as the engine takes it."""
    made = tantivy.Document()
    made.add_bytes("document", orjson.dumps(document))
    for name, kind in properties().items():
        _add(made, name, kind, _listed(document.get(name)))
    _add(made, HEADINGS, "headings", headings(document))
    for name, place in _orders(document).items():
        made.add_unsigned(name, place)
    return made


def _add(made: Any, name: str, kind: str, values: Sequence[Any]) -> None:
    for value in values if kind in ("words", "headings") else ():
        field = TEXT if kind == "words" else HEADINGS
        kept, bare = _spelt(value)
        made.add_text(field, kept)
        made.add_text(f"{field}_folded", bare)
    for value in values if kind in VALUED else ():
        made.add_text(raw(name), value)
    for value in values if kind in _SAME else ():
        made.add_text(key(name), _SAME[kind](value))
    for found in filter(None, map(compact, values)) if kind in ("month", "day") else ():
        made.add_unsigned(number(name), found)


@lru_cache(maxsize=1024)  # an assignment has the text of its conclusion
def _spelt(text: str) -> tuple[str, str]:
    kept = " ".join(fold.words(text))
    return kept, fold.fold(kept)


def _orders(document: Document) -> dict[str, int]:
    """One number for each order: month or day first, then the notice, then the place in it."""
    month = compact(document.get("month"))
    due = min(filter(None, map(compact, _listed(document.get("due")))), default=None)
    position = min(document.get("position") or 0, 0xFFFF)
    notice = zlib.crc32(str(document["notice"]).encode()) >> 8  # 24 bits: keeps a notice together
    return {
        "newest": ((month or 0) << 40) + (notice << 16) + (0xFFFF - position),
        "oldest": ((month << 40) + (notice << 16) + position) if month else _LATEST,
        "soonest": (due << 32) + (((month or 0) % 10_000) << 16) + position if due else _LATEST,
    }
