"""The lock files hold what a build needs, and nothing of the machine that wrote them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

LOCKS = sorted(Path("requirements").glob("*.txt"))
# A name alone takes its version and hashes from another lock.
LINE = re.compile(r"[\w.-]+(==\S+( ; .+)? \\)?|    --hash=sha256:[0-9a-f]{64}( \\)?| *#.*|")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_packages_and_hashes_only(lock: Path) -> None:
    lines = lock.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not LINE.fullmatch(line)] == []


def test_the_build_has_what_formats_the_signatures_of_the_reference() -> None:
    # Without a formatter mkdocstrings only warns, and the site differs by what else is installed.
    assert "\nruff==" in Path("requirements/site.txt").read_text(encoding="utf-8")
