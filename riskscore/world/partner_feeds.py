"""What partner countries put into their files about seizures: Spanish, Brazilian and American habits."""

import unicodedata
from typing import Any

import numpy as np
import pandas as pd

from riskscore.reference import countries
from riskscore.world.raw_feeds import RawFeed, Values, iso_texts

KG_PER_POUND = 0.45359237
LOCAL_OFFSET = "-03:00"
EPOCH_SHARE = 0.2
"""Brazilian rows that give the time in milliseconds since 1970."""

ES = {
    "NUM_ACTA": "seizure_id", "FECHA": "seized_at", "PUERTO": "port", "SUSTANCIA": "substance",
    "CANTIDAD_KG": "quantity_kg", "OCULTACION": "concealment", "PARTIDA_HS": "cover_hs6",
    "CONTENEDOR": "container_number", "IMO_BUQUE": "vessel_imo", "PUERTO_CARGA": "port_of_loading",
    "PUERTO_TRANSBORDO": "transhipment_port", "EXPEDIDOR": "shipper_name", "PAIS_EXPEDIDOR": "shipper_country",
    "DESTINATARIO": "consignee_name", "PAIS_DESTINATARIO": "consignee_country", "EVALUACION": "evaluation_code",
    "TRATAMIENTO": "handling_code",
}  # fmt: skip
BR = {
    "numeroAuto": "seizure_id", "dataHora": "seized_at", "porto": "port", "apreensao.substancia": "substance",
    "apreensao.quantidadeGramas": "quantity_kg", "apreensao.ocultacao": "concealment", "carga.ncm": "cover_hs6",
    "carga.conteiner": "container_number", "carga.imoNavio": "vessel_imo", "carga.portoEmbarque": "port_of_loading",
    "carga.portoTransbordo": "transhipment_port", "partes.exportador.nome": "shipper_name",
    "partes.exportador.pais": "shipper_country", "partes.importador.nome": "consignee_name",
    "partes.importador.pais": "consignee_country", "avaliacao": "evaluation_code", "sigilo": "handling_code",
}  # fmt: skip
US = {
    "Case Number": "seizure_id", "Seizure Date (UTC)": "seized_at", "Port": "port", "Commodity Seized": "substance",
    "Weight (lb)": "quantity_kg", "Concealment Method": "concealment", "Cover HS": "cover_hs6",
    "Container": "container_number", "Vessel IMO": "vessel_imo", "Load Port": "port_of_loading",
    "Transshipment Port": "transhipment_port", "Shipper": "shipper_name", "Shipper Country": "shipper_country",
    "Consignee": "consignee_name", "Consignee Country": "consignee_country", "Evaluation": "evaluation_code",
    "Handling": "handling_code",
}  # fmt: skip

ES_WORDS = {
    "cocaine": "COCAÍNA", "heroin": "HEROÍNA", "cannabis_resin": "RESINA DE CANNABIS",
    "methamphetamine": "METANFETAMINA", "cigarettes": "CIGARRILLOS", "cover_load": "CARGA_ENCUBIERTA",
    "rip_on_rip_off": "GANCHO_CIEGO", "structure": "ESTRUCTURA", "other": "OTRA", "restricted": "RESTRINGIDO",
    "official": "OFICIAL", "open": "ABIERTO",
}  # fmt: skip
BR_WORDS = {
    "cocaine": "cocaína", "heroin": "heroína", "cannabis_resin": "haxixe", "methamphetamine": "metanfetamina",
    "cigarettes": "cigarros", "cover_load": "carga_licita", "rip_on_rip_off": "contaminacao",
    "structure": "estrutura", "other": "outra", "restricted": "restrito", "official": "oficial", "open": "aberto",
}  # fmt: skip
US_WORDS = {
    "cocaine": "Cocaine", "heroin": "Heroin", "cannabis_resin": "Hashish", "methamphetamine": "Methamphetamine",
    "cigarettes": "Cigarettes", "cover_load": "Cover load", "rip_on_rip_off": "Rip-on/rip-off",
    "structure": "Structure", "other": "Other", "restricted": "Restricted", "official": "Official use",
    "open": "Open",
}  # fmt: skip
CODED = ("substance", "concealment", "handling_code")


