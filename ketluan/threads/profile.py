"""What is a conclusion about? Its terms, names, numbers and years, freed of agencies, dates and phrases of office.

    terms     words and pairs of neighbouring words: "sử dụng", "dụng đất"
    names     pairs of neighbouring capitalised words: "Mỹ Hạnh"; places, persons, projects
    numbers   of roads, wards, lots: "#482" in đường tỉnh 482, ĐT.482 and tuyến 482; "#lợi2" in Tân Lợi 2
    years     a plan's year: 2024 in "kế hoạch sử dụng đất năm 2024"; deadlines are no years
    keys      cited documents

Abbreviations are written out first (`extractors/vocabulary/abbreviations.yaml`), and one spelling is kept
(`fold.norm`), so that GPMB and giải phóng mặt bằng, hoà and hòa are the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise

from extractors.agencies import find_agencies
from extractors.model import Conclusion
from extractors.spelling import alternatives, level
from extractors.vocabulary import load
from ketluan.index.fold import clean, norm
from ketluan.stored import StoredNotice, conclusion_id
from ketluan.threads.formulas import COUNTED, FORMULA, GIVEN, JOINTS, KINDS, KNOWN, NO_NAMES, NUMBERED, SMALL

_BREAK = "."
#: the path of the only conclusion of its item, whose title is its own: `II.3`, `4`
_ALONE = re.compile(r"(?:[IVX]+'*\.)?\d+'*")
#: Characters. A longer heading is a paragraph about many things.
LONGEST_HEADING = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text is about."""

    terms: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    districts: frozenset[str] = frozenset()  # names of districts and towns: less telling than other names
    numbers: frozenset[str] = frozenset()
    counts: frozenset[str] = frozenset()  # "640 giáo", "8,4 ha": numbers from 3 on with what is counted
    years: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()  # as named in the text
    runs: tuple[tuple[str, ...], ...] = ()  # its words, a clause each
    days: frozenset[str] = frozenset()  # all days printed, YYYY-MM-DD
    next: Mapping[str, frozenset[str]] = field(default_factory=dict)  # word → words that follow it, joints left out
    heads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # name → words before it: what bears the name


@dataclass(frozen=True, slots=True)
class Profile:
    """One conclusion as it is compared. `order` sorts all conclusions of an archive in time."""

    id: str
    notice: str
    month: str
    path: str
    order: tuple[str, str, int]
    conclusion: Conclusion
    about: Reading
    above: Reading  # the titles and lead-ins above
    lead: frozenset[str]
    agencies: frozenset[str]  # all that it names or inherits, but for councils and collectives
    councils: frozenset[str]  # UBND huyện …
    places: frozenset[str]  # names of districts, also inside the names of councils
    keys: frozenset[str]  # cited documents
    cites: frozenset[str]  # ids of notices of the archive that it names by their number


#: Number and symbol of a notice (`31/TB-UBND`) → (day or year of issue, id) of each that bears it.
Numbered = Mapping[str, Sequence[tuple[str, str]]]


def profiles(stored: StoredNotice, numbered: Numbered | None = None) -> list[Profile]:
    """One profile for each conclusion of a notice, in the order of the paper."""
    month = month_of(stored)
    return [_profile(stored, month, place, c, numbered or {}) for place, c in enumerate(stored.notice.conclusions)]


def month_of(stored: StoredNotice) -> str:
    """`YYYY-MM` of its session, else of its issue; empty where neither is known."""
    return stored.notice.session.month or (stored.notice.issued or "")[:7]


def _profile(
    stored: StoredNotice,
    month: str,
    place: int,
    conclusion: Conclusion,
    numbered: Mapping[str, Sequence[tuple[str, str]]],
) -> Profile:
    headings = [h for h in (conclusion.item, *conclusion.context) if h and len(h) <= LONGEST_HEADING]
    own = conclusion.item in headings and _ALONE.fullmatch(conclusion.path)
    title, above = (f"{headings[0]}: ", headings[1:]) if own else ("", headings)
    cites = frozenset(
        id
        for citation in conclusion.citations
        for issued, id in numbered.get(citation.key, ())
        if id != stored.id and _one_day(citation.issued, issued)
    )
    about = read(title + conclusion.text, tuple(m.text for m in (*conclusion.lead, *conclusion.coordinating)))
    told = {m.name for m in (*conclusion.lead, *conclusion.coordinating) if m.agency or is_council(m.name)}
    councils = {name for name in about.agencies | told if is_council(name)}
    return Profile(
        id=conclusion_id(stored.id, conclusion.path),
        notice=stored.id,
        month=month,
        path=conclusion.path,
        order=(month, stored.id, place),
        conclusion=conclusion,
        about=about,
        above=read("\n".join(above), ()),
        lead=frozenset(m.name for m in conclusion.lead),
        agencies=(about.agencies | told) - councils - _EVERYWHERE,
        councils=frozenset(councils),
        places=about.districts.union(pair for council in councils for pair in _pairs(council)),
        keys=frozenset(c.key for c in conclusion.citations if c.key not in numbered),
        cites=cites,
    )


