"""Dice: all their outcomes, counted exactly."""

from dice.chance import Outcomes, probability
from dice.die import Die, Loaded

__all__ = ["Die", "Loaded", "Outcomes", "probability"]
