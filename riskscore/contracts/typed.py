"""Hand out the accepted rows of a batch, each column in the type of its kind."""

from collections.abc import Callable, Mapping

import pandas as pd

from riskscore.contracts.batch import Batch
from riskscore.contracts.kinds import Flags
from riskscore.contracts.reading import Reading


def typed_rows(batch: Batch, keep: Flags) -> pd.DataFrame:
    """Return the rows to keep: `str`, int64/Int64, float64, bool/boolean, datetime64[us, UTC], objects of date."""
    columns = {
        name: HANDED_OUT.get(reading.column.kind, _as_read)(reading, keep) for name, reading in batch.readings.items()
    }
    return pd.DataFrame(columns)


def _as_read(reading: Reading, keep: Flags) -> pd.Series:
    return reading.values[keep].reset_index(drop=True)


def _integers(reading: Reading, keep: Flags) -> pd.Series:
    return _as_read(reading, keep).astype("int64" if reading.column.required else "Int64")


def _booleans(reading: Reading, keep: Flags) -> pd.Series:
    return _as_read(reading, keep).astype("bool" if reading.column.required else "boolean")


def _dates(reading: Reading, keep: Flags) -> pd.Series:
    days = reading.values[keep].to_numpy().astype("datetime64[D]").astype(object)  # NaT becomes None
    return pd.Series(days).astype(object)


HANDED_OUT: Mapping[str, Callable[[Reading, Flags], pd.Series]] = {
    "integer": _integers,
    "boolean": _booleans,
    "date": _dates,
}
"""Kinds that are held in another type while they are judged."""
