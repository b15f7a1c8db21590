"""Drawings of graphs: what is drawn and how it reads."""

import math

import pytest

from micrograd import Value, draw, draw_dot, scrub, trace
from micrograd.mime import DRAWING

SVG = """<?xml version="1.0"?>
<!DOCTYPE svg>
<!-- Title: Graph of 2 -->
<svg width="10pt" viewBox="0 0 10 10">
<g id="graph0" class="graph">
<title>Graph of 2 &amp; more</title>
<polygon fill="white" stroke="none" points="0,0"/>
<g class="node value&#45;0">
<title>value0</title>
<polygon fill="none" stroke="black" points="0,0"/>
<text>a</text>
</g>
</g>
</svg>
"""


@pytest.fixture
def graph():
    a = Value(2.0, "a")
    b = Value(-3.0, "b")
    return a, b, (a * b + 10).tanh()


def test_trace_has_operands_before_results_and_each_edge_once(graph):
    a, b, root = graph
    square = root * root
    nodes, edges = trace(square)
    total = root.operands[0]
    product = total.operands[0]
    assert nodes == [a, b, product, total, root, square]
    assert edges == [
        (a, product),
        (b, product),
        (product, total),
        (total, root),
        (root, square),
    ]


def test_trace_of_a_long_chain():
    root = Value(1.0)
    for _ in range(10_000):
        root = root + 1
    assert len(trace(root)[0]) == 10_001


def test_boxes_show_label_data_and_gradient(graph):
    a, _, root = graph
    root.backward()
    source = draw_dot(root).source
    assert 'label="a | data 2 | grad -0.004023"' in source
    assert 'label="b | data -3 | grad 0.002682"' in source
    assert "rankdir=LR" in source
    upright = draw_dot(root).upright
    assert 'label="{ a | data 2 | grad -0.004023 }"' in upright
    assert "rankdir=TB" in upright
    assert draw_dot(root, rankdir="TB").source == upright
    assert a.grad == pytest.approx(-0.00402, abs=1e-5)


def test_operations_stand_between_boxes_and_numbers_have_their_own(graph):
    source = draw_dot(graph[2]).source
    assert 'operation4 [class="operation-4", label="tanh"]' in source
    assert 'value3 -> operation4 [class="from-3 to-4 operand-0"]' in source
    assert 'operation4 -> value4 [class="from-operation-4"]' in source
    assert 'number3_0 [shape=record, label="10"]' in source


def test_the_drawing_is_the_same_on_every_run(graph):
    sources = []
    for _ in range(2):
        a, b = Value(2.0, "a"), Value(-3.0, "b")
        sources.append(draw_dot((a * b + 10).tanh()).source)
    assert sources[0] == sources[1] == draw_dot(graph[2]).source


def test_labels_with_brackets_and_quotes_are_text():
    assert r'label="\{a\|b\} \"c\" \\ |' in draw_dot(Value(1.0, r'{a|b} "c" \ '[:-1])).source


def test_without_graphviz_the_source_and_what_to_install_are_shown(graph, monkeypatch):
    monkeypatch.setattr(draw, "render", None)
    drawing = draw_dot(graph[2])
    bundle = drawing._repr_mimebundle_()
    assert bundle["text/vnd.graphviz"] == drawing.source
    assert bundle["text/plain"] == f"{drawing.source}\n{draw.GRAPHVIZ_HINT}"
    assert "image/svg+xml" not in bundle


def test_graphviz_s_picture_takes_the_page_s_colours_and_says_what_it_is():
    themed = draw.themed(SVG)
    assert themed.startswith('<svg role="img" aria-label="Graph of 2 &amp; more" ')
    assert "title" not in themed
    assert '"white"' not in themed
    assert '"black"' not in themed
    assert 'stroke="currentColor"' in themed


def test_a_value_that_is_used_twice_has_two_arrows_and_a_gradient_that_comes_by_both():
    a = Value(3.0, "a")
    source = draw_dot(a + a).source
    assert 'value0 -> operation1 [class="from-0 to-1 operand-0"]' in source
    assert 'value0 -> operation1 [class="from-0 to-1 operand-1"]' in source
    assert [step["place"] for step in scrub(a + a).steps] == [-1, 0, 1]


def test_slopes_stand_at_their_arrows_where_they_are_asked_for(graph):
    a, b, _ = graph
    source = draw_dot(a * b + 10, slopes=True).source
    assert 'value0 -> operation2 [class="from-0 to-2 operand-0", label="-3"]' in source
    assert 'value1 -> operation2 [class="from-1 to-2 operand-1", label="2"]' in source
    assert 'label="-3"]' not in draw_dot(a * b).source


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (2.0, "2"),
        (-1.5, "-1.5"),
        (0.4999999999999998, "0.5"),
        (6.8813735870195432, "6.881"),
        (-0.0040178, "-0.004018"),
        (1200.0, "1200"),
        (123456.0, "1.23e5"),
        (1e-17, "1e-17"),
        (9.99999, "10"),
        (math.inf, "inf"),
        (math.nan, "nan"),
    ],
)
def test_numbers_have_four_digits_and_no_zero_at_their_end(number, text):
    assert draw.short(number) == text


def svg_of(width):
    return f'<svg width="{width}pt" height="8pt" viewBox="0 0 {width} 8"><g id="graph0"></g></svg>'


def test_only_a_wide_drawing_has_a_second_picture_from_top_to_bottom(graph, monkeypatch):
    for across, upright, second in ((900, 200, True), (900, 950, False), (250, 100, False)):
        monkeypatch.setattr(
            draw, "render", lambda s, a=across, u=upright: svg_of(u if "=TB" in s else a)
        )
        bundle = draw_dot(graph[2])._repr_mimebundle_()
        assert f'width="{across}"' in bundle["image/svg+xml"]
        assert f"min-width:{draw.SMALLEST * across:.0f}px" in bundle["image/svg+xml"]
        assert (DRAWING in bundle) == second
        if second:
            assert f'width="{upright}"' in bundle[DRAWING]["upright"]


class Node:
    """A node of a reader's own engine: no more than the attributes that a drawing reads."""

    def __init__(self, data, operation="", operands=(), slopes=()):
        self.data, self.grad, self.label = data, 0.0, ""
        self.operation, self.operands, self.slopes = operation, operands, slopes


def test_a_reader_s_own_nodes_can_be_drawn():
    a = Node(2.0)
    root = Node(6.0, "*", (a, Node(3.0)), (3.0, 2.0))
    assert len(trace(root)[0]) == 3
    assert 'label="*"' in draw_dot(root).source
    assert scrub(root).steps[-1]["after"] in (2.0, 3.0)


def test_nodes_without_slopes_are_drawn_but_have_no_backward_pass():
    root = Node(6.0, "*", (Node(2.0), Node(3.0), 4.0))
    assert len(trace(root)[0]) == 3
    assert 'label="4"' in draw_dot(root).source
    with pytest.raises(ValueError, match="has 2 operands and 0 slopes"):
        scrub(root)
