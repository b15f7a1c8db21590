"""A step of the build is run when what it is made from has changed, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest
from assets import build_cache
from assets.build_cache import Step, digest


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the stamps of these tests to themselves."""
    monkeypatch.setattr(build_cache, "CACHE", tmp_path / "cache")


def write(output: Path) -> str:
    """Make a folder with one file in it."""
    output.mkdir()
    (output / "file").write_text("made", encoding="utf-8")
    return "a file"


def test_a_second_run_does_nothing(tmp_path: Path) -> None:
    step = Step("Thing", tmp_path / "out", "a")
    assert step.run(write)
    (tmp_path / "out" / "mark").touch()
    assert not step.run(write)
    assert (tmp_path / "out" / "mark").exists()


def test_a_change_of_the_sources_makes_it_anew(tmp_path: Path) -> None:
    Step("Thing", tmp_path / "out", "a").run(write)
    (tmp_path / "out" / "old").touch()
    assert Step("Thing", tmp_path / "out", "b").run(write)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["file"]


def test_a_deleted_output_is_made_again(tmp_path: Path) -> None:
    step = Step("Thing", tmp_path / "out", "a")
    step.run(write)
    (tmp_path / "out" / "file").unlink()
    (tmp_path / "out").rmdir()
    assert step.run(write)


def test_a_step_that_failed_is_run_again(tmp_path: Path) -> None:
    def fail(output: Path) -> str:
        output.mkdir()
        raise RuntimeError("half made")

    step = Step("Thing", tmp_path / "out", "a")
    with pytest.raises(RuntimeError, match="half made"):
        step.run(fail)
    assert step.run(write)


def test_a_digest_sees_names_contents_and_order(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("1", encoding="utf-8")
    two.write_text("2", encoding="utf-8")
    before = digest([one, two])
    assert digest([one, two]) == before
    assert digest([two, one]) != before
    two.write_text("3", encoding="utf-8")
    assert digest([one, two]) != before
