"""Which documents does a sentence cite? One `Citation` a document, in order of first mention.

The grammar follows Decree 30/2020/NĐ-CP (state papers: `68/NQ-CP`, `30/2020/NĐ-CP`), the
rules of Party offices (`09-NQ/TU`: hyphen before slash) and the law on legal documents
(`58/2024/QH15`). A letter without a kind has its body where others have their type
(`3578/UBND-TH`). Laws are also cited by title (`Luật Đất đai năm 2013`).

`key` is the number and symbol in capitals without blanks, zeros as printed; `text` is the
passage from the kind to the end of the number. What is printed wrongly stays as printed:
`181/2024/NĐCP` is its own key, and `problems` names it. Dates, terms (`2021-2025`), ratios
(`22/22 xã`) and roads (`ĐT.151`) have no symbol of capitals behind a slash and are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import resources

import yaml
from msgspec.structs import replace

from extractors.model import Citation, Problem, Severity, Span

#: Kinds as they stand before a number, longest first where one begins another.
KINDS = (
    "Thông báo kết luận",
    "Thông báo",
    "Thông tư liên tịch",
    "Thông tư",
    "Thông tri",
    "Nghị quyết liên tịch",
    "Nghị quyết",
    "Nghị định",
    "Quyết định",
    "Quy định",
    "Quy chế",
    "Chỉ thị",
    "Kế hoạch",
    "Kết luận",
    "Chương trình hành động",
    "Chương trình",
    "Công văn",
    "Công điện",
    "Văn bản hợp nhất",
    "Văn bản",
    "Đề án",
    "Phương án",
    "Tờ trình",
    "Báo cáo",
    "Hướng dẫn",
    "Biên bản",
    "Giấy mời",
    "Bộ luật",
    "Luật",
    "Pháp lệnh",
)
#: What a symbol's type says where the paper prints no kind (Decree 30/2020, Annex III; Party: Instruction 36-HD/VPTW).
TYPES = {
    "NQ": "Nghị quyết",
    "NĐ": "Nghị định",
    "QĐ": "Quyết định",
    "QyĐ": "Quy định",
    "QC": "Quy chế",
    "CT": "Chỉ thị",
    "CTr": "Chương trình",
    "KH": "Kế hoạch",
    "KL": "Kết luận",
    "TB": "Thông báo",
    "TT": "Thông tư",
    "TTLT": "Thông tư liên tịch",
    "CĐ": "Công điện",
    "CV": "Công văn",
    "ĐA": "Đề án",
    "PA": "Phương án",
    "TTr": "Tờ trình",
    "BC": "Báo cáo",
    "HD": "Hướng dẫn",
    "BB": "Biên bản",
    "GM": "Giấy mời",
    "VBHN": "Văn bản hợp nhất",
    "QH": "Luật",
    "UBTVQH": "Pháp lệnh",
}
#: Kinds that may stand before a symbol of another type: a general word, or the usual one of two.
LOOSE = frozenset({"Văn bản", "Thông báo kết luận", "Chương trình hành động", "Nghị quyết liên tịch", "Bộ luật"})

_HYPHEN = r"\s?[-‐‑‒–—−]\s?"
_CAPS = r"[A-ZĐ][A-Za-zĐđƯưÔôƠơ&]{0,9}\d{0,2}"
_YEAR = r"(?:19|20)\d{2}"
_GLUED = r"(?:NĐ|NQ|QĐ|TT|CT|TB|KH)(?:CP|TTg|UBND|HĐND|TU|VPCP|B[A-ZĐ]{1,6})"
_UPPER = "A-Z" + "".join(letter for code in range(0xC0, 0x1EFA) if (letter := chr(code)).isupper())
_DATE = (
    r"ngày\s+(?:(?P<d>\d{1,2})\s?[/.]\s?(?P<m>\d{1,2})\s?[/.]\s?(?P<y>\d{4})"
    r"|(?P<dw>\d{1,2})\s+tháng\s+(?P<mw>\d{1,2})\s*năm\s*(?P<yw>\d{4}))"
)
_NUMBER = re.compile(
    rf"""(?<![\w/.-])(?<!\d,)
    (?P<list>(?:\d{{1,5}}[a-z]?\s?(?:,|;|\bvà\b|/(?=\s?\d{{1,3}}[-/,]))\s?)*)   # 09, 10 và
    (?P<num>\d{{1,5}}(?:\.\d{{1,3}})?[a-zđ]?)
    (?:
      \s?/\s?(?P<law>{_YEAR}\s?/\s?(?:QH\d{{1,2}}|(?:PL-)?UBTVQH\d{{0,2}}))\b    # 58/2024/QH15
    | (?P<party>{_HYPHEN}[A-ZĐ][A-Za-zĐ]{{0,3}}\s?/\s?[A-ZĐ][A-Za-zĐ]{{1,9}})(?![\w])   # 09-NQ/TU
    | \s?/\s?(?P<state>(?:{_YEAR}\s?/\s?)?{_CAPS}(?:{_HYPHEN}{_CAPS}){{1,4}})(?![\w])  # 68/NQ-CP
    | \s?/\s?(?P<bare>(?:{_YEAR}\s?/\s?)?{_GLUED})(?![\w])                                # 181/2024/NĐCP
    )""",
    re.VERBOSE,
)
_KIND_BEFORE = re.compile(
    rf"(?:^|\W)(?P<kind>{'|'.join(KINDS)})\s*(?:số\s*:?\s*)?$".replace(" ", r"\s+"), re.IGNORECASE
)
#: Longer than any kind with `số` behind it: how far back a kind is looked for.
_KIND_REACH = 40
#: Luật Đầu tư công số 58/2024/QH15
_LAW_BEFORE = re.compile(r"(?:Bộ luật|Luật|Pháp lệnh|Nghị quyết)\s(?:(?!Luật)[^.;:/\n])*?\s(?:số\s*:?\s*)?$")
_CARRIES_ON = re.compile(
    rf"\s*(?:[,;]?\s*{_DATE.replace('?P<', '?P<_')})?[^.;\n]{{0,60}}?\s*(?:[,;]|và)\s*(?:số\s*:?\s*)?$"
)
_NUMBERED = re.compile(r"[Ss]ố\s*:?\s*$|,\s*$")
_ISSUED = re.compile(rf"\s*,?\s*(?:{_DATE}|năm\s+(?P<only>{_YEAR})\b)")
_ISSUER = re.compile(
    r"\s*,?\s*của\s+(?:liên\s+)?(?P<issuer>(?:các\s+)?["
    + _UPPER
    + r"](?:(?!\s(?:về|v/v|ngày|quy định|để|nhằm|cho|tại|theo|đã|được|"
    r"trong|với|của|là|có|thì|trên|phê duyệt|ban hành|đối với|bảo đảm|đảm bảo|hướng dẫn|sửa đổi|giao|"
    r"số|và (?:các|những|Nghị|Quyết|Kế|Chỉ|Công văn|Công điện|Thông|Kết|Luật|triển|thực|văn|tổ|theo|ý))\b)"
    r"[^,.;:()\n“”\"])*)"
)
_SPACES = re.compile(r"\s+")


def find_citations(text: str) -> tuple[Citation, ...]:
    """The documents that `text` (NFC) cites, each once, in order; spans count from its first character.

    `issued` and `issuer` are filled only as far as they are printed behind the number. Nothing is raised.
    """
    found: list[Citation] = []
    if "/" in text:
        found.extend(_numbered(text))
    if "uật" in text or "LUẬT" in text or "áp l" in text or "iến p" in text:
        found.extend(_named(text, found))
    found.sort(key=lambda citation: citation.span.start)
    return _once(found)


# ---------------------------------------------------------------- documents with a number


def _numbered(text: str) -> Iterator[Citation]:
    kind: str | None = None
    last = 0
    for match in _NUMBER.finditer(text):
        ahead = text[last : match.start()]
        symbol = _symbol(match)
        if not _believable(symbol, match):
            continue
        before = _KIND_BEFORE.search(ahead, max(0, len(ahead) - _KIND_REACH))
        if before is None and match["law"]:
            before = _LAW_BEFORE.search(ahead, max(0, len(ahead) - 4 * _KIND_REACH))
        if before:
            kind = _kind(before)
        elif not (last and _CARRIES_ON.fullmatch(ahead) and kind in (_type_of(symbol) or kind, *LOOSE)):
            kind = _type_of(symbol)
        start = last + before.start(_begin(before)) if before else match.start()
        yield from _each(text, match, symbol, kind, start, numbered=bool(before or _NUMBERED.search(ahead)))
        last = match.end()


def _symbol(match: re.Match[str]) -> str:
    """All behind the number: `/NQ-CP`, `-NQ/TU`, `/2024/QH15`."""
    symbol = match["party"] or "/" + (match["law"] or match["state"] or match["bare"])
    return re.sub(r"[‐‑‒–—−]", "-", _SPACES.sub("", symbol))


def _believable(symbol: str, match: re.Match[str]) -> bool:
    """A symbol's first part is a known type, or a body in capitals (`UBND`, `STNMT`)."""
    if match["law"] or match["bare"] or match["party"]:
        first = re.split(r"[-/]", symbol.lstrip("-/"))[0]
        return not match["party"] or first in TYPES or first.isupper() or first[:2] in TYPES
    head = re.sub(rf"^/(?:{_YEAR}/)?", "", symbol).split("-")
    return head[0] in TYPES or (len(head[0]) > 1 and head[0][:3].isupper() and any(p[:2].isupper() for p in head[1:]))


