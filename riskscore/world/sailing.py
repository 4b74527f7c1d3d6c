"""How ships sailed between their calls: along which lane, where they slowed down, where nothing was heard of them."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from riskscore.geo import along_km, sea_lane
from riskscore.world.arrays import Columns, Flags, Floats, Index
from riskscore.world.chance import draw
from riskscore.world.clock import HOUR
from riskscore.world.spec import UNITS
from riskscore.world.voyages import Schedule

KNOT = 1.852
RECEIVER_GAP_SHARE = 0.05
"""Legs on which a receiver misses a ship for half a day; nobody's doing."""
DARK_SHARE, DARK_SHARE_OF_GROUPS = 0.03, 0.45
"""Voyages that go dark off the coast where they load: honest ones, and, at most, those with bags slipped in there."""
SLOW_SHARE, SLOW_SHARE_OF_GROUPS = 0.04, 0.35
"""Voyages that lie off a coast for some hours: for their engine, and, at most, those that let something down."""
DRAUGHT_SHARE, DRAUGHT_SHARE_OF_GROUPS = 0.015, 0.08
SLOWEST_KN, FASTEST_KN = 12.0, 24.0
ROADS_KM = 12.0
"""Ships wait for their berth so far from it."""


@dataclass(frozen=True)
class Legs:
    """Ways from call to call, one entry a leg; times in seconds since 1970, lengths in km."""

    voyage: Index
    number: Index
    """From 0; leg n leaves call n."""
    way: Index
    """Which of `Ways` it goes along."""
    left_at: Index
    reached_at: Index
    length_km: Floats
    silent_from: Index
    silent_until: Index
    """Nothing is heard in between; equal where all is heard."""
    slow_from: Index
    slow_until: Index
    slow_kn: Floats
    deeper_m: Floats
    """Change of draught on the way, at its middle; 0 on nearly all."""

    @property
    def hours(self) -> Floats:
        """Time from port to port."""
        return np.asarray((self.reached_at - self.left_at) / HOUR)

    @property
    def speed_kmh(self) -> Floats:
        """Speed outside the slow spell; a ship too early for its berth does not dawdle, it waits at the roads."""
        slow = (self.slow_until - self.slow_from) / HOUR
        kmh = (self.length_km - slow * self.slow_kn * KNOT) / (self.hours - slow)
        return np.maximum(kmh, SLOWEST_KN * KNOT)

    def sailed_km(self, leg: Index, at: Index) -> Floats:
        """Return how far along its way each leg's ship was at an instant."""
        slow = np.clip(at, self.slow_from[leg], self.slow_until[leg]) - self.slow_from[leg]
        other = at - self.left_at[leg] - slow
        sailed_km = (other * self.speed_kmh[leg] + slow * self.slow_kn[leg] * KNOT) / HOUR
        return np.minimum(sailed_km, self.roads_km[leg])

    @property
    def roads_km(self) -> Floats:
        """How far along each way a ship waits for its berth."""
        return np.maximum(self.length_km - ROADS_KM, self.length_km / 2)

    def is_slow(self, leg: Index, at: Index) -> Flags:
        """Tell whether each leg's ship lay nearly still at an instant."""
        return np.asarray((at >= self.slow_from[leg]) & (at < self.slow_until[leg]))


@dataclass(frozen=True)
class Ways:
    """All different ways, one after the other in flat arrays; `first` says where each begins."""

    first: Index
    lat: Floats
    lon: Floats
    km: Floats
    """Along the way, from 0."""

    def place(self, way: Index, km: Floats) -> tuple[Floats, Floats, Floats]:
        """Return latitude, longitude and bearing (degrees) so far along each way."""
        apart = self.km.max() + 1.0
        number = np.repeat(np.arange(len(self.first)), np.diff([*self.first, len(self.km)]))
        line, asked = self.km + apart * number, km + apart * way
        lat, lon = np.interp(asked, line, self.lat), np.interp(asked, line, self.lon)
        end = np.clip(np.searchsorted(line, asked), self.first[way] + 1, np.append(self.first[1:], len(line))[way] - 1)
        north = self.lat[end] - self.lat[end - 1]
        east = (self.lon[end] - self.lon[end - 1]) * np.cos(np.radians(lat))
        return lat, (lon + 180) % 360 - 180, np.degrees(np.arctan2(east, north)) % 360


def make_legs(seed: int, schedule: Schedule, loads: pd.DataFrame) -> tuple[Legs, Ways]:
    """Return every leg of every voyage, and the ways they go along.

    `loads` says where bags were slipped into containers of a voyage: voyage (number), place (LOCODE).
    """
    count = schedule.voyages["call_count"].to_numpy() - 1
    voyage = np.repeat(np.arange(len(count)), count)
    number = np.arange(len(voyage)) - np.repeat(np.cumsum(count) - count, count)
    call = schedule.call(voyage, number)
    pairs = pd.MultiIndex.from_arrays([schedule.port[call], schedule.port[call + 1]])
    way, found = pd.factorize(pairs)
    lanes = [sea_lane(*pair) for pair in found]
    km = [along_km(lane) for lane in lanes]
    ways = Ways(
        first=np.cumsum([0, *map(len, km)])[:-1],
        lat=np.concatenate([lane[:, 0] for lane in lanes]),
        lon=np.concatenate([lane[:, 1] for lane in lanes]),
        km=np.concatenate(km),
    )
    left_at, reached_at = schedule.actual_departure[call], schedule.actual_arrival[call + 1]
    none = np.zeros(len(voyage))
    quiet = Legs(
        voyage=voyage,
        number=number,
        way=way.astype(np.int64),
        left_at=left_at,
        reached_at=reached_at,
        length_km=np.array([one[-1] for one in km])[way],
        silent_from=left_at,
        silent_until=left_at,
        slow_from=left_at,
        slow_until=left_at,
        slow_kn=none,
        deeper_m=none,
    )
    habits = _habits(seed, schedule, loads, quiet)
    return replace(quiet, **_silences(quiet, habits), **_slow_spells(quiet, habits), **_draughts(quiet, habits)), ways


