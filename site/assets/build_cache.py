"""A step of the build: made again only when what it is made from has changed."""

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from files import read_kept_json, write_whole
from settings import ROOT

CACHE = ROOT / ".cache" / "assets"
"""Where stamps and downloads are kept between builds."""

_OWN_SOURCES = Path(__file__).parent


def files_below(folder: Path) -> list[Path]:
    """All files in a folder and its subfolders, in one order, without bytecode."""
    return sorted(
        path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )


def digest(paths: Iterable[Path], *texts: str) -> str:
    """Hash the names and contents of files, and texts, to 64 hexadecimal digits (SHA-256).

    A file is named by its place in the project, so that a moved checkout changes nothing.
    """
    total = hashlib.sha256()
    for path in paths:
        name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else Path(path.name)
        total.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\0".encode())
    for text in texts:
        total.update(f"{text}\0".encode())
    return total.hexdigest()


@dataclass(frozen=True)
class Step:
    """One output folder or file, and what it is made from.

    `name` is what the build says; `output` is what it makes; `made_from` is the digest of all that
    goes into it. The sources of this package always count.
    """

    name: str
    output: Path
    made_from: str

    def run(self, make: Callable[[Path], str]) -> bool:
        """Call `make(output)` unless the output is there and made from the same things.

        The old output is deleted first. `make` returns a few words on what it made, which are
        printed. Returns whether it was made.
        """
        stamp = CACHE / "stamps" / f"{digest([], str(self.output.resolve()))[:16]}.json"
        wanted = digest(files_below(_OWN_SOURCES), self.made_from, str(self.output.resolve()))
        if self.output.exists() and read_kept_json(stamp) == wanted:
            return False
        stamp.unlink(missing_ok=True)
        if self.output.is_dir():
            shutil.rmtree(self.output)
        else:
            self.output.unlink(missing_ok=True)
        self.output.parent.mkdir(parents=True, exist_ok=True)
        begun = time.perf_counter()
        made = make(self.output)
        stamp.parent.mkdir(parents=True, exist_ok=True)
        write_whole(stamp, json.dumps(wanted))
        print(f"{self.name}: {made} ({time.perf_counter() - begun:.1f} s)")
        return True
