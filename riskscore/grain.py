"""What is scored and what is looked at: grains, their streams of events, and the features declared of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd
import pyarrow as pa

from riskscore.errors import FeatureError
from riskscore.measures import Declaration
from riskscore.store.asof import AsOf


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
class Stream:
    """Events made of tables of facts.

    `events` returns their versions: `event_on`, `known_on`, `superseded_on` as day numbers, entity and value columns.
    `near` names columns that every one of `tables` has, such that rows with other values of them have no part in an
    event: of what became known on a day, only the events near it are made again. Without it all of them are. The lake
    keeps on which days the values of the first of them lie.
    """

    events: Callable[[AsOf], pd.DataFrame]
    tables: tuple[str, ...]
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grain:
    """What is scored: how its rows are found on a day, what events surround them, and where labels come from.

    `population` returns the rows to score at a cut-off, with `key` and every entity column; `labels` returns what
    was learned by a cut-off: `key`, `decided_on` (day number of the last cut-off before the decision) and one column a
    target. `entities` says each entity column in words, `context` the type of each column of the population that is
    kept beside the features, for lists to show.
    """

    name: str
    key: tuple[str, ...]
    population: Callable[[AsOf], pd.DataFrame]
    streams: Mapping[str, Stream]
    labels: Callable[[AsOf], pd.DataFrame]
    entities: Mapping[str, str]
    context: Mapping[str, pa.DataType] = field(default_factory=dict)


@dataclass(frozen=True)
class Family:
    """One subject of features: trailing declarations and row functions."""

    trailing: Sequence[Declaration] = ()
    rows: Sequence[RowFeature] = ()


def family(*features: Declaration | RowFeature | Iterable[Declaration]) -> Family:
    """Collect declarations and row features into a family, in the order given."""
    flat = [one for given in features for one in ([given] if not isinstance(given, Iterable) else given)]
    rows = [one for one in flat if isinstance(one, RowFeature)]
    return Family([one for one in flat if not isinstance(one, RowFeature)], rows)
