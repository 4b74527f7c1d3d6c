"""Recent days of a table at hand: of them single rows are taken, where Parquet has to be decoded whole.

Made of the table, a day when it is first asked for; a day whose files are others than when it was laid down is laid
down again. A text that comes again and again is held once.
"""

import hashlib
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from riskscore.store.among import value_set
from riskscore.store.locator import Prints

ReadDay = Callable[[date], pa.Table]
"""Reads the columns of a shelf of one day."""

Rows = npt.NDArray[np.int64]
"""Numbers of rows."""

FORM = "1"
"""What a file looks like; another number where that changes."""
OFTEN = 2
"""A column is held by its different values where each is there so often, on average."""
UNFINISHED = "."
"""How the name of a file begins that is being written; housekeeping removes what a killed run left so."""


@dataclass(frozen=True)
class Shelf:
    """Some columns of recent days of one table, below a folder of this machine."""

    folder: Path
    columns: pa.Schema

    def pieces(self, prints: Prints, read: ReadDay, *, kept: Prints) -> list[pa.RecordBatch]:
        """Return these days as they lie on the disk; where one has to be laid down first, remove what is not `kept`."""
        found, is_new = list[pa.RecordBatch](), False
        for day in sorted(prints):
            file = self._file(day, prints[day])
            pieces = _opened(file)
            is_new |= pieces is None
            found += self._lay_down(file, read(day)) if pieces is None else pieces
        if is_new:
            self.keep_only(kept)
        return found

    def rows(
        self, pieces: Sequence[pa.RecordBatch], columns: Sequence[str], among: Mapping[str, Collection[Any]]
    ) -> list[pa.Table]:
        """Return of each piece these columns of the rows that have one of those values in each column it names."""
        found = _found(pieces, among) if pieces else []
        return [_taken(piece, rows, columns) for piece, rows in zip(pieces, found, strict=True)]

    def keep_only(self, prints: Prints) -> None:
        """Remove what was laid down of any but these days, or of other files of theirs."""
        live = {self._file(day, files).name for day, files in prints.items()}
        for file in self.folder.iterdir() if self.folder.is_dir() else ():
            if file.name not in live and not file.name.startswith(UNFINISHED):
                file.unlink(missing_ok=True)

    @property
    def files(self) -> list[Path]:
        """Every file that was laid down."""
        return sorted(self.folder.glob("*.arrow"))

    def _lay_down(self, file: Path, rows: pa.Table) -> list[pa.RecordBatch]:
        """Write a day whole or not at all; return what was written."""
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / f"{UNFINISHED}{uuid4().hex}"
        packed = _packed(rows.combine_chunks())
        try:
            with unfinished.open("xb") as target:
                with pa.ipc.new_file(target, packed.schema) as writer:
                    writer.write_table(packed)
                target.flush()
                os.fsync(target.fileno())
            unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)
        pieces: list[pa.RecordBatch] | None = _opened(file)  # from the disk, so that many days are never in memory
        return packed.to_batches() if pieces is None else pieces

    def _file(self, day: date, files: str) -> Path:
        holds = hashlib.sha256("\n".join([FORM, files, str(self.columns)]).encode()).hexdigest()
        return self.folder / f"{day:%Y%m%d}-{holds[:16]}.arrow"


def _opened(file: Path) -> list[pa.RecordBatch] | None:
    """Return what a file holds, in its own place; None where there is none, or none that can be read."""
    try:
        reader = pa.ipc.open_file(pa.memory_map(str(file)))
        pieces: list[pa.RecordBatch] = [reader.get_batch(number) for number in range(reader.num_record_batches)]
    except (OSError, pa.ArrowException):
        return None
    return pieces


def _packed(rows: pa.Table) -> pa.Table:
    """Return rows with each text that comes often held once."""
    for place, field in enumerate(rows.schema):
        if pa.types.is_string(field.type):
            by_value = rows.column(place).dictionary_encode()
            different = len(by_value.chunk(0).dictionary) if by_value.num_chunks else 0
            if different * OFTEN <= len(rows):
                packed = by_value.cast(pa.dictionary(_narrowest(different), field.type))
                rows = rows.set_column(place, field.name, packed)
    return rows


def _narrowest(values: int) -> pa.DataType:
    """Return the narrowest whole numbers that tell so many values apart."""
    return next(kind for kind in (pa.int8(), pa.int16(), pa.int32()) if values <= np.iinfo(kind.to_pandas_dtype()).max)


def _found(pieces: Sequence[pa.RecordBatch], among: Mapping[str, Collection[Any]]) -> list[Rows]:
    """Return which rows of each piece have one of these values in every column."""
    rows = [np.arange(len(piece)) for piece in pieces]
    by_value = {name: all(pa.types.is_dictionary(piece.schema.field(name).type) for piece in pieces) for name in among}
    for name in sorted(among, key=lambda name: not by_value[name]):  # the quicker look first: it leaves fewer rows
        columns = [piece.column(name) for piece in pieces]
        look = _has_known if by_value[name] else _has
        rows = [one[has] for one, has in zip(rows, look(columns, rows, among[name]), strict=True)]
    return rows


def _has_known(
    columns: Sequence[pa.DictionaryArray], rows: Sequence[Rows], values: Collection[Any]
) -> list[npt.NDArray[np.bool_]]:
    """Look each different value up once."""
    known = pa.chunked_array([column.dictionary for column in columns])
    is_wanted = pc.is_in(known, value_set(values, known.type)).to_numpy()
    ends = np.cumsum([len(column.dictionary) for column in columns])
    found = []
    for column, one, wanted in zip(columns, rows, np.split(is_wanted, ends[:-1]), strict=True):
        numbers = column.indices.fill_null(len(wanted)) if column.null_count else column.indices
        found.append(np.append(wanted, False)[numbers.to_numpy(zero_copy_only=False)[one]])
    return found


def _has(columns: Sequence[pa.Array], rows: Sequence[Rows], values: Collection[Any]) -> list[npt.NDArray[np.bool_]]:
    """Look the value of every row up."""
    plain = [_plain(column, one) for column, one in zip(columns, rows, strict=True)]
    together = pa.chunked_array(plain)
    is_wanted = pc.is_in(together, value_set(values, together.type)).to_numpy()
    return np.split(is_wanted, np.cumsum([len(one) for one in plain])[:-1])


def _taken(piece: pa.RecordBatch, rows: Rows, columns: Sequence[str]) -> pa.Table:
    return pa.table({name: _plain(piece.column(name), rows) for name in columns})


def _plain(column: pa.Array, rows: Rows) -> pa.Array:
    if isinstance(column, pa.DictionaryArray):
        return column.dictionary.take(column.indices.take(pa.array(rows)))
    return column.take(pa.array(rows))
