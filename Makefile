# Relay's commands. Each one sets up what it needs first; see README.md for the same without make.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

unexport PYTHONDONTWRITEBYTECODE  # tests start many processes; each would compile Relay anew

.PHONY: run test lint bench crash cluster ledgers format

run: $(READY)  ## open Relay with the sandbox
	$(BIN)/relay serve

test: lint  ## every check
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder  # slow files first, by their names

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)  ## measure; prints tables, checks nothing
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c .ci/constraints.txt -e '.[bench]'
	$(BIN)/pytest -m bench tests/bench -s -p no:cacheprovider

crash: $(READY)  ## kill the sender a thousand times; KILLS, SEED and ROUND begin again from there
	RELAY_TEST_CRASH_KILLS=$(KILLS) RELAY_TEST_CRASH_SEED=$(SEED) RELAY_TEST_CRASH_ROUND=$(ROUND) \
	$(BIN)/pytest -m crash tests/crash --ignore tests/crash/test_cluster.py -s -p no:cacheprovider

cluster: $(READY)  ## two replicas and three workers, killed, cut and reset while they send 20,000
	RELAY_TEST_CRASH_PEOPLE=$(PEOPLE) RELAY_TEST_CRASH_SEED=$(SEED) \
	$(BIN)/pytest -m crash tests/crash/test_cluster.py -s -p no:cacheprovider

ledgers: $(READY)  ## once more with PostgreSQL as the ledger, and with files that follow one
	RELAY_TEST_LEDGER=postgres $(BIN)/pytest -n 2 tests/delivery
	RELAY_TEST_LEDGER=replica $(BIN)/pytest -n 2 tests/people tests/privacy

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(READY): pyproject.toml .ci/constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c .ci/constraints.txt -e '.[test]'
	touch $(READY)
