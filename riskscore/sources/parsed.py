"""What a parser hands on, and how the rows it read become columns under our names."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from riskscore.errors import UnreadableDeliveryError
from riskscore.sources.layout import Conversion, Layout
from riskscore.sources.limits import MAX_ROWS, ROWS_PER_PACK

TEXT = pa.large_string()


@dataclass(frozen=True)
class Parsed:
    """A delivery as read: values still text, nothing judged yet.

    `rows`: one `str` column per canonical name, index 0..n-1, "" where missing; row i is row number i + 1 of the file.
    `raw_lines`: row i exactly as sent, without its final line break (for a workbook: its values as a JSON list).
    `faults`: why row i could not be split into values at all; all its values are "", so the contract sets it aside.
    """

    rows: pd.DataFrame
    raw_lines: list[str]
    faults: dict[int, str] = field(default_factory=dict)


Parser = Callable[[Path], Parsed]


class RowCollector:
    """Takes a file's rows one by one and packs them into columns under our names and in our forms."""

    def __init__(self, header: Sequence[str], layout: Layout, file: str, delimiter: str = ",") -> None:
        self.header = header
        self.layout = layout
        self.file = file
        self.delimiter = delimiter
        self.raw_lines: list[str] = []
        self.faults: dict[int, str] = {}
        self._is_cut: list[bool] = []
        """Of each row since the last pack, whether its values are to be cut from its line."""
        self._lines: list[str] = []
        self._pending: list[Sequence[str]] = []
        """The lines of these rows, and the values of the others."""
        self._packed: dict[str, list[pa.Array]] = {name: [] for name in header if name in layout.used}

    def add(self, raw_line: str, values: Sequence[str] | None, fault: str = "") -> None:
        """Take the next row, its values in the header's order; those of a faulty row are left out.

        Without `values` they are what stands between the delimiters of the line: they are cut together with many.
        """
        if len(self.raw_lines) == MAX_ROWS:
            raise UnreadableDeliveryError(feed=self.layout.feed, file=self.file, why=f"more than {MAX_ROWS:,} rows")
        if fault:
            self.faults[len(self.raw_lines)] = fault
        self.raw_lines.append(raw_line)
        self._is_cut.append(values is None)
        if values is None:
            self._lines.append(raw_line)
        else:
            self._pending.append([""] * len(self.header) if fault else values)
        if len(self._is_cut) == ROWS_PER_PACK:
            self._pack()

    def parsed(self) -> Parsed:
        """Return all rows taken.

        A used field that the file does not have gives no column: the contract decides whether it can be done without.
        """
        self._pack()
        columns = {
            ours: _converted(self._packed[theirs], self.layout.conversions.get(ours))
            for theirs, ours in self.layout.used.items()
            if theirs in self._packed
        }
        for ours, value in self.layout.constants.items():
            said = ["" if row in self.faults else value for row in range(len(self.raw_lines))]
            columns[ours] = pa.array(said, type=TEXT)
        return Parsed(pa.table(columns).to_pandas(), self.raw_lines, self.faults)

    def _pack(self) -> None:
        width, count = len(self.header), len(self._lines)
        cut = pc.split_pattern(pa.array(self._lines, type=TEXT), self.delimiter).flatten()
        others = list(zip(*self._pending, strict=True)) or [()] * width
        cut_first = np.argsort(~np.array(self._is_cut, dtype=np.bool_), kind="stable")
        as_sent = pa.array(np.argsort(cut_first))
        for place, name in enumerate(self.header):
            if name in self._packed:
                of_lines = cut.take(pa.array(np.arange(place, count * width, width)))
                both = pa.concat_arrays([of_lines, pa.array(others[place], type=TEXT)])
                self._packed[name].append(both.take(as_sent))
        for held in (self._is_cut, self._lines, self._pending):
            held.clear()


def _converted(packed: list[pa.Array], conversion: Conversion | None) -> pa.ChunkedArray | pa.Array:
    """Return a column with each of its different values converted once; nothing stays nothing."""
    values = pa.chunked_array(packed, type=TEXT)
    if conversion is None:
        return values
    places = values.combine_chunks().dictionary_encode()
    forms = [conversion(text) if text else "" for text in places.dictionary.to_pylist()]
    return pa.array(forms, type=TEXT).take(places.indices)
