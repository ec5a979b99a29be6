# make demo: install, build the bundled newsroom, serve it. make test: pass the tests. Needs Python 3.11+, pip and make.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
# Without compiled bytecode every start takes seconds more.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check bench fuzz fuzz-cost clean

demo: $(VENV)/installed
	@trap '' INT; $(BIN)/recommender demo

test: $(VENV)/installed-dev
	$(BIN)/python -m pytest --cov --cov-report=term --cov-fail-under=95

check: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/installed-dev
	$(BIN)/python benchmarks/run.py

# ARGS="--minutes 10 page feed" for ten minutes on each of two parsers.
fuzz: $(VENV)/installed-dev
	cd tests && ../$(BIN)/python -m fuzz $(ARGS)

fuzz-cost: $(VENV)/installed-dev
	cd tests && ../$(BIN)/python -m fuzz --cost $(ARGS)

clean:
	rm -rf $(VENV) var dist build .coverage* .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[offline]'
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[offline,multilingual,dev]'
	touch $@
