"""The backward pass: shared nodes, repeated passes, long chains, order."""

import gc
import random
import signal
import sys
import weakref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd import MLP, Value
from tests.engine.differences import assert_gradients


def test_a_value_that_is_used_twice_adds_up_both_ways():
    a = Value(3.0)
    b = a + a
    c = b + b
    c.backward()
    assert (a.grad, b.grad, c.grad) == (4.0, 2.0, 1.0)


def test_a_second_pass_adds_to_leaves_as_pytorch_does():
    a = Value(3.0)
    b = a * a
    c = b * b
    c.backward()
    c.backward()
    assert a.grad == 216.0
    assert b.grad == 18.0


def test_two_roots_over_one_node_add_up_in_the_leaf():
    a = Value(3.0)
    b = a * a
    (b * 2).backward()
    (b * 5).backward()
    assert a.grad == 6.0 * (2 + 5)


def test_backward_on_a_leaf_is_one():
    a = Value(3.0)
    a.backward()
    assert a.grad == 1.0


def test_zero_grad_reaches_the_whole_graph():
    a, b = Value(2.0), Value(3.0)
    middle = a * b
    root = middle + a
    root.backward()
    root.zero_grad()
    assert [v.grad for v in (a, b, middle, root)] == [0.0] * 4


@given(st.lists(st.floats(-2, 2), min_size=3, max_size=3))
def test_a_graph_of_many_operations(numbers):
    def function(a, b, c):
        shared = (a * b).tanh() + c
        return shared * shared - (b / 4).exp() * shared.sigmoid() + (c * c + 1).log()

    assert_gradients(function, numbers)


def test_the_same_numbers_on_every_run():
    def gradients():
        values = [Value(0.1 * k) for k in range(50)]
        root = sum(v * w for v in values for w in values)
        root.backward()
        return [v.grad for v in values]

    assert gradients() == gradients()


def test_a_chain_of_100_000_links_is_built_differentiated_and_freed():
    leaf = Value(1.0)
    root = leaf
    for _ in range(100_000):
        root = root + leaf
    assert root.data == 100_001.0
    root.backward()
    assert leaf.grad == 100_001.0
    del root
    assert (leaf * 2).data == 2.0


def test_no_python_runs_while_a_graph_is_freed():
    """An interrupt that fell into it would be lost."""
    ran = []
    root = Value(1.0)
    for _ in range(1000):
        root = root * 2.0
    make = Value
    sys.setprofile(lambda frame, event, _: ran.append((event, frame.f_code.co_name)))
    try:
        del root
        make(0.0)
    finally:
        sys.setprofile(None)
    assert {name for event, name in ran if event == "call"} == {"__init__"}


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no timer")
def test_no_interrupt_of_a_training_is_lost():
    raised = caught = 0

    def interrupt(*_):
        nonlocal raised
        raised += 1
        raise KeyboardInterrupt

    model = MLP(2, [4, 1])

    # A function of its own: Python 3.12 and 3.13 leave a loop's jump out of the `try` around it.
    def train_until_interrupted():
        last = raised
        signal.setitimer(signal.ITIMER_REAL, random.uniform(0.0005, 0.003))
        while raised == last:
            sum((model(x) - 1) ** 2 for x in ((0.1, 0.2), (0.3, -0.4))).backward()

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        for _ in range(300):
            try:
                train_until_interrupted()
            except KeyboardInterrupt:
                caught += 1
    finally:
        signal.signal(signal.SIGALRM, before)
    assert (raised, caught) == (300, 300)


def test_a_deep_chain_of_products_with_numbers():
    leaf = Value(1.0)
    root = leaf
    for _ in range(100_000):
        root = 1.0 * root
    root.backward()
    assert leaf.grad == 1.0


def test_a_graph_is_freed_without_the_garbage_collector():
    class Watched(Value):
        __slots__ = ("__weakref__",)

    leaf = Watched(1.0)
    gone = weakref.ref(leaf)
    root = (leaf * 2).tanh()
    root.backward()
    gc.disable()
    try:
        del leaf, root
        Value(0.0)  # in the browser, a new Value frees those that nobody holds
        assert gone() is None
    finally:
        gc.enable()
