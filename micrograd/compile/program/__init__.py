"""From a graph of Values to a program: straight-line code and loops over rows.

The program does what building the graph again and calling `backward` would do, step by step in the
same order, so its numbers are the engine's to the last bit. A sum of terms of one shape becomes a
loop: its body is one term, forward and backward, and the numbers in which the terms differ become
the columns of a table. Rows run last first, as `backward` meets them.
"""

from micrograd.compile.program.graph import build, build_model

__all__ = ["build", "build_model"]
