"""While the book is served to its author, a page that cannot be built says why."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from generator import hooks
from mkdocs.exceptions import PluginError

SLIP = "```py\nx = 1\n```\n"
WORDS = "03-backward.md:1: the fence begins with ```py"


def page_of(source: str) -> Any:
    file = SimpleNamespace(src_uri="03-backward.md", content_string=source)
    return SimpleNamespace(file=file, url="backward/")


def shown(source: str) -> str:
    """What the page shows, without its markup's escapes."""
    config: Any = SimpleNamespace(docs_dir="content", markdown_extensions=[], mdx_configs={})
    none: Any = None
    page = page_of(source)
    html = hooks.on_page_markdown(source, page, config, none)
    return unescape(hooks.on_page_content(html, page, config, none))


@pytest.fixture(autouse=True)
def serving() -> Iterator[None]:
    hooks.on_startup("serve", False)
    yield
    hooks.on_startup("build", False)
    hooks._parts_failure = ""


def test_a_slip_is_shown_in_its_page() -> None:
    assert WORDS in shown(SLIP)
    assert "failed" not in shown("Only prose.\n")


def test_a_slip_stops_a_build() -> None:
    hooks.on_startup("build", False)
    with pytest.raises(PluginError, match=WORDS.replace(".", r"\.")):
        shown(SLIP)


def test_what_stops_the_parts_is_shown_in_every_page(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def run(*_: object, **__: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], code, stderr="04-x.md:7: cell 2 failed\n" * code)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(hooks, "PARTS", tmp_path)
    config: Any = SimpleNamespace(extra={})
    code = 1
    with pytest.raises(PluginError, match="`make parts` failed"):
        hooks.on_pre_build(config)
    (tmp_path / "assets" / "live").mkdir(parents=True)
    hooks.on_pre_build(config)
    assert "04-x.md:7: cell 2 failed" in shown("Only prose.\n")
    code = 0
    hooks.on_pre_build(config)
    assert "failed" not in shown("Only prose.\n")
