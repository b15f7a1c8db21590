"""Writes requirements/pyodide.txt: the kernel's wheels in the versions that Pyodide's lock names.

`python -m assets.pins`, after a new version of Pyodide or a change of requirements/pyodide.in.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.utils import parse_wheel_filename

from assets.bundling import NODE_MODULES
from assets.lock import kernel_closure
from assets.wheels import PINS

OWN = PINS.with_suffix(".in")
"""What Pyodide's lock does not have, pinned by hand."""


def main() -> None:
    """Download each wheel once and write down its version and hash."""
    upstream = json.loads((NODE_MODULES / "pyodide/pyodide-lock.json").read_text(encoding="utf-8"))
    needed = kernel_closure(upstream, ["ipython", "micropip", "tzdata"])
    wanted = [f"{name}=={upstream['packages'][name]['version']}" for name in needed]
    with tempfile.TemporaryDirectory() as temporary:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--only-binary", ":all:", "--python-version", "3.14", "--dest", temporary]
        subprocess.run([*command, "-r", OWN, *wanted], check=True)
        lines = []
        for wheel in Path(temporary).glob("*.whl"):
            name, version, *_ = parse_wheel_filename(wheel.name)
            sha256 = hashlib.sha256(wheel.read_bytes()).hexdigest()
            lines.append(f"{name}=={version} \\\n    --hash=sha256:{sha256}\n")
    PINS.write_text("".join(sorted(lines)), encoding="utf-8")


if __name__ == "__main__":
    main()
