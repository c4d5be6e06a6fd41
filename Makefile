# Needs python3 (3.11 or later) and make; everything else goes into .venv, pinned by hash.
# `make` alone lists the targets.

PYTHON      ?= python3
VENV        ?= .venv
JOBS        ?= auto
PYTEST_ARGS ?=

DEMO_SBOM   := policies/examples/log-collector.cdx.json
DEMO_POLICY := policies/example.rw
DEMO_AS_OF  := 2026-11-21

BIN    := $(VENV)/bin
RUN    := $(VENV)/.installed-run
DEV    := $(VENV)/.installed-dev
PIP    := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input
EDIT   := $(PIP) --no-deps --no-build-isolation --editable .
LOCK   := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header

.DEFAULT_GOAL := help
.PHONY: help demo test coverage lint format types contracts docs pages bench package check-all lock clean
.SUFFIXES:

help: ## list the targets
	@echo "rulewright: make TARGET"
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "rulewright needs Python 3.11 or later; say which: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "making $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(RUN): requirements/runtime.txt requirements/build.txt pyproject.toml | $(BIN)/python
	@echo "installing what a run needs (pinned by hash)"
	@$(PIP) --require-hashes -r requirements/runtime.txt -r requirements/build.txt
	@$(EDIT)
	@touch $@

$(DEV): requirements/dev.txt pyproject.toml | $(BIN)/python
	@echo "installing what development needs (pinned by hash)"
	@$(PIP) --require-hashes -r requirements/dev.txt
	@$(EDIT)
	@touch $@ $(RUN)

demo: $(RUN) ## check the example SBOM against the example policy
	@BIN=$(BIN) sh docs/scripts/demo.sh $(DEMO_SBOM) $(DEMO_POLICY) $(DEMO_AS_OF) build/demo

test: $(DEV) ## run the tests
	@$(BIN)/python -m pytest -q -n $(JOBS) $(PYTEST_ARGS)

coverage: $(DEV) ## run the tests and hold branch coverage against its floor
	@$(BIN)/python -m pytest -q -n $(JOBS) --cov --cov-report=term $(PYTEST_ARGS)

lint: $(DEV) ## ruff: rules and format
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check . && echo "lint: clean"

format: $(DEV) ## ruff: rewrite what can be rewritten safely
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format .

types: $(DEV) ## mypy, strict, package and tests
	@$(BIN)/mypy -p rulewright
	@$(BIN)/mypy tests

contracts: $(DEV) ## import-linter: who may import whom
	@$(BIN)/lint-imports --no-logo

docs: $(DEV) ## build the documentation, strict, into build/site
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@sh docs/scripts/offline.sh build/site

pages: $(DEV) ## write the generated pages of the documentation again
	@for script in docs/scripts/*.py; do PYTHONPATH=. $(BIN)/python $$script; done

bench: $(DEV) ## run the benchmarks and print their table
	@$(BIN)/python -m bench

package: $(DEV) ## build wheel and sdist, install the wheel elsewhere, run it there
	@$(BIN)/python tests/packaging/smoke.py

check-all: coverage lint types contracts docs package ## everything that continuous integration asks for

lock: ## make requirements/*.txt again (needs uv)
	@$(LOCK) pyproject.toml -o requirements/runtime.txt
	@$(LOCK) requirements/build.in -o requirements/build.txt
	@$(LOCK) requirements/docs.in -o requirements/docs.txt
	@$(LOCK) pyproject.toml requirements/dev.in -c requirements/runtime.txt -o requirements/dev.txt
	@echo "requirements/*.txt made"

clean: ## remove what the targets made, the virtual environment too
	@rm -rf build dist site .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage .coverage.* $(VENV)
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "clean"
