"""The trailing features of a day's containers by pandas over the whole history: what they cost without states."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from features import FEATURE_SETS
from features.containers import FINDS, KEY, PAPERS, log_ratio, with_entities
from riskscore.measures import trailing_columns
from riskscore.panel import Column, Place, Total
from riskscore.settings import Settings
from riskscore.steps.workspace import open_workspace
from riskscore.store import Lake
from riskscore.store.asof import AsOf
from riskscore.store.history import ORDER

CONTAINERS = FEATURE_SETS["container"]
DAYS_AT_ONCE = 90
"""Days of history read at once: all columns of all days together do not fit into memory."""
EVER = 10**6
"""More days than any history has."""

Made = tuple[tuple[str, ...], Callable[[pd.DataFrame], pd.Series]]
"""Columns, and what is made of them."""


def last_port(rows: pd.DataFrame) -> pd.Series:
    """Return the transhipment port that each consignment passed last."""
    return rows["transhipment_ports"].str.replace(r"^.* ", "", regex=True)


ENTITIES: Mapping[str, Made] = {
    "pair_id": (("shipper_id", "consignee_id"), lambda rows: rows["shipper_id"] + ">" + rows["consignee_id"]),
    "lane_id": (("hs6", "port_of_loading"), lambda rows: rows["hs6"] + "@" + rows["port_of_loading"]),
    "transhipment_port": (("transhipment_ports",), last_port),
    "shipper_route_id": (
        ("shipper_id", "transhipment_ports"),
        lambda rows: rows["shipper_id"] + "@" + last_port(rows),
    ),
}
"""Entities that are no column of the papers: what `with_entities` makes, one at a time from what each needs."""
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


class Versions(NamedTuple):
    """The day every version was loaded, and whether no newer one replaced it."""

    event_on: npt.NDArray[np.int32]
    is_newest: npt.NDArray[np.bool_]


@dataclass
class Papers:
    """Consignments as a day knows them: columns of the newest versions, some days at a time."""

    lake: Lake
    as_of: AsOf

    def parts(self, columns: Collection[str]) -> Iterator[pd.DataFrame]:
        """Yield these columns, and `event_on`, of some newest versions after the other."""
        start = 0
        for rows in self._read(sorted(columns)):
            end = start + len(rows)
            some = slice(start, end)
            yield rows.assign(event_on=self._versions.event_on[some])[self._versions.is_newest[some]]
            start = end

    @cached_property
    def _versions(self) -> Versions:
        key, days, parts = list(self.lake.schema("consignment").key), [], []
        for rows in self._read([*key, *ORDER, "loaded_at"]):
            days.append(self.as_of.days_of(rows["loaded_at"]))
            parts.append(rows[[*ORDER]].assign(key=pd.util.hash_pandas_object(rows[key], index=False)))
        versions = pd.concat(parts, ignore_index=True)
        several = versions["key"].duplicated(keep=False)
        newest = versions[several].sort_values(list(ORDER), kind="stable").drop_duplicates("key", keep="last").index
        is_newest = ~several.to_numpy()
        is_newest[newest] = True
        return Versions(np.concatenate(days), is_newest)

    def _read(self, columns: list[str]) -> Iterator[pd.DataFrame]:
        days, last = self.lake.row_counts("consignment"), self.as_of.day
        first = min(days, default=last)
        while first <= last:
            until = min(last, first + timedelta(days=DAYS_AT_ONCE - 1))
            yield self.lake.read("consignment", since=first, until=until, columns=columns)
            first = until + timedelta(days=1)


@dataclass(frozen=True)
class Grouped:
    """The events of the entities asked about: their day and values, and which of the entities each is of."""

    entities: pd.Index
    events: pd.DataFrame
    codes: npt.NDArray[np.intp]

    def of(self, rows: pd.Series, found: pd.Series) -> pd.Series:
        """Return what was found by code for the entity of each row."""
        return found.reindex(self.entities.get_indexer(pd.Index(rows))).set_axis(rows.index)


@dataclass
class FullHistory:
    """Answers what a Panel answers, from all events again: those of the entities asked about, grouped once a window."""

    rows: pd.DataFrame
    as_of: AsOf
    _sums: dict[Total, npt.NDArray[np.float64]] = field(default_factory=dict, init=False)
    _seen: dict[Place, pd.DataFrame] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for place in CONTAINERS.plan.places:
            grouped = self._grouped(place)
            for total in CONTAINERS.plan.at(place):
                self._sums[total] = self._sum(grouped, total)
            if place in CONTAINERS.plan.seen:
                self._seen[place] = self._days(grouped, self.rows[str(place[1])])

    def total(self, total: Total) -> Column:
        """Return, per row, the sum for its entity, in units of the value."""
        return self._sums[total] / (total.amount.scale or 1)

    def days_since_first(self, stream: str, by: str) -> Column:
        """Return, per row, the days since its entity's first event."""
        return self._since(self._seen[stream, by]["first"])

    def days_since_last(self, stream: str, by: str, *, but_own: bool) -> Column:
        """Return, per row, the days since its entity's last event; with `but_own`, of a day other than its own."""
        seen = self._seen[stream, by]
        is_own = seen["latest"] == self.rows["event_on"]
        return self._since(seen["latest"].mask(is_own, seen["before"]) if but_own else seen["latest"])

    def has(self, by: str) -> npt.NDArray[np.bool_]:
        """Tell, per row, whether its entity is known."""
        known: npt.NDArray[np.bool_] = self.rows[by].notna().to_numpy()
        return known

    def _since(self, days: pd.Series) -> Column:
        column: Column = self.as_of.number - days.to_numpy(dtype=np.float64)
        return column

    def _grouped(self, place: Place) -> Grouped:
        stream, by = place
        values = sorted({total.amount.value for total in CONTAINERS.plan.at(place)} - {""})
        parts = self._consignments(by, values) if stream == "consignments" else [self._events(stream)]
        asked = pd.Index([0] if by is None else self._asked(by))
        events, codes = [], []
        for part in parts:
            mine = part if by is None else part[part[by].isin(asked)]
            events.append(mine[["event_on", *values]])
            codes.append(np.zeros(len(mine), np.intp) if by is None else asked.get_indexer(pd.Index(mine[by])))
        return Grouped(asked, pd.concat(events, ignore_index=True), np.concatenate(codes))

    def _sum(self, grouped: Grouped, total: Total) -> npt.NDArray[np.float64]:
        inside = (grouped.events["event_on"] > self.as_of.number - (total.window or EVER)).to_numpy()
        sums = pd.Series(total.amount.of(grouped.events[inside])).groupby(grouped.codes[inside]).sum()
        if total.by is None:
            return np.full(len(self.rows), float(sums.sum()))
        found: npt.NDArray[np.float64] = grouped.of(self.rows[total.by], sums).fillna(0).to_numpy(dtype=np.float64)
        return found

    def _days(self, grouped: Grouped, rows: pd.Series) -> pd.DataFrame:
        """Return the first day, the latest and the one before that of the entity of each row."""
        days = grouped.events["event_on"]
        by_entity = days.groupby(grouped.codes).agg(["min", "max"])
        is_earlier = days.to_numpy() < by_entity["max"].reindex(grouped.codes).to_numpy()
        before = days[is_earlier].groupby(grouped.codes[is_earlier]).max()
        found = {"first": by_entity["min"], "latest": by_entity["max"], "before": before}
        return pd.DataFrame({name: grouped.of(rows, column) for name, column in found.items()})

    def _asked(self, column: str) -> npt.NDArray[np.object_]:
        asked: npt.NDArray[np.object_] = self.rows[column].dropna().unique().to_numpy(dtype=object)
        return asked

    def _consignments(self, by: str | None, values: list[str]) -> Iterator[pd.DataFrame]:
        """Yield consignments that may be of the entities asked about."""
        columns, entity = ENTITIES.get(str(by), ((str(by),), None))
        made = {name: VALUES[name] for name in values if name in VALUES}
        of_values = {*(set(values) - set(made)), *(part for parts, _ in made.values() for part in parts)}
        for part in self._papers.parts({*columns, *of_values}):
            rows = part
            for column in (one for one in columns if one in CONTAINERS.grain.entities):
                rows = rows[rows[column].isin(self._asked(column))]
            rows = rows.assign(**{str(by): entity(rows)}) if entity else rows
            yield rows.assign(**{name: make(rows) for name, (_, make) in made.items()})

    def _events(self, stream: str) -> pd.DataFrame:
        if stream == "inspections":
            return self._inspections
        events = CONTAINERS.stream(stream).events(self.as_of)
        return events[events["superseded_on"] > self.as_of.number]

    @cached_property
    def _papers(self) -> Papers:
        return Papers(self.as_of.history.lake, self.as_of)

    @cached_property
    def _inspections(self) -> pd.DataFrame:
        """The newest inspections, once for each consignment of their container."""
        decided = self.as_of.table("inspection")
        results = decided[list(KEY)].assign(
            event_on=self.as_of.days_of(decided["decided_at"]), is_contraband=decided["outcome"].map(FINDS)
        )
        voyages = results[KEY[0]].unique()
        papers = [part[part[KEY[0]].isin(voyages)].drop(columns="event_on") for part in self._papers.parts(PAPERS)]
        return with_entities(results.merge(pd.concat(papers), on=list(KEY)))
