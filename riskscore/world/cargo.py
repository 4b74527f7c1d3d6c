"""Cargo as it moves: who loads what on which voyage, before anybody writes a manifest about it."""

import numpy as np
import pandas as pd

from riskscore.world.arrays import Columns, Flags, Floats, Index
from riskscore.world.clock import DAY, HOUR, business_day, day_number
from riskscore.world.network import Network
from riskscore.world.spec import WorldSpec
from riskscore.world.tables import EMPTY_HS6, goods
from riskscore.world.traders import Traders, pick_within
from riskscore.world.voyages import Schedule

EMPTY_SHARE = 0.05
SHARED_SHARE = 0.05
"""Containers that carry a second trader's goods."""
VAGUE_SHARE = 0.07
ODD_SHARE = 0.06
"""Honest rows whose weight and value are far off the norm."""
LATE_SHARE = 0.03
LEAD_DAYS = (3, 11)
LATE_LEAD_DAYS = (-1.0, 1.5)
NOBODY = -1


def honest_cargo(spec: WorldSpec, network: Network, schedule: Schedule, traders: Traders) -> pd.DataFrame:
    """Return the honest rows of the world, one per consignment line.

    Columns: voyage, route, shipper, consignee, goods, unit (numbers), shares_with (row of the container's first line or
    -1), bill, line, loaded_at, planned_at, arrived_at (seconds), manifested_on (business day), weight_shift,
    value_shift (log), is_vague, is_empty, is_prepaid, pair_days, consignee_days (how long they had been known).
    """
    rng = spec.stream("cargo")
    rows = _shipments(spec, network, schedule, traders.relations, rng).pipe(_containers, traders.relations, rng)
    route, voyage = rows["route"].to_numpy(), rows["voyage"].to_numpy()
    rows = rows.assign(**transit(spec, network, schedule, route=route, voyage=voyage, rng=rng))
    rows = rows[within_world(rows["manifested_on"].to_numpy(), spec)].reset_index(drop=True)
    rows = rows.pipe(_add_declaration, rng).pipe(_add_ages, spec, traders.relations).pipe(_add_empties, traders, rng)
    return rows.pipe(_add_shared, traders.relations, rng)


def load_times(network: Network, schedule: Schedule, route: Index, voyage: Index) -> Index:
    """Return when a container that takes `route` on `voyage` leaves its port of loading."""
    departure = schedule.actual_departure[schedule.call(voyage, network.routes["load_call"].to_numpy()[route])]
    return np.asarray(departure - network.routes["feeder_days"].to_numpy()[route] * DAY, dtype=np.int64)


def transit(
    spec: WorldSpec, network: Network, schedule: Schedule, *, route: Index, voyage: Index, rng: np.random.Generator
) -> Columns:
    """Return unit, loaded_at, planned_at, arrived_at (at the unit) and manifested_on of containers on their way."""
    count = len(route)
    loaded = load_times(network, schedule, route, voyage) - rng.integers(2 * HOUR, 20 * HOUR, count)
    at_unit = schedule.call(voyage, network.routes["discharge_call"].to_numpy()[route])
    planned = schedule.planned_arrival[at_unit]
    late, lead = rng.uniform(*LATE_LEAD_DAYS, count), rng.uniform(*LEAD_DAYS, count)
    lead = np.where(rng.random(count) < LATE_SHARE, late, lead)
    sent = np.maximum(planned - (lead * DAY).astype(np.int64), loaded + 8 * HOUR)
    return {
        "unit": network.routes["unit"].to_numpy()[route],
        "loaded_at": loaded,
        "planned_at": planned,
        "arrived_at": schedule.actual_arrival[at_unit],
        "manifested_on": business_day(sent, spec.cutoff_hour),
    }


def within_world(manifested_on: Index, spec: WorldSpec) -> Flags:
    """Tell whether a manifest comes on a day of the world."""
    day = manifested_on - day_number(spec.start)
    return np.asarray((day >= 0) & (day < spec.days))


