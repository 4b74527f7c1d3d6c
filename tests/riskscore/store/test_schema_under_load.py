"""Migrations while others work: readers and writers go on, and nobody queues behind a migration that waits."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, Engine, text

from riskscore.store import schema
from riskscore.store.connecting import connected
from riskscore.store.rights import Role, unit_role
from riskscore.store.schema import downgrade, upgrade, versions
from tests.postgres import Postgres
from tests.riskscore.store.test_rights import event


@pytest.fixture
def engine(postgres: Postgres, postgres_database: str) -> Iterator[Engine]:
    engine = connected(postgres.address(postgres_database))
    yield engine
    engine.dispose()


@contextmanager
def at_work(engine: Engine, *statements: str) -> Iterator[dict[str, list[float]]]:
    """Run each statement again and again, a transaction each, until the block ends; give the instants each was done."""
    stop, done = threading.Event(), {statement: list[float]() for statement in statements}

    def work(statement: str) -> None:
        while not stop.is_set():
            with engine.begin() as connection:
                connection.execute(text(statement), event("NLRTM") | {"detail": ""} if ":unit" in statement else {})
            done[statement].append(time.monotonic())

    threads = [threading.Thread(target=work, args=[statement]) for statement in statements]
    for thread in threads:
        thread.start()
    try:
        yield done
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@contextmanager
def long_look(engine: Engine, table: str, seconds: float) -> Iterator[None]:
    """Read a table in a transaction that stays open for a while."""
    opened = threading.Event()

    def look() -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"SELECT count(*) FROM {table}")
            opened.set()
            time.sleep(seconds)

    thread = threading.Thread(target=look)
    thread.start()
    opened.wait()
    yield
    thread.join()


READ = "SELECT count(*) FROM queue_event WHERE unit = 'NLRTM'"
COLUMNS = [*event("NLRTM"), "detail"]
"""Those that every version of the table has."""
WRITE = f"INSERT INTO queue_event ({', '.join(COLUMNS)}) VALUES (:{', :'.join(COLUMNS)})"


def test_an_index_is_made_while_others_read_and_write(engine: Engine) -> None:
    downgrade(engine, versions()[0])
    with engine.begin() as connection:
        connection.execute(text(WRITE), [event("NLRTM", number) | {"detail": ""} for number in range(20_000)])
    with long_look(engine, "queue_event", 1.0), at_work(engine, READ, WRITE) as done:
        assert schema._moved(engine, versions()[1], schema._upgrade).found == versions()[1]
        downgrade(engine, versions()[0])
        assert schema._moved(engine, versions()[1], schema._upgrade).found == versions()[1]
    assert all(len(instants) > 3 for instants in done.values())
    with engine.connect() as connection:
        state = text("SELECT indisvalid FROM pg_index WHERE indexrelid = 'queue_event_of_item'::regclass")
        assert connection.scalar(state) is True


def test_an_index_left_unfinished_is_made_again(engine: Engine) -> None:
    downgrade(engine, versions()[0])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CREATE INDEX queue_event_of_item ON queue_event (unit)")
        connection.exec_driver_sql(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'queue_event_of_item'::regclass"
        )
    assert upgrade(engine).is_current
    with engine.connect() as connection:
        state = text("SELECT indisvalid, indnatts FROM pg_index WHERE indexrelid = 'queue_event_of_item'::regclass")
        assert connection.execute(state).one() == (True, 4)


def test_a_step_that_must_lock_a_table_steps_back_until_it_is_free(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers get through between its attempts: they do not wait until it has what it wants."""
    monkeypatch.setattr(schema, "LOCK_WAIT", "200ms")
    attempts = []

    def lock(connection: Connection, _target: str) -> None:
        attempts.append(time.monotonic())
        with connection.begin():
            connection.exec_driver_sql("ALTER TABLE queue_event ADD COLUMN more integer")
            connection.exec_driver_sql("ALTER TABLE queue_event DROP COLUMN more")

    with long_look(engine, "queue_event", 2.0), at_work(engine, READ) as done:
        schema._moved(engine, versions()[-1], lock)
    assert len(attempts) > 1
    assert any(attempts[0] < instant < attempts[-1] for instant in done[READ])


