"""Migrations: up, down and up again on both databases; old homes taken over; none migrated behind its owner's back."""

import multiprocessing
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from riskscore.errors import DatabaseUnavailableError, SchemaVersionError
from riskscore.store import schema
from riskscore.store.connecting import connected
from riskscore.store.database import Base, Delivery, engine_of, transaction
from riskscore.store.runs import LEDGER
from riskscore.store.schema import MIGRATIONS, NOTHING, SchemaState, downgrade, state_of, upgrade, versions
from tests.postgres import Postgres
from tests.riskscore.store.rows import a_delivery

NEWEST = versions()[-1]
DESK = "riskscore.store.desk_records"
NOT_A_TABLE_OF_OURS = {"alembic_version"}
ADDED_BY = {
    "0003_runs": {table.name for table in LEDGER},
    "0004_desk": {mapper.local_table.name for mapper in Base.registry.mappers if mapper.class_.__module__ == DESK},
}
"""Version after the first -> the tables it added."""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine of a database of either kind in which there is nothing at all."""
    if request.param == "sqlite":
        engine, server, name = connected(f"sqlite:///{tmp_path / 'empty.db'}"), None, ""
    else:
        server = request.getfixturevalue("postgres")
        name = server.make_database()
        engine = connected(server.address(name))
    yield engine
    engine.dispose()
    if server:
        server.drop_database(name)


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - NOT_A_TABLE_OF_OURS


def differences(engine: Engine) -> list[object]:
    """What Alembic finds in the models and not in the database, or the other way round."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, Base.metadata))


def test_versions_follow_each_other_in_the_order_of_their_names() -> None:
    scripts = list(ScriptDirectory(str(MIGRATIONS)).walk_revisions())
    assert [script.revision for script in reversed(scripts)] == list(versions())
    assert [script.down_revision for script in reversed(scripts)] == [None, *versions()[:-1]]
    assert all(script.doc and len(script.revision) <= 32 for script in scripts), "PostgreSQL keeps 32 characters"


def test_models_and_migrations_say_the_same(empty: Engine) -> None:
    assert upgrade(empty) == SchemaState(NEWEST, NEWEST)
    assert differences(empty) == []
    assert tables(empty) == set(Base.metadata.tables)


def test_what_one_has_and_the_other_has_not_is_found(empty: Engine) -> None:
    upgrade(empty)
    with empty.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE export ADD COLUMN more integer")
        connection.exec_driver_sql("DROP INDEX ix_delivery_feed")
    assert len(differences(empty)) == 2


@pytest.mark.parametrize("to", [*versions()[:-1], NOTHING])
def test_down_and_up_again(empty: Engine, to: str) -> None:
    upgrade(empty)
    assert downgrade(empty, to).found == ("" if to == NOTHING else to)
    assert downgrade(empty, to).found == ("" if to == NOTHING else to)
    added_later = set().union(*(added for version, added in ADDED_BY.items() if version > to))
    assert tables(empty) == (set() if to == NOTHING else set(Base.metadata.tables) - added_later)
    assert upgrade(empty).is_current
    assert upgrade(empty).is_current
    assert differences(empty) == []


def test_a_step_back_keeps_what_the_older_version_knows(empty: Engine) -> None:
    upgrade(empty)
    with empty.begin() as connection:
        connection.execute(Delivery.__table__.insert(), a_delivery(1))
    downgrade(empty, versions()[0])
    upgrade(empty)
    with empty.connect() as connection:
        assert connection.execute(Delivery.__table__.select()).one().delivery_id == a_delivery(1)["delivery_id"]


def test_a_version_nobody_knows_is_refused(empty: Engine) -> None:
    with pytest.raises(SchemaVersionError, match=r"tables are at 0000_never.*one of base, 0001_first"):
        downgrade(empty, "0000_never")


def test_a_database_ahead_of_us_is_left_alone(empty: Engine) -> None:
    upgrade(empty)
    with empty.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999_later'")
    url = empty.url.render_as_string()
    for move in (upgrade, lambda engine: downgrade(engine, NOTHING), lambda _: engine_of(url)):
        with pytest.raises(SchemaVersionError, match=rf"9999_later.*ahead of this release.*downgrade --to {NEWEST}"):
            move(empty)
    assert tables(empty) == set(Base.metadata.tables)


