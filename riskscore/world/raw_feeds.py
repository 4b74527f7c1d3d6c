"""What each sender puts into its files: its own column names, codes, units and spellings, as plain values."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from riskscore.world.arrays import Index

Values = list[Any]

MANIFEST = {
    "BL_NUMBER": "bill_of_lading", "BL_LINE": "line_number", "CONTAINER_NO": "container_number",
    "SIZE_TYPE": "container_type", "VOYAGE_ID": "voyage_id", "CARRIER": "carrier_code", "VESSEL_IMO": "vessel_imo",
    "SHIPPER": "shipper_name", "SHIPPER_COUNTRY": "shipper_country", "CONSIGNEE": "consignee_name",
    "CONSIGNEE_COUNTRY": "consignee_country", "POL": "port_of_loading", "TRANSHIPMENT_PORTS": "transhipment_ports",
    "POD": "port_of_discharge", "FINAL_DESTINATION": "final_destination", "GOODS_DESCRIPTION": "goods_description",
    "HS6": "hs6", "PACKAGES": "package_count", "PACKAGE_KIND": "package_kind", "GROSS_WEIGHT_KG": "gross_weight_kg",
    "VALUE_USD": "value_usd", "FREIGHT_TERMS": "freight_terms", "SEALS": "seal_numbers", "EMPTY": "is_empty",
    "BOOKED_AT": "booked_at", "LOADED_AT": "loaded_at",
}  # fmt: skip
PORT_CALLS = {
    "VOYAGE_ID": "voyage_id", "CALL_SEQ": "call_sequence", "IMO": "vessel_imo", "VESSEL_NAME": "vessel_name",
    "CARRIER": "carrier_code", "SERVICE": "service_code", "PORT": "port", "PLANNED_ARRIVAL": "planned_arrival_at",
    "PLANNED_DEPARTURE": "planned_departure_at", "ACTUAL_ARRIVAL": "actual_arrival_at",
    "ACTUAL_DEPARTURE": "actual_departure_at",
}  # fmt: skip
POSITIONS = {
    "IMO": "vessel_imo", "MMSI": "mmsi", "TIME_UTC": "at", "LATITUDE": "lat", "LONGITUDE": "lon", "SOG_KN": "speed_kn",
    "COG_DEG": "course_deg", "DRAUGHT_M": "draught_m", "NAV_STATUS": "status", "RECEIVED_UTC": "received_at",
}  # fmt: skip
INSPECTIONS = {
    "inspection_id": "inspection_id", "container_no": "container_number", "voyage_id": "voyage_id", "unit": "unit",
    "decided_at": "decided_at", "decided_by": "decided_by", "selection_probability": "selection_probability",
    "examined_at": "examined_at", "method": "method", "outcome": "outcome", "reason_code": "reason_code",
    "finding.substance": "substance", "finding.quantity_kg": "quantity_kg", "finding.concealment": "concealment",
}  # fmt: skip
"""A dot leads into a nested object."""


@dataclass(frozen=True)
class RawFeed:
    """One feed's rows in order of delivery, as lists of plain values that may still be damaged."""

    name: str
    columns: dict[str, Values]
    canonical: dict[str, str]
    """Canonical name of each raw column."""
    day: Index
    """Day number of the folder each row is delivered in."""
    group: Values
    """What rows of one day that lie in one file have in common ("" if there is one file a day)."""
    right: dict[str, Values] = field(default_factory=dict)
    """What raw columns should say in which senders make slips of their own."""


def manifest(consignments: pd.DataFrame) -> RawFeed:
    """Return the manifest rows; they must be sorted by delivered_on and carrier_group."""
    columns = _plain(consignments, MANIFEST)
    columns["FREIGHT_TERMS"] = consignments["freight_terms"].str.upper().to_list()
    columns["EMPTY"] = np.where(consignments["is_empty"], "Y", "N").tolist()
    return RawFeed(
        "manifest",
        columns,
        MANIFEST,
        consignments["delivered_on"].to_numpy(),
        consignments["carrier_group"].to_list(),
        right={"CONTAINER_NO": consignments["painted_number"].to_list()},
    )


def port_calls(calls: pd.DataFrame) -> RawFeed:
    """Return the rows of the schedule feed; they must be sorted by delivered_on."""
    return RawFeed(
        "port_calls", _plain(calls, PORT_CALLS), PORT_CALLS, calls["delivered_on"].to_numpy(), [""] * len(calls)
    )


def positions(told: pd.DataFrame) -> RawFeed:
    """Return the rows of the archive of positions; they must be sorted by delivered_on."""
    return RawFeed("positions", _plain(told, POSITIONS), POSITIONS, told["delivered_on"].to_numpy(), [""] * len(told))


def inspections(reports: pd.DataFrame, *, group: str = "") -> RawFeed:
    """Return the units' reports with numbers as numbers and null for what is missing; sorted by delivered_on."""
    columns = {raw: _nullable(reports[name]) for raw, name in INSPECTIONS.items()}
    return RawFeed("inspections", columns, INSPECTIONS, reports["delivered_on"].to_numpy(), [group] * len(reports))


def iso_texts(instants: pd.Series) -> Values:
    """Return UTC instants as 2026-01-05T14:03:00Z, empty where missing."""
    known = instants.notna().to_numpy()
    seconds = instants.dt.tz_localize(None).to_numpy(dtype="datetime64[s]")
    texts = np.datetime_as_string(seconds, unit="s").astype(object) + "Z"
    return list(np.where(known, texts, ""))


def _plain(frame: pd.DataFrame, names: dict[str, str]) -> dict[str, Values]:
    return {raw: _texts(frame[name]) for raw, name in names.items()}


def _texts(column: pd.Series) -> Values:
    """Return values as a CSV holds them, empty where missing."""
    as_text: Callable[[pd.Series], Values] = KINDS.get(column.dtype.kind, _as_they_are)
    return as_text(column)


def _as_they_are(column: pd.Series) -> Values:
    return list(column.fillna("").to_list())


def _numbers(column: pd.Series) -> Values:
    return column.astype("str").fillna("").to_list()


KINDS: dict[str, Callable[[pd.Series], Values]] = {"M": iso_texts, "i": _numbers, "f": _numbers, "b": _numbers}


def _nullable(column: pd.Series) -> Values:
    if column.dtype.kind == "M":
        return [text or None for text in iso_texts(column)]
    return column.astype(object).where(column.notna(), None).to_list()
