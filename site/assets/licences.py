"""The page of licences: what the site ships that others wrote, and under what terms."""

import json
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from importlib import metadata
from pathlib import Path
from typing import Any

from settings import ROOT, book

from assets import data
from assets.bundling import NODE_MODULES

_THEME = ("mkdocs", "mkdocs-material")

_LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice)[^/]*$", re.IGNORECASE)

_INTRODUCTION = """\
---
title: Licences
description: What this site ships that others wrote, and under what terms.
---

# Licences

The book and its package are under the licence {licence}.
Everything else that this site serves is listed here, as found in what was built.
The [full texts](licences/texts.txt) are in one file.
"""


@dataclass(frozen=True)
class Component:
    """One piece of software: its name, version, licence (an SPDX expression, mostly) and texts."""

    name: str
    version: str
    licence: str
    text: str


def groups(parts: Path) -> dict[str, list[Component]]:
    """Find all components, by heading, in the built parts (`parts` holds pyodide/ and lite/)."""
    return {
        "Python in the browser": [
            _npm("pyodide"),
            *_inside(parts / "pyodide"),
            *_wheels(parts / "pyodide"),
        ],
        "The page's scripts and fonts": _npm_closure(),
        "JupyterLite": _jupyterlite(parts / "lite"),
        "Data": _data(),
        "The book's theme": [_installed(name) for name in _THEME],
    }


def page(found: dict[str, list[Component]]) -> str:
    """Write the page, in Markdown."""
    lines = [_INTRODUCTION.format(licence=book().licence)]
    for heading, components in found.items():
        lines += [f"## {heading}", "", "| name | version | licence |", "| --- | --- | --- |"]
        lines += [f"| {c.name} | {c.version} | {c.licence} |" for c in components]
        lines += [""]
    return "\n".join(lines)


def texts(found: dict[str, list[Component]]) -> str:
    """Write the licences' full texts, each once, below the names of what it is for."""
    owners: dict[str, list[str]] = {}
    for component in (c for components in found.values() for c in components):
        if component.text:
            owners.setdefault(component.text, []).append(f"{component.name} {component.version}")
    rule = "\n\n" + "-" * 80 + "\n\n"
    return rule.join(f"{', '.join(sorted(set(names)))}\n\n{t}" for t, names in owners.items())


def _inside(folder: Path) -> list[Component]:
    """What is compiled into WebAssembly, and so has no package of its own to read."""
    lock = json.loads((folder / "pyodide-lock.json").read_text(encoding="utf-8"))
    package = json.loads(
        (NODE_MODULES / "@hpcc-js/wasm-graphviz/package.json").read_text(encoding="utf-8")
    )
    return [
        Component("CPython, in Pyodide", lock["info"]["python"], "PSF-2.0", ""),
        Component("Graphviz, in @hpcc-js/wasm-graphviz", package["version"], "EPL-2.0", ""),
    ]


def _data() -> list[Component]:
    """The files that the data sets are; their packages' own licences are for code, not for data."""
    (pin,) = re.findall(r"^scikit-learn==(\S+)", data.DIGITS_PIN.read_text("utf-8"), re.MULTILINE)
    digits = Component(
        "Optical Recognition of Handwritten Digits (E. Alpaydin and C. Kaynak, UCI), "
        "in scikit-learn; written in another form",
        pin,
        "CC-BY-4.0",
        "https://creativecommons.org/licenses/by/4.0/legalcode",
    )
    names = []
    for package in data.NAMES:
        said = _npm(package)
        if "Public Domain" not in said.text:
            raise ValueError(f"{package} {said.version} says no more that its data are PDDL-1.0")
        names.append(Component(f"Names, in {package}", said.version, "PDDL-1.0", said.text))
    return [digits, *names]


def _wheels(folder: Path) -> list[Component]:
    found = []
    for wheel in sorted(folder.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            names = [name for name in archive.namelist() if ".dist-info/" in name]
            (place,) = [name for name in names if name.endswith(".dist-info/METADATA")]
            said = HeaderParser().parsestr(archive.read(place).decode())
            read = [archive.read(name).decode() for name in names if _LICENCE_FILE.search(name)]
        found.append(_component(said, "\n\n".join(read)))
    return found


def _installed(name: str) -> Component:
    distribution = metadata.distribution(name)
    files = [file for file in distribution.files or [] if ".dist-info" in str(file)]
    read = [file.read_text(encoding="utf-8") for file in files if _LICENCE_FILE.search(file.name)]
    said = HeaderParser().parsestr(distribution.read_text("METADATA") or "")
    return _component(said, "\n\n".join(read))


def _component(said: Message, text: str) -> Component:
    """Read a component from a Python package's metadata."""
    name, version = str(said["Name"]), str(said["Version"])
    classifiers = said.get_all("Classifier") or []
    classified = [c.split(" :: ")[-1] for c in classifiers if c.startswith("License :: ")]
    stated = str(said["License"] or "").strip().splitlines()[:1]
    expression = said["License-Expression"]
    candidates = [
        *([str(expression)] if expression else []),
        *stated,
        *classified,
        *_named_in(text),
    ]
    return _checked(Component(name, version, candidates[0] if candidates else "", text))


def _named_in(text: str) -> list[str]:
    """Name a licence by the words of its text."""
    known = {"BSD 3-Clause License": "BSD-3-Clause", "MIT License": "MIT"}
    return [name for words, name in known.items() if words in text]


def _npm_closure() -> list[Component]:
    """All npm packages that the scripts may be bundled from: the lock's, without tools."""
    lock = json.loads((ROOT / "site" / "package-lock.json").read_text(encoding="utf-8"))
    names = {
        place.removeprefix("node_modules/")
        for place, package in lock["packages"].items()
        if place and not package.get("dev") and "/node_modules/" not in place
    }
    here = sorted(name for name in names if (NODE_MODULES / name).is_dir())
    return [_npm(name) for name in here if name != "pyodide" and not name.startswith("@types/")]


def _npm(name: str) -> Component:
    folder = NODE_MODULES / name
    said: dict[str, Any] = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    read = [
        p.read_text(encoding="utf-8")
        for p in sorted(folder.iterdir())
        if _LICENCE_FILE.search(p.name)
    ]
    text = "\n\n".join(read)
    # Old packages have a list, or the other spelling.
    stated = said.get("license") or said.get("licenses") or said.get("licence") or ""
    stated = stated if isinstance(stated, list) else [stated]
    licence = " OR ".join(one if isinstance(one, str) else one["type"] for one in stated)
    return _checked(Component(name, said["version"], licence, text))


def _jupyterlite(folder: Path) -> list[Component]:
    """JupyterLite writes down itself what its scripts are bundled from."""
    found: dict[tuple[str, str], Component] = {}
    for path in sorted(folder.rglob("third-party-licenses.json")):
        for said in json.loads(path.read_text(encoding="utf-8"))["packages"]:
            component = Component(
                said["name"], said["versionInfo"], said["licenseId"] or "", said["extractedText"]
            )
            found[component.name, component.version] = _checked(component)
    return _sorted(found.values())


def _sorted(components: Iterable[Component]) -> list[Component]:
    return sorted(components, key=lambda component: (component.name.lower(), component.version))


def _checked(component: Component) -> Component:
    if not component.licence:
        raise ValueError(
            f"{component.name} {component.version} is shipped and says no licence: "
            f"find out which it is, or do not ship it"
        )
    return component
