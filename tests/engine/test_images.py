"""Images of pixels, and contours with paths: what they draw, and in words."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from micrograd import Value, plot_contours, plot_images

SVG = "{http://www.w3.org/2000/svg}"


def parsed(picture):
    """The picture as XML, read from what a notebook gets."""
    return ElementTree.fromstring(picture._repr_mimebundle_()["image/svg+xml"])


def squares(picture):
    """Place, colour and depth of each pixel that is drawn, in the first image."""
    found = {}
    for path in parsed(picture).iter(f"{SVG}path"):
        for x, y in re.findall(r"M(\d+) (\d+)h", path.get("d")):
            found[int(x), int(y)] = path.get("fill"), float(path.get("fill-opacity"))
    return found


def test_a_pixel_is_as_deep_as_its_number_and_0_is_paper():
    drawn = squares(plot_images([[0.0, 0.25, 0.5, 1.0]]))
    (side,) = {x for x, _ in drawn} - {0}
    assert drawn == {
        (side, 0): ("currentColor", 0.25),
        (0, side): ("currentColor", 0.5),
        (side, side): ("currentColor", 1.0),
    }


def test_numbers_below_0_have_another_colour():
    drawn = squares(plot_images([[-1.0, 1.0]], width=2))
    assert len({colour for colour, _ in drawn.values()} - {"currentColor"}) == 2


def test_a_blank_page_is_an_image():
    assert repr(plot_images([[0.0] * 64], ["<blank>"])) == "<1 image of 8 by 8 pixels: <blank>>"


def test_images_stand_in_rows():
    picture = plot_images([[1.0] * 4] * 5, range(5), columns=2)
    texts = parsed(picture).iter(f"{SVG}text")
    assert [text.text for text in texts] == ["0", "1", "2", "3", "4"]
    places = [g.get("transform") for g in parsed(picture).iter(f"{SVG}g")]
    rows = {place.split()[1] for place in places}
    assert (len(set(places)), len(rows)) == (5, 3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([],), "got 0 images"),
        (([[1.0], [1.0, 2.0]],), r"lengths \[1, 2\], expected"),
        (([[1.0] * 6],), "6 pixels and width=None, expected a width that divides them"),
        (([[1.0] * 4], ["a", "b"]), "got 2 captions, expected one for each of 1 images"),
        (([[float("nan")]],), "a pixel that is not finite"),
    ],
)
def test_images_that_cannot_be_drawn_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        plot_images(*arguments)


def test_a_path_is_drawn_from_its_ring_to_its_dot_in_its_own_dashes():
    paths = {"down": [(0.5, 0.5), (0.0, 0.0)], "up": [(-0.5, 0.0), (0.0, 0.5)]}
    picture = plot_contours(lambda x, y: x**2 + y**2, paths)
    lines = list(parsed(picture).iter(f"{SVG}polyline"))
    assert len({line.get("stroke") for line in lines}) == 2
    assert len({line.get("stroke-dasharray") for line in lines}) == 2
    rings, dots = [], []
    for circle in parsed(picture).iter(f"{SVG}circle"):
        (rings if circle.get("fill") == "none" else dots).append(circle)
    for line, ring, dot in zip(lines, rings, dots, strict=True):
        places = line.get("points").split()
        assert places[0] == f"{ring.get('cx')},{ring.get('cy')}"
        assert places[-1] == f"{dot.get('cx')},{dot.get('cy')}"


def test_contours_of_a_bowl_are_rings_of_equal_distances():
    picture = plot_contours(lambda x, y: Value(x) ** 2 + y**2, x=(-1, 1), y=(-1, 1))
    assert 'data-x="-1 1" data-y="-1 1"' in picture.svg
    lines = [p.get("d") for p in parsed(picture).iter(f"{SVG}path") if p.get("stroke-opacity")]
    # The ring crosses the middle row at two places: the largest extent to the right.
    extents = [max(float(x) for x in re.findall(r"[ML]([\d.]+),", line)) for line in lines]
    inner = [b - a for a, b in pairwise(extents[1:8])]
    assert max(inner) - min(inner) < 1.0


def test_a_path_stops_where_it_leaves_the_picture():
    picture = plot_contours(lambda x, y: x**2, {"off": [(0, 0), (0.5, 0), (9, 0), (0, 0)]})
    (line,) = parsed(picture).iter(f"{SVG}polyline")
    assert len(line.get("points").split()) == 2
    assert "off from (0, 0) to (0, 0)" in repr(picture)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"function": lambda x, y: 1.0}, "1.0 everywhere"),
        ({"function": lambda x, y: x, "x": (1, 1)}, "range from 1 to 1"),
        ({"function": lambda x, y: float("inf")}, "not finite"),
        ({"function": lambda x, y: x, "paths": {"a": []}}, r"got \[\] for a, expected pairs"),
    ],
)
def test_contours_that_cannot_be_drawn_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        plot_contours(**arguments)
