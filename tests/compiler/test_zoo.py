"""Learners' programs, compiled, do what the engine does to the last bit, with new data."""

from __future__ import annotations

import random
import struct
from typing import Any

import pytest

from micrograd.compiler import compile
from tests.compiler.zoo import PROGRAMS, Program

STEPS = 20


def bits(numbers: list[float]) -> list[bytes]:
    """What two equal lists of floats have in common."""
    return [struct.pack("d", x) for x in numbers]


def engine(program: Program, arguments: tuple[Any, ...]) -> tuple[float, list[float]]:
    """Loss and gradients by the engine."""
    for parameter in program.parameters:
        parameter.grad = 0.0
    loss = program.loss(*arguments)
    loss.backward()
    return loss.data, [parameter.grad for parameter in program.parameters]


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_computes_what_the_engine_does(name: str) -> None:
    random.seed(name)
    program = PROGRAMS[name](random.Random(name))
    step = compile(program.loss, program.parameters)
    for _ in range(STEPS):
        arguments = program.data()
        loss, gradients = engine(program, arguments)
        assert bits([step(*arguments)]) == bits([loss])
        assert bits([parameter.grad for parameter in program.parameters]) == bits(gradients)
        for parameter in program.parameters:
            parameter.data -= 0.01 * parameter.grad
