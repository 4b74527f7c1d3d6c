"""Where a table's rows lie: for each value of its first key column, the days whose partitions hold it.

It is made of the table and keeps itself right: a day whose files are others than when it was looked at is looked at
again. So finding all versions of some keys reads the days they lie on, and no others, however long the history.
"""

import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pandas as pd

Pairs = npt.NDArray[np.int64]
"""Shape (pairs, 2): the hash of a value, and the number of a day that holds it; in order of hash."""

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Locator:
    """The index of one table, kept below `folder`."""

    folder: Path

    def days_with(
        self,
        values: Collection[str],
        files: Mapping[date, Iterable[str]],
        read: Callable[[list[date]], pd.DataFrame],
    ) -> list[date]:
        """Return the days whose partitions hold any of `values`.

        `files` are the table's live files by day; `read` returns columns (day, value) of some days.
        """
        pairs = self._pairs({day: _fingerprint(names) for day, names in files.items()}, read)
        wanted = np.sort(_hashes(pd.Series(values if isinstance(values, pd.Series) else list(values), dtype="str")))
        starts, ends = (np.searchsorted(pairs[:, 0], wanted, side=side) for side in ("left", "right"))
        days = {int(day) for start, end in zip(starts, ends, strict=True) for day in pairs[start:end, 1]}
        return [EPOCH + timedelta(days=day) for day in sorted(days)]

    def _pairs(self, current: dict[date, str], read: Callable[[list[date]], pd.DataFrame]) -> Pairs:
        known, pairs = self._kept()
        stale = [day for day in known.keys() | current.keys() if known.get(day) != current.get(day)]
        if not stale:
            return pairs
        still = pairs[~np.isin(pairs[:, 1], [(day - EPOCH).days for day in stale])]
        fresh = _pairs_of(read(sorted(day for day in stale if day in current)))
        both = np.concatenate([still, fresh])
        pairs = both[np.argsort(both[:, 0], kind="stable")]
        self._keep(current, pairs)
        return pairs

    def _kept(self) -> tuple[dict[date, str], Pairs]:
        """Return what was kept; nothing where there is nothing, or nothing that can be read."""
        try:
            kept = json.loads((self.folder / "days.json").read_text(encoding="utf-8"))
            pairs = np.load(self.folder / kept["pairs"], mmap_mode="r", allow_pickle=False)
            return {date.fromisoformat(day): files for day, files in kept["days"].items()}, pairs
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            return {}, np.zeros((0, 2), dtype=np.int64)

    def _keep(self, days: dict[date, str], pairs: Pairs) -> None:
        """Keep the pairs under a new name, then point to them: who reads meanwhile reads the one or the other."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"pairs-{uuid4().hex}.npy"
        np.save(self.folder / name, pairs, allow_pickle=False)
        kept: dict[str, Any] = {"pairs": name, "days": {str(day): files for day, files in days.items()}}
        unfinished = self.folder / f".days.json.{os.getpid()}"
        unfinished.write_text(json.dumps(kept), encoding="utf-8")
        unfinished.replace(self.folder / "days.json")
        for older in self.folder.glob("pairs-*.npy"):
            if older.name != name:
                older.unlink(missing_ok=True)


def _pairs_of(rows: pd.DataFrame) -> Pairs:
    rows = rows.drop_duplicates()
    days = pd.to_datetime(rows.iloc[:, 0]).to_numpy().astype("datetime64[D]").astype(np.int64)
    return np.stack([_hashes(rows.iloc[:, 1]), days], axis=1)


def _hashes(values: pd.Series) -> npt.NDArray[np.int64]:
    hashed = pd.util.hash_array(values.astype("str").to_numpy(dtype=object), categorize=True)
    return hashed.astype(np.uint64).view(np.int64)


def _fingerprint(files: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(files)).encode()).hexdigest()[:16]