def test_an_sqlite_home_is_made_on_first_use_and_cheap_to_open_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'riskscore.db'}"
    engine_of(url).dispose()
    engine_of.cache_clear()
    monkeypatch.setattr(schema, "upgrade", lambda _: 1 / 0)
    with transaction(url) as session:
        session.add(Delivery(**a_delivery(1)))
    assert (tmp_path / "new" / "riskscore.db").stat().st_mode & 0o777 == 0o600


def as_before_versions(place: Path, *, without: str = "") -> None:
    """Make a database as it was made before there were migrations, with one delivery in it."""
    engine = connected(f"sqlite:///{place}")
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX queue_event_of_item")
        if without:
            connection.exec_driver_sql(f"ALTER TABLE export DROP COLUMN {without}")
        connection.execute(Delivery.__table__.insert(), a_delivery(7))
    engine.dispose()


def test_an_sqlite_home_of_before_is_taken_over_with_all_it_holds(tmp_path: Path) -> None:
    as_before_versions(tmp_path / "old.db")
    url = f"sqlite:///{tmp_path / 'old.db'}"
    with transaction(url) as session:
        assert session.query(Delivery).one().delivery_id == a_delivery(7)["delivery_id"]
    assert differences(engine_of(url)) == []
    with sqlite3.connect(tmp_path / "old.db") as plain:
        assert plain.execute("SELECT version_num FROM alembic_version").fetchall() == [(NEWEST,)]
        assert plain.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetchone() == (12,)
    plain.close()


def test_tables_that_are_not_ours_are_refused_and_left_as_they_were(tmp_path: Path) -> None:
    as_before_versions(tmp_path / "old.db", without="folder")
    with pytest.raises(SchemaVersionError, match="its table export has other columns"):
        engine_of(f"sqlite:///{tmp_path / 'old.db'}")
    with sqlite3.connect(tmp_path / "old.db") as plain:
        assert plain.execute("SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'").fetchone() == (0,)
        assert plain.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetchone() == (0,)
    plain.close()


def _open_and_add(url: str, number: int) -> None:
    with transaction(url) as session:
        session.add(Delivery(**a_delivery(number)))


def test_many_processes_may_open_a_new_home_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'riskscore.db'}"
    with multiprocessing.get_context("spawn").Pool(6) as pool:
        pool.starmap(_open_and_add, [(url, number) for number in range(12)])
    with transaction(url) as session:
        assert session.query(Delivery).count() == 12


def test_postgresql_is_never_migrated_silently(postgres: Postgres) -> None:
    name = postgres.make_database()
    engine = connected(postgres.address(name))
    for at in (NOTHING, *versions()[:-1]):
        if at != NOTHING:
            upgrade(engine)
            downgrade(engine, at)
        with pytest.raises(SchemaVersionError, match="Run `riskscore database upgrade`"):
            engine_of(postgres.address(name))
    with engine.connect() as connection:
        assert state_of(connection).found == versions()[-2]
    engine.dispose()
    postgres.drop_database(name)


def test_two_who_migrate_at_once_do_it_once(postgres: Postgres) -> None:
    name = postgres.make_database()
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert set(pool.map(_upgrade, [postgres.address(name)] * 3)) == {NEWEST}
    postgres.drop_database(name)


def _upgrade(url: str) -> str:
    engine = connected(url)
    try:
        return upgrade(engine).found
    finally:
        engine.dispose()


def test_whoever_migrates_for_ever_is_named(
    postgres: Postgres, postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "ATTEMPTS", 2)
    engine = connected(postgres.address(postgres_database))
    with engine.connect() as other:
        other.exec_driver_sql(f"SELECT pg_advisory_lock({schema.ONE_AT_A_TIME})")
        with pytest.raises(DatabaseUnavailableError, match="being migrated by somebody else"):
            upgrade(engine)
    engine.dispose()
