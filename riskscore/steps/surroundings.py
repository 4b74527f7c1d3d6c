"""Faults of what the pipeline stands on, disk, folders, database, clock, each told in our words with what to do."""

import errno
import re
from datetime import UTC, date, datetime
from pathlib import Path

from deltalake.exceptions import DeltaError
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from riskscore.errors import ClockError, DatabaseLostError, DiskFullError, PlaceLostError, SurroundingsError
from riskscore.settings import Settings
from riskscore.store.database import ClosedDay, transaction

FULL = {errno.ENOSPC, errno.EDQUOT}
LOST = {errno.EACCES, errno.EIO, errno.ESTALE, errno.EROFS, errno.ENOTCONN, errno.ENODEV, errno.ENXIO, errno.ETIMEDOUT}
SAYS_FULL = re.compile(r"No space left on device|os error 28\b|[Dd]isk quota exceeded|database or disk is full")
MAKE_ROOM = (
    "Make room: `riskscore housekeeping` shows what is past its time, `--apply` removes it. Deliveries wait in the "
    "drop folder meanwhile."
)
LOOK_AT_MOUNT = "Check the mount and its rights."
LOOK_AT_DATABASE = "Check that it runs, that RISKSCORE_DATABASE_URL is right and that nothing else holds it."


def in_our_words(error: Exception, settings: Settings) -> SurroundingsError | None:
    """Return what a fault of the surroundings is called here; None for anything else."""
    if isinstance(error, OperationalError):
        return _of_database(error)
    if not isinstance(error, OSError | DeltaError):
        return None
    number = getattr(error, "errno", None)
    where = _place(getattr(error, "filename", None), settings)
    if number in FULL or SAYS_FULL.search(str(error)):
        return DiskFullError(where=where, what="the disk is full", then=MAKE_ROOM)
    if number in LOST:
        return PlaceLostError(where=where, what=str(getattr(error, "strerror", "it is lost")), then=LOOK_AT_MOUNT)
    return None


def require_clock(settings: Settings) -> None:
    """Raise ClockError where today lies before the last closed day: a clock stepped back, and time does not.

    An invented world has a calendar of its own: there the setting says what day it is, or nobody does.
    """
    if settings.is_invented and settings.today is None:
        return
    today = settings.today or datetime.now(UTC).date()
    with transaction(settings.database) as session:
        last: date | None = session.scalar(select(func.max(ClosedDay.day)))
    if last is not None and today < last:
        raise ClockError(
            where="The clock",
            what=f"says {today}, but {last} is closed already",
            then="Set the clock right (or RISKSCORE_TODAY); what arrives meanwhile is known after that day.",
        )


def _of_database(error: OperationalError) -> SurroundingsError:
    said = str(error.orig).partition("\n")[0]
    if SAYS_FULL.search(said):
        return DiskFullError(where="The database", what="its disk is full", then=MAKE_ROOM)
    return DatabaseLostError(where="The database", what=f"cannot be used: {said}", then=LOOK_AT_DATABASE)


def _place(filename: object, settings: Settings) -> str:
    """Return where it happened; of a file in the drop folder only its folder: senders choose names."""
    path = Path(filename) if isinstance(filename, str | Path) and filename else settings.home
    return str(path.parent if "drop" in path.parts and path != settings.drop else path)
