"""Errors that name the reader's own line."""

from __future__ import annotations

import linecache
import sys
from pathlib import Path
from types import FrameType

PACKAGE = str(Path(__file__).parent.parent)


class CompilationError(Exception):
    """The compiled program would not do what the engine does."""


def readers_frame() -> FrameType | None:
    """Return the innermost frame that runs code from outside of this package."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame = frame.f_back
    return frame


def readers_line() -> str:
    """Return the line that runs now outside of this package, as a traceback shows it."""
    frame = readers_frame()
    if frame is None:
        return ""
    name, number = frame.f_code.co_filename, frame.f_lineno
    text = linecache.getline(name, number, frame.f_globals).strip()
    where = f"line {number} of {Path(name).name}"
    return f"{where}: {text}" if text else where


def refusal(what: str, instead: str) -> CompilationError:
    """Return the error for something that a compiled program cannot follow.

    Args:
        what: what the line does, and what would happen.
        instead: what to write.
    """
    return CompilationError(f"{readers_line()}\n  {what}\n  {instead}")
