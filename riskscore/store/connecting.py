"""How the database is reached: addresses, secrets, pools, and what every connection is told first."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from sqlite3 import Connection as SQLiteConnection
from sqlite3 import OperationalError
from typing import Any

from pydantic_core import from_json
from sqlalchemy import URL, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from riskscore.errors import SettingsError
from riskscore.store.refusals import translate

POOL = {
    "pool_size": 5,
    "max_overflow": 5,
    "pool_timeout": 30,
    "pool_recycle": 1800,
    "pool_pre_ping": True,  # a server that came back is asked again, not blamed for connections it lost
    "pool_reset_on_return": None,  # `_clean` does it, and more
}
UNLESS_ASKED = {"connect_timeout": 10, "application_name": "riskscore"}
"""What the driver is told where the address says nothing of it."""
PATIENCE_SECONDS = 30
"""How long to wait for a connection, or for another process that makes the same SQLite file."""
PASSWORD_FILE = "password_file"  # noqa: S105 the name of a part of an address


def connected(url: str) -> Engine:
    """Return an engine for `url`; raises SettingsError, without quoting it, where it leads nowhere."""
    address, password_file = _without_password_file(_address(url))
    if address.get_backend_name() == "sqlite":
        return _sqlite(address)
    if address.get_backend_name() == "postgresql":
        return _postgresql(address, password_file)
    raise _useless("it is neither SQLite's nor PostgreSQL's")


@contextmanager
def briefly_connected(url: str) -> Iterator[Engine]:
    """Give an engine that is let go of at the end, whatever the state of the database's tables."""
    engine = connected(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _sqlite(address: URL) -> Engine:
    if address.database not in {None, "", ":memory:"}:
        place = Path(str(address.database))
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists():  # raw lines in quarantine name parties; what SQLite puts beside it takes the same mode
            place.touch(mode=0o600)
    engine = create_engine(address, hide_parameters=True, **JSON)  # errors would quote rows
    event.listen(engine, "connect", _make_sqlite_safe)
    return engine


def _make_sqlite_safe(connection: SQLiteConnection, _record: object) -> None:
    connection.execute(f"PRAGMA busy_timeout={PATIENCE_SECONDS * 1000}")
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            break
        except OperationalError as error:  # the first opener of a file keeps others out without letting them wait
            if "locked" not in str(error) or time.monotonic() > give_up:
                raise
            time.sleep(0.02)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _postgresql(address: URL, password_file: Path | None) -> Engine:
    asked = {name: value for name, value in UNLESS_ASKED.items() if name not in address.query}
    engine = create_engine(address, hide_parameters=True, connect_args=asked, **JSON, **POOL)
    event.listen(engine, "handle_error", translate)
    event.listen(engine, "reset", _clean)
    if password_file:
        event.listen(engine, "do_connect", partial(_give_password, password_file))
    os.register_at_fork(after_in_child=partial(engine.dispose, close=False))  # the parent's connections are not ours
    return engine


def _clean(connection: Any, _record: object, state: Any) -> None:
    """Leave nothing of a request in a connection that serves the next: no transaction, no role, no setting."""
    if state.terminate_only:
        return
    connection.rollback()
    connection.autocommit = True
    connection.execute("RESET ROLE")
    connection.execute("RESET ALL")
    connection.autocommit = False
    connection.prepare_threshold = 5


def _give_password(file: Path, _dialect: Dialect, _record: object, _args: object, asked: dict[str, Any]) -> None:
    """Add the password as it is now: a new one holds from the next connection on."""
    try:
        asked["password"] = file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"RISKSCORE_DATABASE_PASSWORD_FILE: {file} cannot be read ({type(error).__name__}). "
            "Correct the path, or its rights."
        ) from None


def _without_password_file(address: URL) -> tuple[URL, Path | None]:
    file = address.query.get(PASSWORD_FILE)
    if file is None:
        return address, None
    if address.password or address.get_backend_name() == "sqlite":
        why = "SQLite asks for none" if address.get_backend_name() == "sqlite" else "the address has one too"
        raise SettingsError(f"RISKSCORE_DATABASE_PASSWORD_FILE gives a password, but {why}. Leave out one of the two.")
    return address.difference_update_query([PASSWORD_FILE]), Path(str(file))


def _address(url: str) -> URL:
    """Read an address; raise SettingsError, without quoting it (it may hold a password), where it leads nowhere."""
    try:
        address = make_url(url)
        address.get_dialect().import_dbapi()
    except (ArgumentError, ModuleNotFoundError) as error:
        why = f"its driver {error.name} is not installed" if isinstance(error, ModuleNotFoundError) else "it is none"
        raise _useless(why) from None
    return address


def _useless(why: str) -> SettingsError:
    return SettingsError(
        f"The database's address (RISKSCORE_DATABASE_URL) cannot be used: {why}. "
        "Write it like sqlite:////var/lib/riskscore/riskscore.db or postgresql+psycopg://ROLE@HOST:5432/riskscore, "
        "or leave it empty."
    )


JSON: dict[str, Any] = {"json_serializer": partial(json.dumps, allow_nan=False), "json_deserializer": from_json}
"""How JSON columns are written, without NaN, and read: twice as fast as Python's own."""
