"""Our year's answers, reduced span by span where they arise: measures weighted and added up by day, compiled."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.trailing.stream import Numbers
from benchmarks.trailing.task import (
    NO_GAP,
    STRENGTH,
    WEIGHTS,
    WINDOWS,
    Days,
    Piece,
    Sums,
    Task,
    column,
    measured,
)
from riskscore.compiling import compiled
from riskscore.crew import Crew
from riskscore.trailing import Followed
from riskscore.trailing.kernel import BEFORE, LATEST, SEEN

AMOUNTS = 3
"""Number of events, sum of their values, number of hits."""
WHOLE, PARTS = ("count", "value", "gap"), ("mean", "rate")
"""The measures that are whole numbers, and those that are not."""
ROWS_A_PART = 2**20
Shares = npt.NDArray[np.float64]
"""Shape (days asked, windows): the share of hits among all events of the window."""


class Digests(NamedTuple):
    """Weighted sums of measures; shapes (days asked, windows, WHOLE) and (days asked, windows, PARTS)."""

    whole: Numbers
    parts: npt.NDArray[np.float64]

    @classmethod
    def none(cls, days: int) -> "Digests":
        """Return the sums of nothing."""
        return cls(np.zeros((days, len(WINDOWS), len(WHOLE)), np.int64), np.zeros((days, len(WINDOWS), len(PARTS))))


class Sample(NamedTuple):
    """Answers that are handed out: which questions, and where their entities stand."""

    questions: Numbers
    rows: Numbers


@dataclass(frozen=True)
class Asked:
    """The consignments asked about, in order of day, and what the digests need of each."""

    task: Task
    consignments: Numbers
    days: Days
    marks: npt.NDArray[np.int16]
    """The weight of each; negative where its answer is handed out too: a span looks for both at once."""

    @classmethod
    def of(cls, task: Task, consignments: Numbers, days: Days, crew: Crew) -> "Asked":
        """Return what the digests need of these consignments."""

        def marks(some: Numbers) -> npt.NDArray[np.int16]:
            weights = (1 + some % WEIGHTS).astype(np.int16)
            return np.where(some % task.sample == 0, -weights, weights)

        parts = np.array_split(consignments, len(consignments) // ROWS_A_PART + 1)
        return cls(task, consignments, days, np.concatenate(list(crew.map(marks, parts))))

    @cached_property
    def on(self) -> Numbers:
        """The days on which something is asked, counted from the first."""
        starts = np.searchsorted(self.days, np.arange(self.task.first, self.task.last + 2, dtype=np.int32))
        return np.flatnonzero(np.diff(starts))

    def reduced(self, followed: Followed, shares: Shares) -> tuple[Digests, Sample]:
        """Return the digests of a span, and its sampled answers."""
        digests, marks = Digests.none(len(shares)), taken(self.marks, followed.questions)
        add_up(followed.rows, followed.on, np.abs(marks), self.task.first, shares, digests)
        sampled = np.flatnonzero(marks < 0)
        return digests, Sample(followed.questions[sampled], followed.rows[sampled])

    def piece(self, entity: str, spans: Iterable[tuple[Digests, Sample]], shares: Shares) -> Piece:
        """Return the columns of an entity from all its spans."""
        total, samples = Digests.none(len(shares)), []
        for digests, sample in spans:
            total.whole[:] += digests.whole
            total.parts[:] += digests.parts
            samples.append(sample)
        sample = Sample(*(np.concatenate(columns) for columns in zip(*samples, strict=True)))
        return Piece(self._days(entity, total), self._rows(entity, sample, shares))

    def _days(self, entity: str, total: Digests) -> pd.DataFrame:
        found = {}
        for names, sums in ((WHOLE, total.whole), (PARTS, total.parts)):
            for (at, window), (which, measure) in product(enumerate(WINDOWS), enumerate(names)):
                found[column(entity, measure, window)] = sums[:, at, which]
        return pd.DataFrame(found).loc[self.on].set_axis(self.on + self.task.first)

    def _rows(self, entity: str, sample: Sample, shares: Shares) -> pd.DataFrame:
        days = self.days[sample.questions]
        overall = dict(zip(WINDOWS, shares[days - self.task.first].T, strict=True))
        found = measured(entity, by_window(sample.rows[:, SEEN:]), since_last(sample.rows, days), overall)
        return pd.DataFrame(found, index=self.consignments[sample.questions])


def by_window(sums: Numbers) -> dict[int, Sums]:
    """Return number of events, sum of values and number of hits over each window, of sums as they are kept."""
    starts = range(0, AMOUNTS * len(WINDOWS), AMOUNTS)
    return {w: (sums[:, at], sums[:, at + 1], sums[:, at + 2]) for w, at in zip(WINDOWS, starts, strict=True)}


def since_last(rows: Numbers, days: Days) -> Numbers:
    """Return the days since each entity's last day before the row's own."""
    latest: Numbers = np.where(rows[:, LATEST] == days, rows[:, BEFORE], rows[:, LATEST])
    return days - latest


@compiled
def taken(marks, questions):
    """Return the marks of questions."""
    found = np.empty(len(questions), marks.dtype)
    for row in range(len(questions)):
        found[row] = marks[np.uint64(questions[row])]
    return found


@compiled
def add_up(rows, days, weights, first, shares, digests):
    """Add the measures of each answer, times its weight, to the digests of its day."""
    whole, parts = digests
    for row in range(days.size):
        day, weight = days[row], np.int64(weights[row])
        gap, on = day - (rows[row, BEFORE] if rows[row, LATEST] == day else rows[row, LATEST]), np.uint64(day - first)
        for which in range(len(WINDOWS)):
            place = SEEN + which * AMOUNTS
            count, value, hits = rows[row, place], rows[row, place + 1], rows[row, place + 2]
            whole[on, which, 0] += weight * count
            whole[on, which, 1] += weight * value
            whole[on, which, 2] += weight * (gap if gap < WINDOWS[which] else NO_GAP)
            parts[on, which, 0] += weight * (value / count)
            parts[on, which, 1] += weight * ((hits + STRENGTH * shares[on, which]) / (count + STRENGTH))
