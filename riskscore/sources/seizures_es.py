"""Spanish seizure reports: CSV, Latin-1, semicolon, decimal comma, day first."""

from pathlib import Path

from riskscore.sources.amounts import from_decimal_comma
from riskscore.sources.codes import by_list
from riskscore.sources.delimited import read_delimited
from riskscore.sources.files import LATIN_1
from riskscore.sources.layout import Layout
from riskscore.sources.moments import from_day_first
from riskscore.sources.parsed import Parsed

SUBSTANCES = {
    "COCAÍNA": "cocaine",
    "HEROÍNA": "heroin",
    "RESINA DE CANNABIS": "cannabis_resin",
    "METANFETAMINA": "methamphetamine",
    "CIGARRILLOS": "cigarettes",
}
CONCEALMENTS = {
    "CARGA_ENCUBIERTA": "cover_load",
    "GANCHO_CIEGO": "rip_on_rip_off",
    "ESTRUCTURA": "structure",
    "OTRA": "other",
}
HANDLING = {"RESTRINGIDO": "restricted", "OFICIAL": "official", "ABIERTO": "open"}

LAYOUT = Layout(
    feed="seizures_es",
    used={
        "NUM_ACTA": "seizure_id",
        "FECHA": "seized_at",
        "PUERTO": "port",
        "SUSTANCIA": "substance",
        "CANTIDAD_KG": "quantity_kg",
        "OCULTACION": "concealment",
        "PARTIDA_HS": "cover_hs6",
        "CONTENEDOR": "container_number",
        "IMO_BUQUE": "vessel_imo",
        "PUERTO_CARGA": "port_of_loading",
        "PUERTO_TRANSBORDO": "transhipment_port",
        "EXPEDIDOR": "shipper_name",
        "PAIS_EXPEDIDOR": "shipper_country",
        "DESTINATARIO": "consignee_name",
        "PAIS_DESTINATARIO": "consignee_country",
        "EVALUACION": "evaluation_code",
        "TRATAMIENTO": "handling_code",
    },
    conversions={
        "seized_at": from_day_first,
        "substance": by_list(SUBSTANCES),
        "quantity_kg": from_decimal_comma,
        "concealment": by_list(CONCEALMENTS),
        "handling_code": by_list(HANDLING),
    },
    constants={"country": "ES"},
)


def parse(path: Path) -> Parsed:
    """Read one file of Spanish seizures; the sender gives the day only, taken as its first instant in UTC."""
    return read_delimited(path, LAYOUT, delimiter=";", encoding=LATIN_1)
