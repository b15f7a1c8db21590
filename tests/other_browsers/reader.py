"""A reader of the book: finds things by role and name, and waits for what they show."""

from __future__ import annotations

from dataclasses import dataclass

from tests.browser.site_server import SiteServer
from tests.other_browsers.driver import Driver, expect, quoted

STATUS = "(document.querySelector('#live-controls [role=status]')?.textContent ?? '').trim()"


@dataclass
class Reader:
    """A reader with one page open."""

    driver: Driver
    site: SiteServer

    def open(self, path: str) -> None:
        """Go to a page of the book and wait until its cells are live."""
        self.driver.open(self.site.url(path))
        self.expect_status("Not started")

    def press(self, name: str) -> None:
        """Press a button."""
        named = f'@aria-label="{name}" or (not(@aria-label) and normalize-space()="{name}")'
        self.driver.click(f"//button[{named}]")

    def edit(self, number: int, code: str) -> None:
        """Type `code` in the place of a cell's."""
        label = f"Code of cell {number}"
        self.driver.click(f'//*[@role="textbox" and @aria-label="{label}"]')
        editor = f"document.activeElement.matches('[contenteditable=true][aria-label=\"{label}\"]')"
        expect(self.driver, editor, f"the editor of cell {number} has the focus")
        self.driver.replace(code)

    def paste(self, number: int, code: str) -> None:
        """Paste `code` in the place of a cell's: typed lines are indented by the editor."""
        self.edit(number, "#")
        self.driver.replace("")
        # Firefox makes the event's data from a text, the others from an object.
        self.driver.evaluate(
            f"""(text => {{
                const clipboardData = new DataTransfer();
                clipboardData.setData('text/plain', text);
                const pasted = {{ clipboardData, data: text, dataType: 'text/plain' }};
                const event = {{ ...pasted, bubbles: true, cancelable: true }};
                document.activeElement.dispatchEvent(new ClipboardEvent('paste', event));
            }})({quoted(code)})"""
        )

    def run(self, number: int, code: str | None = None) -> None:
        """Press a cell's Run button, perhaps after an edit."""
        if code is not None:
            self.edit(number, code)
        self.press(f"Run cell {number}")

    def output(self, number: int) -> str:
        """Return the text that a cell shows."""
        text: str = self.driver.evaluate(f"{output_of(number)}.innerText")
        return text

    def expect_status(self, state: str) -> None:
        """Wait until the kernel's state is `state`."""
        expect(self.driver, f"{STATUS}.startsWith({quoted(state)})", f"the state is {state!r}")

    def expect_output(self, number: int, text: str) -> None:
        """Wait until a cell shows `text`."""
        shown = f"{output_of(number)}.innerText.includes({quoted(text)})"
        expect(self.driver, shown, f"cell {number} shows {text!r}")

    def expect_states(self, state: str, *, cell: int | None = None) -> None:
        """Wait until all cells, or one, are in a state."""
        cells = ".live-cell" if cell is None else f'.live-cell[data-cell="{cell}"]'
        condition = (
            f"[...document.querySelectorAll({quoted(cells)})]"
            f".every(cell => cell.dataset.state === {quoted(state)})"
        )
        expect(self.driver, condition, f"{cells} are {state}")


def output_of(number: int) -> str:
    """Return JavaScript for a cell's output."""
    return f"document.querySelector('[role=region][aria-label=\"Output of cell {number}\"]')"
