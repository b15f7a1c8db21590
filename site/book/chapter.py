"""A chapter: one Markdown file, read into its front matter and a list of blocks."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

import jupytext  # type: ignore[import-untyped]
import yaml

PIECES = ("value", "operators", "backward", "neuron", "layer", "network")

FILE_NAME = re.compile(r"(?:(?P<number>\d+)-)?(?P<name>.+)\.md")
FRONT_MATTER = re.compile(r"---\n(?P<yaml>.*?)^---\s*$", re.M | re.S)
FENCE = re.compile(
    r"^(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)\n(?P<body>.*?)^(?P=fence)`*[ \t]*$", re.M | re.S
)
OTHER_LANGUAGE = re.compile(r"^`{3,}(?!python$)\w+$", re.M)
PREDICTION = re.compile(r'\s*yaml\s+prediction="(?P<name>[^"]+)"\s*')
FIGURE = re.compile(r"(?P<escape>\\)?\{\{(?P<inside>.+?)\}\}", re.S)
CLAIM = re.compile(r"\s*<!--\s*claim:(?P<expression>.+?)-->", re.S)
FIRST_HEADING = re.compile(r"^# (?P<text>.+?)\s*(?:\{[^}]*\})?$", re.M)


class ChapterError(Exception):
    """A chapter that cannot be built; says which one, where, and what to do."""


def short_hash(*parts: str, length: int = 12) -> str:
    """The first `length` hexadecimal digits of the SHA-256 of `parts`."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode())
        digest.update(b"\0")
    return digest.hexdigest()[:length]


@dataclass(frozen=True)
class Figure:
    """`{{ expression | spec }}` in the prose: a value that the build computes at that place."""

    expression: str
    spec: str = ""

    @classmethod
    def parse(cls, inside: str) -> Figure:
        """What stands between the braces; the part behind the last ` | ` is the format."""
        expression, bar, spec = inside.rpartition(" | ")
        return cls(expression.strip(), spec.strip()) if bar else cls(inside.strip())


@dataclass(frozen=True)
class Prose:
    """Markdown between the cells."""

    text: str

    def figures(self) -> list[Figure]:
        """The figures in the order in which they stand."""
        return list(figures_in(self.text))

    def claims(self) -> list[str]:
        """What must be true for the words to be: `<!-- claim: expression -->` behind them."""
        return [claim["expression"].strip() for claim in CLAIM.finditer(self.text)]


Role: TypeAlias = Literal["cell", "exercise", "solution", "check"]


@dataclass(frozen=True)
class Cell:
    """A fenced block of Python that runs.

    `number` counts the live cells of a page from 1.
    A solution and a check are no live cells and have 0.
    """

    source: str
    role: Role = "cell"
    number: int = 0
    id: str = ""
    exercise: str | None = None
    piece: str | None = None
    fold: str | None = None
    follow: bool = False
    output_first: bool = False
    tags: tuple[str, ...] = ()

    @property
    def may_fail(self) -> bool:
        """Whether the chapter says that the cell is meant to raise."""
        return "raises-exception" in self.tags

    @property
    def source_hash(self) -> str:
        """Tells whether the chapter's own code has changed since a reader edited it."""
        return short_hash(self.source)


@dataclass(frozen=True)
class Choice:
    """An answer that a prediction offers, why it is right or wrong, and what to try next."""

    text: str
    why: str
    next: str = ""


@dataclass(frozen=True)
class Prediction:
    """A question before a run; `answer` is an expression, evaluated after the next cell."""

    name: str
    question: str
    answer: str
    choices: tuple[Choice, ...]


Block: TypeAlias = Prose | Cell | Prediction


@dataclass(frozen=True)
class Chapter:
    """A page of the book: `source` is the whole file, `blocks` what is below its front matter."""

    path: Path
    source: str
    front_matter: dict[str, Any]
    blocks: Sequence[Block] = field(repr=False)

    @property
    def number(self) -> int | None:
        """The chapter's number, from the file's name; other pages have none."""
        digits = _name_parts(self.path)[0]
        return int(digits) if digits else None

    @property
    def name(self) -> str:
        """The file's name without its number and ending: the page's place in the URL."""
        return _name_parts(self.path)[1]

    @property
    def title(self) -> str:
        """The front matter's title, else the first heading, else the name."""
        if title := self.front_matter.get("title"):
            return str(title)
        heading = FIRST_HEADING.search(self.source)
        return heading["text"] if heading else self.name

    @property
    def cells(self) -> list[Cell]:
        """Every block of code that runs, solutions and checks too."""
        return [block for block in self.blocks if isinstance(block, Cell)]

    @property
    def live_cells(self) -> list[Cell]:
        """The cells that the page shows with a number."""
        return [cell for cell in self.cells if cell.number]

    def solution(self, exercise: str) -> Cell:
        """The solution of an exercise of this chapter."""
        return next(c for c in self.cells if c.role == "solution" and c.exercise == exercise)

    @property
    def notebook_name(self) -> str:
        """The notebook's file name: with a hash, since JupyterLite keeps a reader's older copy."""
        return f"{self.path.stem}-{short_hash(self.source, length=8)}.ipynb"


def _name_parts(path: Path) -> tuple[str | None, str]:
    match = FILE_NAME.fullmatch(path.name)
    assert match, path
    return match["number"], match["name"]


def page_name(file_name: str) -> str:
    """`06-training.md` → `training`: the number gives the order and is not in the URL."""
    return _name_parts(Path(file_name))[1]


