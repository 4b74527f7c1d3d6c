"""Read raw rows column by column: each distinct text is judged once, then spread over the rows that hold it."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from riskscore.contracts.contract import Column
from riskscore.contracts.kinds import BLANK, NOTHING, Flags, Typed, matches, read_texts

SAMPLE = 10_000
"""Rows looked at to tell whether finding the distinct texts of a column pays."""

SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True)
class Reading:
    """One column of a batch: what stood there, and what of it is missing, readable, and worth."""

    column: Column
    texts: pd.Series
    """As handed over (`str`, null where null was)."""
    distinct: pa.Array
    codes: npt.NDArray[np.intp]
    """Per row the place in `distinct`; -1 where missing or not text."""
    missing: Flags
    readable: Flags
    """Present and of the column's kind."""
    values: pd.Series
    """Typed, null where not readable; index 0..n-1."""

    def spread(self, flags: Flags) -> Flags:
        """Return the rows that are readable and whose distinct text has its flag unset."""
        return np.asarray(self.readable & ~np.append(flags, True)[self.codes], dtype=bool)


def read_column(column: Column, cells: pd.Series, faulty: Flags) -> Reading:
    """Read one column; cells that are no text at all are present but never readable."""
    texts, alien = _as_text(cells)
    codes, distinct = _distinct(texts)
    blank = matches(distinct, NOTHING if column.kind == "string" else BLANK)
    typed = read_texts(column.kind, distinct)
    missing = np.append(blank, True)[codes] & ~alien & ~faulty
    readable = np.append(typed.readable & ~blank, False)[codes] & ~alien & ~faulty
    codes = np.where(missing | alien | faulty, -1, codes)
    return Reading(column, texts, distinct, codes, missing, readable, _spread_values(typed, codes))


def _distinct(texts: pd.Series) -> tuple[npt.NDArray[np.intp], pa.Array]:
    """Return the distinct texts and each row's place among them, -1 where null; a mostly unique column as it is."""
    sample = texts.iloc[:: len(texts) // SAMPLE + 1]
    if len(texts) > SAMPLE and sample.nunique() > 0.95 * len(sample):
        return np.where(texts.isna(), -1, np.arange(len(texts))), pa.array(texts.fillna(""), type=pa.large_string())
    codes, found = pd.factorize(texts)
    return codes, pa.array(found, type=pa.large_string())


def _spread_values(typed: Typed, codes: npt.NDArray[np.intp]) -> pd.Series:
    if isinstance(typed.values, np.ndarray):
        return pd.Series(np.append(typed.values, np.nan)[codes])
    return pd.Series(typed.values.take(codes, allow_fill=True))


def _as_text(cells: pd.Series) -> tuple[pd.Series, Flags]:
    """Return the cells as `str` with index 0..n-1, and which of them were something other than text or null."""
    cells = cells.reset_index(drop=True)
    if cells.dtype == "str":
        return cells, np.zeros(len(cells), dtype=bool)
    objects = cells.astype(object)
    alien = objects.notna().to_numpy() & ~np.fromiter((isinstance(cell, str) for cell in objects), bool, len(objects))
    return objects.map(_plain_text, na_action="ignore").astype("str"), alien


def _plain_text(cell: Any) -> str:
    return SURROGATE.sub("\ufffd", str(cell))
