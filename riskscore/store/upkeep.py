"""Keep the lake's tables quick and lawful: remove rows, join small files, forget old versions; readers go on."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError

from riskscore.store.lake import Lake, until_committed
from riskscore.store.look import files_of
from riskscore.store.opened import OpenTables
from riskscore.store.table import TableSchema

LOG_RETENTION = "delta.logRetentionDuration"
RETAIN = "retain_until"


@dataclass(frozen=True)
class Upkeep:
    """The tables of one lake, to be kept. Everything is a commit of its own, whole or not at all."""

    lake: Lake

    def tables(self) -> list[str]:
        """Return the declared tables that were ever written to."""
        with self.lake.place.reached():
            return [name for name in self.lake.schemas if self._opened.now(name) is not None]

    def expired_facts(self, table: str, day: date) -> tuple[int, date | None]:
        """Return how many rows must not be kept on `day` any more, and since when the first of them."""
        stored, schema = self._table(table), self.lake.schema(table)
        bounds = pa.table(stored.get_add_actions(flatten=True))
        if not schema.is_fact or not bounds.num_rows:
            return 0, None
        if f"min.{RETAIN}" in bounds.column_names:
            lowest = bounds.column(f"min.{RETAIN}")
            if lowest.null_count == 0 and pc.min(lowest).as_py() >= day:
                return 0, None
        found = self.lake.read(table, columns=[RETAIN])[RETAIN]
        expired = found[found < day]
        return len(expired), (expired.min() if len(expired) else None)

    def remove_expired_facts(self, table: str, day: date) -> None:
        """Remove the rows that must not be kept on `day` any more; old versions hold them until they are forgotten."""
        self._commit(table, lambda stored: stored.delete(f"{RETAIN} < '{day.isoformat()}'"))

    def days_before(self, table: str, day: date) -> dict[date, int]:
        """Return the rows of each partition before `day`."""
        return {one: rows for one, rows in self.lake.row_counts(table).items() if one < day}

    def remove_days_before(self, table: str, day: date) -> None:
        """Remove the partitions before `day`."""
        partition = self.lake.schema(table).partition
        self._commit(table, lambda stored: stored.delete(f"{partition} < '{day.isoformat()}'"))

    def crowded_days(self, table: str, before: date, from_files: int) -> dict[date, int]:
        """Return the partitions before `before` that have so many files or more, and how many."""
        files = self._files(table)
        counts = Counter[date](files["day"])
        return {day: count for day, count in counts.items() if day < before and count >= from_files}

    def compact(self, table: str, days: list[date]) -> bool:
        """Make one file of each of these partitions; False where another process was at work there, who goes first."""
        partition = self.lake.schema(table).partition
        with self.lake.place.reached():
            try:
                self._table(table).optimize.compact(
                    partition_filters=[(partition, "in", [str(day) for day in sorted(days)])]
                )
            except CommitFailedError:
                return False
        return True

    def forgettable(self, table: str, days: int) -> list[str]:
        """Return the files that no version of the last `days` days has."""
        return self._vacuum(table, days, dry_run=True)

    def forget(self, table: str, days: int) -> list[str]:
        """Remove the files that no version of the last `days` days has, their copies, and the log of older versions."""
        removed = self.forgettable(table, days) and self._vacuum(table, days, dry_run=False)
        self.lake.clear_shelf(table)
        self.trim_log(table, days)
        return removed

    def trim_log(self, table: str, days: int) -> None:
        """Remove log entries older than `days` days; every later version can still be opened."""
        wanted = {**self.lake.schema(table).properties, LOG_RETENTION: f"interval {days} days"}
        with self.lake.place.reached():
            stored = self._table(table)
            if not wanted.items() <= stored.metadata().configuration.items():
                self._commit(table, lambda now: now.alter.set_table_properties(wanted))
                stored = self._table(table)
            stored.create_checkpoint()
            stored.cleanup_metadata()

    def _vacuum(self, table: str, days: int, *, dry_run: bool) -> list[str]:
        with self.lake.place.reached():
            found = self._table(table).vacuum(
                retention_hours=24 * days, dry_run=dry_run, enforce_retention_duration=False, full=True
            )
        return list(found)

    def _commit(self, table: str, change: Callable[[DeltaTable], object]) -> None:
        with self.lake.place.reached():
            until_committed(lambda: change(self._table(table)))

    def _files(self, table: str) -> pd.DataFrame:
        with self.lake.place.reached():
            return files_of(self._table(table), self.lake.schema(table))

    def _table(self, name: str) -> DeltaTable:
        schema: TableSchema = self.lake.schema(name)
        return self._opened.made(name, schema.arrow(), schema.partition, schema.properties)

    @property
    def _opened(self) -> OpenTables:
        return OpenTables(self.lake.place)
