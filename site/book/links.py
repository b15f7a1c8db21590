"""`python -m book.links PATH…`: name each relative link that leads nowhere.

A folder with an `index.html` is a built site, any other folder is one of Markdown.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markdown.extensions.toc import slugify

from book.tokens import outside_code

MARKDOWN_LINK = re.compile(r"\]\(\s*<?(?P<target>[^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
INLINE_CODE = re.compile(r"`[^`\n]+`")
HEADING = re.compile(r"^#+\s+(?P<text>.+?)\s*(?:\{[^}]*#(?P<id>[\w-]+)[^}]*\})?\s*$", re.M)
ANCHOR = re.compile(r"""\{[^}\n]*#([\w-]+)[^}\n]*\}|\bid=["']([^"']+)["']""")


def broken_links(path: Path) -> Iterator[str]:
    """Each link below `path` that leads nowhere, in words."""
    if path.is_dir() and (path / "index.html").exists():
        yield from _broken(_pages(path), _html_links, _html_anchors)
    elif path.is_dir():
        yield from _broken(sorted(path.rglob("*.md")), _markdown_links, _markdown_anchors)
    else:
        yield from _broken([path], _markdown_links, _markdown_anchors)


def _pages(site: Path) -> list[Path]:
    """The pages that MkDocs makes; JupyterLite's own are not ours to check."""
    pages = (page for page in site.rglob("*.html") if "lite" not in page.relative_to(site).parts)
    return sorted(page for page in pages if page.name != "404.html")


def _broken(
    pages: list[Path],
    links_of: Callable[[Path], list[str]],
    anchors_of: Callable[[Path], set[str]],
) -> Iterator[str]:
    for page in pages:
        for link in links_of(page):
            url = urlsplit(link)
            if url.scheme or url.netloc:
                continue
            if url.path.startswith("/"):
                yield f"{page}: {link} is absolute; a relative link works under any path"
                continue
            target = page.parent / unquote(url.path) if url.path else page
            if target.is_dir() and (target / "index.html").exists():
                target /= "index.html"
            if not target.exists():
                yield f"{page}: {link} leads nowhere, {target} does not exist"
            elif (
                url.fragment
                and target.suffix == page.suffix
                and unquote(url.fragment) not in anchors_of(target)
            ):
                yield f"{page}: {link} leads to no place, {target} has no #{url.fragment}"


@cache
def _markdown_links(page: Path) -> list[str]:
    prose = "".join(
        text for text, is_prose in outside_code(page.read_text(encoding="utf-8")) if is_prose
    )
    return [match["target"] for match in MARKDOWN_LINK.finditer(INLINE_CODE.sub("", prose))]


@cache
def _markdown_anchors(page: Path) -> set[str]:
    prose = "".join(
        text for text, is_prose in outside_code(page.read_text(encoding="utf-8")) if is_prose
    )
    named = {name for match in ANCHOR.finditer(prose) for name in match.groups() if name}
    return named | {slugify(match["text"], "-") for match in HEADING.finditer(prose)}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = {"", "__top"}

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name == "id" and value:
                self.anchors.add(value)
            elif name in ("href", "src") and value:
                self.links.append(value)


@cache
def _read(page: Path) -> _Reader:
    reader = _Reader()
    reader.feed(page.read_text(encoding="utf-8"))
    return reader


def _html_links(page: Path) -> list[str]:
    return _read(page).links


def _html_anchors(page: Path) -> set[str]:
    return _read(page).anchors


def main(arguments: list[str]) -> int:
    """Print the links that lead nowhere; the status says whether there are any."""
    broken = [words for argument in arguments for words in broken_links(Path(argument))]
    print("\n".join(broken) if broken else f"links: all of {', '.join(arguments)} lead somewhere")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