def _each(
    text: str, match: re.Match[str], symbol: str, kind: str | None, start: int, *, numbered: bool
) -> Iterator[Citation]:
    """The numbers of a list (`09, 10 và 11-NQ/TU`) and then the one that bears the symbol."""
    issued, issuer = _behind(text, match.end())
    begins = start
    if match["list"] and not numbered:
        begins = match.start("num")
    elif match["list"]:
        for one in re.finditer(r"\d{1,5}[a-z]?", match["list"]):
            end = match.start("list") + one.end()
            yield Citation((one[0] + symbol).upper(), text[begins:end], Span(begins, end), kind, None, issuer)
            begins = match.start("list") + _next_number(match["list"], one.end())
    key = (match["num"] + symbol).upper()
    yield Citation(key, text[begins : match.end()], Span(begins, match.end()), kind, issued, issuer)


def _next_number(listed: str, position: int) -> int:
    found = re.compile(r"\d").search(listed, position)
    return found.start() if found else len(listed)


def _type_of(symbol: str) -> str | None:
    party = symbol.startswith("-")
    first = re.split(r"[-/]", re.sub(rf"^/(?:{_YEAR}/)?", "", symbol).lstrip("-"))[0]
    if party and first == "QĐ":  # Quyết định and Quy định share it
        return None
    return TYPES.get(first) or TYPES.get(first.rstrip("0123456789"))


