"""What the tests of this room share: Airflow at home in a temporary folder, and what it makes of dags/."""

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

README = Path(__file__).resolve().parents[2] / "dags" / "README.md"


@pytest.fixture(scope="session")
def airflow_home(tmp_path_factory):
    """A folder for Airflow's files; set before anything of Airflow is imported."""
    home = tmp_path_factory.mktemp("airflow")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_HOME", str(home))
        yield home


@pytest.fixture(scope="session")
def parsed(airflow_home):
    """What a DAG processor sees, every warning being an error, once Airflow has taken the README's commands."""
    commands = [line for line in README.read_text().splitlines() if line.startswith("airflow ")]
    assert len(commands) > 3
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.dags.parsed", *commands],
        env={**os.environ, "RISKSCORE_TODAY": "2026-05-04"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def module(airflow_home):
    """Return a function that imports a module of dags/ by name."""
    return lambda name: import_module(f"dags.{name}")
