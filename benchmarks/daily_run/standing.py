"""What the events of a place come to, read part by part: sums by window, and days."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.daily_run.asked import Numbered, Numbers
from riskscore.panel import Place, Plan, Total

EVER = 10**6
"""More days than any history has."""


class Standing:
    """What the events read so far come to at one place, for each of so many entities."""

    def __init__(self, plan: Plan, place: Place, count: int) -> None:
        self.by, self.is_seen, totals = place[1], place in plan.seen, plan.at(place)
        self.windows = sorted({total.window or EVER for total in totals})
        self.amounts = list(dict.fromkeys(total.amount for total in totals))
        self.sums = np.zeros((count, len(self.windows), len(self.amounts)), dtype=np.int64)
        """By the shortest window that an event is in."""
        self.first, self.latest, self.before = (np.full(count, day) for day in (np.inf, -np.inf, -np.inf))

    def add(self, numbered: Numbered, day: int) -> None:
        """Add events as they stand on a day."""
        event_on = numbered.events["event_on"]
        window = np.searchsorted(self.windows, day - event_on.to_numpy(), side="right")
        is_summed = window < len(self.windows)
        if not self.is_seen and not is_summed.any():
            return
        entities = numbered.by(self.by)
        is_asked = entities >= 0
        if self.is_seen:
            self._see(event_on[is_asked], entities[is_asked])
        is_summed &= is_asked
        if is_summed.any():
            values = sorted({amount.value for amount in self.amounts} - {""})
            cells = entities[is_summed] * len(self.windows) + window[is_summed]
            self._sum(numbered.events.loc[is_summed, values], cells)

    def total(self, total: Total) -> npt.NDArray[np.int64]:
        """Return a sum for each entity, in whole units."""
        until = self.windows.index(total.window or EVER) + 1
        added: npt.NDArray[np.int64] = self.sums[:, :until, self.amounts.index(total.amount)].sum(axis=1)
        return added

    def _sum(self, events: pd.DataFrame, cells: Numbers) -> None:
        amounts = pd.DataFrame({number: amount.of(events) for number, amount in enumerate(self.amounts)})
        added = amounts.groupby(cells).sum()
        self.sums.reshape(-1, len(self.amounts))[added.index] += added.to_numpy()

    def _see(self, event_on: pd.Series, entities: Numbers) -> None:
        """Note the first day, the latest, and the latest of those before it."""
        event_on = event_on.astype("float64")
        days = event_on.groupby(entities)
        first, latest = days.min(), days.max()
        is_earlier = event_on.to_numpy() < latest.reindex(entities).to_numpy()
        before = event_on[is_earlier].groupby(entities[is_earlier]).max().reindex(latest.index, fill_value=-np.inf)
        mine = latest.index
        self.first[mine] = np.minimum(self.first[mine], first)
        newest = np.maximum(self.latest[mine], latest)
        known = np.where(self.latest[mine] < newest, self.latest[mine], self.before[mine])
        self.before[mine] = np.maximum(known, np.where(latest < newest, latest, before))
        self.latest[mine] = newest
