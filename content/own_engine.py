"""The engine that the reader wrote: run piece by piece, compared with the book's, put in its place.

`PIECES` is given: pairs of a name and the code that passed its exercise. The first piece that does
not run, or differs, ends the work with words that name it.
"""

from __future__ import annotations

import inspect
import math
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace
from typing import Any

from IPython import get_ipython
from IPython.display import HTML, display

import micrograd
from micrograd import compiler, datasets
from micrograd.book.start_values import four_examples_parameters
from micrograd.nn import Module
from micrograd.optim import SGD

NUMBERS = {"a": 0.7, "b": -1.3}
OPERATIONS = ["a + b", "a * b", "a ** 3", "a.tanh()", "a.exp()", "a.log()", "a.relu()", "b.relu()"]
OPERATIONS += ["abs(b)", "abs(a)"]
MADE_OF_THESE = ["a + 3", "3 + a", "-a", "a - b", "a - 3", "3 - a", "a * 3", "3 * a", "a / b"]
MADE_OF_THESE += ["3 / a"]
# A value that is used twice, a node that two ways lead to, and one of everything.
GRAPHS = ["a * b", "a + a", "(c := a + a) + c", "(c := a * b) * c + a"]
GRAPHS += ["((a * b + 3).tanh() - a / b).exp() * (c := a * a) + c.log() + abs(b) + a.relu()"]


class Differs(Exception):
    """The piece does something else than the book's."""


def expect(what: str, got: object, want: float) -> None:
    """Raise `Differs` unless two numbers are equal but for rounding."""
    if not isinstance(got, (int, float)) or not math.isclose(
        got, want, rel_tol=1e-9, abs_tol=1e-12
    ):
        raise Differs(f"{what} is {got!r}, expected {want!r}")


def leaves_and_result(engine: Any, expression: str) -> tuple[dict[str, Any], Any]:
    """Return a and b as Values of an engine, and what the expression makes of them."""
    leaves = {name: engine.Value(number) for name, number in NUMBERS.items()}
    return leaves, eval(expression, dict(leaves))


def compared(own: Any, expression: str) -> tuple[str, dict[str, Any], Any, dict[str, Any], Any]:
    """Compute with both engines and compare the data; return the leaves and results of both."""
    where = f"{expression} with a = {NUMBERS['a']}, b = {NUMBERS['b']}"
    try:
        ours, result = leaves_and_result(own, expression)
    except Exception as error:
        raise Differs(f"{where} raised {type(error).__name__}: {error}") from None
    books, wanted = leaves_and_result(book, expression)
    if not isinstance(result, own.Value):
        raise Differs(f"{where} is {result!r}, expected a Value")
    expect(where, result.data, wanted.data)
    return where, ours, result, books, wanted


def check_value(own: Any) -> None:
    """Data, and operands in order."""
    for expression in ("a + b", "a * b"):
        where, leaves, result, _, _ = compared(own, expression)
        if [id(x) for x in result.operands] != [id(x) for x in leaves.values()]:
            raise Differs(
                f"{where} has the operands {result.operands}, expected a and b themselves"
            )
    for expression in ("a + 3", "a * 3"):
        compared(own, expression)


def check_operators(own: Any) -> None:
    """Data of every operator, and the slopes of those that note their own."""
    for expression in OPERATIONS:
        where, _, result, _, wanted = compared(own, expression)
        slopes = tuple(result.slopes)
        if len(slopes) != len(wanted.slopes):
            raise Differs(f"{where} has {len(slopes)} slopes, expected {len(wanted.slopes)}")
        for place, (got, want) in enumerate(zip(slopes, wanted.slopes, strict=True), 1):
            expect(f"{where}: slope {place}", got, want)
    for expression in MADE_OF_THESE:
        compared(own, expression)


def check_backward(own: Any) -> None:
    """Gradients of leaves after one pass and after two."""
    for passes in (1, 2):
        for expression in GRAPHS:
            where, leaves, result, books, wanted = compared(own, expression)
            where += ", after backward" if passes == 1 else ", after a second backward"
            for _ in range(passes):
                run(where, result.backward)
                wanted.backward()
            for name, leaf in leaves.items():
                expect(f"{where}: {name}.grad", leaf.grad, books[name].grad)


def run(where: str, call: Callable[..., Any], *arguments: Any) -> Any:
    """Call what the reader wrote; an error is a difference."""
    try:
        return call(*arguments)
    except Exception as error:
        raise Differs(f"{where} raised {type(error).__name__}: {error}") from None


