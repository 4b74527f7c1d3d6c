"""What PostgreSQL refuses, told in our words: its own may quote rows, and so parties."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError

from riskscore.errors import DatabaseRightsError, DatabaseUnavailableError, RiskscoreError

REFUSED = "refuses the login", "Check the role in RISKSCORE_DATABASE_URL and its password file."
WAIT = "Wait until it is up, or look into its log."
UNAVAILABLE = {
    "28": REFUSED,
    "3D": ("has no database of that name", "Correct RISKSCORE_DATABASE_URL, or create the database first."),
    "53": ("has run out of connections, memory or disk", "Free some, or raise its limit."),
    "57P": ("is shutting down or starting up", WAIT),
    "08": ("broke off", WAIT),
}
"""What an SQLSTATE that begins like this says, and what to do."""
SILENT = "does not answer, or broke off", "Check that it runs and that RISKSCORE_DATABASE_URL names its host and port."
NO_RIGHT = "42501"


def translate(context: ExceptionContext) -> RiskscoreError | None:
    """Return what to raise in place of an error, or None where it stays; then it no longer quotes any row.

    Where a pool asks a kept connection whether it still lives, the answer stays: the pool takes a new one then.
    """
    error = context.original_exception
    if context.is_pre_ping and context.is_disconnect:
        return None
    if isinstance(error, RiskscoreError):
        return error
    told = _told(error, is_lost=context.is_disconnect or context.connection is None)
    if told is None and isinstance(context.sqlalchemy_exception, DBAPIError):
        context.sqlalchemy_exception.args = (f"({_kind(error)}) {error}",)
    return told


@contextmanager
def translated(connection: Connection) -> Iterator[None]:
    """Do the same for what is asked of the driver itself: COPY, which SQLAlchemy does not know."""
    import psycopg  # noqa: PLC0415 whoever works on SQLite has no use for it

    try:
        yield
    except psycopg.Error as error:
        dialect = connection.dialect
        told = _told(error, is_lost=_is_closed(connection))
        raise told or DBAPIError.instance(
            "COPY", None, error, psycopg.Error, hide_parameters=True, dialect=dialect
        ) from error


def _is_closed(connection: Connection) -> bool:
    driver: Any = connection.connection.driver_connection
    return bool(driver.closed)


def _told(error: BaseException, *, is_lost: bool) -> RiskscoreError | None:
    state = getattr(error, "sqlstate", None)
    if state == NO_RIGHT:
        return DatabaseRightsError(refusal=_primary(error))
    known = bool(state) and any(str(state).startswith(begin) for begin in UNAVAILABLE)
    told = _unavailable(state, str(error)) if is_lost or known else None
    _hide_rows(error, state or "none")
    return told


def _unavailable(state: str | None, said: str) -> DatabaseUnavailableError:
    """Choose the words; before it is logged in, the driver gives no SQLSTATE but the server's sentence."""
    if "authentication failed" in said or "no password supplied" in said:
        problem, remedy = REFUSED
    elif 'database "' in said and "does not exist" in said:
        problem, remedy = UNAVAILABLE["3D"]
    else:
        problem, remedy = next((told for begin, told in UNAVAILABLE.items() if (state or "").startswith(begin)), SILENT)
    return DatabaseUnavailableError(problem=problem, remedy=remedy)


def _primary(error: BaseException) -> str:
    """Return the first sentence of a missing right, which names tables and roles only."""
    diag = getattr(error, "diag", None)
    return getattr(diag, "message_primary", None) or "a right is missing"


def _hide_rows(error: BaseException, state: str) -> None:
    """Leave of an error its kind and place: details and contexts quote rows, and some first sentences do."""
    diag = getattr(error, "diag", None)
    places = {kind: getattr(diag, f"{kind}_name", None) for kind in ("table", "column", "constraint")}
    named = ", ".join(f"{kind} {name}" for kind, name in places.items() if name)
    error.args = (f"SQLSTATE {state}" + (f" ({named})" if named else ""),)


def _kind(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"
