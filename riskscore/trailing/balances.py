"""Where every entity stands at the end of a day, and which entries are still to leave a window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from riskscore.store.asof import FOREVER
from riskscore.trailing.entries import Segment
from riskscore.trailing.kernel import FIRST, SEEN, Keys
from riskscore.trailing.orders import Rows
from riskscore.trailing.words import Sums


@dataclass(frozen=True)
class Balances:
    """One row an entity: the day of its first event, the two latest different days, and its sums."""

    keys: Keys
    """Ascending."""
    rows: Sums
    """Shape (entities, SEEN + totals), as the kernel's FIRST, LATEST, BEFORE and SEEN tell."""
    name: str = field(default="", compare=False)
    """What the files are called that keep them; nothing where none do."""

    def __len__(self) -> int:
        return len(self.keys)

    @classmethod
    def none(cls, totals: int) -> "Balances":
        """Return the balances before anything happened."""
        return cls(np.zeros(0, dtype=np.uint64), np.zeros((0, SEEN + totals), dtype=np.int64))

    @property
    def sums(self) -> Sums:
        """Shape (entities, totals)."""
        return self.rows[:, SEEN:]

    def take(self, rows: Rows | slice) -> "Balances":
        """Return some of the rows."""
        return Balances(self.keys[rows], self.rows[rows])

    def found(self, keys: Keys) -> tuple[Rows, Rows]:
        """Return which of these keys are known, and their rows."""
        places = np.searchsorted(self.keys, keys)
        inside = np.flatnonzero(places < len(self.keys))
        known = inside[self.keys[places[inside]] == keys[inside]]
        return known, places[known]

    @staticmethod
    def newest(parts: Sequence["Balances"]) -> "Balances":
        """Return one row an entity from parts (at least one) in any order of keys: that of the last part it is in."""
        keys = np.concatenate([part.keys for part in parts])
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        is_last = np.append(ordered[1:] != ordered[:-1], np.ones(min(len(keys), 1), dtype=np.bool_))
        rows = np.concatenate([part.rows for part in parts])
        return Balances(ordered[is_last], rows[order[is_last]])


def distinct(keys: Keys) -> Keys:
    """Return each key once, ascending. Sorting takes less than np.unique, which builds a set first."""
    ordered: Keys = np.sort(keys)
    found: Keys = ordered[np.append(np.ones(min(len(keys), 1), dtype=np.bool_), ordered[1:] != ordered[:-1])]
    return found


@dataclass(frozen=True)
class Book:
    """Balances in parts, oldest first: a day adds a part of what it touched, and copies nothing of the others.

    Where an entity is in several parts, it stands as the newest of them says.
    """

    totals: int
    parts: tuple[Balances, ...] = ()

    def among(self, keys: Keys) -> Balances:
        """Return where those of these keys stand that are known."""
        wanted, found = distinct(keys), [Balances.none(self.totals)]
        for part in reversed(self.parts):
            known, rows = part.found(wanted)
            found.append(part.take(rows))
            wanted = np.delete(wanted, known)
        return Balances.newest(found)

    def followed_by(self, changed: Balances) -> "Book":
        """Return the book with one more part; entities never seen are left out."""
        seen = changed.take(np.flatnonzero(changed.rows[:, FIRST] != FOREVER))
        return Book(self.totals, (*self.parts, seen)) if len(seen) else self

    def whole(self) -> Balances:
        """Return where every entity stands."""
        return Balances.newest([Balances.none(self.totals), *self.parts])


@dataclass(frozen=True)
class State:
    """Everything that the days after `day` (a day number) need of the past."""

    day: int
    origin: str
    """Of which features and of which rows: a state of another origin is of another past."""
    balances: Mapping[tuple[str, str | None], Book]
    """By stream and entity."""
    open: Mapping[str, tuple[Segment, ...]]
    """By stream: entries known by `day` whose events are still in a window."""
