"""Days and amounts of entries in as few words of 64 bits as hold them: the less is moved, the less is waited for."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from riskscore.crew import Crew
from riskscore.trailing import kernel
from riskscore.trailing.kernel import Field
from riskscore.trailing.orders import Order

Sums = npt.NDArray[np.int64]
Whole = npt.NDArray[np.integer[Any]]
"""Whole numbers of any width."""
Columns = Callable[[Order], Sequence[Whole]]
"""Returns some rows of every column: columns that are worked out need no room for all of theirs."""

BITS = 64
ROWS_A_CHUNK = 2**17
"""Rows that one of the crew looks at or puts into words at a time: so few that they stay in a processor's own cache."""


@dataclass(frozen=True)
class Bounds:
    """The lowest and the highest of a column, 0 among them."""

    lowest: int
    highest: int

    @staticmethod
    def of(columns: Columns, rows: int, crew: Crew) -> list["Bounds"]:
        """Return the bounds of every column."""

        def bounds(order: Order) -> list[Bounds]:
            some = columns(order)
            return [Bounds(int(one.min(initial=0)), int(one.max(initial=0))) for one in some]

        return [Bounds.around(found) for found in zip(*crew.map(bounds, chunks(rows)), strict=True)]

    @staticmethod
    def around(parts: Sequence["Bounds"]) -> "Bounds":
        """Return the bounds of what has these bounds in its parts."""
        return Bounds(min(one.lowest for one in parts), max(one.highest for one in parts))

    @property
    def furthest(self) -> int:
        """How far from 0 any of it is."""
        return max(self.highest, -self.lowest)

    @property
    def bits(self) -> int:
        """How many bits hold any of it, its sign among them."""
        return 1 + max(self.highest, ~self.lowest).bit_length()


@dataclass(frozen=True)
class Words:
    """Columns of a journal's entries in words: where each lies in a packed entry, and the words that hold them."""

    fields: tuple[Field, ...]
    """One a column."""
    rows: Sums
    """Shape (entries, words)."""

    @classmethod
    def of(cls, columns: Columns, bounds: Sequence[Bounds], rows: int, crew: Crew) -> "Words":
        """Put so many rows of columns of these bounds (at least one) into words."""
        fields = tuple(fields_of([one.bits for one in bounds]))
        words = np.empty((rows, fields[-1].column - kernel.WORDS + 1), dtype=np.int64)

        def put(order: Order) -> None:
            some = words[order.written]
            some[:] = 0
            for column, field in zip(columns(order), fields, strict=True):
                bits = (column.astype(np.int64) << field.right).view(np.uint64) >> np.uint64(field.left)
                some[:, field.column - kernel.WORDS] |= bits.view(np.int64)

        for _ in crew.map(put, chunks(rows)):
            pass
        return cls(fields, words)


def chunks(rows: int) -> list[Order]:
    """Return so many rows, some at a time."""
    return Order(0, rows).chunks(ROWS_A_CHUNK)


def fields_of(bits: Sequence[int]) -> Iterator[Field]:
    """Yield where numbers of so many bits each lie, as many in a word as it has room for."""
    column, free = kernel.WORDS, BITS
    for wanted in bits:
        if wanted > free:
            column, free = column + 1, BITS
        yield Field(column, free - wanted, BITS - wanted)
        free -= wanted
