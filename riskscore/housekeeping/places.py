"""Files and folders whose time is over: by the day in their name, or left half written by a run that was killed."""

import re
import shutil
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
HALF_WRITTEN = (
    "archive/.landing-*",
    "states/*/.*",
    "states/*/*/.*",
    "states/*/*/*/.*",
    "reports/.*",
    "reports/*/.*",
    "reports/*/*/.*",
    "reports/*/*/*/.*",
    "exports/*/.*",
    "models/*/.saving-*",
    "metrics/.*",
    "photographs/*/.*",
)
"""Where steps write under a hidden name before they rename; locks are hidden too, and stay."""


def older_than(paths: Iterable[Path], day: date) -> Iterator[Path]:
    """Yield those whose name holds a day before `day`."""
    for path in paths:
        if (found := ISO_DAY.search(path.name)) and date.fromisoformat(found[0]) < day:
            yield path


def half_written(home: Path, before: datetime) -> Iterator[Path]:
    """Yield what was begun before an instant and never renamed; nobody writes one file for so long."""
    for pattern in HALF_WRITTEN:
        for path in home.glob(pattern):
            is_lock = path.name.endswith(".lock") or path.name == ".lock"
            if not is_lock and _is_before(path, before):
                yield path


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of all files below a folder; 0 once it is gone."""
    try:
        files = [one for one in path.rglob("*") if one.is_file()] if path.is_dir() else [path]
        return sum(one.lstat().st_size for one in files)
    except FileNotFoundError:
        return 0


def remove(path: Path) -> None:
    """Remove a file, or a folder under a hidden name first: a reader finds all of it, or nothing."""
    if not path.is_dir() or path.is_symlink():
        path.unlink(missing_ok=True)
        return
    leaving = path if path.name.startswith(".") else path.with_name(f".{path.name}.leaving")
    if leaving != path:
        path.rename(leaving)
    shutil.rmtree(leaving)


def _is_before(path: Path, instant: datetime) -> bool:
    try:
        return path.lstat().st_mtime < instant.timestamp()
    except FileNotFoundError:
        return False
