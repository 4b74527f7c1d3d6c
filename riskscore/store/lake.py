"""Versioned tables of facts on Delta Lake: publish, replace days, read."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_
from pathlib import Path
from random import SystemRandom
from typing import Any, Self, TypeVar

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as pads
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError

from riskscore.errors import SchemaMismatchError, StoreError, UnknownTableError
from riskscore.store.among import value_set
from riskscore.store.locator import FilesByDay, Locator, ReadDays, Roster
from riskscore.store.opened import OpenTables, TablesThen
from riskscore.store.permit import Permit
from riskscore.store.place import Place

Made = TypeVar("Made")

STATISTICS_OF = "delta.dataSkippingStatsColumns"
STATISTICS = "delta.dataSkippingNumIndexedCols"
"""Delta's words for the columns whose bounds stand in the log, by name or by number."""

OUTSIDE = "failed validation check"
"""Delta's words for rows that do not belong to what they would replace."""

COMMIT_ATTEMPTS = 10
"""A commit that lost the race against another process is made again this often at most."""
LONGEST_PAUSE = 2.0
"""Seconds before the last attempt, at most; earlier ones wait less."""

UTC_MICROSECONDS = pa.timestamp("us", tz="UTC")

LINEAGE: Mapping[str, pa.DataType] = {
    "known_at": UTC_MICROSECONDS,
    "known_day": pa.date32(),
    "delivery_id": pa.string(),
    "delivery_number": pa.int64(),
    "row_number": pa.int64(),
    "source": pa.string(),
    "originator": pa.string(),
    "handling": pa.string(),
    "purpose": pa.string(),
    "retain_until": pa.date32(),
}
"""What every fact carries: when we learned it, from which row of which delivery, and on whose terms."""

MEASURED = ("delivery_id", "row_number", "retain_until")
"""Columns of facts whose least and greatest values stand in the log: who replaces or removes rows asks for them."""


@dataclass(frozen=True)
class TableSchema:
    """Columns, key and partition of one lake table; facts are partitioned by `known_day` and carry LINEAGE.

    `located_by` names columns, beside the first of the key, whose values are asked for again and again: the lake keeps
    on which days each of them lies.
    """

    name: str
    columns: Mapping[str, pa.DataType]
    key: tuple[str, ...]
    partition: str = "known_day"
    located_by: tuple[str, ...] = ()

    @property
    def is_fact(self) -> bool:
        """Tell whether rows were learned from a delivery (and so carry lineage)."""
        return self.partition == "known_day"

    def arrow(self) -> pa.Schema:
        """Return the Arrow schema, lineage included."""
        columns = {**self.columns, **LINEAGE} if self.is_fact else dict(self.columns)
        return pa.schema(list(columns.items()))

    def located(self, columns: Iterable[str]) -> str | None:
        """Return the one of these columns by which rows are found without looking at every day; None without any."""
        kept = (*self.located_by, self.key[0])
        return next((column for column in kept if column in set(columns)), None)

    @property
    def properties(self) -> dict[str, str]:
        """Return how Delta keeps the table: its log holds no more of the files' values than is asked for.

        Values of every column would be a party's name in the log, and most of what opening a table reads.
        """
        return {STATISTICS_OF: ",".join(MEASURED)} if self.is_fact else {STATISTICS: "0"}


