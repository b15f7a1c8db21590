"""What stops a build: words that name the file, the line, what was given and what is possible."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


class ChapterError(Exception):
    """A chapter that cannot be built; says which one, where, and what to do."""


@dataclass(frozen=True)
class Place:
    """A line of a file of the book, counted from 1."""

    file: str
    line: int

    def below(self, lines: int) -> Place:
        """The place some lines further down."""
        return Place(self.file, self.line + lines)

    def error(self, words: str) -> ChapterError:
        """An error that says where it is."""
        return ChapterError(f"{self}: {words}")

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def one_of(possible: Iterable[str], given: str = "") -> str:
    """`a, b or c`; with the one that was probably meant, where `given` resembles one."""
    names = list(possible)
    words = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
    meant = meant_by(given, names)
    return f"{words}. Did you mean {meant}?" if meant else words


def meant_by(given: str, possible: Iterable[str], cutoff: float = 0.6) -> str:
    """The possible word that `given` resembles, by difflib's ratio; empty where there is none."""
    found = difflib.get_close_matches(given.lower(), list(possible), n=1, cutoff=cutoff)
    return found[0] if found else ""