def _begin(before: re.Match[str]) -> int | str:
    return "kind" if "kind" in before.re.groupindex else 0


def _kind(before: re.Match[str]) -> str:
    plain = _SPACES.sub(" ", before[_begin(before)]).casefold()
    return next(kind for kind in KINDS if plain.startswith(kind.casefold()))


def _behind(text: str, position: int) -> tuple[str | None, str | None]:
    """Date and issuer printed right behind a number."""
    issued: str | None = None
    if date_ := _ISSUED.match(text, position):
        issued, position = _partial(date_), date_.end()
    issuer = _ISSUER.match(text, position)
    return issued, _SPACES.sub(" ", issuer["issuer"]).strip() if issuer else None


def _partial(match: re.Match[str]) -> str | None:
    if only := match.groupdict().get("only"):
        return only
    year, month, day = (int(match[a] or match[b]) for a, b in (("y", "yw"), ("m", "mw"), ("d", "dw")))
    return f"{year:04}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else None


# ---------------------------------------------------------------- laws by their title

_LAW = re.compile(r"(?<!\w)(?P<kind>Bộ\s+[Ll]uật|L(?:uật|UẬT)|Pháp\s+lệnh|Hiến\s+pháp)(?=\s)")
_LAWS = re.compile(r"(?<!\w)[Cc]ác\s+(?:[Ll]uật|LUẬT)\s*:?\s+(?=[A-ZĐ])")
_DRAFT = re.compile(r"(?:dự\s+thảo|dự\s+án|xây\s+dựng|soạn\s+thảo|góp\s+ý)\s+(?:các\s+)?$", re.IGNORECASE)
#: Where the title of a law that no list knows comes to its end: at its year or number, commas and all …
_TITLE_TO_YEAR = re.compile(
    rf"\s+[{_UPPER}](?:(?!\sLuật\s|,\s+(?:giao|yêu cầu|đề nghị|các|[{_UPPER}]))[^.;:()“”\"\n]){{3,90}}?"
    rf"(?=\s*,?\s+(?:năm\s+)?{_YEAR}(?![\d/-])|\s+(?:số\s+)?\d+/{_YEAR}/|\s+ngày\s+\d)"
)
#: … or else at the first comma, or a word that titles do not hold.
_TITLE_END = re.compile(
    rf"[.,;:()“”\"\n]|\s(?:số|năm|ngày|và\s+(?:các|những|nghị|văn|[{_UPPER}])|quy\s+định|"
    r"được|đã|có|là|về|theo|tại|để|thì|này|trên|cho|của|trong|do|khi|giao)(?=\s)|$"
)
_LAW_YEAR = re.compile(rf"\s*,?\s*(?:(?:năm|NĂM)\s+)?(?P<year>{_YEAR})(?![\d/-])")
_LAW_DATE = re.compile(rf"\s*,?\s*{_DATE}")
_LAW_NUMBER = re.compile(
    rf"\s*,?\s*(?:\([^()]{{0,30}}\)\s*)?(?:[Ss]ố\s*:?\s*)?(?=\d{{1,4}}\s?/\s?{_YEAR}\s?/\s?(?:QH|UBTVQH|PL))"
)


