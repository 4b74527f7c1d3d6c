"""Fixtures that every room's tests share."""

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import settings

from riskscore.store import Lake, TableSchema
from riskscore.store.connecting import connected
from riskscore.store.database import engine_of
from riskscore.store.rights import Role, role_statements
from riskscore.store.schema import upgrade
from tests.object_store import ObjectStore, object_store
from tests.postgres import Postgres, is_installed, postgres_server

settings.register_profile("any machine", deadline=None)  # how long an example takes says nothing about the code
settings.load_profile("any machine")

MakeLake = Callable[..., Lake]
UNITS = ("NLRTM", "BEANR", "DEHAM", "ESVLC")


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


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, the same for all tests of a session; in CI it must be there."""
    if not (is_installed() or os.environ.get("CI")):
        pytest.skip("no PostgreSQL on this machine: `apt-get install postgresql`")
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    """A database with every role and table, to be copied."""
    name = postgres.make_database()
    for statement in role_statements(UNITS):
        postgres.execute(statement, database=name)
    engine = connected(postgres.address(name))
    upgrade(engine)
    engine.dispose()
    return name


@pytest.fixture
def postgres_database(postgres: Postgres, postgres_template: str) -> Iterator[str]:
    """The name of a PostgreSQL database of the test's own, its tables made, its roles there, nothing in it."""
    name = postgres.make_database(template=postgres_template)
    for statement in role_statements(UNITS):  # who may connect is not copied
        postgres.execute(statement, database=name)
    yield name
    postgres.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of either kind, as the pipeline reaches it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'riskscore.db'}"
    else:
        name = request.getfixturevalue("postgres_database")
        url = request.getfixturevalue("postgres").address(name, Role.PIPELINE)
    yield url
    engine_of(url).dispose()


@pytest.fixture
def make_lake(tmp_path: Path) -> MakeLake:
    """Return a function that makes a lake of one table with these rows."""

    def made(schema: TableSchema, rows: Iterable[dict[str, Any]], place: str = "lake") -> Lake:
        lake = Lake(tmp_path / place, [schema])
        for row in rows:
            lake.replace_deliveries(schema.name, pd.DataFrame([row]), [row["delivery_id"]])
        return lake

    return made
