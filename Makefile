# Needs python3 (3.11 or later) and make; everything else goes into .venv, pinned by hash.
# `make` alone lists the targets.

PYTHON      ?= python3
VENV        ?= .venv
JOBS        ?= auto
PYTEST_ARGS ?=

DEMO_SBOM   := policies/examples/log-collector.cdx.json
DEMO_POLICY := policies/example.rw
DEMO_AS_OF  := 2026-11-21

BENCH     := build/bench
BENCH_PIP := $(BENCH)/venv/bin/python -m pip install -qq --disable-pip-version-check --no-input
PEERS     := build/peers

BIN    := $(VENV)/bin
RUN    := $(VENV)/.installed-run
DEV    := $(VENV)/.installed-dev
PIP    := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input
EDIT   := $(PIP) --no-deps --no-build-isolation --editable .
LOCK   := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header

.DEFAULT_GOAL := help
.PHONY: help demo test nightly coverage lint format types contracts docs pages bench peers package check-all lock clean
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

nightly: $(DEV) ## the generated tests with many more examples, and the front end fuzzed for five minutes
	@RULEWRIGHT_EXAMPLES=1000 RULEWRIGHT_FUZZ_SECONDS=300 RULEWRIGHT_SUITES_COUNT=3200 HYPOTHESIS_PROFILE=ci \
	  $(BIN)/python -m pytest -q -n $(JOBS) tests/dsl tests/engine tests/silence $(PYTEST_ARGS)

coverage: $(DEV) ## run the tests and hold branch coverage against its floor
	@$(BIN)/python -m pytest -q -n $(JOBS) --cov --cov-report=term $(PYTEST_ARGS)

lint: $(DEV) ## ruff: rules and format
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check . && echo "lint: clean"

format: $(DEV) ## ruff: rewrite what can be rewritten safely
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format .

types: $(DEV) ## mypy, strict: package, tests, benchmarks
	@$(BIN)/mypy -p rulewright
	@$(BIN)/mypy tests bench docs/scripts

contracts: $(DEV) ## import-linter: who may import whom
	@$(BIN)/lint-imports --no-logo

docs: $(DEV) ## build the documentation, strict, into build/site
	@said=$$($(BIN)/mkdocs build --strict 2>&1) || { echo "$$said" >&2; exit 1; }
	@sh docs/scripts/offline.sh build/site

pages: $(DEV) ## write the generated pages of the documentation again
	@for script in docs/scripts/*.py; do PYTHONPATH=. $(BIN)/python $$script; done

# The peers live apart from the development tools.  A peer that cannot be had here is listed as not installed.
$(BENCH)/.installed: requirements/bench.txt requirements/bench.opa.txt requirements/runtime.txt
	@$(PYTHON) -m venv $(BENCH)/venv
	@echo "installing the peers (pinned by hash)"
	@$(BENCH_PIP) --require-hashes -r requirements/bench.txt || $(BENCH_PIP) --require-hashes -r requirements/runtime.txt
	@$(BENCH_PIP) --no-deps --upgrade --target $(BENCH)/opa --only-binary :all: --ignore-requires-python --require-hashes \
	  -r requirements/bench.opa.txt || echo "OPA's library cannot be had here"
	@touch $@

bench: $(BENCH)/.installed ## run the benchmarks and print their table (BENCH_ARGS="--sizes 1000 --rules 50" for a part)
	@PYTHONPATH=src $(BENCH)/venv/bin/python -m bench $(BENCH_ARGS)

$(PEERS)/.installed: requirements/peers.txt requirements/runtime.txt tests/attest/peers/package.json
	@$(PYTHON) -m venv $(PEERS)/venv
	@echo "installing the validators and verifiers (those in Python pinned by hash)"
	@$(subst $(BENCH),$(PEERS),$(BENCH_PIP)) --require-hashes -r requirements/peers.txt
	@cp tests/attest/peers/package.json $(PEERS)/
	@cd $(PEERS) && npm install --silent --no-audit --no-fund --no-package-lock || echo "what runs on Node cannot be had here"
	@touch $@

peers: $(PEERS)/.installed ## let independent validators and verifiers judge attestations (PEERS_ARGS="--only views")
	@PYTHONPATH=src:. $(PEERS)/venv/bin/python -m tests.attest.peers $(PEERS) $(PEERS_ARGS)

package: $(DEV) ## build wheel and sdist, install the wheel elsewhere, run it there
	@$(BIN)/python tests/packaging/smoke.py

check-all: coverage lint types contracts docs package ## everything that continuous integration asks for

lock: ## make requirements/*.txt again (needs uv)
	@$(LOCK) pyproject.toml -o requirements/runtime.txt
	@$(LOCK) requirements/build.in -o requirements/build.txt
	@$(LOCK) requirements/docs.in -o requirements/docs.txt
	@$(LOCK) pyproject.toml requirements/dev.in -c requirements/runtime.txt -o requirements/dev.txt
	@$(LOCK) pyproject.toml requirements/bench.in -c requirements/runtime.txt -o requirements/bench.txt
	@$(LOCK) pyproject.toml requirements/peers.in -c requirements/runtime.txt -o requirements/peers.txt
	@$(subst 3.11,3.14,$(LOCK)) requirements/bench.opa.in -o requirements/bench.opa.txt
	@echo "requirements/*.txt made"

clean: ## remove what the targets made, the virtual environment too
	@rm -rf build dist site .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage .coverage.* $(VENV)
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "clean"
