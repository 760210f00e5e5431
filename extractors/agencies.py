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
from collections.abc import Callable
from functools import cache

from extractors.agency_words import (
    ACTION,
    AGENCIES,
    CAP,
    COMPOUND,
    COUNCIL,
    END,
    FIRST_WORDS,
    GROUP,
    HEAD,
    MAIN,
    NAMED,
    ONLY_UNDER,
    PARTY,
    PLACE,
    POST,
    QUANTITY,
    SECTOR,
    SECTOR_HEAD,
    SECTORS,
    SHORT_UNITS,
    STOP,
    UNIT,
    WORD,
)
from extractors.collectives import collective_end, lowered
from extractors.model import AgencyMention, Span
from extractors.spelling import NAME, UPPER, alternatives, key, level
from extractors.unlisted import AREA, NAME_RUN, PLACE_LIKE_HEAD, spelt_out, unlisted_end

#: what a mention is before it gets its span: canonical name, start, end, id
_Found = list[tuple[str, int, int, str | None]]
_Reader = Callable[[str, int], tuple[_Found, int] | None]

_START = re.compile(
    rf"(?<![\w\-])(?<!\d/)(?:{QUANTITY}\s|{COUNCIL}{END}|{FIRST_WORDS}|{GROUP}(?=\s*,|\s+và\s|\s*/)"
    rf"|[lL]ực lượng\s|(?:[đĐ]ồng chí|[đĐ]/[cC]|[ôÔ]ng|[bB]à)\s+[{UPPER}])"
)

