"""Traders with habits: who ships what to whom on which way, how often, and since when."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskscore.world.arrays import Floats, Index
from riskscore.world.network import Network
from riskscore.world.spec import WorldSpec
from riskscore.world.tables import SECTORS, companies, consignee_homes, goods

RELATION_WEEK = 0.8
"""Mean containers per week of one relation between a shipper and a consignee."""
SHIPPER_RELATIONS = 2.6
CONSIGNEE_RELATIONS = 3.4
KINDS = {"regular": 0.62, "starting": 0.12, "ceased": 0.10, "seasonal": 0.07, "single": 0.09}
YOUNG_SHARE = 0.1
"""Consignees that did not exist when the world began, all of them honest."""
LADEN_SHARE = 0.95
"""The rest are empties and what smugglers add."""
LONG_AGO, FAR_AWAY = -400.0, 10_000.0
"""How relations live: all along; from some day on; until some day; with a long pause; for one short spell."""


@dataclass(frozen=True)
class Traders:
    """Parties and the relations between them; parties are numbered through, carriers first."""

    parties: pd.DataFrame
    """role (carrier | shipper | consignee), country, unit and place (of a consignee), kind."""
    relations: pd.DataFrame
    """shipper, consignee, route, goods, weekly (shipments), extra (mean further containers), begins, ends, pause_from,
    pause_to (days from the world's start), weight_habit, value_habit (log), is_prepaid."""


def make_traders(spec: WorldSpec, network: Network) -> Traders:
    """Return the parties and relations of a world."""
    rng = spec.stream("traders")
    count = max(60, round(7 * spec.containers_per_day / RELATION_WEEK))
    carriers = _carriers(network)
    shippers = _shippers(max(60, round(count / SHIPPER_RELATIONS)), rng)
    consignees = _consignees(max(60, round(count / CONSIGNEE_RELATIONS)), rng)
    relations = _relations(count, shippers, network, rng)
    relations["consignee"] = len(carriers) + len(shippers) + _choose_consignees(relations, consignees, network, rng)
    relations["shipper"] += len(carriers)
    parties = pd.concat([carriers, shippers, consignees], ignore_index=True)
    return Traders(parties, relations.pipe(_add_life, spec, rng).pipe(_add_habits, spec, rng))


def pick(weights: Floats, size: int, rng: np.random.Generator) -> Index:
    """Return `size` positions drawn with the given weights."""
    return np.searchsorted(np.cumsum(weights) / np.sum(weights), rng.random(size), side="right")


def pick_within(groups: Index, wanted: Index, rng: np.random.Generator, *, skew: float = 1.0) -> Index:
    """Return for each wanted group one of its members' positions; a skew above 1 favours a group's first members.

    A group without members gets any member of all.
    """
    order = np.argsort(groups, kind="stable")
    first = np.searchsorted(groups[order], wanted, side="left")
    size = np.searchsorted(groups[order], wanted, side="right") - first
    first, size = np.where(size == 0, 0, first), np.where(size == 0, len(groups), size)
    return np.asarray(order[first + (rng.random(len(wanted)) ** skew * size).astype(np.int64)], dtype=np.int64)


def _carriers(network: Network) -> pd.DataFrame:
    codes = np.unique(network.services["carrier_code"])
    return pd.DataFrame({"role": "carrier", "country": "CH", "unit": -1, "place": "", "kind": "carrier", "code": codes})


def _shippers(count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return shippers: a country by its share, a main good of that country, a line of trade."""
    offers = goods().explode("origins").dropna(subset="origins")
    share = companies()["share"]
    everywhere = np.flatnonzero(share > 0)[:count]  # every exporting country has somebody, however small the world
    number = rng.permutation(np.append(everywhere, pick(share.to_numpy(float), count - len(everywhere), rng)))
    country = share.index.to_numpy(dtype=object)[number]
    codes = {name: number for number, name in enumerate(share.index)}
    offered = offers["origins"].map(codes).to_numpy()
    main = offers.index.to_numpy()[pick_within(offered, np.array([codes[c] for c in country]), rng)]
    return pd.DataFrame(
        {"role": "shipper", "country": country, "unit": -1, "place": "", "kind": "regular", "goods": main}
    )


def _consignees(count: int, rng: np.random.Generator) -> pd.DataFrame:
    homes = consignee_homes()
    home = np.append(np.arange(len(homes)), pick(homes["share"].to_numpy(float), count - len(homes), rng))
    home = rng.permutation(home)
    places = [rng.choice(homes["places"].iloc[number]) for number in home]
    return pd.DataFrame(
        {
            "role": "consignee",
            "country": homes["country"].to_numpy()[home],
            "unit": homes["unit"].to_numpy()[home],
            "place": places,
            "kind": "regular",
            "sector": rng.integers(0, len(SECTORS), count),
        }
    )


def _relations(count: int, shippers: pd.DataFrame, network: Network, rng: np.random.Generator) -> pd.DataFrame:
    """Return relations with a shipper (few have many), a way out of its country and a good of its line of trade."""
    shipper = (rng.random(count) ** 1.5 * len(shippers)).astype(np.int64)
    codes = {name: number for number, name in enumerate(companies().index)}
    ways = network.routes.sort_values("country", kind="stable")
    route = np.empty(count, dtype=np.int64)
    country = shippers["country"].to_numpy()[shipper]
    for name in np.unique(country):
        rows = np.flatnonzero(country == name)
        own = ways.index[ways["country"] == name].to_numpy()
        route[rows] = own[pick(network.routes["weight"].to_numpy()[own], len(rows), rng)]
    offers = goods().explode("origins").dropna(subset="origins")
    main = shippers["goods"].to_numpy()[shipper]
    line = np.array([codes[c] for c in country]) * 100 + goods()["sector"].to_numpy()[main]
    offered = offers["origins"].map(codes).to_numpy() * 100 + offers["sector"].to_numpy()
    other = offers.index.to_numpy()[pick_within(offered, line, rng)]
    return pd.DataFrame({"shipper": shipper, "route": route, "goods": np.where(rng.random(count) < 0.75, main, other)})


def _choose_consignees(
    relations: pd.DataFrame, consignees: pd.DataFrame, network: Network, rng: np.random.Generator
) -> Index:
    """Return for each relation a consignee of the unit's hinterland in the same line of trade (few have many)."""
    unit = network.routes["unit"].to_numpy()[relations["route"]]
    sector = goods()["sector"].to_numpy()[relations["goods"]]
    own = consignees["unit"].to_numpy() * 100 + consignees["sector"].to_numpy()
    return pick_within(own, unit * 100 + sector, rng, skew=1.6)


def _add_life(relations: pd.DataFrame, spec: WorldSpec, rng: np.random.Generator) -> pd.DataFrame:
    """Add from when to when each relation ships; a young consignee's relations all begin after it."""
    count = len(relations)
    kind = np.array(list(KINDS), dtype=object)[pick(np.array(list(KINDS.values())), count, rng)]
    some_day = rng.uniform(-30, spec.days, count)
    born = np.where(rng.random(relations["consignee"].max() + 1) < YOUNG_SHARE, rng.uniform(-10, spec.days), LONG_AGO)
    begins = np.maximum(
        np.where(np.isin(kind, ["starting", "single"]), some_day, LONG_AGO), born[relations["consignee"]]
    )
    ends = np.select([kind == "ceased", kind == "single"], [rng.uniform(-15, 30, count), begins + 12], FAR_AWAY)
    pause = np.where(kind == "seasonal", rng.uniform(-20, spec.days / 2, count), FAR_AWAY)
    return relations.assign(
        kind=kind, begins=begins, ends=ends, pause_from=pause, pause_to=pause + rng.uniform(30, 75, count)
    )


def _add_habits(relations: pd.DataFrame, spec: WorldSpec, rng: np.random.Generator) -> pd.DataFrame:
    """Add volumes (heavy-tailed, adding up to the world's size) and the relation's own norms."""
    count = len(relations)
    extra = rng.gamma(1.2, 0.9, count)
    weekly = rng.lognormal(0, 1.0, count) / (1 + extra)
    weekly = np.where(relations["kind"] == "single", 0.8, weekly)
    days = _active_days(relations, -20.0, float(spec.days))
    weekly *= LADEN_SHARE * spec.containers_per_day * (spec.days + 20) / np.sum(weekly / 7 * (1 + extra) * days)
    return relations.assign(
        weekly=weekly,
        extra=extra,
        weight_habit=rng.normal(0, 0.05, count),
        value_habit=rng.normal(0, 0.22, count),
        is_prepaid=rng.random(count) < 0.7,
    )


def _active_days(relations: pd.DataFrame, first: float, last: float) -> Floats:
    """Return on how many days between two days each relation ships."""
    begins, ends = relations["begins"].clip(first, last), relations["ends"].clip(first, last)
    pause_from, pause_to = relations["pause_from"].clip(begins, ends), relations["pause_to"].clip(begins, ends)
    return ((ends - begins).clip(0) - (pause_to - pause_from)).to_numpy(float)
