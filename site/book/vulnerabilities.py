"""`python -m book.vulnerabilities`: name what is known against the packages that are pinned.

It reports and does not fail: what is found in another's package is not always ours to mend,
and a machine without a network must still be able to lint.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parent.parent.parent
SECONDS = 120


def python_vulnerabilities(requirements: str) -> str:
    """What `pip-audit` knows of the versions in a file of `requirements/`."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--format=json"]
    found = _answer([*command, "--requirement", str(PROJECT / "requirements" / requirements)])
    if isinstance(found, str):
        return f"{requirements}: known vulnerabilities could not be looked up: {found}"
    packages = found["dependencies"]
    skipped = sum("skip_reason" in package for package in packages)
    named = [
        f"{package['name']} {package['version']}: {flaw['id']}, fixed in {flaw['fix_versions']}"
        for package in packages
        for flaw in package.get("vulns", [])
    ]
    return "\n  ".join(
        [
            f"{requirements}: {len(named)} known vulnerabilities in {len(packages) - skipped} "
            f"packages; {skipped} could not be looked up",
            *named,
        ]
    )


def npm_vulnerabilities() -> str:
    """What `npm audit` knows of the versions in site/package-lock.json."""
    found = _answer(["npm", "--prefix", str(PROJECT / "site"), "audit", "--json"])
    if isinstance(found, str) or "vulnerabilities" not in found:
        return f"npm packages: known vulnerabilities could not be looked up: {str(found)[:200]}"
    flaws = found["vulnerabilities"].values()
    named = [f"{flaw['name']} {flaw['range']}: {flaw['severity']}" for flaw in flaws]
    return "\n  ".join([f"npm packages: {len(named)} with known vulnerabilities", *named])


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


if __name__ == "__main__":
    # What is installed here, and what is served to readers.
    print(python_vulnerabilities("test.txt"))
    print(python_vulnerabilities("pyodide.txt"))
    print(npm_vulnerabilities())
