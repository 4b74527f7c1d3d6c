"""Consignments as a day knows them, read from the whole history some days at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscore.store.asof import AsOf
from riskscore.store.history import ORDER

TABLE, VOYAGE = "consignment", "voyage_id"
DAYS_AT_ONCE = 45
"""Days of history read at once: all columns of all days together do not fit into memory."""


class Versions(NamedTuple):
    """Of every version its day, whether no newer one replaced it, and whether it is of one of the voyages."""

    event_on: npt.NDArray[np.int32]
    is_newest: npt.NDArray[np.bool_]
    is_of_voyages: npt.NDArray[np.bool_]


class Span(NamedTuple):
    """Days that are read at once, and which versions they hold."""

    first: date
    last: date
    versions: slice


@dataclass
class Papers:
    """Consignments as a day knows them: columns of the newest versions, some days at a time."""

    as_of: AsOf
    window: int
    """Days after which no sum counts a consignment any more."""
    voyages: pd.Series
    """Voyages whose papers are wanted however old they are."""

    def parts(self, columns: set[str], older: set[str]) -> Iterator[pd.DataFrame]:
        """Yield the newest versions with their `event_on`, part by part; of parts that nobody sums up only `older`."""
        for span in self._spans:
            event_on, is_newest, is_of_voyages = (one[span.versions] for one in self._versions)
            is_summed = is_newest & (is_of_voyages | (event_on > self.as_of.number - self.window))
            rows = self._read(span, columns | older if is_summed.any() else older)
            yield rows.assign(event_on=event_on)[is_newest]

    @cached_property
    def _versions(self) -> Versions:
        days, of_voyages, parts = [], [], []
        voyages = pd.util.hash_pandas_object(self.voyages, index=False)
        key = self.as_of.history.lake.schema(TABLE).key
        for span in self._spans:
            rows = self._read(span, {*key, *ORDER, "loaded_at"})
            hashed = pd.DataFrame({name: pd.util.hash_pandas_object(rows[name], index=False) for name in key})
            days.append(self.as_of.days_of(rows["loaded_at"]))
            of_voyages.append(hashed[VOYAGE].isin(voyages))
            parts.append(rows[[*ORDER]].assign(key=pd.util.hash_pandas_object(hashed, index=False)))
        versions = pd.concat(parts, ignore_index=True)
        several = versions["key"].duplicated(keep=False)
        newest = versions[several].sort_values(list(ORDER), kind="stable").drop_duplicates("key", keep="last").index
        is_newest = ~several.to_numpy()
        is_newest[newest] = True
        return Versions(np.concatenate(days), is_newest, np.concatenate(of_voyages))

    @cached_property
    def _spans(self) -> list[Span]:
        counts, spans, start = self.as_of.history.lake.row_counts(TABLE), [], 0
        days = sorted(day for day in counts if day <= self.as_of.day)
        for number in range(0, len(days), DAYS_AT_ONCE):
            some = days[number : number + DAYS_AT_ONCE]
            end = start + sum(counts[day] for day in some)
            spans.append(Span(some[0], some[-1], slice(start, end)))
            start = end
        return spans

    def _read(self, span: Span, columns: set[str]) -> pd.DataFrame:
        lake = self.as_of.history.lake
        return lake.read(TABLE, since=span.first, until=span.last, columns=sorted(columns))
