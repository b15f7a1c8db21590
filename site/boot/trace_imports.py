"""What a start and the smoke cells import, and how the cells end; runs in Pyodide."""

import contextlib
import importlib
import json
import pkgutil
import re
import sys

ESCAPE = re.compile(r"\x1b\[[\d;]*m")


def own_lines(traceback: list[str] | None) -> list[str]:
    """The lines of a traceback that name a cell.

    The library's own frames need its sources, which the archive of the start leaves out.
    """
    return re.findall(r"In\[\d+\].*", ESCAPE.sub("", "\n".join(traceback or [])))


def import_package(name: str) -> None:
    """Import all of the book's package, whatever the cells used of it."""
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, f"{name}."):
        with contextlib.suppress(ImportError):
            importlib.import_module(module.name)


def imported_files() -> list[str]:
    """Where the imported modules came from."""
    specs = [getattr(module, "__spec__", None) for module in list(sys.modules.values())]
    origins = {getattr(spec, "origin", None) or "" for spec in specs}
    return sorted(origin for origin in origins if origin.startswith("/lib/"))


async def trace_imports(cells: list[str], package: str) -> str:
    """Start the kernel and run the cells; returns JSON: results, origins, askedFor."""
    importlib.invalidate_caches()
    pyodide_kernel = importlib.import_module("pyodide_kernel")

    kernel = pyodide_kernel.kernel_instance
    kernel._parent_header = {}
    kernel.interpreter.Completer.use_jedi = False
    shown: list[dict[str, str]] = []
    hook = kernel.interpreter.displayhook
    hook.publish_execution_result = lambda _, data, __: shown.append(data)
    results = []
    for cell in cells:
        shown.clear()
        answer = await kernel.run(cell)
        texts = [data["text/plain"] for data in shown if "at 0x" not in data["text/plain"]]
        lines = own_lines(answer.get("traceback"))
        results.append([answer["status"], answer.get("ename"), lines, *texts])
    kernel.complete("quotient.__na", 13)
    kernel.inspect("quotient", 4, 0)
    kernel.inspect("quotient", 4, 1)
    kernel.is_complete("for x in y:")
    kernel.interpreter.user_expressions({"x": "1 + 1"})
    lazy = sys.modules.get("lazy_library")
    asked_for = lazy.library.asked_for if lazy else ""
    import_package(package)
    return json.dumps({"results": results, "origins": imported_files(), "askedFor": asked_for})
