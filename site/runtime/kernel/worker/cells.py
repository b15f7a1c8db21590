"""What the page asks of a kernel beyond JupyterLite's requests."""

import asyncio
import builtins
import getpass
import time

from js import Object
from pyodide.ffi import to_js
from pyodide_kernel import kernel_instance

shell = kernel_instance.interpreter
# One sleep in C could not be interrupted.
SLICE = 0.1
# The calls of `time.sleep` under way: each looks itself whether it is to stop.
asleep = []


def cancel():
    """Cancel the cell that awaits; tasks that the reader started on purpose go on."""
    if asleep:
        return
    for task in asyncio.all_tasks():
        if getattr(task.get_coro(), "__qualname__", "").endswith("Kernel.run"):
            task.cancel()


def evaluate(expressions):
    """Each expression's value as IPython describes it."""
    return shell.user_expressions(expressions)


def run_silently(code):
    """Run code that leaves no trace in the history; return the error's name and words, if any."""
    result = shell.run_cell(code, silent=True, store_history=False)
    error = result.error_before_exec or result.error_in_exec
    return None if error is None else to_js([type(error).__name__, str(error)])


def tell_interrupts(heard):
    """Call `heard()` before a traceback is made: it would be interrupted again."""
    show = shell.showtraceback

    def showtraceback(*arguments, **options):
        heard()
        show(*arguments, **options)

    shell.showtraceback = showtraceback


def connect_input(read_line):
    """Let `input` and `getpass` ask in the page by `read_line(prompt, password)`."""

    def ask(prompt, password):
        line = read_line(str(prompt), password)
        if line is True:
            raise KeyboardInterrupt
        if not isinstance(line, str):
            raise EOFError("the question was closed without an answer")
        return line

    def input(prompt="", /):
        return ask(prompt, False)

    def getpass_in_page(prompt="Password: ", stream=None, **options):
        return ask(prompt, True)

    # The kernel sets its own, which cannot wait for an answer, at each cell.
    kind = type(shell)
    kind.input = property(lambda self: input, lambda self, value: None)
    kind.getpass = property(lambda self: getpass_in_page, lambda self, value: None)
    builtins.input = input
    getpass.getpass = getpass_in_page


def make_sleep_interruptible(requested):
    """Let `time.sleep` raise KeyboardInterrupt once `requested()`."""
    sleep_in_c = time.sleep

    def sleep(seconds, /):
        end = time.monotonic() + seconds
        asleep.append(end)
        try:
            sleep_in_c(min(seconds, SLICE))
            while (left := end - time.monotonic()) > 0:
                if requested():
                    raise KeyboardInterrupt
                sleep_in_c(min(left, SLICE))
        finally:
            asleep.remove(end)

    sleep.__doc__ = sleep_in_c.__doc__
    time.sleep = sleep


functions = {
    "cancel": cancel,
    "connect_input": connect_input,
    "evaluate": evaluate,
    "make_sleep_interruptible": make_sleep_interruptible,
    "run_silently": run_silently,
    "tell_interrupts": tell_interrupts,
}
to_js(functions, dict_converter=Object.fromEntries)
