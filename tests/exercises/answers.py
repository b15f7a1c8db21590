"""Answers to the exercises, as beginners give them.

Each is an edit of the book's solution: `Wrong` with words that the verdict must have, `Unusual`
where the answer is right and looks another way.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wrong:
    """An answer that is not right, and words that the check must say to it."""

    right: str
    wrong: str
    words: str


@dataclass(frozen=True)
class Unusual:
    """A right answer in another form than the book's."""

    right: str
    other: str


def edited(solution: str, answer: Wrong | Unusual) -> str:
    """Return the solution with the answer's edit."""
    assert answer.right in solution, f"{answer.right!r} is not in the solution"
    other = answer.wrong if isinstance(answer, Wrong) else answer.other
    return solution.replace(answer.right, other, 1)


ADD = 'return Value(self.data + other.data, operands=(self, other), operation="+")'
MUL = 'return Value(self.data * other.data, operands=(self, other), operation="*")'
SUB = "return self * -1 + other"
MULTIPLY = "(other.data, self.data)"
POWER = "(k * self.data ** (k - 1),)"
RULE = "            operand.grad += slope * node.grad"
WALK = f"""    root.grad = 1.0
    for node in reversed(order):
        for operand, slope in zip(node.operands, node.slopes):
{RULE}"""
SOFTPLUS = "math.exp(x) / (1 + math.exp(x))"
LOOP = "            total = total + w * xi"
FLAT = "[p for neuron in self.neurons for p in neuron.parameters()]"
FLAT_LAYERS = "[p for layer in self.layers for p in layer.parameters()]"
UPDATE = "p.data - learning_rate * p.grad"
ZERO = "        for p in model.parameters():\n            p.grad = 0.0\n"
STEP = "            p.data -= learning_rate * p.grad"
TRAIN = f"{ZERO}        loss.backward()\n        for p in model.parameters():\n{STEP}\n    return losses"
APPEND = "        losses.append(loss.data)\n"
SOFTMAX = """    largest = max(scores)
    powers = [math.exp(s - largest) for s in scores]
    total = sum(powers)
    return [power / total for power in powers]"""
DECAY = "return 0.1 * 0.5 ** (k // 20)"
OF_O = "of_o = (1 - o.data**2) * w1.data"
N_GRAD = "n.grad = o.grad * (1 - o.data**2)"

ATTEND = "score(queries[i], keys[j]) for j in range(i + 1)"
MIX = "sum(weights[j] * values[j][k] for j in range(i + 1))"
PRODUCTS = "sum(q * k for q, k in zip(queries[i], keys[j]))"
OUTPUT = f"outputs.append([{MIX} for k in range(len(values[0]))])"

SURPRISE = "surprises.append(-math.log(shares[first][second]))"
MEAN = "return sum(surprises) / len(surprises)"

HEADS_ADDED = 'x = add(x, linear(found, model["join"]))'
HIDDEN_ADDED = 'x = add(x, linear(hidden, model["down"]))'
BETWEEN = """
        hidden = [number.relu() for number in linear(rms_norm(x), model["up"])]
        """

