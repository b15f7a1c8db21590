"""`python -m book.fonts NODE_MODULES OUT`: the site's fonts and KaTeX's, from their packages."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

FACES = {
    "@fontsource-variable/source-serif-4": ("wght.css", "wght-italic.css"),
    "@fontsource-variable/source-code-pro": ("wght.css",),
}
SUBSETS = ("latin", "latin-ext", "greek")

FACE = re.compile(r"/\* (?P<name>[\w-]+) \*/\s*(?P<face>@font-face \{.*?\})", re.S)
FONT_FILE = re.compile(r"url\(\./files/(?P<file>[^)]+)\)")
LATE = "font-display: swap"
# Text in the device's own font stays so until the next page: it does not jump while it is read.
IN_TIME = "font-display: optional"
OLD_FORMATS = re.compile(r',url\([^)]+\) format\("(?:woff|truetype)"\)')


def copy_fonts(node_modules: Path, out: Path) -> None:
    """Write `fonts/fonts.css` and `katex/katex.min.css` with the files that they name."""
    fonts = out / "fonts"
    fonts.mkdir(parents=True, exist_ok=True)
    rules = []
    for package, sheets in FACES.items():
        for sheet in sheets:
            for match in FACE.finditer(
                (node_modules / package / sheet).read_text(encoding="utf-8")
            ):
                file = FONT_FILE.search(match["face"])
                if file and _subset(file["file"]) in SUBSETS:
                    shutil.copy2(node_modules / package / "files" / file["file"], fonts)
                    rule = FONT_FILE.sub(r"url(\g<file>)", match["face"])
                    rules.append(rule.replace(LATE, IN_TIME))
    if not rules:
        raise RuntimeError(f"no font faces found in {node_modules} for {', '.join(FACES)}")
    (fonts / "fonts.css").write_text("\n".join(rules) + "\n", encoding="utf-8")

    katex = node_modules / "katex" / "dist"
    (out / "katex" / "fonts").mkdir(parents=True, exist_ok=True)
    style = (katex / "katex.min.css").read_text(encoding="utf-8")
    (out / "katex" / "katex.min.css").write_text(OLD_FORMATS.sub("", style), encoding="utf-8")
    for font in (katex / "fonts").glob("*.woff2"):
        shutil.copy2(font, out / "katex" / "fonts")


def _subset(file: str) -> str:
    match = re.search(r"-((?:latin|cyrillic|greek)(?:-ext)?|vietnamese)-", file)
    return match[1] if match else ""


if __name__ == "__main__":
    copy_fonts(Path(sys.argv[1]), Path(sys.argv[2]))
    print(f"fonts: {', '.join(FACES)} and katex in {sys.argv[2]}")