def _one_day(one: str | None, other: str) -> bool:
    """Do two days, each known as far as it is printed, agree?"""
    return not one or one.startswith(other) or other.startswith(one)


# -- reading a text


@dataclass(frozen=True, slots=True)
class _Token:
    text: str  # as printed
    norm: str
    start: int
    end: int


_TOKEN = re.compile(r"[^\W_]+")
_DATES = re.compile(
    r"(?:ngày\s+)?\d{1,2}\s*[/\-.]\s*\d{1,2}\s*[/\-.]\s*\d{4}|(?:ngày\s+\d{1,2}\s+)?tháng\s+\d{1,2}\s*(?:/|năm\s+)\s*\d{4}"
    r"|(?:ngày\s+)?\d{1,2}/\d{1,2}(?!\d)|tháng\s+\d{1,2}(?!\d)|(?<!\d)\d{1,2}/\d{4}"
    r"|quý\s+(?:I{1,3}|IV|[1-4])(?:\s*(?:/|năm\s+)\s*\d{4})?(?!\w)|\d+[.,]\d+|\d+\s*%",
    re.I,
)
_PAPERS = re.compile(r"(?:số\s+)?\d+[^\s,;]*/[\w\-&./]*[^\W\d_][\w\-&./]*")
_ROADS = re.compile(r"(?<!\w)(?:(ĐT|ĐH|TL)|(QL))\.?\s?(?=\d)")
_YEAR = re.compile(r"(?:19|20)\d\d")


@lru_cache(maxsize=4096)
def read(text: str, told: tuple[str, ...]) -> Reading:
    """What `text` is about; `told` are its agencies as printed."""
    if not text:
        return Reading()
    masked, agencies = _masked(clean(text), told)
    spelt = written_out(masked)
    kept = FORMULA.sub(lambda m: _BREAK * len(m[0]), norm(spelt))
    tokens = [_Token(spelt[m.start() : m.end()], m[0], m.start(), m.end()) for m in _TOKEN.finditer(kept)]
    clauses = list(_clauses(tokens, kept))
    names = _Names(spelt)
    for token in tokens:
        names.take(token)
    return Reading(
        terms=frozenset(_terms(clauses)),
        names=frozenset(names.names),
        districts=frozenset(names.districts),
        numbers=frozenset(names.numbers),
        counts=frozenset(_counts(norm(text))),
        years=frozenset(t.norm for t in tokens if _YEAR.fullmatch(t.norm)),
        agencies=frozenset(agencies),
        days=frozenset(f"{y}-{int(m):02d}-{int(d):02d}" for d, m, y in _DAY.findall(text)),
        next=_next(clauses),
        runs=tuple(tuple(t.norm for t in clause) for clause in clauses),
        heads={name: tuple(words) for name, words in names.heads.items()},
    )


def is_council(name: str) -> bool:
    """Is it the council or committee of one district or commune?"""
    return (
        name.startswith(("UBND ", "HĐND ")) and len(name.split()) > 2 and any(w[0].isupper() for w in name.split()[2:])
    )


_EVERYWHERE = frozenset(("UBND tỉnh", "HĐND tỉnh", "UBND thành phố", "Thường trực UBND tỉnh"))
_DAY = re.compile(r"(?<!\d)(\d{1,2})\s*/\s*(\d{1,2})\s*/\s*(\d{4})(?!\d)")


def _masked(text: str, told: tuple[str, ...]) -> tuple[str, set[str]]:
    """The text without agencies, documents and dates, of the same length; and the agencies."""
    agencies: set[str] = set()
    letters = list(text)
    for mention in find_agencies(text, level(text)):
        if mention.agency or mention.name.startswith(("UBND", "HĐND")) or mention.text in told:
            _blank(letters, mention.span.start, mention.span.end)
            agencies.add(mention.name)
    for pattern in (_PAPERS, _DATES):
        for match in pattern.finditer("".join(letters)):
            _blank(letters, match.start(), match.end())
    return "".join(letters), agencies


def _blank(letters: list[str], start: int, end: int) -> None:
    letters[start:end] = _BREAK * (end - start)


def _pairs(name: str) -> Iterator[str]:
    for one, other in pairwise(_TOKEN.findall(name)):
        if one[0].isupper() and other[0].isupper() and not one.isupper():
            yield f"{norm(one)} {norm(other)}"


def written_out(text: str) -> str:
    """The text with its abbreviations written out."""
    roads = _ROADS.sub(lambda m: "đường tỉnh " if m[1] else "quốc lộ ", text)
    pattern, table = _abbreviations()
    return pattern.sub(lambda m: table[m[0]], roads)


@cache
def _abbreviations() -> tuple[re.Pattern[str], dict[str, str]]:
    """Short forms in capitals that have one reading."""
    table: dict[str, str] = {}
    for row in load("abbreviations")["abbreviations"]:
        if row.get("ambiguous") or not isinstance(row["full"], str):
            continue
        for short in row["short"] if isinstance(row["short"], list) else [row["short"]]:
            table[short] = row["full"].lower()
    for spellings in load("abbreviations")["groups"].values():
        table.update(dict.fromkeys(spellings[1:], spellings[0]))
    return re.compile(rf"(?<!\w)(?:{alternatives(table, ignore_case=False)})(?!\w)"), table


