"""A chapter's Markdown is read into blocks, and what breaks its syntax is named."""

import re
from pathlib import Path

import pytest
from book.blocks import (
    CLAIM,
    Cell,
    Choice,
    Exercise,
    Figure,
    Prediction,
    Prose,
    fill_figures,
)
from book.chapter import Chapter, page_name, parse_chapter, read_chapter
from book.tokens import outside_code

CONTENT = Path(__file__).parents[2] / "content"

PATH = Path("03-backward.md")

EXERCISE = """\
```python exercise="add" piece="value"
...
```

<details><summary>Solution</summary>

```python solution="add"
total = 3
```

</details>

<details><summary>Check</summary>

```python check="add"
expect(answer.run().total == 3, "The total has to be 3.")
```

</details>
"""


def test_front_matter_is_not_prose() -> None:
    chapter = parse_chapter(PATH, "---\ntitle: Backward\n---\n\nText.\n")
    assert chapter.title == "Backward"
    assert chapter.blocks == [Prose("Text.")]


def test_the_files_name_gives_number_and_url() -> None:
    chapter = parse_chapter(PATH, "Text.\n")
    assert (chapter.number, chapter.name) == (3, "backward")
    assert page_name("glossary.md") == "glossary"


def test_a_title_is_taken_from_the_heading_where_the_front_matter_has_none() -> None:
    assert parse_chapter(PATH, "# The chain rule {#chain}\n").title == "The chain rule"


def test_cells_are_numbered_in_order_and_carry_their_options() -> None:
    source = (
        '```python\na = 1\n```\n\nProse.\n\n```python fold="All of it" follow=true\na\n```\n\n'
        '```python tags=["raises-exception"]\n1 / 0\n```\n'
    )
    first, prose, second, third = parse_chapter(PATH, source).blocks
    assert isinstance(first, Cell)
    assert isinstance(second, Cell)
    assert isinstance(third, Cell)
    assert prose == Prose("Prose.")
    assert [first.number, second.number, third.number] == [1, 2, 3]
    assert first.source == "a = 1"
    assert (second.fold, second.follow) == ("All of it", True)
    assert (first.may_fail, third.may_fail) == (False, True)


@pytest.mark.parametrize("fence", ["```python .noeval", "```bash", "```text"])
def test_a_listing_is_no_cell(fence: str) -> None:
    assert parse_chapter(PATH, f"{fence}\nsomething\n```\n").cells == []


def test_an_exercise_is_one_block() -> None:
    hint = "<details><summary>Hint 1</summary>\n\nAdd *both*.\n\n</details>\n\n"
    solution = "<details><summary>Solution"
    chapter = parse_chapter(
        PATH, f"Before.\n\n{EXERCISE.replace(solution, hint + solution)}After.\n"
    )
    before, exercise, after = chapter.blocks
    assert isinstance(exercise, Exercise)
    assert (before, after) == (Prose("Before."), Prose("After."))
    assert (exercise.name, exercise.piece) == ("add", "value")
    assert exercise.starter.source == "..."
    assert [(h.summary, h.prose.text) for h in exercise.hints] == [("Hint 1", "Add *both*.")]
    assert exercise.solution.source == "total = 3"
    assert exercise.check.source.startswith("expect(")
    assert chapter.cells == [exercise.starter]


def test_a_prediction_is_read() -> None:
    source = (
        '```yaml prediction="count"\nquestion: How many?\nanswer: len(xs)\nchoices:\n'
        '  - {text: "41", why: "Sixteen and twenty and five."}\n'
        '  - {text: 40, why: "No bias?"}\n```\n'
    )
    assert parse_chapter(PATH, source).blocks == [
        Prediction(
            "count",
            "How many?",
            "len(xs)",
            (Choice("41", "Sixteen and twenty and five."), Choice("40", "No bias?")),
        )
    ]


def test_figures_are_found_in_prose_and_in_inline_code_but_not_in_listings() -> None:
    text = "It is {{ loss | .3f }}, `{{ n }}`; \\{{ braces }}.\n\n```text\n{{ listing }}\n```\n"
    assert Prose(text).figures() == [Figure("loss", ".3f"), Figure("n")]


def test_figures_are_filled_in_order() -> None:
    text = "{{ a }} and {{ b | .1f }}, \\{{ c }}\n\n```text\n{{ d }}\n```\n"
    assert fill_figures(text, ["1", "2.0"]) == "1 and 2.0, {{ c }}\n\n```text\n{{ d }}\n```\n"


def test_a_changed_chapter_has_a_notebook_of_another_name() -> None:
    one, other = (parse_chapter(PATH, text).notebook_name for text in ("One.\n", "Two.\n"))
    assert one != other
    assert one.startswith("03-backward-")
    assert one.endswith(".ipynb")


def words_of(book: Chapter) -> int:
    """Count the words of prose, hints too; not code, formulas' braces, claims or choices."""
    hints = [hint.prose for made in book.exercises.values() for hint in made.hints]
    blocks = [*(block for block in book.blocks if isinstance(block, Prose)), *hints]
    prose = "\n".join(block.text for block in blocks)
    shown = "".join(text for text, is_prose in outside_code(CLAIM.sub("", prose)) if is_prose)
    without_markup = re.sub(r"<summary>.*?</summary>|<[^>]+>|!\[[^]]*\]\([^)]*\)", "", shown)
    return sum(any(map(str.isalnum, word)) for word in without_markup.split())


@pytest.mark.parametrize("path", sorted(CONTENT.glob("[0-9]*.md")), ids=lambda path: path.stem)
def test_a_chapter_begins_with_its_aims_and_ends_with_three_questions(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    opening = text[: text.index("\n## ")]
    assert re.search(r"\*About \d+ minutes\.\nAfterwards you can [^*]+\.\*\n", opening)
    recall = re.search(r"^## Recall\n(?P<inside>.+?)(?=^## |\Z)", text, re.M | re.S)
    assert recall
    questions = re.findall(
        r"<details><summary>([^<]+\?)</summary>\n\n([^<]+)\n</details>", recall["inside"]
    )
    assert len({question for question, _ in questions}) == 3
    assert all(len(answer.split()) >= 2 for _, answer in questions)


@pytest.mark.parametrize("path", sorted(CONTENT.glob("0*.md")), ids=lambda path: path.stem)
def test_a_chapter_has_a_thousand_words_or_somewhat_more(path: Path) -> None:
    assert 1000 <= words_of(read_chapter(path)) <= 1800
