"""Watches a cell while it is recorded: says which one is slow, and ends one that hangs."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from typing import Any

import psutil  # type: ignore[import-untyped]

BUSY_SECONDS = 240
"""How much of a processor's time a cell may take: the GPT of the last chapter trains for sixty."""
IDLE_SECONDS = 30
"""How long a cell may wait for something that does not come, as input() does."""
TOLD_AFTER = 15
LEAST_BUSY = 0.05
"""The share of the time below which a cell counts as waiting."""


class Watch:
    """`with Watch(pid, name) as watch:` around a run; `watch.words` say why it was ended."""

    def __init__(self, pid: int, name: str) -> None:
        self.name = name
        self.words = ""
        self._process = psutil.Process(pid)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *error: Any) -> None:
        self._over.set()
        self._thread.join()

    def _busy(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)

    def _look(self) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            begun, busy_before, told = time.monotonic(), self._busy(), False
            idle_since, busy_last = begun, busy_before
            while not self._over.wait(1):
                now, busy = time.monotonic(), self._busy()
                if busy - busy_last > LEAST_BUSY:
                    idle_since = now
                busy_last = busy
                if not told and now - begun > TOLD_AFTER:
                    print(f"{self.name} has run for {TOLD_AFTER} seconds", file=sys.stderr)
                    told = True
                if busy - busy_before > BUSY_SECONDS:
                    self.words = f"it has taken {BUSY_SECONDS} seconds of a processor"
                elif now - idle_since > IDLE_SECONDS:
                    self.words = f"it has waited for {IDLE_SECONDS} seconds without doing anything"
                if self.words:
                    os.kill(self._process.pid, signal.SIGINT)
                    return
