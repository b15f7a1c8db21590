"""A page of the book as its reader meets it: found by role and name, waited for by state."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser import outputs
from tests.browser.code_mirror import replace_text
from tests.browser.site_server import SiteServer

# A start takes about two seconds on an idle machine; a test machine may be busy with other work.
START = 180_000
RUN = 120_000
SOON = 30_000

UNFOLD = "e => { for (; e; e = e.parentElement) if (e.localName === 'details') e.open = true }"
BAD_CELL = (
    ".live-cell:is([data-state=stopped], [data-state=error]:not([data-tags~=raises-exception]))"
)
ALL_RUN = "body:not(:has(.live-cell:not([data-state=done], [data-state=error])))"
BROKEN_OFF = f"body:has({BAD_CELL}), body:has([role=status]:has-text('Failed'))"

STATES = re.compile(r"^\s*(Not started|Starting|Ready|Running|Stopped|Failed)")


class Cell:
    """The live cell N of a page."""

    def __init__(self, page: Page, number: int) -> None:
        self.page = page
        self.number = number
        self.group = page.get_by_role(
            "group", name=f"Code cell {number}", exact=True, include_hidden=True
        )
        self.code = self.group.get_by_role("textbox", name=f"Code of cell {number}", exact=True)
        self.output = self.group.locator(
            f'[role="region"][aria-label="Output of cell {number}"]'
        )  # by attribute, because an empty output is hidden and has no role then
        self.run_button = self._button("Run")
        self.reset_button = self._button("Reset")

    def _button(self, action: str) -> Locator:
        return self.group.get_by_role("button", name=f"{action} cell {self.number}", exact=True)

    @property
    def editor(self) -> Locator:
        """The editor that takes the code's place at the first touch."""
        return self.code.and_(self.page.locator("[contenteditable=true]"))

    def unfold(self) -> None:
        """Open what the cell is folded in."""
        self.group.evaluate(UNFOLD)
        for program in self.group.locator(".live-program").all():
            program.evaluate(UNFOLD)

    def edit(self, code: str) -> None:
        """Put `code` in place of the cell's, in the tab that is in front."""
        self.page.bring_to_front()
        self.unfold()
        self.code.click()
        replace_text(self.editor, code)

    def source(self) -> str:
        """Return the code as it is shown."""
        return self.code.inner_text()

    def run(self) -> None:
        """Press the cell's Run button."""
        self.unfold()
        self.run_button.click()

    def outputs(self) -> list[outputs.Output]:
        """Return what the cell shows."""
        return outputs.read(self.output)

    def expect_output(self, text: str | re.Pattern[str], timeout: float = RUN) -> None:
        """Wait until the output contains `text`."""
        expect(self.output).to_contain_text(text, timeout=timeout)


class BookPage:
    """A page of the book, open in a browser."""

    def __init__(self, page: Page, site: SiteServer) -> None:
        self.page = page
        self.site = site
        self.status = page.get_by_role("status").filter(has_text=STATES)
        self.run_all = page.get_by_role("button", name="Run all", exact=True)
        self.stop = page.get_by_role("button", name="Stop", exact=True)
        self.restart = page.get_by_role("button", name="Restart", exact=True)
        self.open_as_notebook = page.get_by_role("button", name="Open as notebook", exact=True)

    def open(self, path: str = "") -> BookPage:
        """Go to a page of the site and wait until its cells are live."""
        self.page.goto(self.site.url(path))
        self.expect_status("Not started", timeout=SOON)
        return self

    def cell(self, number: int) -> Cell:
        """Return cell `number`, counted from 1."""
        return Cell(self.page, number)

    @property
    def cells(self) -> list[Cell]:
        """All live cells, in order, folded ones too."""
        return [self.cell(n + 1) for n in range(self.page.locator(".live-cell").count())]

    def expect_status(self, state: str, timeout: float = RUN) -> None:
        """Wait until the kernel's state is `state`."""
        expect(self.status).to_contain_text(re.compile(rf"^\s*{state}"), timeout=timeout)

    def expect_done(self, number: int) -> None:
        """Wait until cell `number` has run to its end, without an error."""
        expect(self.cell(number).group).to_have_attribute("data-state", "done", timeout=RUN)

    def run_everything(self) -> None:
        """Press "Run all" and wait until every cell has run; fail if one does not."""
        self.run_all.click()
        expect(self.page.locator(f"{ALL_RUN}, {BROKEN_OFF}")).to_have_count(1, timeout=START)
        stuck = "\n".join(cell.inner_text() for cell in self.page.locator(BAD_CELL).all())
        assert not stuck, f"these cells did not run to their end:\n{stuck}"
        self.expect_status("Ready")
        self.expect_drawn()

    def expect_drawn(self) -> None:
        """Wait until Graphviz has drawn all graphs."""
        being_drawn = self.page.locator(".out", has_text="is being drawn …")
        expect(being_drawn).to_have_count(0, timeout=RUN)
