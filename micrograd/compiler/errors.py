"""Errors that name the reader's own line."""

from __future__ import annotations

import linecache
import os
import sys
from pathlib import Path
from types import FrameType, TracebackType

from micrograd import engine

PACKAGE = str(Path(__file__).parent.parent)
LIBRARY = os.path.dirname(os.__file__)


class CompilationError(Exception):
    """The compiled program would not do what the engine does."""


def is_readers(frame: FrameType) -> bool:
    """Whether a frame runs the reader's own code, of no package that was installed."""
    name = frame.f_code.co_filename
    return "-packages" not in name and not name.startswith((PACKAGE, LIBRARY, "<frozen"))


def line_of(frame: FrameType, number: int) -> str:
    """Return a line of a frame's code, as a traceback shows it."""
    name = frame.f_code.co_filename
    text = linecache.getline(name, number, frame.f_globals).strip()
    where = f"line {number} of {Path(name).name}"
    return f"{where}: {text}" if text else where


def readers_line() -> str:
    """Return the reader's own line that runs now."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and not is_readers(frame):
        frame = frame.f_back
    return "" if frame is None else line_of(frame, frame.f_lineno)


def failing_line(traceback: TracebackType | None) -> str:
    """Return the reader's own line that raised an error."""
    found = ""
    while traceback is not None:
        if is_readers(traceback.tb_frame):
            found = line_of(traceback.tb_frame, traceback.tb_lineno)
        traceback = traceback.tb_next
    return found


def refusal(what: str, instead: str) -> CompilationError:
    """Return the error for something that a compiled program cannot follow.

    The recorder keeps the first one, for a function (or Python itself) may catch what is raised.

    Args:
        what: what the line does, and what would happen.
        instead: what to write.
    """
    recorder = engine.recorder
    if recorder is None:
        what = "uses a number or a Value that was kept from when the function was traced."
        instead = (
            "Keep nothing from call to call inside of the function: return it beside the loss, or "
            "give it as an argument."
        )
    error = CompilationError(f"{readers_line()}\n  {what}\n  {instead}")
    if recorder is not None and recorder.refused is None:
        recorder.refused = error
    return error


STAND_INS = ("Tracer", "Detached", "Traced")
"""Classes of what stands for numbers and Values, while a function is traced."""


def unknown_use(error: Exception) -> CompilationError | None:
    """Return the refusal for an error that is only there because a number is not known yet."""
    if not any(name in str(error) for name in STAND_INS):
        return None
    return CompilationError(
        f"{failing_line(error.__traceback__)}\n  needs a number of the arguments, or a Value's "
        "data, at once; it is known only when the compiled program runs.\n  Compute it before the "
        f"call, and give it as an argument. Python says: {error}"
    )
