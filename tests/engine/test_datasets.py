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


def test_digits_are_1797_images_of_sixteenths():
    images, labels = datasets.digits()
    assert len(images) == len(labels) == 1797
    assert {len(image) for image in images} == {64}
    assert {pixel * 16 for image in images for pixel in image} == set(range(17))
    # As scikit-learn's load_digits() counts them.
    counts = [labels.count(digit) for digit in range(10)]
    assert counts == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_the_first_digit_is_that_of_the_file():
    images, labels = datasets.digits()
    # scikit-learn's load_digits().images[0]
    first = """
        0 0 5 13 9 1 0 0   0 0 13 15 10 15 5 0   0 3 15 2 0 11 8 0   0 4 12 0 0 8 8 0
        0 5 8 0 0 9 8 0    0 4 11 0 1 12 7 0     0 2 14 5 10 12 0 0  0 0 6 13 10 0 0 0
    """
    assert [pixel * 16 for pixel in images[0]] == [int(pixel) for pixel in first.split()]
    assert labels[0] == 0


def test_a_caller_may_change_what_it_got():
    images, _ = datasets.digits()
    images[0][0] = 5.0
    datasets.names().clear()
    assert datasets.digits()[0][0][0] == 0.0
    assert datasets.names()


def test_names_are_small_letters_each_name_once():
    names = datasets.names()
    assert len(names) == len(set(names)) == 8403
    assert all(name.isascii() and name.isalpha() and name.islower() for name in names)
    assert names == sorted(names)
    assert {"emma", "olivia", "noah"} <= set(names)


@pytest.mark.skipif("sys.platform == 'emscripten'", reason="it asks the site there")
def test_a_missing_file_is_named_with_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(datasets, "__file__", str(tmp_path / "datasets.py"))
    datasets.file_of.cache_clear()
    with pytest.raises(FileNotFoundError, match=r"no .*digits\.txt: copy digits\.txt there"):
        datasets.digits()
