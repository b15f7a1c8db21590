"""A chapter: one Markdown file, read into its front matter and a list of blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from settings import book

from book.blocks import Block, Cell, Choice, Exercise, Hint, Prediction, Prose, short_hash
from book.errors import ChapterError, Place, meant_by, one_of
from book.fences import Fence, read_fence
from book.parameters import check_parameters
from book.tokens import SUMMARY, Details, FencedCode, details_of, fences_of

FILE_NAME = re.compile(r"(?:(?P<number>\d+)-)?(?P<name>.+)\.md")
FIRST_HEADING = re.compile(r"^# (?P<text>.+?)\s*(?:\{[^}]*\})?$", re.M)
NOEVAL = re.compile(r"\s+\.noeval\b")

FRONT_MATTER_KEYS = ("title", "description")
PREDICTION_KEYS = ("question", "answer", "choices")
CHOICE_KEYS = ("text", "why", "next")
MOST_HINTS = 3


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
        """The cells that the page shows with a number: of an exercise, its starter."""
        cells = (b.starter if isinstance(b, Exercise) else b for b in self.blocks)
        return [cell for cell in cells if isinstance(cell, Cell)]

    @property
    def exercises(self) -> dict[str, Exercise]:
        """The exercises by name, in order."""
        return {block.name: block for block in self.blocks if isinstance(block, Exercise)}

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


def read_chapter(path: Path) -> Chapter:
    """Read and parse a file; raises `ChapterError` for one that is not UTF-8."""
    return parse_chapter(path, read_source(path))


def read_source(path: Path) -> str:
    """A file's text with the newlines of Unix; raises `ChapterError` for one that is not UTF-8."""
    raw = path.read_bytes()
    try:
        source = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise not_utf8(path.name, error) from None
    return source.replace("\r\n", "\n").replace("\r", "\n")


def not_utf8(name: str, error: UnicodeDecodeError) -> ChapterError:
    """The words for a file that is encoded in another way."""
    place = Place(name, error.object.count(b"\n", 0, error.start) + 1)
    byte = f"0x{error.object[error.start]:02x}"
    return place.error(f"the byte {byte} is no UTF-8; save the file with the encoding UTF-8")


def check_names(names: Iterable[str]) -> None:
    """Raise `ChapterError` unless files of `content/`, by their paths in it, make a book."""
    files: dict[str, str] = {}
    numbers: dict[int, str] = {}
    for name in names:
        path = Path(name)
        if len(path.parts) > 1:
            raise ChapterError(f"{name}: a chapter stands in a folder; move it to {path.name}")
        digits, page = _name_parts(path)
        if (other := files.setdefault(page, name)) != name:
            raise ChapterError(f"{other} and {name} are both the page {page}/; rename one")
        if digits and (other := numbers.setdefault(int(digits), name)) != name:
            raise ChapterError(f"{other} and {name} are both chapter {int(digits)}; renumber one")
    if "index" not in files:
        raise ChapterError("index.md is missing; it is the book's front page")


def parse_front_matter(source: str, file: str = "the page") -> dict[str, Any]:
    """The YAML between the `---` at the top of a page; empty where there is none."""
    lines = source.split("\n")
    end = _end_of_front_matter(lines, file)
    if not end:
        return {}
    data = _yaml("\n".join(lines[1 : end - 1]), "the front matter", Place(file, 2))
    if not isinstance(data, dict | None):
        raise Place(file, 2).error(f"the front matter is {data!r}, expected lines of key: value")
    for key in data or {}:
        if meant := key not in FRONT_MATTER_KEYS and meant_by(str(key), FRONT_MATTER_KEYS):
            raise Place(file, 2).error(f"the front matter has {key}. Did you mean {meant}?")
    return data or {}


def _end_of_front_matter(lines: Sequence[str], file: str) -> int:
    """How many lines the front matter has, its marks included."""
    if lines[0].rstrip() != "---":
        return 0
    for number, line in enumerate(lines[1:], 2):
        if line.rstrip() == "---":
            return number
    raise Place(file, 1).error("the front matter is not closed by ---")


