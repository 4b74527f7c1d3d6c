"""Sliding-window sums over event streams: what an entity did in the days before each cut-off.

An event is alive for a window of W days from the day it became known until the day a newer version of it
did, or until its own day is W days old. State per key is carried from day to day: each event is added once
and subtracted once. Sums are whole numbers (of thousandths, say), so that what is added and subtracted again
leaves exactly nothing behind, and one day gives the same bits as that day within a year.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscore.errors import FeatureError
from riskscore.store.asof import FOREVER

Days = npt.NDArray[np.int32]
Codes = npt.NDArray[np.int64]
Sums = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]

NO_KEY = -1
NEVER = np.int32(-2_000_000)
"""A day number before every real one."""
LARGEST_SUM = 2**62


@dataclass(frozen=True)
class Queries:
    """What is asked: one key code (NO_KEY where the row has none) and one day number a row."""

    key: Codes
    day: Days


@dataclass(frozen=True)
class Events:
    """What happened: key code, day of the event, and the days [known_on, superseded_on) of this version."""

    key: Codes
    event_on: Days
    known_on: Days
    superseded_on: Days


def sliding_sums(events: Events, amounts: Sums, queries: Queries, window: int | None) -> Sums:
    """Return, per query, the sum of `amounts` (one an event) over the events of its key alive on its day.

    `window` is in days, None for ever. Cost: one pass over events and queries in order of day.
    Raises FeatureError where a sum could overflow 64 bits.
    """
    leave_on = _leave_on(events, window)
    if float(np.abs(amounts, dtype=np.float64).sum()) > LARGEST_SUM:
        raise FeatureError("A trailing sum could overflow 64 bits. Declare its measure with a smaller scale.")
    state = np.zeros(_key_count(events, queries), dtype=np.int64)
    first, last = queries.day.min(initial=FOREVER), queries.day.max(initial=NEVER)
    lived = (events.key != NO_KEY) & (events.known_on < leave_on) & (events.known_on <= last) & (leave_on > first)
    before = lived & (events.known_on <= first)
    np.add.at(state, events.key[before], amounts[before])
    enter, leave = np.flatnonzero(lived & ~before), np.flatnonzero(lived & (leave_on <= last))
    keys = events.key[np.concatenate([enter, leave])]
    days = np.concatenate([events.known_on[enter], leave_on[leave]])
    changes = np.concatenate([amounts[enter], -amounts[leave]])
    answer = np.zeros(len(queries.key), dtype=np.int64)
    for rows, changed in _day_by_day(queries, days):
        np.add.at(state, keys[changed], changes[changed])
        answer[rows] = state[queries.key[rows]]
    return np.where(queries.key == NO_KEY, 0, answer)


def first_seen(events: Events, queries: Queries) -> Days:
    """Return, per query, the earliest event day among all versions of its key ever known; NEVER if none."""
    keyed = np.flatnonzero(events.key != NO_KEY)
    keys, event_on = events.key[keyed], events.event_on[keyed]
    state = np.full(_key_count(events, queries), FOREVER, dtype=np.int32)
    answer = np.full(len(queries.key), FOREVER, dtype=np.int32)
    for rows, changed in _day_by_day(queries, events.known_on[keyed]):
        np.minimum.at(state, keys[changed], event_on[changed])
        answer[rows] = state[queries.key[rows]]
    return np.where((queries.key == NO_KEY) | (answer == FOREVER), NEVER, answer).astype(np.int32)


def last_seen(events: Events, queries: Queries, own: Days | None = None) -> Days:
    """Return, per query, the latest event day among all versions of its key ever known; NEVER if none.

    With `own` (one event day a query), the row's own day does not count: the latest other day is returned,
    as far as the two latest distinct days show it.
    """
    keyed = np.flatnonzero(events.key != NO_KEY)
    keys, event_on = events.key[keyed], events.event_on[keyed]
    latest = np.full((_key_count(events, queries), 2), NEVER, dtype=np.int32)
    answer = np.full(len(queries.key), NEVER, dtype=np.int32)
    for rows, changed in _day_by_day(queries, events.known_on[keyed]):
        _note_latest_two(latest, keys[changed], event_on[changed])
        two = latest[queries.key[rows]]
        is_own = False if own is None else two[:, 0] == own[rows]
        answer[rows] = np.where(is_own, two[:, 1], two[:, 0])
    return np.where(queries.key == NO_KEY, NEVER, answer).astype(np.int32)


def as_codes(stream: pd.Series, asked: pd.Series) -> tuple[Codes, Codes]:
    """Return dense codes of the same values in both columns; NO_KEY where a value is missing."""
    both = pd.concat([stream.astype("str"), asked.astype("str")], ignore_index=True)
    codes, _ = pd.factorize(both)
    return codes[: len(stream)].astype(np.int64), codes[len(stream) :].astype(np.int64)


def as_whole(values: pd.Series, scale: int) -> Sums:
    """Return `values` in whole units of 1/scale; missing ones are 0."""
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(numbers), np.rint(numbers * scale), 0.0).astype(np.int64)


def _leave_on(events: Events, window: int | None) -> Days:
    if window is None:
        return events.superseded_on
    leave_on: Days = np.minimum(events.superseded_on, events.event_on + np.int32(window)).astype(np.int32)
    return leave_on


def _key_count(events: Events, queries: Queries) -> int:
    return 1 + int(max(events.key.max(initial=0), queries.key.max(initial=0)))


def _day_by_day(queries: Queries, change_days: Days) -> Iterator[tuple[Rows, Rows]]:
    """Yield, for each day asked for in order, its query rows and what changed since the day before."""
    order = np.argsort(change_days, kind="stable")
    asked = np.argsort(queries.day, kind="stable")
    days, starts = np.unique(queries.day[asked], return_index=True)
    changed = np.searchsorted(change_days[order], days, side="right")
    yield from zip(np.split(asked, starts[1:]), np.split(order[: changed.max(initial=0)], changed[:-1]), strict=True)


def _note_latest_two(latest: Days, keys: Codes, event_on: Days) -> None:
    """Update the two latest distinct event days (column 0 the later) of each key in place."""
    order = np.lexsort((-event_on, keys))
    keys, event_on = keys[order], event_on[order]
    distinct = np.ones(len(keys), dtype=bool)
    distinct[1:] = (keys[1:] != keys[:-1]) | (event_on[1:] != event_on[:-1])
    keys, event_on = keys[distinct], event_on[distinct]
    touched, starts = np.unique(keys, return_index=True)
    sizes = np.diff(np.append(starts, len(keys)))
    second = np.where(sizes > 1, event_on[np.minimum(starts + 1, len(keys) - 1)] if len(keys) else NEVER, NEVER)
    four = np.column_stack([latest[touched], event_on[starts], second]).astype(np.int32)
    newest = four.max(axis=1)
    latest[touched, 1] = np.where(four == newest[:, None], NEVER, four).max(axis=1)
    latest[touched, 0] = newest