def outside_code(text: str) -> Iterator[tuple[str, bool]]:
    """`text` in pieces, each with whether it is prose: fenced code is not."""
    end = 0
    for fence in FENCE.finditer(text):
        yield text[end : fence.start()], True
        yield fence.group(), False
        end = fence.end()
    yield text[end:], True


def figures_in(text: str) -> Iterator[Figure]:
    """The figures in prose, in order; braces behind a backslash are none."""
    for piece, is_prose in outside_code(text):
        if is_prose:
            for match in FIGURE.finditer(piece):
                if not match["escape"]:
                    yield Figure.parse(match["inside"])


def fill_figures(text: str, values: Sequence[str]) -> str:
    """`text` with each figure replaced by its value; a backslash before braces and claims go."""
    remaining = iter(values)

    def fill(match: re.Match[str]) -> str:
        return match.group()[1:] if match["escape"] else next(remaining)

    return "".join(
        CLAIM.sub("", FIGURE.sub(fill, piece)) if is_prose else piece
        for piece, is_prose in outside_code(text)
    )


def read_chapter(path: Path) -> Chapter:
    """Read a file of `content/`; raises `ChapterError` when it breaks the chapter's syntax."""
    return parse_chapter(path, path.read_text(encoding="utf-8"))


def parse_front_matter(source: str) -> dict[str, Any]:
    """The YAML between the `---` at the top of a page; empty where there is none."""
    match = FRONT_MATTER.match(source)
    data = yaml.safe_load(match["yaml"]) if match else None
    return data if isinstance(data, dict) else {}


def parse_chapter(path: Path, source: str) -> Chapter:
    """The chapter that `source` is; `path` gives its name and number."""
    # Jupytext would make a cell of every language that a notebook can run.
    python_only = OTHER_LANGUAGE.sub(r"\g<0> .noeval", source)
    notebook = jupytext.reads(python_only, fmt={"extension": ".md", "format_name": "markdown"})
    blocks: list[Block] = []
    number = 0
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "raw" and index == 0:
            continue
        elif cell.cell_type == "code":
            block = _cell(path, cell.source, cell.metadata, number + 1)
            number = block.number or number
            blocks.append(block)
        else:
            blocks.extend(_prose_and_predictions(path, cell.source))
    chapter = Chapter(path, source, parse_front_matter(source), _joined(blocks))
    _check_exercises(chapter)
    return chapter


def _cell(path: Path, source: str, options: dict[str, Any], number: int) -> Cell:
    roles: tuple[Role, ...] = ("exercise", "solution", "check")
    role: Role = next((r for r in roles if r in options), "cell")
    exercise = options.get(role)
    piece = options.get("piece")
    if piece is not None and piece not in PIECES:
        raise ChapterError(
            f'{path.name}: exercise "{exercise}" has piece="{piece}", '
            f"expected one of {', '.join(PIECES)}"
        )
    live = role in ("cell", "exercise")
    return Cell(
        source=source,
        role=role,
        number=number if live else 0,
        id=exercise or short_hash(path.stem, str(number), length=8),
        exercise=exercise,
        piece=piece,
        fold=options.get("fold"),
        follow=bool(options.get("follow", False)),
        output_first=_output_first(path, options),
        tags=tuple(options.get("tags", ())),
    )


def _output_first(path: Path, options: dict[str, Any]) -> bool:
    place = options.get("output")
    if place not in (None, "first"):
        raise ChapterError(f'{path.name}: a cell has output="{place}", expected output="first"')
    return place == "first"


def _prose_and_predictions(path: Path, text: str) -> Iterator[Block]:
    end = 0
    for fence in FENCE.finditer(text):
        if match := PREDICTION.fullmatch(fence["info"]):
            if before := text[end : fence.start()].strip("\n"):
                yield Prose(before)
            yield _prediction(path, match["name"], fence["body"])
            end = fence.end()
    if rest := text[end:].strip("\n"):
        yield Prose(rest)


def _prediction(path: Path, name: str, body: str) -> Prediction:
    where = f'{path.name}: prediction "{name}"'
    try:
        data = yaml.safe_load(body)
        choices = tuple(
            Choice(str(c["text"]), str(c["why"]), str(c.get("next", ""))) for c in data["choices"]
        )
        prediction = Prediction(name, str(data["question"]), str(data["answer"]), choices)
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise ChapterError(
            f"{where} is not YAML with question, answer and choices of text and why: {error!r}"
        ) from error
    texts = [choice.text for choice in choices]
    if len(set(texts)) != len(texts) or len(texts) < 2:
        raise ChapterError(f"{where} needs at least two choices, all different, got {texts}")
    return prediction


def _joined(blocks: Sequence[Block]) -> list[Block]:
    """Neighbouring prose as one block: jupytext splits it at two blank lines."""
    joined: list[Block] = []
    for block in blocks:
        if joined and isinstance(block, Prose) and isinstance(joined[-1], Prose):
            joined[-1] = Prose(f"{joined[-1].text}\n\n{block.text}")
        else:
            joined.append(block)
    return joined


def _check_exercises(chapter: Chapter) -> None:
    roles: dict[str, list[Role]] = {}
    for cell in chapter.cells:
        if cell.exercise:
            roles.setdefault(cell.exercise, []).append(cell.role)
    for name, found in roles.items():
        if found != ["exercise", "solution", "check"]:
            raise ChapterError(
                f'{chapter.path.name}: exercise "{name}" has {", ".join(found)}, '
                "expected exercise, solution, check, each once and in this order"
            )