def check_model(
    own: Any, make: str, numbers: Sequence[float], examples: Sequence[Sequence[float]]
) -> None:
    """Number and order of parameters, outputs, and gradients."""
    ours = run(make, eval, make, own.__dict__)
    books = eval(make, vars(book))
    parameters = run(f"parameters() of {make}", ours.parameters)
    count = len(books.parameters())
    if len(parameters) != count:
        raise Differs(f"parameters() of {make} has {len(parameters)} entries, expected {count}")
    for parameter, number in zip(parameters, numbers, strict=True):
        parameter.data = number
    books.load_parameters(numbers)
    for x in examples:
        where = f"{make}, its parameters set to {shortened(numbers)}, on {x}"
        got, want = as_list(run(where, ours, x)), as_list(books(x))
        if len(got) != len(want):
            raise Differs(f"{where} gives {len(got)} outputs, expected {len(want)}")
        for place, (one, other) in enumerate(zip(got, want, strict=True), 1):
            if not isinstance(one, own.Value):
                raise Differs(f"{where}: output {place} is {one!r}, expected a Value")
            expect(f"{where}: output {place}", one.data, other.data)
            one.backward()
            other.backward()
    for place, (got, want) in enumerate(zip(parameters, books.parameters(), strict=True), 1):
        expect(f"{make}: after backward, the gradient of parameter {place}", got.grad, want.grad)


def shortened(numbers: Sequence[float]) -> str:
    """Return the first numbers of many, as text."""
    shown = ", ".join(f"{x:g}" for x in numbers[:3])
    return f"[{shown}, …]" if len(numbers) > 3 else f"[{shown}]"


def as_list(outputs: Any) -> list[Any]:
    """Return the outputs of a neuron or layer as a list."""
    return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]


def check_neuron(own: Any) -> None:
    """A neuron with two inputs."""
    check_model(own, "Neuron(2)", [-0.5, 1.25, 0.75], [[2.0, 0.5], [-1.0, 0.25]])


def check_layer(own: Any) -> None:
    """Two neurons side by side, and one alone."""
    numbers = [0.1 * k - 0.4 for k in range(8)]
    check_model(own, "Layer(3, 2)", numbers, [[2.0, 3.0, -1.0]])
    check_model(own, "Layer(3, 1)", numbers[:4], [[2.0, 3.0, -1.0]])


def check_network(own: Any) -> None:
    """The network of chapter 6, before its training."""
    xs, _ = datasets.four_examples()
    check_model(own, "MLP(3, [4, 4, 1])", four_examples_parameters(), xs)


CHECKS = {
    "value": check_value,
    "operators": check_operators,
    "backward": check_backward,
    "neuron": check_neuron,
    "layer": check_layer,
    "network": check_network,
}


def made_of(pieces: Iterable[tuple[str, str]]) -> ModuleType:
    """Return a module of the pieces; `RuntimeError` names the first that is not as the book's."""
    own = ModuleType("own_engine")
    own.__dict__.update(math=math, random=random)
    for name, source in pieces:
        try:
            exec(compile(source, f"your piece {name}", "exec", dont_inherit=True), own.__dict__)
        except Exception as error:
            words = f"does not run: {type(error).__name__}: {error}"
            raise RuntimeError(f"your piece '{name}' {words}") from None
        try:
            CHECKS[name](own)
        except Differs as difference:
            raise RuntimeError(
                f"your piece '{name}' differs from the book's: {difference}"
            ) from None
        except AttributeError as error:
            raise RuntimeError(f"your piece '{name}' lacks something: {error}") from None
    return own


said: set[tuple[Any, str]] = set()


def say(words: str) -> None:
    """Tell the reader once in a cell."""
    cell = getattr(get_ipython(), "execution_count", None)
    if (cell, words) not in said:
        said.add((cell, words))
        print(f"(Your own engine runs this chapter. {words})")


