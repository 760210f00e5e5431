"""What a search found, as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import RenderableType
from rich.text import Text

from ketluan.cli import words
from ketluan.cli.screen import styled
from ketluan.cli.views import parts
from ketluan.index.base import Hit, Results
from ketluan.search import passage

_FULL = 10**9


def results(
    asked: str, found: Results, originals: Mapping[str, str], topics: Mapping[str, str], *, full: bool = False
) -> Iterator[RenderableType]:
    """How many there are, then each hit, those without all the words under a line of their own.

    `originals`: notice id → path of its file; `topics`: id → name.
    """
    shown = f", hiện {len(found.hits)}" if len(found.hits) < found.total + found.partial else ""
    also = f", và {found.partial} kết luận không có đủ các từ" if found.partial else ""
    yield parts.heading(f"{asked}: {found.total} kết luận{also}{shown}")
    whole = True
    for number, hit in enumerate(found.hits, 1):
        yield Text()
        if whole and hit.missing:
            whole = False
            yield styled(f"Không có đủ các từ ({found.partial} kết luận):", "bold")
        yield from _hit(number, hit, originals, full=full)
    for name, counts in found.facets.items():
        yield Text()
        yield styled(words.FACETS.get(name, name), "bold")
        yield parts.lines([(f"{n:>5}", _value(name, value, topics)) for value, n in counts], indent=2)


def nothing(asked: str) -> Iterator[RenderableType]:
    """What was searched, and what to try."""
    yield parts.heading(f"{asked}: không tìm thấy kết luận nào")
    yield Text()
    yield styled("Có thể thử:")
    for hint in (
        "bớt từ: kết luận phải có quá nửa số từ đã nhập, và mọi cụm trong ngoặc kép",
        "gõ không dấu, nếu không chắc về dấu",
        "bỏ ngoặc kép và bớt các bộ lọc (--topic, --agency, --from …)",
        "ketluan index check, để biết chỉ mục có đủ như kho hay không",
    ):
        yield styled(f"  - {hint}")


def _hit(number: int, hit: Hit, originals: Mapping[str, str], *, full: bool) -> Iterator[RenderableType]:
    document = hit.document
    line = parts.label_line(document)
    yield Text.assemble((f"{number:>2}. ", "bold"), line)
    piece = passage(hit, _FULL if full else 360)
    yield parts.indented(styled(piece.text, "", piece.highlights), 4)
    original = originals.get(document["notice"])
    rows = [*parts.who_and_when(document), *parts.where(document), ("Tệp gốc", original)]
    yield parts.lines([*rows, ("Thiếu từ", ", ".join(hit.missing))], indent=4)


def _value(name: str, value: str, topics: Mapping[str, str]) -> str:
    shown = {"topics": topics.get(value, value), "kind": words.kind(value), "month": words.day(value)}
    return shown.get(name, value)
