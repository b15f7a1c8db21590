"""The playground: controls rewrite the program, the program moves the controls, and both agree."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from playwright.sync_api import Browser, Locator, expect

from tests.browser import axe
from tests.browser.book_page import RUN, START, BookPage, Cell
from tests.browser.conftest import ROOT, visit
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer
from tests.browser.watch import Watch

PATH = "playground/"
PROGRAM = re.search(
    r"```python\n(.*?)```", Path(ROOT, "content/playground.md").read_text("utf-8"), re.S
)
assert PROGRAM
CODE = PROGRAM[1].rstrip("\n")
FRAMES = """
count => new Promise(done => {
  const next = () => (count-- > 0 ? requestAnimationFrame(next) : done());
  next();
})
"""


class Bench:
    """The playground on its page."""

    def __init__(self, book: BookPage) -> None:
        self.book = book
        self.page = book.page
        self.root = self.page.locator("#live-playground")
        self.cell: Cell = book.cell(1)
        self.epoch = self.root.locator(".pg-epoch")
        self.words = self.root.locator(".pg-words")

    def button(self, name: str) -> Locator:
        """Return a button of the playground."""
        return self.root.get_by_role("button", name=name, exact=True)

    def feature(self, source: str) -> Locator:
        """Return the button of a feature."""
        return self.root.locator(f'[data-key="feature-{source}"]')

    def field(self, name: str) -> Locator:
        """Return a labelled control."""
        return self.root.get_by_label(name, exact=True)

    def step(self, times: int = 1) -> None:
        """Press Step and wait for the epoch, so many times."""
        for _ in range(times):
            before = int(self.epoch.inner_text().split()[1])
            self.button("Step: train one epoch").click()
            expect(self.epoch).to_have_text(f"Epoch {before + 1}", timeout=START)

    def move(self, name: str, value: str) -> None:
        """Move a slider to a value, as a reader does."""
        self.field(name).evaluate(
            """(input, value) => {
                input.value = value;
                for (const type of ["input", "change"]) input.dispatchEvent(new Event(type));
            }""",
            value,
        )

    def expect_code(self, code: str) -> None:
        """Wait until the cell has this code."""
        expect(self.cell.code).to_have_text(code, use_inner_text=True)

    def weights(self) -> list[float]:
        """Return all parameters, from the table."""
        table = self.root.locator(".pg-table:not(.pg-challenges)")
        if table.get_attribute("open") is None:
            table.locator("summary").click()
        inputs = table.locator("tbody input")
        expect(inputs).not_to_have_count(0)
        found: list[str] = inputs.evaluate_all("all => all.map(input => input.value)")
        return [float(value) for value in found]


def native(code: str, epochs: int) -> dict[str, Any]:
    """Run the program on this machine's Python."""
    names: dict[str, Any] = {}
    exec(compile(code, "playground", "exec"), names)
    if epochs:
        names["train"](epochs)
    return names


def parameters(names: dict[str, Any]) -> list[float]:
    """Return the parameters of a program that was run."""
    return [parameter.data for parameter in names["model"].parameters()]


@pytest.fixture
def bench(book: BookPage) -> Bench:
    """Open the page in a fresh profile."""
    book.open(PATH)
    found = Bench(book)
    expect(found.button("Play")).to_be_visible()
    return found


@pytest.fixture(scope="module")
def shared(browser: Browser, shared_site: SiteServer, outside: Outside) -> Iterator[Bench]:
    """Open the page once, with Python started."""
    with visit(browser, shared_site, outside) as (book, _):
        book.open(PATH)
        found = Bench(book)
        found.step()
        yield found


@pytest.fixture
def running(shared: Bench) -> Iterator[Bench]:
    """Give a test the page with the chapter's own code, run."""
    yield shared
    if shared.cell.reset_button.is_visible():
        shared.cell.reset_button.click()
    shared.button("Reset: back to epoch 0").click()
    expect(shared.epoch).to_have_text("Epoch 0", timeout=RUN)
    shared.expect_code(CODE)


def test_the_recorded_network_is_drawn_before_anything_runs(bench: Bench) -> None:
    expect(bench.root.get_by_role("button", name=re.compile("^Neuron"))).to_have_count(6)
    assert bench.weights() == pytest.approx(parameters(native(CODE, 0)), abs=1e-12)
    expect(bench.cell.group).to_have_attribute("data-state", "recorded")


