"""Which version of the tables a database has, and how it gets to another."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import OperationalError

from riskscore.errors import DatabaseUnavailableError, SchemaVersionError
from riskscore.store.records import Base
from riskscore.store.rights import become_owner, grant_rights

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
NOTHING = "base"
"""The version before the first."""
LOCK_WAIT = "2s"
"""A migration that waits longer for a table steps back, so that nobody queues behind it, and tries again."""
ATTEMPTS, PAUSE_SECONDS = 30, 0.5
LOCK_NOT_AVAILABLE = "55P03"
ONE_AT_A_TIME = 7_116_905
"""Key of the advisory lock that whoever migrates holds."""

Command = Callable[[Connection, str], None]


@dataclass(frozen=True)
class SchemaState:
    """The version that was found (empty: none), beside the newest that this release knows."""

    found: str
    newest: str

    @property
    def is_current(self) -> bool:
        """Whether this release can work with the database."""
        return self.found == self.newest

    @property
    def is_behind(self) -> bool:
        """Whether an upgrade would make it current."""
        return self.found in {"", *versions()[:-1]}

    def require_current(self) -> None:
        """Raise SchemaVersionError, with what to do, where this release cannot work with the database."""
        if self.is_behind:
            then = "Run `riskscore database upgrade` as the owner of the tables; readers need not stop."
        else:
            then = (
                "It is ahead of this release: install the newer one, or go back with the newer one's "
                f"`riskscore database downgrade --to {self.newest}`."
            )
        if not self.is_current:
            raise SchemaVersionError(found=self.found, wanted=self.newest, then=then)


@cache
def versions() -> tuple[str, ...]:
    """Return every version this release knows, oldest first: a migration is called like its file."""
    return tuple(sorted(path.stem for path in (MIGRATIONS / "versions").glob("[0-9]*.py")))


def state_of(connection: Connection) -> SchemaState:
    """Return the version of a database."""
    found = ""
    if inspect(connection).has_table("alembic_version"):
        rows = connection.execute(text("SELECT version_num FROM alembic_version ORDER BY version_num"))
        found = ", ".join(rows.scalars())
    return SchemaState(found, versions()[-1])


def make_current(engine: Engine) -> None:
    """Migrate SQLite where it is behind, of PostgreSQL only say so; raise SchemaVersionError where it stays unfit."""
    with engine.connect() as connection:
        state = state_of(connection)
    if state.is_behind and engine.dialect.name == "sqlite":
        state = upgrade(engine)
    state.require_current()


def upgrade(engine: Engine) -> SchemaState:
    """Bring a database to the newest version, and on PostgreSQL every role's rights with it.

    Tables made before there were versions are taken over. Raises SchemaVersionError for a database that is ahead of
    this release or has other columns, DatabaseUnavailableError where a table stays locked.
    """
    return _moved(engine, versions()[-1], _upgrade)


def downgrade(engine: Engine, to: str) -> SchemaState:
    """Bring a database back to an older version, or to `base`: nothing; what only newer versions hold is lost."""
    if to not in {NOTHING, *versions()}:
        known = ", ".join((NOTHING, *versions()))
        raise SchemaVersionError(found=to[:40], wanted=f"one of {known}", then="Name one of these.")
    return _moved(engine, to, _downgrade)


def _moved(engine: Engine, target: str, command: Command) -> SchemaState:
    alone = _in_one_transaction if engine.dialect.name == "sqlite" else _beside_others
    with engine.connect() as connection:
        with alone(connection):
            before = state_of(connection)
            if not before.is_behind:
                before.require_current()
            _patiently(connection, target, command)
            if not before.found and target != NOTHING:
                _refuse_other_columns(connection)
        return state_of(connection)


@contextmanager
def _in_one_transaction(connection: Connection) -> Iterator[None]:
    """Keep other processes out of an SQLite file until all of it is done, or nothing."""
    with connection.begin():
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield


@contextmanager
def _beside_others(connection: Connection) -> Iterator[None]:
    """Hold the lock of whoever migrates PostgreSQL, as the tables' owner; a step at a time is committed."""
    become_owner(connection)
    connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_WAIT}'")
    connection.commit()
    for _ in range(ATTEMPTS):
        is_ours = connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": ONE_AT_A_TIME})
        connection.commit()  # whoever waits in a transaction stands in the way of an index made concurrently
        if is_ours:
            break
        time.sleep(PAUSE_SECONDS)
    else:
        raise _busy("is being migrated by somebody else")
    try:
        yield
        grant_rights(connection)
        connection.commit()
    finally:
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ONE_AT_A_TIME})
        connection.commit()


def _patiently(connection: Connection, target: str, command: Command) -> None:
    if connection.dialect.name == "sqlite":
        command(connection, target)
        return
    for _ in range(ATTEMPTS):
        connection.commit()
        try:
            command(connection, target)
        except OperationalError as error:
            connection.rollback()
            if getattr(error.orig, "sqlstate", "") != LOCK_NOT_AVAILABLE:
                raise
        else:
            return
        time.sleep(PAUSE_SECONDS)
    raise _busy("has a table that somebody keeps locked")


def _upgrade(connection: Connection, target: str) -> None:
    from alembic import command  # noqa: PLC0415 slow to import, and hardly ever wanted

    command.upgrade(_config(connection), target)


def _downgrade(connection: Connection, target: str) -> None:
    from alembic import command  # noqa: PLC0415 slow to import, and hardly ever wanted

    command.downgrade(_config(connection), target)


def _config(connection: Connection) -> "Config":
    from alembic.config import Config  # noqa: PLC0415 slow to import, and hardly ever wanted

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _refuse_other_columns(connection: Connection) -> None:
    for name, table in Base.metadata.tables.items():
        there = {column["name"] for column in inspect(connection).get_columns(name)}
        if there != set(table.columns.keys()):
            raise SchemaVersionError(
                found=f"no version, and its table {name} has other columns",
                wanted=versions()[-1],
                then="Nothing was changed. It is not a database of riskscore: name another in RISKSCORE_DATABASE_URL.",
            )


def _busy(problem: str) -> DatabaseUnavailableError:
    return DatabaseUnavailableError(problem=problem, remedy="Try again when it is quieter; readers were not stopped.")
