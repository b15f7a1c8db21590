"""A quiz about a graph: its answers, its words for slips, and its proof by a nudge."""

import json
import math

import pytest

from micrograd import Value, quiz
from micrograd.mime import QUIZ


def boxes_of(root):
    payload = json.loads(json.dumps(quiz(root)._repr_mimebundle_()[QUIZ], allow_nan=False))
    return {box["title"]: box for box in payload["boxes"]}


def words_for(box, answer):
    found = [s["words"] for s in box["slips"] if math.isclose(s["value"], answer, abs_tol=1e-6)]
    assert len(found) == 1, (answer, box["slips"])
    return found[0]


def named(value, label):
    value.label = label
    return value


def test_the_answers_are_the_gradients_and_the_root_s_is_given():
    a, b, c = Value(2.0, "a"), Value(-3.0, "b"), Value(0.5, "c")
    total = named(a + b, "total")
    asked = quiz(total * c)
    assert asked.answers == {"a": 0.5, "b": 0.5, "c": -1.0, "total": 0.5}
    assert a.grad == 0.0
    assert asked.source.count("grad ?") == 4
    assert asked.source.count("grad 1") == 1


def test_a_value_that_is_used_twice_is_asked_for_once_with_the_sum_of_its_shares():
    a, b = Value(3.0, "a"), Value(-2.0, "b")
    product = named(a * b, "a*b")
    boxes = boxes_of(named(product + a, "d"))
    assert boxes["a"]["grad"] == -1.0
    assert "add the shares of all its ways" in words_for(boxes["a"], -2.0)
    assert "add the shares of all its ways" in words_for(boxes["a"], 1.0)


@pytest.mark.parametrize(
    ("box", "answer", "words"),
    [
        ("a", 2.0, "the slope of a factor is the other factor"),
        ("a", 3.0, "Only the sign is wrong."),
        ("a", 1.0, "handed on as it is"),
        ("a", 0.0, "0 would mean that c does not move when a does"),
        ("a", -6.0, "That is the data of c."),
        ("a", -2.0, "Along a way, slopes multiply"),
        ("b", -3.0, "the slope of a factor is the other factor"),
    ],
)
def test_slips_at_a_product_are_named(box, answer, words):
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    assert words in words_for(boxes_of(named(a * b, "c"))[box], answer)


def test_slips_at_tanh_are_named():
    a = Value(0.8, "a")
    t = math.tanh(0.8)
    box = boxes_of(named(a.tanh(), "o"))["a"]
    assert box["grad"] == pytest.approx(1 - t * t)
    assert "has to be squared" in words_for(box, 1 - t)
    assert "the slope is 1 minus it" in words_for(box, t * t)
    assert "the output of tanh that is squared" in words_for(box, 1 - 0.8 * 0.8)
    assert "1 minus its square" in words_for(box, t)


def test_the_local_slope_alone_is_named_where_there_is_more_above_it():
    a, b, c = Value(2.0, "a"), Value(-3.0, "b"), Value(0.5, "c")
    total = named(a + b, "total")
    box = boxes_of(named(total * c, "d"))["a"]
    assert "multiply it by the gradient of total, which is 0.5" in words_for(box, 1.0)
    assert "does not share its gradient out" in words_for(box, 0.25)


def test_no_slip_is_the_right_answer():
    a = Value(1.0, "a")
    for box in boxes_of(named((a * a + a).tanh() * a, "d")).values():
        assert all(abs(slip["value"] - box["grad"]) > 5e-4 for slip in box["slips"])


def test_a_nudge_proves_the_gradient():
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    boxes = boxes_of(named(a * b, "c"))
    assert boxes["a"]["proof"] == (
        "A nudge shows it: a + 0.001 moves c by -0.003, about -3 times as much."
    )
    middle = named(a**2, "square")
    assert "4 times as much" in boxes_of(named(middle + 1, "d"))["a"]["proof"]


class Node:
    """A node of a reader's own engine."""

    def __init__(self, data, operation="", operands=(), slopes=(), label=""):
        self.data, self.grad, self.label = data, 0.0, label
        self.operation, self.operands, self.slopes = operation, operands, slopes


def test_a_reader_s_own_nodes_are_asked_about():
    a = Node(3.0, label="a")
    boxes = boxes_of(Node(9.0, "**2", (a,), (6.0,), "b"))
    assert boxes["a"]["grad"] == 6.0
    assert "6 times as much" in boxes["a"]["proof"]
    unknown = Node(9.0, "square", (a,), (6.0,), "b")
    assert boxes_of(unknown)["a"]["proof"] == ""


def test_what_cannot_be_asked_is_refused_in_words():
    with pytest.raises(ValueError, match="was not computed from any Value"):
        quiz(Value(2.0, "a"))
    with pytest.raises(ValueError, match="has 1 operands and 0 slopes"):
        quiz(Node(9.0, "**2", (Node(3.0),)))
    long = Value(1.0)
    for _ in range(30):
        long = long + 1
    with pytest.raises(ValueError, match="at most 30 to fill in"):
        quiz(long)


def test_elsewhere_the_text_says_what_is_asked():
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    text = quiz(a * b)._repr_mimebundle_()["text/plain"]
    assert "a: data 2, grad ?" in text
    assert "quiz(…).answers" in text
