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
from riskscore.compiling import ask_for, compiled
from riskscore.crew import Crew
from riskscore.trailing import Followed
from riskscore.trailing.kernel import BEFORE, LATEST, SEEN

AMOUNTS = 3
"""Number of events, sum of their values, number of hits."""
WHOLE, PARTS = ("count", "value", "gap"), ("mean", "rate")
"""The measures that are whole numbers, and those that are not."""
ROWS_A_PART = 2**20
AHEAD = 32
"""So many answers before it is looked at, the memory of a mark is asked for: marks lie anywhere."""
Marks = npt.NDArray[np.int16]
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


class Answers(NamedTuple):
    """What is added up: where entities stand, which question that answers, and its day."""

    rows: Numbers
    questions: Numbers
    on: Numbers


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
    marks: Marks
    """The weight of each; negative where its answer is handed out too: a span looks for both at once."""

    @classmethod
    def of(cls, task: Task, consignments: Numbers, days: Days, crew: Crew) -> "Asked":
        """Return what the digests need of these consignments."""

        def marks(some: Numbers) -> Marks:
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
        answers = Answers(followed.rows, followed.questions, followed.on)
        digests, places = Digests.none(len(shares)), np.empty(len(followed.questions), np.int64)
        sampled = places[: add_up(answers, self.marks, self.task.first, shares, digests, places)]
        return digests, Sample(answers.questions[sampled], answers.rows[sampled])

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
def add_up(answers, marks, first, shares, digests, sampled):
    """Add the measures of each answer, times its weight, to the digests of its day.

    Write into `sampled` which answers are handed out, and return how many.
    """
    rows, questions, days = answers
    whole, parts = digests
    many = 0
    for row in range(days.size):
        if row + AHEAD < days.size:
            ask_for(marks, questions[row + AHEAD])
        day, mark = days[row], np.int64(marks[np.uint64(questions[row])])
        if mark < 0:
            sampled[many] = row
            many += 1
        weight, on = abs(mark), np.uint64(day - first)
        gap = day - (rows[row, BEFORE] if rows[row, LATEST] == day else rows[row, LATEST])
        for which in range(len(WINDOWS)):
            place = SEEN + which * AMOUNTS
            count, value, hits = rows[row, place], rows[row, place + 1], rows[row, place + 2]
            whole[on, which, 0] += weight * count
            whole[on, which, 1] += weight * value
            whole[on, which, 2] += weight * (gap if gap < WINDOWS[which] else NO_GAP)
            parts[on, which, 0] += weight * (value / count)
            parts[on, which, 1] += weight * ((hits + STRENGTH * shares[on, which]) / (count + STRENGTH))
    return many
