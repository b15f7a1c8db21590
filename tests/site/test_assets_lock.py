"""Our pyodide-lock.json against Pyodide's own."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from assets import jupyterlite, lock, wheels
from assets.bundling import NODE_MODULES

UPSTREAM: dict[str, Any] = {
    "info": {"python": "3.14.2"},
    "packages": {
        name: {
            "name": name,
            "version": version,
            "file_name": f"{name}-{version}.whl",
            "depends": on,
        }
        for name, version, on in [
            ("graphviz", "0.21", []),
            ("lonely", "1.0", []),
            ("top", "2.0", ["middle"]),
            ("middle", "1.5", ["low", "jedi"]),
            ("low", "0.1", ["top"]),
            ("jedi", "0.19.2", ["parso"]),
            ("parso", "0.8", []),
        ]
    },
}


@pytest.fixture(scope="module")
def downloaded() -> list[Path]:
    """Return the wheels from PyPI."""
    return wheels.download()


def test_a_closure_follows_dependencies_and_leaves_jedi_out() -> None:
    assert lock.kernel_closure(UPSTREAM, ["top"]) == ["low", "middle", "top"]


def test_a_package_that_the_lock_lacks_is_named() -> None:
    with pytest.raises(KeyError, match="no 'absent'"):
        lock.kernel_closure(UPSTREAM, ["absent"])


def test_a_wheel_that_we_ship_lies_beside_the_lock_with_its_own_hash(
    downloaded: list[Path],
) -> None:
    (wheel,) = (path for path in downloaded if path.name.startswith("graphviz-"))
    made = lock.rewrite_lock(UPSTREAM, [wheel], "https://far.example/")
    entry = made["packages"]["graphviz"]
    assert entry["file_name"] == wheel.name
    assert entry["sha256"] == hashlib.sha256(wheel.read_bytes()).hexdigest()
    assert entry["imports"] == ["graphviz"]


def test_a_package_that_we_do_not_ship_keeps_its_entry_and_gets_an_address(
    downloaded: list[Path],
) -> None:
    made = lock.rewrite_lock(UPSTREAM, downloaded[:1], "https://far.example/")
    expected = {**UPSTREAM["packages"]["lonely"], "file_name": "https://far.example/lonely-1.0.whl"}
    assert made["packages"]["lonely"] == expected


def test_another_version_than_pyodides_is_refused(downloaded: list[Path]) -> None:
    packages = {"graphviz": {**UPSTREAM["packages"]["graphviz"], "version": "0.1"}}
    (wheel,) = (path for path in downloaded if path.name.startswith("graphviz-"))
    with pytest.raises(ValueError, match=r"graphviz-0\.21.* is not the version 0\.1"):
        lock.rewrite_lock({**UPSTREAM, "packages": packages}, [wheel], "")


def test_all_that_the_kernel_needs_is_shipped(downloaded: list[Path]) -> None:
    upstream = json.loads((NODE_MODULES / "pyodide/pyodide-lock.json").read_text(encoding="utf-8"))
    made = lock.rewrite_lock(
        upstream, [*downloaded, *wheels.kernel_wheels()], "https://far.example/"
    )
    needed = set(lock.KERNEL_PACKAGES) - {"jedi"}
    while needed:
        entry = made["packages"][needed.pop()]
        assert not entry["file_name"].startswith("https:"), entry["name"]
        needed |= {name for name in entry["depends"] if name != "jedi"}


def test_settings_that_preload_too_little_are_refused() -> None:
    settings = json.loads((jupyterlite.SETTINGS / "jupyter-lite.json").read_text(encoding="utf-8"))
    jupyterlite.check_preloads(settings)
    plugin = settings["jupyter-config-data"]["litePluginSettings"]
    options = plugin["@jupyterlite/pyodide-kernel-extension:kernel"]["loadPyodideOptions"]
    options["packages"].remove("comm")
    with pytest.raises(ValueError, match=r"does not preload \['comm'\]"):
        jupyterlite.check_preloads(settings)
