"""Spellings that must be one word, and spellings that must stay two."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketluan.index import fold as f

VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
LETTERS = [unicodedata.normalize("NFC", v + t) for v in VOWELS for t in TONES] + ["đ"]
LETTERS += [letter.upper() for letter in LETTERS]

VIETNAMESE = st.text(st.sampled_from([*LETTERS, *"bcdghklmnpqrstvxQKLMHTS", *" -/&.,0123456789\n"]), max_size=80)

SAME = [
    # two spellings of one word, alike with their marks kept
    ("hoà", "hòa"),
    ("hoá", "hóa"),
    ("xoá", "xóa"),
    ("toạ", "tọa"),
    ("loã", "lõa"),
    ("khoẻ", "khỏe"),
    ("loè", "lòe"),
    ("thuý", "thúy"),
    ("thuỷ", "thủy"),
    ("uỷ", "ủy"),
    ("tuỳ", "tùy"),
    ("luỹ", "lũy"),
    ("luỵ", "lụy"),
    ("hoàn", "hòan"),
    ("kỹ", "kĩ"),
    ("kỳ", "kì"),
    ("lý", "lí"),
    ("mỹ", "mĩ"),
    ("tỷ", "tỉ"),
    ("sỹ", "sĩ"),
    ("hy", "hi"),
    ("quý", "quí"),
    ("quỹ", "quĩ"),
    ("quy", "qui"),
    ("qúy", "quý"),
    ("qùi", "quỳ"),
    ("QUÝ", "quí"),
    ("Uỷ Ban", "ỦY BAN"),
    ("Đất", "ĐẤT"),
    ("Ðất", "đất"),  # ETH for Đ
    ("Văn thƣ", "văn thư"),
    ("vắc\u00a0xin", "vắc xin"),
    ("68/NQ\u2011CP", "68/NQ-CP"),
]

DIFFERENT = [
    # alike only without marks
    ("đất", "dat"),
    ("đất", "đạt"),
    ("đất", "dắt"),
    ("thủ", "thu"),
    ("sở", "số"),
    ("ưu", "uu"),
]

UNLIKE = [
    # never alike
    ("hoa", "hao"),
    ("vi", "vy"),  # i and y differ after v
    ("chuy", "chui"),
    ("tay", "tai"),
    ("thuy", "thui"),
    ("vắc xin", "vacxin"),
    ("uy", "ui"),
]

BARE = [
    ("Quy hoạch sử dụng đất", "qui hoach su dung dat"),
    ("ĐƯỜNG CAO TỐC", "duong cao toc"),
    ("Ủy ban nhân dân tỉnh", "uy ban nhan dan tinh"),
    ("Covid-19, 68/NQ-CP", "covid-19, 68/nq-cp"),
    ("Si Ma Cai: 13,6%", "si ma cai: 13,6%"),
]

WORDS = [
    ("Phòng, chống dịch Covid-19", ["phòng", "chống", "dịch", "covid", "19"]),
    ("Nghị quyết 68/NQ-CP", ["nghị", "quiết", "68", "nq", "cp"]),
    ("Sở TN&MT", ["sở", "tn", "mt"]),
    ("tăng 13,6%", ["tăng", "13", "6"]),
    ("15/9/2021", ["15", "9", "2021"]),
    ("H'Mông", ["h", "mông"]),
    ("a_b", ["a", "b"]),
    ("co\u00advid", ["covid"]),
    ("\ufeffThông\u200b báo", ["thông", "báo"]),
    ("…!?“” -- ", []),
    ("", []),
]


@pytest.mark.parametrize(("one", "other"), SAME)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_variants_are_one_word(one: str, other: str, form: str) -> None:
    assert f.words(unicodedata.normalize(form, one)) == f.words(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_marks_are_kept_by_norm_and_lost_by_fold(one: str, other: str) -> None:
    assert f.norm(one) != f.norm(other)
    assert f.fold(one) == f.fold(other)


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert f.fold(one) != f.fold(other)


@pytest.mark.parametrize(("text", "bare"), BARE)
def test_fold_leaves_no_mark(text: str, bare: str) -> None:
    assert f.fold(text) == bare


@pytest.mark.parametrize(("text", "words"), WORDS)
def test_words(text: str, words: list[str]) -> None:
    assert f.words(text) == words


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_folds_to_ascii(letter: str) -> None:
    assert f.fold(letter).isascii()
    assert f.fold(unicodedata.normalize("NFC", unicodedata.normalize("NFD", letter))) == f.fold(letter)


@pytest.mark.parametrize(
    ("text", "plain"),
    [("quy hoach su dung dat", True), ("Covid-19", True), ("quy hoạch", False), ("dong", True), ("đong", False)],
)
def test_is_plain(text: str, plain: bool) -> None:
    assert f.is_plain(text) is plain
    assert f.is_plain(unicodedata.normalize("NFD", text)) is plain


def test_clean_mends_and_drops() -> None:
    assert f.clean("\ufeffThƣ\u00a0ký Ð\u00adây\x00\u2011x") == "Thư ký Đây-x"


@given(VIETNAMESE | st.text(max_size=60).map(lambda s: unicodedata.normalize("NFC", s)))
def test_length_is_kept(text: str) -> None:
    assert len(f.norm(text)) == len(text)
    assert len(f.fold(text)) == len(text)


@given(VIETNAMESE | st.text(max_size=60))
def test_doing_it_twice_changes_nothing(text: str) -> None:
    assert f.clean(f.clean(text)) == f.clean(text)
    assert f.norm(f.norm(text)) == f.norm(text)
    assert f.fold(f.fold(text)) == f.fold(text)


@given(VIETNAMESE)
def test_fold_of_norm_is_fold(text: str) -> None:
    assert f.fold(f.norm(text)) == f.fold(text)
    assert f.fold(text).isascii()


@given(VIETNAMESE, st.sampled_from(["NFC", "NFD", "NFKD"]))
def test_unicode_form_does_not_matter(text: str, form: str) -> None:
    assert f.words(unicodedata.normalize(form, text)) == f.words(text)


@given(VIETNAMESE | st.text(max_size=60))
def test_located_words_are_the_words(text: str) -> None:
    located = list(f.locate(text))
    assert [w.norm for w in located] == f.words(text)
    assert all(f.norm(f.clean(text[w.start : w.end])) == w.norm for w in located)
    assert [w.fold for w in located] == [f.fold(w) for w in f.words(text)]
