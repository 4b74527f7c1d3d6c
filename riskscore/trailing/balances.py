"""Where every entity stands at the end of a day, and which entries are still to leave a window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from riskscore.store.asof import FOREVER
from riskscore.trailing.entries import Keys, Rows, Segment, Sums
from riskscore.trailing.kernel import FIRST, SEEN


@dataclass(frozen=True)
class Balances:
    """One row an entity: the day of its first event, the two latest different days, and its sums."""

    keys: Keys
    """Ascending."""
    rows: Sums
    """Shape (entities, SEEN + totals), as the kernel's FIRST, LATEST, BEFORE and SEEN tell."""

    @classmethod
    def none(cls, totals: int) -> "Balances":
        """Return the balances before anything happened."""
        return cls(np.zeros(0, dtype=np.uint64), np.zeros((0, SEEN + totals), dtype=np.int64))

    @property
    def sums(self) -> Sums:
        """Shape (entities, totals)."""
        return self.rows[:, SEEN:]

    def among(self, keys: Keys) -> "Balances":
        """Return the rows of those of these keys that are known."""
        return self.take(self._found(np.unique(keys))[1])

    def take(self, rows: Rows | slice) -> "Balances":
        """Return some of the rows."""
        return Balances(self.keys[rows], self.rows[rows])

    @staticmethod
    def joined(parts: Sequence["Balances"]) -> "Balances":
        """Return the rows of all (at least one), one after the other."""
        return Balances(np.concatenate([part.keys for part in parts]), np.concatenate([part.rows for part in parts]))

    def updated(self, changed: "Balances") -> "Balances":
        """Return these balances with the rows of `changed` in place of theirs; entities never seen are left out."""
        there = np.flatnonzero(changed.rows[:, FIRST] != FOREVER)
        is_kept = np.ones(len(self.keys), dtype=np.bool_)
        is_kept[self._found(changed.keys[there])[1]] = False
        keys = np.concatenate([self.keys[is_kept], changed.keys[there]])
        order = np.argsort(keys, kind="stable")
        rows = np.concatenate([self.rows[is_kept], changed.rows[there]])
        return Balances(keys[order], rows[order])

    def _found(self, keys: Keys) -> tuple[Rows, Rows]:
        """Return which of these keys are known, and their rows."""
        places = np.searchsorted(self.keys, keys)
        inside = np.flatnonzero(places < len(self.keys))
        known = inside[self.keys[places[inside]] == keys[inside]]
        return known, places[known]


@dataclass(frozen=True)
class State:
    """Everything that the days after `day` (a day number) need of the past."""

    day: int
    origin: str
    """Of which features and of which rows: a state of another origin is of another past."""
    balances: Mapping[tuple[str, str | None], Balances]
    """By stream and entity."""
    open: Mapping[str, tuple[Segment, ...]]
    """By stream: entries known by `day` whose events are still in a window."""
