"""Planned and actual port calls: CSV, UTF-8, comma."""

from pathlib import Path

from riskscore.sources.delimited import read_delimited
from riskscore.sources.layout import Layout
from riskscore.sources.parsed import Parsed

LAYOUT = Layout(
    feed="port_calls",
    used={
        "VOYAGE_ID": "voyage_id",
        "CALL_SEQ": "call_sequence",
        "IMO": "vessel_imo",
        "VESSEL_NAME": "vessel_name",
        "CARRIER": "carrier_code",
        "SERVICE": "service_code",
        "PORT": "port",
        "PLANNED_ARRIVAL": "planned_arrival_at",
        "PLANNED_DEPARTURE": "planned_departure_at",
        "ACTUAL_ARRIVAL": "actual_arrival_at",
        "ACTUAL_DEPARTURE": "actual_departure_at",
    },
)


def parse(path: Path) -> Parsed:
    """Read the calls of one day's file: new plans, newer plans and actual times."""
    return read_delimited(path, LAYOUT)
