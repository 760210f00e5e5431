"""Which generations of the indices are there, which of them serves, and how does another take its place?

    ketluan-notices      → ketluan-notices-v3          one alias for each type of document,
    ketluan-conclusions  → ketluan-conclusions-v3      each over one index of the same generation;
    ketluan-assignments  → ketluan-assignments-v3      generation 2 stays for `rollback`

A generation that is being filled lies under aliases that end in `-building`, which are the lock of a rebuild too.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch

from ketluan.errors import IndexUnavailable
from ketluan.index.base import DocType
from ketluan.index.elastic_faults import REBUILDING
from ketluan.index.records import INDEX_VERSION

log = logging.getLogger(__name__)

MAPPINGS = Path(__file__).parents[2] / "index_mappings" / "elasticsearch"
BUILDING = "-building"

_BEAT_SECONDS = 30.0
_ABANDONED_SECONDS = 600.0  # a rebuild that gave no sign for so long is dead


@dataclass(frozen=True, slots=True)
class Generation:
    """The indices of one number, and what is known of them."""

    number: int
    names: Mapping[DocType, str]
    serving: frozenset[DocType]
    building: bool
    meta: Mapping[str, Any]

    @property
    def complete(self) -> bool:
        return len(self.names) == len(DocType) and not self.building

    @property
    def readable(self) -> bool:
        """Whether this program wrote it."""
        return bool(self.meta.get("index_version") == INDEX_VERSION)


class Versions:
    """The generations under one prefix. `clock` gives seconds since the epoch."""

    def __init__(self, client: Elasticsearch, prefix: str, clock: Callable[[], float]) -> None:
        self._client = client
        self._prefix = prefix
        self._clock = clock
        self._beaten = float("-inf")

    def alias(self, doc_type: DocType) -> str:
        """The name that stands for the serving index of a type."""
        return f"{self._prefix}-{doc_type.value}s"

    def generations(self) -> list[Generation]:
        """All there are, oldest first."""
        names = ",".join(f"{self.alias(t)}-v*" for t in DocType)
        found = self._client.indices.get(index=names, filter_path="*.aliases,*.mappings._meta")
        numbered: dict[int, dict[DocType, tuple[str, Mapping[str, Any]]]] = {}
        for name, about in found.items():
            for doc_type in DocType:
                if match := re.fullmatch(rf"{re.escape(self.alias(doc_type))}-v(\d+)", name):
                    numbered.setdefault(int(match[1]), {})[doc_type] = (name, about)
        return [self._generation(number, parts) for number, parts in sorted(numbered.items())]

    def _generation(self, number: int, parts: Mapping[DocType, tuple[str, Mapping[str, Any]]]) -> Generation:
        aliases = {t: set(about.get("aliases", {})) for t, (_, about) in parts.items()}
        metas = [about.get("mappings", {}).get("_meta", {}) for _, about in parts.values()]
        return Generation(
            number=number,
            names={t: name for t, (name, _) in parts.items()},
            serving=frozenset(t for t, held in aliases.items() if self.alias(t) in held),
            building=any(self.alias(t) + BUILDING in held for t, held in aliases.items()),
            meta=min(metas, key=lambda meta: int(meta.get("index_version", 0))),
        )

    def serving(self) -> Generation | None:
        """The generation that all three aliases stand for."""
        return next((g for g in self.generations() if len(g.serving) == len(DocType)), None)

    def serving_number(self) -> int | None:
        """The number of the generation that serves."""
        serving = self.serving()
        return serving.number if serving else None

    def _next_number(self) -> int:
        return max((g.number for g in self.generations()), default=0) + 1

    def create(self) -> Generation:
        """A new, empty generation under the building aliases; refused where another process makes it just now."""
        number = self._next_number()
        settings = json.loads((MAPPINGS / "settings.json").read_text(encoding="utf-8"))
        names = {t: f"{self.alias(t)}-v{number}" for t in DocType}
        for doc_type, name in names.items():
            mappings = json.loads((MAPPINGS / f"{doc_type.value}s.json").read_text(encoding="utf-8"))
            try:
                self._client.indices.create(
                    index=name,
                    settings=settings,
                    mappings={**mappings, "_meta": self._meta()},
                    aliases={self.alias(doc_type) + BUILDING: {}},
                )
            except ApiError as exc:
                if exc.error == "resource_already_exists_exception":
                    raise IndexUnavailable(REBUILDING) from exc
                raise
        return Generation(number, names, frozenset(), True, self._meta())

    def _meta(self) -> dict[str, Any]:
        return {"index_version": INDEX_VERSION, "alive": int(self._clock())}

    def begin(self) -> Generation:
        """A generation to fill; refused while another rebuild is at work."""
        for generation in self.generations():
            if generation.building:
                if self._clock() - float(generation.meta.get("alive", 0)) < _ABANDONED_SECONDS:
                    raise IndexUnavailable(REBUILDING)
                log.warning("rebuild v%d was abandoned; taken away", generation.number)
                self.discard(generation)
        return self.create()

    def beat(self, new: Generation) -> None:
        """Leave a sign that this rebuild is alive."""
        if self._clock() - self._beaten > _BEAT_SECONDS:
            self._beaten = self._clock()
            for name in new.names.values():
                self._client.indices.put_mapping(index=name, meta=self._meta())

    def move(self, new: Generation) -> None:
        """Let `new` serve in the place of whatever does: one request, all or nothing."""
        actions: list[dict[str, Any]] = []
        for doc_type, name in new.names.items():
            alias = self.alias(doc_type)
            actions += [
                {"remove": {"index": f"{alias}-v*", "alias": alias, "must_exist": False}},
                {"remove": {"index": name, "alias": alias + BUILDING, "must_exist": False}},
                {"add": {"index": name, "alias": alias}},
            ]
        self._client.indices.update_aliases(actions=actions)
        log.info("generation v%d serves", new.number)

    @contextmanager
    def held(self, generation: Generation | None) -> Iterator[None]:
        """Have writers wait: they are answered 429, which they take as "later".

        Elasticsearch itself takes such a block away where the disk is not full, should this program die in between.
        """
        if generation is None:
            yield
            return
        self._hold(generation, True)
        try:
            yield
        finally:
            self._hold(generation, False)

    def _hold(self, generation: Generation, on: bool) -> None:
        names = ",".join(generation.names.values())
        self._client.indices.put_settings(
            index=names, settings={"index.blocks.read_only_allow_delete": True if on else None}
        )

    def discard(self, generation: Generation) -> None:
        """Take the indices of a generation away; a fault is logged, as another one may be on its way up."""
        try:
            self._client.indices.delete(index=",".join(generation.names.values()), ignore_unavailable=True)
        except (ApiError, TransportError) as exc:
            log.warning("could not take away v%d: %s", generation.number, exc)

    def tidy(self, *kept: Generation | None) -> None:
        """Take away all generations but those kept, those being filled and those serving."""
        numbers = {g.number for g in kept if g}
        for generation in self.generations():
            if generation.number not in numbers and not generation.building and not generation.serving:
                self.discard(generation)
