"""The only door from the desk to the database: who asks decides what the session shows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from riskscore.desk.officer import OF_ONE_UNIT, Officer, Role
from riskscore.errors import DatabaseUnavailableError, DeskClosedError
from riskscore.settings import Settings
from riskscore.store.database import transaction

Clock = Callable[[], datetime]


def desk_clock(settings: Settings) -> Clock:
    """Return what tells the time (UTC): on an invented world's day if `settings.today` names one."""

    def now() -> datetime:
        real = datetime.now(UTC)
        return real if settings.today is None else datetime.combine(settings.today, real.timetz())

    return now


@dataclass(frozen=True)
class Desk:
    """What every function of the desk works with, made once by whoever serves it."""

    settings: Settings
    clock: Clock

    @classmethod
    def of(cls, settings: Settings) -> "Desk":
        """Return the desk over these settings with its usual clock."""
        return cls(settings, desk_clock(settings))

    def now(self) -> datetime:
        """Return the instant to act on, UTC."""
        return self.clock()


@contextmanager
def session_for(caller: Officer | None, desk: Desk) -> Iterator[Session]:
    """Open a transaction that shows `caller` what it may see, or (None) what logging in needs.

    On PostgreSQL it is the unit's own role, or the auditor's, that reads and writes. Raises DeskClosedError where the
    database does not answer.
    """
    unit = caller.unit if caller is not None and caller.role in OF_ONE_UNIT else ""
    is_auditor = caller is not None and caller.role == Role.AUDITOR
    try:
        with transaction(desk.settings.database, unit=unit, as_auditor=is_auditor) as session:
            yield session
    except (DatabaseUnavailableError, OperationalError, InterfaceError) as error:
        raise DeskClosedError("The database does not answer. Try again in a minute; nothing was lost.") from error
