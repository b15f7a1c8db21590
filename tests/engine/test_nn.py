"""Networks: their parameters, what they compute, what bad input gets."""

import random

import pytest

from micrograd import MLP, Layer, Neuron, Value
from tests.engine.differences import assert_gradients


@pytest.fixture
def drawn():
    """The numbers that a network with a known seed draws, in order."""
    source = random.Random(7)
    numbers = [source.uniform(-1, 1) for _ in range(41)]
    random.seed(7)
    return numbers


def test_parameters_are_drawn_neuron_by_neuron_weights_then_bias(drawn):
    model = MLP(3, [4, 4, 1])
    assert drawn == [parameter.data for parameter in model.parameters()]
    assert drawn[:3] == [weight.data for weight in model.layers[0].neurons[0].w]
    assert drawn[3] == model.layers[0].neurons[0].b.data


def test_a_neuron_is_one_weighted_sum_and_its_activation():
    neuron = Neuron(2)
    out = neuron([1.0, Value(2.0)])
    assert (out.operation, out.operands[0].operation) == ("tanh", "weighted sum")
    assert_gradients(lambda x, y: neuron([x, y]), [0.3, -0.7])


@pytest.mark.parametrize(
    ("activation", "expected"), [("tanh", "tanh"), ("relu", "relu"), ("sigmoid", "sigmoid")]
)
def test_activations(activation, expected):
    assert Neuron(1, activation)([1.0]).operation == expected


def test_a_linear_neuron_has_no_activation():
    assert Neuron(1, "linear")([1.0]).operation == "weighted sum"


def test_a_layer_of_one_is_unwrapped():
    assert isinstance(Layer(2, 1)([1.0, 2.0]), Value)
    assert [type(x) for x in Layer(2, 3)([1.0, 2.0])] == [Value] * 3


def test_output_is_the_activation_of_the_last_layer():
    model = MLP(2, [3, 1], activation="relu", output="linear")
    activations = [layer.neurons[0].activation for layer in model.layers]
    assert activations == ["relu", "linear"]


def test_inputs_get_gradients_too():
    inputs = [Value(0.5), Value(-0.5)]
    MLP(2, [3, 1])(inputs).backward()
    assert all(x.grad != 0.0 for x in inputs)


def test_zero_grad_of_a_model():
    model = MLP(2, [3, 1])
    model([1.0, 2.0]).backward()
    assert any(parameter.grad for parameter in model.parameters())
    model.zero_grad()
    assert not any(parameter.grad for parameter in model.parameters())


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        (Neuron(2), "Neuron(2)"),
        (Neuron(2, "relu"), "Neuron(2, activation='relu')"),
        (Layer(2, 3), "Layer(2, 3)"),
        (MLP(3, [4, 4, 1]), "MLP(3, [4, 4, 1])"),
        (MLP(2, [4, 1], "relu", "linear"), "MLP(2, [4, 1], activation='relu', output='linear')"),
    ],
)
def test_repr_is_how_to_make_it(module, expected):
    assert repr(module) == expected


@pytest.mark.parametrize("module", [Neuron(3), Layer(3, 2), MLP(3, [2, 1])])
def test_a_wrong_number_of_inputs_says_how_many(module):
    with pytest.raises(ValueError, match=r"\(3.* got 2 inputs, expected 3"):
        module([1.0, 2.0])


def test_a_value_of_a_subclass_is_an_input():
    class Named(Value):
        __slots__ = ()

    x = Named(1.0)
    Neuron(1)([x]).backward()
    assert x.grad != 0.0


def test_an_input_that_is_no_number_is_named():
    with pytest.raises(TypeError, match="got 'x', expected a real number"):
        Neuron(2)([1.0, "x"])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Neuron(0), "got 0 inputs, expected at least 1"),
        (lambda: Layer(2, 0), "got 0 neurons, expected at least 1"),
        (lambda: MLP(2, []), "no layers"),
        (lambda: Neuron(2, "swish"), "'swish', expected tanh, relu, sigmoid, linear"),
    ],
)
def test_sizes_and_activations_are_checked(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_parameters_are_loaded_in_order_or_not_at_all():
    neuron = Neuron(2)
    neuron.load_parameters([1, 2, 3])
    assert [p.data for p in neuron.parameters()] == [1.0, 2.0, 3.0]
    with pytest.raises(ValueError, match="got 2 numbers for its 3 parameters"):
        neuron.load_parameters([4, 5])
    with pytest.raises(TypeError, match="got 'x'"):
        neuron.load_parameters([4, 5, "x"])
    assert [p.data for p in neuron.parameters()] == [1.0, 2.0, 3.0]


def test_inspect_shows_a_neuron_as_it_is():
    model = MLP(2, [1])
    model.load_parameters([0.5, -0.25, 0.125])
    (model([1.0, 2.0]) * 0).backward()
    assert repr(model.inspect()).splitlines() == [
        "layers[0].neurons[0].w[0]  data 0.5  grad 0.0",
        "layers[0].neurons[0].w[1]  data -0.25  grad 0.0",
        "layers[0].neurons[0].b  data 0.125  grad 0.0",
    ]
    assert [name for name, *_ in model.inspect(0, 0, weight=1)] == [
        "layers[0].neurons[0].w[1]",
        "layers[0].neurons[0].b",
    ]
    with pytest.raises(IndexError, match="has 1 layers, there is no number 1"):
        model.inspect(layer=1)


def test_programs_for_karpathys_micrograd_run():
    import micrograd.engine
    import micrograd.nn

    a = micrograd.engine.Value(-4.0)
    b = micrograd.engine.Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    # The figures of that project's own README.
    assert f"{g.data:.4f} {a.grad:.4f} {b.grad:.4f}" == "24.7041 138.8338 645.5773"
    for nonlin, activation in ((True, "relu"), (False, "linear")):
        neuron = micrograd.nn.Neuron(2, nonlin=nonlin)
        assert neuron.activation == activation
        layer = micrograd.nn.Layer(2, 2, nonlin=nonlin)
        assert [n.activation for n in layer.neurons] == [activation] * 2
    assert issubclass(micrograd.nn.MLP, micrograd.nn.Module)