class Step:
    """The book's compiled step of a loss that the reader's engine builds.

    The reader's graph is taken over into Values of the book, operation by operation.
    """

    def __init__(self, loss: Any, parameters: Any) -> None:
        self.parameters = parameters
        self.twins = [book.Value(p.data) for p in parameters]
        self.step = book.compile(lambda: self.taken_over(loss), self.twins)

    def taken_over(self, loss: Any) -> Any:
        """Build the reader's graph, and return it as the book's."""
        root = loss() if callable(loss) else loss
        done = {id(p): twin for p, twin in zip(self.parameters, self.twins, strict=True)}
        waiting = [root]
        while waiting:
            node = waiting[-1]
            missing = [x for x in node.operands if hasattr(x, "operands") and id(x) not in done]
            if id(node) in done or not missing:
                waiting.pop()
                if id(node) not in done:
                    done[id(node)] = same_operation(
                        node, [done.get(id(x), x) for x in node.operands]
                    )
            else:
                waiting += reversed(missing)  # in the order in which Python computed them
        return done[id(root)]

    def give(self) -> None:
        """Let the twins have the parameters' numbers."""
        for parameter, twin in zip(self.parameters, self.twins, strict=True):
            twin.data, twin.grad = parameter.data, parameter.grad

    def take_back(self) -> None:
        """Let the parameters have the twins' numbers."""
        for parameter, twin in zip(self.parameters, self.twins, strict=True):
            parameter.data, parameter.grad = twin.data, twin.grad

    def __call__(self) -> Any:
        """Run forward and backward as the book's step does."""
        self.give()
        loss = self.step()
        self.take_back()
        return loss

    def train(self, *arguments: Any, **options: Any) -> list[float]:
        """Train as the book's step does."""
        self.give()
        with self.moving_twins(options.get("optimizer")):
            losses: list[float] = self.step.train(*arguments, **options)
        self.take_back()
        return losses

    def slices(self, *arguments: Any, **options: Any) -> Iterator[list[float]]:
        """Train as the book's step does, slice by slice."""
        self.give()
        with self.moving_twins(options.get("optimizer")):
            for losses in self.step.slices(*arguments, **options):
                self.take_back()
                yield losses

    @contextmanager
    def moving_twins(self, optimizer: Any) -> Iterator[None]:
        """Let an optimizer of the reader's parameters move their twins meanwhile."""
        own = getattr(optimizer, "parameters", None)
        if own is None:
            yield
            return
        twins = {id(p): twin for p, twin in zip(self.parameters, self.twins, strict=True)}
        optimizer.parameters = [twins.get(id(p), p) for p in own]
        try:
            yield
        finally:
            optimizer.parameters = own


def same_operation(node: Any, operands: Sequence[Any]) -> Any:
    """Return the book's node for one of the reader's."""
    sign = node.operation
    if not operands:
        return node.data
    if sign == "+":
        return operands[0] + operands[1]
    if sign == "*":
        return operands[0] * operands[1]
    if sign.startswith("**"):
        return operands[0] ** float(sign[2:])
    if sign == "abs":
        return abs(operands[0])
    return getattr(operands[0], sign)()


class EagerStep:
    """A loss of its data, as the reader's code runs it: every step builds its graph anew."""

    def __init__(self, loss: Any, parameters: Any) -> None:
        self.loss = loss
        self.parameters = parameters
        self.descent = SGD(parameters, lr=0.0)

    def __call__(self, *arguments: Any) -> Any:
        """Run forward and backward; return what the book's step does."""
        for parameter in self.parameters:
            parameter.grad = 0.0
        found = self.loss(*arguments)
        loss = found[0] if isinstance(found, tuple) else found
        loss.backward()
        return numbers_of(found)

    def train(self, *arguments: Any, steps: int, **options: Any) -> list[float]:
        """Train as the book's step does."""
        parts = self.slices(*arguments, steps=steps, size=steps or 1, **options)
        return [loss for part in parts for loss in part]

    def slices(
        self,
        examples: Any = None,
        *,
        steps: int,
        optimizer: Any = None,
        lr: Any = None,
        size: int = 100,
    ) -> Iterator[list[float]]:
        """Train as the book's step does, slice by slice."""
        if optimizer is None:
            self.descent.lr = lr
            optimizer = self.descent
        walk = [each if isinstance(each, tuple) else (each,) for each in examples or [()]]
        progress = Progress(steps)
        for first in range(0, steps, size):
            part = []
            for _ in range(min(size, steps - first)):
                found = self(*walk[optimizer.steps % len(walk)])
                part.append(found[0] if isinstance(found, tuple) else found)
                optimizer.step()
                progress.advance()
            yield part


class EagerFunction:
    """A function of its data, as the reader's code runs it; returns what the book's would."""

    def __init__(self, function: Any) -> None:
        self.function = function

    def __call__(self, *arguments: Any) -> Any:
        """Return numbers in place of Values, and count the call."""
        begun = time.monotonic()
        found = numbers_of(self.function(*arguments))
        calls.advance(time.monotonic() - begun)
        return found

    def map(self, *columns: Iterable[Any]) -> Iterator[Any]:
        """Return the numbers for each row of arguments."""
        rows = list(zip(*columns, strict=True))
        progress = Progress(len(rows), "call")
        for row in rows:
            found = numbers_of(self.function(*row))
            progress.advance()
            yield found


