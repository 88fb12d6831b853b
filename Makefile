# Everything a newcomer needs: `make run` and `make test` prepare the machine themselves (tools/prepare.py).
PREPARE := @tools/any-python tools/prepare.py
BIN     := .venv/bin
LAYERS  := tests/unit tests/contract tests/integration tests/journey tests/browser
WORKERS ?= 2

# How `make test` runs pytest: in parallel, each group of tests that shares a server on one worker, and no skips.
PYTEST  := PYTHONPATH=tools $(BIN)/python -m pytest -p no_skips

# `make soak SOAK="--kills 20 --seed 7" LIVES=50 MINUTES=5`: less of it, or the dice that were rolled before.
LIVES   ?= 300
MINUTES ?= 30
AT_FULL_SIZE := tests/contract/flow/test_against_reference.py tests/contract/flow/test_counted_days.py \
	tests/integration/test_router_races.py

.DEFAULT_GOAL := help
.PHONY: help setup run test test-unit check fmt bench bench-nlu conversations soak train web lock upgrade-locks clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## All environments: Python 3.12 and 3.10, Node, a browser for the tests
	$(PREPARE) setup

run: ## Everything on http://127.0.0.1:8080: service, assistant, pages, emulated phone (Ctrl-C stops it)
	$(PREPARE) run
	@exec $(BIN)/python -m assistant run

test: ## The whole suite: web, dialogue, service, journeys, browser
	$(PREPARE) test
	tools/npm run -s test
	tools/test-dialogue
	$(PYTEST) -n $(WORKERS) --dist loadgroup $(LAYERS)

test-unit: ## The quick tests only
	$(PREPARE) test-unit
	$(PYTEST) tests/unit

check: ## Style, types and floors: ruff, mypy, import-linter, TypeScript, eslint, vitest, locks
	$(PREPARE) check
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/ruff check --config rasa_project/ruff.toml rasa_project
	$(BIN)/ruff format --check --config rasa_project/ruff.toml rasa_project
	$(BIN)/mypy
	$(BIN)/mypy tools
	$(BIN)/lint-imports
	$(PREPARE) check-locks
	tools/npm run -s typecheck
	tools/npm run -s lint
	tools/npm run -s test

fmt: ## Format, and mend what ruff can mend
	$(PREPARE) test-unit
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/ruff check --fix --config rasa_project/ruff.toml rasa_project
	$(BIN)/ruff format --config rasa_project/ruff.toml rasa_project

bench: ## What a turn, a join, a move and a page cost here
	$(PREPARE) test
	$(BIN)/python -m bench

bench-nlu: ## What the classifier understands, by cross-validation: make bench-nlu DATA=FILE.csv (text,category)
	$(PREPARE) train
	@rasa_project/.venv/bin/python -W ignore rasa_project/bench_nlu.py $(abspath $(DATA))

conversations: ## Hold the scripted conversations with the running system, and write docs/conversations.md
	$(PREPARE) run
	$(BIN)/python -m conversations

soak: ## At full size: 200 kills under a crowd, 1,000 races, the console for 30 minutes, 2 x 300 lives beside the reference
	$(PREPARE) test
	$(BIN)/python -m bench.soak $(SOAK)
	$(BIN)/python -m bench.pages --only console --minutes $(MINUTES)
	HOLDFAST_MODEL_RUNS=$(LIVES) HOLDFAST_MODEL_STEPS=60 $(PYTEST) -n $(WORKERS) $(AT_FULL_SIZE)

train: ## The dialogue model, if its sources changed
	$(PREPARE) train

web: ## The pages, if their sources changed
	$(PREPARE) web

lock: ## Resolve the locks anew after a pin changed
	$(PREPARE) lock

upgrade-locks: ## Resolve the locks to the newest versions
	$(PREPARE) upgrade-locks

clean: ## Remove what was made (environments, builds, model); keeps .holdfast/, where the data is
	rm -rf .venv rasa_project/.venv rasa_project/models rasa_project/.rasa .tools web/node_modules web/dist
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis test-output
