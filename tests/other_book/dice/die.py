"""One die, fair or loaded."""

from __future__ import annotations

from fractions import Fraction


class Die:
    """A fair die.

    Args:
        sides: how many sides it has.
    """

    def __init__(self, sides: int = 6) -> None:
        if sides < 1:
            raise ValueError(f"a die has {sides} sides, expected at least 1")
        self.sides = sides

    def chances(self) -> dict[int, Fraction]:
        """The probability of each face."""
        return {face: Fraction(1, self.sides) for face in range(1, self.sides + 1)}

    def mean(self) -> Fraction:
        """What it shows in the long run."""
        return sum((face * chance for face, chance in self.chances().items()), Fraction(0))

    def __repr__(self) -> str:
        return f"Die({self.sides})"


class Loaded(Die):
    """A die whose highest face comes more often.

    Args:
        sides: how many sides it has.
        weight: how many times as often the highest face comes as another.
    """

    def __init__(self, sides: int = 6, weight: int = 2) -> None:
        super().__init__(sides)
        self.weight = weight

    def chances(self) -> dict[int, Fraction]:
        """The probability of each face."""
        total = self.sides - 1 + self.weight
        weights = {face: 1 for face in range(1, self.sides)} | {self.sides: self.weight}
        return {face: Fraction(weight, total) for face, weight in weights.items()}
