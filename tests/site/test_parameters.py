"""The build reads `# @param` comments as the page's script does: by one table of cases."""

import json
from pathlib import Path
from typing import Any

import pytest
from book.errors import ChapterError, Place
from book.parameters import check_parameters, parse_parameters

CASES = json.loads((Path(__file__).parents[1] / "parameters.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["code"])
def test_the_build_reads_a_comment(case: dict[str, Any]) -> None:
    assert parse_parameters(case["code"]) == case["parameters"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["code"])
def test_a_control_that_cannot_be_made_stops_the_build(case: dict[str, Any]) -> None:
    refused = [p["words"] for p in case["parameters"] if p["kind"] == "refused"]
    if refused:
        with pytest.raises(ChapterError) as failure:
            check_parameters(case["code"], Place("01-one.md", 7))
        assert str(failure.value) == f"01-one.md:7: {refused[0]}"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("rate = 3  # @param {max: 1}", "rate is 3, outside its slider's range from 0 to 1"),
        (
            "name = 'abc'  # @param {type: 'string', max: 2}",
            "name is 'abc', longer than its 2 characters",
        ),
        ("kind = 'x'  # @param ['a', 2]", "kind is 'x', which is none of its choices ['a', '2']"),
    ],
)
def test_a_value_that_its_control_cannot_have_stops_the_build(line: str, words: str) -> None:
    with pytest.raises(ChapterError) as failure:
        check_parameters(f"x = 1\n{line}", Place("01-one.md", 7))
    assert str(failure.value) == f"01-one.md:8: {words}"
