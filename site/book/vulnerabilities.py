"""`python -m book.vulnerabilities`: fail for what is known against the packages that are pinned.

It fails where a newer version mends it, unless `ACCEPTED` says why not. What has no fix is named,
and so is a service that cannot be reached: a machine without a network must still be able to lint.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parent.parent.parent
SECONDS = 120

ACCEPTED: dict[str, str] = {}
"""Why a vulnerability with a fix is left in: by its id, or by the name of the npm package."""


def python_vulnerabilities(requirements: str) -> list[str]:
    """Print what `pip-audit` knows of a file of `requirements/`; return what is to be mended."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--format=json"]
    found = _answer([*command, "--requirement", str(PROJECT / "requirements" / requirements)])
    if isinstance(found, str):
        print(f"{requirements}: known vulnerabilities could not be looked up: {found}")
        return []
    flaws = [
        (flaw["id"], f"{package['name']} {package['version']}", flaw["fix_versions"])
        for package in found["dependencies"]
        for flaw in package.get("vulns", [])
    ]
    for name, package, fixes in flaws:
        print(f"{requirements}: {package}: {name}, {f'fixed in {fixes}' if fixes else 'no fix'}")
    return [name for name, _, fixes in flaws if fixes]


def npm_vulnerabilities() -> list[str]:
    """Print what `npm audit` knows of site/package-lock.json; return what is to be mended."""
    found = _answer(["npm", "--prefix", str(PROJECT / "site"), "audit", "--json"])
    if isinstance(found, str) or "vulnerabilities" not in found:
        print(f"npm packages: known vulnerabilities could not be looked up: {str(found)[:200]}")
        return []
    flaws = found["vulnerabilities"].values()
    for flaw in flaws:
        fix = "fixed in a newer version" if flaw["fixAvailable"] else "no fix"
        print(f"npm: {flaw['name']} {flaw['range']}: {flaw['severity']}, {fix}")
    return [flaw["name"] for flaw in flaws if flaw["fixAvailable"]]


def _answer(command: list[str]) -> dict[str, Any] | str:
    """The JSON that a command prints, or else why there is none."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", timeout=SECONDS
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    except json.JSONDecodeError:
        return (done.stderr.strip().splitlines() or ["no answer"])[-1]
    return answer


def main() -> int:
    """Look at what is installed here and at what is served to readers."""
    to_mend = [
        *python_vulnerabilities("test.txt"),
        *python_vulnerabilities("pyodide.txt"),
        *npm_vulnerabilities(),
    ]
    open_ones = [name for name in to_mend if name not in ACCEPTED]
    if open_ones:
        print(f"to mend, or to accept with a reason in ACCEPTED: {', '.join(open_ones)}")
    return bool(open_ones)


if __name__ == "__main__":
    sys.exit(main())
