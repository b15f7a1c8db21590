"""The wheels that Python in the browser starts from."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from assets import wheels
from packaging.utils import parse_wheel_filename


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the engine's wheel."""
    return wheels.build_engine(tmp_path_factory.mktemp("engine"))


def test_the_engine_is_one_wheel_for_every_machine(engine: Path) -> None:
    name, _, _, tags = parse_wheel_filename(engine.name)
    assert name == "micrograd-live"
    assert {str(tag) for tag in tags} == {"py3-none-any"}


def test_the_engine_holds_its_sources_and_nothing_else(engine: Path) -> None:
    names = zipfile.ZipFile(engine).namelist()
    modules = {name for name in names if ".dist-info/" not in name}
    root = Path(__file__).parents[2]
    tracked = subprocess.run(
        ["git", "ls-files", "micrograd"], cwd=root, check=True, capture_output=True, text=True
    )
    assert modules == set(tracked.stdout.split())


def test_equal_sources_give_equal_bytes(engine: Path, tmp_path: Path) -> None:
    again = wheels.build_engine(tmp_path)
    assert (again.name, again.read_bytes()) == (engine.name, engine.read_bytes())


def test_the_stand_in_is_installed_as_jedi_and_cannot_be_imported(tmp_path: Path) -> None:
    wheel = wheels.write_jedi_stand_in(tmp_path)
    target = tmp_path / "target"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", target, wheel], check=True)
    code = "import importlib.metadata as m; print(m.version('jedi')); import jedi"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], env={"PYTHONPATH": str(target)}, capture_output=True
    )
    assert done.stdout.decode().startswith("0.19.2")
    assert b"No module named 'jedi'" in done.stderr


def test_pinned_wheels_are_those_that_were_downloaded() -> None:
    pinned = {
        line.split(" ")[0]
        for line in wheels.PINS.read_text(encoding="utf-8").splitlines()
        if "==" in line
    }
    names = (parse_wheel_filename(wheel.name) for wheel in wheels.download())
    assert {f"{name}=={version}" for name, version, *_ in names} == pinned


def test_the_kernels_own_wheels_are_found() -> None:
    names = {str(parse_wheel_filename(wheel.name)[0]) for wheel in wheels.kernel_wheels()}
    assert names == {"piplite", "pyodide-kernel", "ipykernel"}
