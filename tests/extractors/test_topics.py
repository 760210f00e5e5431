"""What a passage is about, agency names left out."""

import pytest

from extractors.agencies import find_agencies
from extractors.masking import mask
from extractors.topics import find_topics, topic_names
from extractors.vocabulary import load

CASES = [
    ("Tiêm vắc xin Covid-19 cho người cao tuổi", {"covid", "y-te"}),
    ("Lập quy hoạch sử dụng đất cấp huyện", {"quy-hoach", "dat-dai"}),
    ("Giải ngân vốn các công trình trọng điểm", {"dau-tu-cong"}),
    ("Trồng rừng và giảm nghèo ở vùng cao", {"nong-lam", "ntm"}),
    ("Giao Sở Y tế và Sở Tài nguyên và Môi trường họp bàn", set()),  # names alone are no topic
    ("Các đơn vị nghiêm túc thực hiện", set()),
]


@pytest.mark.parametrize(("text", "topics"), CASES)
def test_topics(text: str, topics: set[str]) -> None:
    assert set(find_topics(mask(text, find_agencies(text)))) == topics


def test_every_topic_is_found_by_its_cues() -> None:
    for row in load("topics"):
        for cue in row["cues"]:
            assert row["id"] in find_topics(cue.lower()), (row["id"], cue)


def test_names_are_unique() -> None:
    assert len(set(topic_names().values())) == len(topic_names()) == 27
