"""The lake's tables up to one day, as versions: read whole, or only where something is asked."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from threading import RLock
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscore.store.lake import Lake
from riskscore.store.table import TableSchema

if TYPE_CHECKING:
    from riskscore.store.asof import AsOf

FOREVER = np.int32(2_000_000)
"""A day number (days since 1970-01-01) after every real one."""

UNSEEN = ("known_at", "delivery_id", "source", "handling", "purpose", "retain_until")
"""Lineage that says nothing about the cargo, and so is not read for features."""

ORDER = ("delivery_number", "row_number")
"""Lineage that says which of two versions of a fact is newer."""

OFTEN = 16
"""A table that something is looked up in so often is read whole, as for many days at once it is."""
WHOLE_ROWS = 5_000_000
"""A table of more rows never is."""

Values = Mapping[str, Collection[str]]
"""Values of columns: a row belongs to them whose every such column has one of its values."""


@dataclass(frozen=True)
class Kept:
    """What histories up to the same day have read, for the next of them; each with the version of its tables then."""

    whole: dict[str, tuple[int, pd.DataFrame]] = field(default_factory=dict)
    """By table."""
    near: dict[str, tuple[int, Values, pd.DataFrame]] = field(default_factory=dict)
    """By table: what lies near these values."""
    changed: dict[tuple[date, date, tuple[str, ...], tuple[str, ...]], tuple[list[int], Values]] = field(
        default_factory=dict
    )
    """By what `changed` was asked."""
    reading: RLock = field(default_factory=RLock, repr=False, compare=False)
    """Held by the one thread that reads a table whole, or what became known since a day."""


def day_number(day: date) -> int:
    """Return the days from 1970-01-01 to `day`."""
    return (day - date(1970, 1, 1)).days


def day_of(number: int) -> date:
    """Return the day that is so many days after 1970-01-01."""
    return date(1970, 1, 1) + timedelta(days=number)


@dataclass(frozen=True)
class History:
    """The lake's tables up to one day; hands out what was known on any day before.

    A history sees one state of a table, that of its first look: what is committed meanwhile changes nothing.
    """

    lake: Lake
    until: date
    cutoff_hour: int = 6
    kept: Kept = field(default_factory=Kept, repr=False, compare=False)
    _whole: dict[str, pd.DataFrame] = field(default_factory=dict, init=False, repr=False, compare=False)
    _near: dict[str, tuple[Values, pd.DataFrame]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _lookups: Counter[str] = field(default_factory=Counter, init=False, repr=False, compare=False)
    _since: dict[str, tuple[date, pd.DataFrame]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def as_of(self, day: date) -> "AsOf":
        """Return the world as known at the cut-off of `day`."""
        from riskscore.store.asof import AsOf  # noqa: PLC0415 each hands out the other

        return AsOf(self, day)

    def versions(
        self,
        name: str,
        *,
        among: Values | None = None,
        since: date | None = None,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Return versions of keys with `known_on` and `superseded_on`, oldest first; all, unless asked for fewer.

        With `among` or `since`, at least every version of every key that has such a row, or that became known since;
        lifetimes are right for those. With `columns`, at least these. So much is read, and no more, unless the table
        was read whole before.
        """
        if name in self._whole:
            return self._whole[name]
        is_found = among is not None and self._finds(name, among)
        if among and is_found and not self._is_worth_reading(name):
            return self._read(name, among=self._keys(name, among), since=since, columns=columns)
        if since and not is_found:
            return self._recent(name, since)
        self._whole[name] = self._read_whole(name)
        return self._whole[name]

    def lying_near(self, name: str, among: Values, columns: Sequence[str] | None) -> pd.DataFrame:
        """Return what `versions` does of these columns; asked for the same values again, what was found then."""
        wanted = self._seen(name, columns)
        asked, found = self._near.get(name, (None, pd.DataFrame()))
        if asked is among and set(wanted) <= set(found):
            return found
        version = self.lake.version(name)
        then, asked, found = self.kept.near.get(name, (version, None, pd.DataFrame()))
        if then != version or asked is not among or not set(wanted) <= set(found):
            found = self.versions(name, among=among, columns=wanted)
            if name not in self._whole:
                self.kept.near[name] = version, among, found
        self._near[name] = among, found
        return found

    def changed(self, names: Sequence[str], columns: Sequence[str], *, after: date, until: date) -> Values:
        """Return the values of these columns that rows of these tables have that were touched in (after, until]."""
        names = sorted(names)
        asked, versions = (after, until, tuple(names), tuple(columns)), [self.lake.version(name) for name in names]
        then, found = self.kept.changed.get(asked, ([], {}))
        if then != versions:
            touched = pd.concat([self.touched(name, columns, after=after, until=until) for name in names])
            found = {column: touched[column].dropna().drop_duplicates() for column in columns}
            self.kept.changed[asked] = versions, found
        return found

    def touched(self, name: str, columns: Sequence[str], *, after: date, until: date) -> pd.DataFrame:
        """Return these columns of every row that became known in (after, until], or was replaced then."""
        key, since = self.lake.schema(name).key, after + timedelta(days=1)
        if set(columns) <= set(key):  # what was replaced has the same values
            return self.lake.read(name, since=since, until=until, columns=list(columns))
        fresh = self.lake.read(name, since=since, until=until, columns=list(key))
        versions, first, last = self.versions(name, among=_values(fresh)), day_number(after), day_number(until)
        came = versions["known_on"].gt(first) & versions["known_on"].le(last)
        left = versions["superseded_on"].gt(first) & versions["superseded_on"].le(last)
        return versions.loc[came | left, list(columns)]

    def rows_by(self, name: str, day: date) -> int:
        """Return how many rows a table held that were known by the cut-off of `day`."""
        return sum(rows for known, rows in self.lake.row_counts(name).items() if known <= day)

    def rows_by_day(self, names: Sequence[str]) -> dict[date, int]:
        """Return how many rows of these tables together became known on each day up to the last."""
        counts = Counter[date]()
        for name in names:
            counts.update(self.lake.row_counts(name))
        return {day: rows for day, rows in counts.items() if day <= self.until}

    def _finds(self, name: str, columns: Iterable[str]) -> bool:
        """Tell whether rows with values of these columns are found without reading the table whole."""
        schema = self.lake.schema(name)
        return not set(columns).isdisjoint(schema.key) or schema.located(columns) is not None

    def _keys(self, name: str, among: Values) -> Values:
        """Return values of key columns that every version of every key has that has a row with those values."""
        schema = self.lake.schema(name)
        by_key = {column: values for column, values in among.items() if column in schema.key}
        if by_key and schema.located(by_key) == schema.located(among):
            return by_key
        return _values(self.lake.read(name, until=self.until, columns=list(schema.key), among=among))

    def _is_worth_reading(self, name: str) -> bool:
        self._lookups[name] += 1
        return self._lookups[name] >= OFTEN and self.rows_by(name, self.until) <= WHOLE_ROWS

    def _recent(self, name: str, since: date) -> pd.DataFrame:
        with self.kept.reading:
            if name not in self._since or self._since[name][0] > since:
                self._since[name] = since, self._read(name, since=since)
            return self._since[name][1]

    def _read_whole(self, name: str) -> pd.DataFrame:
        with self.kept.reading:
            version = self.lake.version(name)
            then, found = self.kept.whole.get(name, (version, None))
            if found is None or then != version:
                found = self._read(name)
                self.kept.whole[name] = version, found
            return found

    def _read(
        self,
        name: str,
        *,
        among: Values | None = None,
        since: date | None = None,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        seen = self._seen(name, columns)
        rows = self.lake.read(name, until=self.until, since=since, columns=seen, among=among or None)
        return with_lifetimes(rows, self.lake.schema(name))

    def _seen(self, name: str, columns: Sequence[str] | None) -> list[str]:
        """Return these columns, or all that features may see, with those that tell versions apart."""
        schema = self.lake.schema(name)
        wanted = {*columns, *schema.key, *ORDER, schema.partition} if columns else set(schema.arrow().names)
        return [column for column in schema.arrow().names if column in wanted - set(UNSEEN)]


def _values(keys: pd.DataFrame) -> dict[str, pd.Series]:
    return {str(column): keys[column].drop_duplicates() for column in keys}


def with_lifetimes(rows: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """Add `known_on` and `superseded_on` (days since 1970-01-01, int32) to the versions of each key.

    A version is alive from the day it was known until one of a later delivery (of a later row of the same one) was. One
    that became known after such a newer one, as a row put right late does, was never alive.
    """
    order, key = [*(ORDER if schema.is_fact else ()), "known_on"], list(schema.key)
    known_on = pd.to_datetime(rows[schema.partition]).to_numpy().astype("datetime64[D]").astype(np.int32)
    rows = rows.assign(known_on=known_on, superseded_on=FOREVER).reset_index(drop=True)
    several = rows.duplicated(key, keep=False)
    if several.any():
        alike = rows.loc[several, list(dict.fromkeys([*key, *order]))]
        rows.loc[several, "superseded_on"] = _replaced_on(alike, key, order)
    oldest_first = np.lexsort([rows[name].to_numpy() for name in (*reversed(order), "known_on")])
    return rows.take(oldest_first).reset_index(drop=True)


def _replaced_on(rows: pd.DataFrame, key: list[str], order: list[str]) -> npt.NDArray[np.int32]:
    """Return the day on which a newer version of its key replaced each row."""
    newest_first = rows.sort_values(order, ascending=False, kind="stable")
    of_key = newest_first.groupby(key, sort=False, dropna=False).ngroup()
    known_on = newest_first["known_on"]
    newer_on = known_on.groupby(of_key).cummin().groupby(of_key).shift(1).fillna(FOREVER).astype(np.int32)
    found: npt.NDArray[np.int32] = known_on.clip(lower=newer_on).reindex(rows.index).to_numpy()
    return found
