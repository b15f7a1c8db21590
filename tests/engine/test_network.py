"""The picture of a network: each neuron over the plane, each weight as a line."""

import re
import xml.etree.ElementTree as ET

import pytest

from micrograd import MLP, Neuron, plot_network

CORNERS = [[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]]
DIFFER = [-1.0, 1.0, 1.0, -1.0]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def xor():
    network = MLP(2, [2, 1])
    network.load_parameters([3.0, 3.0, 3.0, -3.0, -3.0, 3.0, 2.0, 2.0, -1.0])
    return network


def lines_of(picture):
    paths = ET.fromstring(picture.svg).iter(f"{SVG}path")
    return [path for path in paths if path.find(f"{SVG}title") is not None]


def test_each_weight_is_a_line_in_its_sign_s_colour_and_the_thicker_the_larger(xor):
    lines = lines_of(plot_network(xor, CORNERS, DIFFER))
    told = [line.findtext(f"{SVG}title") for line in lines]
    assert told == [f"weight {w}" for w in (3, 3, -3, -3, 2, 2)]
    colours = ["positive" if "positive" in line.get("stroke") else "negative" for line in lines]
    assert colours == ["positive"] * 2 + ["negative"] * 2 + ["positive"] * 2
    widths = [float(line.get("stroke-width")) for line in lines]
    assert widths[0] == widths[2] > widths[4]


def test_each_neuron_has_a_picture_of_its_own_numbers(xor):
    root = ET.fromstring(plot_network(xor, CORNERS, DIFFER).svg)
    boxes = [group for group in root.iter(f"{SVG}g") if group.find(f"{SVG}title") is not None]
    assert [box.findtext(f"{SVG}title") for box in boxes] == [
        "input x1",
        "input x2",
        "neuron 1 of layer 1: weights 3, 3, bias 3",
        "neuron 2 of layer 1: weights -3, -3, bias 3",
        "neuron 1 of layer 2: weights 2, 2, bias -1",
    ]
    # The points lie in the last picture only.
    assert [len(box.findall(f"{SVG}circle")) for box in boxes] == [0, 0, 0, 0, 2]


def area(box, sign):
    """Return the fields of one colour, in squares of the picture's 20 by 20."""
    found = 0.0
    for path in box.findall(f"{SVG}path"):
        if sign in path.get("fill"):
            for across, down in re.findall(r"h([\d.]+)v([\d.]+)", path.get("d")):
                found += float(across) * float(down)
    return found


def test_the_coloured_fields_are_where_the_neuron_is_above_and_below_0():
    network = MLP(2, [1])
    network.load_parameters([1.0, 0.0, 0.0])
    root = ET.fromstring(plot_network(network, CORNERS, DIFFER).svg)
    box = [group for group in root.iter(f"{SVG}g") if group.find(f"{SVG}title") is not None][-1]
    # x1 alone decides, and the plane is cut in halves.
    assert area(box, "positive") == pytest.approx(area(box, "negative"), rel=0.02)


def test_a_network_of_a_reader_s_own_classes_is_drawn(xor):
    class Own:
        def __init__(self, layers):
            self.layers = layers

    expected = plot_network(xor, CORNERS, DIFFER).svg
    assert plot_network(Own(xor.layers), CORNERS, DIFFER).svg == expected


def test_what_cannot_be_drawn_is_refused_in_words(xor):
    with pytest.raises(TypeError, match="expected a network with layers of neurons"):
        plot_network(Neuron(2), CORNERS, DIFFER)
    with pytest.raises(ValueError, match="has 3 inputs, expected 2"):
        plot_network(MLP(3, [2, 1]), CORNERS, DIFFER)
    with pytest.raises(ValueError, match="at most 24"):
        plot_network(MLP(2, [25, 1]), CORNERS, DIFFER)
    with pytest.raises(ValueError, match="4 points and 3 targets"):
        plot_network(xor, CORNERS, DIFFER[:3])


def test_weights_of_0_have_a_thin_line():
    network = MLP(2, [1])
    network.load_parameters([0.0, 0.0, 0.0])
    lines = lines_of(plot_network(network, CORNERS, DIFFER))
    assert {line.get("stroke-width") for line in lines} == {"0.6"}
