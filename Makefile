# The few verbs of the project. `make demo` and `make test` do all that they need by themselves.
BIN := .venv/bin
EDITION ?= demo

.PHONY: install demo test check format slow bench glossary lock clean

install: .venv/.installed

.venv/.installed: requirements/dev.txt pyproject.toml scripts/install.sh
	@scripts/install.sh

demo: .venv/.installed
	@rm -rf "$(EDITION)"
	@$(BIN)/slachtoffermonitor demo --out "$(EDITION)"

check: .venv/.installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/glossary.py --check

test: check
	$(BIN)/pytest -n 2

format: .venv/.installed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

slow: .venv/.installed
	$(BIN)/pytest -m slow

bench: .venv/.installed
	@for benchmark in benchmarks/[a-z]*.py; do $(BIN)/python "$$benchmark" --quick; done

glossary: .venv/.installed
	$(BIN)/python scripts/glossary.py

# Pin every version with its hashes; no index is named in the files.
lock: .venv/.installed
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-emit-index-url --no-annotate pyproject.toml -o requirements/base.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-emit-index-url --no-annotate --extra dev -c requirements/base.txt \
	    pyproject.toml -o requirements/dev.txt

clean:
	rm -rf .venv demo
