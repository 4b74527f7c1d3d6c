"""The drop folder: which files lie there whole, and copies of them that hold what was there."""

import errno
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from riskscore.errors import DiskFullError, PlaceLostError
from riskscore.settings import Settings
from riskscore.steps.calendar import days_between
from riskscore.steps.surroundings import LOOK_AT_MOUNT, MAKE_ROOM

UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload")
CHUNK = 1 << 20
GONE = {errno.ENOENT, errno.ENOTDIR}

Stamp = tuple[int, int]
"""Size and time of last change (ns) of a file."""


@dataclass(frozen=True)
class Arrival:
    """One file in the drop folder."""

    day: date
    feed: str
    path: Path


@dataclass(frozen=True)
class Content:
    """What a file held from the first to the last byte that was read of it."""

    digest: str
    size: int


def arrivals_in(settings: Settings, first: date, last: date) -> Iterator[Arrival]:
    """Yield the files in the drop folders from `first` to `last` that are not hidden, links, or named as unfinished.

    Raises PlaceLostError where the drop folder is not there, lacks its mark, or a folder in it cannot be read: an
    unreadable folder is never an empty one.
    """
    require_drop(settings)
    for day in days_between(first, last):
        for feed in _entries(settings.drop / day.isoformat()):
            for path in _entries(feed):
                if path.is_file() and not _is_link_or_hidden(path) and path.suffix.lower() not in UNFINISHED:
                    yield Arrival(day, legible(path.parent.name), path)


def require_drop(settings: Settings) -> None:
    """Raise PlaceLostError where the drop folder is not there, or not the one senders write to."""
    drop, mark = settings.drop, settings.drop_mark
    if not drop.is_dir():
        raise PlaceLostError(where=str(drop), what="the drop folder is not there", then="Mount it, or make it.")
    if mark and not (drop / mark).is_file():
        raise PlaceLostError(
            where=str(drop),
            what=f"its mark {mark} (RISKSCORE_DROP_MARK) is not there, so it is not the folder senders write to",
            then=LOOK_AT_MOUNT,
        )


def settled(arrivals: Sequence[Arrival], seconds: float) -> list[Arrival]:
    """Return the files that are not being written: what changed less than `seconds` ago is watched for that long.

    Ages go by the clock, which may step; whether a file is still changing does not.
    """
    seen = {one: stamp for one in arrivals if (stamp := _stamp(one.path))}
    if not seconds:
        return list(seen)
    now = time.time_ns()
    young = [one for one, (_, changed) in seen.items() if now - changed < seconds * 1e9]
    if young:
        time.sleep(seconds)
    return [one for one in seen if one not in young or _stamp(one.path) == seen[one]]


def content_of(source: Path) -> Content | None:
    """Return what a file holds; None where it changed while it was read, or is gone."""
    try:
        with source.open("rb") as reading:
            before = os.fstat(reading.fileno())
            return _unless_changed(_read_through(reading, lambda _: None), reading, before)
    except OSError as error:
        if error.errno in GONE:
            return None
        raise


def copy_aside(source: Path, copy: Path, *, reserve: int) -> Content | None:
    """Copy a file; None where it changed until the copy was written, or is gone. Leaves no part of a copy behind.

    Raises DiskFullError, before it writes, where less than `reserve` bytes would stay free.
    """
    try:
        with source.open("rb") as reading:
            before = os.fstat(reading.fileno())
            _require_room(copy.parent, before.st_size + reserve)
            with copy.open("wb") as writing:
                content = _read_through(reading, writing.write)
                writing.flush()
                os.fsync(writing.fileno())
            copied = _unless_changed(content, reading, before)
    except OSError as error:
        copy.unlink(missing_ok=True)
        if error.errno in GONE:
            return None
        raise
    if copied is None:
        copy.unlink()
    return copied


def _read_through(reading: BinaryIO, take: Callable[[bytes], object]) -> Content:
    digest, size = hashlib.sha256(), 0
    while chunk := reading.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        take(chunk)
    return Content(digest.hexdigest(), size)


def _unless_changed(content: Content, reading: BinaryIO, before: os.stat_result) -> Content | None:
    after = os.fstat(reading.fileno())
    is_same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    return content if is_same and content.size == after.st_size else None


def legible(name: str) -> str:
    r"""Return a name with bytes that are not UTF-8 written out as \xNN, so that it can be stored and shown."""
    return os.fsencode(name).decode(errors="backslashreplace")


def _entries(folder: Path) -> list[Path]:
    """Return what lies in a folder, in order; nothing where there is none, or where it is a file or a link."""
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        if error.errno in GONE:
            return []
        why = f"it cannot be read ({error.strerror})"
        raise PlaceLostError(where=str(folder), what=why, then=LOOK_AT_MOUNT) from None


def _is_link_or_hidden(path: Path) -> bool:
    """Tell whether a file, or the feed or day folder it lies in, is a link or hidden: none of ours to take in."""
    return any(part.is_symlink() or part.name.startswith(".") for part in (path, *path.parents[:2]))


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns


def _require_room(folder: Path, wanted: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < wanted:
        what = f"{free // 2**20} MB are free, landing wants {-(-wanted // 2**20)} MB (RISKSCORE_RESERVE_MB among them)"
        raise DiskFullError(where=str(folder), what=what, then=MAKE_ROOM)
