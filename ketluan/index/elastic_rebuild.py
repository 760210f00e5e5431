"""How is a new generation filled while the old one serves, and what must be true before it takes its place?

A rebuild fills a new generation from the archive and lets it through a gate (`gate.py`). Then it brings over what was
written to the old one meanwhile, the last of it while writers are asked to wait (some tenths of a second), and moves
the aliases in one step. A second rebuild at the same time is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ketluan.index import elastic_query
from ketluan.index.base import DocType
from ketluan.index.elastic_documents import Document, Documents, raise_refused
from ketluan.index.elastic_versions import BUILDING, Generation, Versions
from ketluan.index.gate import Gate
from ketluan.index.ranking import asked


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
            with self._versions.held(old):
                seen = self._bring_over(old, new, seen)
                self._versions.move(new)
        except BaseException:
            self._versions.discard(new)
            raise
        self._bring_over(old, new, seen)  # what was on its way when writers were asked to wait
        self._versions.tidy(new, old)
        return count

    def _fill(self, new: Generation, documents: Iterable[Sequence[Document]]) -> int:
        """Write all, then see whether all of it is there: the gate before anything serves."""
        gate = Gate()
        targets = {t: self._versions.alias(t) + BUILDING for t in DocType}

        def alive() -> Iterator[Sequence[Document]]:
            for group in gate.watch(documents):
                self._versions.beat(new)
                yield group

        count = self._documents.write(alive(), targets, empty=True)
        gate.check(
            lambda doc_type: self._documents.by_notice(new.names[doc_type]),
            lambda query: self._documents.ids(new.names[query.doc_type], elastic_query.compiled(asked(query))),
        )
        return count

    def _state_of(self, old: Generation | None) -> dict[str, str]:
        if old is None or not old.readable:
            return {}
        self._documents.refresh(old.names.values())
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
        return self._documents.read(
            lambda hits: [hit["_source"] for hit in hits],
            ",".join(generation.names.values()),
            query={"term": {"notice": notice}},
            source_excludes=list(elastic_query.COMPUTED),
        )
