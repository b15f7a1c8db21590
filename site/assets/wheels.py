"""The wheels that the kernel in the browser starts from: downloaded, built or written here."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from settings import ROOT, book

from assets.build_cache import CACHE, digest
from assets.bundling import NODE_MODULES

PINS = ROOT / "requirements" / "pyodide.txt"
"""The wheels from PyPI, with versions and hashes; `make pins` writes it."""

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can say, so that bytes do not change


def pyodide_options() -> list[str]:
    """Options of `pip download` for wheels that Pyodide can load, and for no others.

    Left to itself pip takes wheels for this machine, which fail for the reader.
    """
    lock = json.loads((NODE_MODULES / "pyodide/pyodide-lock.json").read_text(encoding="utf-8"))
    info = lock["info"]
    version = ".".join(info["python"].split(".")[:2])
    options = ["--only-binary", ":all:", "--implementation", "cp", "--python-version", version]
    for abi in (f"cp{version.replace('.', '')}", "abi3", "none"):
        options += ["--abi", abi]
    for platform in (f"pyemscripten_{info['abi_version']}_{info['arch']}", "any"):
        options += ["--platform", platform]
    return options


def download() -> list[Path]:
    """Fetch the pinned wheels from PyPI with pip, checked by their hashes; they stay in .cache/."""
    folder = CACHE / "wheels" / digest([PINS])[:16]
    if not folder.exists():
        coming = folder.with_suffix(".part")
        coming.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += [*pyodide_options(), "--require-hashes", "--dest", str(coming)]
        subprocess.run([*command, "-r", PINS], check=True)
        coming.rename(folder)
    return sorted(folder.glob("*.whl"))


def kernel_wheels() -> list[Path]:
    """Find piplite, pyodide-kernel and ipykernel, which JupyterLite's kernel extension brings."""
    found = metadata.distribution("jupyterlite-pyodide-kernel").files or []
    wheels = [Path(str(file.locate())) for file in found if file.parent.name == "pypi"]
    names = ("piplite-", "pyodide_kernel-", "ipykernel-")
    chosen = sorted(wheel for wheel in wheels if wheel.name.startswith(names))
    if len(chosen) != len(names):
        raise FileNotFoundError(
            f"jupyterlite-pyodide-kernel holds {[w.name for w in chosen]}, expected a wheel for "
            f"each of {names}; is requirements/site.txt installed?"
        )
    return chosen


def build_engine(folder: Path) -> Path:
    """Build the engine's wheel into a folder; equal sources give equal bytes.

    The wheel's build tag is a hash of its content, so that no cache takes it for an older one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation"]
    command += ["--outdir", str(folder)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "315532800"}  # 1980, as above
    done = subprocess.run(
        [*command, ROOT], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        raise SystemExit(
            f"building the wheel of {book().distribution} failed:\n{done.stdout.decode()}"
        )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        if f"{book().package}/__init__.py" not in archive.namelist():
            raise SystemExit(
                f"the wheel of {book().distribution} has no {book().package}/__init__.py; name the "
                "package in pyproject.toml under [tool.hatch.build.targets.wheel], "
                f'packages = ["{book().package}"]'
            )
    name, version, tags = wheel.name.split("-", 2)
    content = hashlib.sha256(wheel.read_bytes()).hexdigest()[:8]
    return wheel.rename(folder / f"{name}-{version}-1{content}-{tags}")


def write_jedi_stub(folder: Path) -> Path:
    """Write a wheel that is called jedi and holds no jedi, only IPython's settings for that.

    The kernel asks for jedi (2.5 MB with what it needs) and switches completion over to it.
    Without it, IPython's own completer knows the live objects, which is what a learner asks for.
    The settings also let `%pip install` ask PyPI: the start must not, the reader may.
    """
    folder.mkdir(parents=True, exist_ok=True)
    settings = """\
c = get_config()
c.InteractiveShellApp.exec_lines = [
    "get_ipython().Completer.use_jedi = False",
    "__import__('piplite.piplite').piplite._PIPLITE_DISABLE_PYPI = False",
]
"""
    version = "0.19.2"
    described = f"Metadata-Version: 2.1\nName: jedi\nVersion: {version}+standin\n"
    described += "Summary: Stands in for jedi: completion without it.\nLicense: MIT\n"
    return _write_wheel(
        folder / f"jedi-{version}+standin-py3-none-any.whl",
        {
            f"jedi-{version}+standin.data/data/etc/ipython/ipython_config.py": settings,
            f"jedi-{version}+standin.dist-info/METADATA": described,
            f"jedi-{version}+standin.dist-info/WHEEL": (
                "Wheel-Version: 1.0\nGenerator: live-book\n"
                "Root-Is-Purelib: true\nTag: py3-none-any\n"
            ),
        },
    )


def _write_wheel(path: Path, files: Mapping[str, str]) -> Path:
    """Write texts as a wheel, with its RECORD; equal texts give equal bytes."""
    info = next(name.split("/")[0] for name in files if name.endswith(".dist-info/WHEEL"))
    lines = [
        f"{name},sha256={_record_hash(text)},{len(text.encode())}" for name, text in files.items()
    ]
    record = "\n".join([*lines, f"{info}/RECORD,,", ""])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, text in {**files, f"{info}/RECORD": record}.items():
            wheel.writestr(zipfile.ZipInfo(name, _EPOCH), text)
    return path


def _record_hash(text: str) -> str:
    raw = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
