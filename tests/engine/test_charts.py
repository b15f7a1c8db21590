"""Charts: what they show, to a pointer and in words."""

import math
import re
import sys
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from micrograd import LivePicture, plot_bars, plot_heatmap, plot_labels

SVG = "{http://www.w3.org/2000/svg}"


def parsed(picture):
    """The picture as XML, read from what a notebook gets."""
    return ElementTree.fromstring(picture._repr_mimebundle_()["image/svg+xml"])


def titles(picture):
    """What a pointer that rests somewhere is told."""
    return [title.text for title in parsed(picture).iter(f"{SVG}title")]


def test_every_cell_of_a_heat_map_tells_its_names_and_its_number():
    picture = plot_heatmap([[0.25, None], [-1.0, 0.5]], ["<s>", "t"], ["u", "v"])
    assert titles(picture) == ["<s>, u: 0.25", "<s>, v: none", "t, u: -1.00", "t, v: 0.50"]


def test_the_colour_of_a_heat_map_grows_with_the_distance_from_0():
    picture = plot_heatmap([[0.0, 0.5, -1.0]], ["a"], ["u", "v", "w"])
    cells = [r for r in parsed(picture).iter(f"{SVG}rect") if r.get("fill-opacity")]
    depths = [float(cell.get("fill-opacity")) for cell in cells]
    assert depths == sorted(depths)
    assert depths[1] - depths[0] == pytest.approx(depths[2] - depths[1], abs=0.01)
    assert cells[0].get("fill") == cells[1].get("fill") != cells[2].get("fill")


def test_a_small_heat_map_is_read_out_and_of_a_large_one_the_largest_of_each_row():
    small = plot_heatmap([[0.25, None], [0.5, 0.75]], ["a", "b"], ["u", "v"], spec=".1%")
    assert repr(small) == "<Heat map of 2 rows and 2 columns. a: u 25.0%. b: u 50.0%, v 75.0%>"
    names = [str(k) for k in range(9)]
    rows = [[float(k == (i + 1) % 9) for k in range(9)] for i in range(9)]
    large = plot_heatmap(rows, names, names)
    assert "The largest of each row: 0: 1 1.00. 1: 2 1.00." in large.description
    assert parsed(large).get("aria-label") == large.description


def test_numbers_stand_in_the_cells_where_there_is_room():
    def numbers(count):
        picture = plot_heatmap([[0.5] * count], ["a"], ["b"] * count)
        return sum(text.text == "0.50" for text in parsed(picture).iter(f"{SVG}text"))

    assert (numbers(4), numbers(27)) == (4, 0)


@pytest.mark.parametrize(
    "arguments",
    [
        ([], [], []),
        ([[]], ["a"], []),
        ([[1.0]], ["a"], ["u", "v"]),
        ([[1.0], []], ["a", "b"], ["u"]),
    ],
)
def test_a_table_without_its_names_is_an_error(arguments):
    with pytest.raises(ValueError, match="expected a name for each"):
        plot_heatmap(*arguments)


def test_bars_are_as_tall_as_their_numbers():
    picture = plot_bars({"a": 0.5, "b": 0.25, "<": 0.0})
    tall = [float(r.get("height")) for r in parsed(picture).iter(f"{SVG}rect") if list(r)]
    assert tall[0] == pytest.approx(2 * tall[1], abs=0.2)
    assert tall[2] == 0
    assert titles(picture) == ["a: 0.50", "b: 0.25", "<: 0.00"]
    assert repr(picture) == "<Bars of the probability, the largest first: a 0.50, b 0.25, < 0.00>"


def test_bars_have_a_common_end_where_one_is_given():
    (half,) = (r for r in parsed(plot_bars({"a": 0.5}, top=1.0)).iter(f"{SVG}rect") if list(r))
    (whole,) = (r for r in parsed(plot_bars({"a": 1.0}, top=1.0)).iter(f"{SVG}rect") if list(r))
    assert float(whole.get("height")) == pytest.approx(2 * float(half.get("height")), abs=0.2)


@pytest.mark.parametrize("values", [{}, {"a": -1.0}, {"a": math.nan}])
def test_bars_of_nothing_are_an_error(values):
    with pytest.raises(ValueError, match="numbers from 0 on"):
        plot_bars(values)


def test_labels_stand_at_their_places_and_some_are_set_off():
    picture = plot_labels({"a": (0.0, 0.0), "b": (2.0, 1.0), "c": (1.0, 1.0)}, emphasis="a")
    at = {
        group[0].text[0]: (
            float(group[1].get("cx")),
            float(group[1].get("cy")),
            group[1].get("fill"),
        )
        for group in parsed(picture).iter(f"{SVG}g")
    }
    assert at["a"][0] < at["c"][0] < at["b"][0]
    assert at["a"][1] > at["b"][1] == at["c"][1]
    assert at["b"][2] == at["c"][2] != at["a"][2]
    assert titles(picture)[1] == "b: 2.00, 1.00"
    assert parsed(picture).get("aria-label") == "3 names in the plane: a, b, c"


def test_a_live_picture_is_shown_once_and_then_redrawn(monkeypatch):
    calls = []

    def keep(bundle, raw, display_id):
        calls.append((bundle, display_id))

    display = SimpleNamespace(display=keep, update_display=keep)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    live, other = LivePicture(), LivePicture()
    for share in 0.25, 0.75:
        live.update(plot_bars({"a": share}))
    other.update(plot_bars({"a": 1.0}))
    (first, name), (second, again), (_, another) = calls
    assert name == again != another
    assert [re.findall(r"a: [\d.]+", b["image/svg+xml"]) for b in (first, second)] == [
        ["a: 0.25"],
        ["a: 0.75"],
    ]
