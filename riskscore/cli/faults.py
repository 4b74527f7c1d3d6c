"""What to say of an error that nobody raised on purpose: a fault of folder, disk or database, or a defect of ours."""

import os
import traceback
from pathlib import Path

from deltalake.exceptions import DeltaError
from sqlalchemy.exc import DatabaseError, OperationalError

DEFECT, UNUSABLE = 1, 2
"""Exit codes."""
SAYS_NOTHING_OF_ROWS = {DatabaseError, OperationalError}
"""Kinds of database errors whose message is about the database; that of others may quote what a row holds."""


def told(error: Exception) -> tuple[str, int]:
    """Return what to print and the exit code.

    The message of such an error may quote a party's name: of a fault, only what the system or the database says of
    itself is shown; of a defect, only its kind and place, unless RISKSCORE_DEBUG asks for everything.
    """
    fault = _of_files(error) or _of_database(error) or _of_lake(error)
    if os.environ.get("RISKSCORE_DEBUG"):
        return "".join(traceback.format_exception(error)), UNUSABLE if fault else DEFECT
    return (fault, UNUSABLE) if fault else (_defect(error), DEFECT)


def _of_files(error: Exception) -> str | None:
    if not isinstance(error, OSError) or not error.strerror:
        return None
    place = f"{_place(error.filename)}: " if isinstance(error.filename, str | Path) else ""
    return (
        f"{place}{error.strerror}. Check that the path is right, that you may write there and that the disk is not "
        f"full; home is {_home()} (RISKSCORE_HOME)."
    )


def _place(filename: str | Path) -> Path:
    """Return where a file lies; of one in the drop folder only its folder: senders choose names."""
    path = Path(filename)
    return path.parent if "drop" in path.parts else path


def _of_database(error: Exception) -> str | None:
    if not isinstance(error, DatabaseError) or type(error) not in SAYS_NOTHING_OF_ROWS:
        return None
    said = str(error.orig).partition("\n")[0]
    return f"The database cannot be used: {said}. Check RISKSCORE_HOME and RISKSCORE_DATABASE_URL."


def _of_lake(error: Exception) -> str | None:
    if not isinstance(error, DeltaError):
        return None
    return (
        f"The lake cannot be used ({type(error).__name__}). Check that nothing else is working in {_lake()}, that you "
        "may write there and that the disk is not full. RISKSCORE_DEBUG=1 shows more."
    )


def _lake() -> str:
    return os.environ.get("RISKSCORE_LAKE") or f"{_home()}/lake"


def _home() -> str:
    return os.environ.get("RISKSCORE_HOME") or "var"


def _defect(error: Exception) -> str:
    where = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"{type(error).__name__} at {where.filename}:{where.lineno} in {where.name}. This is a defect: report it. "
        "Set RISKSCORE_DEBUG=1 to see everything, which may show names of parties."
    )
