"""Cargo manifests from the single window: CSV, UTF-8, comma."""

from pathlib import Path

from riskscore.sources.codes import YES_NO, by_list
from riskscore.sources.delimited import read_delimited
from riskscore.sources.layout import Layout
from riskscore.sources.parsed import Parsed

LAYOUT = Layout(
    feed="manifest",
    used={
        "BL_NUMBER": "bill_of_lading",
        "BL_LINE": "line_number",
        "CONTAINER_NO": "container_number",
        "SIZE_TYPE": "container_type",
        "VOYAGE_ID": "voyage_id",
        "CARRIER": "carrier_code",
        "VESSEL_IMO": "vessel_imo",
        "SHIPPER": "shipper_name",
        "SHIPPER_COUNTRY": "shipper_country",
        "CONSIGNEE": "consignee_name",
        "CONSIGNEE_COUNTRY": "consignee_country",
        "POL": "port_of_loading",
        "TRANSHIPMENT_PORTS": "transhipment_ports",
        "POD": "port_of_discharge",
        "FINAL_DESTINATION": "final_destination",
        "GOODS_DESCRIPTION": "goods_description",
        "HS6": "hs6",
        "PACKAGES": "package_count",
        "PACKAGE_KIND": "package_kind",
        "GROSS_WEIGHT_KG": "gross_weight_kg",
        "VALUE_USD": "value_usd",
        "FREIGHT_TERMS": "freight_terms",
        "SEALS": "seal_numbers",
        "EMPTY": "is_empty",
        "BOOKED_AT": "booked_at",
        "LOADED_AT": "loaded_at",
    },
    conversions={
        "freight_terms": by_list({"PREPAID": "prepaid", "COLLECT": "collect"}),
        "is_empty": by_list(YES_NO),
    },
)


def parse(path: Path) -> Parsed:
    """Read one carrier group's manifest lines."""
    return read_delimited(path, LAYOUT)
