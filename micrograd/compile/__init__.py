"""Compile a graph of scalar Values, and train it at machine speed.

A loop that builds the loss again at every step teaches what happens; `compile` replays the graph as
one program, forward, backward and update. It is generated Python on any interpreter, and generated
WebAssembly in the browser. The numbers are the engine's, to the last bit.
"""

from micrograd.compile.checking import CompilationError
from micrograd.compile.compiled import CompiledModel, Step, compile_model
from micrograd.compile.compiled import compile_loss as compile

__all__ = ["CompilationError", "CompiledModel", "Step", "compile", "compile_model"]