def numbers_of(found: Any) -> Any:
    """Return lists, tuples and dictionaries with numbers in place of Values."""
    if isinstance(found, dict):
        return {key: numbers_of(value) for key, value in found.items()}
    if isinstance(found, (list, tuple)):
        return type(found)(map(numbers_of, found))
    return getattr(found, "data", found)


def takes_data(function: Any) -> bool:
    """Return whether a loss has arguments."""
    return callable(function) and bool(inspect.signature(function).parameters)


class Progress:
    """A bar for what takes many seconds; what is short has none."""

    SHORT = 3.0
    BETWEEN = 0.5

    def __init__(self, count: int, unit: str = "step") -> None:
        self.count = count
        self.unit = unit
        self.done = 0
        self.begun = self.shown = time.monotonic()
        self.bar: Any = None

    def advance(self) -> None:
        """Count one."""
        self.done += 1
        now = time.monotonic()
        each = (now - self.begun) / self.done
        if self.bar is None:
            if each * self.count < self.SHORT:
                return
            say(
                f"A {self.unit} takes about {each:.2g} s, and all {self.count:,} of them "
                f"{duration(each * self.count)}. Stop ends it."
            )
            self.bar = display(self.html(), display_id=True)
        elif self.done == self.count or now - self.shown >= self.BETWEEN:
            self.bar.update(self.html())
        else:
            return
        self.shown = now

    def html(self) -> HTML:
        """Return the bar, and in the end how long it has taken."""
        if self.done == self.count:
            taken = duration(time.monotonic() - self.begun)
            return HTML(f"(Your own engine has run {self.count:,} {self.unit}s in {taken}.)")
        bar = f'<progress max="{self.count}" value="{self.done}"></progress>'
        return HTML(f"(Your own engine: {self.unit} {self.done:,} of {self.count:,} {bar})")


class Calls:
    """A moving bar for calls of which nobody knows how many will come, as where names are written.

    The page hides it when the cell has ended.
    """

    def __init__(self) -> None:
        self.cell: Any = None
        self.bar: Any = None
        self.done = 0
        self.taken = self.shown = 0.0

    def advance(self, seconds: float) -> None:
        """Count a call of this cell, which took some seconds."""
        cell = getattr(get_ipython(), "execution_count", None)
        if cell != self.cell:
            self.cell, self.bar, self.done, self.taken = cell, None, 0, 0.0
        self.done += 1
        self.taken += seconds
        words = f"{self.done:,} calls have taken {duration(self.taken)}"
        html = HTML(f"(Your own engine: {words} <progress></progress>)")
        if self.bar is None:
            if self.taken < Progress.SHORT:
                return
            self.bar = display(html, display_id=True)
        elif self.taken - self.shown >= Progress.BETWEEN:
            self.bar.update(html)
        else:
            return
        self.shown = self.taken


calls = Calls()


def duration(seconds: float) -> str:
    """Return a time in words."""
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} minutes"


def exponentials(logits: Sequence[Any]) -> tuple[list[Any], Any, float]:
    """Return exp(logit - largest) of each, their sum, and the largest: nothing overflows."""
    largest = max(logit.data for logit in logits)
    powers = [(logit - largest).exp() for logit in logits]
    return powers, sum(powers[1:], start=powers[0]), largest


def softmax(logits: Iterable[Any]) -> list[Any]:
    """Return the probabilities of the reader's Values, by their own operations; or the book's."""
    logits = list(logits)
    if not logits or isinstance(logits[0], book.Value):
        probabilities: list[Any] = book.softmax(logits)
        return probabilities
    powers, total, _ = exponentials(logits)
    return [power / total for power in powers]


def softmax_cross_entropy(logits: Sequence[Sequence[Any]], targets: Sequence[int]) -> Any:
    """Return the loss of rows of the reader's Values, by their own operations; or the book's."""
    if not len(logits) or isinstance(logits[0][0], book.Value):
        return book.softmax_cross_entropy(logits, targets)
    micrograd.losses.check(logits, targets)
    terms = []
    for row, target in zip(logits, targets, strict=True):
        micrograd.losses.check_class(target, len(row))
        _, total, largest = exponentials(row)
        terms.append(total.log() + largest - row[target])
    return sum(terms[1:], start=terms[0]) / len(terms)


ACTIVATIONS = {
    "tanh": lambda total: total.tanh(),
    "relu": lambda total: total.relu(),
    "sigmoid": lambda total: 1 / (1 + (-total).exp()),
    "linear": lambda total: total,
}


class Neuron:
    """A neuron of the reader's with another activation than tanh behind its sum."""

    def __init__(self, own: Any, activation: str) -> None:
        self.own = own
        self.activation = activation

    def __getattr__(self, name: str) -> Any:
        return getattr(self.own, name)

    def __call__(self, x: Any) -> Any:
        """Return the activation of the sum."""
        return ACTIVATIONS[self.activation](weighted_sum(self.own, x))


