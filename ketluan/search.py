"""What does the user ask? Text as typed → `Query`, and hits → passages to show.

    quy hoạch sử dụng đất      these words, with or without marks
    "sử dụng đất"              these words one after the other, spelt as typed
    dịch -covid                without that word (or -"that phrase")
    68/NQ-CP                   the document, wherever it is cited
    UBND, TN&MT, vắc xin       also what they stand for, and other spellings

Nothing typed is an error but a question without any word. What the engine makes of a `Query` is not asked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from extractors.vocabulary import load
from ketluan.errors import QueryError
from ketluan.index.base import MOST_VALUES, Clause, DocType, Filters, Hit, Query, Results, Role, SearchIndex, Sort
from ketluan.index.fold import clean, fold, is_plain, words

#: Words of a question beyond these are not looked at: a pasted page is no question.
MOST_WORDS = 200

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»〝〞＂", '"'))
_PIECE = re.compile(r'(?P<no>(?<!\S)-)?(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+))')
_EDGE = "'`‘’.,;:!?…()[]{}<>*^~|\\/+=-–—"

#: A document's number and symbol as Decree 30/2020/NĐ-CP has them, and the Party's: 68/NQ-CP, 45/2013/QH13, 09-NQ/TU.
_KEY = re.compile(r"(?=[^/]*/)(?P<number>\d{1,5})(?P<rest>[a-z]?(?:/\d{4})?[-/][^\W\d_][^\W_]*(?:[-/&][^\W_]+)*)", re.I)


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a text to show: `text` with ellipses where it was cut, `highlights` counted in it."""

    text: str
    highlights: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    excluded: bool
    quoted: bool


@dataclass(frozen=True, slots=True)
class _Expansion:
    """What a spelling also asks for. Itself it is looked for as a `phrase`, with its marks (`exact`), or as words."""

    others: tuple[str, ...]
    phrase: bool = False
    exact: bool = False


def parse_query(
    text: str,
    *,
    doc_type: DocType = DocType.CONCLUSION,
    topics: Sequence[str] = (),
    agencies: Sequence[str] = (),
    role: Role = Role.ANY,
    kinds: Sequence[str] = (),
    citations: Sequence[str] = (),
    notices: Sequence[str] = (),
    paths: Sequence[str] = (),
    month_from: str | None = None,
    month_to: str | None = None,
    due_from: date | None = None,
    due_to: date | None = None,
    sort: Sort = Sort.RELEVANCE,
    offset: int = 0,
    limit: int = 20,
    facets: Sequence[str] = (),
    counted: int = MOST_VALUES,
    nearly: bool = False,
) -> Query:
    """The question that `text` and the filters ask.

    `nearly`: after what has all the words, also what has most of those typed without quotes (`Query`).

    Raises `QueryError` where there is neither a word nor a filter.
    """
    filters = Filters(
        topics=tuple(topics),
        agencies=tuple(canonical(name) for name in agencies),
        role=role,
        kinds=tuple(kinds),
        citations=tuple(citations),
        notices=tuple(notices),
        paths=tuple(paths),
        month_from=month_from,
        month_to=month_to,
        due_from=due_from,
        due_to=due_to,
    )
    must, any_of, must_not = _understood(text, optional=nearly)
    if not (must or any_of or must_not) and filters in (Filters(), Filters(role=role)):
        raise QueryError("Hãy nhập từ cần tìm, ví dụ: quy hoạch sử dụng đất, hoặc chọn một bộ lọc.")
    return Query(doc_type, must, must_not, any_of, filters, sort, offset, limit, tuple(facets), counted)


def search(index: SearchIndex, text: str, **options: object) -> Results:
    """Ask `index`; `options` are those of `parse_query`. Raises `QueryError` and what the index raises."""
    return index.search(parse_query(text, **options))  # type: ignore[arg-type]


def canonical(name: str) -> str:
    """The full name of the agency that `name` means (`Sở KHĐT`); `name` itself where it is not known."""
    from extractors import agencies  # reads the vocabulary, needed only here

    return agencies.canonical(name)


# ---------------------------------------------------------------- what was typed


