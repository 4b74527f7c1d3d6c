"""All features of a grain, computed for many days at once."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from inspect import getmodule, getsource

import numpy as np
import pandas as pd

from riskscore.crew import ALONE, Crew
from riskscore.errors import FeatureError
from riskscore.grain import Family, Grain, RowFeature, Stream
from riskscore.measures import Measure, planned, trailing_columns
from riskscore.panel import Panel, Place, Plan
from riskscore.store.asof import AsOf
from riskscore.store.history import History, day_number, day_of
from riskscore.trailing import NEVER, Journal, Leg, Segment, State, journal_of


@dataclass(frozen=True)
class FeatureSet:
    """All features of one grain."""

    grain: Grain
    families: Mapping[str, Family]

    def __post_init__(self) -> None:
        doubled = {name for name in self.names if self.names.count(name) > 1}
        if doubled:
            raise FeatureError(f"Grain {self.grain.name}: feature(s) declared twice: {', '.join(sorted(doubled))}.")

    @cached_property
    def measures(self) -> list[Measure]:
        """Every trailing column."""
        declared = (declaration for family in self.families.values() for declaration in family.trailing)
        return [measure for declaration in declared for measure in declaration.measures()]

    @cached_property
    def row_features(self) -> list[RowFeature]:
        """Every row feature."""
        return [feature for family in self.families.values() for feature in family.rows]

    @cached_property
    def sentences(self) -> dict[str, str]:
        """What each feature means, by name, in the order of the columns."""
        trailing = {measure.name: measure.sentence.format(**self.grain.entities) for measure in self.measures}
        return {**trailing, **{feature.name: feature.sentence for feature in self.row_features}}

    def measured_on(self, stream: str) -> frozenset[str]:
        """Return the features that count, sum or rate events of `stream`."""
        return frozenset(measure.name for measure in self.measures if measure.stream == stream)

    def restless(self, known_days: Mapping[str, int]) -> dict[str, str]:
        """Return the trailing features that grow with the calendar, each with why; `known_days` by stream."""
        why = {measure.name: measure.restless(known_days[measure.stream]) for measure in self.measures}
        return {name: reason for name, reason in why.items() if reason}

    @property
    def names(self) -> list[str]:
        """The feature columns in order, doubled ones kept."""
        return [measure.name for measure in self.measures] + [feature.name for feature in self.row_features]

    @cached_property
    def version(self) -> str:
        """Twelve hex digits that change when any feature's name or sentence does."""
        return hashlib.sha256(repr(list(self.sentences.items())).encode()).hexdigest()[:12]

    def compute(
        self, history: History, days: Sequence[date], *, each_day: Callable[[date], None] = lambda _: None
    ) -> pd.DataFrame:
        """Return one row per key and score day: `score_day`, `key`, the context, then every feature as float64.

        One day computed alone has the same bits as that day computed among many. `each_day` is called as the
        population of each day is found, for a progress bar.
        """
        return self.advance(history, days, None, each_day=each_day)[0]

    def advance(
        self,
        history: History,
        days: Sequence[date],
        state: State | None,
        *,
        each_day: Callable[[date], None] = lambda _: None,
        crew: Crew = ALONE,
    ) -> tuple[pd.DataFrame, State]:
        """Return the features of `days`, as `compute` does, and the state at the end of the last of them.

        With the `state` of a day before them, no more is read of the streams than what became known since. The
        features have the same bits either way, and whatever crew follows the entities.
        """
        journey = Journey(self, history.as_of(max(days)), state, first=min(days))
        with ThreadPoolExecutor(1, "journals") as beside:  # both wait for the disk, and much of both is compiled
            journals = beside.submit(journey.journals)
            rows = self._population(history, days, each_day)
        panel = journey.panel(rows, journals.result(), crew)
        trailing = trailing_columns(self.measures, panel)
        seen = pd.concat([rows, trailing], axis=1)
        computed = {feature.name: as_float(feature.function(seen), feature.name) for feature in self.row_features}
        by_name = pd.concat([trailing, pd.DataFrame(computed, index=rows.index)], axis=1)
        known = rows[["score_day", *self.grain.key, *self.grain.context]]
        return pd.concat([known, by_name[self.names]], axis=1), journey.end(panel)

    def carry(self, history: History, until: date, state: State | None, *, crew: Crew = ALONE) -> State:
        """Return the state at the end of `until`, from that of a day before, or from nothing."""
        nobody = pd.DataFrame({name: pd.Series(dtype="str") for name in self.grain.entities})
        journey = Journey(self, history.as_of(until), state, first=until)
        asked = nobody.assign(asked_on=np.int32(0), event_on=np.int32(0))
        return journey.end(journey.panel(asked, journey.journals(), crew))

    @cached_property
    def plan(self) -> Plan:
        """What the trailing features want of the streams."""
        return planned(self.measures)

    @property
    def tables(self) -> list[str]:
        """The tables that the streams are made of."""
        return sorted({table for name in self.plan.streams for table in self.stream(name).tables})

    def origin(self, history: History, day: date) -> str:
        """Return what a state of `day` rests on: streams, measures, and how many rows each table held by then."""
        held = {table: history.rows_by(table, day) for table in self.tables}
        return hashlib.sha256(repr((self.plan, self._sources, held)).encode()).hexdigest()

    @cached_property
    def _sources(self) -> tuple[str, ...]:
        """The source of every module that makes a stream: other code may make other events."""
        made_in = {getmodule(self.stream(name).events) for name in self.plan.streams}
        return tuple(sorted(getsource(module) for module in made_in if module is not None))

    def stream(self, name: str) -> Stream:
        """Return the stream of this name; raise FeatureError if the grain has none."""
        if name not in self.grain.streams:
            known = ", ".join(self.grain.streams)
            raise FeatureError(f"Grain {self.grain.name}: no stream {name!r}; there are {known}.")
        return self.grain.streams[name]

    def _population(self, history: History, days: Sequence[date], each_day: Callable[[date], None]) -> pd.DataFrame:
        def of(day: date) -> pd.DataFrame:
            each_day(day)
            found = self.grain.population(history.as_of(day))
            return found.assign(score_day=day, asked_on=np.int32(day_number(day)))

        found = pd.concat([of(day) for day in sorted(days)], ignore_index=True)
        return found.sort_values(["score_day", *self.grain.key], ignore_index=True, kind="stable")


