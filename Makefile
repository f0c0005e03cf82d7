# make        sets everything up, builds the graph, asks it a question and says where the page lies
# make test   sets everything up and runs all tests
# make docs   writes docs/ anew: the manual of commands and questions
# make lock   writes requirements.lock anew from setup.cfg (needs uv)

PYTHON ?= python3
BIN := .venv/bin

.PHONY: all test docs lock clean

all: .venv/installed
	$(BIN)/kg build
	@echo
	$(BIN)/kg who-met-whom lieberman
	@echo
	@echo "The page: $(CURDIR)/exports/graph.html"
	@echo "Ask on:   $(BIN)/kg --help"

test: .venv/installed
	$(BIN)/python -m pytest

docs: .venv/installed
	$(BIN)/kg docs

# everything is pinned and hashed; the project itself is installed from this folder, without looking anything up
.venv/installed: requirements.lock setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one with: make PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

lock:
	uv pip compile setup.cfg --extra dev --generate-hashes --universal --python-version 3.11 --no-annotate --no-header -o requirements.lock

clean:
	rm -rf .venv .kg exports/graph.html
