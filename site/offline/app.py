"""The web app: its manifest, and its icons drawn from one SVG."""

import json
import subprocess
from pathlib import Path

from assets.build_cache import Step, digest, files_below
from settings import book

ICON = Path(__file__).with_name("icon.svg")
SIZES = (192, 512)
"""Width and height in pixels of the icons that browsers ask for."""


def step(output: Path) -> Step:
    """Return the step that makes `output`, a folder: `_site/app`."""
    return Step("App", output, digest(files_below(Path(__file__).parent), str(book())))


def make(output: Path) -> str:
    """Make the manifest and the icons; addresses in them are relative to the folder."""
    output.mkdir(parents=True)
    script = Path(__file__).with_name("icons.mjs")
    subprocess.run(["node", script, ICON, output, *map(str, SIZES)], check=True)
    icons = [
        {
            "src": f"icon-{size}.png",
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in SIZES
        for purpose in ("any", "maskable")
    ]
    manifest = {
        "name": book().name,
        "short_name": book().short_name,
        "description": book().description,
        "start_url": "../",
        "scope": "../",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#1b4965",
        "icons": icons,
    }
    (output / "manifest.webmanifest").write_text(json.dumps(manifest, indent=2), encoding="utf-8")
    return f"manifest and icons of {', '.join(map(str, SIZES))} pixels"
