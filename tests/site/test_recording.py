"""A chapter is run in order; what it shows is kept, and what fails is named."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from book import imports, watch
from book.blocks import Cell, Prose, fill_figures
from book.chapter import Chapter, parse_chapter
from book.errors import ChapterError
from book.recording import record, recorded

from tests.site.test_chapter import EXERCISE


def chapter(*parts: str) -> Chapter:
    return parse_chapter(Path("02-neuron.md"), "\n\n".join(parts) + "\n")


def cell(code: str, options: str = "") -> str:
    return f"```python {options}\n{code}\n```"


def test_cells_share_a_kernel_and_figures_stand_at_their_place() -> None:
    book = chapter(
        cell("n = 1"), "Now {{ n }}.", cell("n += 1\nprint(n)\nn"), "Then {{ n | .2f }}."
    )
    recording = record(book)
    assert recording.figures == [[], ["1"], [], ["2.00"]]
    stream, result = recording.outputs["2"]
    assert (stream["name"], stream["text"]) == ("stdout", "2\n")
    assert result["data"]["text/plain"] == "2"


def test_a_failing_cell_is_named_with_its_code_and_traceback() -> None:
    with pytest.raises(ChapterError) as failure:
        record(chapter(cell("zero = 0"), cell("answer = 1 / zero")))
    words = str(failure.value)
    assert words.startswith("02-neuron.md:6: cell 2 failed:\n    answer = 1 / zero\n")
    assert "Traceback (most recent call last)\nCell 2, line 1" in words
    assert "ZeroDivisionError: division by zero" in words
    assert "\x1b" not in words


def test_a_cell_that_is_meant_to_fail_keeps_its_error() -> None:
    recording = record(chapter(cell("1 / 0", 'tags=["raises-exception"]'), cell("print('on')")))
    (error,) = recording.outputs["1"]
    assert (error["output_type"], error["ename"]) == ("error", "ZeroDivisionError")
    assert recording.outputs["2"][0]["text"] == "on\n"


def test_a_cell_that_is_meant_to_fail_and_does_not_is_named() -> None:
    with pytest.raises(ChapterError, match=r"cell 1 failed(?s:.)*but raised nothing"):
        record(chapter(cell("1 + 1", 'tags=["raises-exception"]')))


def test_a_traceback_names_the_cell_by_its_number_on_the_page() -> None:
    recording = record(
        chapter(EXERCISE, cell("1 / 0", 'tags=["raises-exception"]'))  # three runs before it
    )
    text = "\n".join(recording.outputs["2"][0]["traceback"])
    assert "In[" not in text
    assert str(Path.cwd()) not in text


def test_equal_frames_of_a_recursion_are_left_out_as_in_the_page() -> None:
    code = "def deeper(n):\n    return 1 + deeper(n)\n\n\ndeeper(0)"
    recording = record(chapter(cell(code, 'tags=["raises-exception"]')))
    text = "\n".join(recording.outputs["1"][0]["traceback"])
    assert text.count("deeper(n)\n") < 10
    assert re.search(r"\[\.\.\. skipping similar frames: deeper at line 2 \(9\d\d times\)\]", text)


def test_a_claim_that_holds_leaves_no_trace() -> None:
    book = chapter(
        cell("n = [1]"), "It grows. <!-- claim: n.append(2) or len(n) == 2 -->\nSo.", "{{ n }}"
    )
    assert record(book).figures[1] == ["[1]"]
    (prose,) = [block for block in book.blocks if isinstance(block, Prose)]
    assert fill_figures(prose.text, ["[1]"]) == "It grows.\nSo.\n\n[1]"


@pytest.mark.parametrize(
    ("claim", "values"),
    [
        ("n > 1", "n is 1"),
        ("n > 1 and len(xs) == 2", "n is 1; len(xs) is 3"),
        ("not xs", "xs is [1, 4, 9]"),
        ("1 < n <= max(xs) - 9", "n is 1; max(xs) - 9 is 0"),
        ("all(x < 5 for x in xs)", "[x < 5 for x in xs] is [True, True, False]"),
        ("xs.count(2)", "2 is 2"),
    ],
)
def test_a_claim_that_does_not_hold_is_named_with_its_values(claim: str, values: str) -> None:
    with pytest.raises(ChapterError) as failure:
        record(chapter(cell("n = 1\nxs = [1, 4, 9]"), f"One.\nMore. <!-- claim: {claim} -->"))
    words = f"02-neuron.md:7: the claim {claim!r} does not hold: it is false; {values}"
    assert str(failure.value) == words


def test_a_figure_that_cannot_be_computed_is_named() -> None:
    with pytest.raises(
        ChapterError, match=r"02-neuron\.md:1: \{\{ nothing \}\} in the prose failed"
    ):
        record(chapter("The loss is {{ nothing }}."))


def test_cells_below_an_exercise_see_its_solution_and_the_starter_leaves_no_trace() -> None:
    starter = EXERCISE.replace("...", "total = leftover = 0")
    recording = record(chapter(starter, cell("print(total, 'leftover' in globals())")))
    assert recording.outputs["2"][0]["text"] == "3 False\n"


def test_a_check_that_the_starter_passes_is_named() -> None:
    with pytest.raises(ChapterError, match='check of exercise "add" passes on the starter'):
        record(chapter(EXERCISE.replace("...", "total = 3")))


def test_a_solution_that_its_check_refuses_is_named() -> None:
    with pytest.raises(ChapterError, match="refuses the solution: The total has to be 3"):
        record(chapter(EXERCISE.replace("\ntotal = 3", "\ntotal = 4")))


PREDICTION = """\
```yaml prediction="sum"
question: How much?
answer: total
choices:
  - {text: "3", why: "One and two."}
  - {text: "4", why: "That is two and two."}
```"""


def test_a_predictions_answer_is_taken_after_the_next_cell() -> None:
    assert record(chapter(PREDICTION, cell("total = 3"))).answers == {"sum": "3"}


def test_an_answer_that_is_no_choice_is_named() -> None:
    with pytest.raises(ChapterError, match="total gives '5', which is none of the choices"):
        record(chapter(PREDICTION, cell("total = 5")))


DOT = """\
class Drawing:
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/vnd.graphviz": "digraph { alpha -> beta }", "text/plain": "a drawing"}
Drawing()"""


def test_a_drawing_in_dot_is_recorded_as_svg_too() -> None:
    (output,) = record(chapter(cell(DOT))).outputs["1"]
    svg = output["data"]["image/svg+xml"]
    assert svg.startswith("<svg")
    assert ">alpha</text>" in svg
    assert output["data"]["text/vnd.graphviz"] == "digraph { alpha -> beta }"


def test_a_chapter_is_run_again_only_when_it_changes(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    count = cell(f"with open({str(runs)!r}, 'a') as file:\n    print('run', file=file)")
    for text in ("First.", "First.", "Second."):
        recorded(chapter(count, text), tmp_path / "cache")
    assert runs.read_text(encoding="utf-8").split() == ["run", "run"]
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_a_cached_recording_is_the_recording(tmp_path: Path) -> None:
    book = chapter(cell("print('once')"), "{{ 1 + 1 }}", PREDICTION, cell("total = 3"))
    assert recorded(book, tmp_path) == recorded(book, tmp_path)
    first = book.blocks[0]
    assert isinstance(first, Cell)
    assert recorded(book, tmp_path).of(first)[0]["text"] == "once\n"


def test_a_cell_that_hangs_is_ended_and_named(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(watch, "BUSY_SECONDS", 3)
    monkeypatch.setattr(watch, "TOLD_AFTER", 1)
    with pytest.raises(ChapterError) as failure:
        record(chapter(cell("n = 0"), cell("while True:\n    n += 1")))
    words = str(failure.value)
    assert words.startswith("02-neuron.md:6: cell 2 failed:\n    while True:\n")
    assert "It was ended: it has taken 3 seconds of a processor." in words
    assert "KeyboardInterrupt" in words
    assert "02-neuron.md:6: cell 2 has run for 1 seconds" in capfd.readouterr().err


def test_a_cell_that_waits_for_nothing_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "IDLE_SECONDS", 2)
    with pytest.raises(ChapterError, match="it has waited for 2 seconds without doing anything"):
        record(chapter(cell("import time\ntime.sleep(600)")))


def test_a_cell_imports_what_the_page_has(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lock = {
        "graphviz": {"file_name": "graphviz-0.21-py3-none-any.whl", "imports": ["graphviz"]},
        "numpy": {"file_name": "https://elsewhere/numpy.whl", "imports": ["numpy"]},
    }
    path = tmp_path / "pyodide-lock.json"
    path.write_text(json.dumps({"packages": lock}), encoding="utf-8")
    monkeypatch.setattr(imports, "LOCK", path)
    record(chapter(cell("import math, micrograd.nn\nfrom graphviz import Digraph")))
    for module in ("yaml", "numpy"):
        words = rf"02-neuron\.md:3: cell 1 imports {module}, which is not part of the book"
        with pytest.raises(ChapterError, match=words):
            record(chapter(cell(f"x = 1\nimport {module}")))
