"""Compile a function of data and Values into loops, and train it at machine speed."""

from micrograd import intact  # noqa: F401 (it checks as it is imported)
from micrograd.compiler.api import Compiled, Evaluator, Step, compile
from micrograd.compiler.errors import CompilationError

__all__ = ["CompilationError", "Compiled", "Evaluator", "Step", "compile"]
