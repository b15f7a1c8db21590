"""The content-security policy that a page is given."""

from __future__ import annotations

import base64
import hashlib

import pytest
from csp import content_security_policy, script_hashes


def source(text: str) -> str:
    """Return the policy's source for an inline script, as the specification has it."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def test_inline_scripts_are_allowed_by_hash_each_once() -> None:
    html = "<script>a < b && '&amp;'</script><script>two()</script><script>two()</script>"
    assert script_hashes(html) == [source("a < b && '&amp;'"), source("two()")]


def test_a_browser_reads_line_ends_as_one_character() -> None:
    assert script_hashes("<script>a\r\nb</script>") == [source("a\nb")]


def test_data_and_scripts_by_address_need_no_hash() -> None:
    html = '<script type="application/json">{}</script><script src="a.js"></script>'
    assert script_hashes(html) == []


@pytest.mark.parametrize(
    "html", ['<a onclick="go()">x</a>', '<a href=" JavaScript:go()">x</a>', "<img onerror=go()>"]
)
def test_code_in_attributes_is_refused(html: str) -> None:
    with pytest.raises(ValueError, match="put its code into a script"):
        script_hashes(html)


def test_only_our_origin_is_named() -> None:
    policy = content_security_policy("<script>one()</script>")
    assert "http" not in policy
    assert "*" not in policy
    directives = dict(part.split(" ", 1) for part in policy.split("; "))
    assert directives["script-src"] == f"'self' 'wasm-unsafe-eval' {source('one()')}"
    assert directives["object-src"] == "'none'"
    # What a cell plays comes as data, as pictures do.
    assert directives["media-src"] == directives["img-src"]
    assert "'unsafe-eval'" not in policy