def _shipments(
    spec: WorldSpec, network: Network, schedule: Schedule, relations: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Return one row per shipment: a Poisson number per relation and voyage of its service."""
    service = network.routes["service"].to_numpy()[relations["route"]]
    found = []
    for number in range(len(network.services)):
        own = np.flatnonzero(service == number)
        voyages = np.flatnonzero(schedule.voyages["service"] == number)
        pairs = np.meshgrid(own, voyages, indexing="ij")
        relation, voyage = pairs[0].ravel(), pairs[1].ravel()
        day = load_times(network, schedule, relations["route"].to_numpy()[relation], voyage) / DAY - day_number(
            spec.start
        )
        count = rng.poisson(relations["weekly"].to_numpy()[relation] * ships_on(relations, relation, day))
        found.append((np.repeat(relation, count), np.repeat(voyage, count)))
    return pd.DataFrame(
        {"relation": np.concatenate([r for r, _ in found]), "voyage": np.concatenate([v for _, v in found])}
    )


def ships_on(relations: pd.DataFrame, relation: Index, day: Floats) -> Flags:
    """Tell whether each relation ships on a day (days from the world's start)."""
    life = {name: relations[name].to_numpy()[relation] for name in ("begins", "ends", "pause_from", "pause_to")}
    paused = (day >= life["pause_from"]) & (day < life["pause_to"])
    return np.asarray((day >= life["begins"]) & (day < life["ends"]) & ~paused)


def _containers(shipments: pd.DataFrame, relations: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return one row per container of each shipment: a bill of lading has one line per container."""
    size = 1 + rng.poisson(relations["extra"].to_numpy()[shipments["relation"]])
    bill = np.repeat(np.arange(len(shipments)), size)
    first = np.repeat(np.cumsum(size) - size, size)
    rows = shipments.iloc[bill].reset_index(drop=True).assign(bill=bill, line=np.arange(len(bill)) - first + 1)
    habits = ["shipper", "consignee", "route", "goods", "is_prepaid", "weight_habit", "value_habit"]
    return rows.assign(**{name: relations[name].to_numpy()[rows["relation"]] for name in habits})


def _add_declaration(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add how far weight and value lie off their norm, and whether the goods text is vague."""
    count, shipment = len(rows), rows["bill"].to_numpy()
    odd = (rng.random(shipment.max() + 1) < ODD_SHARE)[shipment]
    shifts = {"weight_shift": (rows["weight_habit"], 0.22), "value_shift": (rows["value_habit"], 0.6)}
    return rows.drop(columns=["weight_habit", "value_habit"]).assign(
        **{name: habit + odd * rng.normal(0, spread, count) for name, (habit, spread) in shifts.items()},
        is_vague=(rng.random(shipment.max() + 1) < VAGUE_SHARE)[shipment],
        is_empty=False,
        shares_with=NOBODY,
    )


def _add_ages(rows: pd.DataFrame, spec: WorldSpec, relations: pd.DataFrame) -> pd.DataFrame:
    """Add for how many days the pair and the consignee had been known when the goods were loaded."""
    pair = relations.groupby(["shipper", "consignee"])["begins"].transform("min").to_numpy()
    consignee = relations.groupby("consignee")["begins"].transform("min").to_numpy()
    day = rows["loaded_at"].to_numpy() / DAY - day_number(spec.start)
    relation = rows["relation"].to_numpy()
    return rows.drop(columns="relation").assign(
        pair_days=day - pair[relation], consignee_days=day - consignee[relation]
    )


def _add_empties(rows: pd.DataFrame, traders: Traders, rng: np.random.Generator) -> pd.DataFrame:
    """Add empty containers that carriers move with the cargo, each on its own bill."""
    like = rows.iloc[rng.choice(len(rows), round(EMPTY_SHARE * len(rows)), replace=False)]
    table = goods()
    empty = table.index[table["hs6"] == EMPTY_HS6][0]
    carriers = np.flatnonzero(traders.parties["role"] == "carrier")
    carrier = carriers[like["voyage"].to_numpy() % len(carriers)]
    empties = like.assign(
        shipper=carrier, consignee=carrier, goods=empty, bill=rows["bill"].max() + 1 + np.arange(len(like)), line=1,
        weight_shift=0.0, value_shift=0.0, is_vague=False, is_empty=True, pair_days=400.0, consignee_days=400.0,
    )  # fmt: skip
    return pd.concat([rows, empties], ignore_index=True)


def _add_shared(rows: pd.DataFrame, relations: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add a second consignment to some containers with dry goods: another relation's, on the same way."""
    dry = np.flatnonzero((goods()["container"].to_numpy() == "dry40")[rows["goods"]] & ~rows["is_empty"])
    host = np.sort(rng.choice(dry, round(SHARED_SHARE * len(rows)), replace=False))
    guest = pick_within(relations["route"].to_numpy(), rows["route"].to_numpy()[host], rng)
    guests = rows.iloc[host].assign(
        **{name: relations[name].to_numpy()[guest] for name in ("shipper", "consignee", "goods", "is_prepaid")},
        bill=rows["bill"].max() + 1 + np.arange(len(host)), line=1, shares_with=host,
        pair_days=200.0, consignee_days=200.0,
    )  # fmt: skip
    return pd.concat([rows, guests], ignore_index=True)
