"""What pages and the list of kept files get when the site is complete."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest
from offline.manifest import kept, version
from offline.pages import with_additions, without_additions

PAGE = """<!doctype html>
<html><head>
  <meta charset="utf-8"><title>T</title><script>one()</script>
</head><body></body></html>"""


def finished(html: str) -> str:
    """Add what a page in a folder of its own gets."""
    return with_additions(html, build="abc", to_root="../", client="assets/offline/client.js")


def test_the_policy_stands_before_every_script() -> None:
    html = finished(PAGE)
    assert html.index("Content-Security-Policy") < html.index("<script")


def test_the_encoding_stays_within_the_first_1024_bytes() -> None:
    assert finished(PAGE).index("charset") < 1024 - len("charset=utf-8")


def test_addresses_lead_to_the_root() -> None:
    html = finished(PAGE)
    assert 'href="../app/manifest.webmanifest"' in html
    assert 'src="../assets/offline/client.js"' in html


def test_a_page_that_is_shown_at_any_address_has_no_address_in_it() -> None:
    html = with_additions(PAGE, build="abc", to_root=None, client="assets/offline/client.js")
    assert "Content-Security-Policy" in html
    assert "src=" not in html
    assert "href=" not in html


def test_finishing_twice_is_finishing_once() -> None:
    assert finished(finished(PAGE)) == finished(PAGE)
    assert without_additions(finished(PAGE)) == PAGE


def test_a_page_without_a_head_is_refused() -> None:
    with pytest.raises(ValueError, match="no <head>"):
        finished("<p>bare</p>")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Lay out a small site."""
    names = ["index.html", "404.html", "sitemap.xml", "service-worker.js", "assets/a.js.map"]
    names += ["pyodide/python.wasm", "lite/index.html", "lite/service-worker.js", "boot/a.zip"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    return tmp_path


def test_pages_are_kept_first_and_python_after(site: Path) -> None:
    pages, python = kept(site)
    assert [entry["url"] for entry in pages] == ["index.html"]
    assert [entry["url"] for entry in python] == [
        "boot/a.zip",
        "lite/index.html",
        "pyodide/python.wasm",
    ]


def test_a_file_is_kept_with_its_hash(site: Path) -> None:
    (entry,) = kept(site)[0]
    digest = hashlib.sha256(b"index.html").digest()
    assert entry["integrity"] == "sha256-" + base64.b64encode(digest).decode()


def test_a_change_of_any_file_or_page_is_another_version(site: Path) -> None:
    before = version(site, ["a page"])
    assert version(site, ["a page"]) == before
    assert version(site, ["another"]) != before
    (site / "boot" / "a.zip").write_text("changed", encoding="utf-8")
    assert version(site, ["a page"]) != before
