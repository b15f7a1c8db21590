"""Python's whole library is there, whichever archive a module is in, and packages can be added."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route

from tests.browser.page_kernel import PageKernel, page_kernel
from tests.browser.site_server import SiteServer
from tests.site.wheel import write_wheel

# Every module of the standard library and of the wheels, as plain Pyodide has them.
LIST_MODULES = """
import json, pathlib, sys, zipfile
files = {name for name in zipfile.ZipFile('/lib/python314.zip').namelist()}
wheels = pathlib.Path('/lib/python3.14/site-packages')
files |= {str(path.relative_to(wheels)) for path in wheels.rglob('*.py')}
names = {file.removesuffix('.py').removesuffix('/__init__').replace('/', '.')
         for file in files if file.endswith('.py') and '-' not in file}
names |= sys.stdlib_module_names
print(json.dumps(sorted(name for name in names if not name.endswith('__main__'))))
"""
IMPORT = """
import contextlib, importlib, io, json, warnings
warnings.simplefilter('ignore')
def attempt(name):
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            importlib.import_module(name)
    except Exception as error:
        return type(error).__name__
    return 'imported'
print(json.dumps({name: attempt(name) for name in json.loads(NAMES)}))
"""


@pytest.fixture(scope="module", params=["archives", "snapshot"])
def prepared(
    browser: Browser, shared_site: SiteServer, built: Path, request: pytest.FixtureRequest
) -> Iterator[PageKernel]:
    """Start the kernel as first pages do, and as later ones do."""
    with page_kernel(browser, shared_site, built, request.param) as kernel:
        yield kernel


@pytest.fixture(scope="module")
def plain(browser: Browser, built: Path) -> Iterator[PageKernel]:
    """Start the kernel from Pyodide and its wheels."""
    site = SiteServer(built)
    with page_kernel(browser, site, built, "plain") as kernel:
        yield kernel
    site.close()


def test_every_module_imports_that_plain_pyodide_can_import(
    prepared: PageKernel, plain: PageKernel
) -> None:
    names = plain.printed(LIST_MODULES)
    code = f"NAMES = {names.strip()!r}\n{IMPORT}"
    expected = json.loads(plain.printed(code))
    assert sum(outcome == "imported" for outcome in expected.values()) > 1000
    got = json.loads(prepared.printed(code))
    assert {name: got[name] for name in got if got[name] != expected[name]} == {}


def test_a_module_says_where_it_is_without_the_archives(
    prepared: PageKernel, plain: PageKernel
) -> None:
    code = (
        "import csv, inspect, json, micrograd, IPython.core.magics.namespace as late\n"
        "print([module.__file__ for module in (csv, json, micrograd, late)], csv)\n"
        "print([inspect.getsourcefile(f) for f in (csv.DictReader, json.loads)])\n"
        "print(inspect.getsource(csv.DictWriter), inspect.getsource(micrograd.Value))"
    )
    assert prepared.printed(code) == plain.printed(code)


def test_time_zones_are_known(prepared: PageKernel, plain: PageKernel) -> None:
    code = (
        "import datetime, zoneinfo\n"
        "noon = datetime.datetime(2026, 7, 1, 12, tzinfo=zoneinfo.ZoneInfo('Europe/Berlin'))\n"
        "print(noon.isoformat())"
    )
    assert prepared.printed(code) == "2026-07-01T12:00:00+02:00\n"
    assert plain.printed(code) == "2026-07-01T12:00:00+02:00\n"


def test_chance_differs_between_visits(prepared: PageKernel, plain: PageKernel) -> None:
    code = "import random; print(random.Random().random(), random.random())"
    one, other = (kernel.printed(code).split() for kernel in (prepared, plain))
    assert not set(one) & set(other)


def test_a_docstring_is_shown(prepared: PageKernel) -> None:
    described = prepared.printed("import statistics\nstatistics.median?")
    assert "Return the median (middle value) of numeric data" in described
    assert "StatisticsError" in prepared.printed("statistics.median??")


def test_a_traceback_shows_the_readers_lines_and_the_librarys(prepared: PageKernel) -> None:
    shown = prepared.error("import fractions\n\ndef half():\n    fractions.Fraction('x')\n\nhalf()")
    assert re.search(r"----> 6 half\(\)", shown)
    assert re.search(r"----> 4 +fractions\.Fraction\('x'\)", shown)
    assert re.search(r"File /lib/python314\.zip/fractions\.py:\d+", shown)
    assert re.search(r"raise ValueError\('Invalid literal for Fraction", shown)


def test_the_engine_draws_and_compiles(prepared: PageKernel) -> None:
    messages = prepared.run(
        "from micrograd import MLP, compile, draw_dot\ndisplay(draw_dot(MLP(2, [1])([1.0, 2.0])))"
    )
    assert [kind for kind, _ in messages][:1] == ["display_data"]


PURE = "small_addition"
NEEDS_NETWORK = "it is fetched over the network. Check the connection"


def test_a_package_of_pure_python_is_installed_from_pypi(
    prepared: PageKernel, tmp_path: Path
) -> None:
    wheel = write_wheel(tmp_path, PURE, "1.2", {f"{PURE}.py": "def add(a, b): return a + b\n"})
    free = {"Access-Control-Allow-Origin": "*"}
    file: dict[str, object] = {
        "filename": wheel.name,
        "url": f"https://files.example/{wheel.name}",
        "hashes": {},
        "requires-python": None,
        "size": wheel.stat().st_size,
    }
    index = {"meta": {"api-version": "1.1"}, "name": "small-addition", "files": [file]}

    def answer_index(route: Route) -> None:
        kind = "application/vnd.pypi.simple.v1+json"
        route.fulfill(headers={**free, "Content-Type": kind}, body=json.dumps(index))

    prepared.page.context.route(re.compile(r"/small-addition/"), answer_index)
    prepared.page.context.route(
        "https://files.example/**",
        lambda route: route.fulfill(headers=free, body=wheel.read_bytes()),
    )
    assert prepared.run("%pip install small-addition") == []
    assert prepared.printed("import small_addition; print(small_addition.add(40, 2))") == "42\n"
    prepared.page.context.unroute_all()


def test_an_install_that_cannot_be_fetched_says_what_to_do(prepared: PageKernel) -> None:
    assert NEEDS_NETWORK in prepared.error("%pip install snowballstemmer")


def test_a_package_of_pyodide_is_asked_for_and_its_loss_says_what_to_do(
    prepared: PageKernel,
) -> None:
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    prepared.page.context.route(re.compile(r"/numpy-[^/]+\.whl$"), refuse)
    assert NEEDS_NETWORK in prepared.error("import numpy")
    assert asked, "numpy was not even asked for"
    prepared.page.context.unroute_all()
