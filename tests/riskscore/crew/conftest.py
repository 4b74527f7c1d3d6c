"""Two worker processes on this machine, and the small world."""

from collections.abc import Iterator

import pytest

from riskscore.crew import crew_of
from riskscore.crew.on_dask import OnDask
from riskscore.settings import Settings
from tests.riskscore.steps.small_world import small_world

__all__ = ["small_world"]

LOCAL = "local:2"


@pytest.fixture(scope="session")
def two_workers() -> Iterator[OnDask]:
    """A cluster of two processes, the one that `--dask local:2` makes."""
    crew = crew_of(Settings(dask=LOCAL))
    assert isinstance(crew, OnDask)
    yield crew
    crew.client.shutdown()  # at the process' end it would talk to an output that is closed
