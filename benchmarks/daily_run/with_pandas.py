"""The trailing features of a day's containers by pandas over the whole history: what they cost without states.

Pandas as it is used with care. A version's columns are read once, and of the days that no window reaches only those of
which the first and the latest day are wanted; a string is looked up once; an event is added up once for all windows.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.daily_run.asked import Asked, Numbered, made_of
from benchmarks.daily_run.papers import Papers
from benchmarks.daily_run.standing import Standing
from features import FEATURE_SETS
from features.containers import FINDS, KEY, PAPERS, log_ratio
from riskscore.measures import trailing_columns
from riskscore.panel import Column, Total
from riskscore.settings import Settings
from riskscore.steps.workspace import open_workspace
from riskscore.store.asof import AsOf

CONTAINERS = FEATURE_SETS["container"]
PLAN = CONTAINERS.plan
CONSIGNMENTS, INSPECTIONS = "consignments", "inspections"
Made = tuple[tuple[str, ...], Callable[[pd.DataFrame], pd.Series]]
"""Columns, and what is made of them."""
VALUES: Mapping[str, Made] = {
    "empty_trips": (("is_empty",), lambda rows: rows["is_empty"].astype("float64")),
    "unit_value_logarithm": (
        ("value_usd", "gross_weight_kg"),
        lambda rows: log_ratio(rows["value_usd"], rows["gross_weight_kg"]),
    ),
    "package_weight_logarithm": (
        ("gross_weight_kg", "package_count"),
        lambda rows: log_ratio(rows["gross_weight_kg"], rows["package_count"]),
    ),
}
"""Values that are no column of the papers themselves."""


def trailing_by_pandas(settings: Settings, day: date) -> tuple[float, pd.DataFrame]:
    """Return how many seconds pandas took for the trailing features of a day's containers, and these with their key."""
    as_of = open_workspace(settings).history(day).as_of(day)
    rows = CONTAINERS.grain.population(as_of).assign(asked_on=np.int32(as_of.number))
    began = time.perf_counter()
    found = trailing_columns(CONTAINERS.measures, FullHistory(rows, as_of))  # type: ignore[arg-type] # no Panel: it has no states
    return time.perf_counter() - began, pd.concat([rows[list(KEY)], found], axis=1)


@dataclass
class FullHistory:
    """Answers what a Panel answers, from all events again."""

    rows: pd.DataFrame
    as_of: AsOf

    def __post_init__(self) -> None:
        self._asked = Asked(self.rows)
        self._at = {place: Standing(PLAN, place, self._asked.count(place[1])) for place in PLAN.places}
        decided = self._decided()
        examined = Asked(decided)
        inspected = [self._add_papers(part, examined) for part in self._papers(decided).parts(*columns_read())]
        self._add(INSPECTIONS, decided.merge(pd.concat(inspected), on=list(KEY)))
        for stream in set(PLAN.streams) - {CONSIGNMENTS, INSPECTIONS}:
            events = CONTAINERS.stream(stream).events(self.as_of)
            self._add(stream, events[events["superseded_on"] > self.as_of.number])

    def total(self, total: Total) -> Column:
        """Return, per row, the sum for its entity, in units of the value."""
        sums = np.append(self._at[total.place].total(total), 0)
        return sums[self._asked.of_rows(total.by)] / (total.amount.scale or 1)

    def days_since_first(self, stream: str, by: str) -> Column:
        """Return, per row, the days since its entity's first event."""
        return self._since(self._at[stream, by].first, by)

    def days_since_last(self, stream: str, by: str, *, but_own: bool) -> Column:
        """Return, per row, the days since its entity's last event; with `but_own`, of a day other than its own."""
        at, number = self._at[stream, by], self._asked.of_rows(by)
        is_own = but_own & (np.append(at.latest, np.nan)[number] == self.rows["event_on"].to_numpy())
        return np.where(is_own, self._since(at.before, by), self._since(at.latest, by))

    def has(self, by: str) -> npt.NDArray[np.bool_]:
        """Tell, per row, whether its entity is known."""
        known: npt.NDArray[np.bool_] = self.rows[by].notna().to_numpy()
        return known

    def _since(self, days: npt.NDArray[np.float64], by: str) -> Column:
        since: Column = self.as_of.number - np.append(days, np.nan)[self._asked.of_rows(by)]
        return np.where(np.isfinite(since), since, np.nan)

    def _papers(self, decided: pd.DataFrame) -> Papers:
        return Papers(self.as_of, max(PLAN.windows(CONSIGNMENTS)), decided[KEY[0]].drop_duplicates())

    def _add_papers(self, part: pd.DataFrame, examined: Asked) -> pd.DataFrame:
        """Add some consignments; return the papers of those whose container may have been inspected."""
        made = {name: make(part) for name, (needs, make) in VALUES.items() if set(needs) <= set(part)}
        self._add(CONSIGNMENTS, part.assign(**made))
        if not set(PAPERS) <= set(part):
            return pd.DataFrame(columns=PAPERS)
        for name in KEY:
            part = part[Numbered(examined, part[[name]]).by(name) >= 0]
        return part[PAPERS]

    def _add(self, stream: str, events: pd.DataFrame) -> None:
        numbered = Numbered(self._asked, events)
        for (name, _), standing in self._at.items():
            if name == stream:
                standing.add(numbered, self.as_of.number)

    def _decided(self) -> pd.DataFrame:
        """Return the newest inspections that a sum counts."""
        known = self.as_of.table("inspection")
        event_on = self.as_of.days_of(known["decided_at"])
        results = known[list(KEY)].assign(event_on=event_on, is_contraband=known["outcome"].map(FINDS))
        return results[event_on > self.as_of.number - max(PLAN.windows(INSPECTIONS))]


def columns_read() -> tuple[set[str], set[str]]:
    """Return what is read of papers: where sums count them, and where only days do."""
    places = [place for place in PLAN.places if place[0] == CONSIGNMENTS]
    entities, seen = (set().union(*(made_of(by) for _, by in some)) for some in (places, set(places) & set(PLAN.seen)))
    values = {total.amount.value for place in places for total in PLAN.at(place)} - {""}
    of_values = set().union(*(VALUES[name][0] if name in VALUES else {name} for name in values))
    return entities | of_values | set(PAPERS), seen