@cache
def _titles() -> dict[str, tuple[re.Pattern[str], dict[str, str]]]:
    """The known titles of each kind: one pattern, longest first, and each printed form's title as listed."""
    data = yaml.safe_load(resources.files("extractors.vocabulary").joinpath("laws.yaml").read_text("utf-8"))
    short: dict[str, str] = data.pop("viet-tat")
    return {kind: _known(titles, short if kind == "luat" else {}) for kind, titles in data.items()}


def _known(titles: Sequence[str], short: dict[str, str]) -> tuple[re.Pattern[str], dict[str, str]]:
    ordered = sorted((*titles, *short), key=len, reverse=True)
    spelled = (
        re.escape(title).replace(r"\ ", r"\s+").replace(",", ",?").replace("òa", "(?:òa|oà)") for title in ordered
    )
    pattern = re.compile(rf"\s+(?P<title>{'|'.join(spelled)})(?![\w])", re.IGNORECASE)
    return pattern, {_plain(title): title for title in titles} | {_plain(a): title for a, title in short.items()}


def _plain(title: str) -> str:
    """What print may vary of a title: case, commas, blanks, the place of a tone."""
    return _SPACES.sub(" ", title.replace(",", "")).casefold().replace("oà", "òa")


_VOCABULARY = {"luật": "luat", "bộ luật": "bo-luat", "pháp lệnh": "phap-lenh"}


def _named(text: str, numbered: Sequence[Citation]) -> Iterator[Citation]:
    for match in _LAW.finditer(text):
        if _DRAFT.search(text, max(0, match.start() - 40), match.start()):
            continue
        kind = _SPACES.sub(" ", match["kind"]).capitalize()
        if found := _law(text, match.start(), match.end(), kind):
            yield found
    for match in _LAWS.finditer(text):
        if not _DRAFT.search(text, max(0, match.start() - 40), match.start()):
            yield from _law_list(text, match.end() - 1)


def _law(text: str, start: int, end: int, kind: str) -> Citation | None:
    """One law from its kind on; None where it has a number (the number is its key) or is no title."""
    title, stop = _title(text, end, kind)
    if title is None or _LAW_NUMBER.match(text, stop):
        return None
    name = f"{kind} {title}".strip()
    if year := _LAW_YEAR.match(text, stop):
        end = year.end()
        return Citation(f"{name} {year['year']}", text[start:end], Span(start, end), kind, year["year"])
    if (date_ := _LAW_DATE.match(text, stop)) and (issued := _partial(date_)):
        return Citation(f"{name} {issued[:4]}", text[start:stop], Span(start, stop), kind, issued)
    if kind == "Hiến pháp":  # `Hiến pháp và pháp luật` names no document
        return None
    return Citation(name, text[start:stop], Span(start, stop), kind)


