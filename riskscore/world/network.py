"""Where ships go: liner services, the ways cargo takes on them, and which are copied when the world is scaled up."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd

from riskscore.geo import sea_distance_km
from riskscore.world.arrays import Floats
from riskscore.world.spec import UNITS, WorldSpec
from riskscore.world.tables import companies, feeders, services

CONTAINERS_PER_COPY = 12_000
"""Containers a day above which every service sails in one more string."""
UNIT_SHARE = dict(zip(UNITS, (0.36, 0.29, 0.21, 0.30), strict=True))
"""How much a unit draws from a service that calls there; few services call at the last one."""
TRANSHIPPED_WEIGHT = 0.45
"""A way through a hub carries this much of what a direct one carries."""
KM_PER_DAY = 750.0


@dataclass(frozen=True)
class Network:
    """Services (index 0..) and routes (index 0..), a route being one way from a port of loading to a unit."""

    services: pd.DataFrame
    """service_code, carrier_code, weekday, share, rotation (list of LOCODEs), sailing_days (days from call to call)."""
    routes: pd.DataFrame
    """service, port_of_loading, country, via (hubs), load_call, discharge_call, feeder_days, unit (0..3), weight."""


def make_network(spec: WorldSpec) -> Network:
    """Return the services and routes of a world."""
    strings = [_string(copy) for copy in range(1 + spec.containers_per_day // CONTAINERS_PER_COPY)]
    table = pd.concat(strings, ignore_index=True)
    rotations: list[list[str]] = table["rotation"].to_list()
    exporters = set(companies().index[companies()["share"] > 0])
    feeder_lines = list(feeders()[["port", "via", "days"]].itertuples(index=False, name=None))
    ways = [_ways(service, rotation, exporters, feeder_lines) for service, rotation in enumerate(rotations)]
    routes = pd.DataFrame(chain.from_iterable(ways))
    share = table["share"].to_numpy()[routes["service"]]
    weight = share * routes["weight"] * routes["unit"].map(dict(enumerate(UNIT_SHARE.values())))
    return Network(table.assign(sailing_days=pd.Series(_sailing_days(rotations))), routes.assign(weight=weight))


def _string(copy: int) -> pd.DataFrame:
    table = services().rename(columns={"service": "service_code", "carrier": "carrier_code"})
    suffix = "" if copy == 0 else chr(ord("A") + copy - 1)
    return table.assign(service_code=table["service_code"] + suffix, weekday=(table["weekday"] + 3 * copy) % 7)


def _sailing_days(rotations: list[list[str]]) -> list[Floats]:
    """Return for each rotation the days at sea before each call (0 for the first one)."""
    ahead = pd.Series([port for rotation in rotations for port in rotation])
    behind = pd.Series([port for rotation in rotations for port in [rotation[0], *rotation[:-1]]])
    days = sea_distance_km(behind, ahead).to_numpy(dtype=np.float64) / KM_PER_DAY
    return np.split(days, np.cumsum([len(rotation) for rotation in rotations])[:-1])


def _ways(
    service: int, rotation: list[str], exporters: set[str], feeder_lines: list[tuple[str, list[str], int]]
) -> Iterator[dict[str, object]]:
    """Yield the direct and the transhipped ways that one service offers to each unit it calls at."""
    for discharge_call, unit in enumerate(rotation):
        if unit not in UNITS:
            continue
        calls = {port: call for call, port in enumerate(rotation[:discharge_call]) if port not in UNITS}
        for port, hubs, days in [*((port, [], 0) for port in calls), *feeder_lines]:
            loaded_at = hubs[-1] if hubs else port
            if port[:2] in exporters and loaded_at in calls:
                yield {
                    "service": service,
                    "port_of_loading": port,
                    "country": port[:2],
                    "via": " ".join(hubs),
                    "load_call": calls[loaded_at],
                    "discharge_call": discharge_call,
                    "feeder_days": days,
                    "unit": UNITS.index(unit),
                    "weight": TRANSHIPPED_WEIGHT if hubs else 1.0,
                }
