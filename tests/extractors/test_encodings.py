"""Encodings older than Unicode are told by what they spell, and every letter of their tables comes back."""

from __future__ import annotations

import random
import shutil
import subprocess
import unicodedata

import pytest

from extractors import encodings
from extractors.encodings import convert, decode, detect, for_font, is_syllable
from extractors.vocabulary import load

TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
SMALL = [unicodedata.normalize("NFC", v + t) for v in "aăâeêioôơuưy" for t in TONES] + ["đ"]
LETTERS = SMALL + [letter.upper() for letter in SMALL]
TABLES = ("tcvn3", "vni", "vps", "viscii")
CODES = {name: {k: bytes.fromhex(v) for k, v in load(f"encodings/{name}")["letters"].items()} for name in TABLES}

PROSE = (
    "Ngành nông nghiệp cần chủ động nguồn nước tưới cho vụ chiêm, không để ruộng bị hạn. Chủ tịch Ủy ban nhân dân thị "
    "xã chịu trách nhiệm về tiến độ dọn mặt bằng của tuyến đường ven sông, hằng tuần gửi báo cáo về văn phòng. "
    "Đối với khoản nợ đọng của các hợp tác xã, Sở Tài chính rà lại từng hồ sơ, đề nghị mức khoanh nợ phù hợp; riêng "
    "những hộ gặp bão lũ được xét trước. Bệnh viện đa khoa khu vực phải mua đủ thuốc thiết yếu trước mùa mưa, không "
    "được để người bệnh tự mua ngoài. Các trường học kiểm tra mái che, tường rào, cây xanh; nơi nào xuống cấp thì sửa "
    "ngay trong kỳ nghỉ hè. Đề nghị Mặt trận Tổ quốc vận động nhân dân hiến đất mở rộng lối xóm, giữ gìn vệ sinh. "
)
FOREIGN = {
    "French": "L’été dernier, nous avons déjà traversé la forêt où les chênes protégeaient un hêtre âgé; voilà la clé.",
    "German": "Die Gäste überquerten die schöne Brücke; größere Häuser säumten früher die müde Straße der Städtchen.",
    "English": "The committee’s naïve résumé of the café’s façade was, to be fair, a rôle nobody had asked for – ever.",
    "Spanish": "El niño soñó que mañana la cigüeña volvería al jardín; ¿quién sabrá por qué el árbol creció así?",
    "Portuguese": "A organização não só são as nações: às três da manhã, já você está à porta, avô e avó também.",
    "Swedish": "På ön växer många blåbär; åtta små får går över ängen när älven svämmar över på våren.",
}


def encode(text: str, name: str) -> bytes:
    """`text` as a typewriter program of that time stored it; a capital that TCVN3 lacks becomes a small letter."""
    if name == "mojibake":
        return text.encode()
    return b"".join(_code(letter, name) for letter in text)


def _code(letter: str, name: str) -> bytes:
    if letter.isascii():
        return letter.encode()
    if name == "cp1258":
        parts = unicodedata.normalize("NFD", letter)
        tone = "".join(c for c in parts if c in TONES[1:])
        bare = unicodedata.normalize("NFC", "".join(c for c in parts if c not in TONES[1:]))
        return bare.encode("cp1258") + tone.encode("cp1258")
    return CODES[name].get(letter) or CODES[name][letter.lower()]


@pytest.mark.parametrize("name", encodings.encodings())
def test_every_letter_comes_back(name: str) -> None:
    text = " ".join(LETTERS)
    expected = text if name != "tcvn3" else " ".join(c if c in CODES["tcvn3"] else c.lower() for c in LETTERS)
    expected = " ".join(c if c.isascii() else e for c, e in zip(LETTERS, expected.split(" "), strict=True))
    found = convert(encode(text, name).decode("latin-1"), name)
    assert found.text == expected
    assert not found.lost


def test_tables_hold_all_letters_and_no_code_twice() -> None:
    marked = {letter for letter in LETTERS if not letter.isascii()}
    assert len(marked) == 134
    for name, table in CODES.items():
        assert len(set(table.values())) == len(table)
        assert set(table) == (marked if name != "tcvn3" else {c for c in marked if c.islower()} | set("ĂÂĐÊÔƠƯ"))


@pytest.mark.parametrize(("name", "known_as"), [("tcvn3", "TCVN"), ("viscii", "VISCII")])
def test_tables_agree_with_the_c_library(name: str, known_as: str) -> None:
    assert shutil.which("iconv"), "iconv is missing: sudo apt-get install -y libc-bin"
    codes = b"\n".join(CODES[name].values())
    made = subprocess.run(["iconv", "-f", known_as, "-t", "UTF-8"], input=codes, capture_output=True, check=True)
    assert unicodedata.normalize("NFC", made.stdout.decode()).split("\n") == list(CODES[name])


