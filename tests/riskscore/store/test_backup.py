"""The README's commands for backup and restore, run as they stand: an empty place then gives the same queue."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from riskscore import store
from riskscore.store.connecting import briefly_connected
from riskscore.store.database import (
    Base,
    Delivery,
    QuarantineRow,
    QueueEvent,
    QueueItem,
    engine_of,
    insert_rows,
    transaction,
)
from riskscore.store.rights import Role
from tests import written
from tests.conftest import UNITS
from tests.postgres import Postgres
from tests.riskscore.store.rows import a_delivery, a_row_set_aside, an_item
from tests.riskscore.store.test_rights import event

README = (Path(store.__file__).parent / "README.md").read_text(encoding="utf-8")


def run(heading: str, tmp_path: Path, **variables: str) -> None:
    """Run the commands below a heading of the README."""
    written.run(written.commands(README, heading), tmp_path, BACKUP=str(tmp_path / "backup"), **variables)


def fill(url: str) -> None:
    """Put something into tables of every kind."""
    with transaction(url) as session:
        insert_rows(session, Delivery, [a_delivery(number) for number in range(5)])
        insert_rows(session, QuarantineRow, [a_row_set_aside(number) for number in range(20)])
        for unit in UNITS:
            insert_rows(session, QueueItem, [an_item(position, unit) for position in range(1, 30)])
            insert_rows(session, QueueEvent, [event(unit, number) for number in range(3)])


def everything(url: str) -> Mapping[str, list[tuple[Any, ...]]]:
    """Return every row of every table."""
    with transaction(url) as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
        }


def test_sqlite_restored_into_an_empty_place_is_the_same(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'home' / 'riskscore.db'}"
    fill(url)
    (tmp_path / "backup").mkdir()
    with transaction(url) as session:  # somebody writes meanwhile
        session.add(Delivery(**a_delivery(77)))
        session.flush()
        run("Backup of SQLite", tmp_path, RISKSCORE_HOME=str(tmp_path / "home"))
    before = {**everything(url), "delivery": everything(url)["delivery"][:-1]}
    engine_of(url).dispose()
    shutil.rmtree(tmp_path / "home")
    run("Restore of SQLite", tmp_path, RISKSCORE_HOME=str(tmp_path / "home"))
    assert everything(url) == before
    assert (tmp_path / "home" / "riskscore.db").stat().st_mode & 0o077 == 0
    engine_of(url).dispose()


def test_postgresql_restored_into_an_empty_place_is_the_same(
    tmp_path: Path, postgres: Postgres, postgres_database: str
) -> None:
    url = postgres.address(postgres_database)
    fill(url)
    before = everything(url)
    engine_of(url).dispose()
    (tmp_path / "backup").mkdir()
    run("Backup of PostgreSQL", tmp_path, **postgres.environment, DATABASE=postgres_database)
    place = f"{postgres_database}_again"
    restored = postgres.address(place)
    run("Restore of PostgreSQL", tmp_path, **postgres.environment, DATABASE=place, RISKSCORE_DATABASE_URL=restored)
    assert everything(restored) == before
    with transaction(postgres.address(place, Role.DESK), unit="NLRTM") as session:
        assert set(session.scalars(select(QueueItem.unit))) == {"NLRTM"}
    with transaction(postgres.address(place, Role.PIPELINE)) as session:
        insert_rows(session, Delivery, [a_delivery(100)])
        assert session.scalars(select(Delivery).order_by(Delivery.number.desc())).first().number == 6
    for role in (Role.DESK, Role.PIPELINE):
        engine_of(postgres.address(place, role)).dispose()
    engine_of(restored).dispose()
    postgres.drop_database(place)


def test_a_role_that_does_not_see_every_row_makes_no_backup(postgres: Postgres, postgres_database: str) -> None:
    """It would be half a backup."""
    with briefly_connected(postgres.address(postgres_database)):
        dumping = ["pg_dump", f"--username={Role.OWNER}", "--file=/dev/null", postgres_database]
        environment = {**os.environ, **postgres.environment}
        ran = subprocess.run(dumping, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode != 0
    assert "row-level security" in ran.stderr


@pytest.mark.parametrize("heading", ["Backup of SQLite", "Restore of SQLite", "Backup of PostgreSQL"])
def test_every_heading_has_commands(heading: str) -> None:
    assert "$BACKUP" in written.commands(README, heading)
