"""Versioned tables of facts on Delta Lake: publish, replace days, read."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy
from datetime import date, timedelta
from pathlib import Path
from random import SystemRandom
from typing import Any, Self, TypeVar

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as pads
from deltalake import write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError

from riskscore.errors import SchemaMismatchError, StoreError, UnknownTableError
from riskscore.store.locator import Locator, Prints, ReadDays, Roster
from riskscore.store.look import Listing, Look, files_of, to_pandas
from riskscore.store.opened import OpenTables, TablesThen
from riskscore.store.permit import Permit
from riskscore.store.place import Place
from riskscore.store.shelf import Shelf
from riskscore.store.table import TableSchema

Made = TypeVar("Made")

OUTSIDE = "failed validation check"
"""Delta's words for rows that do not belong to what they would replace."""

COMMIT_ATTEMPTS = 10
"""A commit that lost the race against another process is made again this often at most."""
LONGEST_PAUSE = 2.0
"""Seconds before the last attempt, at most; earlier ones wait less."""

DAYS_AT_HAND = timedelta(days=45)
"""Days before a table's newest that are kept at hand; cargo that is still to come was mostly known no earlier."""


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
        look = Look(self.schema(table), columns, among or {})
        with self.place.reached():
            live = self._live(look.schema)
            if live is None:
                return to_pandas(look.nothing)
            files = self._files_with(live, look)
            return to_pandas(self._rows(files[files["day"].between(since or date.min, until or date.max)], live, look))

    def values(self, table: str, column: str, *, until: date) -> set[str]:
        """Return every value that a column has on any day up to `until`; for columns that have few."""
        schema = self.schema(table)
        with self.place.reached(), self._tables.looking(table):
            live = self._live(schema)
            roster = Roster(self.located_in and self.located_in / table, column)
            return set() if live is None else roster.values(until, live.prints, self._reads(live, schema, column))

    def row_counts(self, table: str) -> dict[date, int]:
        """Return how many rows each partition holds, from the table's log alone."""
        with self.place.reached():
            live = self._live(self.schema(table))
        counts = dict[date, int]()
        for day, rows in () if live is None else zip(live.files["day"], live.files["num_records"], strict=True):
            counts[day] = counts.get(day, 0) + int(rows)
        return counts

    def version(self, table: str) -> int:
        """Return the number of the table's newest commit, -1 before the first."""
        with self.place.reached():
            stored = self._tables.now(table)
            return -1 if stored is None else int(stored.version())

    def files_at_hand(self, table: str) -> list[Path]:
        """Return the files of this machine from which single rows of recent days are taken."""
        return self._shelf(self.schema(table)).files if self.located_in else []

    def clear_shelf(self, table: str) -> None:
        """Remove from the shelf what the table does not hold any more."""
        schema = self.schema(table)
        with self.place.reached():
            live = self._live(schema)
        if self.located_in and live is not None:
            self._shelf(schema).keep_only(_recent(live))

    def _live(self, schema: TableSchema) -> Listing | None:
        """Return the live files of a table, listed once a version; None before it was made."""
        with self._tables.looking(schema.name):
            stored = self._tables.now(schema.name)
            if stored is None:
                return None
            known = self._tables.listed.get(schema.name)
            if known is None or known.table is not stored or known.version != stored.version():
                known = Listing(stored, stored.version(), files_of(stored, schema))
                self._tables.listed[schema.name] = known
            return known

    def _files_with(self, live: Listing, look: Look) -> pd.DataFrame:
        """Return the files of the days that may hold what is looked for."""
        schema, by = look.schema, look.schema.located(look.among)
        if not by or not self.located_in:
            return live.files
        with self._tables.looking(schema.name):
            locator = Locator(self.located_in / schema.name, by)
            days = locator.days_with(look.among[by], live.prints, self._reads(live, schema, by))
            return live.files[live.files["day"].isin(days)]

    def _rows(self, files: pd.DataFrame, live: Listing, look: Look) -> pa.Table:
        """Read files; where a few rows of recent days are looked for, those from the shelf."""
        if files.empty or not self.located_in or not look.is_at_hand:
            return self._read_files(files, look)
        recent = _recent(live)
        is_recent = files["day"].isin(set(recent))
        older = self._read_files(files[~is_recent], look)
        return pa.concat_tables([older, self._from_shelf(files[is_recent], recent, look)])

    def _from_shelf(self, files: pd.DataFrame, recent: Prints, look: Look) -> pa.Table:
        """Return what reading the files does; of what is not on the shelf yet the whole day is laid there."""
        schema, shelf = look.schema, self._shelf(look.schema)

        def read(day: date) -> pa.Table:
            return self._read_files(files[files["day"] == day], Look(schema, schema.at_hand, {}))

        with self._tables.looking(schema.name):
            pieces = shelf.pieces({day: recent[day] for day in set(files["day"])}, read, kept=recent)
        return pa.concat_tables([look.nothing, *shelf.rows(pieces, look.nothing.column_names, look.among)])

    def _shelf(self, schema: TableSchema) -> Shelf:
        columns = pa.schema([schema.arrow().field(name) for name in schema.at_hand])
        return Shelf(Path(str(self.located_in)) / schema.name / "at_hand", columns)

    def _reads(self, live: Listing, schema: TableSchema, column: str) -> ReadDays:
        """Return what reads (day, value of the column) of some days."""

        def read(days: list[date]) -> pd.DataFrame:
            files = live.files[live.files["day"].isin(days)]
            pairs = self._read_files(files, Look(schema, [schema.partition, column], {}))
            return to_pandas(pairs.group_by(pairs.column_names).aggregate([]))

        return read

    def _read_files(self, files: pd.DataFrame, look: Look) -> pa.Table:
        """Read live files; their sizes and days come from the table's log, so that nothing is asked twice."""
        schema, layout = look.schema, pads.ParquetFileFormat()
        place = self.place.files(schema.name)
        fragments = [
            layout.make_fragment(
                path, filesystem=place, partition_expression=pads.field(schema.partition) == day, file_size=size
            )
            for day, path, size in zip(files["day"], files["path"], files["size_bytes"], strict=True)
        ]
        return pads.FileSystemDataset(fragments, schema.arrow(), layout, place).to_table(
            columns=list(look.columns) if look.columns else None, filter=look.filter
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


def _recent(live: Listing) -> Prints:
    """Return what tells the files of those days apart that are kept at hand."""
    newest = max(live.prints, default=date.min)
    return {day: files for day, files in live.prints.items() if newest - day < DAYS_AT_HAND}


def _known_since(day: date) -> str:
    return f"known_day >= '{day.isoformat()}'"


def _quoted(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)
