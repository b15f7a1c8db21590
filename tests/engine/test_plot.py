"""Plots: what they show, and the data of a training view."""

import base64
import json
import math
import re
from xml.etree import ElementTree

import pytest

from micrograd import (
    MLP,
    TrainingView,
    compile,
    datasets,
    plot_boundary,
    plot_curves,
    plot_loss,
    plot_points,
    plot_slope,
)
from micrograd.mime import TRAINING
from micrograd.plot import round_numbers
from micrograd.svg import NEGATIVE, POSITIVE

NAMESPACE = "{http://www.w3.org/2000/svg}"


def parsed(picture):
    """The picture as XML, read from what a notebook gets."""
    return ElementTree.fromstring(picture._repr_mimebundle_()["image/svg+xml"])


def test_a_loss_curve_goes_down_where_the_loss_does():
    root = parsed(plot_loss([4.0, 2.0, 1.0]))
    (line,) = root.iter(f"{NAMESPACE}polyline")
    points = [tuple(map(float, point.split(","))) for point in line.get("points").split()]
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    downs = [y for _, y in points]
    assert downs == sorted(downs)
    assert downs[1] - downs[0] == pytest.approx(2 * (downs[2] - downs[1]), abs=0.2)


def test_equal_factors_are_equal_distances_on_a_logarithmic_axis():
    (line,) = parsed(plot_loss([4.0, 2.0, 1.0], log=True)).iter(f"{NAMESPACE}polyline")
    downs = [float(point.split(",")[1]) for point in line.get("points").split()]
    assert downs[1] - downs[0] == pytest.approx(downs[2] - downs[1], abs=0.2)


def test_several_curves_are_named():
    root = parsed(plot_loss({"lr < 1": [1.0, 0.5], "lr 2": [1.0, math.inf, 3.0]}))
    assert len(list(root.iter(f"{NAMESPACE}polyline"))) == 2
    assert {"lr < 1", "lr 2"} <= {text.text for text in root.iter(f"{NAMESPACE}text")}


def test_the_names_of_curves_stand_above_them_and_beside_each_other():
    names = ["trained, width 8", "new, width 8", "no decay", "with decay"]
    root = parsed(plot_loss({name: [1.0, 3.0] for name in names}))
    lines = root.iter(f"{NAMESPACE}polyline")
    highest = min(float(p.split(",")[1]) for line in lines for p in line.get("points").split())
    texts = {text.text: text for text in root.iter(f"{NAMESPACE}text")}
    ends = {}
    for name in names:
        left, down = float(texts[name].get("x")), float(texts[name].get("y"))
        assert down < highest
        assert left >= ends.get(down, 0)
        ends[down] = left + 7 * len(name)
        assert ends[down] < 480


def test_the_last_number_of_an_axis_lies_in_the_picture():
    root = parsed(plot_loss([1.0] * 10, every=100))
    texts = {text.text: text for text in root.iter(f"{NAMESPACE}text")}
    # In DejaVu Sans a digit is 0.64 times as wide as its size, 12; a narrow page draws it larger.
    half = 1.2 * 4 * 0.64 * 12 / 2
    assert float(texts["1000"].get("x")) + half < 480


def test_the_name_of_a_curve_has_room_for_wide_letters():
    root = parsed(plot_loss({name: [1.0, 3.0] for name in ("momentum", "Adam")}))
    texts = {text.text: text for text in root.iter(f"{NAMESPACE}text")}
    left = {name: float(texts[name].get("x")) for name in ("momentum", "Adam")}
    # In DejaVu Sans "momentum" is 5.81 times as wide as its size, 12; narrow pages draw it larger.
    assert left["Adam"] - left["momentum"] > 1.2 * 5.81 * 12


@pytest.mark.parametrize(
    ("losses", "labels"),
    [([0.3, 7.0], {"0.5", "1", "2", "5"}), ([0.001, 90.0], {"0.001", "0.01", "0.1", "1", "10"})],
)
def test_a_logarithmic_axis_has_round_numbers(losses, labels):
    root = parsed(plot_loss(losses, log=True))
    texts = root.iter(f"{NAMESPACE}text")
    assert {text.text for text in texts if text.get("text-anchor") == "end"} == labels


def test_losses_that_were_taken_now_and_then_stand_at_their_steps():
    rare, dense = (
        plot_loss([2.0, 1.0], every=50),
        plot_loss([3.0] * 50 + [2.0] + [1.5] * 49 + [1.0]),
    )
    (few,), (all_of_them,) = (parsed(p).iter(f"{NAMESPACE}polyline") for p in (rare, dense))
    across = [
        [point.split(",")[0] for point in c.get("points").split()] for c in (few, all_of_them)
    ]
    assert across[0] == [across[1][50], across[1][100]]
    with pytest.raises(ValueError, match="every=0"):
        plot_loss([1.0], every=0)