def test_play_trains_and_pause_holds(bench: Bench) -> None:
    bench.button("Play").click()
    expect(bench.epoch).to_have_text(re.compile(r"Epoch [1-9]\d"), timeout=START)
    bench.button("Pause").click()
    expect(bench.button("Play")).to_be_visible()
    bench.button("Step: train one epoch").click()
    held = int(bench.epoch.inner_text().split()[1])
    expect(bench.epoch).to_have_text(re.compile(f"Epoch ({held}|{held + 1}|{held + 2})$"))
    bench.button("Reset: back to epoch 0").click()
    expect(bench.epoch).to_have_text("Epoch 0", timeout=RUN)


def test_weights_and_losses_are_those_of_the_same_program_elsewhere(running: Bench) -> None:
    running.button("Reset: back to epoch 0").click()
    expect(running.epoch).to_have_text("Epoch 0", timeout=RUN)
    running.step(3)
    names = native(CODE, 3)
    assert running.weights() == pytest.approx(parameters(names), abs=1e-9)
    train, test = names["view"].means()
    expect(running.root.locator(".pg-train")).to_have_text(f"{train:.4f}")
    expect(running.root.locator(".pg-test")).to_have_text(f"{test:.4f}")


CHANGES = [
    (
        "First weights",
        "0.1",
        "weights = model.parameters()\n",
        "weights = model.parameters()\nfor weight in weights:\n    weight.data *= 0.1\n",
    ),
    ("Data", "moons", "datasets.circles", "datasets.moons"),
    ("Activation", "relu", 'activation="tanh"', 'activation="relu"'),
    ("Optimizer", "Adam", "optim.SGD(", "optim.Adam("),
    ("Optimizer", "momentum", "lr=0.03)", "lr=0.03, momentum=0.9)"),
    ("Learning rate", "0.3", "lr=0.03", "lr=0.3"),
    (
        "Penalty",
        "L2",
        "compile(loss,",
        "compile(lambda examples: loss(examples) + 0.001 * sum(w * w for w in weights),",
    ),
]


@pytest.mark.parametrize(("name", "value", "before", "after"), CHANGES)
def test_a_choice_rewrites_the_program_which_is_run(
    running: Bench, name: str, value: str, before: str, after: str
) -> None:
    running.field(name).select_option(value)
    code = CODE.replace(before, after)
    running.expect_code(code)
    running.button("Reset: back to epoch 0").click()
    expect(running.epoch).to_have_text("Epoch 0", timeout=RUN)
    running.step(2)
    assert running.weights() == pytest.approx(parameters(native(code, 2)), abs=1e-9)


@pytest.mark.parametrize(
    ("name", "value", "before", "after"),
    [
        ("Noise", "0.3", "noise=0.1", "noise=0.3"),
        ("For training", "70", "training = 50", "training = 70"),
        ("Batch size", "7", "batch_size = 10", "batch_size = 7"),
    ],
)
def test_a_slider_rewrites_the_program_which_is_run(
    running: Bench, name: str, value: str, before: str, after: str
) -> None:
    running.move(name, value)
    code = CODE.replace(before, after)
    running.expect_code(code)
    expect(running.epoch).to_have_text("Epoch 0", timeout=RUN)
    running.step()
    assert running.weights() == pytest.approx(parameters(native(code, 1)), abs=1e-9)


@pytest.mark.parametrize(
    ("button", "before", "after"),
    [
        ("One more neuron in layer 2", "[4, 2, 1]", "[4, 3, 1]"),
        ("One neuron in layer 1 less", "[4, 2, 1]", "[3, 2, 1]"),
        ("One more hidden layer", "[4, 2, 1]", "[4, 2, 2, 1]"),
        ("One hidden layer less", "[4, 2, 1]", "[4, 1]"),
        ("New points", "noise=0.1, seed=0", "noise=0.1, seed=1"),
        ("New weights", "random.seed(1)", "random.seed(2)"),
    ],
)
def test_a_button_rewrites_the_structure(
    running: Bench, button: str, before: str, after: str
) -> None:
    running.button(button).click()
    code = CODE.replace(before, after)
    running.expect_code(code)
    expect(running.words).to_be_empty(timeout=RUN)
    assert running.weights() == pytest.approx(parameters(native(code, 0)), abs=1e-12)


