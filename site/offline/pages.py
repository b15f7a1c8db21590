"""What every page gets when the site is complete: its policy, the book's version, the app."""

import re
from html import escape

from csp import content_security_policy

_ADDED = re.compile(r"\n?<(?:meta|link|script) data-offline [^>]*>(?:</script>)?")


def without_additions(html: str) -> str:
    """Take out what an earlier run has added."""
    return _ADDED.sub("", html)


def with_additions(html: str, *, build: str, to_root: str | None, client: str) -> str:
    """Add the policy, the version `build` and the app's links to a page.

    `to_root` is the relative address of the site's root, as "../", or None for a page that is shown
    at any address and gets the policy only; `client` is the address of the script, from there.
    The policy comes first: it counts for what stands behind.
    Raises ValueError for a page without a head, and for what its policy would refuse.
    """
    html = without_additions(html)
    # Behind the encoding, which has to stand in a page's first 1024 bytes.
    place = re.search(r"<head[^>]*>\s*<meta charset=[^>]*>|<head[^>]*>", html)
    if not place:
        raise ValueError("the page has no <head> to put its content-security policy into")
    policy = escape(content_security_policy(html))
    additions = [
        f'<meta data-offline http-equiv="Content-Security-Policy" content="{policy}">',
    ]
    if to_root is not None:
        additions += [
            f'<meta data-offline name="book-build" content="{build}">',
            f'<link data-offline rel="manifest" href="{to_root}app/manifest.webmanifest">',
            f'<link data-offline rel="apple-touch-icon" href="{to_root}app/icon-192.png">',
            f'<script data-offline type="module" src="{to_root}{client}"></script>',
        ]
    return html[: place.end()] + "\n" + "\n".join(additions) + html[place.end() :]
