"""What this notebook's cells need: run this cell once. There is nothing here to change."""

import builtins
import sys
from typing import Any

from IPython import get_ipython


def may_fail(_: str, code: str) -> None:
    """Run a cell whose error is shown and lets "Run All Cells" go on.

    JupyterLite drops what waits behind an error, also where the cell's tag says that it is meant.
    """
    shell = get_ipython()

    def show(_name: type, _error: BaseException, traceback: list[str]) -> None:
        print("\n".join(traceback), file=sys.stderr)

    shell._showtraceback = show
    try:
        result = shell.run_cell(code)
    finally:
        del shell._showtraceback
    if isinstance(result.error_in_exec, KeyboardInterrupt):
        raise result.error_in_exec


def check(_: str, code: str) -> None:
    """Print a verdict on the cell that ran last, checks and solutions left out."""
    names: dict[str, Any] = {"__name__": "exercise_check"}
    # `exec` and `compile` may be names of the notebook's by now.
    builtins.exec(builtins.compile(HARNESS, "exercise_check.py", "exec"), names)
    cells = reversed(get_ipython().history_manager.input_hist_raw)
    own = (
        cell for cell in cells if cell.strip() and not cell.startswith(("%%check", "# Solution"))
    )
    verdict = names["judge"](next(own, "").removeprefix("%%may_fail\n"), code)
    lines = verdict["lines"] if verdict else [(True, "Right: every case of the check passes.")]
    print("\n".join(f"{'✓' if right else '✗'} {words}" for right, words in lines))


for magic in may_fail, check:
    get_ipython().register_magic_function(magic, "cell")

HARNESS = ""  # site/runtime/blocks/exercise_check.py
