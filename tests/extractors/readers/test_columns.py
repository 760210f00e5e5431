"""Columns of a printed page: a text with its layout, and the order in which its lines are to be read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from extractors.readers.columns import apart

PAGE = """\
   ỦY BAN NHÂN DÂN                         CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
     TỈNH HẢI SƠN                               Độc lập - Tự do - Hạnh phúc
   Số:       /TB-UBND                       Hải Sơn, ngày       tháng       năm 2024

                         THÔNG BÁO
   Một câu    có chỗ trống.
Nơi nhận:                                     KT. CHỦ TỊCH
- Như trên;                                  PHÓ CHỦ TỊCH
- Lưu: VT, TH.

                                             Lê Văn An
"""


def _read(text: str) -> list[str]:
    return [line.strip() for line in apart(text).split("\n") if line.strip()]


def test_letterhead_and_signature_are_read_column_by_column() -> None:
    assert _read(PAGE) == [
        "ỦY BAN NHÂN DÂN",
        "TỈNH HẢI SƠN",
        "Số:       /TB-UBND",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Hải Sơn, ngày       tháng       năm 2024",
        "THÔNG BÁO",
        "Một câu    có chỗ trống.",
        "Nơi nhận:",
        "- Như trên;",
        "- Lưu: VT, TH.",
        "KT. CHỦ TỊCH",
        "PHÓ CHỦ TỊCH",
        "Lê Văn An",
    ]


def test_a_text_without_columns_stays_as_it_is() -> None:
    plain = "ỦY BAN NHÂN DÂN\nSố:      /TB-UBND\nTHÔNG BÁO\nNơi nhận:\n- Như trên;   (để b/c)\n"
    assert apart(plain) == plain


@given(st.text(alphabet=st.sampled_from("aB ĐỊ-\n:.|"), max_size=200))
def test_no_letter_is_lost(text: str) -> None:
    for page in (text, PAGE + text, text + PAGE):
        assert sorted(apart(page).split()) == sorted(page.split())
