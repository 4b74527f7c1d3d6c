"""Faults of the surroundings: each has a name, says what to do, quotes no data; a rerun completes."""

import errno
import os
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from deltalake.exceptions import DeltaError
from sqlalchemy.exc import OperationalError

from riskscore import steps
from riskscore.errors import ClockError, DatabaseLostError, DiskFullError, PlaceLostError
from riskscore.settings import Settings
from riskscore.steps.landing import land
from riskscore.steps.surroundings import in_our_words, require_clock
from riskscore.store import database
from tests.riskscore.steps.arrivals import close, ledger, put
from tests.riskscore.steps.small_world import DAY, NEXT_DAY

NAME = "Zwaluwstaart"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def database_error(said: str) -> OperationalError:
    return OperationalError(f"INSERT {NAME}", {"name": NAME}, sqlite3.OperationalError(said))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), DiskFullError),
        (OSError(errno.EDQUOT, os.strerror(errno.EDQUOT)), DiskFullError),
        (OSError("IOError: No space left on device"), DiskFullError),
        (DeltaError(f"Generic LocalFileSystem error: {NAME} (os error 28)"), DiskFullError),
        (database_error("database or disk is full"), DiskFullError),
        (OSError(errno.ESTALE, "Stale file handle", "/mnt/x"), PlaceLostError),
        (OSError(errno.EACCES, "Permission denied", "/mnt/x"), PlaceLostError),
        (OSError(errno.EROFS, "Read-only file system", "/mnt/x"), PlaceLostError),
        (database_error("database is locked"), DatabaseLostError),
        (database_error("server closed the connection unexpectedly\nDETAIL: x"), DatabaseLostError),
    ],
)
def test_a_fault_has_a_name_says_what_next_and_quotes_no_data(
    settings: Settings, error: Exception, kind: type[Exception]
) -> None:
    told = in_our_words(error, settings)
    assert type(told) is kind
    assert NAME not in str(told)
    assert "run the same again" in str(told)


@pytest.mark.parametrize("error", [KeyError("x"), FileNotFoundError(2, "no"), DeltaError("odd"), ValueError("x")])
def test_anything_else_is_left_as_it_is(settings: Settings, error: Exception) -> None:
    assert in_our_words(error, settings) is None


def test_of_a_senders_file_only_the_folder_is_told(settings: Settings) -> None:
    path = settings.drop / "2026-02-04" / "manifest" / f"{NAME}.csv"
    told = in_our_words(OSError(errno.EIO, "Input/output error", str(path)), settings)
    assert NAME not in str(told)
    assert str(path.parent) in str(told)


def test_a_database_that_others_hold_is_told_and_the_same_again_completes(settings: Settings) -> None:
    put(settings, b"one")
    land(settings, DAY)
    put(settings, b"two", "second.csv")
    engine = database.engine_of(settings.database)
    engine.dispose()
    holder = sqlite3.connect(settings.home / "riskscore.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with database.transaction(settings.database) as session:
        session.connection().exec_driver_sql("PRAGMA busy_timeout=100")
    with pytest.raises(DatabaseLostError, match="locked"):
        land(settings, DAY)
    holder.execute("ROLLBACK")
    holder.close()
    assert len(ledger(settings)) == 1
    assert len(land(settings, DAY)) == 2


def test_a_clock_that_steps_back_is_refused_and_what_arrives_is_never_known_earlier(settings: Settings) -> None:
    yesterday = DAY - timedelta(days=1)
    close(settings, DAY)
    put(settings, b"one", day=yesterday)
    with pytest.raises(ClockError, match=f"says {yesterday}, but {DAY} is closed"):
        land(settings.model_copy(update={"today": yesterday}), yesterday)
    assert (ledger(settings), steps.runs(settings)) == ([], [])
    for today in (DAY, NEXT_DAY):
        require_clock(settings.model_copy(update={"today": today}))
    land(settings.model_copy(update={"today": DAY}), yesterday)
    assert ledger(settings)[0].known_day == NEXT_DAY