def test_a_feature_is_added_and_taken_away(running: Bench) -> None:
    feature = running.feature("x1 * x2")
    expect(feature).to_have_attribute("aria-pressed", "false")
    feature.click()
    code = CODE.replace("[x1, x2]", "[x1, x2, x1 * x2]").replace("MLP(2,", "MLP(3,")
    running.expect_code(code)
    expect(feature).to_be_focused()
    expect(running.words).to_be_empty(timeout=RUN)
    assert running.weights() == pytest.approx(parameters(native(code, 0)), abs=1e-12)
    feature.click()
    running.expect_code(CODE)


def test_a_second_run_is_trained_with_the_first(running: Bench) -> None:
    running.field("Second run").select_option("weights")
    second = running.root.locator(".pg-second-losses")
    expect(second).to_contain_text("other first weights", timeout=RUN)
    expect(running.epoch).to_have_text("Epoch 0")
    running.step(3)
    assert running.weights() == pytest.approx(parameters(native(CODE, 3)), abs=1e-9)
    train, test = native(CODE.replace("seed(1)", "seed(2)"), 3)["view"].means()
    expect(second).to_contain_text(f"training loss {train:.4f}, test {test:.4f}")
    running.field("Second run").select_option("none")
    expect(second).to_be_hidden()
    expect(running.epoch).to_have_text("Epoch 0", timeout=RUN)
    running.step()