@dataclass(frozen=True)
class Journey:
    """From a state, or from nothing, through the days up to that of `as_of`."""

    features: FeatureSet
    as_of: AsOf
    state: State | None
    first: date
    _fresh: dict[str, Journal] = field(default_factory=dict, init=False, repr=False)
    _views: dict[tuple[str, ...], AsOf] = field(default_factory=dict, init=False, repr=False)

    def journals(self) -> dict[str, Journal]:
        """Return the journal of every stream."""
        return {stream: self._journal(stream) for stream in self.features.plan.streams}

    def panel(self, rows: pd.DataFrame, journals: Mapping[str, Journal], crew: Crew) -> Panel:
        """Answer what is asked of the rows."""
        return Panel(rows, self.features.plan, journals, self._leg, crew)

    def end(self, panel: Panel) -> State:
        """Return the state at the end of the last day."""
        origin = self.features.origin(self.as_of.history, self.as_of.day)
        still_open = {stream: tuple(self._open(stream, origin)) for stream in self.features.plan.streams}
        return State(self.as_of.number, origin, panel.closing, still_open)

    def _leg(self, place: Place) -> Leg:
        if self.state is None:
            return Leg(day_number(self.first), self.as_of.number)
        return Leg(self.state.day + 1, self.as_of.number, self.state.balances[place])

    def _journal(self, stream: str) -> Journal:
        """Return what became known since the state, and what leaves a window since."""
        came = self._fresh[stream] = self._came(stream)
        if self.state is None:
            return came
        started, ended = self.state.day + 1, self.as_of.number
        leaving = [
            segment.between(start, end)
            for start, end in united([(started - window, ended - window) for window in self._windows(stream)])
            for segment in self.state.open[stream]
        ]
        return Journal.joined([came, *leaving])

    def _came(self, stream: str) -> Journal:
        plan = self.features.plan
        declared = self.features.stream(stream)
        return journal_of(
            declared.events(self._view(declared.near)),
            stream,
            plan.entities(stream),
            plan.amounts(stream),
            since=int(NEVER) if self.state is None else self.state.day,
            until=self.as_of.number,
        )

    def _view(self, near: tuple[str, ...]) -> AsOf:
        """Return what streams that look near by these columns need to see: all that lies near what changed.

        They share one view, so that what lies there is looked at once for all of them.
        """
        if self.state is None or not near:
            return self.as_of
        if near not in self._views:
            alike = [one for one in map(self.features.stream, self.features.plan.streams) if one.near == near]
            tables = dict.fromkeys(table for one in alike for table in one.tables)
            self._views[near] = self.as_of.changed_since(day_of(self.state.day), list(tables), near)
        return self._views[near]

    def _open(self, stream: str, origin: str) -> Iterator[Segment]:
        """Yield the entries whose events are still in a window at the end of the last day.

        A segment's name says what it holds: the same stream, days and origin are the same entries.
        """
        longest, ended = max(self._windows(stream), default=0), self.as_of.number
        for segment in () if self.state is None else self.state.open[stream]:
            if segment.last_event + longest > ended:
                yield segment
        came = self._fresh[stream]
        is_open = came.event_on.astype(np.int64) + longest > ended
        if longest and is_open.any():
            since = "start" if self.state is None else str(self.state.day + 1)
            yield Segment.of(f"{stream}-{since}-{ended}-{origin[:16]}", came.take(is_open))

    def _windows(self, stream: str) -> tuple[int, ...]:
        return self.features.plan.windows(stream)


def united(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return ranges of days, both ends included, with those that overlap made one."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found


def as_float(column: pd.Series, feature: str) -> pd.Series:
    """Return `column` as float64 with infinities missing; raise FeatureError where it holds no numbers."""
    try:
        numbers = pd.to_numeric(column).astype("float64")
    except (TypeError, ValueError):
        raise FeatureError(
            f"Feature {feature} returned {column.dtype}, not numbers. Return one number a row."
        ) from None
    return numbers.where(np.isfinite(numbers))
