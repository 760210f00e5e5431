"""How is a new generation filled while the old one serves, and what must be true before it takes its place?

A rebuild fills a new generation from the archive and lets it through a gate: all of each notice must be there, and
questions made from the archive (`golden.py`) must be answered. Then it brings over what was written to the old one
meanwhile, and moves the aliases in one step. A second rebuild at the same time is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ketluan.errors import IndexUnavailable
from ketluan.index import elastic_query
from ketluan.index.base import DocType
from ketluan.index.elastic_documents import Document, Documents, raise_refused
from ketluan.index.elastic_faults import NOT_FOUND, SHORT
from ketluan.index.elastic_versions import BUILDING, Generation, Versions
from ketluan.index.golden import Golden
from ketluan.index.ranking import asked


@dataclass(slots=True)
class _Tally:
    """What a rebuild has sent, so that what arrived can be compared: notice → documents of each type."""

    sent: dict[str, dict[DocType, int]] = field(default_factory=dict)
    golden: Golden = field(default_factory=Golden)

    def note(self, group: Sequence[Document]) -> None:
        """Look at the documents of a notice on their way in."""
        self.golden.note(group)
        for document in group:
            self.sent[document["notice"]] = dict.fromkeys(DocType, 0)
        for document in {d["id"]: d for d in group}.values():
            self.sent[document["notice"]][DocType(document["doc_type"])] += 1

    def expected(self, doc_type: DocType) -> dict[str, int]:
        """Notice → how many documents of the type there must be; notices without any are left out."""
        return {notice: counts[doc_type] for notice, counts in self.sent.items() if counts[doc_type]}


class Rebuild:
    """One rebuild: `run` is called once."""

    def __init__(self, versions: Versions, documents: Documents) -> None:
        self._versions = versions
        self._documents = documents

    def run(self, documents: Iterable[Sequence[Document]]) -> int:
        """Fill and move; gives back the number of notices. Whatever goes wrong leaves the old generation serving."""
        new = self._versions.begin()
        try:
            seen = self._state_of(self._versions.serving())
            count = self._fill(new, documents)
            old = self._versions.serving()
            seen = self._bring_over(old, new, seen)
            self._versions.move(new)
        except BaseException:
            self._versions.discard(new)
            raise
        self._bring_over(old, new, seen)  # written between the last look and the move
        self._versions.tidy(new, old)
        return count

    def _fill(self, new: Generation, documents: Iterable[Sequence[Document]]) -> int:
        """Write all, then see whether all of it is there: the gate before anything serves."""
        tally = _Tally()
        targets = {t: self._versions.alias(t) + BUILDING for t in DocType}

        def noted() -> Iterator[Sequence[Document]]:
            for group in documents:
                tally.note(group)
                self._versions.beat(new)
                yield group

        count = self._documents.write(noted(), targets)
        self._pass_gate(new, tally)
        return count

    def _pass_gate(self, new: Generation, tally: _Tally) -> None:
        """Raise `IndexUnavailable` unless all has arrived and the golden questions are answered."""
        for doc_type, name in new.names.items():
            arrived, sent = self._documents.by_notice(name), tally.expected(doc_type)
            if arrived != sent:
                raise IndexUnavailable(SHORT.format(sum(arrived.values()), sum(sent.values()), doc_type.value))
        for question in tally.golden.questions():
            name = new.names[question.query.doc_type]
            if not question.ids & self._documents.ids(name, elastic_query.compiled(asked(question.query))):
                raise IndexUnavailable(NOT_FOUND.format(question.what, min(question.ids)))

    def _state_of(self, old: Generation | None) -> dict[str, str]:
        if old is None or not old.readable:
            return {}
        return self._documents.fingerprints(old.names[DocType.NOTICE])

    def _bring_over(self, old: Generation | None, new: Generation, seen: dict[str, str]) -> dict[str, str]:
        """Repeat in `new` what was written to `old` since `seen`; gives back what was seen this time."""
        now = self._state_of(old)
        changed = [notice for notice, mark in now.items() if seen.get(notice) != mark]
        gone = [notice for notice in seen if notice not in now]
        if old is not None and (changed or gone):
            targets = dict(new.names)
            self._documents.write((self._group(old, notice) for notice in changed), targets, aliased=False)
            raise_refused(self._documents.bulk(self._documents.removals(targets, gone), aliased=False))
            self._documents.refresh(new.names.values())
        return now

    def _group(self, generation: Generation, notice: str) -> list[Document]:
        """The documents of a notice as they were put."""
        found = self._documents.walk(
            ",".join(generation.names.values()),
            query={"term": {"notice": notice}},
            source_excludes=list(elastic_query.COMPUTED),
        )
        return [hit["_source"] for hit in found]
