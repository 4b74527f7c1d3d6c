"""A place that PostgreSQL may enter."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of the test's own; pytest's lie where only their owner may go, and PostgreSQL runs as somebody else."""
    made = Path(tempfile.mkdtemp(prefix="riskscore-compose-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)
