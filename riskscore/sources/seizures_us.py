"""US seizure reports: XLSX, headers below a title row, pounds, LOCODEs with a space."""

from pathlib import Path

from riskscore.sources.amounts import pounds_to_kg
from riskscore.sources.codes import by_list, joined_locode, undotted_hs6
from riskscore.sources.layout import Layout
from riskscore.sources.moments import from_spreadsheet
from riskscore.sources.parsed import Parsed
from riskscore.sources.workbook import read_workbook

SUBSTANCES = {
    "Cocaine": "cocaine",
    "Heroin": "heroin",
    "Hashish": "cannabis_resin",
    "Methamphetamine": "methamphetamine",
    "Cigarettes": "cigarettes",
}
CONCEALMENTS = {
    "Cover load": "cover_load",
    "Rip-on/rip-off": "rip_on_rip_off",
    "Structure": "structure",
    "Other": "other",
}
HANDLING = {"Restricted": "restricted", "Official use": "official", "Open": "open"}

LAYOUT = Layout(
    feed="seizures_us",
    used={
        "Case Number": "seizure_id",
        "Seizure Date (UTC)": "seized_at",
        "Port": "port",
        "Commodity Seized": "substance",
        "Weight (lb)": "quantity_kg",
        "Concealment Method": "concealment",
        "Cover HS": "cover_hs6",
        "Container": "container_number",
        "Vessel IMO": "vessel_imo",
        "Load Port": "port_of_loading",
        "Transshipment Port": "transhipment_port",
        "Shipper": "shipper_name",
        "Shipper Country": "shipper_country",
        "Consignee": "consignee_name",
        "Consignee Country": "consignee_country",
        "Evaluation": "evaluation_code",
        "Handling": "handling_code",
    },
    conversions={
        "seized_at": from_spreadsheet,
        "port": joined_locode,
        "substance": by_list(SUBSTANCES),
        "quantity_kg": pounds_to_kg,
        "concealment": by_list(CONCEALMENTS),
        "cover_hs6": undotted_hs6,
        "port_of_loading": joined_locode,
        "transhipment_port": joined_locode,
        "handling_code": by_list(HANDLING),
    },
    constants={"country": "US"},
)


def parse(path: Path) -> Parsed:
    """Read one workbook of US seizures."""
    return read_workbook(path, LAYOUT, sheet="Seizures", header_row=2)
