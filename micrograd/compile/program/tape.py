"""Straight-line code: recipes written out as instructions, forward and backward."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from micrograd.compile.program.instructions import ONE, Instruction, Loop, Node, Operand
from micrograd.compile.program.symbols import Recipe, recipe_of


class Tape:
    """Turns recipes into instructions, forward and backward, over fresh temporaries."""

    def __init__(self) -> None:
        self.temporaries = 0

    def temporary(self) -> Operand:
        """A fresh temporary."""
        self.temporaries += 1
        return Operand("temporary", self.temporaries - 1)

    def emit(self, code: list[Instruction], name: str, *operands: Operand) -> Operand:
        """Append an instruction, unless its result is known."""
        if name == "*":
            if operands[0] == ONE:
                return operands[1]
            if operands[1] == ONE:
                return operands[0]
        if all(operand.kind == "literal" for operand in operands):
            known = folded(name, [operand.value for operand in operands])
            if known is not None:
                return Operand("literal", known)
        target = self.temporary()
        code.append(Instruction(name, int(target.value), operands))
        return target

    def run(
        self,
        code: list[Instruction],
        made: Recipe,
        operands: Sequence[Operand],
        done: dict[int, Operand],
        number: int,
    ) -> Operand:
        """Emit the step `number` of a recipe with what it needs; `done` remembers the steps."""
        pending = [number]
        while pending:
            k = pending[-1]
            if k in done:
                pending.pop()
                continue
            step = made.steps[k]
            if step.name == "operand":
                done[k] = operands[int(step.value)]
            elif step.name == "literal":
                done[k] = Operand("literal", step.value)
            else:
                missing = [argument for argument in step.arguments if argument not in done]
                if missing:
                    pending += reversed(missing)
                    continue
                done[k] = self.emit(code, step.name, *(done[a] for a in step.arguments))
        return done[number]

    def forward(
        self, code: list[Instruction], made: Recipe, operands: Sequence[Operand]
    ) -> tuple[Operand, dict[int, Operand]]:
        """Emit a recipe's result; return it and the steps that are done."""
        done: dict[int, Operand] = {}
        for k in made.needed:
            self.run(code, made, operands, done, k)
        return done[made.result], done


def folded(name: str, numbers: list[float]) -> float | None:
    """The result of a step on known numbers, where it cannot fail."""
    match name:
        case "+":
            return numbers[0] + numbers[1]
        case "-":
            return numbers[0] - numbers[1]
        case "*":
            return numbers[0] * numbers[1]
        case "/" if numbers[1] != 0.0:
            return numbers[0] / numbers[1]
        case "neg":
            return -numbers[0]
    return None


@dataclass(slots=True)
class Traced:
    """A node on the tape: its recipe, its operands, where each operand's gradient goes."""

    made: Recipe
    operands: tuple[Operand, ...]
    targets: tuple[object, ...]
    done: dict[int, Operand] = field(default_factory=dict)
    is_choice: bool = False


def backward(
    tape: Tape,
    code: list[Instruction],
    traced: Traced,
    gradient: Operand,
    gradients: dict[object, Operand],
) -> None:
    """Hand a node's gradient on to its operands, in the engine's order."""
    for k, slope in enumerate(traced.made.slopes):
        target = traced.targets[k]
        if target is None:
            continue
        if traced.is_choice:
            case = traced.operands[0], Operand("literal", k - 1.0)
            product = tape.emit(code, "==", *case, gradient, Operand("literal", 0.0))
        else:
            factor = tape.run(code, traced.made, traced.operands, traced.done, slope)
            product = tape.emit(code, "*", factor, gradient)
        if isinstance(target, Operand):
            code.append(Instruction("gradient", -1, (target, product)))
        elif target in gradients:
            gradients[target] = tape.emit(code, "+", gradients[target], product)
        else:
            gradients[target] = product


def roll(
    tape: Tape, body: list[Instruction], nodes: Sequence[Node], seed: Operand | None
) -> tuple[Operand, dict[object, Operand]]:
    """Append a term's code to `body`, forward and, from the seed, backward.

    Returns:
        the term, and the gradients of the operands of kind `output`, by operand number.
    """
    results: list[Operand] = []
    traced: list[Traced] = []
    for node in nodes:
        operands = node.all_operands
        power = operands[1].value if node.plain_exponent else None
        made = recipe_of(node.operation, len(operands), power)
        known = tuple(
            results[int(operand.value)] if operand.kind == "node" else operand
            for operand in operands
        )
        targets: tuple[object, ...] = tuple(
            int(operand.value)
            if operand.kind == "node"
            else tuple(operand)
            if operand.kind == "output"
            else operand
            if operand.kind in ("parameter", "indexed")
            else None
            for operand in operands
        )
        entry = Traced(made, known, targets, is_choice=node.operation == "choice")
        result, entry.done = tape.forward(body, made, known)
        results.append(result)
        traced.append(entry)
    gradients: dict[object, Operand] = {}
    if seed is not None:
        gradients[len(nodes) - 1] = seed
        for k in range(len(nodes) - 1, -1, -1):
            gradient = gradients.pop(k, None)
            if gradient is not None:
                backward(tape, body, traced[k], gradient, gradients)
    return results[-1], gradients


def write_body(loop: Loop) -> None:
    """Write a loop's body, if it is not yet there: a backend with a loop of its own needs none."""
    if loop.tape is not None:
        term, _ = roll(loop.tape, loop.body, loop.nodes, loop.seed)
        loop.outputs = [term]
        loop.tape = None
