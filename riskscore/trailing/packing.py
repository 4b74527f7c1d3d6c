"""Rows sorted into ranges of keys, chunk by chunk, by a crew."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from riskscore.crew import Crew
from riskscore.trailing import kernel
from riskscore.trailing.kernel import Keys, Packed
from riskscore.trailing.orders import Order, Rows
from riskscore.trailing.words import Sums

ROWS_A_CHUNK = 2**20
"""Rows that one of the crew sorts in at a time."""


@dataclass(frozen=True)
class Unpacked:
    """Rows that are to be sorted in: the keys of all there are, which of them in which order, and how."""

    keys: Keys
    order: Order
    width: int
    """How many whole numbers a packed row has."""
    pack: Callable[[Order, Rows, Sums], None]
    """Copies some rows (which) to the place that is free next in their range (one a range), of packed rows (all)."""


@dataclass(frozen=True)
class Room:
    """Memory that rows are packed into, one errand after the other: to be given it anew takes longer than to use it."""

    _held: dict[str, Sums] = field(default_factory=dict, init=False, repr=False)

    def packed(self, name: str, unpacked: Unpacked, ranges: int, crew: Crew) -> Packed:
        """Return rows by range of keys, their own order kept within each; those of missing keys are left out.

        What was packed before under the same name is gone then.
        """
        chunks = unpacked.order.chunks(ROWS_A_CHUNK)
        counts = np.stack(list(crew.map(partial(_counted, unpacked.keys, ranges), chunks)))
        starts = np.append(0, counts.sum(axis=0).cumsum())
        free = starts[:-1] + counts.cumsum(axis=0) - counts
        rows = self._empty(name, int(starts[-1]), unpacked.width)
        for _ in crew.map(lambda given: unpacked.pack(*given, rows), zip(chunks, free, strict=True)):
            pass
        return Packed(rows, starts)

    def _empty(self, name: str, rows: int, width: int) -> Sums:
        numbers = rows * width
        if name not in self._held or len(self._held[name]) < numbers:
            self._held.pop(name, None)
            self._held[name] = np.empty(numbers, dtype=np.int64)
        return self._held[name][:numbers].reshape(rows, width)


def _counted(keys: Keys, ranges: int, order: Order) -> Rows:
    """Return how many rows each range has."""
    counts = np.zeros(ranges + 1, dtype=np.int64)
    kernel.count_by_range(order.first, order.last, order.rows, keys, counts)
    return counts[:-1]