def _understood(
    text: str, *, optional: bool
) -> tuple[tuple[Clause, ...], tuple[tuple[Clause, ...], ...], tuple[Clause, ...]]:
    """The clauses that must match, the groups of alternatives, and what must not match."""
    must: list[Clause] = []
    any_of: list[tuple[Clause, ...]] = []
    must_not: list[Clause] = []
    for piece, alternatives in _groups(list(_pieces(text))):
        strict = piece.quoted or piece.excluded or any(one.key for one in alternatives)
        group = tuple(replace(one, optional=optional and not strict) for one in alternatives)
        if piece.excluded:
            must_not += group
        elif len(group) == 1:
            must += group
        else:
            any_of.append(group)
    return tuple(must), tuple(dict.fromkeys(any_of)), tuple(must_not)


def _pieces(text: str) -> Iterator[_Piece]:
    room = MOST_WORDS
    for match in _PIECE.finditer(clean(text).translate(_QUOTES)):
        quoted = match["quoted"] is not None
        piece = match["quoted"] if quoted else match["plain"]
        excluded = match["no"] is not None
        room -= (count := len(words(piece)))
        if room < 0:
            return
        if count:
            yield _Piece(piece.strip() if quoted else piece.strip(_EDGE), excluded, quoted)


def _groups(pieces: list[_Piece]) -> Iterator[tuple[_Piece, tuple[Clause, ...]]]:
    """Each piece, or the longest run of pieces that the vocabulary knows, as its first piece and its alternatives."""
    at = 0
    while at < len(pieces):
        size, expansion = _longest(pieces[at:])
        run = pieces[at : at + size]
        typed = " ".join(piece.text for piece in run)
        yield run[0], _alternatives(typed, run[0], size, expansion)
        at += size


def _alternatives(typed: str, piece: _Piece, size: int, expansion: _Expansion | None) -> tuple[Clause, ...]:
    several = len(words(typed)) > 1
    if match := _KEY.fullmatch(typed):
        bare = match["number"].lstrip("0")
        keys = dict.fromkeys((typed, bare + match["rest"], bare.zfill(2) + match["rest"]))
        return (Clause(typed, phrase=True, exact=not is_plain(typed)), *(Clause(k, key=True) for k in keys))
    if piece.quoted:
        return (Clause(typed, phrase=several, exact=not is_plain(typed)),)
    exact = piece.excluded and not is_plain(typed)  # nothing is left out because of a guess
    if expansion is None:
        return (Clause(typed, phrase=several, exact=exact),)
    own = Clause(
        typed, phrase=several and (expansion.phrase or size == 1 or piece.excluded), exact=exact or expansion.exact
    )
    return (own, *(Clause(other, phrase=True, exact=piece.excluded) for other in expansion.others))


def _longest(pieces: list[_Piece]) -> tuple[int, _Expansion | None]:
    """How many of the first pieces belong together, and what they also ask for."""
    run: list[_Piece] = []
    spelt: list[str] = []
    found: tuple[int, _Expansion | None] = (1, None)
    for piece in pieces:
        if piece.quoted or (run and (piece.excluded or run[0].excluded)):
            break
        run.append(piece)
        spelt += words(piece.text)
        if len(spelt) > _longest_key():
            break
        expansion = _known(tuple(spelt), " ".join(p.text for p in run))
        if expansion is not None:
            found = (len(run), expansion)
    return found


def _known(spelt: tuple[str, ...], typed: str) -> _Expansion | None:
    table = _table()
    plain = is_plain(typed)
    return table.get(typed) or table.get(spelt) or (table.get(("", *spelt)) if plain else None)


@cache
def _longest_key() -> int:
    return max(len(spelling) for spelling in _table() if isinstance(spelling, tuple))


