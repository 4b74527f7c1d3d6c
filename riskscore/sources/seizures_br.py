"""Brazilian seizure reports: JSON Lines, nested, Portuguese keys, grams, alpha-3 countries."""

from pathlib import Path

from riskscore.sources.amounts import grams_to_kg
from riskscore.sources.codes import by_list, country_alpha_2, undotted_hs6
from riskscore.sources.json_lines import read_json_lines
from riskscore.sources.layout import Layout
from riskscore.sources.moments import from_epoch_or_offset
from riskscore.sources.parsed import Parsed

SUBSTANCES = {
    "cocaína": "cocaine",
    "heroína": "heroin",
    "haxixe": "cannabis_resin",
    "metanfetamina": "methamphetamine",
    "cigarros": "cigarettes",
}
CONCEALMENTS = {
    "carga_licita": "cover_load",
    "contaminacao": "rip_on_rip_off",
    "estrutura": "structure",
    "outra": "other",
}
HANDLING = {"restrito": "restricted", "oficial": "official", "aberto": "open"}

LAYOUT = Layout(
    feed="seizures_br",
    used={
        "numeroAuto": "seizure_id",
        "dataHora": "seized_at",
        "porto": "port",
        "apreensao.substancia": "substance",
        "apreensao.quantidadeGramas": "quantity_kg",
        "apreensao.ocultacao": "concealment",
        "carga.ncm": "cover_hs6",
        "carga.conteiner": "container_number",
        "carga.imoNavio": "vessel_imo",
        "carga.portoEmbarque": "port_of_loading",
        "carga.portoTransbordo": "transhipment_port",
        "partes.exportador.nome": "shipper_name",
        "partes.exportador.pais": "shipper_country",
        "partes.importador.nome": "consignee_name",
        "partes.importador.pais": "consignee_country",
        "avaliacao": "evaluation_code",
        "sigilo": "handling_code",
    },
    ignored={"aviso": "labels invented data; the same in every row"},
    conversions={
        "seized_at": from_epoch_or_offset,
        "substance": by_list(SUBSTANCES),
        "quantity_kg": grams_to_kg,
        "concealment": by_list(CONCEALMENTS),
        "cover_hs6": undotted_hs6,
        "shipper_country": country_alpha_2,
        "consignee_country": country_alpha_2,
        "handling_code": by_list(HANDLING),
    },
    constants={"country": "BR"},
)


def parse(path: Path) -> Parsed:
    """Read one file of Brazilian seizures."""
    return read_json_lines(path, LAYOUT)
