"""Markdown to HTML, with the extensions that mkdocs.yml names."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import markdown
import yaml
from markdown.treeprocessors import Treeprocessor
from settings import ROOT, MkDocsLoader

from book.chapter import page_name

EVERY_SITE_HAS = ("toc", "tables", "fenced_code")
"""What MkDocs adds by itself."""


@dataclass(frozen=True)
class Heading:
    """A heading of a page, for its table of contents."""

    level: int
    id: str
    text: str


@dataclass(frozen=True)
class Converted:
    """A page's HTML, and what stands in it."""

    html: str
    headings: list[Heading]
    links: list[str]


@dataclass(frozen=True)
class Converter:
    """Markdown's extensions, and their options by name."""

    extensions: tuple[str, ...]
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def line(self, text: str) -> str:
        """A question or a choice, as Markdown without its paragraph."""
        # Without links behind headings.
        extensions = [name for name in self.extensions if name != "toc"]
        html = markdown.markdown(text, extensions=extensions, extension_configs=self._options)
        one = html.removeprefix("<p>").removesuffix("</p>")
        return html if "<p>" in one else one

    def page(self, text: str, source: str) -> Converted:
        """A whole page; links to files of the content lead to the pages made of them."""
        reader = markdown.Markdown(
            extensions=list(self.extensions), extension_configs=self._options
        )
        links = _Links(source)
        reader.treeprocessors.register(links, "links to pages", 0)
        html = reader.convert(text)
        return Converted(html, list(_flat(getattr(reader, "toc_tokens", []))), links.found)

    @property
    def _options(self) -> dict[str, dict[str, Any]]:
        return {name: dict(options) for name, options in self.options.items()}


def read_converter() -> Converter:
    """The converter that mkdocs.yml describes."""
    settings = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), MkDocsLoader)
    named: dict[str, dict[str, Any]] = {name: {} for name in EVERY_SITE_HAS}
    for entry in settings["markdown_extensions"]:
        named.update(entry if isinstance(entry, dict) else {entry: {}})
    return Converter(tuple(named), named)


def url_of(source: str) -> str:
    """Where a file of the content has its page: `moons/` for `09-moons.md`."""
    return "" if source == "index.md" else f"{page_name(source)}/"


def way_to_root(source: str) -> str:
    """The relative address of the site's root on a file's page."""
    return "../" * url_of(source).count("/") or "./"


class _Links(Treeprocessor):
    """Makes addresses between files those between pages, and notes where links lead."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source = source
        self.found: list[str] = []

    def run(self, root: Element) -> None:
        for element in root.iter():
            name = {"a": "href", "img": "src"}.get(element.tag)
            if name is None or (address := element.get(name)) is None:
                continue
            element.set(name, self._address(address))
            if name == "href" and "headerlink" not in element.get("class", ""):
                self.found.append(element.get(name, ""))

    def _address(self, address: str) -> str:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or not parts.path:
            return address
        file = posixpath.normpath(posixpath.join(posixpath.dirname(self.source), parts.path))
        target = url_of(file) if file.endswith(".md") else file
        return parts._replace(path=(way_to_root(self.source) + target).removeprefix("./")).geturl()


def _flat(tokens: Iterable[Mapping[str, Any]]) -> Iterable[Heading]:
    for token in tokens:
        yield Heading(token["level"], token["id"], token["name"])
        yield from _flat(token["children"])
