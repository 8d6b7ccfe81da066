# `make run` opens the app, `make check` passes what needs no browser, `make test` passes every test; each sets up what it needs
# on first use, in the versions of constraints.txt. `make run TORCH=cpu` installs PyTorch's small build without CUDA. The app is
# for this machine alone; `make run HOST=0.0.0.0` opens it to everybody who can reach the machine: read SECURITY.md first.
PYTHON ?= python3
unexport PYTHONDONTWRITEBYTECODE  # where it is set, each process that the tests start compiles the whole app
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
HOST ?= localhost
TORCH ?= default
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

ifeq ($(TORCH),cpu)
PIP += --extra-index-url https://download.pytorch.org/whl/cpu
BUILD := PyTorch's CPU build, about 2 GB in all
else
BUILD := PyTorch's default build, on Linux with CUDA and about 6 GB in all (TORCH=cpu takes the one without, about 2 GB)
endif

.PHONY: run check test lint types javascript models pictures fuzz crash hostile soak quality lock
run: $(VENV)/run.stamp
	@$(BIN)/python -c 'import socket; socket.create_server(("$(HOST)", $(PORT)), family=socket.AF_INET6 if ":" in "$(HOST)" else socket.AF_INET).close()' 2>/dev/null || { echo "port $(PORT) is in use or is none; choose another one: make run PORT=8502"; exit 1; }
	@$(BIN)/streamlit run app.py --server.port $(PORT) --server.address $(HOST)

check: lint types javascript
	$(BIN)/python -m pytest -n 2 -m "not browser and not slow"

# One run of everything comes last, so that its summary counts every test. A file's tests stay together, since they share a server;
# the browser's come first, so that no process is left with the longest of them at the end.
test: lint types javascript
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/test.stamp
	$(BIN)/mypy

javascript: $(VENV)/test.stamp
	@if [ -z "$$(find vae/ui/static -name '*.js' 2>/dev/null)" ]; then echo "there is no JavaScript in vae/ui/static to check"; \
	elif [ -x node_modules/.bin/tsc ] && [ -x node_modules/.bin/prettier ]; then PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent check; \
	else echo "TypeScript and prettier are not here, so JavaScript is not checked; fetch them with: $(BIN)/npm ci"; fi

# The README's pictures, taken of the running app.
pictures: $(VENV)/test.stamp
	$(BIN)/python -m tests.browser.pictures

# What strangers and power cuts do, at length: a million odd inputs, processes killed fifty times each, memory that peers can hold,
# two hundred people for ten minutes.
fuzz: $(VENV)/test.stamp
	$(BIN)/python -m tests.hostile.fuzz

crash: $(VENV)/test.stamp
	$(BIN)/python -m tests.hostile.crash

hostile: $(VENV)/test.stamp
	$(BIN)/python -m tests.hostile.memory

soak: $(VENV)/test.stamp
	$(BIN)/python -m tests.hostile.soak

# What the tests are worth: the share of lines that they run, and of faults that they notice. An hour and a half on two cores.
quality: $(VENV)/test.stamp
	$(BIN)/python -m tests.quality.lines
	$(BIN)/python -m tests.quality.mutants

# The versions of constraints.txt that the app needs, on every system, each file with its hash.
lock: $(VENV)/test.stamp
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --custom-compile-command "make lock" \
	  -c constraints.txt requirements.txt -o requirements.lock

# The exact commands behind every shipped checkpoint; finished ones are left alone. Some hours on two cores.
models: $(VENV)/run.stamp
	sh checkpoints/build.sh $(BIN)/python

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Continuum needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.txt constraints.txt | $(VENV)/bin/python
	@echo "installing what the app needs, with $(BUILD); this takes some minutes, once"
	$(PIP) -r requirements.txt
	@touch $@

$(VENV)/test.stamp: requirements.txt requirements-dev.txt constraints.txt package-lock.json | $(VENV)/bin/python
	@echo "installing what the tests need, with $(BUILD); this takes some minutes, once"
	$(PIP) -r requirements-dev.txt
	-PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m tests.font
	$(BIN)/python -m tests.nginx
	@touch $@ $(VENV)/run.stamp
