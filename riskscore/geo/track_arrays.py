"""Positions as arrays, in order of vessel and time, and what happens from one to the next."""

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscore.geo.great_circle import great_circle_km
from riskscore.geo.nearest import nearest_port

KM_PER_NAUTICAL_MILE = 1.852
"""Exactly (BIPM, The International System of Units, 9th edition, table 8); a knot is one an hour."""
SILENT_HOURS = 12.0
"""A longer silence under way is a gap (as in Welch et al., Hot spots of unseen fishing vessels, Sci. Adv. 8, 2022)."""
AT_REST = (1, 5, 6)
"""Navigational status at anchor, moored, aground (Recommendation ITU-R M.1371, message 1)."""
REST_KN, REST_KM = 0.5, 20.0
"""A vessel slower than this lies still; one that lay still and is found so near again was not under way."""
SLOW_KN = 5.0
"""A container ship does 12 kn and more at sea; below this something is lowered, lifted, awaited or repaired."""
PORT_KM = 20 * KM_PER_NAUTICAL_MILE
"""So near to a seaport a slow vessel waits for its berth."""
SLOW_HOURS = 2.0
"""A slow spell shorter than this is left out."""
DRAUGHT_STEP_M = 0.5
"""A smaller change is fuel burnt, ballast, or the rounding of what the crew types in."""
DRAUGHT_HOURS = 36.0
"""So long before and after a call a change of draught is its loading: crews type the new value in late."""
FASTEST_KN = 60.0
"""Nothing that carries containers moves faster; a position farther away is forged or garbled."""
HOUR = 3_600_000_000
"""Microseconds of an hour."""

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Index = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Track:
    """Positions sorted by `whose` (a number for a vessel or voyage) and `at` (microseconds since 1970, UTC)."""

    whose: Index
    at: Index
    lat: Floats
    lon: Floats
    speed_kn: Floats
    draught_m: Floats
    status: Floats

    def only(self, rows: Flags | Index) -> Self:
        """Return these rows."""
        return type(self)(*(getattr(self, one.name)[rows] for one in fields(self)))

    @cached_property
    def follows(self) -> Flags:
        """Whether each position has a predecessor of the same vessel."""
        return np.append(False, self.whose[1:] == self.whose[:-1])[: len(self.at)]

    @cached_property
    def hours(self) -> Floats:
        """Hours since the predecessor, NaN without."""
        return np.where(self.follows, np.append(np.nan, np.diff(self.at) / HOUR)[: len(self.at)], np.nan)

    @cached_property
    def km(self) -> Floats:
        """Great-circle distance from the predecessor, NaN without."""
        step = great_circle_km(self.lat[:-1], self.lon[:-1], self.lat[1:], self.lon[1:])
        return np.where(self.follows, np.append(np.nan, step)[: len(self.at)], np.nan)

    @cached_property
    def sailed_kn(self) -> Floats:
        """Mean speed from the predecessor, NaN without."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.km / KM_PER_NAUTICAL_MILE / self.hours)

    @cached_property
    def lies_still(self) -> Flags:
        """Whether the vessel was at rest, by its status or its speed."""
        return np.isin(self.status, AT_REST) | (self.speed_kn < REST_KN)


def track_arrays(positions: pd.DataFrame, whose: Index) -> Track:
    """Return positions that have a place and, in `whose`, no negative number, as a track.

    Columns: at (UTC), lat, lon (degrees), speed_kn, draught_m (missing where not known), status (0..15 or missing).
    """
    numbers = {
        name: positions[name].to_numpy(dtype=np.float64, na_value=np.nan)
        for name in ("lat", "lon", "speed_kn", "draught_m", "status")
    }
    track = Track(whose, microseconds(positions["at"]), **numbers)
    kept = np.flatnonzero((whose >= 0) & ~np.isnan(track.lat) & ~np.isnan(track.lon))
    order = kept[np.lexsort((track.at[kept], whose[kept]))]
    return without_jumps(track.only(order))


def microseconds(instants: pd.Series) -> Index:
    """Return UTC instants as microseconds since 1970; a missing one is the smallest number there is."""
    return instants.to_numpy(dtype="datetime64[us]").astype(np.int64)


def without_jumps(track: Track) -> Track:
    """Leave out positions that neither neighbour can be reached from at FASTEST_KN: no vessel was there.

    A vessel's first and last position are judged once those between them are: by the one neighbour they then have.
    """
    within = track.only(~_out_of_reach(track, at_ends=False))
    return within.only(~_out_of_reach(within, at_ends=True))


def silences(track: Track) -> Index:
    """Return the positions after a silence of more than SILENT_HOURS under way.

    A vessel that lay still and is found again within REST_KM was not under way.
    """
    rested = np.append(False, track.lies_still[:-1])[: len(track.at)] & (track.km < REST_KM)
    return np.flatnonzero((track.hours > SILENT_HOURS) & ~rested)


@dataclass(frozen=True)
class Slow:
    """Positions of slow spells: which rows, which spell each belongs to (from 0), hours, speed, nearest port."""

    row: Index
    spell: Index
    hours: Floats
    speed_kn: Floats
    port: pd.DataFrame


def slow(track: Track) -> Slow:
    """Return where vessels under way were slower than SLOW_KN, more than PORT_KM from any seaport, for SLOW_HOURS.

    A position stands for half the time to each of its neighbours, at most half of SILENT_HOURS; speed is the one over
    ground as reported, or the one sailed where it is missing.
    """
    speed = np.where(np.isnan(track.speed_kn), track.sailed_kn, track.speed_kn)
    near = np.flatnonzero((speed < SLOW_KN) & ~np.isin(track.status, AT_REST))
    port = nearest_port(pd.Series(track.lat[near]), pd.Series(track.lon[near]))
    far = port["distance_km"].to_numpy() > PORT_KM
    row, port = near[far].astype(np.int64), port[far].reset_index(drop=True)
    half = np.nan_to_num(np.minimum(track.hours, SILENT_HOURS)) / 2
    hours = (half + np.append(half[1:], 0.0)[: len(half)])[row]
    runs_on = np.append(False, (np.diff(row) == 1) & (track.hours[row[1:]] <= SILENT_HOURS))[: len(row)]
    spell = np.cumsum(~runs_on) - 1
    long = np.bincount(spell, hours, minlength=1)[spell] >= SLOW_HOURS if len(row) else np.zeros(0, dtype=bool)
    return Slow(row[long], np.unique(spell[long], return_inverse=True)[1], hours[long], speed[row[long]], port[long])


def draught_steps(track: Track, called: tuple[Index, Index, Index]) -> tuple[Index, Index]:
    """Return the positions before and after each change of draught of DRAUGHT_STEP_M and more that no call explains.

    `called` is whose call, arrival and departure (microseconds). A call explains a change if the time between the two
    positions comes within DRAUGHT_HOURS of it.
    """
    told = np.flatnonzero(~np.isnan(track.draught_m))
    draught, whose = track.draught_m[told], track.whose[told]
    changed = np.flatnonzero((np.abs(np.diff(draught)) >= DRAUGHT_STEP_M - 1e-9) & (whose[1:] == whose[:-1]))
    before, after = told[changed], told[changed + 1]
    around = int(DRAUGHT_HOURS * HOUR)
    by, arrival, departure = (one[np.newaxis] for one in called)
    hit = (track.at[after][:, np.newaxis] >= arrival - around) & (track.at[before][:, np.newaxis] <= departure + around)
    unexplained = ~(hit & (track.whose[after][:, np.newaxis] == by)).any(axis=1)
    return before[unexplained], after[unexplained]


def _out_of_reach(track: Track, *, at_ends: bool) -> Flags:
    speed = track.sailed_kn
    onward = np.append(speed[1:], np.nan)[: len(speed)]
    alone_behind, alone_ahead = np.isnan(speed), np.isnan(onward)
    is_end = alone_behind | alone_ahead
    reached = (speed <= FASTEST_KN) | (onward <= FASTEST_KN)
    return np.asarray((is_end == at_ends) & ~reached & ~(alone_behind & alone_ahead))
