"""Which agencies (cơ quan) does a text name?

`find_agencies` reads from left to right. Where a word may begin a name (`_START`), the readers
of `_READERS` are tried in order; the first that understands the place says which
agencies stand there and where they end. Listed names come from
`vocabulary/agencies.yaml`; a name that is listed nowhere runs from its head word (Trung tâm,
Công ty …) to the next verb, preposition or mark, and is kept as printed.

Names are canonical as in `docs/record.md`: `Sở KH&ĐT` is `Sở Kế hoạch và Đầu tư`; a shared head word is
spelt out (`các Sở: Tài chính, Xây dựng` are two); a collective is kept as printed.
Whether an agency leads, helps or is merely named is not asked here (`assignments.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache

from extractors.model import AgencyMention, Span
from extractors.spelling import NAME, UPPER, alternatives, key, level, spellings
from extractors.vocabulary import load

_DATA = load("agencies")
_VERBS = load("verbs")

#: what a mention is before it gets its span: canonical name, start, end, id
_Found = list[tuple[str, int, int, str | None]]
_Reader = Callable[[str, int], tuple[_Found, int] | None]


#: an agency of a province has a twin in a city under the central government
_TWINS = (("Tỉnh ủy", "Thành ủy"), ("Tỉnh đoàn", "Thành đoàn"), ("tỉnh", "thành phố"))


def _all_spellings(rows: Iterable[dict[str, object]]) -> dict[str, str]:
    """Every spelling of every row, and of its twin → its canonical name."""
    forms: dict[str, str] = {}
    for row in rows:
        name = str(row["name"])
        for alias in (name, *row.get("aliases", ())):  # type: ignore[misc]
            for form in spellings(alias):
                forms.setdefault(form, name)
    for form, name in list(forms.items()):
        for here, there in _TWINS:
            if here in name and here in form:
                forms.setdefault(form.replace(here, there), name.replace(here, there))
                break
    return forms


_SECTOR_FORMS = _all_spellings(_DATA["sectors"])
_AGENCY_FORMS = _all_spellings(_DATA["agencies"])
_SECTORS = {key(f): n for f, n in _SECTOR_FORMS.items()}
_ONLY_UNDER: dict[str, str] = {row["name"]: row["only"] for row in _DATA["sectors"] if "only" in row}
_AGENCIES = {key(f): n for f, n in _AGENCY_FORMS.items()}

_END = r"(?!\w)"
_SECTOR = f"(?:{alternatives(_SECTOR_FORMS)}){_END}"
_NAMED = f"(?:{alternatives(_AGENCY_FORMS)}){_END}"
#: "Tổ chức thực hiện" is no team
_HEAD = rf"(?!T[ổỔ]\s+(?:chức|CHỨC))(?:{alternatives([*_DATA['heads'], *_DATA['free_heads']])}){_END}"
_GROUP = rf"(?!trường\s+hợp)(?:{alternatives(_DATA['groups'])}){_END}"
_TAIL = f"(?:{alternatives(_DATA['group_tails'])}){_END}"
_POST = f"(?:{alternatives(_DATA['posts'], ignore_case=False)}|{alternatives(_DATA['posts'])}){_END}"
_PARTY = f"(?:{alternatives([*_DATA['parties'], 'chính quyền địa phương', 'chính quyền cơ sở'])}){_END}"
_SECTOR_HEAD = f"(?:{alternatives(_DATA['sector_heads'])}){_END}"
_MAIN = f"(?:{alternatives(_VERBS['mains'])}){_END}"
_ADVERB = f"(?:{alternatives(_VERBS['adverbs'])}){_END}"
# a capital inside a name is no verb: "Trung tâm Xúc tiến Đầu tư"
_STOP = f"(?:{alternatives([*_VERBS['actions'], *_VERBS['stops']], ignore_case=False)}){_END}"
# "Đăng ký" in "Văn phòng Đăng ký đất đai": its second word is no verb
_ACTIONS = frozenset(_VERBS["actions"])
_TITLED = [v[0].upper() + v[1:] for v in _VERBS["actions"] if v.split(" ", 1)[-1] != v and _ACTIONS & {*v.split()[1:]}]
_ACTION = f"(?:{alternatives(_VERBS['actions'], ignore_case=False)}){_END}"
_COMPOUND = f"(?:{alternatives(_DATA['compounds'])}|{alternatives(_TITLED, ignore_case=False)}){_END}"

_QUANTITY = r"(?:[cC]ác|CÁC|[nN]hững|[mM]ọi|[tT]ừng|[mM]ỗi|[tT]oàn thể(?: các)?|[tT]ất cả các|[hH]ai|[bB]a|0?[2-9])"
_UNITS = ("tỉnh", "thành phố", "thị xã", "huyện", "quận", "xã", "phường", "thị trấn", "đặc khu")
_SHORT_UNITS = {
    "tp": "thành phố",
    "tx": "thị xã",
    "tt": "thị trấn",
    "h": "huyện",
    "q": "quận",
    "p": "phường",
    "x": "xã",
}
_UNIT = rf"(?:{alternatives(_UNITS)}|(?:TP|Tp|tp|TX|Tx)(?=[.\s])\.?|(?:TT|Tt|[HQPX])\.)"
_CAP = rf"[{UPPER}][\w'\-]*"
_PLACE = (
    rf"(?:\d{{1,2}}\s+)?{_CAP}(?:\s+(?:{_CAP}|\d{{1,2}}(?=\s*(?:[,.;:()]|$)|\s+(?:{alternatives(_VERBS['mains'])}))))*"
)
_COUNCIL = rf"(?:UBND|HĐND|{alternatives(['Ủy ban nhân dân', 'Hội đồng nhân dân'])})"
# a slash inside a word, but not the one before another agency ("Phòng A/Ban Quản lý B")
_WORD = rf"(?:[\w&'\-.]|/(?!UBND|[{UPPER}][^\W\d_{UPPER}]))*\w"

_START = re.compile(
    rf"(?<![\w\-])(?<!\d/)(?:{_QUANTITY}\s|{_POST}|{_COUNCIL}{_END}|{_NAMED}|{_SECTOR_HEAD}|{_HEAD}|{_PARTY}"
    rf"|{_GROUP}(?=\s*,|\s+và\s|\s*/)|cấp{_END}|(?:[đĐ]ồng chí|[đĐ]/[cC]|[ôÔ]ng|[bB]à)\s+[{UPPER}])"
)

_SEPARATOR = re.compile(r"\s*(?:,\s*và\s|[,;/]|\s+và\s|\s+hoặc\s)\s*")
#: the offices of the State that serve several provinces: "Kho bạc Nhà nước khu vực XIV"
_AREA = r"[kK]hu vực\s+(?:[IVX]{1,5}|\d{1,2})(?!\w)"
_REGION = rf"(?:\s+[cC]hi nhánh)?\s+{_AREA}"
_NAMED_RE = re.compile(
    rf"({_NAMED})(?:{_REGION}|(?:\s+[cC]hi nhánh)?\s+(?:tỉnh|thành phố)(?:\s+(?={_CAP}){_PLACE})?{_END}"
    rf"|(?:\s+[cC]hi nhánh)?\s+(?={_CAP}){_PLACE})?"
)
#: names that are whole as they stand: no place belongs to them
_WHOLE = re.compile(r"(?:ủy|[cC]hính phủ|[qQ]uốc hội|[cC]hính trị|[bB]í thư|[vV]iệt Nam)$")
#: of which a province has several: "Ban Thường vụ Thành ủy Sơn La"
_TOWN_PARTY = re.compile(r"(?:Thành|Huyện|Thị) ủy$")
_SHARED_SECTORS = re.compile(rf"(?:{_QUANTITY}\s+)?({_SECTOR_HEAD})\s*:?\s*({_SECTOR})")
_SECTOR_RE = re.compile(_SECTOR)
#: "Sở Tài chính tỉnh" is its own; "Sở Tài chính tỉnh Hải Sơn" may be another's, so the place is kept
_OF_PLACE = re.compile(rf"\s+(?:((?:tỉnh|thành phố)\s+(?={_CAP}){_PLACE})|(?:tỉnh|thành phố){_END})")
_COUNCIL_PLACE = re.compile(rf"({_COUNCIL})\s+(?:({_QUANTITY})\s+)?({_UNIT})(?:\s*:?\s+|(?<=\.))({_PLACE})")
_MORE_PLACE = re.compile(rf"(?:({_UNIT})\s*)?({_PLACE})")
_COUNCIL_GROUP = re.compile(rf"{_COUNCIL}\s+(?=(?:{_QUANTITY}|cấp|[hH]uyện|[xX]ã)\s)")
#: `UBND các tỉnh, thành phố trực thuộc Trung ương`: as printed
_COUNCILS_OF_PROVINCES = re.compile(
    rf"{_COUNCIL}\s+các\s+tỉnh(?:(?:\s*,\s*|\s+và\s+)(?:các\s+)?thành phố)?(?!\s*:)(?!\s+{_CAP}){_END}"
    rf"(?:\s+trực thuộc [tT]rung ương|\s+có liên quan|\s+liên quan)?{_END}"
)
_COUNCIL_BARE = re.compile(rf"{_COUNCIL}(?:\s+({_UNIT}))?{_END}")
_POST_RE = re.compile(rf"({_POST}(?:(?:\s+(?:Đảng ủy|[cC]ấp ủy))?(?:\s*,\s*|\s+và\s+){_POST})*)\s+(?:của\s+)?")
_SEVERAL = re.compile(rf"{_COUNCIL}\s+{_QUANTITY}\s")
_CHARGE = re.compile(
    rf"\s+phụ trách(?:\s+(?:lĩnh vực|khối|ngành)(?:\s+(?:-\s+)?(?!{_STOP}|{_ADVERB}){_WORD}){{0,6}})?{_END}"
)
_PARTY_RE = re.compile(_PARTY)
_FIXED_GROUP = re.compile(r"[cC]ác cấp, (?:các )?ngành(?: và (?:các )?địa phương)?(?!\w)")
#: counted, these are things that are built or looked at, not bodies that act: `05 khu tái định cư`
_THING = rf"(?:{alternatives(_DATA['things'])}){_END}"
#: `các chủ đầu tư, Ban Quản lý dự án …`: with its capital it is a name, not one more noun of the collective
_OWN_NAME = rf"(?=[{UPPER}])(?:{alternatives(h for h in _DATA['heads'] if ' ' in h)})\s+(?!{_GROUP})\w"
_GROUP_RUN = re.compile(
    rf"(?!0?\d\s+{_THING})(?:({_QUANTITY})\s+)?{_GROUP}(?:(?:\s*,\s*|\s+và\s+|\s*,\s*và\s+"
    rf"|\s*/\s*)(?!{_SECTOR_HEAD}\s+{_SECTOR}|{_NAMED}|{_OWN_NAME}){_GROUP})*(?:\s+{_TAIL})*(?:(?<=tỉnh)\s+{_PLACE})?"
    rf"(?:\s+(?:nói\s+)?(?:trên|này)(?=\s+{_MAIN}|\s*[,.;:]|\s*$))?"
)
_GROUP_JOINED = re.compile(r",|\svà\s|/")
_CLOSED = re.compile(rf"(?:{alternatives(_DATA['closing_tails'])})$")
_LEVEL = re.compile(rf"cấp (?:tỉnh|huyện|xã|cơ sở)(?:(?:, | và )(?:tỉnh|huyện|xã))*{_END}")
_GROUP_MORE = re.compile(rf"(?:\s+(?:{_COMPOUND}|(?!{_STOP}|{_HEAD}|\d){_WORD})){{1,5}}(?=\s*[,.;:()]|\s*$|\s+{_STOP})")
_CLAUSE = rf"(?:(?!\s(?:và|cùng)\s+(?:{_COUNCIL}|{_HEAD}|các\s))[^,.;:]){{1,90}}?"
_RELATIVE = re.compile(
    r"\s+(?:được (?:giao|phân công)(?: nhiệm vụ)? (?:tại|ở|nêu tại|theo)\s[^.;:]{1,80}?(?:nêu trên|trên đây|này)"
    rf"(?=\s+{_MAIN})|(?:được giao|được phân công|là|(?:chưa|đang)(?:\s+{_MAIN})?)(?:\s{_CLAUSE})??"
    rf"(?=\s+(?:vẫn\s+|cũng\s+|đều\s+)?{_MAIN}|\s+(?:và|cùng)\s+(?:{_COUNCIL}|các\s))"
    rf"|có\s(?!(?:báo cáo|văn bản|ý kiến|kế hoạch|phương án|giải pháp|biện pháp|trách nhiệm|kết quả"
    rf"|hướng)(?!\w))[^,.;:]{{1,60}}?(?=\s+(?:{_MAIN}|{_ADVERB})|\s*$|\s*[,;:])"
    rf"|bị\s[^,.;:]{{1,40}}?(?=\s+(?:{_STOP})|\s*$|\s*[,.;:]))"
)
_GENERIC = re.compile(
    rf"{_HEAD}(?:\s+(?:{_AREA}|{_COMPOUND}|-\s+(?!{_HEAD}|{_COUNCIL}|{_POST}){_CAP}|(?!{_STOP}){_WORD})){{0,14}}"
    rf"(?:(?:,\s+(?!{_HEAD}|{_COUNCIL}|{_QUANTITY}\s"
    rf"|{_POST}){_CAP}(?:\s+(?!{_STOP}){_WORD}){{0,3}})?\s+và\s+(?!{_HEAD}|{_COUNCIL}|{_QUANTITY}\s"
    rf"|{_POST}){_CAP}(?:\s+(?:{_COMPOUND}|{_CAP}|(?!{_STOP}|{_HEAD}){_WORD})){{0,6}})?"
)
#: `Khu kinh tế cửa khẩu Đồng Đăng`, `KCN tỉnh`
_PARK = (
    r"(?:[kK]hu\s+(?:kinh tế(?:\s+(?:cửa khẩu|ven biển|mở))?|công nghiệp|công nghệ cao|chế xuất"
    rf"|nông nghiệp ứng dụng công nghệ cao)|KCN|KKT|CCN){_END}(?:\s+(?:tỉnh|thành phố){_END})?(?:\s+{_PLACE})?"
)
_ZONE = re.compile(
    rf"(?:{alternatives(['Ban Quản lý', 'BQL'])})\s+(?:các\s+)?{_PARK}(?:\s*(?:,|và)\s+(?:các\s+)?{_PARK}){{0,2}}"
)
_PROVINCES = [province for row in load("places") for province in row]
_PLACE_ENDS = re.compile(
    rf"(?<!\w)(?:{alternatives(_PROVINCES, ignore_case=False)}|tỉnh|huyện|thị xã|thành phố|Việt Nam|{_AREA})"
    rf"(?=\s+[^\W\d_{UPPER}])"
)
_NEEDS = re.compile(
    rf"\s+(?:[{UPPER}\d]|(?:tỉnh|huyện|thành phố|thị xã|thị trấn|quận|xã|phường|đặc khu|khu vực|các|cổ phần"
    rf"|dự án|chỉ đạo|quản lý|chuyên môn|chuyên ngành|điện lực|thường trực|thường vụ){_END})"
)


@cache
def canonical(name: str) -> str:
    """The canonical name that a user means by `name` (`Sở KHĐT`, `so y te` stays as it is); itself where unknown."""
    found = _read_all(level(name).strip(), 0)
    return found[0][0] if found and found[0][1] == 0 else name


def find_agencies(text: str, levelled: str | None = None) -> tuple[AgencyMention, ...]:
    """All agencies named in `text` (NFC), from left to right; spans count characters of `text`, page 1.

    `levelled` is `spelling.level(text)` where the caller has it already.
    """
    found = _read_all(level(text) if levelled is None else levelled, 0)
    return tuple(
        AgencyMention(name if agency else _as_printed(name, text[start:end]), text[start:end], Span(start, end), agency)
        for name, start, end, agency in found
    )


def _as_printed(name: str, printed: str) -> str:
    """A name that is no listed one keeps the tone marks and dashes of the paper (`xoá`)."""
    return name[0] + printed[1:] if name[1:] == level(printed)[1:] else name


def _read_all(text: str, position: int) -> _Found:
    found: _Found = []
    while match := _START.search(text, position):
        result = _read(text, match.start())
        if result:
            found.extend(result[0])
            position = max(result[1], match.start() + 1)
        else:
            position = match.start() + max(1, len(match.group().split(" ")[0]))
    return found


def _read(text: str, at: int) -> tuple[_Found, int] | None:
    for reader in _READERS:
        result = reader(text, at)
        if result:
            return result
    return None


def _named(text: str, at: int) -> tuple[_Found, int] | None:
    """`Văn phòng UBND tỉnh`, `Cục Thuế tỉnh`: a listed name."""
    match = _NAMED_RE.match(text, at)
    if not match or not text[at].isupper():
        return None
    name = _AGENCIES[key(match.group(1))]
    suffix = text[match.end(1) : match.end()]
    town = _TOWN_PARTY.search(name) and suffix.strip() not in _PROVINCES
    if suffix and _WHOLE.search(name) and not town:
        return [(name, at, match.end(1), name)], match.end(1)
    return [(name + suffix, at, match.end(), name)], match.end()


def _sectors(text: str, at: int) -> tuple[_Found, int] | None:
    """`Sở Y tế`; `các Sở: Tài chính, Kế hoạch và Đầu tư`: a head word and one or more sectors."""
    match = _SHARED_SECTORS.match(text, at)
    if not match or not text[match.start(2)].isupper() or not _fits(match.group(1).capitalize(), match.group(2)):
        return None
    head = match.group(1).capitalize()
    if head in _JOINING and _JOINED_BY_DASH.match(text, match.end()):  # "Phòng Tài chính - Kế hoạch" is one
        return None
    if places := _OF_PLACES.match(text, match.end()):  # "Sở Y tế các tỉnh, thành phố có biên giới": as printed
        return [(text[at : places.end()], at, places.end(), None)], places.end()
    name, agency = _sector_name(head, match.group(2))
    place = _OF_PLACE.match(text, match.end())
    end = place.end() if place else match.end()
    found: _Found = [(f"{name} {place[1]}" if place and place[1] else name, at, end, agency)]
    while (gap := _SEPARATOR.match(text, end)) and (more := _SECTOR_RE.match(text, gap.end())):
        if not text[more.start()].isupper() or not _fits(head, more.group()):
            break
        name, agency = _sector_name(head, more.group())
        found.append((name, more.start(), more.end(), agency))
        end = more.end()
    return found, end


#: offices that join two matters in their name with a dash
_JOINING = frozenset(("Phòng", "Vụ", "Ban", "Khoa"))
_JOINED_BY_DASH = re.compile(rf"\s+-\s+(?!{_HEAD}|{_SECTOR_HEAD}\s|{_COUNCIL}|{_POST}){_CAP}")
_OF_PLACES = re.compile(
    rf"\s+(?:của\s+)?các\s+(?:tỉnh|huyện|quận)(?:(?:\s*,\s*|\s+và\s+)(?:thành phố|thị xã))*{_END}(?!\s*:)(?!\s+{_CAP})"
    rf"(?:\s+có\s[^,.;:]{{1,40}}?(?=\s+{_ACTION}|\s*[,.;:]|\s*$))?"
)


def _fits(head: str, sector: str) -> bool:
    """`Bộ Công an` is a ministry, but `Sở Y tế, Công an tỉnh` are a department and the police."""
    return _ONLY_UNDER.get(_SECTORS[key(sector)], head) == head


def _sector_name(head: str, sector: str) -> tuple[str, str]:
    name = f"{head} {_SECTORS[key(sector)]}"
    return name, name


def _council(text: str, at: int) -> tuple[_Found, int] | None:
    """`UBND huyện Si Ma Cai`; `UBND các xã: Mường Hum, Y Tý`; `UBND các huyện, thị xã, thành phố`."""
    if match := _COUNCIL_PLACE.match(text, at):
        body, unit = _abbreviated(match.group(1)), _spelt_unit(match.group(3))
        found: _Found = [(f"{body} {unit} {match.group(4)}", at, match.end(), None)]
        end = match.end()
        while (gap := _SEPARATOR.match(text, end)) and (more := _MORE_PLACE.match(text, gap.end())):
            if (
                _HEAD_RE.match(text, more.start())
                or _COUNCIL_BARE.match(text, more.start())
                or _SECTOR_HEAD_RE.match(text, more.start())
            ):
                break
            unit = _spelt_unit(more.group(1)) if more.group(1) else unit
            found.append((f"{body} {unit} {more.group(2)}", more.start(), more.end(), None))
            end = more.end()
        return found, end
    if match := _COUNCILS_OF_PROVINCES.match(text, at):
        return [(match.group(), at, match.end(), None)], match.end()
    if (match := _COUNCIL_GROUP.match(text, at)) and (group := _group(text, match.end(), need_quantity=False)):
        return [(text[at : group[1]], at, group[1], None)], group[1]
    if match := _COUNCIL_BARE.match(text, at):
        name = _abbreviated(
            text[at : match.end()].split(match.group(1))[0].strip() if match.group(1) else match.group()
        )
        return [
            (f"{name} {_spelt_unit(match.group(1))}" if match.group(1) else name, at, match.end(), None)
        ], match.end()
    return None


def _spelt_unit(unit: str) -> str:
    """`huyện` for `H.`, `thành phố` for `TP`."""
    lowered = unit.lower().rstrip(".")
    return _SHORT_UNITS.get(lowered, lowered)


def _abbreviated(body: str) -> str:
    return "HĐND" if key(body) in ("hđnd", "hộiđồngnhândân") else "UBND"


def _post(text: str, at: int) -> tuple[_Found, int] | None:
    """`Giám đốc Sở Y tế`, `Chủ tịch UBND các xã, phường`: a post and its agency."""
    match = _POST_RE.match(text, at)
    if not match:
        return None
    result = _read(text, match.end()) if _START.match(text, match.end()) else None
    if not result:
        return None
    (name, _, end, _), *rest = result[0]
    if rest and _SEVERAL.match(text, match.end()):  # "Chủ tịch UBND các huyện A, B": one post each, as printed
        return [(text[at : result[1]], at, result[1], None)], result[1]
    if not rest and (charge := _CHARGE.match(text, result[1])):
        return [(f"{match.group(1)} {name}{charge.group()}", at, charge.end(), None)], charge.end()
    return [(f"{match.group(1)} {name}", at, end, None), *rest], result[1]


def _person(text: str, at: int) -> tuple[_Found, int] | None:
    """`đồng chí Nguyễn Văn A - Phó Chủ tịch UBND tỉnh`: a person with the post, as printed."""
    match = _PERSON.match(text, at)
    if not match:
        return None
    end = at + len(match.group().split("\n", 1)[0].rstrip())
    if gap := _ITS_POST.match(text, end):
        post = _post(text, gap.end())
        end = post[0][0][2] if post else end
    return [(text[at:end], at, end, None)], end


_PERSON = re.compile(rf"(?:[đĐ]ồng chí|[đĐ]/[cC]|[ôÔ]ng|[bB]à)\s+(?!{_POST}){NAME}")
_ITS_POST = re.compile(r"\s*(?:[-,(]\s*)?")


def _official(text: str, at: int) -> tuple[_Found, int] | None:
    """`báo cáo Bộ trưởng, Thứ trưởng phụ trách`: a post that stands without its agency, as printed."""
    match = _OFFICIAL.match(text, at)
    return ([(match.group(), at, match.end(), None)], match.end()) if match else None


_OFFICIAL = re.compile(
    rf"(?:Bộ trưởng|Thứ trưởng|Phó Thủ tướng(?:\s+Thường trực)?(?:\s+Chính phủ)?|[lL]ãnh đạo\s+Bộ){_END}"
    rf"(?:\s+(?:{NAME}|phụ trách){_END})?"
)


def _collective(text: str, at: int) -> tuple[_Found, int] | None:
    """`các cơ quan, đơn vị, địa phương`: kept as printed, its first capital lowered."""
    if match := _FIXED_GROUP.match(text, at):
        return [(_lowered(match.group()), at, match.end(), None)], match.end()
    return _group(text, at, need_quantity=True) or _plural(text, at)


def _group(text: str, at: int, *, need_quantity: bool) -> tuple[_Found, int] | None:
    match = _GROUP_RUN.match(text, at) or (None if need_quantity else _LEVEL.match(text, at))
    if not match:
        return None
    quantity = match.re is _GROUP_RUN and match.group(1)
    if need_quantity and not quantity and not _GROUP_JOINED.search(match.group()):
        return None
    end = match.end()
    if relative := _RELATIVE.match(text, end):
        end = relative.end()
    elif not _CLOSED.search(text, at, end) and (more := _GROUP_MORE.match(text, end)):
        end = more.end()
    return [(_lowered(text[at:end]), at, end, None)], end


def _plural(text: str, at: int) -> tuple[_Found, int] | None:
    """`các Ban Quản lý dự án`, `các Công ty thủy điện`: several of one unlisted kind."""
    match = _QUANTITY_RE.match(text, at)
    if match and (found := _generic(text, match.end(), plural=True)):
        end = found[1]
        return [(_lowered(text[at:end]), at, end, None)], end
    return None


def _lowered(name: str) -> str:
    first = name.split(" ", 1)[0]
    return name[0].lower() + name[1:] if re.fullmatch(_QUANTITY, first) or _GROUP_RUN.match(name) else name


def _party(text: str, at: int) -> tuple[_Found, int] | None:
    """`Nhà đầu tư`: told to act, though no agency."""
    match = _PARTY_RE.match(text, at)
    if not match:
        return None
    project = _OF_PROJECT.match(text, match.end())
    end = project.end() if project else match.end()
    return [(text[at:end], at, end, None)], end


def _members(text: str, at: int) -> tuple[_Found, int] | None:
    """`Công an các xã, phường`: one body in each place of a collective."""
    match = _IN_EACH.match(text, at)
    group = _group(text, match.end(), need_quantity=False) if match else None
    return ([(text[at : group[1]], at, group[1], None)], group[1]) if group else None


_IN_EACH = re.compile(
    r"(?:Công an|Ban Chỉ huy [qQ]uân sự|Bộ đội Biên phòng|Thanh tra|Trạm Y tế|Đoàn Thanh niên)\s+(?=(?:các|cấp)\s)"
)


def _zone(text: str, at: int) -> tuple[_Found, int] | None:
    """`Ban Quản lý Khu kinh tế Dung Quất và các Khu công nghiệp Quảng Ngãi`: one board, two names."""
    match = _ZONE.match(text, at)
    return ([(match.group(), at, match.end(), None)], match.end()) if match else None


def _generic(text: str, at: int, *, plural: bool = False) -> tuple[_Found, int] | None:
    """A name that is listed nowhere: from its head word to the next verb, preposition or mark."""
    head = _HEAD_RE.match(text, at)
    if not head or not text[at].isupper():
        return None
    match = _GENERIC.match(text, at)
    end = match.end() if match else head.end()
    single = " " not in head.group().strip()
    if (
        head.group() not in _FREE
        and not _NEEDS.match(text, head.end())
        and (single or not plural)
        and not _stands_alone(head.group(), text, end)
    ):
        return None
    name = _up_to_its_place(text[at:end].rstrip(" .-/"), head.end() - at)
    return [(_spelt_out(name), at, at + len(name), None)], at + len(name)


def _spelt_out(name: str) -> str:
    """`Ban QLDA ĐTXD huyện` → `Ban Quản lý dự án đầu tư xây dựng huyện`: letters that stand for words in any name."""
    return _LETTERS.sub(lambda m: _DATA["letters"][m.group()], name)


def _up_to_its_place(name: str, head: int) -> str:
    """A name ends with its place: what goes on in small letters behind it is what is told (`… tỉnh cắm mốc`)."""
    place = _PLACE_ENDS.search(name, head)
    return name[: place.end()] if place else name


def _stands_alone(head: str, text: str, end: int) -> bool:
    """A head word with nothing after it may be the short form of a name given before: `giao Trung tâm rà soát`."""
    return head in _SHORT_FORMS and bool(_VERB_NEXT.match(text, end))


_FREE = frozenset(_DATA["free_heads"])
_LETTERS = re.compile(rf"(?<![\w&])(?:{'|'.join(_DATA['letters'])})(?![\w&])")
_SHORT_FORMS = frozenset(
    ("Văn phòng", "Trung tâm", "Ban Quản lý", "Ban Chỉ đạo", "Tổ công tác", "Hội đồng", "Công ty", "Tập đoàn")
)
#: "Nhà đầu tư Dự án Cảng cá X khẩn trương …"
_OF_PROJECT = re.compile(rf"\s+(?:[dD]ự án|[cC]ông trình)\s[^,.;:]{{1,80}}?(?=\s+{_MAIN})")
_VERB_NEXT = re.compile(rf"\s+{_STOP}|\s*[,;:.]|\s*$")
_HEAD_RE = re.compile(_HEAD)
_QUANTITY_RE = re.compile(rf"{_QUANTITY}\s+")
_SECTOR_HEAD_RE = re.compile(_SECTOR_HEAD)

#: tried in this order; add a way to name an agency here
_READERS: tuple[_Reader, ...] = (
    _zone,
    _members,
    _sectors,
    _council,
    _named,
    _person,
    _post,
    _official,
    _collective,
    _party,
    _generic,
)
