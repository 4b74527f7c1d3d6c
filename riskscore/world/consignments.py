"""Consignments as manifests tell of them: every column of the feed, first versions and amendments."""

import numpy as np
import pandas as pd

from riskscore.world.clock import DAY, day_number, timestamps
from riskscore.world.containers import as_declared, container_numbers, container_types
from riskscore.world.declared import declare
from riskscore.world.examine import HONEST, SMUGGLING
from riskscore.world.network import Network
from riskscore.world.spec import UNITS, WorldSpec
from riskscore.world.voyages import Schedule

BOOKED_DAYS, BOOKED_SPREAD = (9.0, 13.0), 0.55
"""Median days from booking to loading, of smugglers who pose as traders and of everybody else, and spread (log)."""
NO_DESTINATION_SHARE = 0.15
AMENDED_SHARE, AMENDED_CONTRABAND_SHARE = 0.04, 0.10
AMENDED_AFTER_DAYS = (1, 5)
AMENDED_FIELDS = ("gross_weight_kg", "value_usd", "seal_numbers", "goods_description")


def make_consignments(
    spec: WorldSpec, network: Network, schedule: Schedule, rows: pd.DataFrame, parties: pd.DataFrame
) -> pd.DataFrame:
    """Return one row per version of each consignment line, in order of delivery.

    Columns: those of a consignment, painted_number (on the container itself), thing (the row's number in the history),
    version (1 or 2), delivered_on (day number), carrier_group. `parties` has name and country.
    """
    rng = spec.stream("consignments")
    identity = _identity(spec, network, schedule, rows, rng)
    table = pd.concat([identity, _parties(rows, parties, rng), declare(rows, rng), _times(rows, rng)], axis=1)
    table["carrier_group"] = table["carrier_code"].str[:3]
    table = table.assign(thing=np.arange(len(rows)), version=1, delivered_on=rows["manifested_on"].to_numpy())
    versions = pd.concat([table, _amendments(table, rows, spec, rng)], ignore_index=True)
    return versions.sort_values(["delivered_on", "carrier_group", "version", "thing"], kind="stable", ignore_index=True)


def _identity(
    spec: WorldSpec, network: Network, schedule: Schedule, rows: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Return who carries what on which way, and under which numbers."""
    voyages = schedule.voyages.iloc[rows["voyage"]].reset_index(drop=True)
    routes = network.routes.iloc[rows["route"]].reset_index(drop=True)
    carrier = np.unique(schedule.voyages["carrier_code"], return_inverse=True)[1]
    types = container_types(rows, rng)
    painted = container_numbers(rows, types, carrier[rows["voyage"]], rng)
    bill = pd.Series(rows["bill"]).astype("str").str.zfill(8).reset_index(drop=True)
    return pd.DataFrame(
        {
            "bill_of_lading": voyages["carrier_code"].astype("str") + bill,
            "line_number": rows["line"].to_numpy(),
            "container_number": as_declared(painted, rows, spec.seed),
            "painted_number": painted,
            "container_type": types,
            "voyage_id": voyages["voyage_id"],
            "carrier_code": voyages["carrier_code"],
            "vessel_imo": schedule.vessels["vessel_imo"].to_numpy()[voyages["vessel"]],
            "port_of_loading": routes["port_of_loading"],
            "transhipment_ports": routes["via"],
            "port_of_discharge": np.array(UNITS, dtype=object)[routes["unit"]],
        }
    )


def _parties(rows: pd.DataFrame, parties: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    columns = {}
    for role in ("shipper", "consignee"):
        columns[f"{role}_name"] = parties["name"].to_numpy()[rows[role]]
        columns[f"{role}_country"] = parties["country"].to_numpy()[rows[role]]
    place = parties["place"].to_numpy()[rows["consignee"]]
    return pd.DataFrame(columns).assign(
        final_destination=np.where(rng.random(len(rows)) < NO_DESTINATION_SHARE, "", place)
    )


def _times(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return booking and loading; smugglers who pose as traders book a little later than others."""
    poses = (rows["smuggling"] > HONEST) & (rows["smuggling"] != SMUGGLING.index("rip_on_rip_off"))
    ahead = np.exp(rng.normal(np.where(poses, *np.log(BOOKED_DAYS)), BOOKED_SPREAD, len(rows))).clip(0.5, 60)
    loaded = rows["loaded_at"].to_numpy()
    booked = loaded - (ahead * DAY).astype(np.int64)
    return pd.DataFrame({"booked_at": timestamps(booked), "loaded_at": timestamps(loaded)})


def _amendments(table: pd.DataFrame, rows: pd.DataFrame, spec: WorldSpec, rng: np.random.Generator) -> pd.DataFrame:
    """Return the second versions of some rows: one field changed, delivered some days later."""
    share = np.where(rows["smuggling"] > HONEST, AMENDED_CONTRABAND_SHARE, AMENDED_SHARE)
    changed = table[(rng.random(len(table)) < share) & ~table["is_empty"]].copy()
    changed["version"] = 2
    changed["delivered_on"] += rng.integers(*AMENDED_AFTER_DAYS, len(changed))
    field = rng.integers(0, len(AMENDED_FIELDS), len(changed))
    factor = np.exp(rng.normal(0, 0.06, len(changed)))
    for number, name in enumerate(AMENDED_FIELDS[:2]):
        changed[name] = changed[name].where(field != number, (changed[name] * factor).round(2))
    seal = pd.Series([f"QS{number}" for number in rng.integers(100_000, 1_000_000, len(changed))], index=changed.index)
    changed["seal_numbers"] = changed["seal_numbers"].where(field != 2, seal)
    changed["goods_description"] = changed["goods_description"].where(
        field != 3, changed["goods_description"] + " (CORRECTED)"
    )
    return changed[changed["delivered_on"] < day_number(spec.start) + spec.days]
