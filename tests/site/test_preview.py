"""The picture for links has the size that previews want, and is not the same for every page."""

import io

from book.preview import preview
from PIL import Image


def test_a_preview_is_a_small_png_of_the_size_that_previews_want() -> None:
    data = preview("Training a classifier", "From data to a loss of almost nothing.", "Chapter 6")
    with Image.open(io.BytesIO(data)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 630))
    assert len(data) < 100_000


def test_each_title_has_its_own_picture() -> None:
    assert preview("Moons", "", "Chapter 9") != preview("Losses", "", "Chapter 9")
    assert preview("Moons", "", "Chapter 9") == preview("Moons", "", "Chapter 9")
