"""A small stream that the tests of the trailing benchmark share."""

from pathlib import Path

import pytest

from benchmarks.trailing.stream import USUAL_CONSIGNMENTS, Stream, write_stream

CONSIGNMENTS = 5_000


@pytest.fixture(scope="session")
def stream(tmp_path_factory: pytest.TempPathFactory) -> Stream:
    """Two years of few consignments by few entities."""
    folder: Path = tmp_path_factory.mktemp("trailing") / "stream"
    return write_stream(folder, consignments=CONSIGNMENTS, days=720, scale=CONSIGNMENTS / USUAL_CONSIGNMENTS, seed=3)
