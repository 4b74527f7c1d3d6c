"""What trafficking groups can choose from: ways, places, companies they borrow, find dormant or found themselves."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from riskscore.world.arrays import Index, positions_by
from riskscore.world.network import Network
from riskscore.world.tables import consignee_homes
from riskscore.world.traders import Traders

SILENT_DAYS = 40
"""A company counts as dormant when it has not shipped for this long."""


@dataclass(frozen=True)
class Setting:
    """The world as groups see it; what they found and what they use up changes."""

    network: Network
    places: dict[str, int]
    """Numbers of the ports of loading and the hubs."""
    route_place: Index
    """Per route: its last hub, or its port of loading."""
    parties: pd.DataFrame
    shippers_of: dict[str, Index]
    """Shippers by country."""
    consignees_of: dict[int, Index]
    """Consignees by unit."""
    dormant: dict[int, int]
    """Parties that stopped trading, and the day (from the world's start) of their last loading."""
    founded: list[dict[str, object]] = field(default_factory=list)


def make_setting(network: Network, traders: Traders, last_seen: dict[int, int]) -> Setting:
    """Return the setting of a world before any group has acted; `last_seen` are the parties that stopped trading."""
    routes = network.routes
    last_hub = routes["via"].str.split().str[-1].fillna("")
    place = last_hub.where(last_hub != "", routes["port_of_loading"])
    places = {name: number for number, name in enumerate(sorted({*place, *routes["port_of_loading"]}))}
    return Setting(
        network,
        places,
        place.map(places).to_numpy(dtype=np.int64),
        traders.parties,
        _borrowable(traders.parties, "shipper", "country", last_seen),
        _borrowable(traders.parties, "consignee", "unit", last_seen),
        last_seen,
    )


def _borrowable(parties: pd.DataFrame, role: str, by: str, last_seen: dict[int, int]) -> dict[Any, Index]:
    """Return the parties of a role by home: those that trade all along, or whoever there is."""
    own = np.flatnonzero(parties["role"] == role)
    home, awake = parties[by].to_numpy(dtype=object)[own], ~np.isin(own, list(last_seen))
    everybody = {key: own[rows] for key, rows in positions_by(home).items()}
    return everybody | {key: own[awake][rows] for key, rows in positions_by(home[awake]).items()}


def silent(setting: Setting, day: int) -> list[int]:
    """Return the parties that have been silent for long on `day`."""
    return [party for party, last in setting.dormant.items() if day - last >= SILENT_DAYS]


def found_shipper(setting: Setting, country: str, kind: str) -> int:
    """Found a shipper and return its number among the parties."""
    return _enter(setting, {"role": "shipper", "country": country, "unit": -1, "place": "", "kind": kind})


def found_consignee(setting: Setting, unit: int, kind: str, rng: np.random.Generator) -> int:
    """Found a consignee in a unit's hinterland and return its number among the parties."""
    homes = consignee_homes()
    homes = homes[homes["unit"] == unit]
    home = homes.iloc[rng.choice(len(homes), p=homes["share"] / homes["share"].sum())]
    place = str(rng.choice(home["places"]))
    return _enter(
        setting, {"role": "consignee", "country": home["country"], "unit": unit, "place": place, "kind": kind}
    )


def _enter(setting: Setting, party: dict[str, object]) -> int:
    setting.founded.append(party)
    return len(setting.parties) + len(setting.founded) - 1
