"""Small programs, and what a cell says or shows of each."""

from __future__ import annotations

NO_SHELL = "There is no shell here"
ERRORS = {
    "an open bracket": ("print(1", "'(' was never closed"),
    "an open string": ("x = 'a", "unterminated string literal"),
    "a wrong indent": ("def f():\n    x = 1\n  print(x)", "This cell, line 3"),
    "tabs and blanks": ("if True:\n        x = 1\n\ty = 2", "This cell, line 3"),
    "an unknown magic": ("%nothing", "`%nothing` not found"),
    "an unknown cell magic": ("%%nothing\nx", "`%%nothing` not found"),
    "a shell's command": ("!ls", NO_SHELL),
    "pip in a shell": ("!pip install numpy", "%pip install NAME"),
    "a shell's output": ("files = !ls", NO_SHELL),
    "bash": ("%%bash\nls", NO_SHELL),
    "bash once more": ("%%bash\nls", NO_SHELL),
    "python in a cell": ("%%python\nprint(1)", "A cell is Python already"),
    "exit": ("exit()", "ends this cell only"),
    "quit": ("quit()", "ends this cell only"),
    "a large graph": (
        "from micrograd import Value, draw_dot\nv = Value(1.0)\n"
        "for _ in range(1250):\n    v = v * 1.0\ndraw_dot(v)",
        "expected at most 1,000 for a drawing",
    ),
    "all of stdin": ("import sys\nsys.stdin.read()", "use readline() or input()"),
    "a group": ("raise ExceptionGroup('two', [ValueError('a'), KeyError('b')])", "ValueError: a"),
    "a failing loop of one's own": (
        "import asyncio\n\nasync def fail():\n    raise ValueError('m' + 'ine')\n\n"
        "asyncio.new_event_loop().run_until_complete(fail())",
        "ValueError: mine",
    ),
    "a task group": (
        "import asyncio\n\nasync def fail():\n    1 / 0\n\n"
        "async with asyncio.TaskGroup() as group:\n    group.create_task(fail())",
        "ZeroDivisionError",
    ),
}
SHOWN = {
    "a descriptor": ("import os\nos.write(1, b'by ' + b'number\\n');", "by number"),
    "the descriptor of errors": ("import os\nos.write(2, b'by ' + b'number\\n');", "by number"),
    "the first stdout": (
        "import sys\nprint('past', 'it', file=sys.__stdout__, flush=True)",
        "past it",
    ),
    "the packages": ("%pip list", "graphviz=="),
    "a frame": ("from IPython.display import IFrame\nIFrame('x', 9, 9)", "no frames"),
    "a loop of one's own": (
        "import asyncio\nloop = asyncio.new_event_loop()\nasyncio.set_event_loop(loop)\n\n"
        "async def answer():\n    await asyncio.sleep(0)\n    return 'in ' + 'time'\n\n"
        "print(loop.run_until_complete(answer()))\nloop.close()",
        "in time",
    ),
    "an import": ("import micrograd\nprint('it', 'is', 'in')", "it is in"),
    "half a pair": ("print('a\\ud800' + 'b')", "b"),
    "a warning": (r"print('\d' + 'igit')", "SyntaxWarning"),
}

# An expression, and a selector of what its rich output is made of.
RICH = {
    "Markdown": ("Markdown('**bold** and $a_1$, for $5 and $6')", "strong, msub"),
    "a table": ("Markdown('| a |\\n| - |\\n| 1 |')", "td"),
    "mathematics": (r"Math(r'\frac{a}{b}')", "mfrac"),
    "LaTeX": (r"Latex(r'$\frac{a}{b}$')", "math:not([display=block]) mfrac"),
    "an object's Markdown": (
        "type('Own', (), {'_repr_markdown_': lambda self: '*it*'})()",
        "em",
    ),
    "an object's LaTeX": ("type('Own', (), {'_repr_latex_': lambda self: '$x^2$'})()", "msup"),
}

# What waits in the midst of a call, and what a browser says whose WebAssembly cannot.
WAITING = ("a failing loop of one's own", "a loop of one's own")
CANNOT_WAIT = "write `await answer()` in place of"