@dataclass(frozen=True)
class Habits:
    """What decides how ships behave: chance, and how many bags were slipped into each voyage."""

    seed: int
    bags: Index
    loading: Index
    """The leg of each voyage on which it would go dark."""
    to_unit: Index
    """The leg of each voyage that ends at the first unit."""

    def share(self, purpose: str, usual: float, of_groups: float) -> Flags:
        """Draw which voyages do something: a usual share, and up to `of_groups` of those with many bags."""
        chance = draw(self.seed, purpose, np.arange(len(self.bags)))
        return np.asarray(chance < usual + (of_groups - usual) * -np.expm1(-self.bags / 2))

    def leg(self, purpose: str, legs: Legs) -> Floats:
        """Draw a number in [0, 1) for each leg."""
        return draw(self.seed, purpose, np.arange(len(legs.voyage)))


def _habits(seed: int, schedule: Schedule, loads: pd.DataFrame, legs: Legs) -> Habits:
    bags = np.bincount(loads["voyage"].to_numpy(dtype=np.int64), minlength=len(schedule.voyages)).astype(np.int64)
    is_unit = np.isin(schedule.port[schedule.call(legs.voyage, legs.number + 1)].astype(str), UNITS)
    to_unit = pd.Series(legs.number).where(is_unit).groupby(legs.voyage).min().to_numpy(dtype=np.int64)
    return Habits(seed, bags, _loading_leg(seed, schedule, loads, to_unit), to_unit)


def _silences(legs: Legs, habits: Habits) -> Columns:
    """Return when legs are silent: dark after loading, or missed by a receiver anywhere."""
    dark = habits.share("dark", DARK_SHARE, DARK_SHARE_OF_GROUPS)[legs.voyage]
    dark &= legs.number == habits.loading[legs.voyage]
    missed = ~dark & (habits.leg("receiver gap", legs) < RECEIVER_GAP_SHARE)
    dark_for, missed_for = 14 + 24 * habits.leg("dark for", legs), 12.5 + 10 * habits.leg("missed for", legs)
    lasts = np.where(dark, dark_for, missed_for)
    chance = habits.leg("silence begins", legs)
    begins = np.where(dark, 2 + 6 * chance, chance * (legs.hours - lasts))
    silent = (dark | missed) & (legs.hours > lasts + 10)
    return _span(legs, "silent", begins, np.where(silent, lasts, 0))


def _slow_spells(legs: Legs, habits: Habits) -> Columns:
    """Return when legs to the first unit are nearly still, and how fast they still are."""
    lasts, slow_kn = 4 + 8 * habits.leg("slow for", legs), 0.8 + 2.6 * habits.leg("slow at", legs)
    begins = np.minimum(legs.hours * (0.70 + 0.2 * habits.leg("slow begins", legs)), legs.hours - lasts - 2)
    other_kn = (legs.length_km - lasts * slow_kn * KNOT) / np.maximum(legs.hours - lasts, 1) / KNOT
    slow = habits.share("slow", SLOW_SHARE, SLOW_SHARE_OF_GROUPS)[legs.voyage]
    slow &= (legs.number == habits.to_unit[legs.voyage]) & (other_kn < FASTEST_KN) & (legs.hours > 40)
    return _span(legs, "slow", begins, np.where(slow, lasts, 0)) | {"slow_kn": slow_kn}


def _draughts(legs: Legs, habits: Habits) -> Columns:
    """Return by how much legs to the first unit change their draught on the way."""
    deeper = habits.share("draught", DRAUGHT_SHARE, DRAUGHT_SHARE_OF_GROUPS)[legs.voyage]
    deeper &= (legs.number == habits.to_unit[legs.voyage]) & (legs.hours > 96)
    sign = np.where(habits.leg("deeper or not", legs) < 0.5, -1, 1)
    return {"deeper_m": np.where(deeper, sign * (0.6 + 0.8 * habits.leg("deeper by", legs)), 0.0)}


def _span(legs: Legs, kind: str, begins: Floats, lasts: Floats) -> Columns:
    """Return from when until when, given in hours from leaving."""
    begin = legs.left_at + np.round(begins * HOUR).astype(np.int64)
    return {f"{kind}_from": begin, f"{kind}_until": begin + np.round(lasts * HOUR).astype(np.int64)}


def _loading_leg(seed: int, schedule: Schedule, loads: pd.DataFrame, first_to_unit: Index) -> Index:
    """Return the leg of each voyage that leaves the place where bags were slipped in, or any one before the units."""
    voyages = np.arange(len(first_to_unit))
    any_one = np.floor(draw(seed, "loading leg", voyages) * (first_to_unit + 1)).astype(np.int64)
    first_call = schedule.voyages["first_call"].to_numpy()
    for voyage, place in loads.drop_duplicates("voyage")[["voyage", "place"]].itertuples(index=False):
        begin = first_call[voyage]
        at = np.flatnonzero(schedule.port[begin : begin + first_to_unit[voyage] + 1] == place)
        any_one[voyage] = at[0] if len(at) else any_one[voyage]
    return any_one
