"""The companies behind a campaign, method by method."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from riskscore.world.setting import Setting, found_consignee, found_shipper, silent
from riskscore.world.tables import goods_of

COVERS = (1, 5)
"""How many companies a campaign with cover loads uses on each side (the end is left out)."""
FRONT_GOODS, DORMANT_GOODS = 5, 2
"""Kinds of goods that front companies and reactivated ones deal in."""
FRONT_BORROWS = 3


@dataclass(frozen=True)
class Companies:
    """Numbers of the shippers, consignees (parties) and goods of a campaign; none if it uses honest people's."""

    shippers: tuple[int, ...] = ()
    consignees: tuple[int, ...] = ()
    goods: tuple[int, ...] = ()


@dataclass(frozen=True)
class Lane:
    """Where a campaign ships from and to, and when it begins (day from the world's start)."""

    country: str
    unit: int
    day: int


def _cover_load(setting: Setting, lane: Lane, rng: np.random.Generator) -> Companies:
    """Return some shippers and consignees, founded or borrowed, that never dealt with each other; one ordinary good."""
    shippers, consignees = [], []
    for founds_shipper, founds_consignee in rng.random((int(rng.integers(*COVERS)), 2)) < 0.5:
        borrowed = int(rng.choice(setting.shippers_of[lane.country])), int(rng.choice(setting.consignees_of[lane.unit]))
        shippers.append(found_shipper(setting, lane.country, "cover") if founds_shipper else borrowed[0])
        consignees.append(found_consignee(setting, lane.unit, "cover", rng) if founds_consignee else borrowed[1])
    return Companies(tuple(shippers), tuple(consignees), _wares(lane.country, 1, rng))


def _rip_on_rip_off(_setting: Setting, _lane: Lane, _rng: np.random.Generator) -> Companies:
    """Return no companies: the load is slipped into honest people's containers."""
    return Companies()


def _front_company(setting: Setting, lane: Lane, rng: np.random.Generator) -> Companies:
    """Return a new consignee that buys whatever there is, from a shipper of its own or from several honest ones."""
    consignee = found_consignee(setting, lane.unit, "front", rng)
    borrowed = rng.choice(setting.shippers_of[lane.country], FRONT_BORROWS).tolist()
    shippers = [found_shipper(setting, lane.country, "front")] if rng.random() < 0.5 else borrowed
    return Companies(tuple(shippers), (consignee,), _wares(lane.country, FRONT_GOODS, rng))


def _dormant_company(setting: Setting, lane: Lane, rng: np.random.Generator) -> Companies:
    """Return a company that had been silent for long, now on another lane, and a new partner."""
    party = int(rng.choice(silent(setting, lane.day)))
    del setting.dormant[party]
    wares = _wares(lane.country, DORMANT_GOODS, rng)
    if setting.parties["role"].iloc[party] == "shipper":
        return Companies((party,), (found_consignee(setting, lane.unit, "partner", rng),), wares)
    return Companies((found_shipper(setting, lane.country, "partner"),), (party,), wares)


COMPANIES: dict[str, Callable[[Setting, Lane, np.random.Generator], Companies]] = {
    "cover_load": _cover_load,
    "rip_on_rip_off": _rip_on_rip_off,
    "front_company": _front_company,
    "dormant_company": _dormant_company,
}


def _wares(country: str, count: int, rng: np.random.Generator) -> tuple[int, ...]:
    own = goods_of()[country]
    return tuple(rng.choice(own, min(count, len(own)), replace=False).tolist())
