"""The lake as it was known at one instant: the only door that features have to data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscore.errors import FeatureError
from riskscore.store.among import is_among
from riskscore.store.history import FOREVER, History, Values, day_number, with_lifetimes


@dataclass(frozen=True)
class AsOf:
    """The lake as it was known at the cut-off of one day; nothing learned later is visible."""

    history: History
    day: date
    only: Values | None = None
    """Where given, nothing but rows with these values is seen: what belongs to them is there whole."""

    def __post_init__(self) -> None:
        if self.day > self.history.until:
            raise FeatureError(
                f"AsOf {self.day}: the history was opened until {self.history.until} only. Open it until {self.day}."
            )

    @property
    def number(self) -> int:
        """The day as days since 1970-01-01."""
        return day_number(self.day)

    def days_of(self, instants: pd.Series) -> npt.NDArray[np.int32]:
        """Return the business day of each instant (days since 1970-01-01): the first whose cut-off is not before it."""
        hours = np.timedelta64(24 - self.history.cutoff_hour, "h") - np.timedelta64(1, "us")
        utc = instants.dt.tz_convert(UTC).dt.tz_localize(None).to_numpy().astype("datetime64[us]")
        days: npt.NDArray[np.int32] = (utc + hours).astype("datetime64[D]").astype(np.int32)
        return days

    def cutoffs_before(self, instants: pd.Series) -> npt.NDArray[np.int32]:
        """Return the business day of the last cut-off not after each instant: what was known when it came."""
        hours = np.timedelta64(self.history.cutoff_hour, "h")
        utc = instants.dt.tz_convert(UTC).dt.tz_localize(None).to_numpy().astype("datetime64[us]")
        days: npt.NDArray[np.int32] = (utc - hours).astype("datetime64[D]").astype(np.int32)
        return days

    def table(
        self,
        name: str,
        *,
        among: Values | None = None,
        columns: Sequence[str] | None = None,
        known_for: int | None = None,
    ) -> pd.DataFrame:
        """Return the newest version of each key known at the cut-off, with `known_on` and `superseded_on`.

        `among` keeps only rows with those values, `known_for` only what became known in so many days up to the
        cut-off, `columns` only these columns. A table asked for in one of the first two ways is not read whole.
        """
        wanted = [*(self.only or {}).items(), *(among or {}).items()]
        since = None if known_for is None else self.day - timedelta(days=known_for - 1)
        needed = None if columns is None else [*columns, *dict(wanted)]
        versions = self.history.versions(name, among=dict(wanted), since=since, columns=needed)
        known_on = versions["known_on"].to_numpy()
        alive = (known_on <= self.number) & (versions["superseded_on"].to_numpy() > self.number)
        if known_for is not None:
            alive &= known_on > self.number - known_for
        rows = np.flatnonzero(alive)
        for column, values in wanted:
            rows = rows[is_among(versions[column].take(rows), values)]
        shown = versions if columns is None else versions[[*columns, "known_on", "superseded_on"]]
        return shown.take(rows).reset_index(drop=True)

    def values(self, name: str, column: str) -> set[str]:
        """Return every value that a column ever had, in a version known at the cut-off; for columns that have few."""
        return self.history.lake.values(name, column, until=self.day)

    def versions(self, name: str, *, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return every version of every key known at the cut-off, each alive on [known_on, superseded_on).

        Both are days since 1970-01-01 (int32); what replaced a version after the cut-off is not visible:
        `superseded_on` is FOREVER then. `columns` keeps only these columns.
        """
        only = self.only or {}
        versions = self.history.lying_near(name, only, None if columns is None else [*columns, *only])
        shown = versions if columns is None else versions[[*columns, "known_on", "superseded_on"]]
        seen = versions["known_on"].to_numpy() <= self.number
        for column, values in only.items():
            seen &= is_among(versions[column], values)
        known = shown if seen.all() else shown[seen].reset_index(drop=True)
        unseen = known["superseded_on"] > self.number
        return known.assign(superseded_on=known["superseded_on"].mask(unseen, FOREVER).astype(np.int32))

    def changed_since(self, day: date, tables: Sequence[str], near: Sequence[str]) -> "AsOf":
        """Return the same view of nothing but what changed in `tables` after `day`, and of all that lies near it.

        Near are rows that share their values of the columns `near`, which every one of the tables has.
        """
        return AsOf(self.history, self.day, self.history.changed(tables, near, after=day, until=self.day))


def join_versions(left: pd.DataFrame, right: pd.DataFrame, on: list[str]) -> pd.DataFrame:
    """Join two tables of versions; each pair is alive while both of its versions are.

    The answer equals joining the two tables as known on any one day, for every day at once.
    """
    pairs = left.merge(right, on=on, suffixes=("", "_right"))
    known_on = np.maximum(pairs["known_on"], pairs["known_on_right"])
    superseded_on = np.minimum(pairs["superseded_on"], pairs["superseded_on_right"])
    alive = known_on < superseded_on
    return pairs.assign(known_on=known_on, superseded_on=superseded_on)[alive].reset_index(drop=True)


__all__ = ["FOREVER", "AsOf", "History", "Values", "day_number", "join_versions", "with_lifetimes"]
