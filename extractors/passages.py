"""A piece of text, read once: its agencies, parts, deadlines, citations and topics; and where its sentences begin."""

from __future__ import annotations

import re

from extractors import days
from extractors.agencies import find_agencies
from extractors.assignments import Part, read_parts
from extractors.citations import find_citations
from extractors.deadlines import find_deadlines
from extractors.masking import mask
from extractors.model import AgencyMention, Citation, Deadline, Value
from extractors.spelling import level
from extractors.topics import find_topics


class Passage(Value, frozen=True):
    """A piece of text read once: its agencies, parts, deadlines, citations, topics. Spans count from its start."""

    text: str
    masked: str
    mentions: tuple[AgencyMention, ...]
    parts: tuple[Part, ...]
    deadlines: tuple[Deadline, ...]
    citations: tuple[Citation, ...]
    topics: tuple[str, ...]


class PassageReader:
    """Reads passages for one notice; a text that is asked for twice (a lead-in, a title) is read once."""

    def __init__(self, session: days.Session) -> None:
        self._session = session
        self._known: dict[str, Passage] = {}

    def __call__(self, text: str) -> Passage:
        """`text` read; spans count from its start."""
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = self._read(text)
        return known

    def _read(self, text: str) -> Passage:
        spelt = level(text)
        mentions = find_agencies(text, spelt)
        masked = mask(text, mentions, spelt)
        return Passage(
            text,
            masked,
            mentions,
            read_parts(text, mentions, masked),
            find_deadlines(text, self._session),
            find_citations(text),
            find_topics(masked),
        )


_SENTENCE = re.compile(
    r"[.!?…]+[”\")]?\s+(?=[^\W\d_a-zàáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ])"
)


def sentence_begin(text: str, before: int) -> int:
    """Where the sentence begins that character `before` stands in or after."""
    start = 0
    for match in _SENTENCE.finditer(text, 0, before):
        start = match.end()
    return start


def last_sentence_start(text: str) -> int:
    """Where the last sentence of `text` begins."""
    return sentence_begin(text, len(text))


def last_sentence(text: str) -> str:
    """The last sentence of `text`."""
    return text[last_sentence_start(text) :]
