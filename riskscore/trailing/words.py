"""Amounts of entries in as few words of 64 bits as hold them: sorting waits for memory, so the less is moved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from riskscore.crew import Crew
from riskscore.trailing import kernel
from riskscore.trailing.kernel import Field
from riskscore.trailing.orders import Order

Sums = npt.NDArray[np.int64]

BITS = 64
ROWS_A_CHUNK = 2**20
"""Entries that one of the crew looks at or puts into words at a time."""


@dataclass(frozen=True)
class Bounds:
    """The lowest and the highest of each amount, 0 among them."""

    lowest: tuple[int, ...]
    highest: tuple[int, ...]

    @classmethod
    def of(cls, amounts: Sums, crew: Crew) -> "Bounds":
        """Return the bounds of amounts, shape (entries, amounts)."""

        def bounds(order: Order) -> tuple[Sums, Sums]:
            found: tuple[Sums, Sums] = kernel.bounds(amounts[order.written])
            return found

        lowest, highest = zip(*crew.map(bounds, chunks(len(amounts))), strict=True)
        return cls(tuple(np.min(lowest, axis=0).tolist()), tuple(np.max(highest, axis=0).tolist()))

    @property
    def furthest(self) -> float:
        """How far from 0 any amount is."""
        return max((float(max(high, -low)) for low, high in zip(self.lowest, self.highest, strict=True)), default=0.0)

    def bits(self, amount: int) -> int:
        """Return how many bits hold an amount, its sign among them."""
        return 1 + max(self.highest[amount], ~self.lowest[amount]).bit_length()


@dataclass(frozen=True)
class Words:
    """Some amounts of a journal's entries: where each lies in a packed entry, and the words that hold them."""

    fields: tuple[Field, ...]
    """One an amount; where there is none, one that is always 0."""
    rows: Sums
    """Shape (entries, words)."""

    @classmethod
    def of(cls, amounts: Sums, chosen: Sequence[int], bounds: Bounds, crew: Crew) -> "Words":
        """Put the chosen ones of these amounts into words."""
        fields = tuple(fields_of([bounds.bits(amount) for amount in chosen] or [1]))
        words = np.zeros((len(amounts), fields[-1].column - kernel.AMOUNTS + 1), dtype=np.int64)
        places = np.array(chosen, dtype=np.int64)

        def put(order: Order) -> None:
            kernel.put_in_words(order.first, order.last, amounts, places, fields, words)

        for _ in crew.map(put, chunks(len(amounts))):
            pass
        return cls(fields, words)


def chunks(entries: int) -> list[Order]:
    """Return so many entries, some at a time."""
    return Order(0, entries).chunks(ROWS_A_CHUNK)


def fields_of(bits: Sequence[int]) -> Iterator[Field]:
    """Yield where amounts of so many bits each lie, as many in a word as it has room for."""
    column, free = kernel.AMOUNTS, BITS
    for wanted in bits:
        if wanted > free:
            column, free = column + 1, BITS
        yield Field(column, free - wanted, BITS - wanted)
        free -= wanted
