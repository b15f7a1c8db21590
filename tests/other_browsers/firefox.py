"""Firefox, driven over WebDriver BiDi by Puppeteer, which runs under Node."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

INSTALLED = ["firefox-esr", "firefox"]


class Firefox:
    """A headless Firefox with one page, in a fresh profile."""

    def __init__(self, origin: str) -> None:
        executable = next(filter(None, map(shutil.which, INSTALLED)), None)
        assert executable, "no Firefox is installed: tests/set_up_other_browsers installs one"
        script = Path(__file__).with_name("firefox.mjs")
        self._process = subprocess.Popen(
            ["node", script, executable, origin],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def open(self, address: str) -> None:
        self._ask("open", address)

    def reload(self) -> None:
        self._ask("reload")

    def evaluate(self, expression: str) -> Any:
        return self._ask("evaluate", expression)

    def evaluate_in_frame(self, expression: str) -> Any:
        return self._ask("evaluate in frame", expression)

    def click(self, element: str) -> None:
        self._ask("click", element)

    def draw(self, element: str, places: list[tuple[float, float]]) -> None:
        self._ask("draw", json.dumps({"element": element, "places": places}))

    def replace(self, text: str) -> None:
        self._ask("replace", text)

    @property
    def problems(self) -> list[str]:
        found: list[str] = self._ask("problems")
        return found

    def close(self) -> None:
        self._process.communicate(timeout=60)

    def _ask(self, command: str, argument: str | None = None) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"command": command, "argument": argument}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"Firefox's driver has ended at {command!r}"
        answer = json.loads(line)
        assert "error" not in answer, f"{command}: {answer['error']}"
        return answer.get("value")
