"""In which encoding is a text, and what does it say in Unicode? For files older than Unicode.

TCVN3 (ABC), VNI, VPS, VISCII and windows-1258 put Vietnamese letters on the codes of Western ones. Which of them it is
cannot be told by the bytes, only by what they spell: Vietnamese syllables are a closed set (some 4,500 without tones),
so the right table gives words and the others give rubbish. The tables are data: `vocabulary/encodings/`.

A text of such an encoding is handled in its *byte view*: each byte as the character of the same number (Latin-1).
Text that is Unicode already is given back as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any, Final

from extractors.model import Problem, Severity
from extractors.vocabulary import load

#: So much better than the text as it stands must a conversion be, and so good at least, to be believed.
_MARGIN: Final = 0.15
_ENOUGH: Final = 0.2
#: The beginning of a long text tells its encoding.
_SAMPLE: Final = 20_000
#: Decoded as windows-1252; the five codes that it leaves free stay what they are.
_CP1252: Final[dict[int, str]] = {
    code: bytes([code]).decode("cp1252", errors="ignore") or chr(code) for code in range(0x80, 0xA0)
}
_TO_BYTES: Final[dict[int, int]] = {ord(sign): code for code, sign in _CP1252.items()}
#: Signs that stand in any Western encoding, and so are no loss.
_KNOWN_SIGNS: Final = frozenset("\xa0\xad«»°±²³·×§½¼¾µ€‚„…†‡‰‘’“”•–—™")
_WORD = re.compile(r"[^\W\d_]+")
#: Control codes and signs that no office prints by the dozen: each counts against a reading.
_JUNK = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u00a1-\u00bf\u00d7\u00f7\u0192\u02c6\u02dc\u2020-\u2030\ufffd]")
_VIETNAMESE_ONLY = re.compile(r"[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
_MARKED = re.compile(r"[^\W\d_\x00-\x7f]")
_HIGH = re.compile(r"[\x80-\xff]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_MOJIBAKE = re.compile(r"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
_SUBSET_TAG = re.compile(r"[A-Z]{6}\+")
#: A sentence that begins with a small letter with a tone: in TCVN3 it may have been a capital.
_SMALL_START = re.compile(r"(?:^|\n|[.!?…]\s)[\s\d.\-–+*)(“\"]*([à-ỹ])")


@dataclass(frozen=True, slots=True)
class Encoding:
    """One way of writing Vietnamese before Unicode.

    `convert` takes a byte view and gives the text and what it had no letter for; `font` and `capitals` match the names
    of the fonts that need it, and those of them that print small letters as capitals.
    """

    name: str
    label: str
    convert: Callable[[str], Converted]
    font: re.Pattern[str] | None = None
    capitals: re.Pattern[str] | None = None
    one_byte: bool = False  # a letter, a code: parts of a text can be converted one by one


@dataclass(frozen=True, slots=True)
class Converted:
    """A text in Unicode; `lost` are the signs that the encoding does not know, as they stand in `text`."""

    text: str
    lost: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class FontCode:
    """What a font's name says about the text in it; `capitals`: it prints small letters as capitals."""

    encoding: str
    capitals: bool


# --- what there is --------------------------------------------------------------------------------------------


@cache
def encodings() -> dict[str, Encoding]:
    """All encodings that are tried, by name."""
    tables = (_from_table(name, load(f"encodings/{name}")) for name in ("tcvn3", "vni", "vps", "viscii"))
    others = (
        Encoding("cp1258", "windows-1258", _from_cp1258),
        Encoding("mojibake", "UTF-8 bị hỏng hoặc bị đọc nhầm thành windows-1252", _from_mojibake),
    )
    return {encoding.name: encoding for encoding in (*tables, *others)}


def for_font(name: str | None) -> FontCode | None:
    """The encoding that a font of this name promises; None for fonts of Unicode. The promise may be false."""
    plain = _SUBSET_TAG.sub("", name or "", count=1)
    for encoding in encodings().values():
        if encoding.font and encoding.font.match(plain):
            return FontCode(encoding.name, bool(encoding.capitals and encoding.capitals.search(plain)))
    return None


# --- what it is -----------------------------------------------------------------------------------------------


def detect(text: str, among: Iterable[str] | None = None) -> str | None:
    """The encoding that `text` is in; None where it is Unicode, or not Vietnamese.

    `text` is a byte view, or text whose bytes were taken for windows-1252 on the way here. `among` names the encodings
    to try (all). A sure answer takes some 40 letters; shorter texts are told right nine times in ten.
    """
    sample = text[:_SAMPLE]
    if not _NOT_ASCII.search(sample) or _is_unicode(sample):
        return None
    view = byte_view(sample)
    standing = score(_plain(view))
    tried = {name: score(encodings()[name].convert(view).text) for name in among or encodings()}
    best = max(tried, key=lambda name: tried[name])
    return best if tried[best] > max(standing + _MARGIN, _ENOUGH) else None


def convert(text: str, encoding: str) -> Converted:
    """`text` of this encoding (a name of `encodings`) in Unicode, NFC."""
    return encodings()[encoding].convert(byte_view(text))


