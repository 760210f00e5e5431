"""In which words are agencies named? The vocabulary, as patterns of words for `agencies`, which puts them together.

Each pattern is a string without groups, for levelled text (`spelling.level`).
"""

from __future__ import annotations

from collections.abc import Iterable

from extractors.spelling import UPPER, alternatives, key, spellings
from extractors.vocabulary import load

DATA = load("agencies")
VERBS = load("verbs")


#: an agency of a province has a twin in a city under the central government
TWINS = (("Tỉnh ủy", "Thành ủy"), ("Tỉnh đoàn", "Thành đoàn"), ("tỉnh", "thành phố"))


def _all_spellings(rows: Iterable[dict[str, object]]) -> dict[str, str]:
    """Every spelling of every row, and of its twin → its canonical name."""
    forms: dict[str, str] = {}
    for row in rows:
        name = str(row["name"])
        for alias in (name, *row.get("aliases", ())):  # type: ignore[misc]
            for form in spellings(alias):
                forms.setdefault(form, name)
    for form, name in list(forms.items()):
        for here, there in TWINS:
            if here in name and here in form:
                forms.setdefault(form.replace(here, there), name.replace(here, there))
                break
    return forms


def _shortest(phrases: Iterable[str]) -> list[str]:
    """Those of `phrases` that begin with no other of them (`Ban` for `Ban Quản lý`)."""
    known = {phrase.lower() for phrase in phrases}
    return [p for p in known if not any(" ".join(p.split()[:n]) in known for n in range(1, len(p.split())))]


SECTOR_FORMS = _all_spellings(DATA["sectors"])
AGENCY_FORMS = _all_spellings(DATA["agencies"])
SECTORS = {key(f): n for f, n in SECTOR_FORMS.items()}
ONLY_UNDER: dict[str, str] = {row["name"]: row["only"] for row in DATA["sectors"] if "only" in row}
AGENCIES = {key(f): n for f, n in AGENCY_FORMS.items()}

END = r"(?!\w)"
SECTOR = f"(?:{alternatives(SECTOR_FORMS)}){END}"
NAMED = f"(?:{alternatives(AGENCY_FORMS)}){END}"
#: "Tổ chức thực hiện" is no team
_NO_TEAM = r"(?!T[ổỔ]\s+(?:chức|CHỨC))"
HEAD = rf"{_NO_TEAM}(?:{alternatives([*DATA['heads'], *DATA['free_heads']])}){END}"
GROUP = rf"(?!trường\s+hợp)(?:{alternatives(DATA['groups'])}){END}"
TAIL = f"(?:{alternatives(DATA['group_tails'])}){END}"
#: as listed before any case: "Trưởng ban Dân tộc" is a Trưởng ban, "Trưởng Ban Chỉ đạo" the head of a board
POST = f"(?:{alternatives(DATA['posts'], ignore_case=False)}|{alternatives(DATA['posts'])}){END}"
PARTIES = (*DATA["parties"], "chính quyền địa phương", "chính quyền cơ sở")
PARTY = f"(?:{alternatives(PARTIES)}){END}"
#: where only is asked whether such a name begins: few and short, so soon compiled
HEAD_BEGINS = rf"{_NO_TEAM}(?:{alternatives(_shortest([*DATA['heads'], *DATA['free_heads']]))}){END}"
POST_BEGINS = f"(?:{alternatives(_shortest(DATA['posts']))}){END}"
#: where a name may begin, in one pattern: a search for each kind by itself takes twice the time
FIRST_WORDS = "(?:{}){}".format(
    alternatives(
        _shortest(
            (
                *AGENCY_FORMS,
                *DATA["posts"],
                *DATA["sector_heads"],
                *DATA["heads"],
                *DATA["free_heads"],
                *PARTIES,
                "cấp",
            )
        )
    ),
    END,
)
SECTOR_HEAD = f"(?:{alternatives(DATA['sector_heads'])}){END}"
MAIN = f"(?:{alternatives(VERBS['mains'])}){END}"
ADVERB = f"(?:{alternatives(VERBS['adverbs'])}){END}"
# a capital inside a name is no verb: "Trung tâm Xúc tiến Đầu tư"
STOP = f"(?:{alternatives([*VERBS['actions'], *VERBS['stops']], ignore_case=False)}){END}"
# "Đăng ký" in "Văn phòng Đăng ký đất đai": its second word is no verb
ACTIONS = frozenset(VERBS["actions"])
TITLED = [v[0].upper() + v[1:] for v in VERBS["actions"] if v.split(" ", 1)[-1] != v and ACTIONS & {*v.split()[1:]}]
ACTION = f"(?:{alternatives(VERBS['actions'], ignore_case=False)}){END}"
#: an action that is no noun as well: it ends even a relative clause ("UBND các xã có rừng duy trì …")
ONLY_VERB = f"(?:{alternatives(ACTIONS - {*VERBS['nouns_too']}, ignore_case=False)}){END}"
COMPOUND = f"(?:{alternatives(DATA['compounds'])}|{alternatives(TITLED, ignore_case=False)}){END}"
#: `Văn hóa, Thể thao và Du lịch`; after `Phòng` a comma goes on to the next office
_FIELD = f"(?:{alternatives(DATA['fields'])}){END}"
FIELDS = rf"{_FIELD}(?:(?:,\s+|\s+-\s+|\s+và\s+){_FIELD})+"

QUANTITY = r"(?:[cC]ác|CÁC|[nN]hững|[mM]ọi|[tT]ừng|[mM]ỗi|[tT]oàn thể(?: các)?|[tT]ất cả các|[hH]ai|[bB]a|0?[2-9])"
UNITS = ("tỉnh", "thành phố", "thị xã", "huyện", "quận", "xã", "phường", "thị trấn", "đặc khu")
SHORT_UNITS = {
    "tp": "thành phố",
    "tx": "thị xã",
    "tt": "thị trấn",
    "h": "huyện",
    "q": "quận",
    "p": "phường",
    "x": "xã",
}
UNIT = rf"(?:{alternatives(UNITS)}|(?:TP|Tp|tp|TX|Tx)(?=[.\s])\.?|(?:TT|Tt|[HQPX])\.)"
CAP = rf"[{UPPER}][\w'\-]*"
PLACE = rf"(?:\d{{1,2}}\s+)?{CAP}(?:\s+(?:{CAP}|\d{{1,2}}(?=\s*(?:[,.;:()]|$)|\s+(?:{alternatives(VERBS['mains'])}))))*"
COUNCIL = rf"(?:UBND|HĐND|{alternatives(['Ủy ban nhân dân', 'Hội đồng nhân dân'])})"
# a slash inside a word, but not the one before another agency ("Phòng A/Ban Quản lý B")
WORD = rf"(?:[\w&'\-.]|/(?!UBND|[{UPPER}][^\W\d_{UPPER}]))*\w"
