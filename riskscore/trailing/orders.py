"""Rows one after the other: which of a table's rows, and in which order."""

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.int32]
Rows = npt.NDArray[np.intp]
NO_ROWS: Rows = np.zeros(0, dtype=np.intp)


@dataclass(frozen=True)
class Order:
    """Rows one after the other: those that `rows` holds from `first` to `last` - 1; these themselves if it is empty."""

    first: int
    last: int
    rows: Rows = field(default_factory=lambda: NO_ROWS)

    def __len__(self) -> int:
        return self.last - self.first

    @property
    def written(self) -> Rows | slice:
        """What takes these rows out of an array."""
        return self.rows[self.first : self.last] if len(self.rows) else slice(self.first, self.last)

    def chunks(self, most: int) -> list["Order"]:
        """Return at least one part, each of so many rows at most."""
        firsts = range(self.first, max(self.last, self.first + 1), most)
        return [replace(self, first=first, last=min(first + most, self.last)) for first in firsts]


def in_order(days: Days, first: int | None, last: int) -> Order:
    """Return the rows whose day lies in [first, last] (from ever, without `first`), in order of day."""
    if ascend(days):
        start = 0 if first is None else int(np.searchsorted(days, np.int32(first)))
        return Order(start, max(start, int(np.searchsorted(days, np.int32(last), side="right"))))
    inside = np.flatnonzero(days <= last if first is None else (days >= first) & (days <= last))
    kept = days[inside]
    if not ascend(kept):
        offsets = kept - kept.min()
        small = offsets.astype(np.int16) if offsets.max() < np.iinfo(np.int16).max else offsets  # sorted by counting
        inside = inside[np.argsort(small, kind="stable")]
    return Order(0, len(inside), inside)


def ascend(days: Days) -> bool:
    """Return whether no day is before the one in front of it."""
    return bool((days[1:] >= days[:-1]).all())