def _title(text: str, position: int, kind: str) -> tuple[str | None, int]:
    """The title behind the kind: a listed one, or else capital first letter up to a word that ends titles."""
    if kind == "Hiến pháp":
        return "", position
    pattern, as_listed = _titles()[_VOCABULARY[kind.casefold()]]
    if listed := pattern.match(text, position):
        return as_listed[_plain(listed["title"])], listed.end()
    dated = _TITLE_TO_YEAR.match(text, position)
    stop = _TITLE_END.search(text, position + 1)
    end = dated.end() if dated else stop.start() if stop else len(text)
    title = _SPACES.sub(" ", text[position:end]).strip(" ,")
    good = title[:1].isupper() and 1 < len(title.split()) <= 14 and not title.isupper()
    return (title, position + len(text[position:end].rstrip(" ,"))) if good else (None, end)


def _law_list(text: str, position: int) -> Iterator[Citation]:
    """các Luật Đất đai, Nhà ở và Kinh doanh bất động sản → each by its title."""
    pattern, as_listed = _titles()["luat"]
    while found := pattern.match(text, position):
        start, end = found.start("title"), found.end()
        title = as_listed[_plain(found["title"])]
        year = _LAW_YEAR.match(text, end)
        key = f"Luật {title}" + (f" {year['year']}" if year else "")
        yield Citation(key, text[start:end], Span(start, end), "Luật", year["year"] if year else None)
        joint = re.compile(r"\s*(?:,|;|và)(?=\s)").match(text, year.end() if year else end)
        if not joint:
            return
        position = joint.end()


# ---------------------------------------------------------------- each document once


def _once(found: Iterable[Citation]) -> tuple[Citation, ...]:
    """Each key once; a fuller mention lends its date and issuer; a law's bare name is the one with a year."""
    kept: dict[str, Citation] = {}
    for citation in found:
        first = kept.get(citation.key)
        if first is None:
            kept[citation.key] = citation
        elif (first.issued is None and citation.issued) or (first.issuer is None and citation.issuer):
            kept[citation.key] = replace(
                first, issued=first.issued or citation.issued, issuer=first.issuer or citation.issuer
            )
    return with_law_years([tuple(kept.values())])[0]


def with_law_years(found: Sequence[tuple[Citation, ...]]) -> list[tuple[Citation, ...]]:
    """Laws named without a year take the one year that the same notice gives them elsewhere, if it is one only.

    `found` holds the citations of each of a notice's texts; the same shape comes back, each document once a text.
    """
    years: dict[str, set[str]] = {}
    for citation in (c for citations in found for c in citations):
        if re.search(rf"\s{_YEAR}$", citation.key) and "/" not in citation.key:
            years.setdefault(citation.key[:-5].casefold(), set()).add(citation.key[-4:])
    return [_dated(citations, years) for citations in found]


def _dated(citations: tuple[Citation, ...], years: dict[str, set[str]]) -> tuple[Citation, ...]:
    kept: dict[str, Citation] = {}
    for citation in citations:
        known = years.get(citation.key.casefold(), set())
        key = f"{citation.key} {next(iter(known))}" if len(known) == 1 else citation.key
        kept.setdefault(key.casefold(), replace(citation, key=key) if key != citation.key else citation)
    return tuple(kept.values())


# ---------------------------------------------------------------- what to look at


def problems(citations: Iterable[Citation]) -> tuple[Problem, ...]:
    """What an archivist should look at: a symbol without its hyphen, a kind that its symbol contradicts."""
    return tuple(problem for citation in citations for problem in _problem(citation))


def _problem(citation: Citation) -> Iterator[Problem]:
    if "/" not in citation.key:
        return
    symbol = citation.key.lstrip("0123456789.")
    if "-" not in symbol and not re.search(r"/(?:QH|UBTVQH)\d*$", symbol):
        message = f"Ký hiệu “{citation.text}” thiếu dấu gạch nối; đề nghị đối chiếu bản gốc."
        yield Problem("citation_symbol", message, Severity.NOTE, citation.span)
    meant = {kind for code, kind in TYPES.items() if code.upper() == _code(symbol)}
    if (
        citation.type
        and meant
        and citation.type not in meant | LOOSE
        and not (_code(symbol) == "QĐ" and "Quy" in citation.type)
    ):
        message = f"“{citation.text}”: tên loại và ký hiệu không khớp ({citation.type}, {', '.join(sorted(meant))})."
        yield Problem("citation_kind", message, Severity.NOTE, citation.span)


def _code(symbol: str) -> str:
    return re.split(r"[-/]", re.sub(rf"^[A-ZĐ]?/(?:{_YEAR}/)?", "", symbol).lstrip("-/"))[0]
