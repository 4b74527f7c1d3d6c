# make demo    run the invented world end to end          make test   pass the tests
# make check   everything CI checks                        make lock   write requirements.lock again
# make pictures   the README's pictures of the desk, from a real browser
# make prove-dags   one day through a real Airflow scheduler, twice
PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null || echo $(BIN)/uv)
CODE := riskscore features dags tests benchmarks

.PHONY: demo test pictures prove-dags check format lint types imports lock clean
.DEFAULT_GOAL := check

.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
	  { echo "riskscore needs Python 3.11, 3.12 or 3.13; name one with: make PYTHON=/path/to/python3"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	command -v $(UV) >/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --no-deps --no-build-isolation -e .
	$(BIN)/python -m riskscore.trailing
	touch $@

demo: .venv/.ready
	$(BIN)/riskscore demo

test: .venv/.ready
	$(BIN)/python -m pytest -q -n 2 --dist worksteal

pictures: .venv/.ready
	RISKSCORE_PICTURES=docs $(BIN)/python -m pytest -q -n 0 tests/riskscore/web/test_shift.py -k pictures

prove-dags: .venv/.ready
	$(BIN)/python -m pytest -q -m scheduler tests/dags

check: format lint types imports test

format: .venv/.ready
	$(BIN)/ruff format --check $(CODE)

lint: .venv/.ready
	$(BIN)/ruff check $(CODE)

types: .venv/.ready
	$(BIN)/mypy

imports: .venv/.ready
	$(BIN)/lint-imports

lock: .venv/.ready
	$(UV) pip compile --quiet pyproject.toml --group dev --universal --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-annotate --no-header -o requirements.lock

clean:
	rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
