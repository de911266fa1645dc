# The few verbs of the project. `make demo` and `make test` do all that they need by themselves.
BIN := .venv/bin
EDITION ?= demo

.PHONY: install demo test check format slow bench glossary lock sbom clean engines peers

install: .venv/.installed

.venv/.installed: requirements/dev.txt pyproject.toml scripts/install.sh
	@scripts/install.sh

# The engines that only some machines can run: Spark, where there is Java.
engines: .venv/.installed
	@if command -v java >/dev/null 2>&1; then scripts/install.sh spark; fi

# The libraries that the benchmarks are held against.
peers: .venv/.installed
	@scripts/install.sh bench

demo: .venv/.installed
	@rm -rf "$(EDITION)"
	@$(BIN)/slachtoffermonitor demo --out "$(EDITION)"

check: .venv/.installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/glossary.py --check

test: check engines
	$(BIN)/pytest -n 2

format: .venv/.installed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

slow: .venv/.installed engines
	$(BIN)/pytest -m slow

bench: .venv/.installed peers
	@for benchmark in benchmarks/[a-z]*.py; do $(BIN)/python "$$benchmark" --quick; done

glossary: .venv/.installed
	$(BIN)/python scripts/glossary.py

# Pin every version with its hashes; no index is named in the files.
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
    --no-emit-index-url --no-annotate pyproject.toml
lock: .venv/.installed
	$(COMPILE) -o requirements/base.txt
	$(COMPILE) --extra dev -c requirements/base.txt -o requirements/dev.txt
	$(COMPILE) --extra dev --extra spark -c requirements/dev.txt -o requirements/spark.txt
	$(COMPILE) --extra dev --extra bench -c requirements/dev.txt -o requirements/bench.txt

# Every component that is shipped, with its version, licence and digests (CycloneDX).
sbom: .venv/.installed
	@$(BIN)/python scripts/bill_of_materials.py --out sbom.cdx.json

clean:
	rm -rf .venv demo
