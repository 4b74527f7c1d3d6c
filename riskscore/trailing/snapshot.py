"""Keep states on disk: a folder a day, whole or not at all; the open entries in files that later states share."""

import json
import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from riskscore.trailing.balances import Balances, State
from riskscore.trailing.entries import Segment

KEPT = 3
"""States kept: a day that is run again starts from the one before it."""
MANIFEST, ENTRIES = "state.json", "entries"
DAY_FOLDER = re.compile(r"-?\d+")
COLUMNS = ("keys", "rows")


def save_state(folder: Path, state: State) -> None:
    """Keep a state below `folder`; a state of the same day is replaced, and of older ones the last few remain.

    Killed at any point it leaves the states that were there, or those and this one.
    """
    entries = folder / ENTRIES
    entries.mkdir(parents=True, exist_ok=True)
    for segment in (segment for segments in state.open.values() for segment in segments):
        if not (entries / f"{segment.name}.npy").exists():
            _write_whole(entries / f"{segment.name}.npy", segment.rows)
    unfinished = folder / f".{state.day}.{os.getpid()}"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    for number, balances in enumerate(state.balances.values()):
        for column in COLUMNS:
            _write(unfinished / f"{number}-{column}.npy", getattr(balances, column))
    (unfinished / MANIFEST).write_text(json.dumps(_manifest(state)), encoding="utf-8")
    _put_in_place(unfinished, folder / str(state.day))
    _forget(folder, newest=state.day)


def load_state(folder: Path, before: int, origin_on: Any) -> State | None:
    """Return the newest state of a day before day number `before`; None if there is none that still holds.

    `origin_on(day)` says what origin a state of that day must have. A state that cannot be read counts as not there:
    all of it can be computed again.
    """
    for day in sorted((day for day in _days(folder) if day < before), reverse=True):
        try:
            state = _read(folder, day)
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            continue
        if state.origin == origin_on(day):
            return state
    return None


def _manifest(state: State) -> dict[str, Any]:
    return {
        "origin": state.origin,
        "balances": [list(place) for place in state.balances],
        "open": {
            stream: [{"name": segment.name, "entities": list(segment.entities)} for segment in segments]
            for stream, segments in state.open.items()
        },
    }


def _read(folder: Path, day: int) -> State:
    kept = folder / str(day)
    manifest = json.loads((kept / MANIFEST).read_text(encoding="utf-8"))
    balances = {
        (stream, by): Balances(*(_map(kept / f"{number}-{column}.npy") for column in COLUMNS))
        for number, (stream, by) in enumerate(manifest["balances"])
    }
    segments = {
        stream: tuple(
            Segment(one["name"], tuple(one["entities"]), _map(folder / ENTRIES / f"{one['name']}.npy")) for one in names
        )
        for stream, names in manifest["open"].items()
    }
    return State(day, manifest["origin"], balances, segments)


def _days(folder: Path) -> list[int]:
    if not folder.is_dir():
        return []
    return [int(child.name) for child in folder.iterdir() if DAY_FOLDER.fullmatch(child.name)]


def _map(path: Path) -> npt.NDArray[Any]:
    """Map a file; what is written to the array stays in memory, and compiled loops take it like any other."""
    mapped: npt.NDArray[Any] = np.load(path, mmap_mode="c", allow_pickle=False)
    return mapped


def _write(path: Path, values: npt.NDArray[Any]) -> None:
    with path.open("wb") as file:
        np.save(file, values, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())


def _write_whole(path: Path, values: npt.NDArray[Any]) -> None:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    _write(unfinished, values)
    unfinished.replace(path)


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
    named = {f"{name}.npy" for day in _days(folder) for name in _segments_named(folder / str(day))}
    for file in (folder / ENTRIES).glob("*.npy"):
        if file.name not in named:
            file.unlink(missing_ok=True)


def _segments_named(kept: Path) -> Iterable[str]:
    try:
        manifest = json.loads((kept / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [one["name"] for segments in manifest["open"].values() for one in segments]
