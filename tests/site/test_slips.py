"""An author's slip gets words: file, line, what was given and what is possible."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from book.chapter import check_names, parse_chapter, parse_front_matter, read_chapter
from book.errors import ChapterError

from tests.site.test_chapter import EXERCISE

PATH = Path("03-backward.md")


def words_for(source: str) -> str:
    """What stops the build of a chapter with this source."""
    with pytest.raises(ChapterError) as failure:
        parse_chapter(PATH, source)
    return str(failure.value)


@pytest.mark.parametrize(
    ("info", "words"),
    [
        ("python folow=true", "a cell has no option folow=true, expected .*Did you mean follow?"),
        ("python .noevl", "a cell does not know .noevl; .*.noeval, behind ```python"),
        ("text .noeval", "```text does not know .noeval"),
        ("python fold=A table", 'option fold=A cannot be read, expected fold="text", fold=true'),
        ('python fold="A" table', "options cannot be read at 'table', expected key="),
        ("python fold=table", 'option fold=table cannot be read, expected fold="text"'),
        ('python fold=""', 'option is fold="", expected the line to fold under'),
        ("python follow=1", "option is follow=1, expected follow=true"),
        ('python output="last"', 'option is output="last", expected output="first"'),
        ('python tags="random"', "expected a list such as tags="),
        (
            'python tags=["raises-exeption"]',
            "a cell has no tag 'raises-exeption', expected raises-exception or random",
        ),
        ("python follow=true follow=true", "has the option follow twice"),
        ('python exercise="a b"', "expected a name of letters, digits, - and _ in quotes"),
        ('python exercise="a" fold="b"', 'an? exercise has no option fold="b", expected exercise'),
        ("py", "begins with ```py; write ```python for a cell"),
        ("Python", "begins with ```Python; write ```python"),
        ("python3", "begins with ```python3; write ```python"),
        ("{python}", r"language is {python}, expected a word: ```python"),
        ('yaml predicton="a"', 'no option predicton="a", expected prediction. Did you mean'),
        (
            'text titel="a"',
            '```text has no option titel="a", expected title, .* you mean title',
        ),
    ],
)
def test_the_opening_line_of_a_fence(info: str, words: str) -> None:
    said = words_for(f"Prose.\n\n```{info}\nx = 1\n```\n")
    assert said.startswith("03-backward.md:3: ")
    assert re.search(words.replace("?", r"\?").replace("an\\?", "an?").replace("[", r"\["), said)


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("Text.\n\n```python\nx = 1\n", 3, "the fence ```python is not closed by ```"),
        ("```text\na\n``\n\nMore.\n", 1, "the fence ```text is not closed by ```"),
        ("- One\n\n  ```python\n  x = 1\n  ```\n", 3, "a cell stands in a list or a quotation"),
        ("<div>\n```python\nx\n```\n</div>\n", 2, "stands right below HTML and is no fence there"),
        (
            "A.\n\n<details><summary>Q</summary>\n\nA.\n",
            3,
            "<details><summary>Q</summary> is not closed by </details>",
        ),
        ("A.\n\n</details>\n", 3, "</details> closes no <details>"),
        (
            "One. <!-- clam: n > 1 -->\n",
            1,
            "the comment <!-- clam: n > 1 --> resembles a claim and is none, expected <!-- claim:",
        ),
        ("One.\nTwo. <!-- Claim: n > 1 -->\n", 2, "resembles a claim and is none"),
        ("One. <!-- claim n > 1 -->\n", 1, "resembles a claim and is none"),
        ("One. <!-- claims: n > 1 -->\n", 1, "resembles a claim and is none"),
        ("One.\nTwo. <!-- claim: n > 1\n\nMore.\n", 2, "the comment is not closed by -->"),
        ("One. <!-- claim: n >> -->\n", 1, "the claim 'n >>' is no Python expression"),
        ("One. <!-- claim: n, 'all' -->\n", 1, "is a tuple, which is always true"),
        ("One.\n\nTwo {{ loss | .2f }.\n", 3, "{{ is not closed by }}"),
        ("One.\n\nTwo {{ loss) }}.\n", 3, "{{ loss) }} is no Python expression"),
    ],
)
def test_what_opens_is_closed_and_what_resembles_is_named(
    source: str, line: int, words: str
) -> None:
    said = words_for(source)
    assert said.startswith(f"03-backward.md:{line}: ")
    assert words in said


def test_lines_are_counted_from_the_top_of_the_file() -> None:
    head = "---\ntitle: Backward\n---\n\n"
    assert words_for(f"{head}```py\nx\n```\n").startswith("03-backward.md:5: ")
    assert words_for(f"{head}```python\nx = 1\ny = 3  # @param {{max: 1}}\n```\n").startswith(
        "03-backward.md:7: y is 3, outside its slider's range"
    )


SOLUTION = "<details><summary>Solution</summary>"


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        (EXERCISE[EXERCISE.index("<details><summary>Check") :], "", 11, "has no check here"),
        (SOLUTION, f"A word.\n\n{SOLUTION}", 5, "has no solution here: expected <details>"),
        ('solution="add"', 'solution="sum"', 5, "has no solution here"),
        ("total = 3\n```", "total = 3\n```\n\nWhy.", 5, "and nothing else, and </details>"),
        ('piece="value"', 'piece="valeu"', 1, 'piece="valeu", expected value, op'),
        ('exercise="add" piece="value"', 'check="add"', 1, 'check of "add" stands below no ex'),
        (EXERCISE, f"{EXERCISE}\n{EXERCISE}", 21, 'already an exercise or a prediction "add"'),
        (
            SOLUTION,
            "".join(f"<details><summary>Hint {n}</summary>\n\nA.\n\n</details>\n\n" for n in "1234")
            + SOLUTION,
            1,
            "has 4 hints, expected at most 3",
        ),
        (SOLUTION, f"<details><summary>Hint 1</summary>\n\nTry.\n\n{SOLUTION}", 5, "is not closed"),
    ],
)
def test_an_exercise_is_complete(old: str, new: str, line: int, words: str) -> None:
    said = words_for(EXERCISE.replace(old, new))
    assert said.startswith(f"03-backward.md:{line}: ")
    assert words in said


def prediction(body: str, name: str = "count") -> str:
    return f'```yaml prediction="{name}"\n{body}\n```\n\n'


GOOD = "question: q\nanswer: a\nchoices:\n  - {text: a, why: b}\n  - {text: b, why: c}"


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        (prediction("question: How many?"), 1, 'prediction "count" has no answer, expected'),
        (prediction("question: q\nanswer: [a"), 4, 'prediction "count" is no YAML: '),
        (prediction("How many?"), 1, "is 'How many?', expected YAML with question"),
        (prediction(GOOD.replace("question", "qestion")), 1, "Did you mean question?"),
        (prediction(GOOD.replace("why: b", "whi: b")), 1, "has the key whi, expected text, why"),
        (
            prediction("question: q\nanswer: a\nchoices: [{text: a, why: b}]"),
            1,
            "at least two choices",
        ),
        (prediction(GOOD.replace("text: b", "text: a")), 1, "all different, got ['a', 'a']"),
        (prediction("question: q\nanswer: a\nchoices: a"), 1, "choices: 'a', expected a list"),
        (prediction(GOOD) * 2, 9, 'already an exercise or a prediction "count"'),
    ],
)
def test_a_prediction_can_be_asked(source: str, line: int, words: str) -> None:
    said = words_for(source)
    assert said.startswith(f"03-backward.md:{line}: ")
    assert words in said


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("---\ntitle: Sums\ndescription: One: two\n---\n", 3, "the front matter is no YAML: "),
        ("---\ntitle: Sums\n", 1, "the front matter is not closed by ---"),
        ("---\njust words\n---\n", 2, "is 'just words', expected lines of key: value"),
        ("---\ntitel: Sums\n---\n", 2, "has titel. Did you mean title?"),
    ],
)
def test_a_front_matter_is_yaml(source: str, line: int, words: str) -> None:
    said = words_for(source)
    assert said.startswith(f"03-backward.md:{line}: ")
    assert words in said
    with pytest.raises(ChapterError, match=f"^03-backward.md:{line}: "):
        parse_front_matter(source, "03-backward.md")


def test_a_file_is_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "03-backward.md"
    path.write_bytes("One.\nZwölf.\n".encode("latin-1"))
    with pytest.raises(ChapterError, match=r"^03-backward\.md:2: the byte 0xf6 is no UTF-8"):
        read_chapter(path)


def test_other_ends_of_line_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "03-backward.md"
    source = f"---\ntitle: Backward\n---\n\n{EXERCISE}"
    path.write_bytes(b"\xef\xbb\xbf" + source.replace("\n", "\r\n").encode())
    assert read_chapter(path) == parse_chapter(path, source)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["index.md", "01-a.md", "1-b.md"], "01-a.md and 1-b.md are both chapter 1; renumber one"),
        (["index.md", "01-a.md", "a.md"], "01-a.md and a.md are both the page a/; rename one"),
        (["01-a.md"], "index.md is missing; it is the book's front page"),
        (
            ["index.md", "part/01-a.md"],
            "part/01-a.md: a chapter stands in a folder; move it to 01-a.md",
        ),
    ],
)
def test_files_make_a_book(names: list[str], words: str) -> None:
    with pytest.raises(ChapterError) as failure:
        check_names(names)
    assert str(failure.value) == words