def test_curves_lie_at_their_places():
    shown = plot_curves({"a": [1.0, math.nan, -1.0], "b": [0.0, 0.0, 0.0]}, xs=[-2, 0, 2])
    a, b = (
        [tuple(map(float, point.split(","))) for point in line.get("points").split()]
        for line in parsed(shown).iter(f"{NAMESPACE}polyline")
    )
    assert [x for x, _ in a] == [b[0][0], b[2][0]]
    assert b[1][0] == pytest.approx((b[0][0] + b[2][0]) / 2, abs=0.1)
    assert a[0][1] < b[0][1] < a[1][1]
    assert repr(shown) == "<Curves: a from 1 to -1, b from 0 to 0>"


def test_curves_of_wrong_lengths_are_errors():
    with pytest.raises(ValueError, match="got 2 numbers for 'a' and 3 places"):
        plot_curves({"a": [1.0, 2.0]}, xs=[1, 2, 3])
    with pytest.raises(ValueError, match="no finite value"):
        plot_curves({"a": [math.inf]})


def test_a_picture_says_what_it_shows():
    picture = plot_loss([4.0, 1.0])
    assert parsed(picture).get("aria-label") == "Loss curve: loss from 4 to 1"
    assert parsed(picture).get("role") == "img"
    assert repr(picture) == "<Loss curve: loss from 4 to 1>"


@pytest.mark.parametrize("losses", [[], [math.nan], {"a": []}])
def test_nothing_to_plot_is_an_error(losses):
    with pytest.raises(ValueError, match="no finite loss"):
        plot_loss(losses)


def test_classes_differ_in_shape():
    xs, ys = datasets.moons(11)
    root = parsed(plot_points(xs, ys))
    assert len(list(root.iter(f"{NAMESPACE}circle"))) == 6
    squares = [r for r in root.iter(f"{NAMESPACE}rect") if r.get("width") == "7"]
    assert len(squares) == 5


def test_a_boundary_lies_where_the_score_is_zero():
    """The score x + y - 1 is 0 on a line that falls to the right."""
    xs, ys = [[0.0, 0.0], [2.0, 2.0], [0.0, 2.0], [2.0, 0.0]], [-1, 1, 1, 1]
    picture = plot_boundary(lambda point: point[0] + point[1] - 1, xs, ys)
    assert repr(picture) == "<Decision boundary, 4 of 4 points on their side>"
    (line,) = [p for p in parsed(picture).iter(f"{NAMESPACE}path") if p.get("stroke-width")]
    pieces = [piece.split("L") for piece in line.get("d").split("M")[1:]]
    ends = [[tuple(map(float, end.split(","))) for end in piece] for piece in pieces]
    # The plot's ranges are -0.3 to 2.3, its frame 56 to 470 and 260 to 10 pixels.
    for across, down in (end for piece in ends for end in piece):
        x = -0.3 + 2.6 * (across - 56) / (470 - 56)
        y = -0.3 + 2.6 * (260 - down) / (260 - 10)
        assert x + y == pytest.approx(1, abs=0.005)


def test_a_network_s_boundary_is_that_of_its_function():
    xs, ys = datasets.xor(20)
    model = MLP(2, [3, 1])
    expected = plot_boundary(lambda point: model(point), xs, ys).svg
    assert expected == plot_boundary(model, xs, ys).svg
    assert expected == plot_boundary(compile(model), xs, ys).svg


def test_a_training_view_shows_the_network_as_it_is_at_each_update():
    xs, ys = datasets.xor(20)
    model = MLP(2, [1], activation="linear")
    model.load_parameters([0.0, 0.0, 1.0])
    view = TrainingView(xs, ys)
    view.losses = [1.0]
    share = sum(y > 0 for y in ys) / 20
    assert view.bundle(model)[TRAINING]["accuracy"] == pytest.approx(share)
    model.load_parameters([0.0, 0.0, -1.0])
    assert view.bundle(model)[TRAINING]["accuracy"] == pytest.approx(1 - share)


@pytest.mark.parametrize(
    ("xs", "ys", "message"),
    [
        ([[1.0, 2.0]], [1, 1], "got 1 points and 2 targets"),
        ([], [], "got 0 points"),
        ([[1.0, 2.0, 3.0]], [1], "expected a pair"),
    ],
)
def test_points_are_checked(xs, ys, message):
    with pytest.raises(ValueError, match=message):
        plot_points(xs, ys)


def test_a_training_view_s_data_is_what_the_page_draws():
    xs, ys = [[0.0, 0.0], [2.0, 2.0]], [-1.0, 1.0]
    view = TrainingView(xs, ys, steps=2)
    view.losses = [2.0, math.inf]
    bundle = view.bundle(lambda point: point[0] - 1)
    payload = json.loads(json.dumps(bundle[TRAINING], allow_nan=False))
    assert (payload["step"], payload["steps"], payload["done"]) == (2, 2, True)
    assert payload["loss"] == [2.0, "inf"]
    assert payload["accuracy"] == 1.0
    assert payload["points"] == 2
    ElementTree.fromstring(bundle["image/svg+xml"])


