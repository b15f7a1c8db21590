"""What the page asks of a kernel beyond JupyterLite's requests.

`site/boot` puts it into the archive of the fast start, compiled, as the module `live_cells`.
"""

from __future__ import annotations

import asyncio
import builtins
import functools
import getpass
import io
import re
import sys
import time
import warnings
from collections.abc import Callable
from traceback import format_exception
from types import FrameType, TracebackType
from typing import Any, NoReturn

import js
import pyodide.code
import pyodide_js
import pyodide_kernel.kernel
from IPython.core.error import UsageError
from pyodide.code import run_js
from pyodide.ffi import to_js
from pyodide.webloop import WebLoopPolicy
from pyodide_kernel import kernel_instance

FROM_NETWORK = (
    "This package is not part of the book; it is fetched over the network. Check the connection "
    "and the package's name, and run the cell again."
)

MEMORY_IS_FULL = (
    "Python's memory in a page is 1.5 GB. Delete what is large, as `del name`, or press Restart."
)

# Pyodide's words for what is asked of the WebAssembly that waits: Chromium and Firefox have it.
NO_STACK_SWITCHING = "WebAssembly stack switching not supported"
WRITE_AWAIT = (
    "This browser cannot wait in the midst of a call. A cell may await by itself: write "
    "`await answer()` in place of `asyncio.run(answer())` or `loop.run_until_complete(answer())`."
)

ALLOW_INCOMPLETE_INPUT = 0x4000  # CPython's PyCF_ALLOW_INCOMPLETE_INPUT

shell = kernel_instance.interpreter
# Calls that may be open at once. Chromium's stack, the smallest, carries 700 of the largest that
# were found (`__repr__`, a key of `sorted`, `lru_cache`); beyond it Python itself would end.
sys.setrecursionlimit(500)
# One sleep in C could not be interrupted.
SLICE = 0.1
# The calls of `time.sleep` under way: each looks itself whether it is to stop.
asleep: list[float] = []
# What `cancel` says to a task, by which its end is known from one that the reader's code cancelled.
BY_READER = "Stop was pressed"


def cancel() -> None:
    """Cancel the cell that awaits; tasks that the reader started on purpose go on."""
    if asleep:
        return
    for task in asyncio.all_tasks():
        if getattr(task.get_coro(), "__qualname__", "").endswith("Kernel.run"):
            task.cancel(BY_READER)


def evaluate(expressions: dict[str, str]) -> Any:
    """Each expression's value as IPython describes it."""
    return shell.user_expressions(expressions)


def run_silently(code: str) -> Any:
    """Run code that leaves no trace in the history; return the error's name and words, if any."""
    try:
        result = shell.run_cell(code, silent=True, store_history=False)
        error = result.error_before_exec or result.error_in_exec
    except KeyboardInterrupt as interrupt:
        error = interrupt
    return None if error is None else to_js([type(error).__name__, str(error)])


def guard_runs(enable: Callable[[bool], None]) -> None:
    """Let interrupts through while a cell runs, between `enable(True)` and `enable(False)`.

    One that comes before the cell's own code, or after it, ends the run as one in its midst does.
    """
    kind = type(kernel_instance)
    run = kind.run

    @functools.wraps(run)
    async def guarded(self: Any, code: str) -> Any:
        try:
            enable(True)
            return await run(self, code)
        except (KeyboardInterrupt, asyncio.CancelledError):
            enable(False)
            shell.showtraceback()
            return {"status": "error", "payload": [], **shell._last_traceback}
        finally:
            try:
                enable(False)
            except KeyboardInterrupt:
                # It was on its way when the cell ended: Python raises it after the call.
                enable(False)

    kind.run = guarded
    # An interrupt that meets another task while the cell awaits: the cell itself is cancelled.
    loop: Any = asyncio.get_event_loop()
    loop._keyboard_interrupt_handler = lambda: None


def keep_one_loop() -> None:
    """Give the page's event loop where a new one is asked for: it is the only one, and never ends.

    One of Pyodide's own would take its place as the one that runs, under the tasks that wait.
    """
    loop = asyncio.get_event_loop()
    WebLoopPolicy.get_event_loop = WebLoopPolicy.new_event_loop = lambda policy: loop
    WebLoopPolicy.set_event_loop = lambda policy, given: None


def explain_errors(acknowledge: Callable[[], None], open_reserve: Callable[[], None]) -> None:
    """Say more of some errors than Python does.

    Calls `acknowledge()` before a traceback is made: it would be interrupted again; and
    `open_reserve()` where the memory is full: the traceback, and the code that deletes, need some.
    """
    show = shell.showtraceback

    def showtraceback(exc_tuple: Any = None, *arguments: Any, **options: Any) -> None:
        acknowledge()
        _, error, traceback = exc_tuple = exc_tuple or sys.exc_info()
        if isinstance(error, MemoryError):
            open_reserve()
            error.add_note(MEMORY_IS_FULL)
        if isinstance(error, RuntimeError) and str(error).startswith(NO_STACK_SWITCHING):
            error.add_note(WRITE_AWAIT)
        if "lazy_library" in sys.modules:
            sys.modules["lazy_library"].write_sources()
        if isinstance(error, asyncio.CancelledError) and error.args == (BY_READER,):
            # As asyncio.run() does for Ctrl+C: the task is cancelled, its caller interrupted.
            exc_tuple = (KeyboardInterrupt, KeyboardInterrupt(), traceback)
        elif error and (is_missing_package(error) or is_failed_install(traceback)):
            error.add_note(FROM_NETWORK)
        if isinstance(error, (UsageError, BaseExceptionGroup)):
            # IPython prints these, and the run would count as a success.
            shell._showtraceback(type(error), error, lines_of(error, traceback))
        else:
            show(exc_tuple, *arguments, **options)

    shell.showtraceback = showtraceback
    # Or an open bracket is told as "incomplete input".
    shell.compile.flags &= ~ALLOW_INCOMPLETE_INPUT


