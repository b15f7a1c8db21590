"""Each check tells wrong answers from right ones, and says what is wrong."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from book.chapter import read_chapter

from tests.exercises.answers import ANSWERS, Unusual, Wrong, edited

PROJECT = Path(__file__).parents[2]
HARNESS = PROJECT / "site" / "runtime" / "blocks" / "exercise_check.py"
CHAPTERS = [read_chapter(path) for path in sorted((PROJECT / "content").glob("[0-9]*.md"))]
EXERCISES = {name: made for chapter in CHAPTERS for name, made in chapter.exercises.items()}
Verdict: TypeAlias = dict[str, Any] | None
LEAST = 8
"""Wrong answers of each exercise, at the least."""


def verdicts_of(name: str, answers: list[str]) -> list[Verdict]:
    """What the check says to each answer, in one Python of its own."""
    program = (
        "import json, sys\n"
        f"exec(compile(open({str(HARNESS)!r}, encoding='utf-8').read(), 'harness', 'exec'))\n"
        "check, answers = json.load(sys.stdin)\n"
        "print(json.dumps([judge(answer, check) for answer in answers]))\n"
    )
    check = EXERCISES[name].check.source
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps([check, answers]),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=PROJECT,
    )
    assert done.returncode == 0, done.stderr
    verdicts: list[Verdict] = json.loads(done.stdout)
    return verdicts


def words_of(verdict: Verdict) -> str:
    """A refusal as one text; of boxes, those that are wrong."""
    return "\n".join(text for right, text in (verdict or {}).get("lines", []) if not right)


@pytest.mark.parametrize("name", EXERCISES)
def test_a_check_answers_what_beginners_write(name: str) -> None:
    answers = ANSWERS[name]
    assert sum(isinstance(answer, Wrong) for answer in answers) >= LEAST
    starter, solution = EXERCISES[name].starter.source, EXERCISES[name].solution.source
    verdicts = verdicts_of(name, [starter, solution, *(edited(solution, a) for a in answers)])
    assert words_of(verdicts[0])
    assert verdicts[1] is None, f"the solution: {verdicts[1]}"
    failures = []
    for answer, verdict in zip(answers, verdicts[2:], strict=True):
        words = words_of(verdict)
        if isinstance(answer, Unusual) and words:
            failures.append(f"{answer.other!r} is right, and the check says: {words}")
        if isinstance(answer, Wrong) and answer.words not in words:
            failures.append(
                f"{answer.wrong!r} has to get {answer.words!r}, and gets: {words or 'Right'}"
            )
    assert not failures, "\n".join(failures)
    said = "\n".join(map(words_of, verdicts))
    unheard = [
        sentence for sentence in sentences_of(EXERCISES[name].check.source) if sentence not in said
    ]
    assert not unheard, "no answer gets these words: " + "\n".join(unheard)


def sentences_of(check: str) -> Iterator[str]:
    """The longest fixed part of each sentence that a check can say."""
    tree = ast.parse(check)
    documentation = {
        ast.get_docstring(n, clean=False)
        for n in ast.walk(tree)
        if isinstance(n, (ast.FunctionDef, ast.ClassDef))
    }
    inside = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    for node in ast.walk(tree):
        parts = (
            node.values
            if isinstance(node, ast.JoinedStr)
            else [node]
            if id(node) not in inside
            else []
        )
        texts = [p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str)]
        whole = "".join(texts)
        if (
            "\n" in whole
            or whole in documentation
            or not re.search(r"[a-z]{2}.* .*[.:?…]\s*$", whole)
        ):
            continue
        yield max(texts, key=len).strip()


def test_every_exercise_has_its_answers() -> None:
    assert set(ANSWERS) == set(EXERCISES)
