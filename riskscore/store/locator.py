"""What a column holds on which days: where its values lie, and, where they are few, what they are.

Both are made of the table and keep themselves right: a day whose files are others than when it was looked at is looked
at again. So finding all versions of some keys reads the days they lie on, and no others, however long the history.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pandas as pd

Pairs = npt.NDArray[np.int64]
"""Shape (2, pairs): the hashes of values in order, and for each the number of a day that holds it."""

Prints = Mapping[date, str]
"""What tells the live files of each day of a table from any others."""

ReadDays = Callable[[list[date]], pd.DataFrame]
"""Reads columns (day, value) of some days, each pair once."""

EPOCH = date(1970, 1, 1)
LOOKS = 3
"""Times that parts are looked for, where another process replaces them meanwhile."""
SEVERAL = 8
"""Times that a part is at least as large as the next one."""


@dataclass(frozen=True)
class Part:
    """What some days hold, in a file of its own once it has a name."""

    days: Mapping[date, str]
    """With what tells the files that were looked at from any others."""
    pairs: Pairs
    name: str = ""

    def without(self, days: Collection[date]) -> "Part":
        """Return the same part, but for what these days hold."""
        left = {day: files for day, files in self.days.items() if day not in days}
        if len(left) == len(self.days):
            return self
        return Part(left, self.pairs[:, np.isin(self.pairs[1], [(day - EPOCH).days for day in left])])

    def joined(self, other: "Part") -> "Part":
        """Return both as one."""
        pairs = np.concatenate([self.pairs, other.pairs], axis=1)
        return Part({**self.days, **other.days}, pairs[:, np.argsort(pairs[0], kind="stable")])


@dataclass(frozen=True)
class Locator:
    """Where each value of one column lies, kept below a table's `folder`.

    It is kept in parts, each a few times as large as the next: a new day is written with the small ones, not with all.
    """

    folder: Path
    column: str

    def days_with(self, values: Collection[str], current: Prints, read: ReadDays) -> list[date]:
        """Return the days whose partitions hold any of `values`."""
        wanted = np.sort(_hashes(pd.Series(values if isinstance(values, pd.Series) else list(values), dtype="str")))
        found = set[int]()
        for hashes, days in (part.pairs for part in self._parts(current, read)):
            starts, ends = (np.searchsorted(hashes, wanted, side=side) for side in ("left", "right"))
            found.update(np.flatnonzero(np.bincount(days[ranges(starts, ends)])).tolist())
        return [EPOCH + timedelta(days=day) for day in sorted(found)]

    def _parts(self, current: Prints, read: ReadDays) -> list[Part]:
        kept = self._kept()
        if not _stale(kept, current):
            return kept
        with self._alone():  # what several processes wait to do is done once
            kept = self._kept()
            stale = _stale(kept, current)
            fresh = sorted(day for day in stale if day in current)
            parts = [part.without(stale) for part in kept]
            if fresh:
                parts.append(Part({day: current[day] for day in fresh}, _pairs_of(read(fresh))))
            return self._keep(merged([part for part in parts if part.days])) if stale else kept

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the one lock of those that write; a killed holder's is free again."""
        self._own.mkdir(parents=True, exist_ok=True)
        with (self._own / ".lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _kept(self) -> list[Part]:
        """Return what was kept; nothing where there is nothing, or nothing that can be read."""
        for _ in range(LOOKS):
            try:
                return self._read()
            except FileNotFoundError:
                continue  # another process may have put newer parts in their place
            except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError):
                break
        return []

    def _read(self) -> list[Part]:
        kept = json.loads((self._own / "days.json").read_text(encoding="utf-8"))
        return [
            Part(
                {date.fromisoformat(day): str(files) for day, files in part["days"].items()},
                np.load(self._own / part["pairs"], mmap_mode="r", allow_pickle=False),
                part["pairs"],
            )
            for part in kept["parts"]
        ]

    def _keep(self, parts: Sequence[Part]) -> list[Part]:
        """Keep parts under new names, then point to them: who reads meanwhile reads the one or the other."""
        named = [part if part.name else replace(part, name=f"pairs-{uuid4().hex}.npy") for part in parts]
        for part, before in zip(named, parts, strict=True):
            if part is not before:
                _write(self._own / part.name, part.pairs)
        told = [{"pairs": part.name, "days": {str(day): files for day, files in part.days.items()}} for part in named]
        _replace(self._own / "days.json", {"parts": told})
        names = {part.name for part in named}
        for older in self._own.glob("pairs-*.npy"):
            if older.name not in names:
                older.unlink(missing_ok=True)
        return named

    @property
    def _own(self) -> Path:
        return self.folder / self.column


def _stale(parts: Sequence[Part], current: Prints) -> set[date]:
    """Return the days whose files are others than those that parts were made of, or that one of the two has not."""
    known = {day: files for part in parts for day, files in part.days.items()}
    return {day for day in known.keys() | current.keys() if known.get(day) != current.get(day)}


def merged(parts: list[Part]) -> list[Part]:
    """Return parts with the last ones joined, until the last holds something, and the one before far more."""
    while len(parts) > 1 and not 0 < SEVERAL * parts[-1].pairs.shape[1] <= parts[-2].pairs.shape[1]:
        parts = [*parts[:-2], parts[-2].joined(parts[-1])]
    return parts


@dataclass(frozen=True)
class Roster:
    """Which values one column has, by day, kept below a table's `folder`; kept nowhere without one."""

    folder: Path | None
    column: str

    def values(self, until: date, prints: Prints, read: ReadDays) -> set[str]:
        """Return every value of the days up to `until`; a missing one is none."""
        current = {str(day): files for day, files in prints.items()}
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


def _write(file: Path, pairs: Pairs) -> None:
    """Write pairs such that they last once anything names them."""
    with file.open("xb") as target:
        np.save(target, pairs, allow_pickle=False)
        target.flush()
        os.fsync(target.fileno())


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
