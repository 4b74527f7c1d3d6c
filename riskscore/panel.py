"""The rows asked about and the streams around them: every sum that a trailing feature may want, computed once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscore.crew import ALONE, Crew
from riskscore.errors import FeatureError
from riskscore.trailing import (
    NEVER,
    Amount,
    Book,
    Errand,
    Journal,
    Keys,
    Leg,
    Questions,
    Track,
    Wanted,
    entity_keys,
    follow_all,
)

Column = npt.NDArray[np.float64]
Place = tuple[str, str | None]
"""A stream and the entity by which it is followed (None: the stream as a whole)."""


EACH = Amount()
"""One an event."""


@dataclass(frozen=True)
class Total:
    """One sum that a measure wants: of a stream, by an entity, over a window in days (None for ever)."""

    stream: str
    by: str | None
    window: int | None
    amount: Amount = EACH

    @property
    def place(self) -> Place:
        """The stream and the entity."""
        return self.stream, self.by


@dataclass(frozen=True)
class Plan:
    """What a number of measures want, gathered: what to enter of each stream, and what to add up of each place."""

    totals: tuple[Total, ...]
    seen: tuple[Place, ...]
    """Places of which only the days matter."""

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every stream and entity, each once."""
        return tuple(dict.fromkeys([*(total.place for total in self.totals), *self.seen]))

    @cached_property
    def streams(self) -> tuple[str, ...]:
        """Every stream, each once."""
        return tuple(dict.fromkeys(stream for stream, _ in self.places))

    def entities(self, stream: str) -> tuple[str | None, ...]:
        """Return the entities by which a stream is followed."""
        return tuple(by for name, by in self.places if name == stream)

    def amounts(self, stream: str) -> tuple[Amount, ...]:
        """Return what is added up of a stream."""
        return tuple(dict.fromkeys(total.amount for total in self.totals if total.stream == stream))

    def windows(self, stream: str) -> tuple[int, ...]:
        """Return the windows of a stream that end, in days."""
        return tuple(sorted({total.window for total in self.totals if total.stream == stream and total.window}))

    def at(self, place: Place) -> tuple[Total, ...]:
        """Return what is added up at one place, each sum once."""
        return tuple(dict.fromkeys(total for total in self.totals if total.place == place))

    def wanted(self, place: Place) -> Wanted:
        """Return its windows and amounts, each once."""
        totals, amounts = self.at(place), self.amounts(place[0])
        windows = dict.fromkeys(total.window for total in totals)
        return Wanted(tuple(windows), tuple(dict.fromkeys(amounts.index(one.amount) for one in totals)))

    def column(self, total: Total) -> int:
        """Return which of the sums of its place a total is."""
        wanted = self.wanted(total.place)
        amount = wanted.amounts.index(self.amounts(total.stream).index(total.amount))
        return wanted.windows.index(total.window) * len(wanted.amounts) + amount


class Panel:
    """Rows with entity columns and `asked_on` (and `event_on` where a row is an event too), answered from journals."""

    def __init__(
        self,
        rows: pd.DataFrame,
        plan: Plan,
        journals: Mapping[str, Journal],
        leg: Callable[[Place], Leg],
        crew: Crew = ALONE,
    ) -> None:
        self.rows, self.plan = rows, plan
        self._asked_on = rows["asked_on"].to_numpy(dtype=np.int32)
        self._keys: dict[str | None, Keys] = {}
        self._tracks: dict[Place, Track] = {}
        for stream in plan.streams:
            entries, places = journals[stream], [place for place in plan.places if place[0] == stream]
            tracks = follow_all([self._errand(place, entries, leg(place)) for place in places], crew)
            self._tracks |= zip(places, tracks, strict=True)

    @property
    def closing(self) -> dict[Place, Book]:
        """Where every entity stands at the end of the last day."""
        return {place: track.closing for place, track in self._tracks.items()}

    def total(self, total: Total) -> Column:
        """Return, per row, the sum for its entity, in units of the value."""
        sums = self._tracks[total.place].sums[:, self.plan.column(total)]
        column: Column = sums / (total.amount.scale or 1)
        return column

    def days_since_first(self, stream: str, by: str) -> Column:
        """Return, per row, the days since its entity's first event; missing without any."""
        return self._days_since(self._tracks[stream, by].first)

    def days_since_last(self, stream: str, by: str, *, but_own: bool) -> Column:
        """Return, per row, the days since its entity's last event; missing without any.

        With `but_own` the row's own day does not count: it is the latest other day then, as far as the two latest
        different days show it.
        """
        latest = self._tracks[stream, by].latest
        if not but_own:
            return self._days_since(latest[:, 0])
        is_own = latest[:, 0] == self.rows["event_on"].to_numpy(dtype=np.int32)
        return self._days_since(np.where(is_own, latest[:, 1], latest[:, 0]))

    def has(self, by: str) -> npt.NDArray[np.bool_]:
        """Tell, per row, whether its entity is known."""
        known: npt.NDArray[np.bool_] = self.rows[by].notna().to_numpy()
        return known

    def _errand(self, place: Place, entries: Journal, leg: Leg) -> Errand:
        _, by = place
        if by is not None and by not in self.rows:
            raise FeatureError(f"The population has no column {by!r}; a trailing feature by {by} needs it there too.")
        if by not in self._keys:
            self._keys[by] = entity_keys(self.rows, by)
        return Errand(entries, by, self.plan.wanted(place), Questions(self._keys[by], self._asked_on), leg)

    def _days_since(self, seen: npt.NDArray[np.int64]) -> Column:
        days: Column = np.where(seen == NEVER, np.nan, (self._asked_on - seen).astype(np.float64))
        return days


def plan_of(totals: Iterable[Total], seen: Iterable[Place]) -> Plan:
    """Return the plan of what measures want, each sum and place once."""
    return Plan(tuple(dict.fromkeys(totals)), tuple(dict.fromkeys(seen)))
