"""A doubtful word of a scan is chosen by its neighbours, or left alone; what was changed is always told."""

from __future__ import annotations

import pytest

from extractors.proofreading import Doubted, Mend, proofread


def words(text: str, **doubted: tuple[str, ...]) -> list[Doubted]:
    """The words of `text`; those named are doubtful, with what the readings of the scan had in their place."""
    return [
        Doubted(word, (word, *doubted[word.strip(".,;")]), 70) if word.strip(".,;") in doubted else Doubted(word)
        for word in text.split()
    ]


MENDED = [  # the text as read, readings of doubtful words, the text as given, whether a reading had it
    ("giải quyết theo thâm quyền.", {"thâm": ("thẩm",)}, "giải quyết theo thẩm quyền.", True),
    ("giải quyết theo thâm quyền.", {"thâm": ()}, "giải quyết theo thẩm quyền.", False),
    ("KÉ HOẠCH năm", {"KÉ": ()}, "KẾ HOẠCH năm", False),
    ("các huyện, thành phô. Sở", {"phô": ("phố",)}, "các huyện, thành phố. Sở", True),
    # a name that the paper prints elsewhere, surely read
    (
        "xã Lũng Cẩm khởi công; xã Lũng Cấm nghiệm thu",
        {"Cấm": ("Cẩm",)},
        "xã Lũng Cẩm khởi công; xã Lũng Cẩm nghiệm thu",
        True,
    ),
]


@pytest.mark.parametrize(("read", "doubted", "given", "seen"), MENDED)
def test_a_doubtful_word_is_chosen_by_its_neighbours(
    read: str, doubted: dict[str, tuple[str, ...]], given: str, seen: bool
) -> None:
    flow = words(read, **doubted)
    (mend,) = proofread(flow)
    texts = [word.text for word in flow]
    assert mend == Mend(mend.index, texts[mend.index], given.split()[mend.index], seen)
    texts[mend.index] = mend.given
    assert " ".join(texts) == given


LEFT_ALONE = [
    ("giải quyết theo thâm quyền.", {}),  # surely read: what the paper prints, right or wrong
    ("đầu tư xây đúng quy định", {"đúng": ("dựng",)}),  # makes sense as it stands
    ("xã Lũng Cấm nghiệm thu", {"Cấm": ("Cẩm",)}),  # an unknown name: nothing tells which
    ("việc cụ. Thê Anh dự họp", {"Thê": ()}),  # a sentence ends between the two
    ("Số: 6§0 /TB-UBND", {"6§0": ("660",)}),  # numbers are never mended
    ("để nghi thức đơn giản", {"nghi": ()}),  # `nghi thức` is not listed, `nghị thức` and `nghỉ thức` neither
]


@pytest.mark.parametrize(("read", "doubted"), LEFT_ALONE)
def test_what_is_left_alone(read: str, doubted: dict[str, tuple[str, ...]]) -> None:
    assert proofread(words(read, **doubted)) == []


def test_two_words_that_would_fit_are_no_answer() -> None:
    """`lưu trú` (to lodge) and `lưu trữ` (to keep in an archive) are words; which one is meant nobody knows."""
    assert proofread([Doubted("lưu"), Doubted("trư", ("trư",), 40)]) == []