def decode(data: bytes) -> tuple[str, tuple[Problem, ...]]:
    """The text of bytes that are UTF-8 or older than Unicode, and what an archivist should know about it.

    Valid UTF-8 is given back unchanged unless it plainly holds text of an old encoding that was saved again.
    """
    try:
        text, unicode_text = data.decode("utf-8-sig"), True
    except UnicodeDecodeError:
        text, unicode_text = data.removeprefix(b"\xef\xbb\xbf").decode("latin-1"), False
    mended, problems = mend(text)
    return (mended, problems) if problems or unicode_text else (_plain(text), (_unknown(),))


def mend(text: str) -> tuple[str, tuple[Problem, ...]]:
    """`text` itself; converted, and with a problem that says so, where it holds an old encoding's codes."""
    name = detect(text)
    if name is None:
        return text, ()
    converted = convert(text, name)
    return converted.text, (problem([name], converted.lost, uncertain_capitals(converted.text, name)),)


def byte_view(text: str) -> str:
    """`text` with the signs of windows-1252 as the characters of their codes."""
    return text.translate(_TO_BYTES)


def score(text: str) -> float:
    """How Vietnamese `text` reads: 1 where each word is a syllable with marks, 0 or less for other languages."""
    words = _WORD.findall(unicodedata.normalize("NFC", text))
    if not words:
        return 0.0
    points = sum(_points(word) for word in words) - len(_JUNK.findall(text))
    return points / len(words)


@lru_cache(maxsize=65536)
def _points(word: str) -> float:
    if word.isascii():
        return 0.3 if is_syllable(word) else 0.0
    return 1.0 if is_syllable(word) else -1.0


def is_syllable(word: str) -> bool:
    """Whether Vietnamese spelling knows `word`: its onset, its rhyme, and its tone on that rhyme."""
    parts = unicodedata.normalize("NFD", word.lower())
    tones = [c for c in parts if c in _TONES]
    if len(tones) > 1:
        return False
    bare = unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES))
    return bare in (_toned() if tones and tones[0] not in "\u0301\u0323" else _bare())


@cache
def _bare() -> frozenset[str]:
    """All syllables, tones left out."""
    data = load("encodings/syllables")
    rhymes = " ".join(data["rhymes"].values()).split()
    front, back = frozenset(data["before_front"].split()), frozenset(data["before_back"].split())
    out = {f"q{rhyme}" for rhyme in data["rhymes_of_q"].split()} | set(rhymes)
    for onset in data["onsets"].split():
        for rhyme in rhymes:
            is_front = rhyme[0] in "eêiy"
            if onset != "q" and not (onset in front and not is_front) and not (onset in back and is_front):
                out.add(onset + rhyme)
    return frozenset(out | {f"gi{r}" for r in rhymes})


@cache
def _toned() -> frozenset[str]:
    """Those that take every tone: not the ones that end in a stop."""
    stops = tuple(load("encodings/syllables")["stopped"].split())
    return frozenset(s for s in _bare() if not s.endswith(stops))


def holds_unicode(text: str) -> bool:
    """Whether `text` has letters that Vietnamese has in Unicode only."""
    return bool(_VIETNAMESE_ONLY.search(unicodedata.normalize("NFC", text)))


def _is_unicode(text: str) -> bool:
    """Whether letters that only Unicode has for Vietnamese make up a fair part of the marked ones."""
    composed = unicodedata.normalize("NFC", text)
    return 5 * len(_VIETNAMESE_ONLY.findall(composed)) > len(_MARKED.findall(composed))


# --- conversions ----------------------------------------------------------------------------------------------


def _plain(view: str) -> str:
    """A byte view as windows-1252 text."""
    return view.translate(_CP1252)


def _from_table(name: str, data: dict[str, Any]) -> Encoding:
    codes = [*data["letters"].items(), *data.get("also", {}).items()]
    table = {bytes.fromhex(code).decode("latin-1"): letter for letter, code in codes}
    table |= {code[0] + code[1:].lower(): letter for code, letter in table.items() if code.lower() not in ("", code)}
    stand_ins = {ord(sign): chr(int(code, 16)) for sign, code in data.get("stand_ins", {}).items()}
    longest_first = sorted(table, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest_first)) + r"|[\x80-\xff]")
    restore = _capitals if name == "tcvn3" else None

    def convert_view(view: str) -> Converted:
        lost: Counter[str] = Counter()

        def letter(match: re.Match[str]) -> str:
            found = table.get(match[0])
            if found is None:
                found = _CP1252.get(ord(match[0]), match[0])
                if found not in _KNOWN_SIGNS:
                    lost[found] += 1
            return found

        text = pattern.sub(letter, view.translate(stand_ins))
        return Converted(restore(text) if restore else text, lost)

    font, capitals = (re.compile(data[key]) if key in data else None for key in ("font", "capitals"))
    return Encoding(name, data["label"], convert_view, font, capitals, one_byte=len(longest_first[0]) == 1)


