"""A table of columns that grows from day to day without being copied."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscore.world.arrays import Columns, Index


@dataclass
class Ledger:
    """Columns of equal length, of which the first `count` entries are in use; a row's number never changes."""

    columns: Columns
    count: int

    @classmethod
    def of(cls, frame: pd.DataFrame) -> "Ledger":
        """Return a ledger that holds the rows of a frame."""
        return cls({str(name): frame[name].to_numpy().copy() for name in frame}, len(frame))

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        """Return the used part of one column; writing into it changes the ledger."""
        return self.columns[name][: self.count]

    def append(self, rows: Columns) -> Index:
        """Add rows that have every column, and return their numbers."""
        added = len(next(iter(rows.values())))
        first, self.count = self.count, self.count + added
        for name in self.columns:
            self._make_room(name)
            self.columns[name][first : self.count] = rows[name]
        return np.arange(first, self.count)

    def frame(self) -> pd.DataFrame:
        """Return all rows as a frame."""
        return pd.DataFrame({name: self[name] for name in self.columns})

    def _make_room(self, name: str) -> None:
        column = self.columns[name]
        if len(column) < self.count:
            self.columns[name] = np.concatenate([column, np.empty(self.count, dtype=column.dtype)])