@cache
def _table() -> dict[str | tuple[str, ...], _Expansion]:
    """Spelling → what it also asks for.

    A tuple of words is a spelling in any case; after an empty word it is one without marks.
    A string is one that counts only as it stands, in capitals.
    """
    data = load("abbreviations")
    table: dict[str | tuple[str, ...], _Expansion] = {}
    for spellings in data["groups"].values():
        for one in spellings:
            _add(table, one, _Expansion(_but(one, spellings), phrase=True))
    for row in data["abbreviations"]:
        short, full = _listed(row["short"]), _listed(row["full"])
        ambiguous = bool(row.get("ambiguous"))
        full = [spelling for one in (full[:1] if ambiguous else full) for spelling in _with_and_without_and(one)]
        for one in short:
            others = tuple(full) if ambiguous else (*full, *_but(one, short))
            if _is_no_syllable(one) and not ambiguous:
                _add(table, one, _Expansion(others, phrase=True))
            else:
                table.setdefault(one, _Expansion(others, phrase=True, exact=True))
        for one in full:
            found = (*(s for s in short if _is_no_syllable(s) and not ambiguous), *_but(one, full))
            if found:
                _add(table, one, _Expansion(found))
    return table


def _with_and_without_and(full: str) -> Iterator[str]:
    """`Tài nguyên và Môi trường` is printed with `&` too, which is no word."""
    yield full
    if " và " in full:
        yield full.replace(" và ", " & ")


def _add(table: dict[str | tuple[str, ...], _Expansion], spelling: str, expansion: _Expansion) -> None:
    spelt = tuple(words(spelling))
    table.setdefault(spelt, expansion)
    table.setdefault(("", *map(fold, spelt)), expansion)


def _is_no_syllable(short: str) -> bool:
    """Whether an abbreviation cannot be taken for a word where case and marks are lost."""
    letters = [c for c in fold(short) if c.isalpha()]
    return len(letters) >= 4 or (len(letters) == 3 and not set(letters) & set("aeiouy"))


def _but(one: str, spellings: Iterable[str]) -> tuple[str, ...]:
    return tuple(s for s in spellings if words(s) != words(one))


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


# ---------------------------------------------------------------- what is shown

_SENTENCE = re.compile(r"(?<=[.;!?…])\s+|\n+")
_ELLIPSIS = "…"


def passage(hit: Hit, width: int = 240) -> Passage:
    """The part of a hit's text that shows best why it was found, at most about `width` characters.

    It begins and ends with a sentence where one fits, else with a word; `…` stands where text was left out.
    """
    text = hit.document.get("text") or ""
    if len(text) <= width:
        return Passage(text, hit.highlights)
    first, last = _busiest(hit.highlights, width)
    start = _start(text, first, max(width - (last - first), 0))
    end = _end(text, max(last, start + 1), start + width)
    return _cut(text, start, end, hit.highlights)


def _busiest(highlights: Sequence[tuple[int, int]], width: int) -> tuple[int, int]:
    """The stretch of at most `width` characters that holds most of what is marked."""
    best, most = (0, 0), 0
    for n, (start, _) in enumerate(highlights):
        inside = [(s, e) for s, e in highlights[n:] if e <= start + width] or [(start, start + width)]
        marked = sum(e - s for s, e in inside)
        if marked > most:
            best, most = (start, inside[-1][1]), marked
    return best


def _start(text: str, first: int, room: int) -> int:
    """Where to begin so that `first` is shown with its sentence, or with some words before it."""
    earliest = max(first - room, 0)
    sentences = [0, *(m.end() for m in _SENTENCE.finditer(text))]
    begun = [at for at in sentences if earliest <= at <= first]
    if begun:
        return begun[-1]
    at = max(first - room // 3, 0)
    space = text.find(" ", at, first)
    return space + 1 if space >= 0 else at


def _end(text: str, last: int, latest: int) -> int:
    """Where to end: after a sentence that ends at `last` or later, else after a word."""
    if latest >= len(text):
        return len(text)
    latest = max(latest, last)
    ended = [m.start() for m in _SENTENCE.finditer(text, last) if m.start() <= latest]
    if ended:
        return ended[-1]
    space = text.rfind(" ", last, latest + 1)
    return space if space > 0 else latest


def _cut(text: str, start: int, end: int, highlights: Iterable[tuple[int, int]]) -> Passage:
    part = text[start:end].rstrip()
    lead = f"{_ELLIPSIS} " if start else ""
    tail = f" {_ELLIPSIS}" if start + len(part) < len(text.rstrip()) else ""
    shift = len(lead) - start
    inside = ((max(s, start), min(e, start + len(part))) for s, e in highlights)
    return Passage(lead + part + tail, tuple((s + shift, e + shift) for s, e in inside if s < e))
