"""What was said about a matter, month by month, and what changed from one time to the next?

The steps are the hits of a question in order of months. A step is compared, word by word, with the wording
nearest to it in the nearest earlier month that has one near enough; where none is, nothing is compared.
That two steps read alike is shown, not that one follows from the other: this module asserts no link.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import groupby, pairwise

from ketluan.coverage import Coverage, coverage
from ketluan.errors import NoticeNotFound
from ketluan.index import fold
from ketluan.index.base import Clause, DocType, Filters, Hit, Query, SearchIndex, Sort
from ketluan.sweep import sweep

#: Two texts count as one wording from this share of common words on (0 to 1).
ALIKE = 0.5
_CANDIDATES = 200
_TOKEN = re.compile(r"\s+|\S+")


@dataclass(frozen=True, slots=True)
class Edit:
    """A piece of the diff: `same`, `gone` (only in the earlier text) or `new` (only in the later)."""

    op: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """How a step differs from an earlier one: its id and month, how much is common (0 to 1), the words,
    and the fields (`lead`, `due` …) that are not as they were."""

    id: str
    month: str | None
    alike: float
    edits: tuple[Edit, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One conclusion of the timeline; `change` is None where no earlier step reads alike."""

    hit: Hit
    change: Change | None = None

    @property
    def month(self) -> str | None:
        """Session month, `YYYY-MM`."""
        month: str | None = self.hit.document.get("month")
        return month


@dataclass(frozen=True, slots=True)
class Timeline:
    """Steps, newest month first and in the order of the paper within a month, and what the archive does not know."""

    steps: tuple[Step, ...]
    coverage: Coverage


def trace(index: SearchIndex, query: Query, *, quarantined: Iterable[str] = ()) -> Timeline:
    """The timeline of all conclusions that `query` finds. Raises what `SearchIndex.search` raises."""
    asked = replace(query, doc_type=DocType.CONCLUSION, sort=Sort.OLDEST, facets=())
    return _timeline(index, list(sweep(index, asked)), query.filters, quarantined)


def trace_conclusion(
    index: SearchIndex, id: str, *, filters: Filters | None = None, quarantined: Iterable[str] = ()
) -> Timeline:
    """The timeline of a conclusion and of those in other notices that read like it.

    Raises `NoticeNotFound` where the index holds no conclusion with that id.
    """
    filters = filters or Filters()
    notice, _, path = id.partition(":")
    found = index.search(Query(filters=Filters(notices=(notice,), paths=(path,)), limit=1)).hits
    if not found:
        raise NoticeNotFound(
            f"Không có kết luận nào mang mã “{id}”. Hãy chép nguyên mã từ kết quả của `ketluan search`."
        )
    seed = found[0]
    near = index.search(Query(any_of=(_phrases(seed),), filters=filters, limit=_CANDIDATES)).hits
    others = [h for h in near if h.document["notice"] != notice and likeness(words_of(seed), words_of(h)) >= ALIKE]
    return _timeline(index, [*others, seed], filters, quarantined)


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """Share of words that two texts have in common (Sørensen–Dice over word counts), 0 to 1."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def words_of(hit: Hit) -> Counter[str]:
    """The words of a conclusion as they are compared: without case, one spelling each."""
    return Counter(fold.words(fold.norm(hit.document.get("text") or "")))


def word_diff(earlier: str, later: str) -> tuple[Edit, ...]:
    """`later` against `earlier` in whole words; the `same` and `new` pieces joined are `later`, letter for letter."""
    a, b = _TOKEN.findall(earlier), _TOKEN.findall(later)
    edits: list[Edit] = []
    for op, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if op == "equal":
            edits.append(Edit("same", "".join(b[b1:b2])))
            continue
        if a1 < a2:
            edits.append(Edit("gone", "".join(a[a1:a2])))
        if b1 < b2:
            edits.append(Edit("new", "".join(b[b1:b2])))
    return tuple(edits)


def topic_of(words: str, topics: Iterable[tuple[str, str]]) -> str | None:
    """The id of the topic whose id or name `words` are, marks and case aside; None where there is none.

    `topics` are (id, name) pairs.
    """
    wanted = fold.words(fold.fold(words))
    return next((id for id, name in topics if wanted in (fold.words(fold.fold(id)), fold.words(fold.fold(name)))), None)


def _phrases(seed: Hit) -> tuple[Clause, ...]:
    words = fold.words(fold.norm(seed.document.get("text") or ""))
    pairs = dict.fromkeys(f"{a} {b}" for a, b in pairwise(words)) or dict.fromkeys(words)
    return tuple(Clause(pair, phrase=True) for pair in pairs)


def _timeline(index: SearchIndex, hits: list[Hit], filters: Filters, quarantined: Iterable[str]) -> Timeline:
    known = coverage(index, month_from=filters.month_from, month_to=filters.month_to, quarantined=quarantined)
    return Timeline(tuple(_steps(sorted(hits, key=_order))), known)


def _steps(ordered: Sequence[Hit]) -> list[Step]:
    """Newest month first. Within a month, and for hits of no month, the order of the paper."""
    words = {hit.id: words_of(hit) for hit in ordered}
    months: list[tuple[str, list[Hit]]] = []
    groups: list[list[Step]] = []
    for month, group in groupby(ordered, key=lambda h: h.document.get("month") or ""):
        hits = list(group)
        groups.append([Step(h, _change(h, _before(h, months, words), words)) for h in hits])
        if month:
            months.append((month, hits))
    return [step for steps in reversed(groups) for step in steps]


def _order(hit: Hit) -> tuple[str, str, int]:
    document = hit.document
    return document.get("month") or "", document["notice"], int(document.get("position") or 0)


def _before(hit: Hit, months: Sequence[tuple[str, list[Hit]]], words: Mapping[str, Counter[str]]) -> Hit | None:
    """The step to compare with: the nearest earlier month that reads alike, in it the one most alike."""
    if not hit.document.get("month"):
        return None
    for _, hits in reversed(months):
        best = max(hits, key=lambda h: likeness(words[h.id], words[hit.id]))
        if likeness(words[best.id], words[hit.id]) >= ALIKE:
            return best
    return None


_COMPARED = ("lead", "coordinating", "report_to", "due", "citations", "kind")


def _change(hit: Hit, before: Hit | None, words: Mapping[str, Counter[str]]) -> Change | None:
    if before is None:
        return None
    old, new = before.document, hit.document
    return Change(
        id=before.id,
        month=old.get("month"),
        alike=round(likeness(words[before.id], words[hit.id]), 3),
        edits=word_diff(old.get("text") or "", new.get("text") or ""),
        fields=tuple(name for name in _COMPARED if old.get(name) != new.get(name)),
    )
