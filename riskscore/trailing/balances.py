"""Where every entity stands at the end of a day, and which entries are still to leave a window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from riskscore.store.asof import FOREVER
from riskscore.trailing.entries import NEVER, Days, Keys, Rows, Segment, Sums


@dataclass(frozen=True)
class Balances:
    """One row an entity: key, sums, the first day it was seen on, and the two latest different days."""

    keys: Keys
    """Ascending, unless taken out by `of`."""
    sums: Sums
    first: Days
    latest: Days

    @classmethod
    def none(cls, totals: int, keys: Keys | None = None) -> "Balances":
        """Return balances of these keys, or of no keys, before anything happened."""
        keys = np.zeros(0, dtype=np.uint64) if keys is None else keys
        return cls(
            keys,
            np.zeros((len(keys), totals), dtype=np.int64),
            np.full(len(keys), FOREVER, dtype=np.int32),
            np.full((len(keys), 2), NEVER, dtype=np.int32),
        )

    def of(self, keys: Keys) -> "Balances":
        """Return a copy of the rows of these keys, in their order; those not known yet stand at nothing."""
        found = Balances.none(self.sums.shape[1], keys)
        asked, places = self._found(keys)
        for mine, theirs in zip(self.columns, found.columns, strict=True):
            theirs[asked] = mine[places]
        return found

    def among(self, keys: Keys) -> "Balances":
        """Return the rows of those of these keys that are known."""
        return self.take(self._found(np.unique(keys))[1])

    def take(self, rows: Rows) -> "Balances":
        """Return some of the rows."""
        return Balances(self.keys[rows], *(column[rows] for column in self.columns))

    @staticmethod
    def joined(parts: Sequence["Balances"]) -> "Balances":
        """Return the rows of all (at least one), one after the other."""
        columns = zip(*(part.columns for part in parts), strict=True)
        return Balances(np.concatenate([part.keys for part in parts]), *map(np.concatenate, columns))

    def updated(self, changed: "Balances") -> "Balances":
        """Return these balances with the rows of `changed` in place of theirs; entities never seen are left out."""
        there = np.flatnonzero(changed.first != FOREVER)
        is_kept = np.ones(len(self.keys), dtype=np.bool_)
        is_kept[self._found(changed.keys[there])[1]] = False
        keys = np.concatenate([self.keys[is_kept], changed.keys[there]])
        order = np.argsort(keys, kind="stable")
        columns = (
            np.concatenate([mine[is_kept], theirs[there]])[order]
            for mine, theirs in zip(self.columns, changed.columns, strict=True)
        )
        return Balances(keys[order], *columns)

    def _found(self, keys: Keys) -> tuple[Rows, Rows]:
        """Return which of these keys are known, and their rows."""
        places = np.searchsorted(self.keys, keys)
        inside = np.flatnonzero(places < len(self.keys))
        known = inside[self.keys[places[inside]] == keys[inside]]
        return known, places[known]

    @property
    def columns(self) -> tuple[npt.NDArray[Any], ...]:
        """Everything but the keys."""
        return self.sums, self.first, self.latest


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
