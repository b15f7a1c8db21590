"""Another book, of dice, is made by the same machinery: its content, package and settings only."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.book_page import RUN, START, BookPage
from tests.browser.conftest import ONLINE, ROOT, visit
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer

BOOK = ROOT / "tests" / "other_book"
SETTINGS = """\
  book:
    package: dice
"""


def other_book(folder: Path) -> None:
    """Put the machinery of this project and the other book's own files into a folder."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    machinery = ["site", "requirements", "Makefile", "LICENSE", "jupyter_lite_config.json"]
    names = subprocess.run([*listed, *machinery], cwd=ROOT, capture_output=True, check=True)
    for name in filter(None, names.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    (folder / "site" / "node_modules").symlink_to(ROOT / "site" / "node_modules")
    shutil.copytree(ROOT / ".cache/assets/wheels", folder / ".cache/assets/wheels")
    shutil.copytree(BOOK, folder, dirs_exist_ok=True)
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    for pattern, own in (
        (r"^site_name:.*\n", "site_name: Dice\n"),
        (r"^site_description:.*\n", "site_description: Chance by counting.\n"),
        (r"^  book:\n(?:    .*\n)+", SETTINGS),
    ):
        settings, count = re.subn(pattern, own, settings, flags=re.M)
        assert count == 1, pattern
    (folder / "mkdocs.yml").write_text(settings, encoding="utf-8")


def make(folder: Path) -> str:
    """Run `make site` there with this project's environment; returns what it says."""
    # What is set up here is not set up again there.
    old = ["-o", ".venv/packages.stamp", "-o", "site/node_modules/.stamp"]
    environment = {key: value for key, value in os.environ.items() if key != "MAKEFLAGS"}
    done = subprocess.run(
        ["make", *old, "site"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The other book, built."""
    folder = tmp_path_factory.mktemp("another") / "book of dice"
    other_book(folder)
    make(folder)
    return folder


@pytest.fixture(scope="module")
def book(folder: Path, browser: Browser, outside: Outside) -> Iterator[BookPage]:
    """The chapter with every kind of block, open."""
    server = SiteServer(folder / "_site")
    with visit(browser, server, outside, **ONLINE) as (book, _):
        yield book.open("one-die/")
    server.close()


def test_it_is_called_by_its_own_name(folder: Path) -> None:
    site = folder / "_site"
    lite = json.loads((site / "lite/jupyter-lite.json").read_text(encoding="utf-8"))
    assert lite["jupyter-config-data"]["appName"] == "Dice"
    app = json.loads((site / "app/manifest.webmanifest").read_text(encoding="utf-8"))
    assert (app["name"], app["short_name"]) == ("Dice", "Dice")
    assert app["description"] == "Chance by counting."
    for page in ("index.html", "one-die/index.html", "licences/index.html"):
        assert "micrograd" not in (site / page).read_text(encoding="utf-8"), page
    assert not (site / "api").exists()
    (wheel,) = (site / "pyodide").glob("dice*.whl")
    assert wheel.name.startswith("dice_book-0.1.0-")


def test_each_kind_of_block_works_in_the_page(book: BookPage) -> None:
    page = book.page
    expect(page.locator(".md-content")).to_contain_text("Its mean is 3.5, more than")
    page.get_by_role("radio", name="7/2").check()
    book.run_everything()
    expect(page.locator(".live-verdict").first).to_have_text("✓ As you predicted: 7/2.")
    expect(book.cell(1).output).to_contain_text("Fraction(7, 2)")

    slider = page.get_by_role("slider", name="sides", exact=True)
    slider.focus()
    slider.press("End")
    expect(book.cell(2).code).to_contain_text("sides = 20")
    expect(book.cell(2).output).to_contain_text("mean 10.5", timeout=RUN)
    expect(book.cell(3).output).to_contain_text("highest face 20", timeout=RUN)

    check = page.get_by_role("button", name="Check cell 4", exact=True)
    check.click()
    verdict = page.locator('[data-exercise="spread"] .live-verdict')
    expect(verdict).to_contain_text("spread(Die(6)) gives Ellipsis, expected 5", timeout=START)
    book.cell(4).edit("def spread(die):\n    return die.sides - 1")
    check.click()
    expect(verdict).to_contain_text("Right", timeout=RUN)

    error = book.cell(5).output
    expect(error).to_contain_text("ValueError: a die has 0 sides, expected at least 1")
    expect(error).to_contain_text("dice/die.py")


def test_a_changed_package_is_the_wheel_and_the_output_of_the_next_build(folder: Path) -> None:
    module = folder / "dice" / "die.py"
    source = module.read_text(encoding="utf-8")
    module.write_text(source.replace("at least 1", "one or more"), encoding="utf-8")
    said = make(folder)
    assert "Pyodide: " in said
    page = (folder / "_site/one-die/index.html").read_text(encoding="utf-8")
    assert "expected one or more" in page
