"""The browser's processes that run pages and their workers: their memory, their share of time."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import CDPSession

SLICE = 0.005
"""Seconds that a slowed process runs at a time."""


def renderers(tools: CDPSession) -> list[int]:
    """Return the ids of a browser's renderers; `tools` is a session with the browser itself."""
    processes = tools.send("SystemInfo.getProcessInfo")["processInfo"]
    return [int(process["id"]) for process in processes if process["type"] == "renderer"]


def resident(process: int) -> float:
    """Return the megabytes that a process has in memory."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return int(kilobytes) * 1024 / 1e6


@contextmanager
def slowed(processes: list[int], times: int) -> Iterator[None]:
    """Let processes, with all of their threads, run for one part in `times` of the time only."""
    ended = threading.Event()

    def send(number: signal.Signals) -> None:
        for process in processes:
            os.kill(process, number)

    def hold() -> None:
        while not ended.wait(SLICE):
            send(signal.SIGSTOP)
            ended.wait(SLICE * (times - 1))
            send(signal.SIGCONT)

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        yield
    finally:
        ended.set()
        holder.join()
