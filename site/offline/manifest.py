"""Which files of the site are kept offline, each with its hash."""

import base64
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TypedDict

from assets.build_cache import files_below

WORKER = "service-worker.js"
NOT_FOUND = "404.html"

_PYTHON = ("boot/", "lite/", "pyodide/")
"""Folders that a reader needs only when code runs."""

_NOT_KEPT = re.compile(
    r"""
    \.map$ | \.gz$ | (^|/)sitemap\.xml
    | ^404\.html$                                   # its address is any
    | ^assets/javascripts/lunr/                     # of languages that the book is not in
    | ^assets/previews/                             # for links to the book from elsewhere
    | ^lite/service-worker\.js$                     # a part of ours
    | ^lite/build/fa-[^/]*\.(svg|eot|ttf|woff)$     # every browser that runs this reads woff2
    | third-party-licenses\.json$ | ^lite/.*/package\.json$ | ^lite/[^/]*schema[^/]*$
    """,
    re.VERBOSE,
)


class Entry(TypedDict):
    """One file, as Workbox wants it: address from the root, revision, and its SHA-256 for fetch."""

    url: str
    revision: str
    integrity: str


def kept(site: Path) -> tuple[list[Entry], list[Entry]]:
    """List the files to keep: what is read, and what Python and JupyterLite are made of."""
    names = [path.relative_to(site).as_posix() for path in files_below(site)]
    chosen = [name for name in names if name != WORKER and not _NOT_KEPT.search(name)]
    pages = [_entry(site, name) for name in chosen if not name.startswith(_PYTHON)]
    python = [_entry(site, name) for name in chosen if name.startswith(_PYTHON)]
    return pages, python


def version(site: Path, texts: Iterable[str]) -> str:
    """Hash the site without its pages, and its pages' texts, to the name of a version."""
    total = hashlib.sha256()
    for path in files_below(site):
        name = path.relative_to(site).as_posix()
        if path.suffix != ".html" and name != WORKER:
            total.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\0".encode())
    for text in texts:
        total.update(text.encode())
    return total.hexdigest()[:16]


def _entry(site: Path, name: str) -> Entry:
    raw = hashlib.sha256((site / name).read_bytes()).digest()
    integrity = "sha256-" + base64.b64encode(raw).decode()
    return {"url": name, "revision": raw.hex()[:16], "integrity": integrity}
