"""May a new version of an index serve? Only when all that was sent is there and questions about it are answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ketluan.errors import IndexUnavailable
from ketluan.index.base import DocType, Query
from ketluan.index.golden import Golden
from ketluan.index.records import Document

_SHORT = "Chỉ mục mới không đủ ({} thay vì {} {}); chỉ mục cũ vẫn được dùng. Hãy chạy lại `ketluan index rebuild`."
_NOT_FOUND = (
    "Chỉ mục mới không trả lời đúng câu hỏi thử ({}, kết luận {}); chỉ mục cũ vẫn được dùng. Hãy báo người quản trị."
)


@dataclass(slots=True)
class Gate:
    """What a rebuild has sent, so that what arrived can be compared: notice → documents of each type."""

    sent: dict[str, dict[DocType, int]] = field(default_factory=dict)
    golden: Golden = field(default_factory=Golden)

    def watch(self, groups: Iterable[Sequence[Document]]) -> Iterator[Sequence[Document]]:
        """The groups as they are, noted on their way in; of two groups of a notice the later counts."""
        for group in groups:
            self.golden.note(group)
            for document in group:
                self.sent[document["notice"]] = dict.fromkeys(DocType, 0)
            for document in {d["id"]: d for d in group}.values():
                self.sent[document["notice"]][DocType(document["doc_type"])] += 1
            yield group

    def check(self, arrived: Callable[[DocType], Mapping[str, int]], finds: Callable[[Query], set[str]]) -> None:
        """Raise `IndexUnavailable` unless the new version may serve.

        `arrived`: notice → how many documents of a type the new version holds; `finds`: the ids that answer a query.
        """
        for doc_type in DocType:
            there, sent = arrived(doc_type), self._expected(doc_type)
            if there != sent:
                raise IndexUnavailable(_SHORT.format(sum(there.values()), sum(sent.values()), doc_type.value))
        for question in self.golden.questions():
            if not question.ids & finds(question.query):
                raise IndexUnavailable(_NOT_FOUND.format(question.what, min(question.ids)))

    def _expected(self, doc_type: DocType) -> dict[str, int]:
        return {notice: counts[doc_type] for notice, counts in self.sent.items() if counts[doc_type]}
