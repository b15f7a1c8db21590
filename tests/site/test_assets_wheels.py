"""The wheels that Python in the browser starts from."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest
from assets import wheels
from packaging.utils import parse_wheel_filename

import micrograd


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


def test_the_stub_is_installed_as_jedi_and_cannot_be_imported(tmp_path: Path) -> None:
    wheel = wheels.write_jedi_stub(tmp_path)
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


def metadata_of(engine: Path) -> Message:
    """Return what the wheel says of itself."""
    with zipfile.ZipFile(engine) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


def test_the_engines_page_on_an_index_stands_by_itself(engine: Path) -> None:
    said = metadata_of(engine)
    assert said["Version"] == micrograd.__version__
    assert said["Author"] == "the micrograd live contributors"
    assert "Typing :: Typed" in (said.get_all("Classifier") or [])
    text = said.get_payload()
    assert isinstance(text, str)
    assert "pip install micrograd-live" in text
    assert not re.search(r"\]\((?!https:)", text), "a relative link leads nowhere there"


def test_the_addresses_are_those_of_the_code_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://code.example")
    monkeypatch.setenv("GITHUB_REPOSITORY", "someone/book")
    monkeypatch.setenv("SITE_URL", "https://book.example/")
    addresses = metadata_of(wheels.build_engine(tmp_path)).get_all("Project-URL") or []
    assert "Homepage, https://book.example/" in addresses
    assert "Source, https://code.example/someone/book" in addresses


# What karpathy's package has: an empty `__init__.py`, `engine.py` and `nn.py`.
OTHER = {
    "micrograd/__init__.py": "",
    "micrograd/engine.py": "class Value:\n    pass\n",
    "micrograd/nn.py": "from micrograd.engine import Value\n",
    "micrograd-0.1.0.dist-info/METADATA": "Name: micrograd\nVersion: 0.1.0\n",
}
NAMES = ["losses", "optim", "datasets", "plot", "draw", "compiler"]


def imported(folder: Path, name: str) -> str:
    """Import a module of the package in this folder; return what Python says."""
    code = f"import sys; sys.path.insert(0, {str(folder)!r}); import {name}"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True)
    return done.stderr


def install(folder: Path, *packages: Path | dict[str, str]) -> None:
    """Unpack packages one over the other, as pip does."""
    for package in packages:
        if isinstance(package, Path):
            zipfile.ZipFile(package).extractall(folder)
            continue
        for name, text in package.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)


def test_an_engine_by_itself_says_nothing(engine: Path, tmp_path: Path) -> None:
    install(tmp_path, engine)
    for name in NAMES:
        assert imported(tmp_path, f"micrograd.{name}") == ""


@pytest.mark.parametrize("name", NAMES)
def test_an_engine_under_karpathys_files_says_so(engine: Path, tmp_path: Path, name: str) -> None:
    install(tmp_path, engine, OTHER)
    said = imported(tmp_path, f"micrograd.{name}")
    assert "ImportError: files of micrograd-live and of karpathy's micrograd are mixed" in said
    assert "pip uninstall -y micrograd micrograd-live" in said


def test_an_engine_over_karpathys_files_warns(engine: Path, tmp_path: Path) -> None:
    install(tmp_path, OTHER, engine)
    said = imported(tmp_path, "micrograd")
    assert "UserWarning: micrograd-live and karpathy's micrograd are both installed" in said
    assert "Traceback" not in said


def test_an_engine_after_karpathys_uninstall_says_so(engine: Path, tmp_path: Path) -> None:
    install(tmp_path, engine)
    for name in ("__init__", "engine", "nn"):
        (tmp_path / "micrograd" / f"{name}.py").unlink()
    assert "are mixed" in imported(tmp_path, "micrograd.optim")
