"""Our pyodide-lock.json: what we ship by relative name, the rest of Pyodide's by its address."""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Mapping
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

Lock = dict[str, Any]

KERNEL_PACKAGES = ("micropip", "piplite", "ipython", "jedi", "comm", "ipykernel", "pyodide-kernel")
"""What the JupyterLite kernel would install at its start, unless it is preloaded."""

_TARGET = {"sys_platform": "emscripten", "python_version": "3.14", "platform_system": "Emscripten"}


def kernel_closure(lock: Lock, roots: Iterable[str]) -> list[str]:
    """List what some packages need, themselves included, in a lock's names.

    jedi is left out, and with it what only jedi needs: a stub takes its place.
    """
    packages: Mapping[str, Any] = lock["packages"]
    found: set[str] = set()
    waiting = [canonicalize_name(root) for root in roots]
    while waiting:
        name = waiting.pop()
        if name in found or name == "jedi":
            continue
        if name not in packages:
            raise KeyError(
                f"Pyodide's lock has no {name!r}; pin its wheel in requirements/pyodide.in"
            )
        found.add(name)
        waiting += [canonicalize_name(needed) for needed in packages[name]["depends"]]
    return sorted(found)


def rewrite_lock(upstream: Lock, wheels: Iterable[Path], cdn_url: str) -> Lock:
    """Make a lock whose `wheels` lie beside it and its other packages at `cdn_url`.

    `upstream` is Pyodide's own lock. A wheel's size does not matter, its SHA-256 does: the browser
    refuses a package whose bytes have another.
    """
    packages = {
        name: {**package, "file_name": cdn_url + package["file_name"]}
        for name, package in upstream["packages"].items()
    }
    ours = {str(parse_wheel_filename(wheel.name)[0]): wheel for wheel in wheels}
    for wheel in ours.values():
        _check_platform(wheel)
    for name, wheel in ours.items():
        known = upstream["packages"].get(name)
        entry = _entry(wheel, name)
        if known and known["version"] != entry["version"] and name != "jedi":
            raise ValueError(
                f"{wheel.name} is not the version {known['version']} that Pyodide's lock names; "
                "run `make pins`"
            )
        entry["depends"] = [needed for needed in entry["depends"] if needed in {**packages, **ours}]
        packages[name] = entry
    return {**upstream, "packages": dict(sorted(packages.items()))}


def _check_platform(wheel: Path) -> None:
    """Raise unless Pyodide can load a wheel: one for this machine fails for the reader."""
    platforms = {tag.platform for tag in parse_wheel_filename(wheel.name)[3]}
    if not any(p == "any" or p.startswith(("pyemscripten_", "pyodide_")) for p in platforms):
        raise ValueError(
            f"{wheel.name} is for {', '.join(sorted(platforms))}, expected a wheel for any "
            "platform or for Pyodide; take its package out of requirements/pyodide.in"
        )


def _entry(wheel: Path, name: str) -> dict[str, Any]:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (place,) = [n for n in names if n.endswith(".dist-info/METADATA") and n.count("/") == 1]
        said = HeaderParser().parsestr(archive.read(place).decode())
    requirements = [Requirement(line) for line in said.get_all("Requires-Dist") or []]
    return {
        "depends": sorted(
            canonicalize_name(requirement.name)
            for requirement in requirements
            if requirement.marker is None or requirement.marker.evaluate({**_TARGET, "extra": ""})
        ),
        "file_name": wheel.name,
        "imports": sorted(_modules(names)),
        "install_dir": "site",
        "name": name,
        "package_type": "package",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "unvendored_tests": False,
        "version": said["Version"],
    }


def _modules(names: Iterable[str]) -> set[str]:
    """Find the top-level modules among a wheel's file names."""
    tops = {name.split("/")[0] for name in names if name.endswith(".py")}
    return {top.removesuffix(".py") for top in tops if not top.endswith((".dist-info", ".data"))}


def write(lock: Lock, path: Path) -> None:
    """Write a lock as JSON without spaces: the browser reads it at every start."""
    path.write_text(json.dumps(lock, separators=(",", ":")) + "\n", encoding="utf-8")