class Network(Module):
    """The reader's network, with another activation than tanh behind the sums of some layers.

    Parameters and layers are the reader's, and so is every sum, product and activation.
    """

    def __init__(
        self, own: Any, nin: Any, nouts: Any, activation: Any = "tanh", output: Any = None
    ) -> None:
        self.network = own.MLP(nin, nouts)
        self.layers = self.network.layers
        self.activations = [activation] * (len(nouts) - 1) + [output or activation]
        for layer, chosen in zip(self.layers, self.activations, strict=True):
            if chosen != "tanh":
                layer.neurons = [Neuron(neuron, chosen) for neuron in layer.neurons]

    def __call__(self, x: Any) -> Any:
        """Return the outputs of the last layer: a list, or the output itself of a single one."""
        for layer in self.layers:
            x = as_list(layer(x))
        return x[0] if len(x) == 1 else x

    def parameters(self) -> list[Any]:
        """Return the parameters of the reader's network."""
        parameters: list[Any] = self.network.parameters()
        return parameters


def weighted_sum(neuron: Any, x: Any) -> Any:
    """Return what a neuron's activation gets, computed with the reader's Values."""
    total = neuron.b
    for w, xi in zip(neuron.w, x, strict=True):
        total = total + w * xi
    return total


class Scores:
    """The book's compiled model of a network of the reader's: its outputs for many points."""

    def __init__(self, model: Any) -> None:
        self.model = model
        inputs = len(model.layers[0].neurons[0].w)
        sizes = [len(layer.neurons) for layer in model.layers]
        state = random.getstate()
        self.twin = book.MLP(inputs, sizes, activation=model.activations[0])
        for layer, activation in zip(self.twin.layers, model.activations, strict=True):
            for neuron in layer.neurons:
                neuron.activation = activation
        random.setstate(state)
        self.compiled = book.compile(self.twin)

    def __call__(self, point: Any) -> Any:
        """Return the output at one point."""
        return next(self.map([point]))

    def map(self, points: Iterable[Sequence[float]]) -> Iterator[Any]:
        """Return the outputs at the parameters' present data."""
        self.twin.load_parameters(p.data for p in self.model.parameters())
        outputs: Iterator[Any] = self.compiled.map(points)
        return outputs


AS_IT_IS = "Here compile runs your code as it is: each call builds its graph anew, and is slower."


def put_in_place(own: Any) -> None:
    """Let chapters import the reader's names from `micrograd`."""

    def network(nin: Any, nouts: Any, **options: Any) -> Any:
        others = sorted({*options.values()} - {"tanh", None})
        if not others:
            return own.MLP(nin, nouts)
        say(
            f"Your neurons end in tanh; where this cell wants {' or '.join(others)}, "
            "the page puts it behind your sums."
        )
        return Network(own, nin, nouts, **options)

    def compile_own(loss: Any, parameters: Any = None) -> Any:
        if parameters is None:
            if isinstance(loss, Network):
                return Scores(loss)
            if isinstance(loss, own.MLP):
                return book.compile(loss)
            say(AS_IT_IS)
            return EagerFunction(loss)
        leaves = list(parameters)
        if all(isinstance(leaf, book.Value) for leaf in leaves):
            return book.compile(loss, leaves)
        if takes_data(loss):
            say(AS_IT_IS)
            return EagerStep(loss, leaves)
        say("compile is the book's: it takes over the graph that your code builds.")
        return Step(loss, leaves)

    sys.modules["own_engine"] = own
    package: Any = micrograd
    package.Value = own.Value
    vars(micrograd.losses).update(softmax=softmax, softmax_cross_entropy=softmax_cross_entropy)
    if not hasattr(own, "MLP"):
        # A chapter that needs gradients only: networks are the book's, of the book's Values.
        return
    package.Neuron, package.Layer = own.Neuron, own.Layer
    package.MLP = network
    # The drawings take it from the module, as they cannot import the package that imports them.
    package.compile = compile_own
    vars(compiler)["compile"] = compile_own


book = SimpleNamespace(
    Value=micrograd.Value,
    Neuron=micrograd.Neuron,
    Layer=micrograd.Layer,
    MLP=micrograd.MLP,
    compile=micrograd.compile,
    softmax=micrograd.losses.softmax,
    softmax_cross_entropy=micrograd.losses.softmax_cross_entropy,
)

if __name__ == "own engine":
    put_in_place(made_of(globals()["PIECES"]))