def scores_of_frames(frames):
    """The scores of every frame, row by row: sums of the differences, as signed bytes."""
    size, sums = frames["columns"] * frames["rows"], None
    differences = base64.b64decode(frames["scores"])
    assert len(differences) == size * len(frames["steps"])
    for start in range(0, len(differences), size):
        part = differences[start : start + size]
        sums = [(a + b) % 256 for a, b in zip(sums or [0] * size, part, strict=True)]
        yield [(number - 256 if number > 127 else number) / frames["units"] for number in sums]


def test_the_moments_of_a_training_can_be_looked_through():
    xs, ys = [[0.0, 0.0], [2.0, 2.0]], [-1.0, 1.0]
    view = TrainingView(xs, ys, steps=3)
    places = (0.5, 1.0, 3.0)
    for place in places:
        view.losses.append(place)
        payload = view.bundle(lambda point, place=place: point[0] - place)[TRAINING]
        assert ("frames" in payload) == (place == 3.0)
    frames = payload["frames"]
    assert frames["loss"] == list(places)
    assert (frames["steps"], frames["right"]) == ([1, 2, 3], [2, 2, 1])
    # The plot's range is -0.3 to 2.3; of 48 columns each second is kept.
    across = [-0.3 + 2.6 * column / 47 for column in range(0, 48, 2)]
    for place, scores in zip(places, scores_of_frames(frames), strict=True):
        for x, score in zip(across, scores, strict=False):
            assert score == pytest.approx(max(-127 / 64, x - place), abs=1 / 64)
            assert (score > 0) == (x > place)


def test_of_a_long_training_every_second_moment_is_kept():
    view = TrainingView([[0.0, 0.0], [2.0, 2.0]], [-1.0, 1.0], steps=1000)
    for _ in range(1000):
        view.losses.append(1.0)
        payload = view.bundle(lambda point: math.nan)[TRAINING]
    steps = payload["frames"]["steps"]
    assert (steps[0], steps[-1]) == (1, 1000)
    assert 32 <= len(steps) <= 64
    assert all(score == 0 for scores in scores_of_frames(payload["frames"]) for score in scores)


def test_a_training_view_of_a_training_that_diverged_says_so():
    view = TrainingView()
    view.losses = [math.nan]
    assert view.bundle(None)["text/plain"] == "<No finite loss>"


def test_a_training_view_thins_a_long_training():
    view = TrainingView()
    view.losses = [1.0 / (k + 1) for k in range(10_000)]
    payload = view.bundle(None)[TRAINING]
    assert len(payload["loss"]) <= 502
    assert (payload["loss_steps"][0], payload["loss_steps"][-1]) == (0, 9999)
    assert payload["loss"] == [view.losses[i] for i in payload["loss_steps"]]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (-1, 1, [-1, -0.5, 0, 0.5, 1]),
        (0, 60, [0, 10, 20, 30, 40, 50, 60]),
    ],
)
def test_axes_have_round_numbers(low, high, expected):
    assert round_numbers(low, high) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("x", "slope", "colour"), [(2.5, 2.0, POSITIVE), (0.0, -3.0, NEGATIVE), (1.5, 0.0, "current")]
)
def test_a_slope_is_drawn_with_its_sign(x: float, slope: float, colour: str) -> None:
    """Of the parabola x**2 - 3x, whose slope is 2x - 3."""
    picture = plot_slope(lambda a: a * -3 + a**2, x, nudge=0.5)
    change = ((x + 0.5) ** 2 - 3 * (x + 0.5)) - (x**2 - 3 * x)
    assert f"slope {slope:g}; a nudge of 0.5 changes the result by {change:g}" in repr(picture)
    root = parsed(picture)
    (dot,) = root.iter(f"{NAMESPACE}circle")
    assert dot.get("fill", "").startswith(colour)
    triangle, _, tangent = (p for p in root.iter(f"{NAMESPACE}path") if p.get("fill"))
    corners = re.findall(r"[\d.]+,[\d.]+", triangle.get("d", ""))
    assert corners[0] == f"{float(dot.get('cx', 0)):.1f},{float(dot.get('cy', 0)):.1f}"
    (x1, y1), (x2, y2) = (
        map(float, pair.split(",")) for pair in re.findall(r"[\d.-]+,[\d.-]+", tangent.get("d", ""))
    )
    assert min(y1, y2) > -0.1
    assert max(y1, y2) < 300
    rises = (y1 - y2) / (x2 - x1)
    assert (rises > 0.01) == (slope > 0)
    assert (rises < -0.01) == (slope < 0)


def test_a_curve_that_cannot_be_drawn_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="expected low below high"):
        plot_slope(lambda a: a, 0.0, low=1.0, high=1.0)