def seizures_es(known: pd.DataFrame) -> RawFeed:
    """Return Spain's rows: decimal comma, days as DD/MM/YYYY, only letters that Latin-1 has."""
    columns = _columns(known, ES, ES_WORDS, missing="")
    columns["FECHA"] = known["seized_at"].dt.strftime("%d/%m/%Y").to_list()
    columns["CANTIDAD_KG"] = [f"{kg:,.1f}".translate(str.maketrans(",.", ".,")) for kg in known["quantity_kg"]]
    for name in ("EXPEDIDOR", "DESTINATARIO"):
        columns[name] = [latin1(text) for text in columns[name]]
    return _feed("seizures_es", columns, ES, known)


def seizures_br(known: pd.DataFrame) -> RawFeed:
    """Return Brazil's rows: local time or milliseconds, grams, NCM codes with a dot, alpha-3 countries."""
    columns = _columns(known, BR, BR_WORDS, missing=None)
    local = known["seized_at"] - pd.Timedelta(LOCAL_OFFSET.replace("-", "") + ":00")
    texts = [text[:-1] + LOCAL_OFFSET for text in iso_texts(local)]
    in_epoch = (known["seizure_id"].str[-6:].astype(int) % round(1 / EPOCH_SHARE) == 0).to_numpy()
    epoch = (known["seized_at"].astype("datetime64[ms, UTC]").astype("int64")).to_list()
    columns["dataHora"] = [ms if use else text for ms, use, text in zip(epoch, in_epoch, texts, strict=True)]
    columns["apreensao.quantidadeGramas"] = (known["quantity_kg"] * 1000).round().astype("int64").to_list()
    columns["carga.ncm"] = [dotted(code) for code in columns["carga.ncm"]]
    alpha3 = countries()["alpha3"]
    for name in ("partes.exportador.pais", "partes.importador.pais"):
        columns[name] = [None if code is None else alpha3[code] for code in columns[name]]
    return _feed("seizures_br", columns, BR, known)


def seizures_us(known: pd.DataFrame) -> RawFeed:
    """Return the United States' rows: pounds, ports as in UN/LOCODE's own lists, HS codes with a dot."""
    columns = _columns(known, US, US_WORDS, missing=None)
    columns["Seizure Date (UTC)"] = known["seized_at"].dt.tz_localize(None).dt.to_pydatetime().tolist()
    columns["Weight (lb)"] = (known["quantity_kg"] / KG_PER_POUND).round(1).to_list()
    columns["Cover HS"] = [dotted(code) for code in columns["Cover HS"]]
    for name in ("Port", "Load Port", "Transshipment Port"):
        columns[name] = [None if port is None else f"{port[:2]} {port[2:]}" for port in columns[name]]
    return _feed("seizures_us", columns, US, known)


def latin1(text: str) -> str:
    """Return a text with every letter that Latin-1 lacks replaced by the plain one."""
    plain = text.replace("ı", "i").replace("ł", "l")
    return "".join(
        sign if ord(sign) < 256 else unicodedata.normalize("NFKD", sign)[0]
        for sign in unicodedata.normalize("NFC", plain)
    )


def dotted(code: str | None) -> str | None:
    """Return an HS code as 0803.90."""
    return None if code is None else f"{code[:4]}.{code[4:]}"


def _columns(
    known: pd.DataFrame, names: dict[str, str], words: dict[str, str], *, missing: str | None
) -> dict[str, Values]:
    def plain(name: str) -> Values:
        column: pd.Series = known[name].map(words, na_action="ignore") if name in CODED else known[name]
        values: Values = column.astype(object).where(column.notna(), missing).to_list()
        return values

    return {raw: plain(name) for raw, name in names.items()}


def _feed(name: str, columns: dict[str, Values], canonical: dict[str, str], known: pd.DataFrame) -> RawFeed:
    return RawFeed(name, columns, canonical, known["delivered_on"].to_numpy(dtype=np.int64), [""] * len(known))


FORMATS: dict[str, Any] = {"ES": seizures_es, "BR": seizures_br, "US": seizures_us}