def _from_cp1258(view: str) -> Converted:
    """Vowels with their hats, tones as marks of their own (Windows code page 1258), put together by NFC."""
    text = "".join(bytes([ord(c)]).decode("cp1258", errors="replace") if ord(c) < 256 else c for c in view)
    return Converted(unicodedata.normalize("NFC", text), Counter(c for c in text if c == "\ufffd"))


def _from_mojibake(view: str) -> Converted:
    """The bytes of UTF-8 as characters of windows-1252: sequences that are UTF-8 are read as such, others stay."""

    def letter(match: re.Match[str]) -> str:
        return match[0].encode("latin-1").decode("utf-8", errors="ignore") or match[0]

    text = _plain(_MOJIBAKE.sub(letter, view))
    lost = Counter(c for c in text if c not in _KNOWN_SIGNS and "\x80" <= c <= "\xff" and not is_letter(c))
    return Converted(text, lost)


def is_letter(sign: str) -> bool:
    """Whether `sign` is a letter of the Vietnamese alphabet."""
    return sign in "đĐ" or (unicodedata.normalize("NFD", sign)[0] in "aeiouyAEIOUY" and sign not in "äëïöüÿåÄËÏÖÜÅîûÎÛ")


def _capitals(text: str) -> str:
    """Capitals that TCVN3 cannot write, where the letters around show them: `CéNG HOµ X· HéI`, and `A¸` for `Á`."""
    text = _DOUBLED.sub(lambda m: m[2].upper() if _base(m[2]) == m[1].lower() else m[0], text)
    words = list(_WORD.finditer(text))
    loud = {i for i, w in enumerate(words) if sum(c.isupper() for c in w[0] if c.isascii()) > 1 and _is_loud(w[0])}
    for pair in pairwise(range(len(words))):  # `X·` beside a word in capitals that is no abbreviation
        known, other = pair if pair[0] in loud else pair[::-1]
        if (
            known in loud
            and is_syllable(words[known][0])
            and words[other][0][0].isupper()
            and _is_loud(words[other][0])
            and _BETWEEN.fullmatch(text, words[pair[0]].end(), words[pair[1]].start())
        ):
            loud.add(other)
    pieces, at = [], 0
    for i in sorted(loud):
        pieces += [text[at : words[i].start()], words[i][0].upper()]
        at = words[i].end()
    return "".join((*pieces, text[at:]))


_DOUBLED = re.compile(r"([AEIOUYĂÂÊÔƠƯ])([à-ỹ])")
_BETWEEN = re.compile(r"[ ,–-]{1,3}")


def _base(letter: str) -> str:
    parts = unicodedata.normalize("NFD", letter)
    return unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES))


def _is_loud(word: str) -> bool:
    """Whether every small letter of `word` is one that TCVN3 has no capital of."""
    return all(c.isupper() or set(unicodedata.normalize("NFD", c)) & set(_TONES) for c in word)


def with_printed_hyphens(text: str, encoding: str) -> str:
    """`text` converted from a print, where the code of ư in TCVN3 (that of the soft hyphen) came out as a hyphen.

    A hyphen is read as ư where that makes a syllable of the letters around it (`tr-ờng`), else it stays.
    """
    if encoding != "tcvn3" or "-" not in text:
        return text

    def letter(match: re.Match[str]) -> str:
        word = match[0].replace("-", "Ư" if match[0].isupper() else "ư")
        return word if len(word) > 1 and is_syllable(word) else match[0]

    return _HYPHENED.sub(letter, text)


_HYPHENED = re.compile(r"(?<![\w-])[^\W\d_]*-[^\W\d_]*(?![\w-])")


# --- what to tell ---------------------------------------------------------------------------------------------


def uncertain_capitals(text: str, name: str) -> int:
    """How many sentences begin with a small letter that TCVN3 has no capital of."""
    return len(_SMALL_START.findall(text)) if name == "tcvn3" else 0


def problem(names: Iterable[str], lost: Counter[str], capitals: int = 0) -> Problem:
    """What an archivist is told of a conversion: from what, and what could not be converted."""
    labels = " và ".join(encodings()[name].label for name in names)
    message = f"Văn bản dùng bảng mã cũ ({labels}), đã được chuyển sang Unicode; tệp gốc giữ nguyên."
    if lost:
        signs = ", ".join(f"“{sign}” ({n} lần)" for sign, n in lost.most_common(10))
        message += f" Không chuyển được: {signs}. Hãy đối chiếu với bản gốc."
    if capitals:
        message += f" Bảng mã này không có chữ hoa mang dấu thanh: {capitals} chỗ đầu câu có thể đã mất chữ hoa."
    return Problem("legacy_encoding", message, Severity.WARNING if lost or capitals else Severity.NOTE)


def _unknown() -> Problem:
    message = (
        "Không nhận ra bảng mã của tệp (không phải Unicode, cũng không phải bảng mã tiếng Việt cũ); "
        "đã đọc như windows-1252. Hãy đối chiếu chữ với bản gốc; nếu sai, hãy lưu lại bằng UTF-8."
    )
    return Problem("unknown_encoding", message, Severity.WARNING)
