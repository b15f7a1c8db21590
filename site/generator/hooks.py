"""MkDocs' events, each handed on to `book`, which knows nothing of MkDocs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

sys.path.insert(0, str(Path(__file__).parents[1]))

from assets import licences
from book import assembly
from book.chapter import check_names, not_utf8, page_name
from book.converting import read_converter
from book.drawing import RenderError
from book.errors import ChapterError
from book.glossary import Term, UnknownTermError, definitions
from book.navigation import navigation
from book.page import Page as BookPage
from book.page import failure_html
from book.pages import GLOSSARY, complete, prepare
from book.preview import preview_of, preview_path
from book.reference import FILE as REFERENCE
from book.reference import sections
from book.reference import source as reference_source

from generator import reference, search
from generator.theme_html import ThemeError, check_theme

PROJECT = Path(__file__).parents[2]
CACHE = PROJECT / ".cache"
PARTS = CACHE / "site"
OFFLINE = PROJECT / "site" / "offline"

_pages: dict[str, BookPage] = {}
_terms: dict[str, Term] = {}
_serving = False
# What a page shows while it is served and cannot be built: by page, and of the parts for all pages.
_failures: dict[str, str] = {}
_parts_failure = ""


def on_startup(command: str, dirty: bool) -> None:
    """Note whether pages are built again while they are served."""
    global _serving
    _serving = command == "serve"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Leave it to the theme which page has the reference's styles."""
    if (styles := "assets/_mkdocstrings.css") in config.extra_css:
        config.extra_css.remove(styles)
    return config


def on_pre_build(config: MkDocsConfig) -> None:
    """Make the parts that are out of date, and tell the theme what the page's bundle is called."""
    global _parts_failure
    _parts_failure = ""
    if _serving:
        parts = subprocess.run(
            ["make", "--silent", "parts"],
            cwd=PROJECT,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        sys.stderr.write(parts.stderr)
        if parts.returncode:
            if not (PARTS / "assets" / "live").exists():
                raise PluginError("`make parts` failed; its own words are above")
            _parts_failure = parts.stderr
    config.extra["live"] = assembly.bundle(PARTS)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the page of licences, number the chapters and leave the number out of the URL."""
    shipped = licences.groups(PARTS)
    generated = {
        "licences.md": licences.page(shipped),
        "licences/texts.txt": licences.texts(shipped),
    }
    if sections():
        generated[REFERENCE] = reference_source()
    if _serving:
        generated["service-worker.js"] = (OFFLINE / "worker" / "development.js").read_text(
            encoding="utf-8"
        )
    for name, content in generated.items():
        files.append(File.generated(config, name, content=content))
    try:
        check_names(file.src_uri for file in files.documentation_pages())
        sources = {}
        for file in files.documentation_pages():
            sources[file.src_uri] = _text_of(file)
            if file.name != "index":
                file.dest_uri = f"{page_name(file.src_uri)}/index.html"
        for name, source in sources.items():
            picture = preview_of(name, source)
            files.append(File.generated(config, preview_path(name), content=picture))
        config.nav = navigation(sources)
    except ChapterError as error:
        raise PluginError(str(error)) from error
    _terms.clear()
    _terms.update(definitions(sources.get(GLOSSARY, "")))
    return files


def _text_of(file: File) -> str:
    try:
        return file.content_string
    except UnicodeDecodeError as error:
        raise not_utf8(file.src_uri, error) from None


def on_page_markdown(text: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Run the chapter, or take its recording from the cache."""
    source = page.file.src_uri
    try:
        made = prepare(source, page.file.content_string, read_converter())
    except (ChapterError, RenderError) as error:
        if not _serving:
            raise PluginError(str(error)) from error
        _failures[page.file.src_uri] = str(error)
        _pages[page.file.src_uri] = BookPage("")
        return ""
    if page.file.src_uri == REFERENCE:
        made.markdown = reference.page()
    _pages[page.file.src_uri] = made
    return made.markdown


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put the cells into their places, render the formulas and explain the terms."""
    try:
        if page.file.src_uri == REFERENCE:
            html = reference.place_examples(html)
        images = Path(config.docs_dir) / "images"
        html = complete(page.file.src_uri, html, _pages.pop(page.file.src_uri), _terms, images)
        words = _failures.pop(page.file.src_uri, _parts_failure)
        if words:
            return failure_html(words) + html
        return html
    except (ChapterError, RenderError, UnknownTermError, ValueError) as error:
        raise PluginError(f"{page.file.src_uri}: {error}") from error


def on_page_context(
    context: TemplateContext, page: Page, config: MkDocsConfig, nav: Navigation
) -> TemplateContext:
    """Tell the theme the page's picture for links and whether it has formulas."""
    page.meta["preview"] = preview_path(page.file.src_uri)
    page.meta["has_mathematics"] = 'class="katex' in (page.content or "")
    return context


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Look whether the theme is the known one."""
    try:
        check_theme(output)
    except ThemeError as error:
        raise PluginError(f"{page.file.src_uri}: {error}; see site/generator/theme") from error
    return output


def on_post_build(config: MkDocsConfig) -> None:
    """Put the parts that MkDocs does not make beside the pages."""
    assembly.add_parts(PARTS, Path(config.site_dir))
    try:
        search.defer(Path(config.site_dir))
    except ThemeError as error:
        raise PluginError(f"{error}; see site/generator/search.py") from error
