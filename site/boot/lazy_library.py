"""Everything that a start does not need, fetched when it is first asked for.

The start's archive stands in the place of the standard library. What is not in it (a module, a
source line, a package's metadata) is in the library's archive, which `install`'s function fetches.
"""

import importlib.machinery
import linecache
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a start shall not wait for it
    from importlib.metadata import Distribution, DistributionFinder

ARCHIVE = "/lib/library.zip"
START = "/lib/python314.zip/"
NAMES: frozenset[str] = frozenset()


class Library:
    """A finder of modules, behind all others."""

    def __init__(self) -> None:
        self.asked_for = ""
        self.fetch: Callable[[], None] = lambda: None

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

    def source_lines(self, filename: str) -> list[str]:
        """Lines of a module that came compiled, or []."""
        import zipimport

        try:
            self.load(filename)
            source = zipimport.zipimporter(ARCHIVE).get_data(filename.removeprefix(START))
        except (ImportError, OSError):
            return []
        return source.decode().splitlines(keepends=True)


library = Library()


def install(fetch: Callable[[], None]) -> None:
    """Make the library available; `fetch()` writes the archive's file."""
    library.fetch = fetch
    sys.meta_path.append(library)
    update = linecache.updatecache

    def updatecache(filename: str, module_globals: dict[str, object] | None = None) -> list[str]:
        lines = update(filename, module_globals)
        if not lines and filename.startswith(START):
            lines = library.source_lines(filename)
            linecache.cache[filename] = (sum(map(len, lines)), None, lines, filename)
        return lines

    linecache.updatecache = updatecache
