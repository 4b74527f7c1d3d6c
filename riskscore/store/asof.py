"""The lake as it was known at one instant: the only door that features have to data."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscore.errors import FeatureError
from riskscore.store.lake import Lake, TableSchema

FOREVER = np.int32(2_000_000)
"""A day number (days since 1970-01-01) after every real one."""


UNSEEN = ("known_at", "delivery_id", "source", "handling", "purpose", "retain_until")
"""Lineage that says nothing about the cargo, and so is not read for features."""


def day_number(day: date) -> int:
    """Return the days from 1970-01-01 to `day`."""
    return (day - date(1970, 1, 1)).days


@dataclass(frozen=True)
class AsOf:
    """The lake as it was known at the cut-off of one day; nothing learned later is visible."""

    history: "History"
    day: date

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

    def table(
        self,
        name: str,
        *,
        among: Mapping[str, Collection[str]] | None = None,
        columns: Sequence[str] | None = None,
        known_for: int | None = None,
    ) -> pd.DataFrame:
        """Return the newest version of each key known at the cut-off, with `known_on` and `superseded_on`.

        `among` keeps only rows with those values, `known_for` only what became known in so many days up to the
        cut-off, `columns` only these columns.
        """
        versions = self.history.versions(name)
        known_on = versions["known_on"].to_numpy()
        alive = (known_on <= self.number) & (versions["superseded_on"].to_numpy() > self.number)
        if known_for is not None:
            alive &= known_on > self.number - known_for
        rows = np.flatnonzero(alive)
        for column, values in (among or {}).items():
            rows = rows[versions[column].take(rows).isin(values).to_numpy()]
        shown = versions if columns is None else versions[[*columns, "known_on", "superseded_on"]]
        return shown.take(rows).reset_index(drop=True)

    def versions(self, name: str) -> pd.DataFrame:
        """Return every version of every key known at the cut-off, each alive on [known_on, superseded_on).

        Both are days since 1970-01-01 (int32); what replaced a version after the cut-off is not visible:
        `superseded_on` is FOREVER then.
        """
        versions = self.history.versions(name)
        known = versions[versions["known_on"] <= self.number].reset_index(drop=True)
        unseen = known["superseded_on"] > self.number
        return known.assign(superseded_on=known["superseded_on"].mask(unseen, FOREVER).astype(np.int32))


@dataclass(frozen=True)
class History:
    """The lake's tables up to one day, each read once; hands out what was known on any day before."""

    lake: Lake
    until: date
    cutoff_hour: int = 6
    kept: dict[tuple[str, date], tuple[int, pd.DataFrame]] = field(default_factory=dict, repr=False, compare=False)
    """What was read before, by table and day, with the table's version: histories may share it."""
    _read: dict[str, pd.DataFrame] = field(default_factory=dict, init=False, repr=False, compare=False)

    def as_of(self, day: date) -> AsOf:
        """Return the world as known at the cut-off of `day`."""
        return AsOf(self, day)

    def versions(self, name: str) -> pd.DataFrame:
        """Return all versions of all keys with `known_on` and `superseded_on`, oldest first.

        A history sees one state of a table, that of its first look: what is committed meanwhile changes nothing.
        """
        if name not in self._read:
            self._read[name] = self._versions(name)
        return self._read[name]

    def _versions(self, name: str) -> pd.DataFrame:
        version = self.lake.version(name)
        found = self.kept.get((name, self.until))
        if found is None or found[0] != version:
            schema = self.lake.schema(name)
            columns = [column for column in schema.arrow().names if column not in UNSEEN]
            found = version, with_lifetimes(self.lake.read(name, until=self.until, columns=columns), schema)
            self.kept[name, self.until] = found
        return found[1]


def with_lifetimes(rows: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """Add `known_on` and `superseded_on` (days since 1970-01-01, int32) to the versions of each key.

    A version is alive from the day it was known until a newer version of its key was. Versions known on
    the same day are ordered by delivery and row, and only the last of them is ever alive.
    """
    order = ["known_on", "delivery_number", "row_number"] if schema.is_fact else ["known_on", *schema.key]
    days = pd.to_datetime(rows[schema.partition]).to_numpy().astype("datetime64[D]").astype(np.int32)
    versions = rows.assign(known_on=days).sort_values(order, ignore_index=True, kind="stable")
    following = versions.groupby(list(schema.key), sort=False, dropna=False)["known_on"].shift(-1)
    return versions.assign(superseded_on=following.fillna(FOREVER).astype(np.int32))


def join_versions(left: pd.DataFrame, right: pd.DataFrame, on: list[str]) -> pd.DataFrame:
    """Join two tables of versions; each pair is alive while both of its versions are.

    The answer equals joining the two tables as known on any one day, for every day at once.
    """
    pairs = left.merge(right, on=on, suffixes=("", "_right"))
    known_on = np.maximum(pairs["known_on"], pairs["known_on_right"])
    superseded_on = np.minimum(pairs["superseded_on"], pairs["superseded_on_right"])
    alive = known_on < superseded_on
    return pairs.assign(known_on=known_on, superseded_on=superseded_on)[alive].reset_index(drop=True)
