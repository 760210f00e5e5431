"""What becomes of a flat document in the embedded index: which fields the engine keeps, and in which form.

`index_mappings/embedded.yaml` says of each field what it is for; here that is turned into the engine's schema and
into its entries. The text is kept twice, as `fold.norm` spells its words and as `fold.fold` does. The
document itself is kept whole beside them and given back with a hit.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import orjson
import tantivy

from ketluan.index import fold
from ketluan.index.base import PAPER, DocType
from ketluan.index.fields import VALUED, compact, comparable, compared, properties
from ketluan.index.records import Document, headings

#: Searched fields, each kept twice by the engine: exact and folded.
_SEARCHED = ("text", "headings")

#: The engine's field with what `SearchIndex.papers` tells of a notice, in one value that can be counted.
PAPERS = "paper"

_LATEST = 2**63 - 1


@cache
def schema() -> Any:
    """The engine's schema: the document, its words, its values, and one number for each order."""
    builder = tantivy.SchemaBuilder()
    builder.add_bytes_field("document", stored=True)
    for name in (searched(name, exact=exact) for name in _SEARCHED for exact in (True, False)):
        builder.add_text_field(name, tokenizer_name="words", index_option="position")
    for name in ("newest", "oldest", "soonest"):
        builder.add_unsigned_field(name, fast=True)
    builder.add_text_field(PAPERS, fast=True, tokenizer_name="raw", index_option="basic")
    for name, kind in properties().items():
        if kind in VALUED:
            builder.add_text_field(raw(name), fast=True, tokenizer_name="raw", index_option="basic")
        if name in compared():
            builder.add_text_field(key(name), tokenizer_name="raw", index_option="basic")
        if kind in ("month", "day"):
            builder.add_unsigned_field(number(name), indexed=True, fast=True)
    return builder.build()


def searched(name: str, *, exact: bool) -> str:
    """The engine's field with the words of `text` or `headings`, with their marks (`exact`) or without."""
    return name if exact else f"{name}_folded"


def raw(name: str) -> str:
    """The engine's field with the values as they stand: counted, and filtered where spelling must agree."""
    return f"raw_{name}"


def key(name: str) -> str:
    """The engine's field with the values as `fields.comparable` spells them."""
    return f"key_{name}"


def number(name: str) -> str:
    """The engine's field with the month or day as a number, for ranges."""
    return f"number_{name}"


def filtered(name: str, values: Iterable[str]) -> tuple[str, list[str]]:
    """The engine's field to filter `name` by, and `values` as it spells them."""
    field = key(name) if name in compared() else raw(name)
    return field, [comparable(name, value) for value in values]


def entry(document: Document) -> Any:
    """The document as the engine takes it."""
    made = tantivy.Document()
    made.add_bytes("document", orjson.dumps(document))
    for name, kept_in in _kept_in().items():
        if values := _listed(document.get(name)):
            kept_in.put(made, name, values)
    _WORDS["headings"].put(made, "headings", headings(document))
    if document["doc_type"] == DocType.NOTICE:
        made.add_text(PAPERS, orjson.dumps([document.get(name) for name in PAPER]).decode())
    for name, place in _orders(document).items():
        made.add_unsigned(name, place)
    return made


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


@dataclass(frozen=True, slots=True)
class _KeptIn:
    """The engine's fields that the values of one field go to, None for those it has not."""

    words: tuple[str, str] | None = None  # exact and folded
    raw: str | None = None
    key: str | None = None
    number: str | None = None

    def put(self, made: Any, name: str, values: Sequence[Any]) -> None:
        for value in values:
            if self.raw:
                made.add_text(self.raw, value)
            if self.key:
                made.add_text(self.key, comparable(name, value))
            if self.number and (found := compact(value)):
                made.add_unsigned(self.number, found)
            if self.words:
                exact, folded = self.words
                kept, bare = _spelt(value)
                made.add_text(exact, kept)
                made.add_text(folded, bare)


_WORDS = {name: _KeptIn(words=(searched(name, exact=True), searched(name, exact=False))) for name in _SEARCHED}


@cache
def _kept_in() -> dict[str, _KeptIn]:
    """Field of a document → what it is kept in; fields that the engine only gives back are not among them."""
    found = {}
    for name, kind in properties().items():
        if kind == "words":
            found[name] = _WORDS[name]
        elif kind in (*VALUED, "day"):
            found[name] = _KeptIn(
                raw=raw(name) if kind in VALUED else None,
                key=key(name) if name in compared() else None,
                number=number(name) if kind in ("month", "day") else None,
            )
    return found


@lru_cache(maxsize=1024)  # an assignment has the text of its conclusion
def _spelt(text: str) -> tuple[str, str]:
    words = fold.words(text)
    return " ".join(words), " ".join(map(fold.fold_word, words))


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
