"""What is asked of every contestant, the shape of its answer, and when two answers are equal."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.trailing.stream import KEY_COUNTS, Numbers, Stream

Days = npt.NDArray[np.int32]
Values = npt.NDArray[np.int64] | npt.NDArray[np.float64]
Sums = tuple[Numbers, Numbers, Numbers]
"""Number of events, sum of their values, number of hits."""

ENTITIES = tuple(KEY_COUNTS)
WINDOWS = (30, 90, 365)
LONGEST = max(WINDOWS)
MEASURES = ("count", "value", "mean", "rate", "gap")
STRENGTH = 20
"""How many events the overall share of hits is worth in a rate."""
NO_GAP = -1
"""The gap where the entity has no earlier day in the window."""
WEIGHTS = 1009
"""A consignment counts 1 + number % WEIGHTS times in its day's digest, so that answers cannot swap rows unseen."""
TOLERANCE = 1e-12
"""Relative, for means and rates; counts, sums and gaps must be equal."""


@dataclass(frozen=True)
class Task:
    """Five measures by five entities over three windows, for every consignment of the days `first` to `last`.

    An event is in the window of W days of day D if D - W < its day <= D: the row's own day counts, in everything but
    the gap, which is the number of days since the entity's last day before D. Contestants reduce the answer to one
    weighted sum a day and column (a digest) where it arises, and hand out the rows of every `sample`-th consignment.
    """

    stream: Stream
    first: int
    last: int
    sample: int
    threads: int
    scratch: Path
    """A folder for what DuckDB spills and for the state that ours starts a day from."""

    def files(self) -> list[str]:
        """Return the files of every month that can matter."""
        return self.stream.files(self.first - LONGEST + 1, self.last)


@dataclass(frozen=True)
class Piece:
    """A part of an answer: digests (a row a day) and sampled rows (by consignment), for some of the columns."""

    digests: pd.DataFrame
    rows: pd.DataFrame


@dataclass(frozen=True)
class Answer:
    """All pieces together: a series a column, as far as the contestant came."""

    digests: dict[str, pd.Series]
    rows: dict[str, pd.Series]

    @classmethod
    def of(cls, pieces: Iterable[Piece]) -> "Answer":
        """Put pieces together, whether they are parts of the days or of the columns."""
        found = list(pieces)
        return cls(_joined(piece.digests for piece in found), _joined(piece.rows for piece in found))

    def share(self, task: Task) -> float:
        """Return which part of the task this answers, by day and column."""
        cells = sum(len(column) for column in self.digests.values())
        return cells / (len(list(columns())) * (task.last - task.first + 1))


def column(entity: str, measure: str, window: int) -> str:
    """Return a column's name."""
    return f"{entity}_{measure}_{window}d"


def columns() -> Iterator[str]:
    """Yield the names of all columns."""
    yield from (column(entity, measure, window) for entity in ENTITIES for window in WINDOWS for measure in MEASURES)


def overall_shares(days: Days, hits: npt.NDArray[np.integer], asked: Days) -> dict[int, npt.NDArray[np.float64]]:
    """Return, per window and row asked, the share of hits among all events of the window of its day."""
    start = int(days.min())
    events = np.append(0, np.bincount(days - start).cumsum())
    hit = np.append(0, np.bincount(days - start, weights=hits).cumsum())
    until = asked - start + 1
    before = {window: np.maximum(until - window, 0) for window in WINDOWS}
    return {w: (hit[until] - hit[before[w]]) / (events[until] - events[before[w]]) for w in WINDOWS}


def measured(
    entity: str, sums: Mapping[int, Sums], gaps: Numbers, shares: Mapping[int, npt.NDArray[np.float64]]
) -> dict[str, Values]:
    """Return the columns of an entity from its sums per window, days since its last day, and overall shares."""
    found: dict[str, Values] = {}
    for window, (count, value, hits) in sums.items():
        rate = (hits + STRENGTH * shares[window]) / (count + STRENGTH)
        gap = np.where(gaps < window, gaps, NO_GAP)
        for measure, values in zip(MEASURES, (count, value, value / count, rate, gap), strict=True):
            found[column(entity, measure, window)] = values
    return found


def piece_of(task: Task, consignments: Numbers, days: Days, found: Mapping[str, Values]) -> Piece:
    """Return the digests and sampled rows of these columns; rows come in order of day."""
    weights = 1 + consignments % WEIGHTS
    asked, starts = np.unique(days, return_index=True)
    digests = {name: np.add.reduceat(weights * values, starts) for name, values in found.items()}
    sampled = consignments % task.sample == 0
    rows = {name: values[sampled] for name, values in found.items()}
    return Piece(pd.DataFrame(digests, index=asked), pd.DataFrame(rows, index=consignments[sampled]))


def assert_equal(name: str, found: Answer, expected: Answer) -> tuple[int, int]:
    """Compare what both have, and return how many digests and sampled values that is.

    Raises AssertionError with the first column, day or consignment that differs.
    """
    return (
        sum(_compare(name, "day", series, expected.digests) for series in found.digests.values()),
        sum(_compare(name, "consignment", series, expected.rows) for series in found.rows.values()),
    )


def assert_whole(name: str, found: Answer, reference: Answer, task: Task) -> None:
    """Hold who says that it is done to all that was asked: every day and column, and every row of the reference.

    Raises AssertionError with what is not there.
    """
    if found.share(task) != 1:
        raise AssertionError(f"{name} says that it is done, but answered {found.share(task):.1%} of days and columns")
    for column, expected in reference.rows.items():
        there = len(found.rows.get(column, ()))
        if there != len(expected):
            raise AssertionError(f"{name}, {column}: {there} sampled rows where others have {len(expected)}")


def _joined(parts: Iterable[pd.DataFrame]) -> dict[str, pd.Series]:
    series: dict[str, list[pd.Series]] = {}
    for part in parts:
        for name in part:
            series.setdefault(str(name), []).append(part[name])
    return {name: pd.concat(found).sort_index() for name, found in series.items()}


def _compare(name: str, what: str, found: pd.Series, others: Mapping[str, pd.Series]) -> int:
    if found.name not in others:
        return 0
    shared = found.index.intersection(others[str(found.name)].index)
    left, right = found[shared].to_numpy(), others[str(found.name)][shared].to_numpy()
    if left.dtype.kind != right.dtype.kind:
        raise AssertionError(f"{name}, {found.name}: {left.dtype} where others have {right.dtype}")
    is_equal = np.isclose(left, right, rtol=TOLERANCE, atol=0.0) if left.dtype.kind == "f" else left == right
    if not is_equal.all():
        at = int(np.argmin(is_equal))
        raise AssertionError(f"{name}, {found.name}, {what} {shared[at]}: {left[at]} where others have {right[at]}")
    return len(shared)
