"""Run in the chapter's kernel, to see that a check refuses a starter, or that a claim holds."""

from __future__ import annotations

import os
from typing import Any

from IPython.utils.capture import capture_output


def refusal(starter: str, check: str, namespace: dict[str, Any]) -> str:
    """What the check says of the starter; empty when the check lets it pass.

    The trial runs in a fork, so that nothing of it (names, patched classes, random numbers) is left
    in the chapter's own namespace.
    """
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        words = ""
        try:
            with capture_output():
                exec(compile(starter, "<starter>", "exec"), namespace)
                exec(compile(check, "<check>", "exec"), namespace)
        except BaseException as error:
            words = f"{type(error).__name__}: {error}"
        finally:
            os.write(write_end, words.encode()[:4096])
            os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end, encoding="utf-8", errors="replace") as result:
        words = result.read()
    os.waitpid(child, 0)
    return words
