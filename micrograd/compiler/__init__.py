"""Compile a function of data and Values into loops, and train it at machine speed."""

from micrograd.compiler.api import Compiled, Evaluator, Step, compile
from micrograd.compiler.errors import CompilationError

__all__ = ["CompilationError", "Compiled", "Evaluator", "Step", "compile"]