def _clauses(tokens: list[_Token], kept: str) -> Iterator[list[_Token]]:
    """Runs of words with nothing but spaces between them."""
    run: list[_Token] = []
    for token in tokens:
        if run and kept[run[-1].end : token.start].strip():
            yield run
            run = []
        run.append(token)
    if run:
        yield run


def _terms(clauses: list[list[_Token]]) -> Iterator[str]:
    """Single words that say something, and pairs of neighbours that are no joints."""
    for clause in clauses:
        for token in clause:
            if token.norm not in SMALL and len(token.norm) > 1 and not token.norm.isdigit():
                yield token.norm
        for one, other in pairwise(clause):
            both = (one.norm, other.norm)
            if not any(w in JOINTS or w.isdigit() for w in both) and not all(w in SMALL for w in both):
                yield f"{one.norm} {other.norm}"


def _next(clauses: list[list[_Token]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for clause in clauses:
        telling = [t.norm for t in clause if t.norm not in JOINTS]
        for one, other in pairwise(telling):
            found.setdefault(one, set()).add(other)
    return {word: frozenset(after) for word, after in found.items()}


class _Names:
    """Names, districts and numbers of a text, and what stands before each name."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._past: list[_Token] = []
        self._place = ""  # the word before the run of capitals that is being read
        self.names: set[str] = set()
        self.districts: set[str] = set()
        self.numbers: set[str] = set()
        self.heads: dict[str, list[str]] = {}

    def take(self, token: _Token) -> None:
        before = self._past[-1] if self._past else None
        gap = self._text[before.end : token.start] if before else ""
        if before and gap == " " and _capital(before) and _capital(token):
            self._name(before, token)
        elif before and gap in (" ", "-", " - ", " – ", ".") and token.text.isdigit():
            self._number(before, token)
        elif before and gap == " " and before.text.isdigit() and token.norm in COUNTED:
            self._counted(before)
        elif before and gap == " " and _capital(token) and token.norm not in KINDS | SMALL and len(token.norm) > 2:
            self.names.add(token.norm)
            self.heads.setdefault(token.norm, []).extend(self._heads(-4))
        elif before and gap == " " and f"{before.norm} {token.norm}" in KNOWN:
            self.names.discard(before.norm)  # Phát triển, Đào tạo
        elif before and gap == " " and before.norm in ("thứ", "lần") and _ROMAN.fullmatch(token.text):
            self.numbers.add(f"#thứ{token.text}")
        if not (before and gap == " " and _capital(before)):
            self._place = self._before(gap)
        self._past.append(token)

    def _counted(self, number: _Token) -> None:
        """What was taken for the number of a thing counts things."""
        before = self._past[-2].norm if len(self._past) > 1 else ""
        self.numbers -= {f"#{int(number.text)}", f"#{before}{number.text}", f"#{before}{int(number.text)}"}

    def _before(self, gap: str) -> str:
        """The word before a name; `thị xã` is one."""
        words = [t.norm for t in self._past[-2:]] if gap == " " else [""]
        return " ".join(words) if words[-1] == "xã" and words[0] == "thị" else words[-1] if words else ""

    def _name(self, one: _Token, other: _Token) -> None:
        name = f"{one.norm} {other.norm}"
        kinds = KINDS.intersection((one.norm, other.norm))
        if len(kinds) == 2 or not kinds <= GIVEN or name in NO_NAMES:
            return
        (self.districts if self._place in _DISTRICT else self.names).add(name)
        self.names.discard(one.norm)
        self.heads.setdefault(name, []).extend(self._heads(-6, -1))

    def _heads(self, start: int, end: int | None = None) -> list[str]:
        past = self._past[start:end]
        return [t.norm for t in past if t.norm not in SMALL and (not _capital(t) or t.norm in KINDS)]

    def _number(self, before: _Token, token: _Token) -> None:
        if _YEAR.fullmatch(token.text) or len(token.text) > 4:
            return
        if before.norm in NUMBERED:
            self.numbers.add(f"#{int(token.text)}" if len(token.text) > 1 else f"#{before.norm}{token.text}")
        elif _capital(before) and before.norm not in SMALL and len(token.text) <= 2:
            self.numbers.add(f"#{before.norm}{int(token.text)}")


_COUNT = re.compile(r"(?<![\w/.,])(\d{1,3}(?:\.\d{3})+|\d+(?:,\d+)?) (\w+)(?: (\w+))?")


def _counts(text: str) -> Iterator[str]:
    """Numbers with what is counted, where both together tell something."""
    for match in _COUNT.finditer(text):
        number = match[1].replace(".", "").lstrip("0")
        if match[2] in COUNTED and (len(number) > 1 or number in "3456789"):
            yield f"{number} {match[2]}"


_ROMAN = re.compile("[IVX]+")
_DISTRICT = frozenset(norm(w) for w in ("huyện", "quận", "thị xã", "phố", "tỉnh"))


def _capital(token: _Token) -> bool:
    return token.text[0].isupper() and not (len(token.text) > 1 and token.text.isupper())
