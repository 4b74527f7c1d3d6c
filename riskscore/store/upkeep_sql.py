"""Keep the database quick: statistics for its planner, and room given back."""

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

PATIENCE_MS = 2_000
"""A day that is being computed goes first: what cannot be had in this time waits until tomorrow."""
USUAL_MS = 30_000


def keep_quick(engine: Engine, *, vacuum_from: float) -> str:
    """Refresh statistics; in SQLite fold the write-ahead log in and, from that share of free pages on, rewrite it.

    Return what was done, or why it waits. PostgreSQL's own autovacuum gives room back.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name != "sqlite":
            connection.execute(text("ANALYZE"))
            return "analysed"
        connection.execute(text(f"PRAGMA busy_timeout={PATIENCE_MS}"))
        try:
            return _sqlite(connection, vacuum_from)
        except OperationalError:
            return "in use; tomorrow"
        finally:
            connection.execute(text(f"PRAGMA busy_timeout={USUAL_MS}"))


def erase(session: Session) -> None:
    """Let what this session deletes leave no bytes behind; PostgreSQL's vacuum sees to it there."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA secure_delete=ON"))


def _sqlite(connection: Connection, vacuum_from: float) -> str:
    connection.execute(text("ANALYZE"))
    free, pages = (
        int(connection.execute(text(f"PRAGMA {name}")).scalar() or 0) for name in ("freelist_count", "page_count")
    )
    is_worth_it = bool(pages) and free / pages >= vacuum_from
    if is_worth_it:
        connection.execute(text("VACUUM"))
    connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    return f"analysed; {free} of {pages} pages free" + (", given back" if is_worth_it else "")
