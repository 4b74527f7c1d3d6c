"""Keep states on disk: a folder a day, whole or not at all; what they hold in files that later states share."""

import json
import os
import re
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from riskscore.trailing.balances import Book, State
from riskscore.trailing.entries import Segment
from riskscore.trailing.mapping import mapped_here_and_there
from riskscore.trailing.parts import ask_for, files_of, keep_parts, read_part

KEPT = 3
"""States kept: a day that is run again starts from the one before it."""
WRITERS = 2
"""Books whose parts are written side by side: copies and digests run compiled."""
ABANDONED_SECONDS = 86_400
"""So old is what a killed run left unfinished."""
MANIFEST, ENTRIES = "state.json", "entries"
DAY_FOLDER = re.compile(r"-?\d+")
UNREADABLE = (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What reading something else than a state ends with."""


def save_state(folder: Path, state: State) -> State:
    """Keep a state below `folder` and return it as it is read from there.

    A state of the same day is replaced, and of older ones the last few remain. What no day since the one before touched
    is not written again. Killed at any point it leaves the states that were there, or those and this one.
    """
    entries = folder / ENTRIES
    entries.mkdir(parents=True, exist_ok=True)
    for segment in (segment for segments in state.open.values() for segment in segments):
        if not (entries / f"{segment.name}.npy").exists():
            _write_whole(entries / f"{segment.name}.npy", segment.rows)
    with ThreadPoolExecutor(WRITERS, "parts") as writers:
        books = writers.map(partial(keep_parts, entries), state.balances.values())
        kept = replace(state, balances=dict(zip(state.balances, books, strict=True)))
    unfinished = folder / f".{state.day}.{os.getpid()}"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    _write_text(unfinished / MANIFEST, json.dumps(_manifest(kept)))
    _put_in_place(unfinished, folder / str(state.day))
    _forget(folder, newest=state.day)
    return kept


def load_state(folder: Path, before: int, origin_on: Any) -> State | None:
    """Return the newest state of a day before day number `before`; None if there is none that still holds.

    `origin_on(day)` says what origin a state of that day must have. A state that cannot be read counts as not there:
    all of it can be computed again.
    """
    for day in sorted((day for day in _days(folder) if day < before), reverse=True):
        try:
            state = _read(folder, day)
        except UNREADABLE:
            continue
        if state.origin == origin_on(day):
            for book in state.balances.values():
                ask_for(folder / ENTRIES, book)
            return state
    return None


def files_of_newest(folder: Path, before: int) -> list[Path]:
    """Return where the newest state of a day before day number `before` has its balances; nowhere if none can be read.

    Another than `load_state` goes on from, where that finds that the newest does not hold.
    """
    newest = max((day for day in _days(folder) if day < before), default=None)
    named = [] if newest is None else _named(folder / str(newest)).balances
    return [folder / ENTRIES / file for file in named]


def _manifest(state: State) -> dict[str, Any]:
    return {
        "origin": state.origin,
        "balances": [
            {"place": list(place), "totals": book.totals, "parts": [part.name for part in book.parts]}
            for place, book in state.balances.items()
        ],
        "open": {
            stream: [{"name": segment.name, "entities": list(segment.entities)} for segment in segments]
            for stream, segments in state.open.items()
        },
    }


def _read(folder: Path, day: int) -> State:
    kept = folder / str(day)
    manifest = json.loads((kept / MANIFEST).read_text(encoding="utf-8"))
    entries = folder / ENTRIES
    balances = {
        tuple(one["place"]): Book(one["totals"], tuple(read_part(entries, name) for name in one["parts"]))
        for one in manifest["balances"]
    }
    segments = {
        stream: tuple(
            Segment(one["name"], tuple(one["entities"]), mapped_here_and_there(entries / f"{one['name']}.npy"))
            for one in names
        )
        for stream, names in manifest["open"].items()
    }
    return State(day, manifest["origin"], balances, segments)


def _days(folder: Path) -> list[int]:
    if not folder.is_dir():
        return []
    return [int(child.name) for child in folder.iterdir() if DAY_FOLDER.fullmatch(child.name)]


def _write_whole(path: Path, values: npt.NDArray[Any]) -> None:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with unfinished.open("wb") as file:
        np.save(file, values, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def _write_text(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _put_in_place(unfinished: Path, place: Path) -> None:
    """Move a finished folder to its place; an older one there goes first."""
    if place.exists():
        stale = place.with_name(f".{place.name}.stale.{os.getpid()}")
        place.rename(stale)
        shutil.rmtree(stale)
    unfinished.rename(place)


def _forget(folder: Path, newest: int) -> None:
    """Remove states that are not among the last few up to `newest`, and entries that no state names any more."""
    past = sorted(day for day in _days(folder) if day <= newest)
    for day in past[:-KEPT]:
        shutil.rmtree(folder / str(day), ignore_errors=True)
    named = {name for day in _days(folder) for files in _named(folder / str(day)) for name in files}
    for file in (folder / ENTRIES).iterdir():
        if file.name not in named and not (file.name.startswith(".") and _is_young(file)):
            file.unlink(missing_ok=True)


def _is_young(unfinished: Path) -> bool:
    """Tell whether somebody may still be writing a file."""
    with suppress(FileNotFoundError):
        return time.time() - unfinished.stat().st_mtime < ABANDONED_SECONDS
    return False


class Named(NamedTuple):
    """The files that a state names: of days that windows reach, and of balances."""

    segments: list[str]
    balances: list[str]


def _named(kept: Path) -> Named:
    """Return what a state names; nothing where it cannot be read."""
    try:
        manifest = json.loads((kept / MANIFEST).read_text(encoding="utf-8"))
        segments = [f"{one['name']}.npy" for segments in manifest["open"].values() for one in segments]
        return Named(
            segments, [file for one in manifest["balances"] for part in one["parts"] for file in files_of(part)]
        )
    except UNREADABLE:
        return Named([], [])
