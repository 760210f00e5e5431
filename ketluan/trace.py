"""What was said about a matter, month by month, and what changed from one time to the next?

The steps are the hits of a question in order of months; of one conclusion, those of its threads (`ketluan.links`).
A step is compared, word by word, with the conclusion that it takes up. Where no link is known, it is
compared with the wording nearest to it in the nearest earlier month that has one near enough: `kind` is None then, for
that two steps read alike does not say that one follows from the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from ketluan.coverage import Coverage, coverage
from ketluan.errors import NoticeNotFound
from ketluan.index import fold
from ketluan.index.base import Clause, DocType, Filters, Hit, Query, SearchIndex, Sort
from ketluan.links import Links
from ketluan.sweep import sweep
from ketluan.threads import Link
from ketluan.worddiff import Edit as Edit
from ketluan.worddiff import word_diff as word_diff

#: Two texts count as one wording from this share of common words on (0 to 1).
ALIKE = 0.5

#: The words of a text, each with the number of times it came before: what two texts share is one intersection.
Words = frozenset[tuple[str, int]]
_CANDIDATES = 200
#: Steps of a timeline: beyond them it is no longer read, and the question is to be narrowed.
MOST_STEPS = 500
#: So many of the steps before it is a step compared with, the nearest first.
_LOOK_BACK = 60


@dataclass(frozen=True, slots=True)
class Change:
    """How a step differs from an earlier one: its id and month, how much is common (0 to 1), the passages,
    and the fields (`lead`, `due` …) that are not as they were."""

    id: str
    month: str | None
    alike: float
    earlier: str
    later: str
    fields: tuple[str, ...]
    kind: str | None = None  # of the link (`ketluan.threads.LinkKind`), where there is one
    score: float | None = None  # how sure the link is, 0 to 1
    thread: str | None = None

    @property
    def edits(self) -> tuple[Edit, ...]:
        """What changed from the earlier passage to the later one; found out anew each time."""
        return word_diff(self.earlier, self.later)


@dataclass(frozen=True, slots=True)
class Step:
    """One conclusion of the timeline; `change` is None where no earlier step reads alike."""

    hit: Hit
    change: Change | None = None
    threads: tuple[str, ...] = ()  # the matters that it belongs to; empty where it stands alone
    also: tuple[Change, ...] = ()  # what else it takes up, where it joins matters

    @property
    def month(self) -> str | None:
        """Session month, `YYYY-MM`."""
        month: str | None = self.hit.document.get("month")
        return month


@dataclass(frozen=True, slots=True)
class Timeline:
    """Steps, newest month first and in the order of the paper within a month, and what the archive does not know.

    `total` is how many conclusions there are; `steps` holds the `MOST_STEPS` newest of them.
    """

    steps: tuple[Step, ...]
    coverage: Coverage
    total: int

    @property
    def threads(self) -> tuple[tuple[Step, ...], ...]:
        """The steps by matter, the matter with the newest step first; what stands alone is left out."""
        groups: dict[str, list[Step]] = {}
        for step in self.steps:
            for thread in step.threads:
                groups.setdefault(thread, []).append(step)
        return tuple(tuple(group) for group in groups.values())


def trace(index: SearchIndex, query: Query, *, quarantined: Iterable[str] = (), links: Links | None = None) -> Timeline:
    """The timeline of the conclusions that `query` finds. Raises what `SearchIndex.search` raises."""
    asked = replace(query, doc_type=DocType.CONCLUSION, sort=Sort.NEWEST, facets=(), offset=0, limit=MOST_STEPS)
    found = index.search(asked)
    return _timeline(index, list(found.hits), query.filters, quarantined, links or Links(), total=found.total)


def trace_conclusion(
    index: SearchIndex,
    id: str,
    *,
    filters: Filters | None = None,
    quarantined: Iterable[str] = (),
    links: Links | None = None,
) -> Timeline:
    """The timeline of a conclusion's threads; of one that has none, of those in other notices that read like it.

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
    if links is not None and (threads := links.of.get(seed.id)):
        ids = {member for thread in threads for member in links.threads[thread]}
        return _timeline(index, list(_those(index, ids, filters, seed)), filters, quarantined, links)
    near = index.search(Query(any_of=(_phrases(seed),), filters=filters, limit=_CANDIDATES)).hits
    others = [h for h in near if h.document["notice"] != notice and likeness(words_of(seed), words_of(h)) >= ALIKE]
    return _timeline(index, [*others, seed], filters, quarantined, links or Links())


