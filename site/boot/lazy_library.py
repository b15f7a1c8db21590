"""Everything that a start does not need, fetched when it is first asked for.

The start's archive stands in the place of the standard library. What is not in it (a module, a
source line, a package's metadata) is in the library's archive, which `library.fetch` fetches.
Wherever a module is, it says that it comes from where Pyodide without these archives has it.
"""

import gc
import importlib.machinery
import linecache
import marshal
import os
import os.path
import sys
import zipimport
from collections.abc import Callable, Iterable, Sequence
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:  # a start shall not wait for it
    from importlib.metadata import Distribution, DistributionFinder

ARCHIVE = "/lib/library.zip"
START = "/lib/python314.zip"
STANDARD_LIBRARY = "/lib/python314.zip/"
SITE_PACKAGES = "/lib/python3.14/site-packages/"
LOCAL_HEADER = 30
"""Bytes before a file's name in a zip; its content follows, stored."""
BYTECODE_HEADER = 16
"""Bytes of a .pyc before its code."""
NAMES: frozenset[str] = frozenset()
"""The modules that only the library has."""
OF_WHEELS: frozenset[str] = frozenset()
"""The top-level modules and packages that come from wheels."""

SOURCES: frozenset[str] = frozenset()
"""Paths of the sources that the start's archive has: the engine's, which readers look into."""


def place_of(path: str) -> str:
    """Where a file of the archives is without them; `path` is its path in an archive."""
    top = path.partition("/")[0].partition(".")[0]
    return (SITE_PACKAGES if top in OF_WHEELS else STANDARD_LIBRARY) + path


def path_of(place: str) -> str:
    """Undo `place_of`; an empty string for any other place."""
    for root in (STANDARD_LIBRARY, SITE_PACKAGES):
        if place.startswith(root):
            return place.removeprefix(root)
    return ""


class Importer(zipimport.zipimporter):
    """Imports from one of the two archives."""

    def find_spec(self, name: str, target: ModuleType | None = None) -> ModuleSpec | None:
        """Find a module, and name the place where it would be without the archives."""
        spec = super().find_spec(name, target)
        if spec and spec.loader and spec.origin:
            spec.origin = place_of(spec.origin.removeprefix(f"{self.archive}/")).removesuffix("c")
        return spec

    def get_code(self, name: str) -> CodeType:
        """Compile a module of the library; the start's are compiled."""
        if self.archive == START:
            return self.code_at_once(name) or super().get_code(name)
        path = self.get_filename(name).removeprefix(f"{ARCHIVE}/")
        return compile(self.get_source(name) or "", place_of(path), "exec", dont_inherit=True)

    def code_at_once(self, name: str) -> CodeType | None:
        """Read a module in one piece while Python starts: a third of the time of `zipimport`."""
        if library.descriptor is None:
            return None
        stem = self.prefix + name.rpartition(".")[2]
        files = zipimport._zip_directory_cache[START]  # type: ignore[attr-defined]
        for path in (f"{stem}/__init__.pyc", f"{stem}.pyc"):
            if path in files:
                _, _, size, _, offset, *_ = files[path]
                place = offset + LOCAL_HEADER + len(path)
                content = os.pread(library.descriptor, size, place)
                return cast(CodeType, marshal.loads(memoryview(content)[BYTECODE_HEADER:]))
        return None


def importer_of(path: str) -> Importer:
    """Importlib's way to ask who imports from a folder of `sys.path`."""
    if not path.startswith((START, ARCHIVE)):
        raise ImportError(path)
    return Importer(path)


class Library:
    """A finder of modules, behind all others."""

    def __init__(self) -> None:
        self.asked_for = ""
        self.fetch: Callable[[], None] = lambda: None
        self.descriptor: int | None = None

    def load(self, asked_for: str) -> None:
        """Fetch the archive, once; raises ImportError when it cannot be had."""
        if not self.asked_for:
            try:
                self.fetch()
            except Exception as error:
                raise ImportError(
                    f"{asked_for} is in a part of Python's library that could not be loaded; "
                    f"check the connection and run the cell again ({error})",
                    name=asked_for,
                ) from None
            self.asked_for = asked_for
            sys.path.append(ARCHIVE)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module of the library; importlib calls this when no other finder has it."""
        if name not in NAMES:
            return None
        self.load(name)
        parent, _, _ = name.rpartition(".")
        if not parent:
            return importlib.machinery.PathFinder.find_spec(name, [ARCHIVE], target)
        folder = f"{ARCHIVE}/{parent.replace('.', '/')}"
        package = sys.modules.get(parent)
        if package is not None and folder not in package.__path__:
            package.__path__ = [*package.__path__, folder]
        return importlib.machinery.PathFinder.find_spec(name, [folder], target)

    def find_distributions(self, context: "DistributionFinder.Context") -> "Iterable[Distribution]":
        """Metadata of packages is in the library, where the finder of `sys.path` finds it."""
        already = self.asked_for
        self.load("metadata")
        if already:
            return ()
        from importlib.metadata import MetadataPathFinder

        return MetadataPathFinder.find_distributions(context)

    def source_lines(self, path: str) -> list[str]:
        """Lines of a module that came compiled, or []."""
        try:
            self.load(path)
            source = zipimport.zipimporter(ARCHIVE).get_data(path)
        except (ImportError, OSError):
            return []
        return source.decode().splitlines(keepends=True)


library = Library()


def install() -> None:
    """Make the library available; `library.fetch()` has to write its file. Then comes `settle`."""
    gc.disable()  # nearly all that a start makes stays
    library.descriptor = os.open(START, os.O_RDONLY)
    sys.meta_path.append(library)
    sys.path_hooks.insert(0, importer_of)
    sys.path_importer_cache.pop(START, None)
    for module in list(sys.modules.values()):
        move(module)
    update = linecache.updatecache

    def updatecache(filename: str, module_globals: dict[str, object] | None = None) -> list[str]:
        lines = update(filename, module_globals)
        path = path_of(filename)
        if not lines and path and not os.path.exists(filename):
            lines = library.source_lines(path)
            linecache.cache[filename] = (sum(map(len, lines)), None, lines, filename)
        return lines

    linecache.updatecache = updatecache


def settle() -> None:
    """End the start: all that it needs has been imported."""
    if library.descriptor is not None:
        os.close(library.descriptor)
        library.descriptor = None
    gc.enable()


def write_sources() -> None:
    """Make files of the sources at hand, once: IPython shows more of those in a traceback."""
    archive = zipimport.zipimporter(START)
    for path in SOURCES:
        place = place_of(path)
        if os.path.exists(place):
            return
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "wb") as file:
            file.write(archive.get_data(path))


def move(module: ModuleType) -> None:
    """Let a module that was imported before say where it comes from, as those after it do."""
    spec = getattr(module, "__spec__", None)
    if spec and spec.origin and spec.origin.startswith(f"{START}/"):
        spec.origin = place_of(spec.origin.removeprefix(f"{START}/")).removesuffix("c")
        module.__file__ = spec.origin
