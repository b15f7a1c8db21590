"""A proxy that stands for the rest of the internet: it writes down who was called, and refuses.

A browser sends everything that is not for 127.0.0.1 to its proxy, whoever asks: page, worker or
service worker.
"""

from __future__ import annotations

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# What Chromium asks of its maker of its own accord, whatever page is open: accounts, updates, and
# how to fill in forms. A page's own request to such a host would be seen in the page.
OF_THE_BROWSER = re.compile(
    r"^(http://)?(accounts\.google|update\.googleapis|content-autofill\.googleapis)\.com[:/]"
)


class Outside:
    """Requests that left the site's origin are in `calls`, as method and address."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        outside = self

        class Handler(BaseHTTPRequestHandler):
            def _refuse(self) -> None:
                if not OF_THE_BROWSER.match(self.path):
                    outside.calls.append(f"{self.command} {self.path}")
                self.send_error(502, "nothing outside the site is served to it")

            do_CONNECT = do_GET = do_HEAD = do_POST = do_PUT = do_OPTIONS = _refuse

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing: `calls` has it."""

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, request: object, client_address: object) -> None:
                """A browser closes connections when it likes."""

        self._http = Quiet(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Where to reach the proxy."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def close(self) -> None:
        """Stop."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
