"""Fixtures that every room's tests share."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import settings

from riskscore.store import Lake, TableSchema
from tests.object_store import ObjectStore, object_store

settings.register_profile("any machine", deadline=None)  # how long an example takes says nothing about the code
settings.load_profile("any machine")

MakeLake = Callable[..., Lake]


def fact(known_day: date, number: int = 1, **columns: Any) -> dict[str, Any]:
    """One row of a fact table with all its lineage."""
    return {
        **columns,
        "known_at": datetime(known_day.year, known_day.month, known_day.day, 6, tzinfo=UTC),
        "known_day": known_day,
        "delivery_id": f"d{known_day:%Y%m%d}{number}",
        "delivery_number": number,
        "row_number": number,
        "source": "test",
        "originator": "own",
        "handling": "official",
        "purpose": "customs",
        "retain_until": date(2031, 1, 1),
    }


@pytest.fixture(scope="session")
def s3() -> Iterator[ObjectStore]:
    """An S3 server, the same for all tests of a session."""
    with object_store() as store:
        yield store


@pytest.fixture
def make_lake(tmp_path: Path) -> MakeLake:
    """Return a function that makes a lake of one table with these rows."""

    def made(schema: TableSchema, rows: Iterable[dict[str, Any]], place: str = "lake") -> Lake:
        lake = Lake(tmp_path / place, [schema])
        for row in rows:
            lake.replace_deliveries(schema.name, pd.DataFrame([row]), [row["delivery_id"]])
        return lake

    return made