@pytest.mark.parametrize("name", encodings.encodings())
@pytest.mark.parametrize(("size", "least"), [(20, 0.75), (40, 0.94), (80, 0.99), (160, 1.0)])
def test_detection_by_length(name: str, size: int, least: float) -> None:
    pick = random.Random(f"{name} {size}")
    starts = [pick.randrange(len(PROSE) - size) for _ in range(100)]
    right = sum(detect(encode(PROSE[at : at + size], name).decode("latin-1")) == name for at in starts)
    assert right / len(starts) >= least


@pytest.mark.parametrize("text", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_other_languages_are_not_vietnamese(text: str, encoding: str) -> None:
    found, problems = decode(text.encode(encoding))
    assert found == text
    assert [p.code for p in problems] == ([] if encoding == "utf-8" else ["unknown_encoding"])


UNICODE = [
    PROSE,
    unicodedata.normalize("NFD", PROSE),
    PROSE.upper(),
    "Cộng hòa – “trích dẫn” § 3, 20 °C, µ = ½ ± 3 × 4 ¶ ™",
    "Ông Müller (CHLB Đức) và bà Gonçalves thăm tỉnh.",
    "Ha Noi, ngay 3 thang 5: khong dau.",
    "Thµnh phố ghi lẫn một chữ cũ trong một câu tiếng Việt đúng.",
    "",
]


@pytest.mark.parametrize("text", UNICODE)
def test_text_that_is_unicode_stays_as_it_is(text: str) -> None:
    assert decode(text.encode()) == (text, ())
    assert decode(b"\xef\xbb\xbf" + text.encode()) == (text, ())


@pytest.mark.parametrize("name", [*TABLES, "cp1258"])
@pytest.mark.parametrize("saved_again", [False, True], ids=["bytes", "as UTF-8"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["", "BOM"])
def test_decode_says_what_it_converted(name: str, saved_again: bool, bom: bytes) -> None:
    data = encode(PROSE, name)
    if saved_again:  # opened as windows-1252 and saved as UTF-8
        data = "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in data).encode()
    text, problems = decode(bom + data)
    assert text == (PROSE if name != "tcvn3" else PROSE.replace("Ủy", "ủy"))
    assert [p.code for p in problems] == ["legacy_encoding"]
    assert encodings.encodings()[name].label in problems[0].message


def test_utf8_taken_for_windows_1252_is_mended() -> None:
    broken = "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in PROSE.encode())
    assert decode(broken.encode())[0] == PROSE


def test_utf8_with_a_damaged_byte_keeps_the_rest() -> None:
    text, problems = decode(PROSE.encode()[:200] + b"\xff" + PROSE.encode()[200:])
    assert text.replace("ÿ", "") == PROSE
    assert "“ÿ” (1 lần)" in problems[0].message


def test_signs_without_a_letter_are_listed_not_dropped() -> None:
    text, problems = decode(encode(PROSE, "tcvn3") + b"\xfe \xcd\xcd")
    assert text.endswith("ỵ ÍÍ")
    assert "“Í” (2 lần)" in problems[0].message


CAPITALS = [  # TCVN3 as typed, what was meant
    ("CéNG HOµ X· HéI CHñ NGHÜA", "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA"),
    ("Së Y tÕ, §µ N½ng", "Sở Y tế, Đà Nẵng"),
    ("A¸p dông, ¤ t«", "Áp dụng, Ô tô"),
    ("UBND x· T©n Lîi", "UBND xã Tân Lợi"),
    ("UBND thµnh phè", "UBND thành phố"),
    ("Hµ VN", "Hà VN"),
]


@pytest.mark.parametrize(("typed", "meant"), CAPITALS)
def test_capitals_that_tcvn3_cannot_write(typed: str, meant: str) -> None:
    assert convert(typed, "tcvn3").text == meant


FONTS = [
    (".VnTime", ("tcvn3", False)),
    (".VnTimeH", ("tcvn3", True)),
    ("ABCDEF+.VnArialH", ("tcvn3", True)),
    ("VNI-Times", ("vni", False)),
    ("VPS Times", ("vps", False)),
    ("Times New Roman", None),
    ("Arial Narrow H", None),
    ("", None),
    (None, None),
]


@pytest.mark.parametrize(("font", "expected"), FONTS)
def test_fonts_promise_an_encoding(font: str | None, expected: tuple[str, bool] | None) -> None:
    found = for_font(font)
    assert (found and (found.encoding, found.capitals)) == expected


SYLLABLES = [
    "nghiêng",
    "giếng",
    "gì",
    "quyết",
    "khuỷu",
    "ngoằn",
    "thuở",
    "quốc",
    "yếu",
    "ổi",
    "ủy",
    "uỷ",
    "hoà",
    "hòa",
    "xoong",
    "nguệch",
]
NO_SYLLABLES = ["nghà", "cin", "gha", "këch", "tèp", "gàc", "strông", "bàm̀", "été", "für", "ngiêng", "zô"]


@pytest.mark.parametrize("word", SYLLABLES)
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", NO_SYLLABLES)
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)
