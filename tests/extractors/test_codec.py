"""What goes out as JSON comes back as it was; what cannot go out is an error at once."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from extractors import extract
from extractors.codec import SchemaError, decode, encode
from extractors.model import Citation, Deadline, Extraction, Severity, Span

SAMPLE = Path(__file__).parents[2] / "samples" / "2021-09-lao-cai.txt"


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(encode(value)))


def test_all_that_a_file_says_comes_back_with_the_merged_cells_of_its_tables() -> None:
    read = extract(SAMPLE.read_bytes(), name=SAMPLE.name)
    merged = replace(read, source=replace(read.source, merged=frozenset({(1, 2, 0), (0, 4, 2), (0, 3, 1)})))
    assert through_json(merged)["source"]["merged"] == [[0, 3, 1], [0, 4, 2], [1, 2, 0]]
    assert decode(Extraction, through_json(merged)) == merged


def test_names_and_values_as_json_has_them() -> None:
    made = Deadline("từ nay", Span(1, 2), "r", from_=date(2021, 3, 4), for_=("Sở A",))
    said = through_json(made)
    assert (said["from"], said["for"], said["due"], said["vague"]) == ("2021-03-04", ["Sở A"], None, False)
    assert type(encode(Severity.NOTE)) is str
    assert decode(Deadline, said) == made


def test_a_newer_record_and_an_older_one_are_read() -> None:
    said = {"key": "1/NQ-CP", "text": "Nghị quyết 1/NQ-CP", "span": {"start": 0, "end": 4, "line": 7}, "added": 1}
    assert decode(Citation, said) == Citation("1/NQ-CP", "Nghị quyết 1/NQ-CP", Span(0, 4))


@pytest.mark.parametrize(
    "said",
    [
        {"start": 1},
        {"start": 1, "end": "2", "page": 1},
        {"start": 1, "end": None, "page": 1},
        {"start": 1, "end": 2, "page": [1]},
        [1, 2, 1],
        None,
        "1-2",
    ],
)
def test_another_form_is_an_error(said: object) -> None:
    with pytest.raises(SchemaError, match="Span"):
        decode(Span, said)


def test_what_has_no_json_form_does_not_go_out() -> None:
    with pytest.raises(TypeError, match="object"):
        encode({"data": [object()]})
