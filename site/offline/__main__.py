"""`python -m offline _site`: makes the complete site in `_site` work without a network."""

import argparse
import hashlib
import json
import time
from pathlib import Path

from assets.build_cache import digest, files_below
from assets.bundling import bundle
from files import write_whole
from settings import ROOT

from offline import app, manifest, pages

_OWN = Path(__file__).parent


def main() -> None:
    """Make the app, finish the pages and write the service worker."""
    parser = argparse.ArgumentParser(prog="python -m offline", description=__doc__)
    parser.add_argument("site", type=Path, help="the complete built site's folder, as _site")
    site: Path = parser.parse_args().site
    begun = time.perf_counter()
    app.step(site / "app").run(app.make)
    client = bundle_client(site)
    build, count = finish_pages(site, client)
    size = write_worker(site, build)
    seconds = time.perf_counter() - begun
    print(f"Offline: version {build}, {count} pages, {size / 1e6:.1f} MB kept ({seconds:.1f} s)")


def bundle_client(site: Path) -> str:
    """Bundle the script of every page; returns its address from the root, with its hash."""
    folder = site / "assets" / "offline"
    for old in folder.glob("client-*.js"):
        old.unlink()
    made = folder / "client.js"
    bundle(_OWN / "page" / "client.ts", made, "--format=esm")
    content = hashlib.sha256(made.read_bytes()).hexdigest()[:8]
    return made.rename(folder / f"client-{content}.js").relative_to(site).as_posix()


def finish_pages(site: Path, client: str) -> tuple[str, int]:
    """Add to every page what it needs; returns the site's version and the number of pages."""
    texts = {
        path: pages.without_additions(path.read_text(encoding="utf-8"))
        for path in sorted(site.rglob("*.html"))
    }
    sources = [*files_below(_OWN), ROOT / "site" / "csp.py"]
    build = manifest.version(site, [*texts.values(), digest(sources)])
    for path, html in texts.items():
        name = path.relative_to(site)
        to_root = "../" * len(name.parent.parts) or "./"
        try:
            done = pages.with_additions(
                html,
                build=build,
                client=client,
                to_root=None if name.as_posix() == manifest.NOT_FOUND else to_root,
            )
        except ValueError as error:
            raise SystemExit(f"{path}: {error}") from error
        write_whole(path, done)
    return build, len(texts)


def write_worker(site: Path, build: str) -> int:
    """Write the service worker with its list of files; returns the bytes that it keeps."""
    worker = site / manifest.WORKER
    bundle(_OWN / "worker" / "worker.ts", worker, "--format=iife")
    read, python = manifest.kept(site)
    book = json.dumps({"build": build, "pages": read, "python": python}, separators=(",", ":"))
    write_whole(worker, f"self.book={book};\n{worker.read_text(encoding='utf-8')}")
    return sum((site / entry["url"]).stat().st_size for entry in [*read, *python])


main()
