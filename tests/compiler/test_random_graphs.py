"""Any graph and any data: compiled, they give the engine's numbers to the last bit."""

from __future__ import annotations

from functools import reduce
from operator import add, sub
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from micrograd.compiler import compile
from micrograd.engine import Value
from tests.compiler.graphs import Plan, bits, eager, numbers, plans, tables, total, wild

Table = list[list[Any]]


def loss_of(plan: Plan, parameters: list[Value], table: Table, kind: str) -> Any:
    """One of the ways in which people add up terms."""
    terms = [plan.term(parameters, row) for row in table]
    match kind:
        case "mean":
            return total(terms) / len(terms)
        case "regularised first":
            penalty = 0.01 * total(p * p for p in parameters)
            return penalty + total(plan.term(parameters, row) for row in table)
        case "on top":
            return sum(terms, start=parameters[0] * 3)
        case "without start":
            return reduce(add, terms)
        case "subtracted":
            return reduce(sub, terms, parameters[0] * 3)
        case "product of sums":
            more = total((plan.term(parameters, row) for row in table), parameters[0] * 1.0)
            return (total(terms) * more).tanh()
        case "chosen":
            three = [[term, term * 2, term.tanh()] for term in terms]
            return total(total(each) * each[k % 3] for k, each in enumerate(three))
        case "picked":
            return total(
                plan.term([parameters[k], *parameters], row)
                for k, row in ((int_of(row, parameters), row) for row in table)
            )
        case "in a chain":
            result = terms[0]
            for term in terms[1:]:
                result = (result * 0.5 + term).tanh() + result
            return result
    return (total(terms) ** 2 + 1).log()


def int_of(row: list[Any], parameters: list[Value]) -> int:
    """The parameter that a row without data picks."""
    return len(row) % len(parameters)


KINDS = [
    "mean",
    "regularised first",
    "on top",
    "without start",
    "subtracted",
    "product of sums",
    "chosen",
    "picked",
    "in a chain",
    "inside a function",
]


def check(plan: Plan, kind: str, tables_of: list[Table], data: list[list[float]]) -> None:
    """Compare engine and compiled program for several tables of one shape."""
    parameters = [Value(0.0) for _ in range(plan.parameters)]

    def loss(table: Table) -> Any:
        return loss_of(plan, parameters, table, kind)

    step = compile(loss, parameters)
    ran = False
    for table, start in zip(tables_of, data, strict=True):
        for parameter, number in zip(parameters, start, strict=True):
            parameter.data = number
        try:
            expected = eager(loss(table), parameters)
        except (ArithmeticError, ValueError) as error:
            if not ran:
                continue  # the first call compares with the engine, which raises too
            with pytest.raises(type(error)):
                step(table)
            continue
        ran = True
        found = step(table)
        assert [bits(found), *(bits(p.grad) for p in parameters)] == expected
    assume(ran)


@given(st.data(), plans(), st.sampled_from(KINDS))
def test_any_graph(data: st.DataObject, plan: Plan, kind: str) -> None:
    first = data.draw(tables(plan))
    again = st.lists(
        st.lists(numbers, min_size=plan.columns, max_size=plan.columns),
        min_size=len(first),
        max_size=len(first),
    )
    start = st.lists(numbers, min_size=plan.parameters, max_size=plan.parameters)
    check(
        plan,
        kind,
        [first, *(data.draw(again) for _ in range(2))],
        [data.draw(start) for _ in "123"],
    )


@given(st.data(), plans(), st.sampled_from(KINDS))
def test_wild_numbers(data: st.DataObject, plan: Plan, kind: str) -> None:
    first = data.draw(tables(plan, wild))
    again = st.lists(
        st.lists(wild, min_size=plan.columns, max_size=plan.columns),
        min_size=len(first),
        max_size=len(first),
    )
    start = st.lists(wild, min_size=plan.parameters, max_size=plan.parameters)
    check(
        plan,
        kind,
        [first, *(data.draw(again) for _ in range(2))],
        [data.draw(start) for _ in "123"],
    )


@given(st.data(), plans())
def test_repeated_rows(data: st.DataObject, plan: Plan) -> None:
    row = data.draw(st.lists(numbers, min_size=plan.columns, max_size=plan.columns))
    count = data.draw(st.integers(2, 6))
    start = data.draw(st.lists(numbers, min_size=plan.parameters, max_size=plan.parameters))
    check(plan, "mean", [[row] * count], [start])
