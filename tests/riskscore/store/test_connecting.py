"""How the database is reached: secrets from files, errors that quote nothing, servers that restart."""

import logging
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from riskscore.errors import DatabaseUnavailableError, SettingsError
from riskscore.settings import Settings
from riskscore.store.connecting import briefly_connected, connected
from riskscore.store.database import Delivery, QuarantineRow, engine_of, insert_rows, transaction
from riskscore.store.rights import Role, make_roles, role_statements
from tests.conftest import UNITS
from tests.postgres import Postgres, postgres_server
from tests.riskscore.store.rows import a_delivery, a_row_set_aside

HUSH = "hush/hush 'hush\" %$"


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """A folder with a password for every role."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    for role in Role:
        (folder / role).write_text(f"{HUSH}{role}\n", encoding="utf-8")
    return folder


@pytest.fixture
def settings(postgres: Postgres, postgres_database: str, secrets: Path) -> Iterator[Settings]:
    """Settings that lead to PostgreSQL over its port, the password in a file."""
    engine = connected(postgres.address(postgres_database))
    assert make_roles(engine, role_statements(UNITS), secrets) == sorted(Role)
    engine.dispose()
    url = postgres.over_tcp(postgres_database, Role.PIPELINE)
    found = Settings(database_url=url, database_password_file=secrets / Role.PIPELINE)
    yield found
    engine_of.cache_clear()


def count(settings: Settings) -> int:
    with transaction(settings.database) as session:
        return session.query(Delivery).count()


def test_the_password_comes_from_a_file_and_is_in_no_address(settings: Settings) -> None:
    assert count(settings) == 0
    assert "hush" not in settings.database + repr(engine_of(settings.database)) + repr(settings)
    assert connected(f"{settings.database}&sslmode=disable").url.query == {"sslmode": "disable"}


def test_a_new_password_holds_from_the_next_connection_on(
    settings: Settings, secrets: Path, postgres: Postgres
) -> None:
    assert count(settings) == 0
    (secrets / Role.PIPELINE).write_text("another\n", encoding="utf-8")
    with briefly_connected(postgres.address()) as engine:
        make_roles(engine, [], secrets)
    assert count(settings) == 0, "a connection that is open stays open"
    engine_of(settings.database).dispose()
    assert count(settings) == 0


def test_the_server_is_sent_what_checks_a_password_never_the_password(settings: Settings, postgres: Postgres) -> None:
    stored = postgres.execute("SELECT rolpassword FROM pg_authid WHERE rolname LIKE 'riskscore%' AND rolcanlogin")
    assert all(password.startswith("SCRAM-SHA-256$") for (password,) in stored)
    assert "hush" not in (postgres.folder / "log").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"file": "wrong"}, "refuses the login"),
        ({"url": "127.0.0.1:1/"}, "does not answer.*RISKSCORE_DATABASE_URL names its host and port"),
        ({"url": "nowhere.invalid:5432/"}, "does not answer"),
        ({"database": "absent"}, "has no database of that name|refuses the login"),
    ],
)
def test_what_keeps_us_out_is_told_with_what_to_do_and_no_secret(
    settings: Settings, postgres: Postgres, tmp_path: Path, change: dict[str, str], told: str
) -> None:
    file = tmp_path / "password"
    file.write_text(change.get("file", (settings.database_password_file or file).read_text("utf-8")), encoding="utf-8")
    url = settings.database_url.replace(f"127.0.0.1:{postgres.port}/", change.get("url", f"127.0.0.1:{postgres.port}/"))
    url = url.rpartition("/")[0] + f"/{change['database']}" if "database" in change else url
    with pytest.raises(DatabaseUnavailableError, match=told) as refusal:
        count(Settings(database_url=url, database_password_file=file))
    assert refusal.value.exit_code == 2
    assert "hush" not in str(refusal.value)
    assert Role.PIPELINE not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql+psycopg://me@localhost/x", "cannot be read"),
        ("postgresql+psycopg://me:hush@localhost/x", "the address has one too"),
        ("sqlite:///x.db", "SQLite asks for none"),
        ("mssql+pyodbc://me@localhost/x", "cannot be used"),
    ],
)
def test_a_password_file_that_cannot_be_right_is_told(tmp_path: Path, url: str, told: str) -> None:
    settings = Settings(database_url=url, database_password_file=tmp_path / "absent")
    with pytest.raises(SettingsError, match=told) as refusal:
        engine_of(settings.database)
    assert "hush" not in str(refusal.value)


@pytest.mark.parametrize("content", [None, "\n"])
def test_password_files_that_set_nothing_are_refused(postgres: Postgres, tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / Role.DESK).write_text(content, encoding="utf-8")
    with (
        briefly_connected(postgres.address()) as engine,
        pytest.raises(SettingsError, match="wants files that are called like roles"),
    ):
        make_roles(engine, [], tmp_path)


def test_a_server_that_comes_back_is_used_again(caplog: pytest.LogCaptureFixture) -> None:
    """Stopped between two transactions, in the middle of one, and while one is opened."""
    with postgres_server() as server:
        name = server.make_database()
        url = server.address(name)
        with briefly_connected(url) as engine, engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE kept (number integer)")
        engine = connected(url)
        with pytest.raises(DatabaseUnavailableError, match="run the same again"):
            _write_while(engine, server.stop)
        with pytest.raises(DatabaseUnavailableError, match="does not answer"), engine.connect():
            pass
        server.start()
        with engine.begin() as connection:
            assert connection.execute(text("SELECT count(*) FROM kept")).scalar() == 0
        assert engine.pool.checkedin() == 1, "a connection is kept, and about to be lost"
        server.stop(signal.SIGQUIT)
        server.start()
        with engine.connect() as connection:
            assert connection.execute(text("SELECT 1")).scalar() == 1
        engine.dispose()
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR and "INSERT" in record.message]


def _write_while(engine: Engine, stop: Callable[[], None]) -> None:
    with engine.begin() as held:
        held.execute(text("INSERT INTO kept VALUES (1)"))
        stop()
        held.execute(text("INSERT INTO kept VALUES (2)"))


def test_an_error_quotes_no_row(postgres: Postgres, postgres_database: str) -> None:
    """Details and contexts of PostgreSQL's errors quote whole rows."""
    url = postgres.address(postgres_database, Role.PIPELINE)
    secret = "QUILMOND TRADING"
    rows = [{**a_row_set_aside(number), "raw_line": secret, "row_number": number} for number in range(300)]
    wrong = [
        [rows[0], rows[0]],
        [*rows, rows[7]],
        [{**rows[0], "delivery_id": None, "cells": {secret: secret}}],
        [*rows[:299], {**rows[299], "feed": None}],
        [{**rows[0], "row_number": secret}],
        [*rows[:299], {**rows[299], "row_number": secret}],
    ]
    for these in wrong:
        with pytest.raises(DBAPIError) as refusal, transaction(url) as session:
            insert_rows(session, QuarantineRow, these)
        error: BaseException | None = refusal.value
        while error is not None:
            assert secret not in str(error)
            error = error.__cause__ or error.__context__
    with (
        pytest.raises(IntegrityError, match=r"SQLSTATE 23505 \(table quarantine_row, constraint"),
        transaction(url) as s,
    ):
        insert_rows(s, QuarantineRow, wrong[0])
    engine_of(url).dispose()


def test_a_forked_process_makes_connections_of_its_own(postgres: Postgres, postgres_database: str) -> None:
    url = postgres.address(postgres_database, Role.PIPELINE)
    with transaction(url) as session:
        insert_rows(session, Delivery, [a_delivery(1)])
    if (child := os.fork()) == 0:
        with transaction(url) as session:
            insert_rows(session, Delivery, [a_delivery(2)])
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    with transaction(url) as session:
        assert session.query(Delivery).count() == 2
    engine_of(url).dispose()