def _yaml(text: str, what: str, place: Place) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        words = getattr(error, "problem", None) or str(error)
        where = place.below(mark.line) if mark else place
        raise where.error(f"{what} is no YAML: {words}") from None


def parse_chapter(path: Path, source: str) -> Chapter:
    """The chapter that `source` is; `path` gives its name and number."""
    front_matter = parse_front_matter(source, path.name)
    return Chapter(path, source, front_matter, _Parser(path, source).blocks())


class _Parser:
    """Reads the lines below the front matter into blocks."""

    def __init__(self, path: Path, source: str) -> None:
        self.path = path
        self.file = path.name
        lines = source.split("\n")
        head = _end_of_front_matter(lines, self.file)
        # Empty lines in its place keep the numbers of the others.
        self.lines = [*[""] * head, *lines[head:]]
        self.fences = [
            (code, read_fence(code.info, self.place(code.start)))
            for code in fences_of(self.lines, self.file)
        ]
        self.details = details_of(self.lines, self.file)
        self.number = 0

    def place(self, line: int) -> Place:
        """A line of the file, given from 0."""
        return Place(self.file, line + 1)

    def blocks(self) -> list[Block]:
        found: list[Block] = []
        names: set[str] = set()
        end = 0
        for code, fence in self.fences:
            if code.start < end:  # it belongs to an exercise
                continue
            if fence.role == "listing":
                self.lines[code.start] = NOEVAL.sub("", self.lines[code.start])
                continue
            if code.nested:
                raise self.place(code.start).error(
                    f"a {fence.role} stands in a list or a quotation, where it cannot run; "
                    "move it to the margin, or make it a listing with .noeval"
                )
            found += self.prose(end, code.start)
            if fence.name in names:
                raise self.place(code.start).error(
                    f'there is already an exercise or a prediction "{fence.name}"; '
                    "each has a name of its own"
                )
            block: Block
            if fence.role == "exercise":
                block, end = self.exercise(code, fence)
            elif fence.role == "prediction":
                block, end = self.prediction(code, fence), code.end
            elif fence.role == "cell":
                block, end = self.cell(code, fence), code.end
            else:
                raise self.place(code.start).error(
                    f'the {fence.role} of "{fence.name}" stands below no exercise "{fence.name}": '
                    "an exercise has a starter, hints, a solution and a check, in this order"
                )
            names.update([fence.name] if fence.name else [])
            found.append(block)
        return [*found, *self.prose(end, len(self.lines))]

    def prose(self, start: int, end: int) -> list[Prose]:
        """The prose of these lines, or none."""
        while start < end and not self.lines[start].strip():
            start += 1
        while start < end and not self.lines[end - 1].strip():
            end -= 1
        if start == end:
            return []
        prose = Prose("\n".join(self.lines[start:end]), start + 1)
        prose.check(self.file)
        return [prose]

    def cell(self, code: FencedCode, fence: Fence) -> Cell:
        source = code.code.removesuffix("\n")
        self.number += 1
        options = fence.options
        return Cell(
            source=source,
            number=self.number,
            id=fence.name or short_hash(self.path.stem, str(self.number), length=8),
            fold=options.get("fold"),
            follow=options.get("follow", False),
            output_first=options.get("output") == "first",
            tags=tuple(options.get("tags", ())),
            parameters=tuple(check_parameters(source, self.place(code.start + 1))),
            line=code.start + 2,
        )

    def exercise(self, code: FencedCode, fence: Fence) -> tuple[Exercise, int]:
        """The exercise whose starter this is, and the line below it."""
        piece = fence.options.get("piece")
        pieces = book().own.pieces
        if piece is not None and piece not in pieces:
            expected = one_of(pieces, piece) if pieces else "none: mkdocs.yml names no pieces"
            raise self.place(code.start).error(
                f'exercise "{fence.name}" has piece="{piece}", expected {expected}'
            )
        starter = self.cell(code, fence)
        hints: list[Hint] = []
        end = code.end
        while hint := self.hint(end):
            hints.append(hint[0])
            end = hint[1]
        if len(hints) > MOST_HINTS:
            raise self.place(code.start).error(
                f'exercise "{fence.name}" has {len(hints)} hints, expected at most {MOST_HINTS}'
            )
        solution, end = self.part(fence.name, "solution", end)
        check, end = self.part(fence.name, "check", end)
        return Exercise(fence.name, starter, tuple(hints), solution, check, piece), end

    def details_at(self, line: int) -> tuple[Details, re.Match[str]] | None:
        """The `<details>` that comes next from `line` on, with its summary."""
        while line < len(self.lines) and not self.lines[line].strip():
            line += 1
        element = next((one for one in self.details if one.start == line), None)
        if not element:
            return None
        text = "\n".join(self.lines[line : element.end]).removeprefix("<details>")
        return (element, match) if (match := SUMMARY.match(text)) else None

    def hint(self, line: int) -> tuple[Hint, int] | None:
        """The hint that comes next, and the line below it."""
        found = self.details_at(line)
        if not found or not found[1]["text"].strip().startswith("Hint"):
            return None
        element, summary = found
        start = element.start + summary.group().count("\n") + 1
        prose = self.prose(start, element.end - 1) or [Prose("", start + 1)]
        return Hint(summary["text"].strip(), prose[0]), element.end

    def part(self, name: str, role: str, line: int) -> tuple[Cell, int]:
        """The solution or the check of an exercise, and the line below it."""
        title = role.capitalize()
        expected = (
            f'exercise "{name}" has no {role} here: expected <details><summary>{title}</summary>, '
            f'in it ```python {role}="{name}" and nothing else, and </details>'
        )
        found = self.details_at(line)
        where = self.place(found[0].start if found else self.next_line(line))
        if not found or found[1]["text"].strip() != title:
            raise where.error(expected)
        element = found[0]
        inside = [
            (code, fence)
            for code, fence in self.fences
            if element.start < code.start and code.end < element.end
        ]
        if len(inside) != 1 or (inside[0][1].role, inside[0][1].name) != (role, name):
            raise where.error(expected)
        code = inside[0][0]
        between = range(element.start + found[1].group().count("\n") + 1, element.end - 1)
        if any(self.lines[n].strip() for n in between if not code.start <= n < code.end):
            raise where.error(expected)
        return Cell(code.code.removesuffix("\n"), line=code.start + 2), element.end

    def next_line(self, line: int) -> int:
        """The next line that has something, else the one above."""
        rest = range(line, len(self.lines))
        return next((n for n in rest if self.lines[n].strip()), line - 1)

    def prediction(self, code: FencedCode, fence: Fence) -> Prediction:
        where = self.place(code.start)
        what = f'prediction "{fence.name}"'
        data = _yaml(code.code, what, where.below(1))
        _check_keys(data, PREDICTION_KEYS, PREDICTION_KEYS, what, where)
        given = data["choices"]
        if not isinstance(given, list):
            raise where.error(f"{what} has choices: {given!r}, expected a list")
        for choice in given:
            _check_keys(choice, CHOICE_KEYS, CHOICE_KEYS[:2], f"a choice of {what}", where)
        choices = tuple(
            Choice(str(c["text"]), str(c["why"]), str(c.get("next", ""))) for c in given
        )
        texts = [choice.text for choice in choices]
        if len(set(texts)) != len(texts) or len(texts) < 2:
            raise where.error(f"{what} needs at least two choices, all different, got {texts}")
        return Prediction(
            fence.name, str(data["question"]), str(data["answer"]), choices, where.line
        )


def _check_keys(
    data: Any, known: Sequence[str], needed: Sequence[str], what: str, place: Place
) -> None:
    if not isinstance(data, dict):
        raise place.error(f"{what} is {data!r}, expected YAML with {', '.join(known)}")
    for key in data:
        if key not in known:
            raise place.error(f"{what} has the key {key}, expected {one_of(known, str(key))}")
    for key in needed:
        if key not in data:
            raise place.error(f"{what} has no {key}, expected {', '.join(needed)}")