class Lake:
    """Delta tables below one folder or one address in an object store, each with a declared schema."""

    def __init__(
        self, root: Place | Path | str, schemas: Iterable[TableSchema], *, located_in: Path | None = None
    ) -> None:
        """Open the lake at `root`; `located_in` is a local folder that may keep where rows lie."""
        self.place = root if isinstance(root, Place) else Place(str(root))
        self.located_in = located_in
        self.schemas = {schema.name: schema for schema in schemas}
        self._tables: OpenTables | TablesThen = OpenTables(self.place)
        self._permit: Permit | None = None

    def published_by(self, permit: Permit) -> Self:
        """Return the same lake for one run: each of its commits asks the permit first, and carries it."""
        lake = copy(self)
        vars(lake)["_permit"] = permit
        return lake

    def at(self, versions: Mapping[str, int]) -> Self:
        """Return the lake with these tables as they were at these versions, to be read only.

        Reading fails, as it does where files are not there, once housekeeping removed what such a version held.
        """
        lake = copy(self)
        today = OpenTables(self.place)
        vars(lake).update(_tables=TablesThen(today, dict(versions)), located_in=None)  # the locator knows today's files
        return lake

    def schema(self, table: str) -> TableSchema:
        """Return the declared schema of `table`; raise UnknownTableError."""
        if table not in self.schemas:
            raise UnknownTableError(table=table, known=self.schemas)
        return self.schemas[table]

    def replace_days(self, table: str, rows: pd.DataFrame, days: Sequence[date]) -> None:
        """Make `rows` the whole content of the partitions `days`, in one commit."""
        partition = self.schema(table).partition
        self._write(table, rows, f"{partition} IN ({_quoted(sorted({str(day) for day in days}))})")

    def replace_deliveries(
        self, table: str, rows: pd.DataFrame, delivery_ids: Sequence[str], *, since: date = date.min
    ) -> None:
        """Make `rows` all that these deliveries ever brought, in one commit; a second call changes nothing.

        Nothing that they brought may have been known before `since`: no older day is looked at.
        """
        self._write(table, rows, f"{_known_since(since)} AND delivery_id IN ({_quoted(delivery_ids)})")

    def replace_row(
        self, table: str, row: pd.DataFrame, *, delivery_id: str, row_number: int, since: date = date.min
    ) -> None:
        """Make the one-row frame `row` what this row of this delivery brought, in one commit; `since` as above."""
        self._write(
            table, row, f"{_known_since(since)} AND delivery_id = '{delivery_id}' AND row_number = {row_number}"
        )

    def read(
        self,
        table: str,
        *,
        until: date | None = None,
        since: date | None = None,
        columns: Sequence[str] | None = None,
        among: Mapping[str, Collection[Any]] | None = None,
    ) -> pd.DataFrame:
        """Return the rows whose partition lies in [since, until], typed as declared; empty if nothing is there.

        `among` keeps only rows with one of those values in each column it names, and never holds the others in memory.
        """
        schema = self.schema(table)
        with self.place.reached():
            files = self._files_with(schema, among or {})
            if files is None:
                found = schema.arrow().empty_table()
                return _to_pandas(found.select(columns) if columns else found)
            wanted = files[files["day"].between(since or date.min, until or date.max)]
            return _to_pandas(self._read_files(wanted, schema, columns, among or {}))

    def values(self, table: str, column: str, *, until: date) -> set[str]:
        """Return every value that a column has on any day up to `until`; for columns that have few."""
        schema = self.schema(table)
        with self.place.reached(), self._tables.looking(table):
            stored = self._tables.now(table)
            if stored is None:
                return set()
            by_day = Roster(self.located_in and self.located_in / table, column)
            return by_day.values(until, *self._days_of(self._files_of(stored, schema), schema, column))

    def row_counts(self, table: str) -> dict[date, int]:
        """Return how many rows each partition holds, from the table's log alone."""
        with self.place.reached():
            stored = self._tables.now(table)
        if stored is None:
            return {}
        files, counts = self._files_of(stored, self.schema(table)), dict[date, int]()
        for day, rows in zip(files["day"], files["num_records"], strict=True):
            counts[day] = counts.get(day, 0) + int(rows)
        return counts

    def version(self, table: str) -> int:
        """Return the number of the table's newest commit, -1 before the first."""
        with self.place.reached():
            stored = self._tables.now(table)
            return -1 if stored is None else int(stored.version())

    def _files_with(self, schema: TableSchema, among: Mapping[str, Collection[Any]]) -> pd.DataFrame | None:
        """Return the live files of the days that may hold such rows; None before the table was made."""
        with self._tables.looking(schema.name):
            stored = self._tables.now(schema.name)
            if stored is None:
                return None
            files = self._files_of(stored, schema)
            by = schema.located(among)
            if not by or not self.located_in:
                return files
            days = Locator(self.located_in / schema.name, by).days_with(among[by], *self._days_of(files, schema, by))
            return files[files["day"].isin(days)]

    def _files_of(self, stored: DeltaTable, schema: TableSchema) -> pd.DataFrame:
        """Return what `files_of` does; asked again about the same version, what it did then."""
        version = stored.version()
        table, then, files = self._tables.listed.get(schema.name, (None, -1, pd.DataFrame()))
        if table is not stored or then != version:
            files = files_of(stored, schema)
            self._tables.listed[schema.name] = stored, version, files
        return files

    def _days_of(self, files: pd.DataFrame, schema: TableSchema, column: str) -> tuple[FilesByDay, ReadDays]:
        """Return the live files by day, and what reads (day, value of the column) of some days."""

        def read(days: list[date]) -> pd.DataFrame:
            pairs = self._read_files(files[files["day"].isin(days)], schema, [schema.partition, column], {})
            return _to_pandas(pairs.group_by(pairs.column_names).aggregate([]))

        by_day = dict[date, list[str]]()
        for day, path in zip(files["day"], files["path"], strict=True):
            by_day.setdefault(day, []).append(path)
        return by_day, read

    def _read_files(
        self,
        files: pd.DataFrame,
        schema: TableSchema,
        columns: Sequence[str] | None,
        among: Mapping[str, Collection[Any]],
    ) -> pa.Table:
        """Read live files; their sizes and days come from the table's log, so that nothing is asked twice."""
        place, layout = self.place.files(schema.name), pads.ParquetFileFormat()
        fragments = [
            layout.make_fragment(
                path, filesystem=place, partition_expression=pads.field(schema.partition) == day, file_size=size
            )
            for day, path, size in zip(files["day"], files["path"], files["size_bytes"], strict=True)
        ]
        wanted = [
            pads.field(name).isin(value_set(values, schema.arrow().field(name).type)) for name, values in among.items()
        ]
        return pads.FileSystemDataset(fragments, schema.arrow(), layout, place).to_table(
            columns=list(columns) if columns else None, filter=reduce(and_, wanted) if wanted else None
        )

    def _write(self, table: str, rows: pd.DataFrame, replaces: str) -> None:
        schema = self.schema(table)
        content = _to_arrow(rows, schema)

        permit = self._permit

        def commit() -> int:
            stored = self._tables.made(table, schema.arrow(), schema.partition, schema.properties)
            carried = permit.properties if permit else None
            if permit:
                permit.ask()  # after the look at the table: who claims and commits from now on makes this commit fail
            try:
                write_deltalake(
                    stored,
                    content,
                    mode="overwrite",
                    predicate=replaces,
                    schema_mode="merge",
                    commit_properties=carried,
                )
            except DeltaError as error:
                if OUTSIDE not in str(error):
                    raise
                raise StoreError(  # Delta's own words quote the rows
                    f"Table {table}: rows that are none of those they would replace. Nothing was written; this is a "
                    "defect of the step that made them."
                ) from None
            return int(stored.version())

        with self.place.reached():
            version = until_committed(commit)
        if permit:
            permit.published(table, version, content)


