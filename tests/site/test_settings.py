"""What is a book's own is stated once, and a slip there gets words."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from assets import lock, pins, wheels
from settings import Book, SettingsError, book, read_settings

PROJECT = """\
[project]
name = "dice-book"
license = "MIT"
"""


def settings_of(folder: Path, own: str, project: str = PROJECT) -> Book:
    (folder / "mkdocs.yml").write_text(
        "site_name: Dice\nsite_url: !ENV [SITE_URL, '']\nextra:\n  book:" + own + "\n",
        encoding="utf-8",
    )
    (folder / "pyproject.toml").write_text(project, encoding="utf-8")
    (folder / "dice").mkdir(exist_ok=True)
    (folder / "dice" / "__init__.py").touch()
    return read_settings(folder)


def test_a_package_is_all_that_a_book_must_name(tmp_path: Path) -> None:
    found = settings_of(tmp_path, "\n    package: dice")
    assert (found.name, found.short_name, found.package) == ("Dice", "Dice", "dice")
    assert (found.distribution, found.licence) == ("dice-book", "MIT")
    assert found.own.reference is None
    assert found.own.pieces == ()


def test_this_book_names_what_is_its_own() -> None:
    assert (book().package, book().distribution) == ("micrograd", "micrograd-live")
    reference = book().own.reference
    assert reference
    assert reference.modules["Networks"][0] == "micrograd.nn"


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ("", "mkdocs.yml has extra.book: None, expected `book: {package: NAME}`"),
        ("\n    packages: dice", "extra.book: {'packages': 'dice'}, expected"),
        ("\n    package: dice\n    prelod: [x]", "has prelod in extra.book, expected package, "),
        ("\n    package: cards", "but there is no cards/__init__.py"),
        ("\n    package: dice\n    reference: [x]", "expected introduction: words, and modules:"),
        ("\n    package: dice\n    widgets: [x]", "widgets in extra.book that cannot be read"),
        (
            "\n    package: dice\n    widgets: {die: {folder: dice, chapter: 1.md}}",
            "the widget die in extra.book, but there is no dice/widget.py",
        ),
        ("\n    package: [", "cannot be read: while parsing"),
    ],
)
def test_a_slip_in_the_settings_is_named(own: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as failure:
        settings_of(tmp_path, own)
    assert words in str(failure.value)


def test_a_wheel_for_another_platform_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "numpy-2.4.0-cp314-cp314-manylinux_2_28_x86_64.whl"
    wheel.touch()
    with pytest.raises(ValueError, match=r"numpy-2.4.0-\S+ is for manylinux_2_28_x86_64, expected"):
        lock.rewrite_lock({"packages": {}}, [wheel], "https://elsewhere/")


def test_a_package_without_a_wheel_for_pyodide_is_refused_in_words(tmp_path: Path) -> None:
    """The index is a folder that has numpy for Linux only, as PyPI has."""
    name = "numpy-2.4.6-cp314-cp314-manylinux_2_28_x86_64.whl"
    with zipfile.ZipFile(tmp_path / name, "w") as wheel:
        wheel.writestr("numpy/__init__.py", "")
    offline = ["--no-index", "--find-links", str(tmp_path)]
    with pytest.raises(SystemExit, match=r"no wheel of numpy==2.4.6 that Pyodide can load"):
        pins.download_all([*offline, "numpy==2.4.6"], tmp_path / "out")


def test_a_wheel_for_pyodides_own_platform_is_taken(tmp_path: Path) -> None:
    name = "numpy-2.4.6-cp314-cp314-pyemscripten_2026_0_wasm32.whl"
    with zipfile.ZipFile(tmp_path / name, "w") as wheel:
        wheel.writestr("numpy-2.4.6.dist-info/METADATA", "Name: numpy\nVersion: 2.4.6\n")
        wheel.writestr("numpy-2.4.6.dist-info/WHEEL", "Wheel-Version: 1.0\n")
    offline = ["--no-index", "--find-links", str(tmp_path)]
    pins.download_all([*offline, "numpy==2.4.6"], tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == [name]


def test_an_empty_wheel_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "project"
    (project / "dice").mkdir(parents=True)
    (project / "dice" / "__init__.py").write_text('"""Dice."""\n', encoding="utf-8")
    (project / "other").mkdir()
    (project / "other" / "__init__.py").touch()
    build = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
    wheel = '[tool.hatch.build.targets.wheel]\npackages = ["other"]\n'
    text = f'{build}{PROJECT}version = "1"\n{wheel}'
    settings = settings_of(project, "\n    package: dice", text)
    monkeypatch.setattr(wheels, "ROOT", project)
    monkeypatch.setattr(wheels, "book", lambda: settings)
    with pytest.raises(SystemExit, match=r"the wheel of dice-book has no dice/__init__.py; name"):
        wheels.build_engine(tmp_path / "out")
