"""What any search index of ours promises, and the words in which it is asked.

`SearchIndex` is the contract; `embedded.py` (tantivy) and `elastic.py` (Elasticsearch) keep it, and one
suite of tests holds both to it. No engine syntax leaves those two modules: user text reaches
them only as values of `Query`. Documents are flat (`records.py`): a notice, each of its
conclusions, and each assignment (one agency group with one deadline: a line of the due register).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Protocol


class DocType(StrEnum):
    """The three kinds of flat document, each with an index (alias) of its own in Elasticsearch."""

    NOTICE = "notice"
    CONCLUSION = "conclusion"
    ASSIGNMENT = "assignment"


class Role(StrEnum):
    """What part an agency has in a conclusion."""

    LEAD = "lead"  # chủ trì
    COORDINATING = "coordinating"  # phối hợp
    REPORT_TO = "report_to"  # nơi nhận báo cáo
    ANY = "any"


class Sort(StrEnum):
    """Order of hits."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    DUE = "due"


#: Values of a facet that are counted, where nobody wants fewer.
MOST_VALUES = 10_000


@dataclass(frozen=True, slots=True)
class Clause:
    """A word or a phrase of the user's, split into words by `fold.words`.

    The words have to stand in the text of a document, or in its headings (`records.headings`,
    which count less): all of them, one after the other where `phrase`. Marks do not decide whether a
    document is found, only where it ranks, unless `exact`. A `key` is no text: it is one of the
    document's `citations`, compared without case but with its marks; it ranks above all words.
    What is `optional` may be missing from a hit that has most of the other optional words (`Query`).
    """

    text: str
    phrase: bool = False
    exact: bool = False
    key: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Filters:
    """What hits must be besides matching the words. Empty fields do not restrict.

    Values of one field are alternatives; fields are all required. Months are `YYYY-MM`, both
    ends included; an open end is None. `agencies` are canonical names (compared without
    marks and case), in the part that `role` names. `citations` are canonical keys (compared without
    case, with marks). A document without a month or a due day is in no range of them.
    """

    topics: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    role: Role = Role.ANY
    kinds: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    month_from: str | None = None
    month_to: str | None = None
    due_from: date | None = None
    due_to: date | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A question to the index. With no clause, all that pass the filters are hits.

    `must`: each has to match; `must_not`: none may. `any_of`: groups of alternatives, at
    least one clause of each group has to match (abbreviations and their expansions); the first
    of a group is what was typed. Where nothing typed holds a mark, marks do not rank either.
    Where some do, a document with the words as typed ranks above every one that is like it only without marks.
    Words that follow each other in the query rank higher where they do so in the text.
    `facets`: names of fields to count over all hits, not only the page, e.g. `topics`, `lead`, `month`; of each
    the `counted` values that most hits have.

    Of the clauses and groups that are `optional` (a group where its first clause is), a hit has more than half, so
    that of one or two none may be missing. Those with all of them come first, then the others, each part in the
    order asked for. Facets count the first, or the others where there are none of them.

    `Sort.NEWEST` and `OLDEST` go by month, keep a notice together and its conclusions in the order
    of the paper (documents without a month last); `DUE` by the earliest due day, those without one last.

    `brief`: hits come without their text and its highlights, for lists over the whole archive.
    """

    doc_type: DocType = DocType.CONCLUSION
    must: tuple[Clause, ...] = ()
    must_not: tuple[Clause, ...] = ()
    any_of: tuple[tuple[Clause, ...], ...] = ()
    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.RELEVANCE
    offset: int = 0
    limit: int = 20
    facets: tuple[str, ...] = ()
    counted: int = MOST_VALUES
    brief: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One document found. `highlights` are `(start, end)` characters of the text field (`highlight.py`).

    `missing`: what was typed and does not stand there, where not all of it does. Scores compare hits with
    all the words among each other, and those with most of them among each other.
    """

    id: str
    score: float
    document: dict[str, Any]
    highlights: tuple[tuple[int, int], ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Results:
    """Hits of one page, how many have all the words, the counts asked for, most first.

    `partial`: how many more have most of the words; they come after the `total` others.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: dict[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    partial: int = 0


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """Is the index there, of which schema version, and how many documents of each type it holds."""

    exists: bool
    schema_version: int | None
    counts: dict[str, int] = field(default_factory=dict)
    outdated: bool = False
    size_bytes: int = 0


#: What tells which papers there are, and which are not (`ketluan.coverage`).
PAPER = ("month", "issued", "number", "symbol", "issuer")


class SearchIndex(Protocol):
    """A disposable index over the archive. All writing is by notice: its documents go in or out together."""

    def put(self, documents: Iterable[Sequence[dict[str, Any]]]) -> int:
        """Store groups of documents, one group a notice (`records.documents`); each replaces
        what was there of that notice, all at once. Gives back the number of notices stored."""
        ...

    def delete(self, notice_ids: Iterable[str]) -> None:
        """Take out all documents of these notices; unknown ids are ignored."""
        ...

    def search(self, query: Query) -> Results:
        """Answer a query. Raises `IndexOutdated` or `IndexUnavailable`."""
        ...

    def papers(self) -> list[dict[str, Any]]:
        """The `PAPER` fields of every notice, in any order; in little time for an archive of any size."""
        ...

    def fingerprints(self) -> dict[str, str]:
        """Notice id → fingerprint of what is stored for it (`records.fingerprint`), for reconciling."""
        ...

    def rebuild(self, documents: Iterable[Sequence[dict[str, Any]]]) -> int:
        """Fill a new index and put it in the place of the old, which answers until then."""
        ...

    def status(self) -> IndexStatus:
        """What is there. Never raises for a missing index."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
