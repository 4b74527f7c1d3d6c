# make demo    run the invented world end to end          make test   pass the tests
# make check   everything CI checks                        make lock   write both lock files again
# make peers   what benchmarks race beside ours, DuckDB and Polars: nothing else needs them
# make pictures   the README's pictures of the desk, from a real browser over the demo's world
# make prove-dags   a real Airflow scheduler: one day, twice; a late run that tells of itself; one whose scheduler is killed
# make prove-crashes   two hundred kills of worker, PostgreSQL and whatever starts tasks, twenty of Airflow's own scheduler,
#                      and days that show none of them
# make secrets      what docker-compose.yml needs before its first start; what is there stays
# make prove-compose   every command of docker-compose.yml as a process of this machine, and a day through its DAGs
PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null || echo $(BIN)/uv)
CODE := riskscore features dags tests benchmarks

RANDOM := head -c 48 /dev/urandom | base64 | tr -d '\n=+/'
PASSWORDS := admin_password airflow_password object_store_password postgres_password redis_password \
  riskscore_desk riskscore_owner riskscore_pipeline

.PHONY: demo test peers pictures prove-dags prove-crashes prove-compose secrets check format lint types imports lock clean
.DEFAULT_GOAL := check

.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
	  { echo "riskscore needs Python 3.11, 3.12 or 3.13; name one with: make PYTHON=/path/to/python3"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	command -v $(UV) >/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --no-deps --no-build-isolation -e .
	$(BIN)/python -m riskscore.trailing && $(BIN)/python -m riskscore.forest && $(BIN)/python -m riskscore.scoring
	touch $@

.venv/.peers: requirements-bench.lock .venv/.ready
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements-bench.lock
	touch $@

peers: .venv/.peers

demo: .venv/.ready
	$(BIN)/riskscore demo

test: .venv/.ready
	$(BIN)/python -m pytest -q -n 2 --dist worksteal

pictures: .venv/.ready
	test -e "$${RISKSCORE_HOME:-var}/DEMO.txt" || $(BIN)/riskscore demo
	RISKSCORE_PICTURES=docs $(BIN)/python -m pytest -q -n 0 tests/riskscore/web/test_pictures.py

prove-dags: .venv/.ready
	$(BIN)/python -m pytest -q -m scheduler tests/dags tests/crash

prove-crashes: .venv/.ready
	$(BIN)/python -m tests.crash
	$(BIN)/python -m tests.crash.airflow_killed

prove-compose: .venv/.ready
	$(BIN)/python -m tests.compose.run_here

# The folder keeps other users of the host out; the containers, which are not root, must be able to read the files.
secrets:
	@mkdir -p -m 700 secrets
	@set -e; write() { test -s secrets/$$1 || { cat > secrets/.$$1; mv secrets/.$$1 secrets/$$1; }; }; \
	for name in $(PASSWORDS); do $(RANDOM) | write $$name; done; \
	for name in api_secret_key jwt_secret; do { $(RANDOM); $(RANDOM); } | write $$name; done; \
	head -c 32 /dev/urandom | base64 | tr -d '\n' | tr '+/' '-_' | write fernet_key; \
	printf riskscore | write object_store_user; \
	printf '%s\n' AWS_ACCESS_KEY_ID=$$(cat secrets/object_store_user) \
	  AWS_SECRET_ACCESS_KEY=$$(cat secrets/object_store_password) AWS_ENDPOINT_URL=http://object-store:9000 \
	  AWS_ALLOW_HTTP=true AWS_REGION=eu-central-1 | write lake
	@echo "secrets/ is ready: $$(ls secrets | wc -l) files. Keep a copy somewhere safe."

check: format lint types imports test

format: .venv/.ready
	$(BIN)/ruff format --check $(CODE)

lint: .venv/.ready
	$(BIN)/ruff check $(CODE)

types: .venv/.ready
	$(BIN)/mypy

imports: .venv/.ready
	$(BIN)/lint-imports

LOCKED := --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header
lock: .venv/.ready
	$(UV) pip compile --quiet pyproject.toml --group dev $(LOCKED) -o requirements.lock
	$(UV) pip compile --quiet --group bench --constraint requirements.lock $(LOCKED) -o requirements-bench.lock

clean:
	rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