READERS = {"unit": (Role.DESK, unit_role("NLRTM")), "pipeline": (Role.PIPELINE, ""), "auditor": (Role.AUDITOR, "")}
"""Who reads -> the role that logs in, and the one it takes on for a transaction."""
LOOK = "SELECT (SELECT count(*) FROM queue_item), (SELECT count(*) FROM queue_event)"
LONG_LOOK_SECONDS = 2.5
GIVE_UP_SECONDS = 20.0
"""After this long a look ends, whoever waits for it; a step tries for longer."""
Reads = dict[str, list[tuple[float, float, tuple[int, int]]]]


@contextmanager
def readers(postgres: Postgres, name: str) -> Iterator[Reads]:
    """Let every role read again and again until the block ends; give when each began and ended, and what it saw."""
    stop, seen = threading.Event(), Reads({reader: [] for reader in READERS})

    def read(reader: str) -> None:
        login, taken_on = READERS[reader]
        engine = connected(postgres.address(name, login))
        while not stop.is_set():
            began = time.monotonic()
            with engine.begin() as connection:
                if taken_on:
                    connection.exec_driver_sql(f"SET LOCAL ROLE {taken_on}")
                found = connection.execute(text(LOOK)).one()
            seen[reader].append((began, time.monotonic(), (found[0], found[1])))
        engine.dispose()

    threads = [threading.Thread(target=read, args=[reader]) for reader in READERS]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@contextmanager
def look_until_all_read(engine: Engine, table: str, seen: Reads) -> Iterator[list[str]]:
    """Read a table in a transaction that ends once every reader was let through meanwhile; give those who were not.

    That is a read begun LONG_LOOK_SECONDS after the look, and ended before it. Filled when the block ends.
    """
    kept_waiting, began, opened = list[str](), time.monotonic(), threading.Event()

    def waiting() -> list[str]:
        return [one for one, reads in seen.items() if not any(start > began + LONG_LOOK_SECONDS for start, *_ in reads)]

    def look() -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"SELECT count(*) FROM {table}")
            opened.set()
            while waiting() and time.monotonic() < began + GIVE_UP_SECONDS:
                time.sleep(0.05)
            kept_waiting.extend(waiting())

    thread = threading.Thread(target=look)
    thread.start()
    opened.wait()
    yield kept_waiting
    thread.join()


@pytest.mark.parametrize("version", versions()[1:])
def test_every_role_goes_on_reading_its_own_rows_during_every_step_up_and_down(
    postgres: Postgres, postgres_database: str, engine: Engine, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long somebody else looks at a table that the step wants to lock."""
    monkeypatch.setattr(schema, "LOCK_WAIT", "300ms")
    before = versions()[versions().index(version) - 1]
    with engine.begin() as connection:
        for unit in ("NLRTM", "BEANR"):
            connection.execute(text(WRITE), [event(unit, number) | {"detail": ""} for number in range(5_000)])
    downgrade(engine, before)
    steps = {"up": lambda: schema._moved(engine, version, schema._upgrade), "down": lambda: downgrade(engine, before)}
    for step in steps.values():
        with (
            readers(postgres, postgres_database) as seen,
            look_until_all_read(engine, "queue_event", seen) as kept_waiting,
            long_look(engine, "queue_item", 1.0),
        ):
            began = time.monotonic()
            step()
        assert not kept_waiting
        for reader, reads in seen.items():
            assert any(end >= began for _, end, _ in reads), reader
            assert {found for *_, found in reads} == {(0, 5_000 if reader == "unit" else 10_000)}, reader
