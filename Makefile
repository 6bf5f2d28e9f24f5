# All that a developer and the CI type. `make` alone lists it.
# PORT, DATABASE_URL and the other variables of docs/operations.md are taken from the environment or from .env.

PYTHON ?= python3
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help python prepared venv venv-dev demo run test check fmt bench drill-checkin drill-progress drill-queue drill-signup lock messages screenshots

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F '\t' '{printf "  make %-15s %s\n", $$1, $$2}'

run: prepared ## set up whatever is missing and serve the demo on http://localhost:8000 (PORT=… for another port)
	@$(MANAGE) load_demo --if-empty --verbosity 0
	@$(MANAGE) serve

demo: prepared ## set up and load the demo data, without serving
	@$(MANAGE) load_demo --if-empty

test: venv-dev ## run all tests: SQLite, PostgreSQL, browser (ARGS="tests/courses -k enrol" for some)
	@$(BIN)/python scripts/test.py $(ARGS)

check: venv-dev ## everything that needs no tests: format, lint, types, imports, migrations, messages, deployment
	@$(BIN)/python scripts/check.py

fmt: venv-dev ## format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: venv-dev ## measure speed against the limits
	@$(BIN)/python -m benchmarks $(ARGS)

drill-checkin: venv-dev ## 300 phones check in within a minute over HTTP, half of them signed out (ARGS="--only sqlite")
	@$(BIN)/python -m tests.drills.check_in $(ARGS)

drill-progress: venv-dev ## save what was studied in a thousand random orders: nothing goes down, all end alike
	@$(BIN)/python -m pytest -m slow tests/courses/services/test_progress.py

drill-queue: venv-dev ## sign-up in thousands of random orders beside a list on paper, and by eight threads; both databases
	@$(BIN)/python scripts/test.py --only=sqlite --only=postgresql -m slow tests/courses/services/test_sign_up_machine.py tests/courses/services/test_sign_up_threads.py

drill-signup: venv-dev ## 500 people for 100 seats over HTTP, also with killed processes (ARGS="--only sqlite --seeds 1-2")
	@$(BIN)/python -m tests.drills.sign_up $(ARGS)

lock: venv-dev ## resolve the requirements anew (ARGS=--upgrade for newer versions)
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url $(ARGS) -o requirements.txt requirements.in
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url $(ARGS) -o requirements-dev.txt requirements-dev.in

messages: venv-dev ## collect the texts for translation and say what is missing (needs gettext)
	@$(BIN)/python scripts/check_messages.py --update

screenshots: venv-dev ## take the pictures of docs/screenshots from a demo of their own (needs Chromium)
	@$(BIN)/python scripts/screenshots.py $(ARGS)

python:
	@command -v $(PYTHON) >/dev/null || { echo '没有找到 Python。请先安装 Python 3.11 或更高版本。'; echo 'No Python found. Please install Python 3.11 or newer.'; exit 1; } >&2

prepared: venv
	@$(BIN)/python scripts/compile_messages.py
	@$(MANAGE) migrate --verbosity 0

venv: python
	@$(PYTHON) scripts/bootstrap.py

venv-dev: python
	@$(PYTHON) scripts/bootstrap.py --dev