def _those(index: SearchIndex, ids: set[str], filters: Filters, seed: Hit) -> Iterator[Hit]:
    """The conclusions with these ids that pass the filters, and the seed."""
    wanted = ids - {seed.id}
    yield seed
    if wanted:
        notices = tuple(sorted({id.partition(":")[0] for id in wanted}))
        paths = tuple(sorted({id.partition(":")[2] for id in wanted}))
        asked = Query(
            doc_type=DocType.CONCLUSION, filters=replace(filters, notices=notices, paths=paths), sort=Sort.OLDEST
        )
        yield from (hit for hit in sweep(index, asked) if hit.id in wanted)


def likeness(one: Words, other: Words) -> float:
    """Share of words that two texts have in common (Sørensen–Dice over word counts), 0 to 1."""
    total = len(one) + len(other)
    return 2 * len(one & other) / total if total else 0.0


def words_of(hit: Hit) -> Words:
    """The words of a conclusion as they are compared: without case, one spelling each."""
    return _words(hit.document.get("text") or "")


def _words(text: str) -> Words:
    seen: Counter[str] = Counter()
    found: set[tuple[str, int]] = set()
    for word in fold.words(fold.norm(text)):
        found.add((word, seen[word]))
        seen[word] += 1
    return frozenset(found)


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


def _timeline(
    index: SearchIndex,
    hits: list[Hit],
    filters: Filters,
    quarantined: Iterable[str],
    links: Links,
    *,
    total: int | None = None,
) -> Timeline:
    known = coverage(index, month_from=filters.month_from, month_to=filters.month_to, quarantined=quarantined)
    by_id = {h.id: h for h in hits}
    steps = [_linked(step, links, by_id) for step in _steps(sorted(hits, key=_order))]
    return Timeline(tuple(steps), known, len(hits) if total is None else total)


def _linked(step: Step, links: Links, hits: Mapping[str, Hit]) -> Step:
    """The step with what it takes up, instead of what merely reads like it."""
    changes = tuple(_of_link(step.hit, link, hits) for link in links.before.get(step.hit.id, ()))
    threads = links.of.get(step.hit.id, ())
    if not changes:
        return replace(step, threads=threads, change=None if threads else step.change)
    return replace(step, change=changes[0], also=changes[1:], threads=threads)


def _of_link(hit: Hit, link: Link, hits: Mapping[str, Hit]) -> Change:
    earlier, new = hits.get(link.to.id), hit.document
    words = _words(link.evidence.earlier), words_of(hit)
    return Change(
        id=link.to.id,
        month=link.to.month or None,
        alike=round(likeness(*words), 3),
        earlier=link.evidence.earlier,
        later=link.evidence.later,
        fields=tuple(name for name in _COMPARED if earlier and earlier.document.get(name) != new.get(name)),
        kind=link.kind.value,
        score=link.score,
        thread=link.thread,
    )


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


def _before(hit: Hit, months: Sequence[tuple[str, list[Hit]]], words: Mapping[str, Words]) -> Hit | None:
    """The step to compare with: the nearest earlier month that reads alike, in it the one most alike."""
    if not hit.document.get("month"):
        return None
    mine = words[hit.id]
    looked_at = 0
    for _, hits in reversed(months):
        if looked_at >= _LOOK_BACK:
            return None
        looked_at += len(hits)
        best = max(hits, key=lambda h: likeness(words[h.id], mine))
        if likeness(words[best.id], mine) >= ALIKE:
            return best
    return None


_COMPARED = ("lead", "coordinating", "report_to", "due", "citations", "kind")


def _change(hit: Hit, before: Hit | None, words: Mapping[str, Words]) -> Change | None:
    if before is None:
        return None
    old, new = before.document, hit.document
    return Change(
        id=before.id,
        month=old.get("month"),
        alike=round(likeness(words[before.id], words[hit.id]), 3),
        earlier=old.get("text") or "",
        later=new.get("text") or "",
        fields=tuple(name for name in _COMPARED if old.get(name) != new.get(name)),
    )
