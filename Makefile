# make        sets everything up, builds the graph, asks it a question and says where the page lies
# make test   sets everything up and runs all tests
# make verify reads every export with other tools, asks the questions of other engines, checks the page's scripts (Debian with node; as root it installs them)
# make docs   writes docs/ anew: the manual of commands and questions
# make lock   writes requirements.lock anew from setup.cfg (needs uv)

PYTHON ?= python3
BIN := .venv/bin

.PHONY: all test verify docs lock clean

all: .venv/installed
	$(BIN)/kg build
	@echo
	$(BIN)/kg who-met-whom lieberman
	@echo
	@echo "The page: $(CURDIR)/exports/graph.html"
	@echo "Ask on:   $(BIN)/kg --help"

test: .venv/installed
	$(BIN)/python -m pytest

verify: .venv/installed .verify/installed
	$(BIN)/python tests/verify.py

# igraph is under the GPL, which is why none of this is among what the project needs
.verify/installed: Makefile
	command -v rapper virtuoso-t java >/dev/null && test -e /usr/share/java/jena-arq.jar || \
	  apt-get install -y --no-install-recommends raptor2-utils virtuoso-opensource libapache-jena-java default-jre-headless unzip
	$(PYTHON) -m venv .verify/venv
	.verify/venv/bin/python -m pip install --quiet --disable-pip-version-check followthemoney==4.11.2 python-igraph==1.0.0 oxigraph==0.5.13
	npm install --prefix .verify --no-audit --no-fund --silent n3@2.13.12 jsonld@9.0.0 typescript@7.0.2 eslint@10.15.0 @eslint/js@10.0.1
	rm -rf .verify/jena && mkdir -p .verify/jena
	unzip -q /usr/share/java/jena-core.jar 'org/apache/jena/ext/xerces/*' -d .verify/jena
	mv .verify/jena/org/apache/jena/ext/xerces .verify/jena/xerces
	touch $@

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
	rm -rf .venv .verify .kg exports/graph.html
