"""A recorded chapter becomes Markdown with places, and the HTML that goes into them."""

import json
import re
from html import unescape
from pathlib import Path

import markdown
from book.chapter import parse_chapter
from book.page import highlighted, make_page
from book.recording import Recording

from tests.site.test_chapter import EXERCISE
from tests.site.test_recording import PREDICTION


def built(source: str, recording: Recording | None = None) -> str:
    chapter = parse_chapter(Path("02-neuron.md"), source)
    recording = recording or Recording(figures=[[] for _ in chapter.blocks])
    page = make_page(chapter, recording, lambda text: f"<em>{text}</em>", site="../")
    return page.fill(markdown.markdown(page.markdown, extensions=["md_in_html", "fenced_code"]))


def text_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))


def test_highlighting_changes_no_character() -> None:
    source = 'def f(x):\n\n    return "<b>" + x  # note\n\n'
    assert text_of(highlighted(source)) == source
    assert text_of(highlighted("x = 1")) == "x = 1"


def test_a_cell_has_its_role_name_source_and_output() -> None:
    recording = Recording(
        outputs={"1": [{"output_type": "stream", "name": "stdout", "text": "hello\n"}]},
        figures=[[], []],
    )
    html = built(
        '```python tags=["raises-exception"] follow=true\nprint("hello")\n```\n\nText.\n', recording
    )
    assert 'role="group" aria-label="Code cell 1" data-cell="1"' in html
    assert 'data-tags="raises-exception" data-follow' in html
    assert 'aria-label="Output of cell 1" data-recorded><pre' in html
    code = re.search(r"<code>(.*?)</code>", html, re.S)
    assert code
    assert text_of(code[1]) == 'print("hello")'


def test_an_empty_output_is_hidden() -> None:
    assert re.search(
        r'aria-label="Output of cell 1" data-recorded hidden></div>',
        built("```python\nx = 1\n```\n"),
    )


def test_the_page_names_its_notebook_once() -> None:
    html = built("```python\na = 1\n```\n\n```python\nb = 2\n```\n")
    (notebook,) = re.findall(r'data-notebook="([^"]+)"', html)
    assert re.fullmatch(r"lite/notebooks/index\.html\?path=02-neuron-[0-9a-f]{8}\.ipynb", notebook)
    assert html.count('id="live-controls"') == 1
    assert 'data-chapter="neuron" data-site="../"' in html


def test_a_page_without_cells_has_no_controls() -> None:
    assert built("Only prose.\n") == "<p>Only prose.</p>"


def test_a_folded_cell_is_inside_details() -> None:
    html = built('```python fold="The whole <graph>"\nx\n```\n')
    assert '<details class="live-fold"><summary>The whole &lt;graph></summary>' in html.replace(
        "graph&gt;", "graph>"
    )


def test_an_exercise_holds_its_hints_solution_and_hidden_check() -> None:
    opens = "<details><summary>Solution"
    hint = "<details><summary>Hint 1</summary>\n\nTry *both*.\n\n</details>\n\n"
    html = built(EXERCISE.replace(opens, hint + opens) + "\nAfter it.\n")
    section = re.search(
        r'<section class="live-exercise" data-exercise="add" data-piece="value">(.*?)</section>',
        html,
        re.S,
    )
    assert section
    inside = section[1]
    assert '<details class="live-hint">' in inside
    assert "<em>both</em>" in inside
    assert '<details class="live-solution">' in inside
    assert "<summary>Check</summary>" not in html
    check = re.search(r'<script type="application/json" class="live-check">(.*?)</script>', inside)
    assert check
    assert json.loads(check[1]) == {
        "code": 'expect(answer.run().total == 3, "The total has to be 3.")'
    }
    assert inside.count("<details") == inside.count("</details>")
    assert html.rstrip().endswith("</section>\n<p>After it.</p>")


def test_a_prediction_is_a_form_with_a_reason_for_each_choice() -> None:
    html = built(PREDICTION + "\n", Recording(figures=[[]], answers={"sum": "3"}))
    assert "<legend><em>How much?</em></legend>" in html
    assert re.findall(r'type="radio" name="prediction-sum" value="(\d)"', html) == ["3", "4"]
    assert html.count("data-why") == 2
    assert '{"answer": "total", "recorded": "3"}' in html


def test_a_listing_stays_a_listing() -> None:
    html = built("```python .noeval\nnot_run = 1\n```\n")
    assert "live-cell" not in html
    assert "not_run = 1" in html
