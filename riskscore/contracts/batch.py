"""Rows of one feed, perhaps of many deliveries: as they arrived, and as read by their contract."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscore.contracts.contract import Contract
from riskscore.contracts.kinds import Flags
from riskscore.contracts.reading import Reading, read_column


@dataclass(frozen=True)
class Arrived:
    """Raw rows as a parser read them; every part has index 0..n-1."""

    rows: pd.DataFrame
    """One text column per column of the contract; a column that is not there is missing in every row."""
    deliveries: pd.Series
    """Delivery id of each row."""
    row_numbers: pd.Series
    """1-based place of each row in its file."""
    faults: Mapping[int, str] = field(default_factory=dict)
    """Row -> why the parser could not split it into columns."""
    taken_keys: pd.DataFrame | None = None
    """Keys (typed, with delivery_id) that earlier rows of these deliveries already have."""

    def only(self, places: npt.NDArray[np.intp]) -> "Arrived":
        """Return the rows at these places."""
        if len(places) == len(self.rows):
            return self
        return Arrived(
            rows=self.rows.iloc[places].reset_index(drop=True),
            deliveries=self.deliveries.iloc[places].reset_index(drop=True),
            row_numbers=self.row_numbers.iloc[places].reset_index(drop=True),
            faults={new: self.faults[old] for new, old in enumerate(places.tolist()) if old in self.faults},
            taken_keys=self.taken_keys,
        )


@dataclass(frozen=True)
class Batch:
    """Raw rows read by a contract, ready to be judged."""

    contract: Contract
    arrived: Arrived
    readings: Mapping[str, Reading]
    faulty: Flags
    """Rows the parser could not split; nothing else is said of them."""

    def __len__(self) -> int:
        return len(self.faulty)


def read_batch(contract: Contract, arrived: Arrived) -> Batch:
    """Read every column of the raw rows by its contract."""
    faulty = np.zeros(len(arrived.rows), dtype=bool)
    faulty[list(arrived.faults)] = True
    absent = absent_column(arrived.rows.index)
    readings = {
        column.name: read_column(column, arrived.rows.get(column.name, absent), faulty) for column in contract.columns
    }
    return Batch(contract, arrived, readings, faulty)


def absent_column(index: pd.Index) -> pd.Series:
    """Return a text column that is missing in every row."""
    return pd.Series(np.nan, index=index, dtype="str")