WALKED = {
    "Data": ["moons", "xor", "gauss", "spiral", "plane", "painted"],
    "Activation": ["relu", "sigmoid", "linear"],
    "Optimizer": ["Adam", "momentum"],
    "Learning rate": ["0.1", "3", "0.0001"],
    "Penalty": ["L1", "L2"],
    "First weights": ["0", "3"],
    "Noise": ["0", "0.5"],
    "For training": ["10", "90"],
    "Batch size": ["1", "30"],
}
SLIDERS = {"Noise": "0.1", "For training": "50", "Batch size": "10"}
HOME = {
    "Data": "circles",
    "Activation": "tanh",
    "Optimizer": "SGD",
    "Learning rate": "0.03",
    "Penalty": "none",
    "First weights": "1",
    **SLIDERS,
}
WALK = strategies.lists(
    strategies.sampled_from([(name, value) for name, values in WALKED.items() for value in values]),
    min_size=2,
    max_size=8,
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(walk=WALK)
def test_a_walk_over_the_controls_and_home_ends_in_the_same_code(
    bench: Bench, walk: list[tuple[str, str]]
) -> None:
    # Painted points have no noise to set: its slider waits until the data are others.
    home = [(name, HOME[name]) for name in HOME if name in dict(walk)]
    for name, value in (*walk, *home):
        if bench.field(name).is_disabled():
            continue
        bench.move(name, value)
        expect(bench.field(name)).to_have_value(value)
    bench.expect_code(CODE)


def test_an_edit_of_the_code_moves_the_controls(running: Bench) -> None:
    code = (
        CODE.replace("circles(200, noise=0.1", "xor(100, noise=0.05")
        .replace("training = 50", "training = 80")
        .replace("[4, 2, 1]", "[5, 3, 2, 1]")
        .replace('activation="tanh"', 'activation="sigmoid"')
        .replace("optim.SGD(weights, lr=0.03)", "optim.Adam(weights, lr=0.017)")
        .replace("batch_size = 10", "batch_size = 20")
    )
    running.cell.edit(code)
    expect(running.field("Data")).to_have_value("xor")
    expect(running.field("Noise")).to_have_value("0.05")
    expect(running.field("For training")).to_have_value("80")
    expect(running.field("Batch size")).to_have_value("20")
    expect(running.field("Activation")).to_have_value("sigmoid")
    expect(running.field("Optimizer")).to_have_value("Adam")
    expect(running.field("Learning rate")).to_have_value("0.017")
    expect(running.button("Neuron 2 of layer 3")).to_be_visible()
    expect(running.words).to_contain_text("The program has changed")
    expect(running.epoch).to_have_text("Epoch 0")
    running.step(2)
    assert running.weights() == pytest.approx(parameters(native(code, 2)), abs=1e-9)


def test_code_of_the_readers_own_is_obeyed(running: Bench) -> None:
    code = CODE.replace("return [x1, x2]", "return [math.exp(-x1 * x1), x2]").replace(
        "return mean_squared_error(predictions, [target for _, target in examples])",
        "return sum((1 - y * p).relu() for p, (_, y) in zip(predictions, examples))",
    )
    code = code.replace("lr=0.03", "lr=optim.cosine(0.03, 100)")
    running.cell.edit(code)
    expect(running.words).to_contain_text("own way for the optimizer")
    expect(running.field("Learning rate")).to_be_disabled()
    running.step(2)
    assert running.weights() == pytest.approx(parameters(native(code, 2)), abs=1e-9)
    expect(running.feature("math.exp(-x1 * x1)")).to_be_visible()


def test_a_control_can_be_undone_as_an_edit(running: Bench) -> None:
    running.cell.code.click()
    running.button("One more neuron in layer 1").click()
    running.expect_code(CODE.replace("[4, 2, 1]", "[5, 2, 1]"))
    running.cell.code.click()
    running.page.keyboard.press("ControlOrMeta+z")
    running.expect_code(CODE)
    expect(running.button("Neuron 5 of layer 1")).to_have_count(0)


def test_the_rate_changes_while_the_training_goes_on(running: Bench) -> None:
    running.button("Reset: back to epoch 0").click()
    expect(running.epoch).to_have_text("Epoch 0", timeout=RUN)
    running.step(2)
    running.field("Learning rate").select_option("0.1")
    expect(running.words).to_contain_text("optimizer.lr = 0.1")
    running.step(2)
    expect(running.epoch).to_have_text("Epoch 4")
    names = native(CODE, 2)
    names["optimizer"].lr = 0.1
    names["train"](2)
    assert running.weights() == pytest.approx(parameters(names), abs=1e-9)


def test_a_weight_is_changed_by_hand(running: Bench) -> None:
    running.button("Reset: back to epoch 0").click()
    expect(running.epoch).to_have_text("Epoch 0", timeout=RUN)
    running.weights()
    box = running.root.get_by_label("model.layers[0].neurons[1].w[0]", exact=True)
    box.fill("0.75")
    box.press("Enter")
    expect(running.words).to_contain_text("model.layers[0].neurons[1].w[0].data = 0.75")
    names = native(CODE, 0)
    names["model"].layers[0].neurons[1].w[0].data = 0.75
    names["train"](1)
    running.step()
    assert running.weights() == pytest.approx(parameters(names), abs=1e-9)


def test_an_error_of_the_program_is_shown_and_playing_ends(running: Bench) -> None:
    running.cell.edit(CODE.replace("def train(epochs):", "def train(epochs):\n    1 / 0"))
    running.button("Play").click()
    expect(running.words).to_contain_text("ZeroDivisionError", timeout=RUN)
    expect(running.button("Play")).to_be_visible()
    running.cell.edit(CODE.replace("batch_size = 10", "batch_size = ten"))
    running.button("Step: train one epoch").click()
    running.cell.expect_output("NameError")
    expect(running.words).to_contain_text("did not run to its end")


def test_a_link_moves_the_controls_and_runs_nothing(
    running: Bench, browser: Browser, shared_site: SiteServer, outside: Outside
) -> None:
    context = running.page.context
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    running.button("One more neuron in layer 2").click()
    running.cell.group.get_by_role("button", name="Copy link to cell 1", exact=True).click()
    expect(running.page.locator(".live-message")).to_contain_text("Link copied")
    address = running.page.evaluate("navigator.clipboard.readText()")
    with visit(browser, shared_site, outside) as (book, _):
        book.page.goto(address)
        book.expect_status("Not started")
        other = Bench(book)
        expect(other.button("Neuron 3 of layer 2")).to_be_visible()
        other.button("Play").click()
        expect(other.words).to_contain_text("came with a link")
        expect(other.cell.group).to_have_attribute("data-state", "recorded")


def test_nothing_runs_in_a_hidden_tab(running: Bench) -> None:
    running.page.evaluate(
        """() => {
            Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
        }"""
    )
    try:
        running.button("Play").click()
        expect(running.button("Pause")).to_be_visible()
        held = running.epoch.inner_text()
        running.page.evaluate(FRAMES, 60)
        assert running.epoch.inner_text() == held
    finally:
        running.page.evaluate(
            """() => {
                delete document.hidden;
                document.dispatchEvent(new Event("visibilitychange"));
            }"""
        )
    expect(running.epoch).not_to_have_text(held)
    running.button("Pause").click()


def test_a_neuron_is_shown_large_under_the_pointer_and_by_keyboard(running: Bench) -> None:
    heading = running.root.locator(".pg-output h2")
    running.button("Neuron 2 of layer 1").hover()
    expect(heading).to_have_text("Neuron 2 of layer 1")
    running.button("Neuron 1 of layer 2").focus()
    expect(heading).to_have_text("Neuron 1 of layer 2")
    running.button("Play").focus()


def test_points_are_painted_by_pointer_and_by_keyboard(running: Bench) -> None:
    running.field("Data").select_option("painted")
    points = "xs, ys = [[-0.5, -0.5], [0.5, 0.5], [-0.5, 0.5], [0.5, -0.5]], [-1, 1, 1, -1]"
    code = CODE.replace("xs, ys = datasets.circles(200, noise=0.1, seed=0)", points)
    running.expect_code(code)
    expect(running.words).to_be_empty(timeout=RUN)
    running.field("Kind of the new point").select_option("-1")
    running.field("x1 of the new point").fill("0.25")
    running.field("x2 of the new point").fill("-0.75")
    running.button("Add point").press("Enter")
    code = code.replace(
        "0.5, -0.5]], [-1, 1, 1, -1]", "0.5, -0.5], [0.25, -0.75]], [-1, 1, 1, -1, -1]"
    )
    running.expect_code(code)
    expect(running.words).to_be_empty(timeout=RUN)
    running.root.locator(".pg-plane").click()
    expect(running.cell.code).to_contain_text("-1, 1, 1, -1, -1, -1]")
    expect(running.words).to_be_empty(timeout=RUN)
    running.step(2)
    shown = running.cell.source().replace("\N{NO-BREAK SPACE}", " ")
    assert running.weights() == pytest.approx(parameters(native(shown, 2)), abs=1e-9)


def test_a_neuron_that_is_pressed_says_why_its_gradient_is_what_it_is(running: Bench) -> None:
    running.button("Reset: back to epoch 0").click()
    expect(running.epoch).to_have_text("Epoch 0", timeout=RUN)
    running.button("Neuron 1 of layer 1").press("Enter")
    expect(running.words).to_contain_text("the slope of the loss at the neuron's sum")
    names = native(CODE, 0)
    names["loss"]([(names["features"](*names["xs"][0]), names["ys"][0])]).backward()
    gradient = names["model"].layers[0].neurons[0].b.grad
    expect(running.words).to_contain_text(f"the bias has the gradient {gradient:.3g}")


def test_the_program_can_be_taken_along(running: Bench, tmp_path: Path) -> None:
    with running.page.expect_download() as download:
        running.button("Save as Python").click()
    path = tmp_path / "playground.py"
    download.value.save_as(path)
    done = subprocess.run(
        [sys.executable, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "<Playground: epoch 100" in done.stdout
    with running.page.expect_download() as download:
        running.button("Save as PyTorch").click()
    download.value.save_as(path)
    assert "torch" in path.read_text("utf-8")


def test_a_challenge_that_is_met_is_marked(running: Bench) -> None:
    running.root.get_by_text("Challenges", exact=True).click()
    challenge = running.root.locator(".pg-challenges li").filter(has_text="too large")
    expect(challenge).not_to_contain_text("✓")
    running.field("Learning rate").select_option("10")
    running.step(5)
    expect(challenge).to_contain_text("✓")


def test_other_pages_do_not_load_it(book: BookPage, watch: Watch) -> None:
    asked: list[str] = []
    book.page.on("request", lambda request: asked.append(request.url))
    book.open("moons/")
    book.page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "/playground-" in url]
    assert watch


def test_a_training_without_end_can_be_stopped(running: Bench) -> None:
    running.cell.edit(
        CODE.replace("def train(epochs):", "def train(epochs):\n    while True: pass")
    )
    running.button("Play").click()
    expect(running.book.status).to_contain_text("Running", timeout=RUN)
    expect(running.cell.group).to_have_attribute("data-state", "done", timeout=RUN)
    expect(running.book.stop).to_have_attribute("aria-disabled", "false")
    running.book.stop.click()
    running.book.expect_status("Stopped")
    expect(running.button("Play")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    browser: Browser, shared_site: SiteServer, outside: Outside, scheme: str
) -> None:
    with visit(browser, shared_site, outside, color_scheme=scheme) as (book, _):
        axe.install(book.page.context)
        book.open(PATH)
        bench = Bench(book)
        expect(bench.button("Play")).to_be_visible()
        for summary in bench.root.locator("summary:visible").all():
            summary.click()
        assert axe.violations(book.page) == []