_SEPARATOR = re.compile(r"\s*(?:,\s*và\s|[,;/]|\s+và\s|\s+hoặc\s)\s*")
_REGION = rf"(?:\s+[cC]hi nhánh)?\s+{AREA}"
_NAMED_RE = re.compile(
    rf"({NAMED})(?:{_REGION}"
    rf"|(?:\s+[cC]hi nhánh)?\s+(?:tỉnh|thành phố|huyện|quận|thị xã|xã|phường)(?:\s+(?={CAP}){PLACE})?{END}"
    rf"|(?:\s+[cC]hi nhánh)?\s+(?={CAP}){PLACE})?"
)
#: names that are whole as they stand: no place belongs to them
_WHOLE = re.compile(r"(?:ủy|[cC]hính phủ|[qQ]uốc hội|[cC]hính trị|[bB]í thư|[vV]iệt Nam)$")
#: of which a province has several: "Ban Thường vụ Thành ủy Sơn La"
_TOWN_PARTY = re.compile(r"(?:Thành|Huyện|Thị|Quận|Đảng) ủy$")
_CENTRAL_CITIES = frozenset(("Hà Nội", "Hồ Chí Minh", "Hải Phòng", "Đà Nẵng", "Cần Thơ", "Huế"))
#: `Sở Y tế`, `các Sở: Y tế`, `các sở, ngành: Y tế`
_SHARED_SECTORS = re.compile(
    rf"(?:{QUANTITY}\s+)?({SECTOR_HEAD})"
    rf"(?:(?:(?:\s*,\s*|\s+và\s+)(?:ban|ngành|đơn vị))+\s*:|\s*:?)\s*({SECTOR})"
)
_SECTOR_RE = re.compile(SECTOR)
#: "Sở Tài chính tỉnh" is its own; "Sở Tài chính tỉnh Hải Sơn" may be another's, so the place is kept
_OF_PLACE = re.compile(rf"\s+(?:((?:tỉnh|thành phố)\s+(?={CAP}){PLACE})|(?:tỉnh|thành phố){END})")
_COUNCIL_PLACE = re.compile(
    rf"({COUNCIL})\s+(?:({QUANTITY})\s+)?({UNIT})(?:\s*:?\s+|(?<=\.)|(?(2)\s*\(|(?!)))({PLACE})"
)
_MORE_PLACE = re.compile(rf"(?:({UNIT})\s*)?({PLACE})")
#: `UBND các xã`, `UBND huyện, thị xã`, `UBND 34 xã`
_COUNCIL_GROUP = re.compile(
    rf"{COUNCIL}\s+(?:(?=(?:{QUANTITY}|cấp)\s)|\d{{1,3}}\s+(?={GROUP})|(?=(?:[hH]uyện|[xX]ã)(?:\s*[,/]|\s+và\s+)))"
)
#: `UBND các tỉnh, thành phố trực thuộc Trung ương`: as printed
_COUNCILS_OF_PROVINCES = re.compile(
    rf"{COUNCIL}\s+các\s+tỉnh(?:(?:\s*,\s*|\s+và\s+)(?:các\s+)?thành phố)?(?!\s*:)(?!\s+{CAP}){END}"
    rf"(?:\s+trực thuộc [tT]rung ương|\s+có liên quan|\s+liên quan)?{END}"
)
_COUNCIL_BARE = re.compile(rf"{COUNCIL}(?:\s+({UNIT}))?{END}")
_POST_RE = re.compile(rf"({POST}(?:(?:\s+(?:Đảng ủy|[cC]ấp ủy))?(?:\s*,\s*|\s+và\s+){POST})*)\s+(?:của\s+)?")
_HEAD_OF_OFFICE = re.compile(r"((?:Phó )?Chánh)\s+(?=Văn phòng)")
_CHARGE = re.compile(rf"\s+phụ trách(?:(?:\s+(?:-\s+)?(?!{STOP}){WORD}){{1,7}}(?=\s*[,.;:()]|\s*$|\s+{STOP}))?{END}")
_PARTY_RE = re.compile(PARTY)
#: `Khu kinh tế cửa khẩu Đồng Đăng`, `KCN tỉnh`
_PARK = (
    r"(?:[kK]hu\s+(?:kinh tế(?:\s+(?:cửa khẩu|ven biển|mở))?|công nghiệp|công nghệ cao|chế xuất"
    rf"|nông nghiệp ứng dụng công nghệ cao)|KCN|KKTCK|KKT|CCN){END}(?:\s+(?:tỉnh|thành phố){END})?"
    rf"(?:\s+{PLACE}(?:(?:\s+{WORD})?\s+-\s+{PLACE})?)?"
)
_ZONE = re.compile(
    rf"(?:{alternatives(['Ban Quản lý', 'BQL'])})\s+(?:các\s+)?{_PARK}(?:\s*(?:,|và)\s+(?:các\s+)?{_PARK}){{0,2}}"
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
    name = AGENCIES[key(match.group(1))]
    suffix = text[match.end(1) : match.end()]
    town = _TOWN_PARTY.search(name) and suffix.strip() not in _CENTRAL_CITIES
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
_JOINED_BY_DASH = re.compile(rf"\s+-\s+(?!{HEAD}|{SECTOR_HEAD}\s|{COUNCIL}|{POST}){CAP}")
_OF_PLACES = re.compile(
    rf"\s+(?:của\s+)?các\s+(?:tỉnh|huyện|quận)(?:(?:\s*,\s*|\s+và\s+)(?:thành phố|thị xã))*{END}(?!\s*:)(?!\s+{CAP})"
    rf"(?:\s+có\s[^,.;:]{{1,40}}?(?=\s+{ACTION}|\s*[,.;:]|\s*$))?"
)


def _fits(head: str, sector: str) -> bool:
    """`Bộ Công an` is a ministry, but `Sở Y tế, Công an tỉnh` are a department and the police."""
    return ONLY_UNDER.get(SECTORS[key(sector)], head) == head


def _sector_name(head: str, sector: str) -> tuple[str, str]:
    name = f"{head} {SECTORS[key(sector)]}"
    return name, name


def _council(text: str, at: int) -> tuple[_Found, int] | None:
    """`UBND huyện Si Ma Cai`; `UBND các xã: Mường Hum, Y Tý`; `UBND các huyện, thị xã, thành phố`."""
    if match := _COUNCIL_PLACE.match(text, at):
        body, unit = _abbreviated(match.group(1)), _spelt_unit(match.group(3))
        found: _Found = [(f"{body} {unit} {match.group(4)}", at, match.end(), None)]
        end = match.end()
        while (gap := _SEPARATOR.match(text, end)) and (more := _MORE_PLACE.match(text, gap.end())):
            if _is_other(text, more.start()) and not PLACE_LIKE_HEAD.match(text, more.start()):
                break
            unit = _spelt_unit(more.group(1)) if more.group(1) else unit
            found.append((f"{body} {unit} {more.group(2)}", more.start(), more.end(), None))
            end = more.end()
        return found, end + 1 if text[end : end + 1] == ")" and "(" in match.group() else end
    if match := _COUNCILS_OF_PROVINCES.match(text, at):
        return [(match.group(), at, match.end(), None)], match.end()
    match = _COUNCIL_GROUP.match(text, at)
    last = collective_end(text, match.end(), need_quantity=False) if match else None
    if match and last and not _COUNCIL_BARE.fullmatch(text, at, last):
        return [(text[at:last], at, last, None)], last
    if match := _COUNCIL_BARE.match(text, at):
        name = _abbreviated(
            text[at : match.end()].split(match.group(1))[0].strip() if match.group(1) else match.group()
        )
        return [
            (f"{name} {_spelt_unit(match.group(1))}" if match.group(1) else name, at, match.end(), None)
        ], match.end()
    return None


def _is_other(text: str, at: int) -> bool:
    """Does another body begin there, after the places of a council or the matters of a shared head?"""
    return any(pattern.match(text, at) for pattern in _OTHERS)


def _spelt_unit(unit: str) -> str:
    """`huyện` for `H.`, `thành phố` for `TP`."""
    lowered = unit.lower().rstrip(".")
    return SHORT_UNITS.get(lowered, lowered)


def _abbreviated(body: str) -> str:
    return "HĐND" if key(body) in ("hđnd", "hộiđồngnhândân") else "UBND"


def _post(text: str, at: int) -> tuple[_Found, int] | None:
    """`Giám đốc Sở Y tế`, `Chủ tịch UBND các xã, phường`: a post and its agency."""
    match = _POST_RE.match(text, at)
    if not match:
        return None
    result = _read(text, match.end()) if _START.match(text, match.end()) else None
    if office := _HEAD_OF_OFFICE.match(text, at):  # "Chánh Văn phòng HĐND và UBND": of one office
        whole = _named(text, office.end())
        if whole and result and whole[1] > result[1]:
            name, _, end, _ = whole[0][0]
            return [(f"{office.group(1)} {name}", at, end, None)], end
    if not result:
        return None
    (name, _, end, _), *rest = result[0]
    if not rest and (charge := _CHARGE.match(text, result[1])):
        return [(f"{match.group(1)} {name}{charge.group()}", at, charge.end(), None)], charge.end()
    each = [(f"{match.group(1)} {more}", start, last, None) for more, start, last, _ in rest]
    return [(f"{match.group(1)} {name}", at, end, None), *each], result[1]


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


_PERSON = re.compile(rf"(?:[đĐ]ồng chí|[đĐ]/[cC]|[ôÔ]ng|[bB]à)\s+(?!{POST}){NAME}")
_ITS_POST = re.compile(r"\s*(?:[-,(]\s*)?")


def _official(text: str, at: int) -> tuple[_Found, int] | None:
    """`báo cáo Bộ trưởng, Thứ trưởng phụ trách`: a post that stands without its agency, as printed."""
    match = _OFFICIAL.match(text, at)
    return ([(match.group(), at, match.end(), None)], match.end()) if match else None


_OFFICIAL = re.compile(
    rf"(?:Bộ trưởng|Thứ trưởng|Phó Thủ tướng(?:\s+Thường trực)?(?:\s+Chính phủ)?|[lL]ãnh đạo\s+Bộ){END}"
    rf"(?:\s+(?:{NAME}|phụ trách){END})?"
)


def _comrades(text: str, at: int) -> tuple[_Found, int] | None:
    """`các đồng chí Giám đốc Sở`, `các đồng chí Trưởng phòng chuyên môn`: posts of several persons, as printed."""
    match = _COMRADES.match(text, at)
    word = _POST_WORD.match(text, match.end()) if match else None
    if not match or not word:
        return None
    post = _post(text, match.end())
    end = post[1] if post else None
    if end is None and (plain := _UP_TO_VERB.match(text, word.end())):
        end = plain.end()
    return ([(lowered(text[at:end]), at, end, None)], end) if end else None


_COMRADES = re.compile(r"[cC]ác\s+(?:đồng chí|đ/c)\s+")
_UP_TO_VERB = re.compile(rf"(?:\s+(?!{STOP}){WORD}){{0,4}}(?=\s*[,.;:()]|\s*$|\s+{STOP})")


def _shared_head(text: str, at: int) -> tuple[_Found, int] | None:
    """`các Viện: Pasteur Nha Trang, Vệ sinh dịch tễ Tây Nguyên`: an unlisted head word that is spelt out."""
    several = _QUANTITY_RE.match(text, at)
    match = NAME_RUN.match(text, several.end()) if several else None
    colon = _THEN_NAMES.match(text, match.end()) if match else None
    if not match or not colon:
        return None
    head = match.group()[0].upper() + match.group()[1:]
    found: _Found = []
    end = colon.end()
    while item := _ITEM.match(text, end):
        found.append((spelt_out(f"{head} {item.group()}"), item.start(), item.end(), None))
        gap = _SEPARATOR.match(text, item.end())
        if not gap or (_is_other(text, gap.end()) and not _SERVICE.match(text, gap.end())):
            break
        end = gap.end()
    if not found:
        return None
    name, _, last, _ = found[0]
    return [(name, at, last, None), *found[1:]], found[-1][2]


_THEN_NAMES = re.compile(rf"\s*:\s+(?=[{UPPER}])")
#: head words that stand in such a list without one of their own: "các Chi cục: Thủy lợi, Kiểm lâm"
_SERVICE = re.compile(rf"(?:Kiểm lâm|Thuế|Hải quan|Thống kê|Điện lực|Viễn thông|Thanh tra){END}(?!\s+[{UPPER}])")
_ITEM = re.compile(rf"(?=[{UPPER}])(?:{COMPOUND}|{CAP})(?:\s+(?:{COMPOUND}|(?!{STOP}){WORD})){{0,9}}")


def _collective(text: str, at: int) -> tuple[_Found, int] | None:
    """`các cơ quan, đơn vị, địa phương`: kept as printed, its first capital lowered."""
    end = collective_end(text, at, need_quantity=True)
    if end is None:
        return _plural(text, at)
    if (of := _OF_BODY.match(text, end)) and (body := _read(text, of.end())):  # "các đơn vị thuộc Sở Y tế": one name
        end = body[0][0][2]
    return [(lowered(text[at:end]), at, end, None)], end


_OF_BODY = re.compile(rf"\s+(?:của|(?:trực )?thuộc)\s+(?=[{UPPER}])")


def _plural(text: str, at: int) -> tuple[_Found, int] | None:
    """`các Ban Quản lý dự án`, `các Công ty thủy điện`: several of one unlisted kind."""
    match = _QUANTITY_RE.match(text, at)
    if match and (found := _generic(text, match.end(), plural=True)):
        end = found[1]
        return [(lowered(text[at:end]), at, end, None)], end
    return None


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
    end = collective_end(text, match.end(), need_quantity=False) if match else None
    return ([(text[at:end], at, end, None)], end) if end else None


_IN_EACH = re.compile(
    r"(?:Công an|Ban Chỉ huy [qQ]uân sự|Bộ đội Biên phòng|Thanh tra|Trạm Y tế|Đoàn Thanh niên)\s+(?=(?:các|cấp)\s)"
)


def _forces(text: str, at: int) -> tuple[_Found, int] | None:
    """`lực lượng Công an, quân sự xã`: those who serve there, as printed."""
    match = _FORCES.match(text, at)
    return ([(spelt_out(match.group()), at, match.end(), None)], match.end()) if match else None


_FORCE = (
    r"(?:chức năng|vũ trang|công an|quân đội|quân sự|biên phòng|dân quân(?: tự vệ)?|kiểm lâm"
    r"|kiểm ngư|xung kích|an ninh cơ sở|quản lý thị trường|hải quan|y tế|dân phòng)"
)
_FORCES = re.compile(
    rf"[lL]ực lượng\s+(?i:{_FORCE}(?:(?:\s*,\s*|\s+và\s+){_FORCE})*){END}"
    rf"(?:\s+(?:cấp\s+|các\s+)?(?:xã|phường|huyện|tỉnh|thành phố|địa phương|cơ sở){END}"
    rf"(?:(?:,\s+|\s+và\s+)(?:phường|thị trấn|xã|đặc khu){END})*(?:\s+{PLACE})?)?"
)


def _zone(text: str, at: int) -> tuple[_Found, int] | None:
    """`Ban Quản lý Khu kinh tế Dung Quất và các Khu công nghiệp Quảng Ngãi`: one board, two names."""
    match = _ZONE.match(text, at)
    return ([(spelt_out(match.group()), at, match.end(), None)], match.end()) if match else None


def _generic(text: str, at: int, *, plural: bool = False) -> tuple[_Found, int] | None:
    """A name that is listed nowhere: from its head word to the next verb, preposition or mark."""
    end = unlisted_end(text, at, plural=plural)
    if end is None:
        return None
    name = text[at:end]
    if not plural and (each := _OF_EACH.match(text, end)):  # "Trung tâm Y tế các huyện": one in each of them
        end = collective_end(text, each.end(), need_quantity=True) or end
        return [(spelt_out(text[at:end]), at, end, None)], end
    if (dash := _PART_OF.match(text, end)) and (whole := _read(text, dash.end())):  # "Đội số 5 - Cục A": one name
        _, _, end, _ = whole[0][0]
        name = f"{name} - {whole[0][0][0]}"
    return [(spelt_out(name), at, end, None)], end


_OF_EACH = re.compile(
    r"\s+(?=các\s+(?:huyện|quận|thị xã|xã|phường|thị trấn|đặc khu|thôn|bản|ấp|khóm|khu phố|cấp)(?!\w))"
)
_PART_OF = re.compile(rf"(?:(?<=số \d)|(?<=số \d\d))\s+-\s+(?=[{UPPER}])")
#: "Nhà đầu tư Dự án Cảng cá X khẩn trương …"
_OF_PROJECT = re.compile(rf"\s+(?:[dD]ự án|[cC]ông trình)\s[^,.;:]{{1,80}}?(?=\s+{MAIN})")
_HEAD_RE = re.compile(HEAD)
_QUANTITY_RE = re.compile(rf"{QUANTITY}\s+")
_POST_WORD = re.compile(POST)
_OTHERS = (_HEAD_RE, _COUNCIL_BARE, re.compile(SECTOR_HEAD), _POST_WORD, _NAMED_RE, _PARTY_RE)

#: tried in this order; add a way to name an agency here
_READERS: tuple[_Reader, ...] = (
    _zone,
    _forces,
    _members,
    _sectors,
    _council,
    _named,
    _person,
    _comrades,
    _post,
    _official,
    _shared_head,
    _collective,
    _party,
    _generic,
)
