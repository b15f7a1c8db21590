"""The content-security policy of a page: our origin only, and only the inline scripts that it has.

A host of static files sends no header for it, so it stands in a `<meta>` of the page.
Workers that are loaded by address are not bound by it: `%pip install` may ask PyPI.
"""

import base64
import hashlib
from html.parser import HTMLParser

JAVASCRIPT_TYPES = {"", "module", "text/javascript", "application/javascript"}
"""Types of `<script>` that are run; others, as application/json, are data."""


class _Scripts(HTMLParser):
    """Collects a page's inline scripts, and what a policy by hashes cannot allow."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.inline: list[str] = []
        self.refused: list[str] = []
        self._reading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        for name, value in said.items():
            if name.startswith("on") or value.strip().lower().startswith("javascript:"):
                self.refused.append(f'<{tag} {name}="{value[:60]}">')
        runs = said.get("type", "").strip().lower() in JAVASCRIPT_TYPES
        self._reading = tag == "script" and runs and "src" not in said
        if self._reading:
            self.inline.append("")

    def handle_data(self, data: str) -> None:
        if self._reading:
            self.inline[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._reading = False


def script_hashes(html: str) -> list[str]:
    """List the sources, as 'sha256-…', that allow a page's inline scripts, each once and in order.

    Raises ValueError for what runs without being a script: an `onclick`, a `javascript:` address.
    """
    scripts = _Scripts()
    scripts.feed(html.replace("\r\n", "\n"))
    scripts.close()
    if scripts.refused:
        raise ValueError(
            f"{scripts.refused[0]} would be refused by the page's content-security policy: "
            f"put its code into a script"
        )
    hashes = (hashlib.sha256(text.encode()).digest() for text in scripts.inline)
    return list(dict.fromkeys(f"'sha256-{base64.b64encode(raw).decode()}'" for raw in hashes))


def content_security_policy(html: str) -> str:
    """Write the policy of one page.

    Styles may be inline: formulas, drawings and the editor set them.
    A blob: is an address that the page itself made: a picture, a download, or Stop's signal.
    """
    directives = {
        "default-src": ["'self'"],
        "script-src": ["'self'", "'wasm-unsafe-eval'", *script_hashes(html)],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "media-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
    }
    return "; ".join(" ".join([name, *sources]) for name, sources in directives.items())
