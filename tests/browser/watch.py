"""What a page did that it should not: requests to elsewhere, console errors, exceptions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer


@dataclass
class Watch:
    """Everything noticed in one browser context. `problems` is empty for a page that behaves."""

    context: BrowserContext
    site: SiteServer
    outside: Outside
    allowed: list[re.Pattern[str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._called_before = len(self.outside.calls)
        self.context.on("console", self._on_console)
        self.context.on("weberror", self._on_error)
        self.context.on("request", self._on_request)

    def allow(self, pattern: str) -> None:
        """Expect console errors that match: the test causes them."""
        self.allowed.append(re.compile(pattern))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def _on_error(self, error: WebError) -> None:
        self.errors.append(f"uncaught: {error.error} {error.error.stack or ''}")

    def _on_request(self, request: Request) -> None:
        remote = request.url.startswith(("http:", "https:", "ws:", "wss:"))
        if remote and not request.url.startswith(f"{self.site.origin}/"):
            self.strangers.append(request.url)

    @property
    def problems(self) -> list[str]:
        """Requests that left the origin and console errors that the test does not expect."""
        unexplained = [
            error
            for error in self.errors
            if not any(pattern.search(error) for pattern in self.allowed)
        ]
        calls = self.outside.calls[self._called_before :]
        return [
            *(f"a request left the origin: {url}" for url in self.strangers),
            *(f"a call reached the outside: {call}" for call in calls),
            *(f"a console error: {error}" for error in unexplained),
        ]
