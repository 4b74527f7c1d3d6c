"""Follow the entities of a stream through days: sums over windows, and when they were first and last seen."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscore.errors import FeatureError
from riskscore.store.asof import FOREVER
from riskscore.trailing import kernel
from riskscore.trailing.balances import Balances
from riskscore.trailing.entries import NEVER, NO_KEY, Days, Journal, Keys, Sums
from riskscore.trailing.kernel import ByDay, Entries, Totals

LARGEST_SUM = 2**62
EVER = -1


@dataclass(frozen=True)
class Wanted:
    """What is wanted of one stream by one entity: the windows (days, None for ever) and the amounts to add up.

    `totals` are pairs of places: (window, amount).
    """

    windows: tuple[int | None, ...]
    totals: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Questions:
    """What is asked: one entity's key (NO_KEY where the row has none) and one day number a row."""

    keys: Keys
    on: Days


@dataclass(frozen=True)
class Leg:
    """The days to go through, from the end of the day before `first` to the end of `last` (day numbers).

    `opening` is where every entity stood at the start; None before anything was counted.
    """

    first: int
    last: int
    opening: Balances | None = None


@dataclass(frozen=True)
class Seen:
    """Per question: the first day, and the two latest different days (the later first); NEVER where there is none."""

    first: Days
    latest: Days


@dataclass(frozen=True)
class Track:
    """The answers, one row a question, and where every entity stands at the end of the last day."""

    sums: Sums
    """Shape (questions, totals)."""
    seen: Seen
    closing: Balances


def follow(journal: Journal, by: str | None, wanted: Wanted, questions: Questions, leg: Leg) -> Track:
    """Follow the entities `by` through the days of a leg.

    With an opening, the journal needs only the entries that became known since or whose events leave a window since;
    without, it is the whole past. Cost: one pass over the entries and the questions. Raises FeatureError where a sum
    could overflow 64 bits.
    """
    codes, asked, keys = _codes(journal.keys[by], questions.keys)
    start = leg.opening or Balances.none(len(wanted.totals))
    touched = start.of(keys)
    _refuse_overflow(journal.amounts, touched.sums)
    entries = Entries(codes, journal.event_on, journal.known_on, journal.amounts)
    totals = _totals(wanted)
    if leg.opening is None:
        kernel.open_sums(touched.sums, entries, totals, leg.first - 1)
        kernel.open_seen(touched.first, touched.latest, entries, leg.first - 1)
    entering, asking = by_day(journal.known_on, leg.first, leg.last), by_day(questions.on, leg.first, leg.last)
    ends = [window for window in wanted.windows if window is not None]
    by_event = by_day(journal.event_on, leg.first - max(ends, default=0), leg.last - min(ends, default=0))
    sums = np.zeros((len(asked), len(wanted.totals)), dtype=np.int64)
    kernel.slide(touched.sums, entries, totals, entering, by_event, asking, asked, sums)
    seen = Seen(np.full(len(asked), NEVER, dtype=np.int32), np.full((len(asked), 2), NEVER, dtype=np.int32))
    kernel.watch(touched.first, touched.latest, entries, entering, asking, asked, seen.first, seen.latest)
    seen.first[seen.first == FOREVER] = NEVER
    return Track(sums, seen, start.updated(touched))


def by_day(days: Days, first: int, last: int) -> ByDay:
    """Return the rows whose day lies in [first, last], in order of day."""
    inside = np.flatnonzero((days >= first) & (days <= last))
    offsets, width = days[inside] - np.int32(first), max(last - first + 1, 0)
    small = offsets.astype(np.int16) if width < np.iinfo(np.int16).max else offsets  # so small are sorted by counting
    starts = np.concatenate([[0], np.cumsum(np.bincount(offsets, minlength=width))])
    return ByDay(inside[np.argsort(small, kind="stable")].astype(np.int64), starts.astype(np.int64), first)


def _totals(wanted: Wanted) -> Totals:
    places = np.array(wanted.totals, dtype=np.int64).reshape(-1, 2)
    windows = np.array([EVER if window is None else window for window in wanted.windows], dtype=np.int64)
    return Totals(windows, places[:, 0].copy(), places[:, 1].copy())


def _codes(happened: Keys, asked: Keys) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Keys]:
    """Return dense codes of both (-1 for NO_KEY) and the key of each code."""
    codes, keys = pd.factorize(np.concatenate([happened, asked]))
    missing = np.flatnonzero(keys == NO_KEY)
    if len(missing):
        codes = np.where(codes == missing[0], -1, codes)
    return codes[: len(happened)].astype(np.int64), codes[len(happened) :].astype(np.int64), keys.astype(np.uint64)


def _refuse_overflow(amounts: Sums, opening: Sums) -> None:
    added = np.abs(amounts, dtype=np.float64).sum(axis=0).max(initial=0.0)
    if added + np.abs(opening, dtype=np.float64).max(initial=0.0) > LARGEST_SUM:
        raise FeatureError("A trailing sum could overflow 64 bits. Declare its measure with a smaller scale.")
