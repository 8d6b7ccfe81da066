# `make run` opens the app, `make test` passes every test; both set up what they need on first use.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501

.PHONY: run test lint bench models
run: $(VENV)/run.stamp
	@$(BIN)/python -c 'import socket; socket.create_server(("", $(PORT))).close()' 2>/dev/null || { echo "port $(PORT) is in use or is none; choose another one: make run PORT=8502"; exit 1; }
	@$(BIN)/streamlit run app.py --server.port $(PORT)

test: $(VENV)/test.stamp
	$(BIN)/python -m pytest

lint: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# The exact commands behind every shipped checkpoint; finished ones are left alone. Some hours on two cores.
models: $(VENV)/run.stamp
	sh checkpoints/build.sh $(BIN)/python

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Continuum needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.txt | $(VENV)/bin/python
	@echo "installing what the app needs, about 6 GB; this takes some minutes, once"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/test.stamp: requirements.txt requirements-dev.txt | $(VENV)/bin/python
	@echo "installing what the tests need, about 6 GB; this takes some minutes, once"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m tests.font
	@touch $@ $(VENV)/run.stamp