ANSWERS: dict[str, list[Wrong | Unusual]] = {
    "value": [
        Wrong(
            "self.data + other.data",
            "self + other",
            "calls itself. Add and multiply the plain numbers in .data.",
        ),
        Wrong(
            "self.data * other.data", "self * other", "never ends: it calls itself again and again."
        ),
        Wrong(MUL, MUL.removeprefix("return "), "gives None, expected a Value. Is there a return?"),
        Wrong(MUL, "return self.data * other.data", "a plain number, expected a Value. Wrap it"),
        Wrong("self.data + other.data", "self.data", "That is the first number alone."),
        Wrong("self.data + other.data", "other.data", "That is the second number alone."),
        Wrong("self.data + other.data", "self.data * other.data", "That is the product."),
        Wrong("self.data + other.data", "self.data - other.data", "That is the difference."),
        Wrong("self.data * other.data", "self.data + other.data", "That is the sum."),
        Wrong("self.data * other.data", "-6.0", "has data -6.0, expected 2.0."),
        Wrong("self.data + other.data", "Value(self.data + other.data)", "has a Value as its data"),
        Wrong(
            MUL,
            'return Value(self.data * other.data, (self, other), "*")',
            "The third place is the slopes",
        ),
        Wrong(MUL, 'return Value(self.data * other.data, operation="*")', "has no operands"),
        Wrong(
            '(self, other), operation="*"', '(other, self), operation="*"', "the other way round"
        ),
        Wrong(
            '(self, other), operation="*"',
            '(self.data, other.data), operation="*"',
            "the two Values themselves, not their numbers",
        ),
        Wrong('operation="*")', 'operation="+")', "has the operation '+', expected '*'."),
        Wrong(
            MUL,
            'return Value(a.data * b.data, operands=(a, b), operation="*")',
            "the two values are called self and other.",
        ),
        Wrong("class Value:", "class Number:", "There is no class Value any more."),
        Wrong(
            MUL,
            'return Value(self.data * other.data, operands=(self, other), operation="*"',
            "cannot be read",
        ),
        Wrong(
            "        if not isinstance(other, Value):\n            other = Value(other)\n"
            + MUL.join(["        ", ""]),
            "        other = other if isinstance(other, Value) else self\n        " + MUL,
            "Are the two lines that make a Value of other still there?",
        ),
        Wrong(MUL, "return ____", "still has a blank"),
        Unusual(MUL, 'return Value(other.data * self.data, (self, other), (), "*")'),
        Unusual(
            ADD, 'return Value(sum([self.data, other.data]), operands=[self, other], operation="+")'
        ),
        Unusual(
            MUL,
            'product = self.data * other.data\n        return Value(product, operands=(self, other), operation="*")',
        ),
    ],
    "reflected": [
        Wrong(
            "return self + other\n",
            "return other + self\n",
            "Put self on the left, as in self + other. See line 6: return other + self",
        ),
        Wrong("return self * other\n", "return other * self\n", "never ends"),
        Wrong(SUB, "return other - self", "never ends"),
        Wrong(SUB, "return self - other", "in __rsub__, self stood on the right."),
        Wrong(SUB, "return self + other", "turn the sign of self around first"),
        Wrong(
            SUB,
            "return other - self.data",
            "a plain number, expected Value(data=7.0): a result must remember",
        ),
        Wrong(
            "return self + other\n",
            "self + other\n",
            "gives None, expected Value(data=5.0). Is there a return?",
        ),
        Wrong(
            "return self * other\n",
            "return self + other\n",
            "2 * Value(3.0) has data 5.0, expected 6.0.",
        ),
        Wrong(
            "return self * other\n",
            "return a * other\n",
            "In a reflected method there are only self and other.",
        ),
        Wrong(SUB, "return Value(self * -1 + other)", "has a Value as its data"),
        Unusual(SUB, "return -1 * self + other"),
        Unusual(SUB, "return (self - other) * -1"),
        Unusual(SUB, "return Value(other) - self"),
        Unusual(SUB, "return Value(other) + self * -1"),
    ],
    "direction": [
        Wrong("return -1", "return 1", "gives 1: that way the result grows."),
        Wrong("        return 1\n", "        return -1\n", "gives -1: that way the result grows."),
        Wrong("return 0", "return 1", "a small nudge changes next to nothing"),
        Wrong("return -1", "return -gradient", "a gradient is no distance: give 1 or -1."),
        Wrong("return -1", "return gradient", "the sign of the way up"),
        Wrong("return -1", "-1", "gives 0, but also a small gradient has a sign"),
        Wrong("return 0", "None", "gives None. Is there a return?"),
        Wrong("return -1", 'return "down"', "gives 'down', expected 1, -1 or 0."),
        Wrong("return -1", "return gradient < 0", "gives False, expected 1, -1 or 0."),
        Wrong("if gradient > 0", "if gradient > 1", "gives 0, but also a small gradient"),
        Wrong("return -1", "return -2", "gives -2, expected -1."),
        Unusual("return 0", "return 0.0"),
        Unusual("    if gradient > 0:\n        return -1\n", "    if gradient > 0: return -1\n"),
        Unusual("return 0", "return (gradient < 0) - (gradient > 0)"),
    ],
    "forecast": [
        Wrong("return gradient * nudge", "return gradient", "That is the gradient alone"),
        Wrong("return gradient * nudge", "return nudge", "That is the nudge alone"),
        Wrong("return gradient * nudge", "return gradient / nudge", "the change is a product."),
        Wrong("return gradient * nudge", "return nudge / gradient", "You divided by the gradient"),
        Wrong("return gradient * nudge", "return gradient + nudge", "You added the two"),
        Wrong("return gradient * nudge", "return -gradient * nudge", "Only the sign is wrong"),
        Wrong("return gradient * nudge", "return abs(gradient * nudge)", "The sign is lost"),
        Wrong("return gradient * nudge", "gradient * nudge", "gives None, expected a number."),
        Wrong("return gradient * nudge", "gradient * nudge", "Is there a return?"),
        Wrong("largest = 0.01", "largest = 1.0", "wrong by 102.0 percent: the curve has bent"),
        Wrong("largest = 0.01", "largest = 0.1", "wrong by 7.4 percent: the curve has bent"),
        Wrong("largest = 0.01", "largest = 0.001", "and also at the next larger one."),
        Wrong("largest = 0.01", "largest = 0.05", "0.05 is none of 0.001, 0.01, 0.1 and 1.0."),
        Unusual("return gradient * nudge", "change = nudge * gradient\n    return change"),
        Unusual("largest = 0.01", "largest = 1e-2"),
    ],
    "of-which-result": [
        Wrong(OF_O, "of_o = w1.data", "between n and o there is tanh as well."),
        Wrong(OF_O, "of_o = 1 - o.data**2", "That is the slope of tanh alone"),
        Wrong(OF_O, "of_o = (1 - o.data**2) * x1.data", "You multiplied by x1 itself"),
        Wrong(OF_O, "of_o = 1.5", "Only the sign is wrong."),
        Wrong(OF_O, "of_o = (1 - o.data**2) * w1", "of_o: a Value, expected a plain number."),
        Wrong("of_n = w1.data", "of_n = -1.5", "between x1 and n there is no tanh."),
        Wrong("of_n = w1.data", "of_n = 1.0", "That would be right for b"),
        Wrong("of_n = w1.data", "of_n = 2.0", "That is x1 itself; the slope of a product"),
        Wrong("of_n = w1.data", "of_n = ____", "of_n: still blank."),
        Wrong("of_n = w1.data\n", "", "of_n: not set: its line is missing."),
        Wrong("of_n = w1.data", 'of_n = "-3"', "of_n: '-3', expected a plain number."),
        Wrong("of_x2w2 = 0.0", "of_x2w2 = 1.0", "x1 plays no part in x2 * w2"),
        Wrong("of_x2w2 = 0.0", "of_x2w2 = w1.data", "x1 plays no part in x2 * w2"),
        Wrong("of_x2w2 = 0.0", "of_x2w2 = x2.data", "right for these numbers by coincidence"),
        Wrong("of_x1 = 1.0", "of_x1 = 0.0", "When x1 grows by 0.1, x1 grows by 0.1."),
        Wrong("of_x1 = 1.0", "of_x1 = w1.data", "No product lies between x1 and itself."),
        Wrong("of_x1 = 1.0", "of_x1 = -1.5", "Nothing lies between x1 and itself"),
        Wrong("of_x1 = 1.0", "of_x1 = x1.data", "That is its data"),
        Wrong("of_x1 = 1.0", "of_x1 = w2.data", "right for these numbers by coincidence"),
        Wrong("of_x1 = 1.0", "of_x1 = 0.3", "0.3, expected another number."),
        Unusual(OF_O, "of_o = -1.5"),
        Unusual("of_n = w1.data", "of_n = -3"),
        Unusual("of_x1 = 1.0", "of_x1 = x1.data / x1.data"),
    ],
    "gradients": [
        Wrong(N_GRAD, "n.grad = 1 - o**2", "n.grad: a Value, expected a plain number. Write .data"),
        Wrong(N_GRAD, "n.grad = 1 - n.data**2", "it is the output o that is squared."),
        Wrong(N_GRAD, "n.grad = 1 - o.data", "the o has to be squared."),
        Wrong(N_GRAD, "n.grad = o.data**2", "right for these numbers by coincidence"),
        Wrong(N_GRAD, "n.grad = o.data**2", "That is the square of o; the slope is 1 minus it."),
        Wrong(N_GRAD, "n.grad = o.data", "That is o itself"),
        Wrong(N_GRAD, "n.grad = o.grad", "n went through tanh"),
        Wrong("o.grad = 1.0", "o.grad = 0.0", "its gradient is 1."),
        Wrong(
            "total.grad = n.grad",
            "total.grad = 1.0",
            "the local slope of a sum alone; multiply it by the gradient of n.",
        ),
        Wrong("b.grad = n.grad", "b.grad = n.grad * b.data", "A sum does not multiply"),
        Wrong(
            "b.grad = n.grad",
            "b.grad = n.grad * (1 - o.data**2)",
            "The slope of tanh is in it twice",
        ),
        Wrong(
            "x1w1.grad = total.grad",
            "x1w1.grad = total.grad / 2",
            "A sum does not share its gradient out",
        ),
        Wrong(
            "x2w2.grad = total.grad",
            "x2w2.grad = 0",
            "a gradient tells about change, not about size.",
        ),
        Wrong(
            "x1.grad = x1w1.grad * w1.data",
            "x1.grad = x1w1.grad * x1.data",
            "You multiplied by x1 itself; the slope of a product is the other factor, w1.",
        ),
        Wrong(
            "x1.grad = x1w1.grad * w1.data",
            "x1.grad = w1.data",
            "That is the local slope alone, w1",
        ),
        Wrong("x1.grad = x1w1.grad * w1.data", "x1.grad = x1.data", "That is x1 itself"),
        Wrong("x2.grad = x2w2.grad * w2.data", "x2.grad = x2w2.grad", "handed on as by a sum"),
        Wrong(
            "w2.grad = x2w2.grad * x2.data",
            "w2.grad = x2w2.data",
            "right for these numbers by coincidence",
        ),
        Wrong(
            "w2.grad = x2w2.grad * x2.data",
            "w2.grad = x2.data",
            "That is the local slope alone, x2",
        ),
        Wrong(
            "x1.grad = x1w1.grad * w1.data",
            "x1.grad = x1w1.grad * x1w1.data",
            "You multiplied by the product",
        ),
        Wrong(
            "x1.grad = x1w1.grad * w1.data",
            "x1.grad = x1w1.grad + w1.data",
            "along a way, slopes multiply.",
        ),
        Wrong(
            "x2.grad = x2w2.grad * w2.data",
            "x2.grad = 0",
            "A value of 0 does not make its own gradient 0",
        ),
        Wrong("x1.grad = x1w1.grad * w1.data", "x1.grad = 1.5", "Only the sign is wrong."),
        Wrong("x1.grad = x1w1.grad * w1.data", "x1.grad = x1w1.grad * w1", "x1.grad: a Value"),
        Wrong("w1.grad = x1w1.grad * x1.data", "w1.grad = ____", "w1.grad: still blank."),
        Wrong("w1.grad = x1w1.grad * x1.data\n", "", "w1.grad: not set: its line is missing."),
        Wrong("w1.grad = x1w1.grad * x1.data", 'w1.grad = "1"', "expected a plain number."),
        Unusual("x1.grad = x1w1.grad * w1.data", "x1.grad = -1.5"),
        Unusual(N_GRAD, "n.grad = 0.5"),
        Unusual(N_GRAD, "n.grad = 1 - o.data * o.data"),
        Unusual("b.grad = n.grad", "b.grad = 1 * n.grad"),
        Unusual("total.grad = n.grad", "total.grad = (1 - o.data**2) * 1.0"),
    ],
    "operators": [
        Wrong(
            MULTIPLY,
            "(self.data, other.data)",
            "That is the first factor; the slope for a factor is the other one.",
        ),
        Wrong(
            MULTIPLY,
            "(other, self)",
            "has a Value among its slopes, expected plain numbers: write .data.",
        ),
        Wrong(MULTIPLY, "(1.0, 1.0)", "That is the slope of a sum."),
        Wrong(MULTIPLY, "(other.data, other.data)", "That is the second factor"),
        Wrong(MULTIPLY, "(self.data * other.data, self.data)", "That is the product itself."),
        Wrong("(1.0, 1.0)", "(self.data, other.data)", "A sum has slope 1 for both."),
        Wrong(POWER, "(k * self.data ** k - 1,)", "the exponent needs brackets, ** (k - 1)."),
        Wrong(POWER, "(k * self ** (k - 1),)", "Compute with the plain numbers in .data."),
        Wrong(POWER, "(self.data ** (k - 1),)", "The factor k is missing."),
        Wrong(POWER, "(k * self.data**k,)", "The exponent has to go down by one"),
        Wrong(POWER, "(self.data**k,)", "That is the power itself."),
        Wrong(POWER, "(k,)", "That is k alone"),
        Wrong(POWER, "(k * self.data,)", "The power is missing"),
        Wrong("(1 - t * t,)", "(1 - t,)", "That is 1 minus t; the t has to be squared."),
        Wrong("(1 - t * t,)", "(t * t,)", "the slope is 1 minus it."),
        Wrong("(1 - t * t,)", "(1 - self.data**2,)", "it is the result t that is squared."),
        Wrong("(1 - t * t,)", "(t,)", "That is t itself"),
        Wrong("(1 - t * t,)", "(t * t - 1,)", "Only the sign is wrong."),
        Wrong("(1 - t * t,)", "(1 - t * t)", "A tuple of one has a comma behind it: (x,)."),
        Wrong("(e,), ", "(e), ", "A tuple of one has a comma behind it: (x,)."),
        Wrong("(e,), ", "(self.data,), ", "That is x; exp is its own slope"),
        Wrong(
            "(e,), ",
            "(self.data * math.exp(1) ** (self.data - 1),), ",
            "That is the rule for x to a fixed power.",
        ),
        Wrong("(e,), ", "(1.0,), ", "That is the slope at 0 only"),
        Wrong("(e,), ", "(e, e), ", "has 2 slopes"),
        Wrong("(e,), ", '("e",), ', "expected plain numbers."),
        Wrong('return Value(e, (self,), (e,), "exp")', "return e", "expected a Value."),
        Wrong(
            "return -self + other",
            "return self + other",
            "The lower part of the class is right as it is given.",
        ),
        Unusual("(1 - t * t,)", "(1.0 - t**2,)"),
        Unusual("(1 - t * t,)", "[1 - math.tanh(self.data) ** 2]"),
        Unusual("(e,), ", "(math.exp(self.data),), "),
        Unusual(POWER, "(k * pow(self.data, k - 1),)"),
    ],
    "backward": [
        Wrong(
            "operand.grad += slope",
            "operand.grad = slope",
            "add with +=, since = overwrites the first one.",
        ),
        Wrong(
            "    for node in reversed(order):", "    for node in order:", "Is the order reversed?"
        ),
        Wrong("slope * node.grad", "slope", "multiply it by the gradient of the node."),
        Wrong("slope * node.grad", "node.grad", "multiply it by the slope."),
        Wrong(
            "slope * node.grad", "slope * node.data", "it is the node's grad that belongs there."
        ),
        Wrong("    root.grad = 1.0\n", "", "the root's own gradient has to be 1 before the walk."),
        Wrong(
            WALK,
            WALK.replace("    root.grad = 1.0\n", "") + "\n    root.grad = 1.0",
            "was the root's gradient 1 before the walk",
        ),
        Wrong(WALK, "    root.backward()", "reads .backward of a Value, which it does not have."),
        Wrong(
            WALK,
            "    root.grad = 1.0\n    def hurry(node):\n        for operand, slope in zip(node.operands, node.slopes):\n            operand.grad += slope * node.grad\n            hurry(operand)\n    hurry(root)",
            "before all of its shares are in",
        ),
        Wrong(
            WALK,
            "    root.grad = 1.0\n    for operand, slope in zip(root.operands, root.slopes):\n        operand.grad += slope * root.grad",
            "every node of the order has to",
        ),
        Wrong(
            WALK,
            "    root.grad = 1.0\n    for node in reversed(order):\n        for operand in node.operands:\n            operand.grad += node.slopes[node.operands.index(operand)] * node.grad",
            "Behind the values, operands holds the plain numbers",
        ),
        Wrong(
            WALK,
            "    root.grad = 1.0\n    for node in reversed(order):\n        for k in range(len(node.operands)):\n            slope = node.slopes[k]\n            node.operands[k].grad += slope * node.grad",
            "has no slope; zip with the slopes stops before it.",
        ),
        Wrong(
            "        if node.operands:  # computed, not a leaf\n            node.grad = 0.0",
            "        pass",
            "computed nodes must begin each pass at 0.",
        ),
        Wrong("    root.grad = 1.0", "    root.grad = 2.0", "The root's gradient is 2"),
        Wrong("operand.grad += slope", "operand.grad -= slope", "expected"),
        Wrong(
            "slope * node.grad",
            "slopes * node.grad",
            "The names here are root, order, node, operand and slope.",
        ),
        Wrong(
            "    order = topological_order(root)\n",
            "    def visit(node, order):\n        for o, _ in zip(node.operands, node.slopes):\n            if o not in order:\n                visit(o, order)\n        order.append(node)\n        return order\n\n    order = visit(root, [])\n",
            "this graph is a long chain",
        ),
        Unusual("reversed(order)", "order[::-1]"),
        Unusual(
            WALK,
            "    root.grad = 1.0\n    while order:\n        node = order.pop()\n        for k in range(len(node.slopes)):\n            node.operands[k].grad += node.slopes[k] * node.grad",
        ),
        Unusual(
            "operand.grad += slope * node.grad", "operand.grad = operand.grad + node.grad * slope"
        ),
        Unusual("root.grad = 1.0", "root.grad = 1"),
    ],
    "softplus": [
        Wrong(
            SOFTPLUS,
            "1 / (1 + math.exp(x))",
            "multiply it by the slope of what is inside, math.exp(x).",
        ),
        Wrong(SOFTPLUS, "math.exp(x)", "multiply it by the slope of the logarithm"),
        Wrong(SOFTPLUS, "math.exp(x) / 1 + math.exp(x)", "put brackets around 1 + math.exp(x)."),
        Wrong(
            SOFTPLUS,
            "1 / 1 + math.exp(x)",
            "put brackets around 1 + math.exp(x), and multiply by math.exp(x).",
        ),
        Wrong(SOFTPLUS, "1 / math.exp(x)", "Inside the logarithm stands 1 + math.exp(x)"),
        Wrong(SOFTPLUS, "(1 + math.exp(x)) / math.exp(x)", "The fraction is upside down."),
        Wrong(SOFTPLUS, "-math.exp(x) / (1 + math.exp(x))", "Only the sign is wrong."),
        Wrong(SOFTPLUS, "softplus(x)", "That is softplus itself."),
        Wrong(SOFTPLUS, "math.log(math.exp(x))", "log and exp undo each other."),
        Wrong(SOFTPLUS, "exp(x) / (1 + exp(x))", "write math.exp."),
        Wrong(f"return {SOFTPLUS}", SOFTPLUS, "gives None. Is there a return?"),
        Wrong(SOFTPLUS, 'f"{x}"', "expected a plain number."),
        Wrong(
            "def softplus_slope",
            "def slope_of_softplus",
            "There is no function softplus_slope any more.",
        ),
        Unusual(SOFTPLUS, "1 / (1 + math.exp(-x))"),
        Unusual(SOFTPLUS, "1 - 1 / (1 + math.exp(x))"),
        Unusual(SOFTPLUS, "(1 + math.tanh(x / 2)) / 2"),
    ],
    "neuron": [
        Wrong("total.tanh()", "total", "That is the sum before tanh."),
        Wrong("total.tanh()", "total.relu()", "That is relu of the sum; this neuron ends in tanh."),
        Wrong(LOOP, "            total = w * xi", "Only the last product arrived"),
        Wrong(LOOP, "            total = self.b + w * xi", "Only the last product arrived"),
        Wrong(LOOP, "            total = total", "Only the bias arrived"),
        Wrong("total = self.b", "total = Value(0.0)", "The bias is missing."),
        Wrong(
            "return total.tanh()",
            "return (total + self.b).tanh()",
            "The bias was added more than once.",
        ),
        Wrong(
            LOOP,
            "            total = total + w + xi",
            "Weight and input were added; multiply them.",
        ),
        Wrong(
            LOOP + "\n        return total.tanh()",
            "            total = (total + w * xi).tanh()\n        return total",
            "tanh comes once, after the loop.",
        ),
        Wrong(
            LOOP + "\n",
            LOOP + "\n            return total.tanh()\n",
            "does a return stand inside the loop?",
        ),
        Wrong("w * xi", "w.data * xi", "the first weight has the gradient 0"),
        Wrong(
            "return total.tanh()",
            "return total.tanh().data",
            "Compute with the Values, not with their data.",
        ),
        Wrong("return total.tanh()", "total.tanh()", "gives None. Is there a return?"),
        Wrong("w * xi", "self.w * xi", "self.w is a list of weights; w is one of them."),
        Wrong("w * xi", "w * x1", "Inside the loop the names are total, w and xi."),
        Wrong(
            "[*self.w, self.b]", "self.w", "has 2 entries, expected 3: two weights and the bias."
        ),
        Wrong("[*self.w, self.b]", "[self.w, self.b]", "A star unpacks it"),
        Wrong("[*self.w, self.b]", "self.w + self.b", "put both into one list, [*self.w, self.b]."),
        Wrong("[*self.w, self.b]", "[self.b, *self.w]", "the weights first, then the bias."),
        Wrong("[*self.w, self.b]", "self.b", "expected a list of three Values."),
        Wrong(
            "[*self.w, self.b]",
            "[w.data for w in self.w] + [self.b]",
            "the Values themselves, not their data.",
        ),
        Wrong(
            "return [*self.w, self.b]",
            "[*self.w, self.b]",
            "parameters() gives None. Is there a return?",
        ),
        Wrong(
            "self.w = [Value(random.uniform(-1, 1)) for _ in range(nin)]",
            "self.w = Value(random.uniform(-1, 1))",
            "the first method is right as it is given.",
        ),
        Unusual("[*self.w, self.b]", "self.w + [self.b]"),
        Unusual(LOOP, "            total += w * xi"),
        Unusual(LOOP, "            total = xi * w + total"),
    ],
    "layer": [
        Wrong(
            "[Neuron(nin) for _ in range(nout)]",
            "[Neuron(nin)] * nout",
            "holds one and the same neuron four times.",
        ),
        Wrong(
            "[Neuron(nin) for _ in range(nout)]",
            "[Neuron(nout) for _ in range(nin)]",
            "has 3 neurons, expected 4",
        ),
        Wrong(
            "Neuron(nin) for _ in range(nout)",
            "Neuron(nout) for _ in range(nout)",
            "has 4 weights, expected 3",
        ),
        Wrong(
            "[Neuron(nin) for _ in range(nout)]",
            "Neuron(nin)",
            "a single neuron, expected a list of four neurons.",
        ),
        Wrong("[Neuron(nin) for _ in range(nout)]", "[nin] * nout", "something that is no Neuron"),
        Wrong(
            "[neuron(x) for neuron", "[neuron for neuron", "The outputs are the neurons themselves."
        ),
        Wrong("[neuron(x) for neuron", "[x for neuron", "expected what neuron(x) returns."),
        Wrong(
            "[neuron(x) for neuron", "[self.neurons[0](x) for neuron", "Each output is neuron(x)."
        ),
        Wrong(
            "[neuron(x) for neuron",
            "[neurons(x) for neuron",
            "the neurons of this layer are self.neurons.",
        ),
        Wrong(
            "return outputs[0] if len(outputs) == 1 else outputs",
            "return outputs",
            "the line with outputs[0] is right as it is given.",
        ),
        Wrong(
            "return outputs[0] if len(outputs) == 1 else outputs",
            "return outputs[0]",
            "expected a list of four Values.",
        ),
        Wrong(
            FLAT,
            "[neuron.parameters() for neuron in self.neurons]",
            "has 4 entries, one list for each neuron",
        ),
        Wrong(
            FLAT,
            "[p for p in neuron.parameters() for neuron in self.neurons]",
            "the outer loop stands first.",
        ),
        Wrong(
            FLAT, "[w for neuron in self.neurons for w in neuron.w]", "the four biases are missing."
        ),
        Wrong(FLAT, "self.neurons[0].parameters() * 2", "has 8 entries, expected 16"),
        Wrong(
            FLAT,
            "[p for neuron in self.neurons[::-1] for p in neuron.parameters()]",
            "is in another order",
        ),
        Wrong("return " + FLAT, FLAT, "parameters() gives None. Is there a return?"),
        Wrong(FLAT, "dict(enumerate(self.neurons))", "parameters() gives a dict"),
        Wrong(
            "[Neuron(nin) for _ in range(nout)]",
            "[Neuron(nin) for _ in nout]",
            "Neuron(nin) makes one neuron",
        ),
        Unusual(FLAT, "sum([neuron.parameters() for neuron in self.neurons], [])"),
        Unusual(
            "[Neuron(nin) for _ in range(nout)]", "list(map(lambda _: Neuron(nin), range(nout)))"
        ),
        Unusual(FLAT, "[p for n in self.neurons for p in [*n.w, n.b]]"),
    ],
    "network": [
        Wrong(
            FLAT_LAYERS,
            "[layer.parameters() for layer in self.layers]",
            "has 3 entries, one list for each layer",
        ),
        Wrong(
            FLAT_LAYERS,
            "[p for p in layer.parameters() for layer in self.layers]",
            "the outer loop stands first.",
        ),
        Wrong(
            FLAT_LAYERS,
            "self.layers[0].parameters()",
            "expected 41: all weights and biases of all layers.",
        ),
        Wrong(
            FLAT_LAYERS,
            "[p for layer in self.layers[::-1] for p in layer.parameters()]",
            "is in another order",
        ),
        Wrong("return " + FLAT_LAYERS, FLAT_LAYERS, "parameters() gives None. Is there a return?"),
        Wrong(
            "Layer(sizes[i], sizes[i + 1])",
            "Layer(sizes[i + 1], sizes[i])",
            "inputs first, then outputs.",
        ),
        Wrong("Layer(sizes[i], sizes[i + 1])", "Layer(nin, nouts[i])", "go 3 to 4, 3 to 4, 3 to 1"),
        Wrong(
            "Layer(sizes[i], sizes[i + 1])",
            "Layer(sizes[i + 1], sizes[i + 2])",
            "sizes has one entry more than there are layers",
        ),
        Wrong("range(len(nouts))", "range(len(nouts) - 1)", "has 2 layers, expected 3"),
        Wrong(
            "Layer(sizes[i], sizes[i + 1])",
            "Layer(size[i], size[i + 1])",
            "Inside the class, the layers are self.layers.",
        ),
        Wrong(
            "Layer(sizes[i], sizes[i + 1])",
            "Layer(sizes, sizes)",
            "takes two numbers; sizes is a list of them.",
        ),
        Wrong(
            "            x = layer(x)", "            x = layer", "gives a layer. Call it: layer(x)."
        ),
        Wrong("x = layer(x)", "x = self.layers(x)", "Inside the loop, layer is one layer."),
        Wrong(
            "            x = layer(x)",
            "            y = layer(x)",
            "goes into the next, under the same name: x = layer(x).",
        ),
        Wrong("        return x", "        return [x]", "expected a single Value"),
        Wrong(
            "            x = layer(x)\n        return x",
            "            out = layer(x) if layer is self.layers[0] else layer(self.layers[0](x))\n        return out",
            "goes on from what came out of the one before.",
        ),
        Wrong(
            "            x = layer(x)",
            "            x = layer()",
            "Call each layer with what came out of the one before it",
        ),
        Unusual(FLAT_LAYERS, "sum((layer.parameters() for layer in self.layers), [])"),
        Unusual(
            "[Layer(sizes[i], sizes[i + 1]) for i in range(len(nouts))]",
            "[Layer(a, b) for a, b in zip(sizes, nouts)]",
        ),
        Unusual("x = layer(x)", "x = layer.__call__(x)"),
    ],
    "one-update": [
        Wrong(UPDATE, "p.data + learning_rate * p.grad", "That is with the gradient: uphill."),
        Wrong(UPDATE, "-learning_rate * p.grad", "That is the push alone"),
        Wrong(UPDATE, "learning_rate * p.grad", "That is the push alone"),
        Wrong(UPDATE, "p.data - p.grad", "multiply it by the learning rate first."),
        Wrong(UPDATE, "p.data - learning_rate", "The gradient plays no part in it"),
        Wrong(UPDATE, "p.data + learning_rate", "The gradient plays no part in it"),
        Wrong(UPDATE, "p.data - learning_rate * p.data", "The push is made of p.data"),
        Wrong(UPDATE, "p.data - learning_rate / p.grad", "not the rate divided by it."),
        Wrong(UPDATE, "p.data * learning_rate * p.grad", "not multiplied with it."),
        Wrong(UPDATE, "p.data - learning_rate * abs(p.grad)", "Every parameter was pushed down"),
        Wrong(UPDATE, "p.data + learning_rate * abs(p.grad)", "Every parameter was pushed up"),
        Wrong(UPDATE, "p.data - learning_rate * bias.grad", "in the loop it is p.grad."),
        Wrong(
            UPDATE,
            "p.data - learning_rate * model.parameters()[3].grad",
            "Every parameter was moved by the bias's gradient",
        ),
        Wrong(UPDATE, "p.data", "It has not moved."),
        Wrong(UPDATE, "p - learning_rate * p.grad", "became a Value. Work with p.data and p.grad"),
        Wrong(
            "learning_rate = 0.1", "learning_rate = 0.05", "the first line is right as it is given."
        ),
        Wrong(
            UPDATE, "p.data - rate * p.grad", "The names here are p.data, p.grad and learning_rate."
        ),
        Wrong(
            UPDATE,
            "p.data - learning_rate * p.grad\n    p.grad = 0.0",
            "The update changes p.data only.",
        ),
        Unusual("p.data = " + UPDATE, "p.data -= learning_rate * p.grad"),
        Unusual(UPDATE, "value - 0.1 * p.grad"),
        Unusual(UPDATE, "p.data + learning_rate * -p.grad"),
    ],
    "train": [
        Wrong(ZERO, "", "set them to zero before backward."),
        Wrong(STEP, STEP.replace("-=", "+="), "should go against it."),
        Wrong(STEP, STEP.replace("learning_rate", "0.1"), "use the argument learning_rate."),
        Wrong("        loss.backward()\n", "", "loss.backward() is not called"),
        Wrong(TRAIN, "        update()\n    return losses", "train is given another model."),
        Wrong(STEP, "            p -= learning_rate * p.grad", "Write p.data -="),
        Wrong(STEP, "            p.data = learning_rate * p.grad", "p.data becomes the push alone"),
        Wrong(
            "    return losses", "        return losses", "Does the return stand inside the loop?"
        ),
        Wrong("    return losses", "    losses", "gives None. Is there a return?"),
        Wrong("    return losses", "    return losses[-1]", "expected the list of losses."),
        Wrong(
            "losses.append(loss.data)",
            "losses.append(loss)",
            "expected plain numbers: append loss.data.",
        ),
        Wrong(
            "        loss.backward()", "        model.backward()", "backward belongs to the loss"
        ),
        Wrong(
            "        loss.backward()",
            "        losses[-1].backward()",
            "backward belongs to the loss",
        ),
        Wrong(
            "            p.grad = 0.0\n        loss.backward()\n        for p in model.parameters():\n",
            "            p.grad = 0.0\n            loss.backward()\n",
            "put loss.backward() before the loop over the parameters.",
        ),
        Wrong(
            ZERO + "        loss.backward()\n",
            "        loss.backward()\n" + ZERO,
            "the gradients are zero when the update runs.",
        ),
        Wrong("range(steps)", "range(steps - 1)", "losses, expected 5."),
        Wrong(APPEND, "", "losses, expected 5."),
        Wrong(
            TRAIN,
            TRAIN.replace(
                "    return losses",
                "        losses[-1] = sum((model(x) - y) ** 2 for x, y in zip(xs, ys)).data\n    return losses",
            ),
            "append it before.",
        ),
        Wrong(
            STEP,
            "            p.data -= learning_rate * p.grad / 2",
            "Check the order: forward, zero, backward, update.",
        ),
        Wrong(
            "        for p in model.parameters():\n" + STEP,
            "        for p in parameters:\n" + STEP,
            "The names here are model, loss, losses, p and learning_rate.",
        ),
        Unusual(ZERO, "        model.zero_grad()\n"),
        Unusual(STEP, "            p.data = p.data - learning_rate * p.grad"),
        Unusual(STEP + "\n", STEP + "\n            p.grad = 0.0\n"),
    ],
    "stable-softmax": [
        Wrong(
            "math.exp(s - largest)",
            "math.exp(s)",
            "Take the largest score away from each before math.exp.",
        ),
        Wrong(
            "largest = max(scores)",
            "largest = min(scores)",
            "makes a number that is too large to store.",
        ),
        Wrong(
            "largest = max(scores)",
            "largest = scores[-1]",
            "softmax([2000.0, 0.0]) makes a number that is too large",
        ),
        Wrong("largest = max(scores)", "largest = 1000", "Every power came out as 0."),
        Wrong(
            "math.exp(s - largest)",
            "math.exp(largest - s)",
            "take the largest from s, not s from the largest.",
        ),
        Wrong("math.exp(s - largest)", "s - largest", "math.exp is missing."),
        Wrong(
            "math.exp(s - largest)",
            "math.exp(s / largest)",
            "Dividing the scores changes the probabilities",
        ),
        Wrong("math.exp(s - largest)", "math.exp(s) - largest", "inside its brackets."),
        Wrong(
            "return [power / total for power in powers]", "return powers", "Those are the powers"
        ),
        Wrong("power / total", "power / largest", "divide by the sum of the powers."),
        Wrong(
            "return [power / total for power in powers]",
            "return powers / total",
            "powers is a list, and sum(powers) a number again.",
        ),
        Wrong(
            "return [power / total for power in powers]",
            "[power / total for power in powers]",
            "gives None. Is there a return?",
        ),
        Wrong("return [power / total for power in powers]", "return total", "expected a list of"),
        Wrong(
            "return [power / total for power in powers]",
            "return [power / total for power in powers][:1]",
            "entries, expected 3.",
        ),
        Wrong("math.exp(s - largest)", "(s - largest).exp()", "The scores are plain numbers here"),
        Wrong(
            "math.exp(s - largest)",
            "math.exp(s - biggest)",
            "The names here are scores, s, largest and powers.",
        ),
        Wrong(
            "return [power / total for power in powers]",
            "return [1 / len(powers) for power in powers]",
            "Each probability is its power divided by the sum of the powers.",
        ),
        Unusual("largest = max(scores)", "largest = sorted(scores)[-1]"),
        Unusual("math.exp(s - largest)", "math.e ** (s - largest)"),
        Unusual(
            SOFTMAX,
            "    largest = max(scores)\n    powers = [math.exp(s - largest) for s in scores]\n    return tuple(p / sum(powers) for p in powers)",
        ),
    ],
    "step-decay": [
        Wrong(DECAY, "return 0.1 * 0.5 ** (k / 20)", "use // to halve only every 20th."),
        Wrong(DECAY, "return 0.1 * 0.5 ** k // 20", "put brackets around k // 20."),
        Wrong(DECAY, "return 0.1 * (0.5 ** k // 20)", "put brackets around k // 20."),
        Wrong(DECAY, "return 0.1 * 0.5 ** (k % 20)", "// says how often 20 goes into k."),
        Wrong(DECAY, "return 0.1 * 0.5 * (k // 20)", "not by 0.5 * n."),
        Wrong(DECAY, "return 0.1 * (k // 20)", "not by n."),
        Wrong(
            DECAY, "return 0.1 * 0.5 ** ((k + 1) // 20)", "the first twenty iterations are 0 to 19"
        ),
        Wrong(
            DECAY,
            "return 0.1 * 0.5 ** (max(k - 1, 0) // 20)",
            "the first twenty iterations are 0 to 19",
        ),
        Wrong(DECAY, "return 0.1 * 0.5 ** k", "It halves at each iteration"),
        Wrong(DECAY, "return 0.1 / (k // 20 + 1)", "halving again gives a quarter."),
        Wrong(DECAY, "return 0.1 - 0.05 * (k // 20)", "It falls by the same amount each time"),
        Wrong(DECAY, "return 0.1 - 0.1 * k / 40", "It falls in a straight line"),
        Wrong(DECAY, "return 0.1 * 2 ** (k // 20)", "It grows"),
        Wrong(DECAY, "return 0.1", "The rate never drops."),
        Wrong(DECAY, "return 0.1 if k < 20 else 0.05", "It drops only once."),
        Wrong(DECAY, "return 0.1 if k < 20 else 0.0", "It drops to nothing"),
        Wrong(
            DECAY,
            "return [0.1, 0.05, 0.025][k // 20]",
            "The halving goes on for ever; a table ends.",
        ),
        Wrong(DECAY, "return 0.1 / (k // 20)", "At iteration 0 nothing has been halved yet"),
        Wrong(DECAY, "return 0.1 * 0.5 ^ (k // 20)", "a power is written **"),
        Wrong(DECAY, "return 0.1 * 0.5 ** (step // 20)", "The only name here is k."),
        Wrong(DECAY, "print(0.1 * 0.5 ** (k // 20))", "gives None. Is there a return?"),
        Wrong(DECAY, "return str(0.1)", "expected the number 0.1."),
        Unusual(DECAY, "return 0.1 / 2 ** (k // 20)"),
        Unusual(
            DECAY, "rate = 0.1\n    for _ in range(k // 20):\n        rate /= 2\n    return rate"
        ),
        Unusual(DECAY, "return 0.1 if k < 20 else step_decay(k - 20) / 2"),
        Unusual(DECAY, "return 0.1 * 0.5 ** int(k / 20)"),
    ],
    "doubled": [
        Wrong(
            "added = -4.8",
            "added = -10.8",
            "That is what p.grad holds afterwards; asked for is only what came in.",
        ),
        Wrong("added = -4.8", "added = -6.0", "p has moved to 0.6 meanwhile"),
        Wrong("added = -4.8", "added = -12.0", "p has moved to 0.6 meanwhile"),
        Wrong("added = -4.8", "added = 4.8", "The sign is wrong"),
        Wrong("added = -4.8", "added = -2.4", "The slope of a square is twice the distance."),
        Wrong("added = -4.8", "added = -0.48", "it is the step, and not the gradient."),
        Wrong("added = -4.8", "added = 0", "backward adds the slope at the place where p is now."),
        Wrong("left_over = -6.0", "left_over = 0", "if the gradient had been zeroed"),
        Wrong("left_over = -6.0", "left_over = 6.0", "The sign is wrong"),
        Wrong("left_over = -6.0", "left_over = -3.0", "twice the distance."),
        Wrong("left_over = -6.0", "left_over = 0.6", "That is where p went"),
        Wrong(
            "left_over = -6.0",
            "left_over = -10.8",
            "left_over: -10.8, expected -6.0. That is what p.grad holds afterwards.",
        ),
        Wrong("left_over = -6.0", "left_over = -5.4", "left_over: -5.4, expected -6.0."),
        Wrong("left_over = -6.0", 'left_over = "-6"', "expected a number."),
        Wrong("left_over = -6.0", "left_over = ____", "left_over: still blank."),
        Wrong(
            "left_over = -6.0  # what was in p.grad before the second backward\nadded = -4.8",
            "left_over = -4.8\nadded = -6.0",
            "in the wrong places",
        ),
        Unusual("added = -4.8", "added = 2 * (0.6 - 3)"),
        Unusual("left_over = -6.0", "left_over = 2 * (0 - 3.0)"),
        Unusual("added = -4.8", "added = -10.8 - left_over"),
    ],
    "diagnose": [
        Wrong('A = "zeroing"', 'A = "rate"', "the first step is healthy, and the loss soon jumps"),
        Wrong('B = "inputs"', 'B = "start"', "both layers are flat at the first step. Is that so"),
        Wrong('C = "rate"', 'C = "zeroing"', "the loss falls as in the healthy training at first"),
        Wrong('D = "dead"', 'D = "inputs"', "only the first layer is flat at the first step."),
        Wrong('C = "rate"', 'C = "dead"', "exactly 0, and the loss never moves."),
        Wrong('B = "inputs"', 'B = "dead"', "B: not dead."),
        Wrong('D = "dead"', 'D = "start"', "D: not start."),
        Wrong('A = "zeroing"', 'A = "momentum"', "'momentum' is none of the five words"),
        Wrong('A = "zeroing"', "A = 1", "1 is none of the five words"),
        Wrong('A = "zeroing"', "A = zeroing", 'A fault stands between quotes, as "rate".'),
        Wrong('D = "dead"', 'D = "____"', "D: still blank."),
        Wrong('D = "dead"', "D = ____", "D: still blank."),
        Wrong('D = "dead"', "", "D: still blank."),
        Wrong('C = "rate"', 'C = ["rate"]', "is none of the five words"),
        Unusual('A = "zeroing"', 'A = " Zeroing "'),
        Unusual('D = "dead"', "D = 'dead'"),
        Unusual('C = "rate"\nD = "dead"', 'C, D = "rate", "dead"'),
    ],
    "mend": [
        Wrong("(number - middle) / size", "number / size", "take the middle away before"),
        Wrong("(number - middle) / size", "number - middle", "now divide by the size."),
        Wrong("(number - middle) / size", "number - middle / size", "Python divides first"),
        Wrong("(number - middle) / size", "(number - middle) * size", "has to be divided by"),
        Wrong("(number - middle) / size", "abs(number - middle) / size", "The signs are lost"),
        Wrong("(number - middle) / size", "(middle - number) / size", "is turned round"),
        Wrong("(number - middle) / size", "(number - middle) / middle", "divided by the middle"),
        Wrong("(number - middle) / size", "number / middle", "divided by the middle"),
        Wrong("(number - middle) / size", "number", "Nothing has changed."),
        Wrong("(number - middle) / size", "(numbers - middle) / size", "numbers is the whole list"),
        Wrong("(number - middle) / size", "(x - middle) / size", "The names here are numbers"),
        Wrong("abs(number - middle)", "number - middle", "Distances with their signs cancel"),
        Wrong("abs(number - middle)", "(number - middle) ** 2", "expected about 1."),
        Wrong("mean([abs(number - middle) for number in numbers])", "1000 * middle", "about 1."),
        Wrong("(number - middle) / size", "number / size - 1", "expected 0."),
        Wrong(
            "[(number - middle) / size for number in numbers]",
            "sorted([(middle - number) / size for number in numbers], key=abs)",
            "the order of the numbers has changed.",
        ),
        Wrong("    return [(", "    [(", "gives None. Is there a return?"),
        Wrong("[(number - middle) / size for number in numbers]", "size", "expected a list of 3"),
        Wrong("return [(number - middle) / size", "return [____", "still has a blank"),
        Unusual("abs(number - middle)", "max(number - middle, middle - number)"),
        Unusual(
            "mean([abs(number - middle) for number in numbers])",
            "mean([(number - middle) ** 2 for number in numbers]) ** 0.5",
        ),
        Unusual(
            "mean([abs(number - middle) for number in numbers])", "max(numbers) - min(numbers)"
        ),
        Unusual("(number - middle) / size", "number / size - middle / size"),
    ],
    "head": [
        Wrong(
            f"{ATTEND}])\n        outputs.append([{MIX}",
            "score(queries[i], keys[j]) for j in range(len(xs))])\n"
            "        outputs.append([sum(weights[j] * values[j][k] for j in range(len(xs)))",
            "Every position attends to all, the later ones too",
        ),
        Wrong(ATTEND, f"{PRODUCTS} for j in range(i + 1)", "The scale is missing"),
        Wrong(
            ATTEND,
            f"{PRODUCTS} / len(queries[i]) for j in range(i + 1)",
            "divided by the length itself, expected its square root.",
        ),
        Wrong(
            ATTEND,
            f"{PRODUCTS} * math.sqrt(len(queries[i])) for j in range(i + 1)",
            "multiplied by the square root of the length, expected a division.",
        ),
        Wrong(
            ATTEND,
            f"{PRODUCTS} / math.sqrt(len(xs[i])) for j in range(i + 1)",
            "The scale is the square root of the query's length, not of the input's.",
        ),
        Wrong(ATTEND, ATTEND.replace("queries[i], keys[j]", "queries[j], keys[i]"), "are swapped"),
        Wrong(ATTEND, ATTEND.replace("keys[j]", "keys[i]"), "All weights are equal"),
        Wrong(MIX, MIX.replace("values[j]", "keys[j]"), "The mean is taken of the keys"),
        Wrong(MIX, MIX.replace("values[j]", "queries[j]"), "The mean is taken of the queries"),
        Wrong(MIX, MIX.replace("values[j]", "values[i]"), "the position's own value alone"),
        Wrong(MIX, "weights[i] * values[i][k]", "is a sum of weights[j] * values[j][k]"),
        Wrong(MIX, MIX.replace("range(i + 1)", "range(len(xs))"), "both ranges end at i + 1."),
        Wrong(ATTEND, ATTEND.replace("i + 1", "i"), "The first position attends to itself"),
        Wrong(
            ATTEND, "queries[i] * keys[j] for j in range(i + 1)", "are vectors, which score takes"
        ),
        Wrong(ATTEND, ATTEND.replace("score(", "score(query, "), "The names here are xs, queries"),
        Wrong(OUTPUT, "outputs.append(weights)", "An output has as many numbers as a value."),
        Wrong(
            OUTPUT,
            "outputs.append(sum(weights[j] * values[j][0] for j in range(i + 1)))",
            "at position 0, expected a list of numbers.",
        ),
        Wrong(OUTPUT, f"outputs = [{MIX} for k in range(len(values[0]))]", "for each of the 4"),
        Wrong("    return outputs", "", "gives None. Is there a return?"),
        Wrong(MIX, MIX.replace("weights[j]", "weights[j].data"), "PyTorch's"),
        Wrong(
            MIX,
            "sum(weights[j].data * values[j][k].data for j in range(i + 1))",
            "plain numbers, expected Values",
        ),
        Unusual(ATTEND, f"{PRODUCTS} / len(queries[i]) ** 0.5 for j in range(i + 1)"),
        Unusual(ATTEND, "score(queries[i], key) for key in keys[: i + 1]"),
        Unusual(MIX, "sum(w * v[k] for w, v in zip(weights, values))"),
    ],
    "surprise": [
        Wrong("-math.log", "math.log", "The sign is wrong"),
        Wrong(MEAN, "return sum(surprises)", "That is the sum of all surprises"),
        Wrong(MEAN, "return sum(surprises) / len(names)", "divided by the number of names"),
        Wrong(
            MEAN,
            "rows = [[-math.log(shares[a][b]) for a, b in pairs(n)] for n in names]\n"
            "    return sum(sum(r) / len(r) for r in rows) / len(rows)",
            "That is a mean of the means of the names",
        ),
        Wrong("math.log(", "math.log2(", "That is in bits"),
        Wrong("math.log(", "math.log10(", "That is the logarithm to base 10"),
        Wrong(
            f"{SURPRISE}\n    {MEAN}",
            "surprises.append(shares[first][second])\n"
            "    return -math.log(sum(surprises) / len(surprises))",
            "That is the logarithm of the mean",
        ),
        Wrong(SURPRISE, "surprises.append(shares[first][second])", "That is the mean probability"),
        Wrong(
            SURPRISE,
            "surprises.append(1 - shares[first][second])",
            "That is the mean of 1 minus the probability",
        ),
        Wrong(f"\n    {MEAN}", f"\n            {MEAN}", "the first pair alone"),
        Wrong(
            "    surprises = []\n    for name in names:\n",
            "    for name in names:\n        surprises = []\n",
            "Only the last name counts",
        ),
        Wrong("shares[first][second]", "shares[second][first]", "The two letters are swapped"),
        Wrong(MEAN, "sum(surprises) / len(surprises)", "gives None. Is there a return?"),
        Wrong(MEAN, "return surprises", "expected one number."),
        Wrong("shares[first][second]", "shares[first + second]", "with both letters."),
        Wrong("-math.log(shares", "math.log(-shares", "A logarithm wants a number above 0"),
        Wrong("-math.log(shares[first][second])", "-math.log(shares[first])", "sum and len take"),
        Wrong("(shares[first][second])", "(shares[a][b])", "The names here are shares, names"),
        Wrong(SURPRISE, "pass", "append each one inside the inner loop."),
        Wrong("-math.log(shares[first][second])", "2.0", "Each surprise is -math.log"),
        Unusual("-math.log(shares[first][second])", "math.log(1 / shares[first][second])"),
        Unusual(MEAN, "import statistics\n    return statistics.fmean(surprises)"),
    ],
    "gpt": [
        Wrong("range(i + 1)", "range(length)", "the loss will be too good to be true."),
        Wrong("range(i + 1)", "range(i)", "A position attends to itself as well."),
        Wrong("range(i + 1)", "range(i, length)", "These are the later positions"),
        Wrong("range(i + 1)", "[i]", "They are all from 0 to 2, itself included."),
        Wrong("range(i + 1)", "i + 1", "expected positions, as a range or a list."),
        Wrong("return range(i + 1)", "range(i + 1)", "gives None. Is there a return?"),
        Wrong("range(i + 1)", "range(j + 1)", "The names here are i, length, x, found"),
        Wrong(HEADS_ADDED, 'x = linear(found, model["join"])', "The first step replaces x"),
        Wrong(HIDDEN_ADDED, 'x = linear(hidden, model["down"])', "The second step replaces x"),
        Wrong(
            HEADS_ADDED + BETWEEN + HIDDEN_ADDED,
            'x = linear(found, model["join"])' + BETWEEN + 'x = linear(hidden, model["down"])',
            "Both steps replace x",
        ),
        Wrong(HEADS_ADDED, "x = add(x, found)", "What the heads found has to go through"),
        Wrong(HIDDEN_ADDED, "x = add(x, hidden)", "The hidden numbers have to go through"),
        Wrong(HEADS_ADDED, "x = x", "The heads' result is not used"),
        Wrong(HIDDEN_ADDED, "x = x", "The hidden layer's result is not used"),
        Wrong(HEADS_ADDED, HEADS_ADDED.replace("add(x", "add(rms_norm(x)"), "The first residual"),
        Wrong(
            HIDDEN_ADDED, HIDDEN_ADDED.replace("add(x", "add(rms_norm(x)"), "The second residual"
        ),
        Wrong(HEADS_ADDED, HEADS_ADDED.replace("add(x", "add(found"), "Each step is x = add(x"),
        Wrong(HEADS_ADDED, 'x = x - linear(found, model["join"])', "a residual is add(x, …)"),
        Wrong(
            "    return scores", "    return scores[-1][0]", "Are the last two lines still there?"
        ),
        Wrong("return range(i + 1)", "return range(i + 2)", "They are all from 0 to 2"),
        Unusual("range(i + 1)", "[j for j in range(length) if j <= i]"),
        Unusual(HEADS_ADDED, 'x = add(linear(found, model["join"]), x)'),
        Unusual(HIDDEN_ADDED, 'x = [a + b for a, b in zip(x, linear(hidden, model["down"]))]'),
    ],
    "share-right": [
        Wrong("scores.index(max(scores))", "max(scores)", "take its place in the list."),
        Wrong("scores.index(max(scores))", "scores.index(min(scores))", "not of the smallest."),
        Wrong(
            "scores.index(max(scores))",
            "max(range(len(scores)))",
            "Count where the place of the largest score is the label",
        ),
        Wrong("scores.index(max(scores))", "scores.index(label)", "x has to be one of the scores."),
        Wrong(
            "scores.index(max(scores))",
            "label",
            "Count where the place of the largest score is the label",
        ),
        Wrong("answer == label", "answer != label", "That is the share of the wrong ones."),
        Wrong(
            "answer == label", "label", "Count where the place of the largest score is the label"
        ),
        Wrong("right / len(labels)", "right", "That is how many are right."),
        Wrong("right / len(labels)", "100 * right / len(labels)", "A share of one half is 0.5."),
        Wrong("right / len(labels)", "right / len(scores)", "divide by len(labels)."),
        Wrong("return right / len(labels)", "right / len(labels)", "Is there a return?"),
        Wrong(
            "scores.index(max(scores))",
            "scores[max(scores)]",
            "scores is a list of numbers, label is a whole number.",
        ),
        Wrong("answer == label", "scores[answer + label + 1] > 0", "answer is a place in scores"),
        Wrong(
            "right / len(labels)",
            "right / (len(labels) - len(rows))",
            "Divide by len(labels), which is not 0.",
        ),
        Wrong(
            "answer == label",
            "answer == target",
            "The names here are rows, labels, scores, label, right and answer.",
        ),
        Wrong("return right / len(labels)", "return [right]", "A share is one number."),
        Unusual("scores.index(max(scores))", "max(range(len(scores)), key=lambda k: scores[k])"),
        Unusual("right += answer == label", "right = right + (1 if answer == label else 0)"),
        Unusual("right / len(labels)", "right / len(rows)"),
    ],
    "ninety-six": [
        Wrong("my_hidden = 32", "my_hidden = 33", "the budget allows at most 32."),
        Wrong("my_hidden = 32", "my_hidden = 0", "expected a whole number from 1 to 32"),
        Wrong("my_hidden = 32", "my_hidden = 32.0", "expected a whole number from 1 to 32"),
        Wrong("my_hidden = 32", "my_hidden = 4", "too little of an image comes through."),
        Wrong("my_hidden = 32", "my_hidden = 8", "% of the unseen digits are right, expected 96%."),
        Wrong("my_rate = 1.0", "my_rate = 0", "no parameter moves at all."),
        Wrong("my_rate = 1.0", "my_rate = -1.0", "a negative rate goes uphill."),
        Wrong("my_rate = 1.0", 'my_rate = "1"', "expected a number."),
        Wrong("my_rate = 1.0", "my_rate = 0.01", "do not lead far enough."),
        Wrong("my_rate = 1.0", "my_rate = 100", "jump over everything."),
        Unusual("my_rate = 1.0", "my_rate = 1"),
    ],
    "adam": [
        Wrong("(1 - beta1) * grad", "grad", "add the share 1 - beta1 of the gradient."),
        Wrong("beta1 * m +", "m +", "Keep the share beta1 of the old mean"),
        Wrong("(1 - beta2) * grad**2", "(1 - beta2) * grad", "of the gradient's square."),
        Wrong(
            "beta2 * s + (1 - beta2) * grad**2",
            "beta1 * s + (1 - beta1) * grad**2",
            "The squares fade with beta2, not with beta1.",
        ),
        Wrong("p = p - lr", "p = p + lr", "That goes uphill"),
        Wrong("(m / (1 - beta1**t))", "m", "Divide m by 1 - beta1**t."),
        Wrong("s / (1 - beta2**t)", "s", "Divide s by 1 - beta2**t, under the root."),
        Wrong("lr * (m", "(m", "The rate lr is missing."),
        Wrong(
            "math.sqrt(s / (1 - beta2**t))",
            "s / (1 - beta2**t)",
            "The root of the mean square is missing.",
        ),
        Wrong(
            "(math.sqrt(s / (1 - beta2**t)) + eps)",
            "math.sqrt(s / (1 - beta2**t) + eps)",
            "eps stands behind the root, not under it.",
        ),
        Wrong("p = p - lr", "p = lr", "That is the step itself"),
        Wrong(
            "beta2 * s + (1 - beta2)", "0.999 * s + 0.001", "use the names, not their usual values."
        ),
        Wrong("    return p, m, s\n", "", "Is there a return?"),
        Wrong("lr * (m", "lr(m", "All of these are plain numbers."),
        Wrong("beta1**t", "beta1**(t - 1)", "is it beta1 to the power t?"),
        Wrong(
            "grad**2",
            "g**2",
            "The names here are p, grad, m, s, t, lr, beta1, beta2, eps and math.",
        ),
        Wrong("math.sqrt(s / (1 - beta2**t))", "math.sqrt(-s)", "The root of a number below 0"),
        Wrong("return p, m, s", "return p", ", expected p, m and s."),
        Wrong("return p, m, s", "return p, m, None", ", expected three numbers."),
        Wrong(
            "(m / (1 - beta1**t)) / (math.sqrt(s / (1 - beta2**t)) + eps)",
            "m / (math.sqrt(s) + eps)",
            "Both means have to be corrected: they began at 0.",
        ),
        Wrong(
            "lr * (m",
            "2 * lr * (m",
            "Take lr times the corrected mean, divided by the corrected root plus eps, from p.",
        ),
        Unusual("grad**2", "grad * grad"),
        Unusual("math.sqrt(s / (1 - beta2**t))", "(s / (1 - beta2**t)) ** 0.5"),
        Unusual("p = p - lr", "p -= lr"),
    ],
}
