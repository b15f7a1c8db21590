"""A page keeps the room of its drawings free before they are there."""

from __future__ import annotations

from pathlib import Path

import pytest
from book.images import with_sizes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "net.svg").write_text(
        "<svg viewBox='0 0 48 28' width='480' height='284'></svg>", encoding="utf-8"
    )
    (tmp_path / "any.svg").write_text("<svg viewBox='0 0 48 28'></svg>", encoding="utf-8")
    return tmp_path


def test_a_drawing_has_the_size_that_its_file_says(folder: Path) -> None:
    html = '<p><img alt="A net" src="../images/net.svg" /></p>'
    assert with_sizes(html, folder) == (
        '<p><img width="480" height="284" alt="A net" src="../images/net.svg" /></p>'
    )


def test_other_images_are_left_as_they_are(folder: Path) -> None:
    html = '<img src="../images/photo.png" /><img src="https://example.org/far.svg" />'
    assert with_sizes(html, folder) == html


def test_a_drawing_without_a_size_is_named(folder: Path) -> None:
    with pytest.raises(ValueError, match=r"any\.svg: its <svg> has no width"):
        with_sizes('<img src="images/any.svg">', folder)
