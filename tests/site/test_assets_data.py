"""The data sets that the build makes of pinned packages."""

from __future__ import annotations

from pathlib import Path

from assets import data


def test_an_image_is_a_line_of_its_class_and_its_pixels() -> None:
    row = ",".join(["0", "9", "10", "15", "16", *["0"] * 59, "7"])
    assert data.digits(row + "\n") == "7 09afg" + "0" * 59 + "\n"


def test_names_are_of_small_letters() -> None:
    names = data.names().splitlines()
    assert len(names) == len(set(names)) == 8403
    assert {"aaren", "aaron", "emma"} <= set(names)  # of the first list, the second, and both
    assert "anne-marie" not in names


def test_the_folder_is_made_anew(tmp_path: Path) -> None:
    data.make(tmp_path / "data")
    made = {path.name: len(path.read_text().splitlines()) for path in (tmp_path / "data").iterdir()}
    assert made == {"digits.txt": 1797, "names.txt": 8403}
