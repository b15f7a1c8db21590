"""Serve a built site as a plain static host does, and break it where a test says so.

The host that this stands for is GitHub Pages: a sub-path, gzip for text, ten minutes of caching,
an ETag, and none of the headers that cross-origin isolation needs.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import os
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

# A site that was built for an address is served under that address's path.
BUILT_FOR = os.environ.get("SITE_URL")
PREFIX = urlsplit(BUILT_FOR).path.rstrip("/") if BUILT_FOR else "/any/path"

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".gz": "application/gzip",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".js": "application/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".mjs": "application/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
    ".zip": "application/zip",
}
COMPRESSED = {
    ".css", ".html", ".js", ".json", ".mjs", ".svg", ".txt", ".wasm", ".webmanifest", ".xml",
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What the server sends for one file, before a fault is applied."""

    status: int
    headers: dict[str, str]
    body: bytes


class Dropped(Exception):
    """The connection is closed in place of an answer."""


Fault = Callable[[Answer], Answer]


def drop(answer: Answer) -> Answer:
    """Close the connection without a byte: the network is gone."""
    raise Dropped


def cut(answer: Answer) -> Answer:
    """Announce the whole length, send half, close: a download that breaks off."""
    return Answer(answer.status, answer.headers, answer.body[: len(answer.body) // 2])


def truncate(answer: Answer) -> Answer:
    """Send half of the file as if it were whole: only a hash can tell."""
    body = answer.body[: len(answer.body) // 2]
    return Answer(answer.status, {**answer.headers, "Content-Length": str(len(body))}, body)


def alter(answer: Answer) -> Answer:
    """Change 64 bytes in the middle of the file: only a hash can tell."""
    middle = len(answer.body) // 2
    body = bytearray(answer.body)
    body[middle : middle + 64] = bytes(byte ^ 0x55 for byte in body[middle : middle + 64])
    return Answer(answer.status, answer.headers, bytes(body))


def missing(answer: Answer) -> Answer:
    """Answer 404: the file is not deployed."""
    body = b"not found"
    return Answer(404, {"Content-Type": "text/plain", "Content-Length": str(len(body))}, body)


def whole(answer: Answer) -> Answer:
    """Leave the answer as it is."""
    return answer


class Stall:
    """Hold an answer back until `release` is called, and give it `then`."""

    def __init__(self, then: Fault = whole) -> None:
        self.then = then
        self.reached = threading.Event()
        self.released = threading.Event()

    def __call__(self, answer: Answer) -> Answer:
        self.reached.set()
        if not self.released.wait(timeout=300):
            raise Dropped
        return self.then(answer)

    def release(self) -> None:
        """Let the answer go."""
        self.released.set()


@dataclass
class Rule:
    """A fault for the paths that match."""

    pattern: re.Pattern[str]
    fault: Fault
    times: int | None
    hits: int = 0


@dataclass
class SiteServer:
    """A server of `folder` under `PREFIX`, on a free port of 127.0.0.1.

    `folder` may be exchanged at any time (a new deployment). `requests` lists the paths asked for,
    below the prefix, in order; what browsers ask of their own accord (a favicon at the root) is in
    it as well.
    """

    folder: Path
    requests: list[str] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 60

            def do_GET(self) -> None:
                server._respond(self, with_body=True)

            def do_HEAD(self) -> None:
                server._respond(self, with_body=False)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing: `requests` has it."""

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False
            request_queue_size = 128

            def handle_error(self, request: object, client_address: object) -> None:
                """A browser closes connections when it likes."""

        self._http = Quiet(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)
        self._thread.start()

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def url(self, path: str = "") -> str:
        """Return the address of a path of the site."""
        return f"{self.origin}{PREFIX}/{path}"

    def close(self) -> None:
        """Stop serving, and let stalled answers go."""
        self.mend()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def break_(self, pattern: str, fault: Fault, times: int | None = None) -> Rule:
        """Apply `fault` to the paths in which `pattern` is found, at most `times` times."""
        rule = Rule(re.compile(pattern), fault, times)
        with self._lock:
            self.rules.append(rule)
        return rule

    def mend(self) -> None:
        """Take all faults away."""
        with self._lock:
            rules, self.rules = self.rules, []
        for rule in rules:
            if isinstance(rule.fault, Stall):
                rule.fault.release()

    @contextlib.contextmanager
    def broken(self, pattern: str, fault: Fault, times: int | None = None) -> Iterator[Rule]:
        """Apply a fault inside a `with` block only."""
        rule = self.break_(pattern, fault, times)
        try:
            yield rule
        finally:
            with self._lock, contextlib.suppress(ValueError):
                self.rules.remove(rule)

    def _fault(self, path: str) -> Fault | None:
        with self._lock:
            for rule in self.rules:
                if rule.pattern.search(path) and (rule.times is None or rule.hits < rule.times):
                    rule.hits += 1
                    return rule.fault
        return None

    def _respond(self, handler: BaseHTTPRequestHandler, *, with_body: bool) -> None:
        path = unquote(urlsplit(handler.path).path)
        inside = path.startswith(f"{PREFIX}/")
        asked = path.removeprefix(f"{PREFIX}/") if inside else path
        with self._lock:
            self.requests.append(asked)
        gzipped = "gzip" in handler.headers.get("Accept-Encoding", "")
        answer = self._answer(asked, gzipped) if inside else not_found(self.folder, gzipped)
        fault = self._fault(asked)
        try:
            if fault:
                answer = fault(answer)
        except Dropped:
            handler.close_connection = True
            return
        etag = answer.headers.get("ETag")
        if etag and not fault and handler.headers.get("If-None-Match") == etag:
            answer = Answer(304, {"ETag": etag, "Cache-Control": "max-age=600"}, b"")
        handler.send_response_only(answer.status)
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        if with_body:
            handler.wfile.write(answer.body)
            if len(answer.body) < int(answer.headers.get("Content-Length", "0")):
                handler.close_connection = True

    def _answer(self, asked: str, gzipped: bool) -> Answer:
        root = self.folder.resolve()
        file = (root / asked).resolve()
        if not file.is_relative_to(root):
            return not_found(root, gzipped)
        if file.is_dir():
            if asked and not asked.endswith("/"):
                return Answer(301, {"Location": f"{PREFIX}/{asked}/", "Content-Length": "0"}, b"")
            file = file / "index.html"
        if not file.is_file():
            return not_found(root, gzipped)
        return file_answer(file, 200, gzipped)


def not_found(folder: Path, gzipped: bool) -> Answer:
    """Return the site's own 404 page where it has one."""
    page = folder / "404.html"
    if page.is_file():
        return file_answer(page, 404, gzipped)
    return Answer(404, {"Content-Type": "text/plain", "Content-Length": "9"}, b"not found")


def file_answer(file: Path, status: int, gzipped: bool) -> Answer:
    """Return a file with the headers that a static host gives it."""
    stat = file.stat()
    body, etag = packed(file, stat.st_mtime_ns, gzipped and file.suffix in COMPRESSED)
    headers = {
        "Content-Type": CONTENT_TYPES.get(file.suffix, "application/octet-stream"),
        "Content-Length": str(len(body)),
        "Cache-Control": "max-age=600",
        "Access-Control-Allow-Origin": "*",
    }
    if status == 200:
        headers["ETag"] = etag
    if gzipped and file.suffix in COMPRESSED:
        headers["Content-Encoding"] = "gzip"
        headers["Vary"] = "Accept-Encoding"
    return Answer(status, headers, body)


@lru_cache(maxsize=4096)
def packed(file: Path, modified: int, compress: bool) -> tuple[bytes, str]:
    """Return a file's bytes, perhaps gzipped, and its ETag."""
    body = file.read_bytes()
    if compress:
        body = gzip.compress(body, compresslevel=6, mtime=0)
    return body, f'"{hashlib.sha256(body).hexdigest()[:16]}"'
