"""What a chapter consists of: prose, cells, exercises and predictions."""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from book.errors import Place, meant_by
from book.tokens import outside_code

FIGURE = re.compile(r"(?P<escape>\\)?\{\{(?P<inside>.+?)\}\}", re.S)
CLAIM = re.compile(r"\s*<!--\s*claim:(?P<expression>.+?)-->", re.S)


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
    line: int = field(default=1, compare=False)

    @classmethod
    def parse(cls, inside: str, line: int = 1) -> Figure:
        """What stands between the braces; the part behind the last ` | ` is the format."""
        expression, bar, spec = inside.rpartition(" | ")
        if not bar:
            return cls(inside.strip(), line=line)
        return cls(expression.strip(), spec.strip(), line)


@dataclass(frozen=True)
class Claim:
    """`<!-- claim: expression -->`: what must be true for the words before it to be."""

    expression: str
    line: int = field(default=1, compare=False)


@dataclass(frozen=True)
class Prose:
    """Markdown between the cells; `line` is where it begins in its file."""

    text: str
    line: int = field(default=1, compare=False)

    def figures(self) -> list[Figure]:
        """The figures in the order in which they stand; braces behind a backslash are none."""
        return [
            Figure.parse(match["inside"], self._line_of(start + match.start()))
            for start, piece in self._prose()
            for match in FIGURE.finditer(piece)
            if not match["escape"]
        ]

    def claims(self) -> list[Claim]:
        """The claims in the order in which they stand."""
        return [
            Claim(match["expression"].strip(), self._line_of(start + match.start("expression")))
            for start, piece in self._prose()
            for match in CLAIM.finditer(piece)
        ]

    def check(self, file: str) -> None:
        """Raise `ChapterError` where a figure, a claim or a comment is not what it seems to be."""
        for figure in self.figures():
            _check_expression(f"{{{{ {figure.expression} }}}}", figure, file)
        for claim in self.claims():
            _check_expression(f"the claim {claim.expression!r}", claim, file)
        for start, piece in self._prose():
            _check_comments(piece, Place(file, self._line_of(start)))

    def _prose(self) -> Iterator[tuple[int, str]]:
        """The pieces that are no listings, each with where it begins in the text."""
        start = 0
        for piece, is_prose in outside_code(self.text):
            if is_prose:
                yield start, piece
            start += len(piece)

    def _line_of(self, index: int) -> int:
        return self.line + self.text.count("\n", 0, index)


COMMENT = re.compile(r"<!--(?P<inside>.*?)-->", re.S)
FIRST_WORD = re.compile(r"\s*(?P<word>\w+)(?P<colon>\s*:)?")
INLINE_CODE = re.compile(r"`+[^`\n]+`+")


def _check_expression(what: str, written: Figure | Claim, file: str) -> None:
    place = Place(file, written.line)
    try:
        tree = ast.parse(f"({written.expression}\n)", mode="eval")
    except (SyntaxError, ValueError) as error:
        words = error.msg if isinstance(error, SyntaxError) else str(error)
        raise place.error(f"{what} is no Python expression: {words}") from None
    if isinstance(written, Claim) and isinstance(tree.body, ast.Tuple):
        raise place.error(f"{what} is a tuple, which is always true; join its parts with `and`")


def _check_comments(prose: str, place: Place) -> None:
    """Refuse braces and comments that only resemble figures and claims."""
    without = FIGURE.sub(lambda match: "\n" * match.group().count("\n"), prose)
    if braces := re.search(r"(?<!\\)\{\{", without):
        raise place.below(without.count("\n", 0, braces.start())).error(
            "{{ is not closed by }}; a figure is {{ expression | .2f }}, and \\{{ shows braces"
        )
    visible = INLINE_CODE.sub(lambda match: " " * len(match.group()), prose)
    for comment in COMMENT.finditer(visible):
        first = FIRST_WORD.match(comment["inside"])
        if first and _resembles_a_claim(first["word"], bool(first["colon"])):
            lines = visible.count("\n", 0, comment.start())
            if not CLAIM.fullmatch(comment.group()):
                raise place.below(lines).error(
                    f"the comment {' '.join(comment.group().split())} resembles a claim and is "
                    "none, expected <!-- claim: expression -->"
                )
    rest = COMMENT.sub(lambda match: "\n" * match.group().count("\n"), visible)
    if (opened := rest.find("<!--")) >= 0:
        raise place.below(rest.count("\n", 0, opened)).error("the comment is not closed by -->")


def _resembles_a_claim(word: str, has_colon: bool) -> bool:
    letters = word.lower()
    if letters in ("claim", "claims"):
        return True
    return has_colon and letters[0] == "c" and bool(meant_by(letters, ["claim"], 0.66))


@dataclass(frozen=True)
class Cell:
    """Python that runs: of the page's live cells the `number`th, from 1; other code has 0."""

    source: str
    number: int = 0
    id: str = ""
    fold: str | None = None
    follow: bool = False
    output_first: bool = False
    tags: tuple[str, ...] = ()
    parameters: tuple[dict[str, Any], ...] = ()
    line: int = field(default=1, compare=False)
    """Where its code begins in the file."""

    @property
    def may_fail(self) -> bool:
        """Whether the chapter says that the cell is meant to raise."""
        return "raises-exception" in self.tags

    @property
    def source_hash(self) -> str:
        """Tells whether the chapter's own code has changed since a reader edited it."""
        return short_hash(self.source)


@dataclass(frozen=True)
class Hint:
    """A hint below an exercise: the line that opens it, and what it says."""

    summary: str
    prose: Prose


@dataclass(frozen=True)
class Exercise:
    """Code to complete, with hints, a solution and what judges an answer."""

    name: str
    starter: Cell
    hints: tuple[Hint, ...]
    solution: Cell
    check: Cell
    piece: str | None = None
    """The piece of the reader's own engine that an answer is."""

    def figures(self) -> list[Figure]:
        """The figures of its hints, in order."""
        return [figure for hint in self.hints for figure in hint.prose.figures()]

    def filled(self, values: Sequence[str]) -> list[str]:
        """The hints' texts with the figures' values."""
        remaining = iter(values)
        return [
            fill_figures(hint.prose.text, [next(remaining) for _ in hint.prose.figures()])
            for hint in self.hints
        ]


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
    line: int = field(default=1, compare=False)


Block: TypeAlias = Prose | Cell | Exercise | Prediction


def fill_figures(text: str, values: Sequence[str]) -> str:
    """`text` with each figure replaced by its value; a backslash before braces and claims go."""
    remaining = iter(values)

    def fill(match: re.Match[str]) -> str:
        return match.group()[1:] if match["escape"] else next(remaining)

    return "".join(
        CLAIM.sub("", FIGURE.sub(fill, piece)) if is_prose else piece
        for piece, is_prose in outside_code(text)
    )
