"""What a test asks of a browser, whichever protocol it is driven by."""

from __future__ import annotations

import json
from typing import Any, Protocol

# A start takes about ten seconds in WebKit on an idle machine; a test machine may be busy.
PATIENCE = 120

SHOWN = """
[...document.querySelectorAll('#live-controls, .live-cell:not([data-state=recorded])')]
    .map(part => part.innerText).join('\\n---\\n').slice(0, 4000)
"""


class Driver(Protocol):
    """A browser with one page. Elements are named by XPath."""

    def open(self, address: str) -> None:
        """Go to an address and wait until it is loaded."""

    def reload(self) -> None:
        """Load the page again."""

    def evaluate(self, expression: str) -> Any:
        """Evaluate JavaScript in the page; a promise is awaited."""

    def evaluate_in_frame(self, expression: str) -> Any:
        """Evaluate JavaScript in the page's first frame, whatever its origin."""

    def click(self, element: str) -> None:
        """Click where the element is."""

    def draw(self, element: str, places: list[tuple[float, float]]) -> None:
        """Draw with a finger, where the browser's driver has one, or with the mouse.

        Places are parts of the element's width and height.
        """

    def replace(self, text: str) -> None:
        """Choose all of what has the focus, and type `text` in its place."""

    @property
    def problems(self) -> list[str]:
        """Console errors, exceptions and requests to elsewhere, where the protocol tells them."""

    def close(self) -> None:
        """End the browser."""


def expect(driver: Driver, condition: str, words: str, *, in_frame: bool = False) -> None:
    """Wait until a JavaScript condition holds in the page; fail with `words` and what is shown."""
    evaluate = driver.evaluate_in_frame if in_frame else driver.evaluate
    held = evaluate(
        f"""new Promise(resolve => {{
            const end = Date.now() + {PATIENCE * 1000};
            const look = () => {{
                if ({condition}) resolve(true);
                else if (Date.now() > end) resolve(false);
                else setTimeout(look, 50);
            }};
            look();
        }})"""
    )
    if not held:
        shown = driver.evaluate(SHOWN)
        raise AssertionError(f"{words}: not within {PATIENCE} s. The page shows:\n{shown}")


def quoted(text: str) -> str:
    """Write a string as JavaScript does."""
    return json.dumps(text)
