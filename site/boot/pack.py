"""Packs the archives of the fast start; runs in Pyodide, whose bytecode it writes."""

import importlib.util
import io
import marshal
import struct
import zipfile
from pathlib import Path

from js import Object
from pyodide.ffi import to_js

STANDARD_LIBRARY = Path("/lib/python314.zip")
SITE_PACKAGES = Path("/lib/python3.14/site-packages")
# Bytecode is not checked against its source, which is in the other archive.
UNCHECKED_HASH = 1
# One date for all, so that equal sources give equal archives.
DATE = (1980, 1, 1, 0, 0, 0)


def standard_files() -> dict[str, bytes]:
    """Every file of the standard library, by its path in an archive."""
    with zipfile.ZipFile(STANDARD_LIBRARY) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def wheel_files() -> dict[str, bytes]:
    """Every file of the wheels, by its path in an archive."""
    return {
        str(path.relative_to(SITE_PACKAGES)): path.read_bytes()
        for path in SITE_PACKAGES.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def module_name(path: str) -> str:
    """`a/b/__init__.py` is `a.b`."""
    parts = list(Path(path).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def bytecode(place: str, source: bytes) -> bytes:
    """A .pyc whose code says that it comes from `place`."""
    code = compile(source, place, "exec", dont_inherit=True)
    header = importlib.util.MAGIC_NUMBER + struct.pack("<I", UNCHECKED_HASH) + bytes(8)
    return header + marshal.dumps(code)


def zipped(files: dict[str, bytes], method: int) -> bytes:
    """A zip of {path: bytes}, in this order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method, compresslevel=9) as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path, DATE), content, method)
    return buffer.getvalue()


def module_files(origins: list[str], files: dict[str, bytes]) -> list[str]:
    """Paths in the archive of the modules that came from these origins."""
    paths = set()
    for origin in origins:
        path = origin.removeprefix(f"{STANDARD_LIBRARY}/").removeprefix(f"{SITE_PACKAGES}/")
        paths.add(path.removesuffix("c") if path.endswith(".pyc") else path)
    return sorted(path for path in paths if path in files and path.endswith(".py"))


def module_names(files: dict[str, bytes]) -> list[str]:
    """Every module and package that the library has."""
    names = {module_name(path) for path in files if path.endswith(".py")}
    parts = [name.split(".") for name in names]
    return sorted(
        names | {".".join(part[:depth]) for part in parts for depth in range(1, len(part))}
    )


def with_names(lazy_library: str, **names: list[str]) -> str:
    """Write into lazy_library.py, under these names, what the archives have."""
    for name, values in names.items():
        empty = f"{name}: frozenset[str] = frozenset()"
        if empty not in lazy_library:
            raise ValueError(f"lazy_library.py has no line {empty!r}")
        lazy_library = lazy_library.replace(empty, f"{name} = frozenset({values!r})")
    return lazy_library


def pack(origins: list[str], lazy_library: str, more: dict[str, str], package: str) -> object:
    """Pack the archives.

    Args:
        origins: the files of the modules that a start imports.
        lazy_library: the source of lazy_library.py.
        more: sources of further modules of a start, by their names.
        package: the book's own.

    Returns:
        {"start": zip of bytecode, stored; "library": zip of everything, compressed}.
    """
    from_wheels = wheel_files()
    files = standard_files() | from_wheels
    wanted = module_files(origins, files)
    roots = {path: SITE_PACKAGES if path in from_wheels else STANDARD_LIBRARY for path in wanted}
    start = {f"{path}c": bytecode(f"{roots[path]}/{path}", files[path]) for path in wanted}
    # The book's package is what readers look into.
    sources = [path for path in wanted if path.startswith(f"{package}/")]
    start |= {path: files[path] for path in sources}
    started = set(module_names({path: b"" for path in wanted}))
    only_there = [name for name in module_names(files) if name not in started]
    of_wheels = sorted({name.partition(".")[0] for name in module_names(from_wheels)})
    lazy = with_names(lazy_library, NAMES=only_there, OF_WHEELS=of_wheels, SOURCES=sources)
    for name, source in {"lazy_library": lazy, **more}.items():
        start[f"{name}.pyc"] = bytecode(f"{name}.py", source.encode())
    library = {path: files[path] for path in sorted(files) if not path.endswith("/RECORD")}
    archives = {
        "start": zipped(start, zipfile.ZIP_STORED),
        "library": zipped(library, zipfile.ZIP_DEFLATED),
    }
    return to_js(archives, dict_converter=Object.fromEntries)
