"""What a column holds on which days: where its values lie, and, where they are few, what they are.

Both are made of the table and keep themselves right: a day whose files are others than when it was looked at is looked
at again. So finding all versions of some keys reads the days they lie on, and no others, however long the history.
"""

import hashlib
import json
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
"""Shape (2, pairs): the hashes of values in order, and for each the number of a day that holds it."""

FilesByDay = Mapping[date, Iterable[str]]
"""A table's live files by day."""

ReadDays = Callable[[list[date]], pd.DataFrame]
"""Reads columns (day, value) of some days, each pair once."""

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Locator:
    """Where each value of one column lies, kept below a table's `folder`."""

    folder: Path
    column: str

    def days_with(self, values: Collection[str], files: FilesByDay, read: ReadDays) -> list[date]:
        """Return the days whose partitions hold any of `values`."""
        hashes, days = self._pairs({day: fingerprint(names) for day, names in files.items()}, read)
        wanted = np.sort(_hashes(pd.Series(values if isinstance(values, pd.Series) else list(values), dtype="str")))
        starts, ends = (np.searchsorted(hashes, wanted, side=side) for side in ("left", "right"))
        found = np.flatnonzero(np.bincount(days[ranges(starts, ends)]))
        return [EPOCH + timedelta(days=int(day)) for day in found]

    def _pairs(self, current: dict[date, str], read: ReadDays) -> Pairs:
        known, pairs = self._kept()
        stale = [day for day in known.keys() | current.keys() if known.get(day) != current.get(day)]
        if not stale:
            return pairs
        looked_at = [(day - EPOCH).days for day in stale if day in known]
        still = pairs[:, ~np.isin(pairs[1], looked_at)] if looked_at else pairs
        fresh = _pairs_of(read(sorted(day for day in stale if day in current)))
        pairs = np.insert(still, np.searchsorted(still[0], fresh[0]), fresh, axis=1)
        self._keep(current, pairs)
        return pairs

    def _kept(self) -> tuple[dict[date, str], Pairs]:
        """Return what was kept; nothing where there is nothing, or nothing that can be read."""
        try:
            kept = json.loads((self._own / "days.json").read_text(encoding="utf-8"))
            pairs = np.load(self._own / kept["pairs"], mmap_mode="r", allow_pickle=False)
            return {date.fromisoformat(day): files for day, files in kept["days"].items()}, pairs
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            return {}, np.zeros((2, 0), dtype=np.int64)

    def _keep(self, days: dict[date, str], pairs: Pairs) -> None:
        """Keep the pairs under a new name, then point to them: who reads meanwhile reads the one or the other."""
        self._own.mkdir(parents=True, exist_ok=True)
        name = f"pairs-{uuid4().hex}.npy"
        np.save(self._own / name, pairs, allow_pickle=False)
        _replace(self._own / "days.json", {"pairs": name, "days": {str(day): files for day, files in days.items()}})
        for older in self._own.glob("pairs-*.npy"):
            if older.name != name:
                older.unlink(missing_ok=True)

    @property
    def _own(self) -> Path:
        return self.folder / self.column


@dataclass(frozen=True)
class Roster:
    """Which values one column has, by day, kept below a table's `folder`; kept nowhere without one."""

    folder: Path | None
    column: str

    def values(self, until: date, files: FilesByDay, read: ReadDays) -> set[str]:
        """Return every value of the days up to `until`; a missing one is none."""
        current = {str(day): fingerprint(names) for day, names in files.items()}
        known = self._kept()
        stale = [day for day in current if known.get(day, ("",))[0] != current[day]]
        if stale or known.keys() - current.keys():
            rows = read([date.fromisoformat(day) for day in stale]).dropna()
            fresh = dict[str, list[str]]()
            for day, value in rows.itertuples(index=False, name=None):
                fresh.setdefault(str(day), []).append(str(value))
            still = {day: known[day][1] for day in current.keys() - set(stale)}
            known = {day: (files, still.get(day, fresh.get(day, []))) for day, files in current.items()}
            self._keep(known)
        return {value for day, (_, values) in known.items() if day <= str(until) for value in values}

    def _kept(self) -> dict[str, tuple[str, list[str]]]:
        """Return files and values by day; nothing where there is nothing, or nothing that can be read."""
        try:
            kept = json.loads((self.folder / self._name).read_text(encoding="utf-8")) if self.folder else {}
            return {str(day): (str(files), [str(value) for value in values]) for day, (files, values) in kept.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def _keep(self, known: dict[str, tuple[str, list[str]]]) -> None:
        if self.folder:
            self.folder.mkdir(parents=True, exist_ok=True)
            _replace(self.folder / self._name, known)

    @property
    def _name(self) -> str:
        return f"{self.column}-values.json"


def _replace(file: Path, kept: Mapping[str, Any]) -> None:
    """Write a file whole or not at all."""
    unfinished = file.with_name(f".{file.name}.{uuid4().hex}")
    unfinished.write_text(json.dumps(kept), encoding="utf-8")
    unfinished.replace(file)


def ranges(starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the numbers from each start up to, and without, its end, one range after the other."""
    counts = ends - starts
    before = np.cumsum(counts) - counts
    found: npt.NDArray[np.int64] = np.arange(counts.sum()) + np.repeat(starts - before, counts)
    return found


def _pairs_of(rows: pd.DataFrame) -> Pairs:
    days = pd.to_datetime(rows.iloc[:, 0]).to_numpy().astype("datetime64[D]").astype(np.int64)
    pairs = np.stack([_hashes(rows.iloc[:, 1]), days])
    return pairs[:, np.argsort(pairs[0])]


def _hashes(values: pd.Series) -> npt.NDArray[np.int64]:
    hashed = pd.util.hash_array(values.astype("str").to_numpy(dtype=object), categorize=True)
    return hashed.astype(np.uint64).view(np.int64)


def fingerprint(files: Iterable[str]) -> str:
    """Return what tells the files of a day from any others."""
    return hashlib.sha256("\n".join(sorted(files)).encode()).hexdigest()[:16]
