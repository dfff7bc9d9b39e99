# Both commands on the first screen of README.md do their own set-up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NODE := $(BIN)/python -m lms.runtime.node

.DEFAULT_GOAL := help
.PHONY: help setup demo test needs lint lint-python lint-types lint-templates lint-scripts fmt bench lock
# What does not wait for the other is done beside it: npm beside pip, mypy beside the other checks.
MAKEFLAGS += --jobs=2

help: ## Say what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

demo: setup ## Run the site with demo content on an embedded PostgreSQL; Ctrl-C stops it
	@$(BIN)/python -m lms.runtime demo

# Half as many again as cores: a third of the time a test waits for a browser, a process or a disk. Files in the order
# of tests/conftest.py, not of how many tests they hold.
IN_PARALLEL := -n $(shell $(PYTHON) -c "import os; print(len(os.sched_getaffinity(0)) * 3 // 2)") --dist loadfile --no-loadscope-reorder

test: needs lint ## Run everything: checks, unit, property, journeys in Chromium, faults
	$(BIN)/pytest $(IN_PARALLEL) $(PYTEST_ARGS)

needs: setup $(VENV)/.dev
	@$(BIN)/python -m lms.runtime.needs chromium ffmpeg redis

lint: lint-python lint-types lint-templates lint-scripts ## Check style, types, imports and templates

lint-python: setup $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

lint-types: setup $(VENV)/.dev
	$(BIN)/mypy lms courses live assessments media

lint-templates: setup $(VENV)/.dev
	$(BIN)/djlint --lint --check lms courses live assessments media

lint-scripts: setup $(VENV)/.dev
	$(NODE) npm run --silent typecheck

fmt: $(VENV)/.dev ## Put the code into its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/djlint --quiet --reformat lms courses live assessments media || true

bench: setup $(VENV)/.dev ## Measure against a baseline in the same run; prints a table, writes var/bench.json
	$(BIN)/python -m tests.bench

setup: $(VENV)/.base var/.static var/.messages ## Install what is needed and build the front end

lock: $(VENV)/.dev ## Write the locks anew from requirements/*.in and package.json
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header requirements/base.in -o requirements/base.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header requirements/dev.in -o requirements/dev.txt
	$(NODE) npm install --package-lock-only --omit-lockfile-registry-resolved

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.base: requirements/base.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.base
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

node_modules/.package-lock.json: package-lock.json $(VENV)/.base
	$(NODE) npm ci --no-audit --no-fund --loglevel=error
	@touch $@

FRONT := $(shell find lms courses live assessments media -path '*/assets/*' -type f 2>/dev/null) lms/credit/verify_words.json
var/build/manifest.json: node_modules/.package-lock.json vite.config.ts vite.verifier.config.ts tsconfig.json $(FRONT)
	$(NODE) npm run --silent build
	@touch $@

var/.static: var/build/manifest.json $(VENV)/.base $(shell find lms courses live assessments media -path '*/static/*' -type f 2>/dev/null)
	$(BIN)/python manage.py collectstatic --no-input --clear --verbosity 0
	@touch $@

var/.messages: $(VENV)/.base $(shell find lms courses live assessments media -name '*.po' 2>/dev/null)
	@mkdir -p var
	$(BIN)/python -m lms.runtime.messages
	@touch $@
