"""The steps of a backward pass, the right way and wrong ones."""

import json
import math

from micrograd import Value, scrub, trace
from micrograd.mime import SCRUBBER


def test_the_steps_of_a_scrubber_are_the_products_of_the_chain_rule():
    a = Value(3.0, "a")
    b = a * a
    b.label = "b"
    a.grad = 7.0
    steps = scrub(b).steps
    numbers = [
        (s["node"], s["operand"], s["slope"], s["upstream"], s["product"], s["before"], s["after"])
        for s in steps
    ]
    assert numbers == [
        ("value-1", "value-1", 1.0, 1.0, 1.0, 0.0, 1.0),
        ("value-1", "value-0", 3.0, 1.0, 3.0, 0.0, 3.0),
        ("value-1", "value-0", 3.0, 1.0, 3.0, 3.0, 6.0),
    ]
    assert steps[1]["text"] == (
        "From b to a: slope 3 times gradient 1 is 3; added to 0 that makes 3."
    )
    assert a.grad == 7.0


def test_the_last_steps_of_a_scrubber_leave_the_gradients_of_backward():
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    root = (a * b + 10).tanh()
    shared = root * root + root.exp()
    scrubber = scrub(shared)
    grads = {step["operand"]: step["after"] for step in scrubber.steps}
    shared.backward()
    nodes, _ = trace(shared)
    assert grads == {f"value-{i}": node.grad for i, node in enumerate(nodes)}
    assert scrubber.values[0]["steps"] == [
        i for i, step in enumerate(scrubber.steps) if step["operand"] == "value-0"
    ]


def test_a_scrubber_s_payload_is_json_even_with_nan():
    bundle = scrub(Value(math.nan) * 2)._repr_mimebundle_()
    payload = json.loads(json.dumps(bundle[SCRUBBER], allow_nan=False))
    assert payload["values"][0]["data"] == "nan"
    assert "grad 0" in bundle["text/vnd.graphviz"]


def test_boxes_of_a_scrubber_have_room_for_every_gradient_that_it_will_show():
    a = Value(3.0, "a")
    scrubber = scrub(a * 0.123)
    # "grad 0.123" are 10 letters of 6.6 points, with 9 points of margins, in inches.
    assert f'class="value-0", width={(6.6 * 10 + 9) / 72:.3f}, ' in scrubber.source


def walks_of(root):
    payload = json.loads(json.dumps(scrub(root, wrong=True)._repr_mimebundle_()[SCRUBBER]))
    ends = {}
    for name, steps in [
        ("right", payload["steps"]),
        *((way["name"], way["steps"]) for way in payload["ways"]),
    ]:
        grads = {}
        for step in steps:
            grads[step["operand"]] = step["after"]
        ends[name] = [grads[value["name"]] for value in payload["values"]]
    return ends


def test_the_wrong_ways_end_where_chapter_3_says():
    a = Value(3.0, "a")
    b = a + a
    ends = walks_of(b + b)
    assert ends == {
        "right": [4.0, 2.0, 1.0],
        # The second share is written over the first, at b and at a.
        "= in place of +=": [1.0, 1.0, 1.0],
        # 1 is handed on twice, then 2 twice.
        "in a hurry": [6.0, 2.0, 1.0],
        # b hands on its 0 before anything has reached it.
        "leaves first": [0.0, 2.0, 1.0],
    }


def test_the_wrong_ways_with_slopes_other_than_1():
    a, b = Value(3.0, "a"), Value(-2.0, "b")
    ends = walks_of(a * b + a)
    # d = a*b + a: by the product a gets b, -2, and by the sum 1; the product's turn is last.
    assert ends["right"] == [-1.0, 3.0, 1.0, 1.0]
    assert ends["= in place of +="] == [-2.0, 3.0, 1.0, 1.0]
    assert ends["leaves first"] == [1.0, 0.0, 1.0, 1.0]


def test_each_step_has_its_line_of_code_with_its_numbers():
    a, b = Value(3.0, "a"), Value(-2.0, "b")
    scrubber = scrub(a * b, wrong=True)
    assert [step["code"] for step in scrubber.steps] == [
        "operand.grad = 1  # 1",
        "a.grad += -2 * 1  # -2",
        "b.grad += 3 * 1  # 3",
    ]
    assert scrubber.ways[0]["steps"][1]["code"] == "a.grad = -2 * 1  # -2"
    assert scrub(a * b).ways == []


def test_a_hurry_without_end_is_not_offered():
    a = Value(1.0, "a")
    for _ in range(20):
        a = a + a
    assert [way["name"] for way in scrub(a, wrong=True).ways] == [
        "= in place of +=",
        "leaves first",
    ]
