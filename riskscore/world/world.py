"""The whole world, put together."""

from dataclasses import dataclass

import pandas as pd

from riskscore.world.cargo import honest_cargo
from riskscore.world.consignments import make_consignments
from riskscore.world.history import History, play
from riskscore.world.inspections import make_inspections
from riskscore.world.names import company_names
from riskscore.world.network import make_network
from riskscore.world.port_calls import make_port_calls
from riskscore.world.positions import make_positions
from riskscore.world.seizure_events import OTHERS_SHARE, elsewhere, of_containers, others
from riskscore.world.seizures import make_seizures
from riskscore.world.spec import UNITS, WorldSpec
from riskscore.world.traders import make_traders
from riskscore.world.truth import make_truth
from riskscore.world.voyages import make_schedule


@dataclass(frozen=True)
class World:
    """An invented world. Frames that are delivered have delivered_on (day number since 1970) and version.

    What only the answer key may tell: truth, campaigns, the kind of a trader, who it really was that a seizure names.
    """

    spec: WorldSpec
    traders: pd.DataFrame
    """name, country, role, kind (regular, carrier, cover, front, partner), place."""
    vessels: pd.DataFrame
    services: pd.DataFrame
    voyages: pd.DataFrame
    port_calls: pd.DataFrame
    consignments: pd.DataFrame
    inspections: pd.DataFrame
    seizures: pd.DataFrame
    positions: pd.DataFrame
    truth: pd.DataFrame
    """voyage_id, container_number, unit, cargo, arrived_at, thing, is_contraband, method, group, campaign, substance,
    quantity_kg, concealment."""
    campaigns: pd.DataFrame
    """campaign, group, method, substance, place, unit, shippers, consignees, began_on, lost_on (moved on, or NaT)."""


def make_world(spec: WorldSpec) -> World:
    """Return the world of a spec; the same spec gives an equal world."""
    network = make_network(spec)
    schedule = make_schedule(spec, network)
    traders = make_traders(spec, network)
    history = play(spec, network, schedule, traders, honest_cargo(spec, network, schedule, traders))
    parties = history.parties
    parties["name"] = company_names(parties["country"], spec.stream("names"))
    consignments = make_consignments(spec, network, schedule, history.rows, parties)
    truth = make_truth(spec, history.rows, consignments, history.campaigns)
    inspections = make_inspections(spec, truth, history.stops)
    far = elsewhere(spec, network, schedule, history)
    campaigns = _campaigns(spec, history)
    near = of_containers(spec, truth, consignments, inspections)
    unrelated = others(spec, network, round(OTHERS_SHARE * len(far)))
    return World(
        spec=spec,
        traders=parties[["name", "country", "role", "kind", "place"]],
        vessels=schedule.vessels,
        services=network.services,
        voyages=schedule.voyages,
        port_calls=make_port_calls(spec, schedule),
        consignments=consignments.drop(columns="thing"),
        inspections=inspections,
        seizures=make_seizures(spec, pd.concat([near, far, unrelated], ignore_index=True)),
        positions=make_positions(spec, schedule, truth, campaigns),
        truth=truth,
        campaigns=campaigns,
    )


def _campaigns(spec: WorldSpec, history: History) -> pd.DataFrame:
    start = pd.Timestamp(spec.start)
    table = history.campaigns
    return table.drop(columns=["begins", "ended", "goods"]).assign(
        unit=[UNITS[unit] for unit in table["unit"]],
        began_on=start + pd.to_timedelta(table["begins"], "D"),
        lost_on=start + pd.to_timedelta(table["ended"].astype("float64"), "D"),
    )
