"""Follow the entities of a stream through days: sums over windows, and when they were first and last seen."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscore.errors import FeatureError
from riskscore.store.asof import FOREVER
from riskscore.trailing import kernel
from riskscore.trailing.balances import Balances
from riskscore.trailing.entries import NEVER, NO_KEY, Days, Journal, Keys, Rows, Sums, by_day
from riskscore.trailing.kernel import Entries, Totals

Codes = npt.NDArray[np.int64]

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

    def take(self, rows: Rows) -> "Questions":
        """Return some of the questions."""
        return Questions(self.keys[rows], self.on[rows])


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
    refuse_overflow(journal.most, touched.sums)
    entries = Entries(codes, journal.event_on, journal.known_on, journal.amounts)
    entering, asking = journal.by_known(leg.first, leg.last), by_day(questions.on, leg.first, leg.last)
    totals, ends = _totals(wanted), [window for window in wanted.windows if window is not None]
    if leg.opening is None:
        kernel.open_sums(touched.sums, entries, totals, leg.first - 1)
        kernel.open_seen(touched.first, touched.latest, entries, leg.first - 1)
    by_event = journal.by_event(leg.first - max(ends, default=0), leg.last - min(ends, default=0))
    answer = unanswered(len(asked), wanted)
    kernel.slide(touched.sums, entries, totals, entering, by_event, asking, asked, answer.sums)
    seen = answer.seen
    kernel.watch(touched.first, touched.latest, entries, entering, asking, asked, seen.first, seen.latest)
    seen.first[seen.first == FOREVER] = NEVER
    return replace(answer, closing=start.updated(touched))


def unanswered(questions: int, wanted: Wanted) -> Track:
    """Return the answers to so many questions about entities that never did anything."""
    days = Seen(np.full(questions, NEVER, dtype=np.int32), np.full((questions, 2), NEVER, dtype=np.int32))
    sums = np.zeros((questions, len(wanted.totals)), dtype=np.int64)
    return Track(sums, days, Balances.none(len(wanted.totals)))


def refuse_overflow(added: float, opening: Sums | None) -> None:
    """Raise FeatureError where sums that stand at `opening` could overflow 64 bits by adding up to `added`."""
    most = 0.0 if opening is None else np.abs(opening, dtype=np.float64).max(initial=0.0)
    if added + most > LARGEST_SUM:
        raise FeatureError("A trailing sum could overflow 64 bits. Declare its measure with a smaller scale.")


def _totals(wanted: Wanted) -> Totals:
    """Return the totals window by window."""
    order = sorted(range(len(wanted.totals)), key=lambda total: wanted.totals[total][0])
    of_window = [sum(window == which for window, _ in wanted.totals) for which in range(len(wanted.windows))]
    windows = [EVER if window is None else window for window in wanted.windows]
    amounts = [wanted.totals[total][1] for total in order]
    parts = (windows, np.cumsum([0, *of_window]), order, amounts)
    return Totals(*(np.array(part, dtype=np.int64) for part in parts))


def _codes(happened: Keys, asked: Keys) -> tuple[Codes, Codes, Keys]:
    """Return dense codes of both (-1 for NO_KEY) and the key of each code."""
    codes, keys = pd.factorize(np.concatenate([happened, asked]))
    missing = np.flatnonzero(keys == NO_KEY)
    if len(missing):
        codes = np.where(codes == missing[0], -1, codes)
    return codes[: len(happened)].astype(np.int64), codes[len(happened) :].astype(np.int64), keys.astype(np.uint64)
