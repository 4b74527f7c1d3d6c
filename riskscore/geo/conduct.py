"""How the vessel of each voyage behaved on it, in four numbers."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskscore.geo.track_arrays import Flags, Index, Track, draught_steps, microseconds, silences, slow, track_arrays

CONDUCT = ("longest_silence_hours", "silence_count", "slow_at_sea_hours", "draught_change_m")
"""Columns of `voyage_conduct`."""
TIMES = ("planned_arrival", "planned_departure", "actual_arrival", "actual_departure")
MISSING, NEVER = np.iinfo(np.int64).min, np.iinfo(np.int64).max
SECOND = 1_000_000
SPAN = 2**33
"""More seconds than there are from 1970 to the year 2200: vessel and second in one number."""


@dataclass(frozen=True)
class Windows:
    """When each voyage is sailed, by what is known of its calls: from leaving its first port to reaching its last.

    Instants in microseconds since 1970, UTC.
    """

    voyages: pd.Index
    vessels: pd.Index
    vessel: Index
    """Which of `vessels` sails each voyage."""
    begin: Index
    """NEVER where no call has a time."""
    end: Index
    called: tuple[Index, Index, Index]
    """Of each call that happened: which of `voyages`, arrival and departure (the other one's where one is missing)."""

    def whose(self, positions: pd.DataFrame, until: int) -> Index:
        """Return which voyage each position belongs to, the one last begun; -1 outside of any or after `until`."""
        if not len(self.voyages):
            return np.full(len(positions), -1, dtype=np.int64)
        order = np.lexsort((self.begin, self.vessel))
        line = self.vessel[order] * SPAN + np.minimum(self.begin[order] // SECOND, SPAN - 1)
        at = microseconds(positions["at"])
        vessel = self.vessels.get_indexer(pd.Index(positions["vessel_imo"]))
        last_begun = np.searchsorted(line, vessel * SPAN + at // SECOND, side="right") - 1
        voyage = order[np.maximum(last_begun, 0)]
        inside: Flags = (
            (last_begun >= 0) & (self.vessel[voyage] == vessel) & (at <= np.minimum(self.end[voyage], until))
        )
        return np.asarray(np.where(inside, voyage, -1), dtype=np.int64)


def voyage_windows(calls: pd.DataFrame) -> Windows:
    """Return when each voyage is sailed; `calls` is one row a call, columns of a port call."""
    times = {name: microseconds(calls[f"{name}_at"]) for name in TIMES}
    came, left = times["actual_arrival"], times["actual_departure"]
    reached = np.where(came == MISSING, times["planned_arrival"], came)
    gone = np.where(left == MISSING, times["planned_departure"], left)
    number, voyages = pd.factorize(calls["voyage_id"])
    vessel_number, vessels = pd.factorize(calls["vessel_imo"])
    begin, end, vessel = (np.full(len(voyages), value) for value in (NEVER, MISSING, 0))
    np.minimum.at(begin, number, np.where(gone == MISSING, NEVER, gone))
    np.maximum.at(end, number, reached)
    vessel[number] = vessel_number
    happened = np.flatnonzero((came != MISSING) | (left != MISSING))
    arrival = np.where(came == MISSING, left, came)[happened]
    departure = np.where(left == MISSING, came, left)[happened]
    called = (number[happened].astype(np.int64), arrival, departure)
    return Windows(pd.Index(voyages), pd.Index(vessels), vessel, begin, end, called)


def voyage_conduct(positions: pd.DataFrame, windows: Windows, until: pd.Timestamp) -> pd.DataFrame:
    """Return CONDUCT for each voyage with a known position, indexed by voyage_id.

    `positions` has vessel_imo, at, lat, lon, speed_kn, draught_m and status; nothing after `until` counts. A voyage
    without gap, slow spell or change of draught has 0, one without any position no row.
    """
    track = track_arrays(positions, windows.whose(positions, until.value // 1000))
    said = _said(track, windows)
    known = np.unique(track.whose)
    index = pd.Index(windows.voyages.to_numpy(dtype=object)[known], dtype="str", name="voyage_id")
    return pd.DataFrame({name: one[known] for name, one in zip(CONDUCT, said, strict=True)}, index)


def _said(track: Track, windows: Windows) -> tuple[np.ndarray, ...]:
    """Return each column of CONDUCT for every voyage, 0 where there is nothing."""
    count = len(windows.voyages)
    longest, deepest = np.zeros(count), np.zeros(count)
    silent, crawled = silences(track), slow(track)
    np.maximum.at(longest, track.whose[silent], track.hours[silent])
    before, after = draught_steps(track, windows.called)
    np.maximum.at(deepest, track.whose[after], np.abs(track.draught_m[after] - track.draught_m[before]).round(3))
    silence_count = np.bincount(track.whose[silent], minlength=count).astype(np.float64)
    return longest, silence_count, np.bincount(track.whose[crawled.row], crawled.hours, minlength=count), deepest
