"""What readers bring: karpathy's names and ways, numpy's numbers, a graph from a file."""

import copy
import math
import pickle
import subprocess
import sys
from decimal import Decimal

import pytest

import micrograd
from micrograd import MLP, SGD, Value, draw_dot, losses, to_pytorch


class MyValue(Value):
    def sin(self):
        out = Value(math.sin(self.data), operation="sin", operands=(self,))
        out._backward = lambda: None
        return out


@pytest.mark.skipif(sys.platform == "emscripten", reason="Pyodide starts no other interpreter")
def test_a_graph_that_is_loaded_elsewhere_has_all_its_gradients():
    """The other interpreter has made more Values, or fewer, than this one."""
    a = Value(3.0, "a")
    pickled = pickle.dumps((a, a * a + 2 * a))
    program = (
        "import pickle, sys\n"
        "from micrograd import Value\n"
        "_ = [Value(0.0) for _ in range(int(sys.argv[1]))]\n"
        "a, b = pickle.loads(sys.stdin.buffer.read())\n"
        "c = b * a + b\n"
        "c.backward()\n"
        "print(a.grad)\n"
    )
    for made in "0", "1000":
        command = [sys.executable, "-c", program, made]
        done = subprocess.run(command, input=pickled, capture_output=True, check=True)
        # c = (a² + 2a)(a + 1), so dc/da = 3a² + 6a + 2
        assert float(done.stdout) == 3 * 9 + 6 * 3 + 2


def test_a_copy_has_a_graph_of_its_own():
    a = Value(3.0)
    b = a * a
    twin = copy.deepcopy(b)
    twin.backward()
    assert (a.grad, twin.operands[0].grad) == (0.0, 6.0)


def test_an_operation_in_karpathys_way_is_refused():
    with pytest.raises(AttributeError, match=r"no _backward.*slopes=\("):
        MyValue(0.5).sin()
    with pytest.raises(TypeError, match=r"the label is .*expected a string.*operands="):
        Value(math.sin(0.5), (Value(0.5),), "sin")


@pytest.mark.parametrize("slopes", [(), (1.0,)])
def test_a_node_with_fewer_slopes_than_operands_is_refused(slopes):
    a, b = Value(1.0), Value(2.0)
    node = Value(3.0, operation="mine", operands=(a, b), slopes=slopes)
    with pytest.raises(ValueError, match=f"mine has 2 operands .* and {len(slopes)} slopes"):
        (node * 2).backward()


def test_karpathys_names_of_the_graph():
    a, b = Value(1.0), Value(2.0)
    c = a * b
    assert (c._prev, c._op) == ({a, b}, "*")
    assert "rankdir=TB" in draw_dot(c, format="svg", rankdir="TB").source
    with pytest.raises(ValueError, match="format is 'png', expected 'svg'"):
        draw_dot(c, format="png")
    with pytest.raises(ValueError, match="rankdir is 'up', expected 'LR' or 'TB'"):
        draw_dot(c, rankdir="up")


@pytest.mark.parametrize(
    ("use", "words"),
    [
        (lambda v: f"{v:.3f}", r"no format '\.3f': format its number, v\.data"),
        (float, r"write v\.data"),
        (math.exp, r"write v\.data for the number, or .* v\.exp\(\)"),
        (lambda v: v.item(), r"no attribute 'item': write v\.data"),
        (lambda v: v + Decimal(1), "unsupported operand"),
        (lambda v: Value(Decimal(1)), r"expected a real number: write float\(1\)"),
        (lambda v: MLP(2, 3), r"MLP got 3 for its layers, expected a list, as \[3\]"),
        (lambda v: MLP(1, [3, 1])(1.0), r"got 1\.0, expected a list of 1 inputs, as \[1\.0\]"),
        (lambda v: SGD(MLP(1, [1]), 0.1), r"parameters\(\)"),
    ],
)
def test_a_slip_is_answered_in_words(use, words):
    with pytest.raises((TypeError, AttributeError), match=words):
        use(Value(2.0))
    assert f"{Value(2.0)}" == "Value(data=2.0)"


def test_a_gradient_that_is_none_is_named():
    p = Value(1.0, "p")
    p.grad = None
    with pytest.raises(TypeError, match=r"the gradient of p is None, expected a number"):
        (p * 2).backward()


def test_a_method_that_is_replaced_counts_in_a_network_too(monkeypatch):
    def leaky(v):
        slope = 1.0 if v.data > 0 else 0.1
        return Value(slope * v.data, "", "leaky", (v,), (slope,))

    monkeypatch.setattr(Value, "relu", leaky)
    model = MLP(1, [1], activation="relu")
    model.load_parameters([1.0, 0.0])
    assert model([-2.0]).data == -0.2


def test_tied_layers_have_their_parameters_once():
    model = MLP(2, [2, 2, 1])
    model.layers[1] = model.layers[0]
    assert len(model.parameters()) == 2 * 3 + 3


def test_probabilities_of_a_generator():
    assert [p.data for p in losses.softmax(Value(0.0) for _ in range(4))] == [0.25] * 4
    with pytest.raises(ValueError, match="expected at least 1"):
        losses.softmax([])


class Array(list):
    """What of numpy's array is no list's: its truth is an error."""

    def __bool__(self):
        raise ValueError("The truth value of an array with more than one element is ambiguous.")


class Float64(float):
    """What of numpy's float64 is no float's: how it is written."""

    def __repr__(self):
        return f"np.float64({float(self)!r})"


def test_labels_sizes_and_scalars_of_numpy_are_numbers():
    predictions, labels = [Value(0.5), Value(-2.0)], Array([1, -1])
    for loss in (losses.mean_squared_error, losses.absolute_error, losses.hinge):
        assert loss(predictions, labels).data == loss(predictions, [1, -1]).data
    model = MLP(2, Array([2, 1]))
    for parameter in model.parameters():
        parameter.data = Float64(0.5)
    assert "np." not in to_pytorch(model)


# PyTorch 2.13.0, float64: base, exponent, result, slope of the base, slope of the exponent.
POWERS_AT_ZERO = [
    (0.0, 0.0, 1.0, 0.0, 0.0),
    (0.0, 0.5, 0.0, math.inf, 0.0),
    (0.0, 1.0, 0.0, 1.0, 0.0),
    (0.0, 2.0, 0.0, 0.0, 0.0),
    (0.0, 1.5, 0.0, 0.0, 0.0),
]


@pytest.mark.parametrize(("base", "exponent", "result", "by_base", "by_exponent"), POWERS_AT_ZERO)
def test_powers_of_zero_are_those_of_pytorch(base, exponent, result, by_base, by_exponent):
    a, b = Value(base), Value(exponent)
    c = a**b
    c.backward()
    assert (c.data, a.grad, b.grad) == (result, by_base, by_exponent)
    a = Value(base)
    c = a**exponent
    c.backward()
    assert (c.data, a.grad) == (result, by_base)


def test_compiled_powers_of_zero_are_the_engine_s():
    w = Value(0.0)
    for exponent, slope in ((0.5, math.inf), (1.5, 0.0)):
        step = micrograd.compile(lambda: (w**exponent) * 2.0, [w])  # noqa: B023
        assert step() == 0.0
        assert w.grad == slope
    a, b = Value(0.0), Value(0.5)
    assert micrograd.compile(lambda: a**b, [a, b])() == 0.0
    assert (a.grad, b.grad) == (math.inf, 0.0)