def files_of(stored: DeltaTable, schema: TableSchema) -> pd.DataFrame:
    """Return the live files of a table: day, path, size_bytes and num_records."""
    files = pa.table(stored.get_add_actions(flatten=True))
    by_day = files.select([f"partition.{schema.partition}", "path", "size_bytes", "num_records"])
    return _to_pandas(by_day.rename_columns(["day", "path", "size_bytes", "num_records"]))


def until_committed(commit: Callable[[], Made]) -> Made:
    """Commit; where another process changed the same files meanwhile, do it again on what is there now.

    Every commit replaces its own rows whole, so a second one is as good as the first.
    """
    for attempt in range(1, COMMIT_ATTEMPTS):
        try:
            return commit()
        except CommitFailedError:
            time.sleep(SystemRandom().uniform(0, LONGEST_PAUSE * attempt / COMMIT_ATTEMPTS))
    return commit()


def _to_arrow(rows: pd.DataFrame, schema: TableSchema) -> pa.Table:
    declared = schema.arrow()
    if set(rows.columns) != set(declared.names):
        names = set(declared.names)
        missing, unknown = names - set(rows.columns), set(rows.columns) - names
        raise SchemaMismatchError(table=schema.name, missing=missing, unknown=unknown)
    return pa.Table.from_pandas(rows[declared.names], schema=declared, preserve_index=False)


def _to_pandas(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas(date_as_object=True)
    return frame


def _known_since(day: date) -> str:
    return f"known_day >= '{day.isoformat()}'"


def _quoted(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)
