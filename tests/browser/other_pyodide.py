"""A Pyodide that lacks an interface of today's, as a later version may."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections.abc import Callable

from tests.browser.site_server import Answer, SiteServer


def integrity(text: str) -> str:
    """Return the hash by which the start knows a file."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def serve_without(site: SiteServer, file: str, interface: str, other: str) -> None:
    """Put another name in an interface's place, as if the site had been built with it."""
    was = (site.folder / "pyodide" / file).read_text(encoding="utf-8")
    assert interface in was
    now = was.replace(interface, other)

    def as_text(replace: Callable[[str], str]) -> Callable[[Answer], Answer]:
        def fault(answer: Answer) -> Answer:
            body = replace(gzip.decompress(answer.body).decode()).encode()
            headers = {**answer.headers, "Content-Length": str(len(body))}
            return Answer(200, {k: v for k, v in headers.items() if k != "Content-Encoding"}, body)

        return fault

    # The worker has to know the other file's hash.
    site.break_(r"/kernel-main", as_text(lambda t: t.replace(integrity(was), integrity(now))))
    site.break_(rf"^pyodide/{re.escape(file)}$", as_text(lambda _: now))
