"""Links that lead nowhere are named."""

from pathlib import Path

import pytest
from book.links import broken_links


@pytest.fixture
def content(tmp_path: Path) -> Path:
    (tmp_path / "glossary.md").write_text(
        "# Glossary\n\n## A leaf\n\nText.\n\n## Root {#top}\n", encoding="utf-8"
    )
    return tmp_path


def test_links_that_lead_somewhere_are_not_named(content: Path) -> None:
    (content / "a.md").write_text(
        "[leaf](glossary.md#a-leaf) [root](glossary.md#top) [out](https://example.org/x)\n"
        "`[code](nowhere.md)`\n\n```text\n[listing](nowhere.md)\n```\n",
        encoding="utf-8",
    )
    assert list(broken_links(content)) == []


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("[x](nowhere.md)", "nowhere.md leads nowhere"),
        ("[x](glossary.md#stem)", "has no #stem"),
        ("![x](images/none.svg)", "images/none.svg leads nowhere"),
        ("[x](/glossary.md)", "is absolute"),
    ],
)
def test_links_that_lead_nowhere_are_named(content: Path, link: str, words: str) -> None:
    (content / "a.md").write_text(link + "\n", encoding="utf-8")
    (broken,) = broken_links(content)
    assert words in broken


def test_a_built_sites_pages_are_checked_but_not_jupyterlites(tmp_path: Path) -> None:
    (tmp_path / "lite").mkdir()
    (tmp_path / "lite" / "index.html").write_text('<a href="gone/">gone</a>', encoding="utf-8")
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "index.html").write_text(
        '<h2 id="here">x</h2><img src="none.png">', encoding="utf-8"
    )
    (tmp_path / "index.html").write_text(
        '<a href="page/#here">ok</a><a href="page/#there">no place</a>', encoding="utf-8"
    )
    broken = list(broken_links(tmp_path))
    assert len(broken) == 2
    assert "has no #there" in broken[0]
    assert "none.png leads nowhere" in broken[1]
