"""The shapes of the data sets, without noise, and their seeds."""

import math

import pytest

from micrograd import datasets

RANDOM = [datasets.moons, datasets.circles, datasets.spiral, datasets.xor]


@pytest.mark.parametrize("dataset", RANDOM)
def test_the_same_seed_gives_the_same_points(dataset):
    assert dataset(30, 0.1, 5) == dataset(30, 0.1, 5)
    assert dataset(30, 0.1, 5) != dataset(30, 0.1, 6)


@pytest.mark.parametrize("dataset", RANDOM)
def test_sizes_and_targets(dataset):
    xs, ys = dataset(31)
    assert len(xs) == len(ys) == 31
    assert {len(x) for x in xs} == {2}
    assert set(ys) == {1.0, -1.0}


@pytest.mark.parametrize("dataset", RANDOM)
def test_arguments_are_checked(dataset):
    with pytest.raises(ValueError, match="n is 1, expected at least 2 points"):
        dataset(1)
    with pytest.raises(ValueError, match="noise is -1, expected 0 or more"):
        dataset(10, noise=-1)


def test_moons_are_half_circles_of_radius_one():
    for (x, y), target in zip(*datasets.moons(40, noise=0), strict=True):
        if target > 0:
            assert (math.hypot(x, y), y >= 0) == (pytest.approx(1), True)
        else:
            assert (math.hypot(x - 1, y - 0.5), y <= 0.5) == (pytest.approx(1), True)


def test_circles_have_radius_one_half_and_one():
    for (x, y), target in zip(*datasets.circles(40, noise=0), strict=True):
        assert math.hypot(x, y) == pytest.approx(0.5 if target > 0 else 1)


def test_arms_of_the_spiral_turn_once():
    for (x, y), target in zip(*datasets.spiral(40, noise=0), strict=True):
        turn = (math.hypot(x, y) - 0.1) / 0.9 * 2 * math.pi
        angle = turn if target > 0 else turn + math.pi
        assert (math.cos(angle), math.sin(angle)) == pytest.approx(
            (x / math.hypot(x, y), y / math.hypot(x, y)), abs=1e-9
        )


def test_xor_is_one_where_exactly_one_coordinate_is_positive():
    for (x, y), target in zip(*datasets.xor(40), strict=True):
        assert (target > 0) == ((x > 0) != (y > 0))
