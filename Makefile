# `make demo` shows the product, `make test` proves it; see README.md.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
# Where PyTorch's wheels come from, when not from pip's own index: make TORCH_INDEX=URL
TORCH_INDEX ?=
PACKAGES := app jtcse_core indexes
DATA ?= ../shared/data
SAMPLE_HOME := $(CURDIR)/.demo

.PHONY: demo test check unit deep accept clean

demo: $(VENV)/.run
	@$(BIN)/jtcse --home $(SAMPLE_HOME) index -c docs docs README.md CONTRIBUTING.md CHANGELOG.md --exclude '*.svg'
	@if [ -t 0 ] && [ -t 1 ]; then \
		$(BIN)/jtcse --home $(SAMPLE_HOME) tui -c docs; \
	else \
		$(BIN)/jtcse --home $(SAMPLE_HOME) search -c docs -k 3 "why is the graph only a cache?"; \
	fi

test: check unit

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy tests benchmarks
	$(BIN)/lint-imports --no-cache

unit: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist loadfile

deep: $(VENV)/.dev
	$(BIN)/python -m pytest -m deep --hypothesis-profile deep --timeout 7200 -n auto --dist load

accept: $(VENV)/.dev
	$(BIN)/python -m benchmarks.accept $(DATA)

# What runs the product; neither PyTorch nor any weights are fetched.
$(VENV)/.run: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) -e .
	@$(PIP) hnswlib==0.8.0 >/dev/null 2>&1 || echo \
		"note: hnswlib could not be built (is there a C++ compiler?); every search will be exact"
	@# As pip does for what it copies: a shell may tell Python to keep no bytecode, and then every
	@# command would compile a hundred modules anew, a tenth of a second.
	@$(BIN)/python -m compileall -q $(PACKAGES)
	touch $@

# Torch goes first, so that a build that was put there by hand is kept.
$(VENV)/.train: $(VENV)/.run
	$(PIP) $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) torch==2.13.0
	$(PIP) -e '.[train]'
	touch $@

$(VENV)/.dev: $(VENV)/.train
	$(PIP) -e '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) .demo build dist *.egg-info
