"""What is this book's own: `mkdocs.yml` says it under `extra.book`, `pyproject.toml` the package.

All else under `site/` serves any book. `python -m settings` writes it as JSON, for the build's
scripts; `python -m settings package` writes one value.
"""

from __future__ import annotations

import json
import sys
import tomllib
from dataclasses import asdict, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
"""The project's folder."""


class SettingsError(Exception):
    """Settings that make no book; says which, and what to write."""


@dataclass(frozen=True)
class Reference:
    """The page of the API: its introduction, and by heading a module and its public names."""

    introduction: str
    modules: dict[str, tuple[str, list[str]]]


@dataclass(frozen=True)
class OwnEngine:
    """The engine that a reader writes piece by piece, and that chapters can run with."""

    program: str
    """Python that takes the pieces, as `PIECES`, and puts them in the place of the engine."""
    pieces: dict[str, int]
    """The pieces in order, each with the chapter whose exercise it is."""
    chapters: tuple[int, int]
    """The first and the last chapter that can run with it."""
    compared_in: tuple[int, ...] = ()
    """Chapters before those that run with the pieces so far, from the start."""


@dataclass(frozen=True)
class Widget:
    """Something on a page that a script of the book's own enlivens; see `book.widgets`."""

    folder: str
    """Where its program, script and style are."""
    chapter: str
    """The file of `content/` whose cells make its data."""


@dataclass(frozen=True)
class Own:
    """`extra.book` of mkdocs.yml."""

    package: str
    """The folder that is the wheel, and the name that cells import."""
    short_name: str = ""
    """What stands below the icon of the installed book; the site's name where it is left out."""
    preload: tuple[str, ...] = ()
    """Packages that are there when Python has started, besides the book's own."""
    own_engine: OwnEngine | None = None
    """The engine that a reader writes; none where it is left out."""
    playground: str = ""
    """The module behind the page of the playground; none where there is no such page."""
    data_sets: bool = False
    """Whether the digits and names of `site/assets/data.py` are part of the package."""
    drawings: str = ""
    """The module whose `add_pictures` gives a drawing in DOT its picture."""
    preview: str = ""
    """What previews of links show at the right: `network`, or nothing."""
    widgets: dict[str, Widget] = field(default_factory=dict)
    """What stands on pages beside cells, by name."""
    reference: Reference | None = None
    """The page of the API; none where it is left out."""

    @property
    def pieces(self) -> tuple[str, ...]:
        """The pieces of the engine that a reader writes, in order."""
        return tuple(self.own_engine.pieces) if self.own_engine else ()


@dataclass(frozen=True)
class Book:
    """A book: its names, its package, and what else is its own."""

    name: str
    description: str
    distribution: str
    licence: str
    own: Own

    @property
    def package(self) -> str:
        """The name that cells import."""
        return self.own.package

    @property
    def package_folder(self) -> Path:
        """The folder that is the wheel."""
        return ROOT / self.package

    @property
    def short_name(self) -> str:
        """The name below the icon of the installed book."""
        return self.own.short_name or self.name


class MkDocsLoader(yaml.SafeLoader):
    """Reads mkdocs.yml, whose tags are MkDocs' own."""


MkDocsLoader.add_multi_constructor("!", lambda loader, suffix, node: None)
MkDocsLoader.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: None)


def read_settings(root: Path) -> Book:
    """Read a project's settings; raises `SettingsError` where something is missing or unknown."""
    try:
        site = yaml.load((root / "mkdocs.yml").read_text(encoding="utf-8"), MkDocsLoader)
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    except (OSError, ValueError, KeyError, yaml.YAMLError) as error:
        raise SettingsError(f"mkdocs.yml or pyproject.toml cannot be read: {error}") from error
    given = (site.get("extra") or {}).get("book")
    if not isinstance(given, dict) or not given.get("package"):
        raise SettingsError(
            f"mkdocs.yml has extra.book: {given!r}, expected `book: {{package: NAME}}` below "
            "`extra:`, NAME being the folder that cells import"
        )
    known = [field.name for field in fields(Own)]
    for key in given:
        if key not in known:
            raise SettingsError(f"mkdocs.yml has {key} in extra.book, expected {', '.join(known)}")
    own = Own(
        **{
            **given,
            "preload": tuple(given.get("preload", ())),
            "own_engine": _own_engine(root, given.get("own_engine")),
            "widgets": _widgets(root, given.get("widgets", {})),
            "reference": _reference(given.get("reference")),
        }
    )
    if not (root / own.package / "__init__.py").is_file():
        raise SettingsError(
            f"mkdocs.yml has package: {own.package} in extra.book, "
            f"but there is no {own.package}/__init__.py"
        )
    return Book(
        name=str(site["site_name"]),
        description=str(site.get("site_description", "")),
        distribution=str(project["name"]),
        licence=str(project.get("license", "")),
        own=own,
    )


def _own_engine(root: Path, given: Any) -> OwnEngine | None:
    if given is None:
        return None
    try:
        first, last = map(int, given["chapters"])
        pieces = {str(name): int(chapter) for name, chapter in given["pieces"].items()}
        program = str(given["program"])
        compared_in = tuple(map(int, given.get("compared_in", ())))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise SettingsError(
            "mkdocs.yml has an own_engine in extra.book that cannot be read, expected "
            "program: FILE, pieces: {name: chapter}, chapters: [first, last], and perhaps "
            "compared_in: [chapter]"
        ) from None
    if not (root / program).is_file():
        raise SettingsError(f"mkdocs.yml has program: {program} in own_engine, which is no file")
    return OwnEngine(program, pieces, (first, last), compared_in)


def _widgets(root: Path, given: Any) -> dict[str, Widget]:
    try:
        widgets = {
            str(name): Widget(folder=str(widget["folder"]), chapter=str(widget["chapter"]))
            for name, widget in given.items()
        }
    except (AttributeError, KeyError, TypeError):
        raise SettingsError(
            "mkdocs.yml has widgets in extra.book that cannot be read, expected "
            "name: {folder: FOLDER, chapter: FILE}"
        ) from None
    for name, widget in widgets.items():
        files = [f"{widget.folder}/widget.{ending}" for ending in ("py", "ts", "css")]
        for file in (*files, f"content/{widget.chapter}"):
            if not (root / file).is_file():
                raise SettingsError(
                    f"mkdocs.yml has the widget {name} in extra.book, but there is no {file}"
                )
    return widgets


def _reference(given: Any) -> Reference | None:
    if given is None:
        return None
    try:
        modules = {
            str(heading): (str(module), [str(name) for name in names])
            for heading, section in given["modules"].items()
            for module, names in section.items()
        }
        return Reference(str(given["introduction"]).strip(), modules)
    except (AttributeError, KeyError, TypeError):
        raise SettingsError(
            "mkdocs.yml has a reference in extra.book that cannot be read, expected "
            "introduction: words, and modules: {Heading: {package.module: [name, name]}}"
        ) from None


@cache
def book() -> Book:
    """The settings of the book that this folder makes."""
    try:
        return read_settings(ROOT)
    except SettingsError as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    found = book()
    values = {name: getattr(found, name) for name in ("name", "package", "distribution")}
    own = {name: getattr(found.own, name) for name in ("playground", "own_engine", "widgets")}
    given = {**values, **own}
    print(values[sys.argv[1]] if sys.argv[1:] else json.dumps(given, default=asdict))
