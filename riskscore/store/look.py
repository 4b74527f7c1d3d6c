"""What is looked for in a table, and which live files it has."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, reduce
from operator import and_
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as pads
from deltalake import DeltaTable

from riskscore.store.among import value_set
from riskscore.store.locator import Prints, fingerprint
from riskscore.store.table import TableSchema


@dataclass(frozen=True)
class Look:
    """What of a table is looked for: these columns (all, where None), of rows with one of those values in each."""

    schema: TableSchema
    columns: Sequence[str] | None
    among: Mapping[str, Collection[Any]]

    @property
    def nothing(self) -> pa.Table:
        """What is found where there is nothing."""
        found = self.schema.arrow().empty_table()
        return found.select(list(self.columns)) if self.columns else found

    @property
    def filter(self) -> pads.Expression | None:
        """The rows that are looked for; None for all."""
        types = self.schema.arrow()
        wanted = [
            pads.field(name).isin(value_set(values, types.field(name).type)) for name, values in self.among.items()
        ]
        return reduce(and_, wanted) if wanted else None

    @property
    def is_at_hand(self) -> bool:
        """Whether the shelf of the table has all that is looked for, and it is for a few rows here and there."""
        columns = self.columns or self.schema.arrow().names
        return bool(self.schema.located(self.among)) and {*columns, *self.among} <= set(self.schema.at_hand)


@dataclass(frozen=True)
class Listing:
    """The live files of a table (day, path, size_bytes, num_records) at one version."""

    table: DeltaTable
    version: int
    files: pd.DataFrame

    @cached_property
    def prints(self) -> Prints:
        """What tells the files of each day from any others."""
        found = dict[date, list[str]]()
        for day, path in zip(self.files["day"].tolist(), self.files["path"].tolist(), strict=True):
            found.setdefault(day, []).append(path)
        return {day: fingerprint(paths) for day, paths in found.items()}


def files_of(stored: DeltaTable, schema: TableSchema) -> pd.DataFrame:
    """Return the live files of a table: day, path, size_bytes and num_records."""
    files = pa.table(stored.get_add_actions(flatten=True))
    by_day = files.select([f"partition.{schema.partition}", "path", "size_bytes", "num_records"])
    return to_pandas(by_day.rename_columns(["day", "path", "size_bytes", "num_records"]))


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """Return rows as pandas has them; dates are objects."""
    frame: pd.DataFrame = table.to_pandas(date_as_object=True)
    return frame
