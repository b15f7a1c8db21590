"""Runs in the chapter's kernel: judges answers and claims in a fork, of which nothing is left."""

from __future__ import annotations

import ast
import json
import os
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from IPython.utils.capture import capture_output

HARNESS = Path(__file__).parents[1] / "runtime" / "blocks" / "exercise_check.py"
"""What judges answers in the page judges them here."""


def judge_answer(answer: str, check: str) -> str:
    """What the check says of an answer, a line each; empty when it is right."""

    def judge() -> None:
        names: dict[str, Any] = {"__name__": "exercise_check"}
        exec(compile(HARNESS.read_text(encoding="utf-8"), HARNESS.name, "exec"), names)
        if refused := names["judge"](answer, check):
            lines = refused["lines"]
            raise AssertionError("\n".join(words for right, words in lines if not right))

    return run_in_fork(judge)


def judge_claim(claim: str, namespace: dict[str, Any]) -> str:
    """Why a claim does not hold, with the values of its parts; empty when it does."""

    def judge() -> None:
        tree = ast.parse(f"({claim}\n)", "<claim>", mode="eval").body
        if not value_of(tree, namespace):
            parts = {ast.unparse(part): part for part in parts_of(tree)}
            values = [f"{code} is {shown(part, namespace)}" for code, part in parts.items()]
            raise AssertionError("; ".join(["it is false", *values]))

    return run_in_fork(judge)


def widget_data(program: str, namespace: dict[str, Any]) -> str:
    """What a widget's program takes from the chapter's names, as JSON."""
    return json.dumps(runpy.run_path(program)["data"](namespace))


def value_of(expression: ast.expr, namespace: dict[str, Any]) -> Any:
    """What an expression gives in the chapter's namespace."""
    return eval(compile(ast.Expression(expression), "<claim>", "eval"), namespace)


def parts_of(claim: ast.expr) -> Iterator[ast.expr]:
    """What a claim compares, or else the names in it that are variables."""
    if isinstance(claim, ast.BoolOp):
        for value in claim.values:
            yield from parts_of(value)
    elif isinstance(claim, ast.UnaryOp) and isinstance(claim.op, ast.Not):
        yield from parts_of(claim.operand)
    elif isinstance(claim, ast.Compare):
        for side in (claim.left, *claim.comparators):
            if not isinstance(side, ast.Constant):
                yield side
    elif isinstance(claim, ast.Call):
        for argument in claim.args:
            if isinstance(argument, ast.GeneratorExp):
                yield ast.ListComp(argument.elt, argument.generators)
            else:
                yield argument
    else:
        yield claim


def shown(expression: ast.expr, namespace: dict[str, Any]) -> str:
    """The value of a part of a claim, in at most a line."""
    try:
        text = repr(value_of(ast.fix_missing_locations(expression), namespace))
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
    return text if len(text) <= 200 else f"{text[:200]} …"


def run_in_fork(judge: Callable[[], None]) -> str:
    """Return what `judge` raises, in words; empty when it raises nothing.

    It runs in a fork, so that nothing of it (names, patched classes, random numbers) is left in the
    chapter's own namespace.
    """
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        words = ""
        try:
            with capture_output():
                judge()
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
