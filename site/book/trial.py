"""Run in the chapter's kernel, to see what a check says of an answer, or that a claim holds."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from IPython.utils.capture import capture_output

HARNESS = Path(__file__).parents[1] / "runtime" / "blocks" / "exercise_check.py"
"""What judges answers in the page judges them here."""


def verdict(answer: str, check: str) -> str:
    """What the check says of an answer, a line each; empty when it is right."""

    def judge() -> None:
        names: dict[str, Any] = {"__name__": "exercise_check"}
        exec(compile(HARNESS.read_text(encoding="utf-8"), HARNESS.name, "exec"), names)
        if refused := names["judge"](answer, check):
            lines = refused["lines"]
            raise AssertionError("\n".join(words for right, words in lines if not right))

    return words_in_fork(judge)


def refusal(claim: str, namespace: dict[str, Any]) -> str:
    """Why a claim does not hold; empty when it does."""
    code = compile(f"assert {claim}", "<claim>", "exec")
    return words_in_fork(lambda: exec(code, namespace))


def words_in_fork(trial: Callable[[], None]) -> str:
    """What a trial raises, in words; empty when it raises nothing.

    It runs in a fork, so that nothing of it (names, patched classes, random numbers) is left in the
    chapter's own namespace.
    """
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        words = ""
        try:
            with capture_output():
                trial()
        except AssertionError as error:
            words = str(error) or "it is false"
        except BaseException as error:
            words = f"{type(error).__name__}: {error}"
        finally:
            os.write(write_end, words.encode()[:4096])
            os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end, encoding="utf-8", errors="replace") as result:
        words = result.read()
    os.waitpid(child, 0)
    return words
