"""The rows asked about and the streams around them: every sum that a trailing feature may want, computed once."""

from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscore.errors import FeatureError
from riskscore.trailing import (
    NEVER,
    Codes,
    Events,
    Queries,
    Sums,
    as_codes,
    as_whole,
    first_seen,
    last_seen,
    sliding_sums,
)

Column = npt.NDArray[np.float64]


class Panel:
    """Rows with entity columns and `asked_on` (and `event_on` where a row is an event too), and named streams."""

    def __init__(self, rows: pd.DataFrame, stream: Callable[[str], pd.DataFrame]) -> None:
        self.rows = rows
        self._asked_on = rows["asked_on"].to_numpy(dtype=np.int32)
        self._stream = cache(stream)
        self._total = cache(self._sum_up)
        self._keyed = cache(self._pair_up)

    def count(self, stream: str, by: str | None, window: int | None, having: str | None = None) -> Column:
        """Return, per row, how many events (that have a value in column `having`) its entity had in the window."""
        return self._total(stream, by, window, having, None)

    def total(self, stream: str, by: str | None, window: int | None, value: str, scale: int) -> Column:
        """Return, per row, the sum of `value`, rounded to 1/scale, over the events of its entity in the window."""
        return self._total(stream, by, window, value, scale)

    def days_since_first(self, stream: str, by: str) -> Column:
        """Return, per row, the days since its entity's first event; missing without any."""
        return self._days_since(first_seen(*self._keyed(stream, by)))

    def days_since_last(self, stream: str, by: str, *, but_own: bool) -> Column:
        """Return, per row, the days since its entity's last event (but for the row's own day); missing without any."""
        own = self.rows["event_on"].to_numpy(dtype=np.int32) if but_own else None
        return self._days_since(last_seen(*self._keyed(stream, by), own))

    def has(self, by: str) -> npt.NDArray[np.bool_]:
        """Tell, per row, whether its entity is known; raise FeatureError where rows have no such column."""
        self._require("The population", by, self.rows)
        known: npt.NDArray[np.bool_] = self.rows[by].notna().to_numpy()
        return known

    def _sum_up(self, stream: str, by: str | None, window: int | None, value: str | None, scale: int | None) -> Column:
        events, queries = self._keyed(stream, by)
        return sliding_sums(events, self._amounts(stream, value, scale), queries, window) / (scale or 1)

    def _amounts(self, stream: str, value: str | None, scale: int | None) -> Sums:
        rows = self._stream(stream)
        if value is None:
            return np.ones(len(rows), dtype=np.int64)
        if value not in rows:
            raise FeatureError(f"Stream {stream} has no column {value!r} to measure; add it to the stream.")
        present: Sums = np.asarray(rows[value].notna(), dtype=np.int64)
        return present if scale is None else as_whole(rows[value], scale)

    def _pair_up(self, stream: str, by: str | None) -> tuple[Events, Queries]:
        events = self._stream(stream)
        happened: Codes = np.zeros(len(events), dtype=np.int64)
        asked: Codes = np.zeros(len(self.rows), dtype=np.int64)
        if by is not None:
            self._require("The population", by, self.rows)
            self._require(f"Stream {stream}", by, events)
            happened, asked = as_codes(events[by], self.rows[by])
        event_on, known_on, superseded_on = (
            events[name].to_numpy(dtype=np.int32) for name in ("event_on", "known_on", "superseded_on")
        )
        return Events(happened, event_on, known_on, superseded_on), Queries(asked, self._asked_on)

    @staticmethod
    def _require(name: str, by: str, rows: pd.DataFrame) -> None:
        if by not in rows:
            raise FeatureError(f"{name} has no column {by!r}; a trailing feature by {by} needs it in both.")

    def _days_since(self, seen: npt.NDArray[np.int32]) -> Column:
        days: Column = np.where(seen == NEVER, np.nan, (self._asked_on - seen).astype(np.float64))
        return days
