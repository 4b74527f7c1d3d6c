"""What people act on, in SQL: the door to SQLite or PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from riskscore.store.bulk import insert_rows
from riskscore.store.connecting import connected
from riskscore.store.records import (
    Base,
    ClosedDay,
    Delivery,
    Export,
    Finding,
    QuarantineRow,
    QueueEvent,
    QueueItem,
)
from riskscore.store.rights import Role, unit_role
from riskscore.store.schema import make_current

__all__ = [
    "Base",
    "ClosedDay",
    "Delivery",
    "Export",
    "Finding",
    "QuarantineRow",
    "QueueEvent",
    "QueueItem",
    "engine_of",
    "insert_rows",
    "transaction",
]


@cache
def engine_of(url: str) -> Engine:
    """Return the engine of `url`, whose tables are those of this release.

    An SQLite database is made or migrated where it has to be; of PostgreSQL raises SchemaVersionError instead.
    """
    engine = connected(url)
    try:
        make_current(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def transaction(url: str, *, unit: str = "", as_auditor: bool = False) -> Iterator[Session]:
    """Open a session that commits at the end, or rolls back on any error.

    With `unit` PostgreSQL itself shows it that unit's rows only and lets it change no others; with `as_auditor` it may
    only read. SQLite, which has no roles, leaves that to the queries. Raises UnknownUnitError for what is no unit.
    """
    role = unit_role(unit) if unit else str(Role.AUDITOR) if as_auditor else ""
    with Session(engine_of(url), expire_on_commit=False) as session, session.begin():
        if role and session.get_bind().dialect.name == "postgresql":
            _take_on(session, role)
        yield session


def _take_on(session: Session, role: str) -> None:
    """Act as a role until the transaction ends; of several statements in one the server refuses all."""
    session.execute(text(f"SET LOCAL ROLE {role}"))
    connection: Any = session.connection().connection.driver_connection
    connection.prepare_threshold = 0
