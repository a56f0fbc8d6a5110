# `make run` and `make test` make their own environment in .venv from requirements.lock.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

PYTEST := OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadgroup

.DEFAULT_GOAL := run
.PHONY: help run quick test test-all bench lab check lock clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

run: $(READY) ## everything that is stale, of every wave
	$(BIN)/sto run

quick: $(READY) ## tests without whole runs and browsers: a minute or two
	$(PYTEST) -m 'not whole and not wide'

test: $(READY) ## tests, of the wide grids a few cases: minutes
	$(PYTEST) -m 'not wide'

test-all: $(READY) ## tests, every case: what runs at night
	$(PYTEST)

bench: $(READY) ## docs/benchmarks/*.md: speed, memory, broken files
	for file in model survey mutants scale batch release disclosure; do $(BIN)/python benchmarks/$$file.py || exit 1; done

lab: $(READY) ## JupyterLab; git then takes notebooks without outputs only
	$(BIN)/sto guard
	umask 077 && $(BIN)/jupyter lab --notebook-dir=.

check: $(READY) ## ruff, mypy, no answers and no outputs in git, lines of code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sto guard --staged
	$(BIN)/python benchmarks/lines.py

lock: $(READY) ## requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --extra dev --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --custom-compile-command 'make lock' --output-file requirements.lock --quiet

$(READY): requirements.lock pyproject.toml $(wildcard src/sto_analysis/report/template/sto/*)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary=:all: -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(READY)

clean: ## remove the environment and everything that runs made
	rm -rf $(VENV) data/processed/* reports/*
