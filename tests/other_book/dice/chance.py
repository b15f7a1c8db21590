"""The sum of several dice."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from dice.die import Die


class Outcomes(dict[int, Fraction]):
    """The probability of each sum; a notebook shows it as bars."""

    def _repr_html_(self) -> str:
        rows = (
            f"<tr><td>{total}</td><td>{chance}</td><td>{'▇' * round(float(chance) * 40)}</td></tr>"
            for total, chance in self.items()
        )
        return f"<table><tr><th>sum</th><th>chance</th><th></th></tr>{''.join(rows)}</table>"


def outcomes(*dice: Die) -> Outcomes:
    """Count the sums of some dice."""
    found = {0: Fraction(1)}
    for die in dice:
        longer: dict[int, Fraction] = {}
        for total, chance in found.items():
            for face, more in die.chances().items():
                longer[total + face] = longer.get(total + face, Fraction(0)) + chance * more
        found = longer
    return Outcomes(sorted(found.items()))


def probability(event: Callable[[int], bool], *dice: Die) -> Fraction:
    """The probability that the sum of some dice is such."""
    return sum((c for total, c in outcomes(*dice).items() if event(total)), Fraction(0))
