"""What a feature is, and how all features of a grain are computed for many days at once."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from riskscore.errors import FeatureError
from riskscore.measures import Declaration, Measure, trailing_columns
from riskscore.panel import Panel
from riskscore.store.asof import AsOf, History, day_number


@dataclass(frozen=True)
class RowFeature:
    """A pure function of the row: population (and trailing) columns in, one number a row out."""

    name: str
    sentence: str
    function: Callable[[pd.DataFrame], pd.Series]


def row_feature(function: Callable[[pd.DataFrame], pd.Series]) -> RowFeature:
    """Make `function` a feature named like it; its docstring is the sentence. Raises FeatureError without one."""
    name = getattr(function, "__name__", repr(function))
    sentence = (function.__doc__ or "").strip()
    if not sentence or "\n" in sentence:
        raise FeatureError(f"Feature {name}: wants a docstring of one sentence; officers read it beside the score.")
    return RowFeature(name, sentence, function)


@dataclass(frozen=True)
class Grain:
    """What is scored: how its rows are found on a day, what events surround them, and where labels come from.

    `population` returns the rows to score at a cut-off, with `key` and every entity column; `streams` return
    versions of events (`event_on`, `known_on`, `superseded_on` as day numbers, entity and value columns);
    `labels` returns what was learned by a cut-off: `key`, `decided_on` (date) and one column a target.
    `entities` says each entity column in words.
    """

    name: str
    key: tuple[str, ...]
    population: Callable[[AsOf], pd.DataFrame]
    streams: Mapping[str, Callable[[AsOf], pd.DataFrame]]
    labels: Callable[[AsOf], pd.DataFrame]
    entities: Mapping[str, str]


@dataclass(frozen=True)
class Family:
    """One subject of features: trailing declarations and row functions."""

    trailing: Sequence[Declaration] = ()
    rows: Sequence[RowFeature] = ()


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
        """Return one row per key and score day: `key`, `score_day`, then every feature as float64.

        One day computed alone has the same bits as that day computed among many. `each_day` is called as the
        population of each day is found, for a progress bar.
        """
        rows = self._population(history, days, each_day)
        as_of = history.as_of(max(days))
        trailing = trailing_columns(self.measures, Panel(rows, lambda stream: self._stream(stream, as_of)))
        seen = pd.concat([rows, trailing], axis=1)
        computed = {feature.name: as_float(feature.function(seen), feature.name) for feature in self.row_features}
        by_name = pd.concat([trailing, pd.DataFrame(computed, index=rows.index)], axis=1)
        return pd.concat([rows[["score_day", *self.grain.key]], by_name[self.names]], axis=1)

    def _population(self, history: History, days: Sequence[date], each_day: Callable[[date], None]) -> pd.DataFrame:
        def of(day: date) -> pd.DataFrame:
            each_day(day)
            found = self.grain.population(history.as_of(day))
            return found.assign(score_day=day, asked_on=np.int32(day_number(day)))

        found = pd.concat([of(day) for day in sorted(days)], ignore_index=True)
        return found.sort_values(["score_day", *self.grain.key], ignore_index=True, kind="stable")

    def _stream(self, name: str, as_of: AsOf) -> pd.DataFrame:
        if name not in self.grain.streams:
            known = ", ".join(self.grain.streams)
            raise FeatureError(f"Grain {self.grain.name}: no stream {name!r}; there are {known}.")
        return self.grain.streams[name](as_of)


def as_float(column: pd.Series, feature: str) -> pd.Series:
    """Return `column` as float64 with infinities missing; raise FeatureError where it holds no numbers."""
    try:
        numbers = pd.to_numeric(column).astype("float64")
    except (TypeError, ValueError):
        raise FeatureError(
            f"Feature {feature} returned {column.dtype}, not numbers. Return one number a row."
        ) from None
    return numbers.where(np.isfinite(numbers))


def family(*features: Declaration | RowFeature | Iterable[Declaration]) -> Family:
    """Collect declarations and row features into a family, in the order given."""
    flat = [one for given in features for one in ([given] if not isinstance(given, Iterable) else given)]
    rows = [one for one in flat if isinstance(one, RowFeature)]
    return Family([one for one in flat if not isinstance(one, RowFeature)], rows)
