"""The same sources give the same bytes in another folder."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
CHAPTERS = ("01-values-and-graphs.md", "05-neuron-layer-mlp.md")
"""One with tracebacks and drawings, one with cells that draw numbers at random."""


def link(source: str, target: str) -> None:
    """Link a file, or copy it where the folders are on two disks."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources, in a folder with another name and a space in it."""
    copy = tmp_path_factory.mktemp("another place") / "a book"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (PROJECT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, copy / name)
    # Made by the build, from pinned packages.
    shutil.copytree(PROJECT / "micrograd/data", copy / "micrograd/data")
    modules = "site/node_modules"
    shutil.copytree(PROJECT / modules, copy / modules, copy_function=link, symlinks=True)
    return copy


def run(project: Path, *command: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(project / "site"), "PYTHONUTF8": "1"}
    subprocess.run(command, cwd=project, env=environment, check=True, stdout=subprocess.DEVNULL)


def digests(folder: Path) -> dict[str, str]:
    """The hash of each file by its name."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def test_the_pages_script_has_the_same_names_and_bytes(elsewhere: Path, tmp_path: Path) -> None:
    made = []
    for project in (PROJECT, elsewhere):
        out = tmp_path / project.name / "assets" / "live"
        with contextlib.suppress(FileNotFoundError):
            shutil.copytree(PROJECT / ".cache/site/boot", out.parents[1] / "boot")
        run(project, "node", "site/runtime/build.mjs", str(out))
        made.append(digests(out))
    assert made[0] == made[1]


def test_a_recorded_chapter_has_the_same_bytes(elsewhere: Path, tmp_path: Path) -> None:
    made = []
    for project in (PROJECT, elsewhere):
        content = tmp_path / project.name / "content"
        shutil.copytree(project / "content", content)
        for page in content.glob("*.md"):
            if page.name not in (*CHAPTERS, "glossary.md", "index.md"):
                page.unlink()
        out = tmp_path / project.name / "notebooks"
        cache = tmp_path / project.name / "cache"
        command = ["-m", "book.notebooks", str(content), str(cache), str(out)]
        run(project, sys.executable, *command)
        made.append(digests(out))
    assert len(made[0]) >= len(CHAPTERS)
    assert made[0] == made[1]


def test_the_engines_wheel_has_the_same_bytes(elsewhere: Path, tmp_path: Path) -> None:
    made = []
    for project in (PROJECT, elsewhere):
        out = tmp_path / project.name
        call = "import pathlib, sys, assets.wheels as w; w.build_engine(pathlib.Path(sys.argv[1]))"
        run(project, sys.executable, "-c", call, str(out))
        made.append(digests(out))
    assert made[0] == made[1]
