"""Writes requirements/pyodide.txt: the kernel's wheels in the versions that Pyodide's lock names.

`make pins`, after a new version of Pyodide or a change of requirements/pyodide.in.
"""

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.utils import parse_wheel_filename

from assets.bundling import NODE_MODULES
from assets.lock import kernel_closure
from assets.wheels import PINS, pyodide_options

OWN = PINS.with_suffix(".in")
"""What Pyodide's lock does not have, pinned by hand."""


def download_all(requirements: list[str], folder: Path) -> None:
    """Download the wheels; ends in words where PyPI has none that Pyodide can load."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += [*pyodide_options(), "--dest", str(folder)]
    done = subprocess.run([*command, *requirements], capture_output=True, encoding="utf-8")
    if missing := re.search(r"No matching distribution found for (\S+)", done.stderr):
        raise SystemExit(
            f"PyPI has no wheel of {missing[1]} that Pyodide can load, which is one for any "
            "platform or for Pyodide's own. Take it out of requirements/pyodide.in: the book's own "
            "cells cannot import it. Where Pyodide's distribution has it, as it has numpy, the "
            "code that a reader writes can: the browser then fetches it from jsDelivr."
        )
    if done.returncode:
        raise SystemExit(done.stderr)


def main() -> None:
    """Download each wheel once and write down its version and hash."""
    upstream = json.loads((NODE_MODULES / "pyodide/pyodide-lock.json").read_text(encoding="utf-8"))
    needed = kernel_closure(upstream, ["ipython", "micropip", "tzdata"])
    wanted = [f"{name}=={upstream['packages'][name]['version']}" for name in needed]
    with tempfile.TemporaryDirectory() as temporary:
        download_all(["-r", str(OWN), *wanted], Path(temporary))
        lines = []
        for wheel in Path(temporary).glob("*.whl"):
            name, version, *_ = parse_wheel_filename(wheel.name)
            sha256 = hashlib.sha256(wheel.read_bytes()).hexdigest()
            lines.append(f"{name}=={version} \\\n    --hash=sha256:{sha256}\n")
    PINS.write_text("".join(sorted(lines)), encoding="utf-8")


if __name__ == "__main__":
    main()
