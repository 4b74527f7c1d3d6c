from datetime import datetime

import pandas as pd
import pytest

from riskscore.world.partner_feeds import latin1, seizures_br, seizures_es, seizures_us


def known(**changes: object) -> pd.DataFrame:
    row = {
        "seizure_id": "XX-2026-000012",
        "country": "XX",
        "port": "BRSSZ",
        "seized_at": pd.Timestamp("2026-01-20T02:00:00Z"),
        "substance": "cocaine",
        "quantity_kg": 1412.5,
        "concealment": "cover_load",
        "cover_hs6": "080390",
        "container_number": None,
        "vessel_imo": "3123457",
        "port_of_loading": "ECGYE",
        "transhipment_port": None,
        "shipper_name": "Ünal Hayali Gıda A.Ş.",
        "shipper_country": "TR",
        "consignee_name": None,
        "consignee_country": None,
        "evaluation_code": "B2",
        "handling_code": "restricted",
        "delivered_on": 20500,
    }
    return pd.DataFrame([row | changes])


def first(columns: dict[str, list[object]]) -> dict[str, object]:
    return {name: values[0] for name, values in columns.items()}


def test_spain_writes_days_commas_and_its_own_words() -> None:
    row = first(seizures_es(known()).columns)
    assert row["FECHA"] == "20/01/2026"
    assert row["CANTIDAD_KG"] == "1.412,5"
    assert (row["SUSTANCIA"], row["OCULTACION"], row["TRATAMIENTO"]) == ("COCAÍNA", "CARGA_ENCUBIERTA", "RESTRINGIDO")
    assert row["EXPEDIDOR"] == "Ünal Hayali Gida A.S."
    assert row["CONTENEDOR"] == row["DESTINATARIO"] == ""


@pytest.mark.parametrize(("number", "expected"), [(12, "2026-01-19T23:00:00-03:00"), (15, 1768874400000)])
def test_brazil_writes_local_time_or_milliseconds(number: int, expected: object) -> None:
    row = first(seizures_br(known(seizure_id=f"BR-2026-{number:06d}")).columns)
    assert row["dataHora"] == expected


def test_brazil_writes_grams_dotted_codes_and_three_letters() -> None:
    row = first(seizures_br(known()).columns)
    assert row["apreensao.quantidadeGramas"] == 1_412_500
    assert row["carga.ncm"] == "0803.90"
    assert (row["partes.exportador.pais"], row["partes.importador.pais"]) == ("TUR", None)
    assert (row["apreensao.substancia"], row["apreensao.ocultacao"], row["sigilo"]) == (
        "cocaína",
        "carga_licita",
        "restrito",
    )


def test_the_united_states_write_pounds_and_spaces() -> None:
    row = first(seizures_us(known()).columns)
    assert row["Seizure Date (UTC)"] == datetime(2026, 1, 20, 2, 0)  # noqa: DTZ001 - the format has no zone
    assert row["Weight (lb)"] == pytest.approx(1412.5 / 0.45359237, abs=0.06)
    assert (row["Port"], row["Load Port"], row["Transshipment Port"]) == ("BR SSZ", "EC GYE", None)
    assert (row["Commodity Seized"], row["Handling"], row["Cover HS"]) == ("Cocaine", "Restricted", "0803.90")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Gıda A.Ş.", "Gida A.S."), ("Smyšlený", "Smyslený"), ("Peña", "Peña"), ("Zmyślony ł", "Zmyslony l")],
)
def test_names_fit_into_latin_1(name: str, expected: str) -> None:
    assert latin1(name) == expected
    latin1(name).encode("latin-1")
