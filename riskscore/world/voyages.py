"""Voyages: which ship sails which rotation when, as planned and as it turned out."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from riskscore.world.arrays import Index, Texts
from riskscore.world.clock import DAY, HOUR, day_number, to_date
from riskscore.world.names import vessel_names
from riskscore.world.network import Network
from riskscore.world.spec import UNITS, WorldSpec

AFTER_END_DAYS = 12
"""Voyages that reach a unit this long after the world's end are still announced in it."""
STAY = 26 * HOUR
CARRIED_DELAY = 0.85
DELAY_HOURS = 7.0
STORM_SHARE = 0.04
STORM_HOURS = 40.0


@dataclass(frozen=True)
class Schedule:
    """Every call of every voyage: one row per voyage, and flat arrays with one entry per call (seconds since 1970)."""

    voyages: pd.DataFrame
    """voyage_id, service, carrier_code, service_code, vessel, first_call, call_count (index 0.. = voyage number)."""
    vessels: pd.DataFrame
    """vessel_imo, vessel_name (index 0.. = vessel number)."""
    port: Texts
    planned_arrival: Index
    planned_departure: Index
    actual_arrival: Index
    actual_departure: Index

    def call(self, voyage: Index, number: Index) -> Index:
        """Return the position in the flat arrays of call `number` (from 0) of each voyage."""
        return np.asarray(self.voyages["first_call"].to_numpy()[voyage] + number, dtype=np.int64)


def make_schedule(spec: WorldSpec, network: Network) -> Schedule:
    """Return all voyages that reach a unit between the world's start and shortly after its end."""
    rng = spec.stream("voyages")
    services = network.services.rename_axis("service").reset_index().to_dict("records")
    strings = [_sail(spec, service, rng) for service in services]
    voyages = pd.concat([voyages for voyages, _ in strings], ignore_index=True)
    used = voyages.groupby(["service", "hull"]).ngroup()
    vessels = pd.DataFrame(
        {"vessel_imo": imo_numbers(used.max() + 1, rng), "vessel_name": vessel_names(used.max() + 1, rng)}
    )
    first_call = np.cumsum(voyages["call_count"]) - voyages["call_count"]
    rotations = network.services["rotation"].iloc[voyages["service"]]
    times = np.concatenate([times for _, times in strings], axis=1)
    return Schedule(
        voyages.drop(columns="hull").assign(vessel=used, first_call=first_call),
        vessels,
        rotations.explode().to_numpy(dtype=object),
        *times,
    )


def imo_numbers(count: int, rng: np.random.Generator) -> Texts:
    """Return different seven-digit numbers with the IMO check digit, from the never issued 2000000 to 4999999."""
    stem = 200_000 + rng.choice(300_000, count, replace=False)
    digits = stem[:, None] // 10 ** np.arange(5, -1, -1) % 10
    check = digits @ np.arange(7, 1, -1) % 10
    return np.array([f"{number}{digit}" for number, digit in zip(stem, check, strict=True)], dtype=object)


def _sail(spec: WorldSpec, service: dict[Hashable, Any], rng: np.random.Generator) -> tuple[pd.DataFrame, Index]:
    """Return one service's voyages and its (4, calls) times."""
    rotation, sailing = service["rotation"], np.round(service["sailing_days"] * DAY).astype(np.int64)
    arrival = np.cumsum(sailing) + np.arange(len(rotation)) * STAY
    at_units = arrival[[port in UNITS for port in rotation]]
    start, end = day_number(spec.start), day_number(spec.start) + spec.days + AFTER_END_DAYS
    first = start - at_units[-1] // DAY
    first += (service["weekday"] - (first + 3)) % 7  # 1970-01-01 was a Thursday
    departures = np.arange(first, end - at_units[0] // DAY, 7) * DAY + rng.integers(0, 24) * HOUR
    planned = departures[:, None] + arrival
    actual_arrival, actual_departure = _turn_out(planned, sailing, rng)
    times = np.stack([planned, planned + STAY, actual_arrival, actual_departure]).reshape(4, -1)
    hulls = int((2 * arrival[-1] / DAY + 14) // 7)
    return _voyage_rows(service, departures // DAY, hulls), times


def _turn_out(planned: Index, sailing: Index, rng: np.random.Generator) -> tuple[Index, Index]:
    """Return actual arrivals and departures: delays are carried on, worn off, now and then made by a storm."""
    voyages, calls = planned.shape
    shock = rng.normal(0, DELAY_HOURS, (voyages, calls)) + (rng.random((voyages, calls)) < STORM_SHARE) * STORM_HOURS
    wait = np.round(rng.normal(0, 2.5, (voyages, calls)).clip(-8) * HOUR).astype(np.int64)
    arrival, departure = planned.copy(), planned + STAY + wait
    for call in range(1, calls):
        delay = CARRIED_DELAY * (departure[:, call - 1] - planned[:, call - 1] - STAY) + shock[:, call] * HOUR
        soonest = departure[:, call - 1] + sailing[call] * 85 // 100
        arrival[:, call] = np.maximum(planned[:, call] + np.round(delay).astype(np.int64), soonest)
        departure[:, call] = arrival[:, call] + STAY + wait[:, call]
    return arrival, departure


def _voyage_rows(service: dict[Hashable, Any], departure_days: Index, hulls: int) -> pd.DataFrame:
    weeks = [day.isocalendar() for day in map(to_date, departure_days)]
    return pd.DataFrame(
        {
            "voyage_id": [f"{service['service_code']}-{week.year % 100:02d}{week.week:02d}" for week in weeks],
            "service": service["service"],
            "carrier_code": service["carrier_code"],
            "service_code": service["service_code"],
            "hull": departure_days // 7 % hulls,
            "call_count": len(service["rotation"]),
        }
    )
