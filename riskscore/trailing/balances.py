"""Where every entity stands at the end of a day, and which entries are still to leave a window."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from riskscore.store.asof import FOREVER
from riskscore.trailing.entries import NEVER, Days, Keys, Segment, Sums


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
        places = np.searchsorted(self.keys, keys)
        places[places == len(self.keys)] = 0
        known = np.flatnonzero(self.keys[places] == keys) if len(self.keys) else np.zeros(0, dtype=np.intp)
        for mine, theirs in zip(self.columns, found.columns, strict=True):
            theirs[known] = mine[places[known]]
        return found

    def updated(self, changed: "Balances") -> "Balances":
        """Return these balances with the rows of `changed` in place of theirs; entities never seen are left out."""
        seen = np.flatnonzero(changed.first != FOREVER)
        is_kept = np.isin(self.keys, changed.keys[seen], invert=True)
        keys = np.concatenate([self.keys[is_kept], changed.keys[seen]])
        order = np.argsort(keys, kind="stable")
        columns = (
            np.concatenate([mine[is_kept], theirs[seen]])[order]
            for mine, theirs in zip(self.columns, changed.columns, strict=True)
        )
        return Balances(keys[order], *columns)

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