def lines_of(error: BaseException, traceback: TracebackType | None) -> list[str]:
    """What to show of a wrong use of a magic, or of a group of errors."""
    if isinstance(error, UsageError):
        return [f"UsageError: {error}"]
    while traceback and "IPython" in traceback.tb_frame.f_code.co_filename:
        traceback = traceback.tb_next
    return format_exception(type(error), error, traceback)


def warn_once() -> None:
    """Let only the compilation that is run tell of a SyntaxWarning: others look at the code too."""
    pyodide.code.find_imports = without_syntax_warnings(pyodide.code.find_imports)
    shell.should_run_async = without_syntax_warnings(shell.should_run_async)


def without_syntax_warnings(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that does the same and tells of no SyntaxWarning."""

    @functools.wraps(function)
    def quiet(*arguments: Any, **options: Any) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            return function(*arguments, **options)

    return quiet


def load_packages_quietly() -> None:
    """Tell of packages that are loaded for a cell's imports on the console, not in the output."""
    load = pyodide_js.loadPackagesFromImports
    options = run_js("({ messageCallback: (text) => console.info(text) })")
    pyodide_kernel.kernel._load_packages_from_imports = lambda code: load(code, options)


PIP_LIST = re.compile(r"(?P<indent>\s*)%pip\s+(list|freeze)\b")
LIST_PACKAGES = (
    'print(*sorted({f"{d.name}=={d.version}" for d in '
    "__import__('importlib.metadata').metadata.distributions()}, key=str.lower), sep='\\n')\n"
)


def answer_pip_list() -> None:
    """Let `%pip list` and `%pip freeze` list the packages; JupyterLite's magic only installs."""

    async def list_packages(lines: list[str]) -> list[str]:
        return [
            match["indent"] + LIST_PACKAGES if (match := PIP_LIST.match(line)) else line
            for line in lines
        ]

    kernel_instance.lite_transform_manager.line_transforms.insert(0, list_packages)


def refuse_exit() -> None:
    """End a cell at `exit()` and `quit()`, with a sentence: there is no Python to leave."""

    def ask_exit() -> NoReturn:
        raise UsageError("exit() ends this cell only. Restart starts Python anew.")

    shell.ask_exit = ask_exit


NO_SHELL = (
    "There is no shell here: Python runs inside the page. Files are listed by os.listdir() and "
    "read by open(); packages are installed by %pip install NAME."
)
SHELLS = ("bash", "sh", "script", "system", "sx", "perl", "ruby", "cmd")
PYTHONS = ("python", "python3", "python2", "pypy")


def refuse_shells() -> None:
    """Answer `!ls`, `%%bash` and `%%python`, which would start another program, in a sentence."""

    def refuse(line: str, cell: Any = None) -> NoReturn:
        raise UsageError(NO_SHELL)

    def refuse_python(line: str, cell: Any = None) -> NoReturn:
        raise UsageError("A cell is Python already: leave the first line out.")

    for names, function in ((SHELLS, refuse), (PYTHONS, refuse_python)):
        for name in names:
            shell.register_magic_function(function, "line_cell", name)
    shell.system = shell.getoutput = refuse


def is_missing_package(error: BaseException | None) -> bool:
    """Whether a module was not found that a package of Pyodide has."""
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return False
    packages = pyodide_js.lockfile.packages.to_py()
    return any(error.name.partition(".")[0] in package["imports"] for package in packages.values())


def is_failed_install(traceback: TracebackType | None) -> bool:
    """Whether an error comes out of `%pip install`."""
    while traceback:
        if traceback.tb_frame.f_globals.get("__name__") == "piplite.piplite":
            return True
        traceback = traceback.tb_next
    return False


def connect_input(read_line: Callable[[str, bool], str | bool | None]) -> None:
    """Let `input` and `getpass` ask in the page by `read_line(prompt, password)`."""

    def ask(prompt: object, password: bool) -> str:
        line = read_line(str(prompt), password)
        if line is True:
            raise KeyboardInterrupt
        if not isinstance(line, str):
            raise EOFError("the question was closed without an answer")
        return line

    def input(prompt: object = "", /) -> str:
        return ask(prompt, False)

    def getpass_in_page(prompt: str = "Password: ", stream: Any = None, **options: Any) -> str:
        return ask(prompt, True)

    class Lines(io.TextIOBase):
        """A `sys.stdin` that asks for each line."""

        def readable(self) -> bool:
            return True

        def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
            return ask("", False) + "\n"

        def read(self, size: int | None = -1, /) -> str:
            raise io.UnsupportedOperation("sys.stdin has no end here: use readline() or input()")

    sys.stdin = Lines()
    # The kernel sets its own, which cannot wait for an answer, at each cell.
    kind = type(shell)
    kind.input = property(lambda self: input, lambda self, value: None)
    kind.getpass = property(lambda self: getpass_in_page, lambda self, value: None)
    builtins.input = input
    getpass.getpass = getpass_in_page


def insist(frame: FrameType) -> None:
    """Raise KeyboardInterrupt at the frame's next line: outside the `try` that caught others."""

    def raise_at_line(frame: FrameType, event: str, argument: Any) -> Any:
        if event != "line":
            return raise_at_line
        sys.settrace(None)
        frame.f_trace = None
        raise KeyboardInterrupt

    frame.f_trace = raise_at_line
    sys.settrace(lambda frame, event, argument: None)


def make_sleep_interruptible(requested: Callable[[], bool]) -> None:
    """Let `time.sleep` raise KeyboardInterrupt once `requested()`."""
    sleep_in_c = time.sleep
    interrupted = 0

    def sleep(seconds: float, /) -> None:
        nonlocal interrupted
        end = time.monotonic() + seconds
        asleep.append(end)
        try:
            sleep_in_c(min(seconds, SLICE))
            while (left := end - time.monotonic()) > 0:
                if requested():
                    interrupted += 1
                    if interrupted > 2:
                        insist(sys._getframe(1))
                    raise KeyboardInterrupt
                sleep_in_c(min(left, SLICE))
            interrupted = 0
        finally:
            asleep.remove(end)

    sleep.__doc__ = sleep_in_c.__doc__
    time.sleep = sleep  # type: ignore[assignment]


GRAPHS = (
    ("graphviz.graphs", "Graph"),
    ("graphviz.graphs", "Digraph"),
    ("graphviz.sources", "Source"),
)
# Drawings under way: the event loop itself would not keep them alive.
drawings: set[asyncio.Future[None]] = set()


def draw_graphs() -> None:
    """Let the graphs of the package graphviz, which would start `dot`, show themselves."""
    formatter = shell.display_formatter.ipython_display_formatter
    for module, name in GRAPHS:
        formatter.for_type_by_name(module, name, show_graph)


def show_graph(graph: Any) -> None:
    """Show the drawing; where the site's Graphviz is still to come, a placeholder first."""
    from IPython.display import display

    source, engine = graph.source, graph.engine
    if draw := getattr(js, "graphviz", None):
        display(drawing_of(source, engine, draw), raw=True)
        return
    handle = display({"text/plain": "The graph is being drawn …"}, raw=True, display_id=True)
    task = asyncio.ensure_future(draw_later(source, engine, handle))
    drawings.add(task)
    task.add_done_callback(drawings.discard)


async def draw_later(source: str, engine: str, handle: Any) -> None:
    """Replace the placeholder by the drawing, or by why there is none."""
    try:
        address = pyodide_js.lockfileBaseUrl + "graphviz/graphviz.js"
        graphviz = await run_js("(address) => import(address)")(address)
        draw = await graphviz.loadGraphviz()
    except Exception as error:
        bundle = not_drawn(source, error)
    else:
        bundle = drawing_of(source, engine, draw)
    handle.update(bundle, raw=True)


def drawing_of(source: str, engine: str, draw: Callable[[str], str]) -> dict[str, str]:
    """Return a graph's drawing in the page's own colours, or why there is none."""
    try:
        if engine != "dot":
            raise ValueError(f"the engine is {engine!r}; the page has 'dot' only")
        svg = draw(source)
    except Exception as error:
        return not_drawn(source, error)
    # Dark or light as the page is; what the reader coloured stays.
    svg = svg[svg.index("<svg") :].replace('"white"', '"none"').replace('"black"', '"currentColor"')
    svg = svg.replace("<svg ", '<svg fill="currentColor" ', 1)
    return {"image/svg+xml": svg, "text/plain": source}


def not_drawn(source: str, error: Exception) -> dict[str, str]:
    """Return the graph's source, and why there is no drawing."""
    return {"text/plain": f"{source}\nThe graph could not be drawn: {error}"}


def functions() -> Any:
    """What the worker calls, as members of a JavaScript object."""
    members = {
        "answer_pip_list": answer_pip_list,
        "cancel": cancel,
        "connect_input": connect_input,
        "draw_graphs": draw_graphs,
        "evaluate": evaluate,
        "explain_errors": explain_errors,
        "guard_runs": guard_runs,
        "keep_one_loop": keep_one_loop,
        "load_packages_quietly": load_packages_quietly,
        "make_sleep_interruptible": make_sleep_interruptible,
        "refuse_exit": refuse_exit,
        "refuse_shells": refuse_shells,
        "run_silently": run_silently,
        "warn_once": warn_once,
    }
    return to_js(members, dict_converter=js.Object.fromEntries)
