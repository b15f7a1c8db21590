"""What the build keeps between runs is whole, or is made again."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest
from assets import build_cache
from assets.build_cache import Step
from book.chapter import parse_chapter
from book.recording import recorded
from files import read_kept_json, write_whole

SPOILED = {
    "empty": b"",
    "cut": b'{"outputs": {"1": [{"name"',
    "noise": bytes(range(256)),
    "blank": bytes(100),
    "other": b'{"something": "else"}',
}


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    path.write_bytes(b"old")
    os.link(path, tmp_path / "linked")
    write_whole(path, "new: ∂")
    assert path.read_bytes() == "new: ∂".encode()
    assert (tmp_path / "linked").read_bytes() == b"old"


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kept.json"
    path.write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, "new")
    assert path.read_bytes() == b"old"
    assert [found.name for found in tmp_path.iterdir()] == ["kept.json"]


@pytest.mark.parametrize("how", ["empty", "cut", "noise", "blank"])
def test_what_cannot_be_read_is_let_go_with_a_line(
    how: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "kept.json"
    assert read_kept_json(path) is None
    path.write_bytes(SPOILED[how])
    assert read_kept_json(path) is None
    assert not path.exists()
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert "kept.json cannot be read and is made again" in said


@pytest.mark.parametrize("how", SPOILED)
def test_a_spoiled_stamp_has_its_step_run_again(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_cache, "CACHE", tmp_path / "cache")

    def make(output: Path) -> str:
        output.write_text("made", encoding="utf-8")
        return "a file"

    step = Step("Thing", tmp_path / "out", "a")
    assert step.run(make)
    (stamp,) = (tmp_path / "cache" / "stamps").iterdir()
    stamp.write_bytes(SPOILED[how])
    assert step.run(make)
    assert not step.run(make)


@pytest.mark.parametrize("how", SPOILED)
def test_a_spoiled_recording_is_made_again(how: str, tmp_path: Path) -> None:
    # Its figure needs no kernel that would have to be started for each of these.
    chapter = parse_chapter(Path("01-sums.md"), "# Sums\n\nTwo and two is {{ 2 + 2 }}.\n")
    first = recorded(chapter, tmp_path)
    (kept,) = tmp_path.glob("*.json")
    whole = json.loads(kept.read_bytes())
    kept.write_bytes(SPOILED[how])
    assert recorded(chapter, tmp_path) == first
    (kept,) = tmp_path.glob("*.json")
    assert json.loads(kept.read_bytes()) == whole
