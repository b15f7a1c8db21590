"""Runs a chapter's cells in order and keeps what they show."""

from __future__ import annotations

import ast
import itertools
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import nbformat
from assets.build_cache import digest, files_below
from files import read_kept_json, write_whole
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from settings import book
from traitlets.config import Config

from book import drawing
from book.blocks import Cell, Claim, Exercise, Figure, Prediction, Prose
from book.chapter import Chapter
from book.errors import ChapterError, Place
from book.imports import not_in_the_page
from book.watch import Watch

BOOK = Path(__file__).parent
PROJECT = BOOK.parent.parent

SECONDS_A_CELL = 600
"""The last resort, for what goes on when it is interrupted; see `watch`."""
IN_CELL = re.compile(r"(Cell(?:\x1b\[[0-9;]*m|\s)*)In\[(\d+)\]")
ANSI = re.compile(r"\x1b\[[0-9;]*m")
CALL = re.compile(r"line (?P<line>\d+), in (?P<name>[^(\n]+)")

Output = dict[str, Any]
"""An output as nbformat stores it."""


@dataclass
class Recording:
    """What a chapter's run gave: by cell id and role, by prose block, by prediction."""

    outputs: dict[str, list[Output]] = field(default_factory=dict)
    figures: list[list[str]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    widgets: dict[str, str] = field(default_factory=dict)
    """The data, as JSON, of the widgets that are made of the chapter's names."""

    def of(self, cell: Cell) -> list[Output]:
        """The outputs of `cell`; an exercise's starter has none."""
        return self.outputs.get(str(cell.number), [])


def recording_files() -> list[Path]:
    """The files whose change makes every recording old.

    The package's, those that record, and the locks: with the versions of the kernel that runs the
    cells and of what draws and renders.
    """
    package = files_below(book().package_folder)
    machinery = (
        BOOK / name
        for name in (
            "blocks.py",
            "chapter.py",
            "fences.py",
            "recording.py",
            "tokens.py",
            "forked_checks.py",
            "drawing.py",
            "render.mjs",
            "../runtime/blocks/exercise_check.py",
        )
    )
    locks = (PROJECT / "requirements" / "site.txt", PROJECT / "site" / "package-lock.json")
    return sorted([*package, *machinery, *locks])


def recording_key(chapter: Chapter, files: Iterable[Path]) -> str:
    """The cache's key: the chapter's source, these files and the Python that runs them."""
    programs = [program for _, program in _widget_programs(chapter)]
    return digest([*files, *programs], chapter.source, sys.version)[:20]


def _widget_programs(chapter: Chapter) -> list[tuple[str, Path]]:
    """The widgets whose data a chapter makes, each with the program that takes it."""
    return [
        (name, PROJECT / widget.folder / "widget.py")
        for name, widget in book().own.widgets.items()
        if widget.chapter == chapter.path.name
    ]


def recorded(chapter: Chapter, cache: Path) -> Recording:
    """The chapter's recording, from the cache while neither it nor the engine has changed."""
    if not chapter.cells and not any(map(_evaluated, chapter.blocks)):
        return Recording(figures=[[] for _ in chapter.blocks])
    cache.mkdir(parents=True, exist_ok=True)
    kept = cache / f"{chapter.path.stem}-{recording_key(chapter, recording_files())}.json"
    found = read_kept_json(kept)
    if isinstance(found, dict) and found.keys() == {f.name for f in fields(Recording)}:
        return Recording(**found)
    recording = record(chapter)
    for old in cache.glob(f"{chapter.path.stem}-{'?' * 20}.json"):
        old.unlink()
    write_whole(kept, json.dumps(asdict(recording)))
    return recording


def _evaluated(block: object) -> bool:
    return isinstance(block, Prose) and bool(block.figures() or block.claims())


def _figures(block: object) -> list[Figure]:
    return block.figures() if isinstance(block, Prose | Exercise) else []


def record(chapter: Chapter) -> Recording:
    """Run the chapter; raises `ChapterError` with the cell and the traceback when a cell fails."""
    recording = Recording()
    with tempfile.TemporaryDirectory() as folder, _Session(chapter, Path(folder)) as session:
        waiting: list[Prediction] = []
        for block in chapter.blocks:
            if isinstance(block, Exercise):
                session.exercise(block)
            elif isinstance(block, Cell):
                recording.outputs[str(block.number)] = session.run(block)
            recording.figures.append(session.figures(_figures(block)))
            if isinstance(block, Prose):
                session.verify(block.claims())
            if isinstance(block, Prediction):
                waiting.append(block)
            if not isinstance(block, Cell | Exercise):
                continue
            for prediction in waiting:
                recording.answers[prediction.name] = session.answer(prediction)
            waiting.clear()
        for prediction in waiting:
            recording.answers[prediction.name] = session.answer(prediction)
        for name, program in _widget_programs(chapter):
            call = call_of("widget_data", repr(str(program)), "globals()")
            recording.widgets[name] = session.evaluate(1, f"data of the widget {name}", call)
    drawing.add_drawings(output for outputs in recording.outputs.values() for output in outputs)
    return recording


def without_repeats(frames: Iterable[str]) -> list[str]:
    """Leave out all but the first two and the last of a recursion's equal frames.

    IPython does so in the page, in these words, but not in a kernel on this machine, whose cells
    have names of files that do not exist.
    """
    kept = []
    for frame, repeats in itertools.groupby(frames):
        times = sum(1 for _ in repeats)
        call = CALL.search(ANSI.sub("", frame))
        if times > 3 and call:
            words = f"{call['name']} at line {call['line']} ({times - 3} times)"
            kept += [frame, frame, f"    [... skipping similar frames: {words}]\n", frame]
        else:
            kept += [frame] * times
    return kept


class _Session:
    """A kernel for one chapter."""

    def __init__(self, chapter: Chapter, folder: Path) -> None:
        self.chapter = chapter
        self.names: dict[int, str] = {}
        self.notebook = nbformat.v4.new_notebook()
        self.client = NotebookClient(
            self.notebook,
            timeout=SECONDS_A_CELL,
            kernel_name="python3",
            coalesce_streams=True,
            # Its warning that others on this machine could listen is no news in a build.
            extra_arguments=["--log-level=ERROR"],
            resources={"metadata": {"path": str(folder)}},
        )
        self._open = ExitStack()

    def __enter__(self) -> _Session:
        # Sockets in a folder of its own: of ports, which are chosen before they are taken, two
        # kernels that start at once may choose the same.
        sockets = self._open.enter_context(tempfile.TemporaryDirectory(prefix="kernel-"))
        connection = {"transport": "ipc", "connection_file": f"{sockets}/kernel.json"}
        self.client.update_config(Config(KernelManager=connection))
        python_path = os.pathsep.join([str(BOOK.parent), str(PROJECT)])
        environment = {**os.environ, "PYTHONPATH": python_path, "PYTHONHASHSEED": "0"}
        self._open.enter_context(self.client.setup_kernel(env=environment))
        # Each build records the same of what a cell draws at random, in any folder.
        self.evaluate(1, "the seed", '__import__("random").seed(0) or ""')
        return self

    def __exit__(self, *error: Any) -> None:
        self._open.close()

    def run(self, cell: Cell, where: str = "") -> list[Output]:
        """Run a cell as the page would, and give back its outputs; `where` is its name."""
        node = nbformat.v4.new_code_cell(cell.source, metadata={"tags": list(cell.tags)})
        self.notebook.cells.append(node)
        where = where or f"cell {cell.number}"
        self.names[len(self.notebook.cells)] = where.removeprefix("cell ")
        if not cell.may_fail and (missing := not_in_the_page(cell.source)):
            line, module = missing
            raise self.place(cell.line + line).error(
                f"{where} imports {module}, which is not part of the book: readers do not have it. "
                "Name its package in requirements/pyodide.in and run `make pins`"
            )
        assert self.client.km
        process = self.client.km.provisioner
        assert isinstance(process, LocalProvisioner)
        assert process.pid
        watch = Watch(process.pid, f"{self.place(cell.line)}: {where}")
        try:
            with watch:
                self.client.execute_cell(node, len(self.notebook.cells) - 1)
            if watch.words:
                raise self._failed(cell.line, where, cell.source, f"It was ended: {watch.words}.")
        except CellExecutionError:
            ended = f"It was ended: {watch.words}.\n" if watch.words else ""
            traceback = "\n".join(self._as_on_the_page(node.outputs[-1])["traceback"])
            raise self._failed(cell.line, where, cell.source, ended + traceback) from None
        except (CellTimeoutError, DeadKernelError) as error:
            raise self._failed(cell.line, where, cell.source, str(error)) from None
        if cell.may_fail and not any(o.output_type == "error" for o in node.outputs):
            words = 'It is tagged "raises-exception", but raised nothing.'
            raise self._failed(cell.line, where, cell.source, words)
        return [self._as_on_the_page(json.loads(json.dumps(output))) for output in node.outputs]

    def _as_on_the_page(self, output: Output) -> Output:
        """Name cells in a traceback by their number, files by their place in the project."""
        if output["output_type"] == "error":
            output["traceback"] = [
                IN_CELL.sub(lambda match: match[1] + self.names[int(match[2])], line)
                .replace(f"{PROJECT}{os.sep}", "")
                .replace(str(Path.home()), "~")
                for line in without_repeats(output["traceback"])
            ]
        return output

    def exercise(self, exercise: Exercise) -> None:
        """Run the solution in place of the starter; the check must tell them apart."""
        name, check = exercise.name, exercise.check
        place = self.place(check.line)
        what = f'the check of exercise "{name}"'
        if not self.verdict(what, exercise.starter.source, check):
            raise place.error(
                f"{what} passes on the starter; it must fail until the reader has done something"
            )
        if words := self.verdict(what, exercise.solution.source, check):
            raise place.error(f"{what} refuses the solution: {words}")
        self.run(exercise.solution, f'solution of "{name}"')

    def verdict(self, what: str, answer: str, check: Cell) -> str:
        """What a check says of an answer; empty where it is right."""
        call = call_of("judge_answer", repr(answer), repr(check.source))
        return self.evaluate(check.line, what, call)

    def figures(self, figures: list[Figure]) -> list[str]:
        """The figures' values, formatted."""
        return [
            self.evaluate(
                figure.line,
                f"{{{{ {figure.expression} }}}} in the prose",
                f"format({figure.expression}, {figure.spec!r})",
            )
            for figure in figures
        ]

    def verify(self, claims: list[Claim]) -> None:
        """Make sure that each claim is true, and leave no trace of it in the kernel."""
        for claim in claims:
            what = f"the claim {claim.expression!r}"
            call = call_of("judge_claim", repr(claim.expression), "globals()")
            if words := self.evaluate(claim.line, what, call):
                raise self.place(claim.line).error(f"{what} does not hold: {words}")

    def answer(self, prediction: Prediction) -> str:
        """The prediction's answer, which must be one of its choices."""
        what = f'the answer of prediction "{prediction.name}"'
        answer = self.evaluate(prediction.line, what, f"str({prediction.answer})")
        texts = [choice.text for choice in prediction.choices]
        if answer not in texts:
            raise self.place(prediction.line).error(
                f'prediction "{prediction.name}": '
                f"{prediction.answer} gives {answer!r}, which is none of the choices {texts}"
            )
        return answer

    def evaluate(self, line: int, what: str, expression: str) -> str:
        """A string that `expression` gives in the kernel, without a trace in its history."""
        assert self.client.kc
        message = self.client.kc.execute(
            "", silent=True, store_history=False, user_expressions={"value": expression}
        )
        reply = self.client.wait_for_reply(message)
        assert reply
        value = reply["content"]["user_expressions"]["value"]
        if value["status"] != "ok":
            raise self._failed(line, what, expression, "\n".join(value["traceback"]))
        return str(ast.literal_eval(value["data"]["text/plain"]))

    def place(self, line: int) -> Place:
        """A line of the chapter."""
        return Place(self.chapter.path.name, line)

    def _failed(self, line: int, where: str, source: str, traceback: str) -> ChapterError:
        code = "\n".join(f"    {line}" for line in source.splitlines())
        return self.place(line).error(f"{where} failed:\n{code}\n{ANSI.sub('', traceback)}")


def call_of(function: str, *arguments: str) -> str:
    """The expression that calls a function of `forked_checks` in the chapter's kernel."""
    module = '__import__("book.forked_checks", fromlist=["forked_checks"])'
    return f"{module}.{function}({', '.join(arguments)})"
