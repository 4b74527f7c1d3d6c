"""The kinds of damage a row can suffer before it is sent, one line each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Wrong = Callable[[Any, np.random.Generator], Any]


@dataclass(frozen=True)
class Damage:
    """One kind of damage: which raw columns it may hit, what it does to the value, which kind of rule should notice.

    `level` says what becomes of the row: `row`, it is set aside; `warning`, it passes and the finding is shown.
    """

    kind: str
    columns: tuple[str, ...]
    wrong: Wrong
    rule: str
    level: str = "row"


def constant(*values: Any) -> Wrong:
    """Return a damage that puts one of some values there, whatever was there before."""
    return lambda _, rng: values[int(rng.integers(len(values)))]


def other_check_digit(value: Any, rng: np.random.Generator) -> str:
    """Return the number with another last digit."""
    text = str(value)
    return text[:-1] + str((int(text[-1]) + int(rng.integers(1, 9))) % 10)


NAMES = ("SHIPPER", "CONSIGNEE", "GOODS_DESCRIPTION", "VOYAGE_ID")
MANIFEST = (
    Damage("blank", (*NAMES, "CONTAINER_NO", "HS6", "POL", "GROSS_WEIGHT_KG"), constant(""), "required"),
    Damage("spaces_only", NAMES, constant(" ", "   "), "required"),
    Damage("no_break_space_only", NAMES, constant("\u00a0", "\u00a0\u00a0"), "required"),
    Damage("zero_width_only", NAMES, constant("\u200b", "\ufeff", "\u200b\u200d"), "required"),
    Damage("trailing_newline", ("CONTAINER_NO", "HS6", "POL", "VESSEL_IMO"), lambda value, _: f"{value}\n", "form"),
    Damage("short_container_number", ("CONTAINER_NO",), lambda value, _: str(value)[:-1], "form"),
    Damage("wrong_imo_digit", ("VESSEL_IMO",), other_check_digit, "check_digit"),
    Damage("unknown_locode", ("POL", "POD", "FINAL_DESTINATION"), constant("XXQQQ", "ZZZZZ", "QQAAA"), "code_list"),
    Damage("unknown_country", ("SHIPPER_COUNTRY", "CONSIGNEE_COUNTRY"), constant("QQ", "ZZ", "XX"), "code_list"),
    Damage("unknown_hs6", ("HS6",), constant("999999", "000000", "123456"), "code_list"),
    Damage("short_hs6", ("HS6",), lambda value, _: str(value)[1:], "code_list"),
    Damage("unknown_size_type", ("SIZE_TYPE",), constant("99Z9", "ABCD"), "code_list"),
    Damage("negative_weight", ("GROSS_WEIGHT_KG",), lambda value, _: f"-{value}", "range"),
    Damage("infinity", ("GROSS_WEIGHT_KG", "VALUE_USD"), constant("inf", "Infinity", "-inf"), "number"),
    Damage("not_a_number", ("GROSS_WEIGHT_KG",), constant("NaN", "nan"), "number"),
    Damage("text_in_number", ("GROSS_WEIGHT_KG", "PACKAGES"), constant("about 20 tons", "see list", "#N/A"), "number"),
    Damage("decimal_comma", ("GROSS_WEIGHT_KG",), lambda value, _: f"{float(value):.1f}".replace(".", ","), "number"),
    Damage("fraction_of_a_package", ("PACKAGES",), lambda value, _: f"{value}.5", "number"),
    Damage(
        "impossible_date",
        ("BOOKED_AT", "LOADED_AT"),
        constant("2026-02-30T08:00:00Z", "2026-13-01T00:00:00Z"),
        "instant",
    ),
    Damage("date_in_local_style", ("BOOKED_AT", "LOADED_AT"), constant("01/31/2026 08:00", "31.01.2026"), "instant"),
    Damage("unknown_word", ("FREIGHT_TERMS", "EMPTY"), constant("MAYBE", "THIRD PARTY"), "allowed"),
)
PORT_CALLS = (
    Damage("wrong_imo_digit", ("IMO",), other_check_digit, "check_digit"),
    Damage("unknown_locode", ("PORT",), constant("XXQQQ", "ZZZZZ"), "code_list"),
    Damage("blank", ("PORT", "PLANNED_ARRIVAL", "VESSEL_NAME"), constant(""), "required"),
    Damage("impossible_date", ("PLANNED_ARRIVAL",), constant("2026-02-30T08:00:00Z", "soon"), "instant"),
    Damage("text_in_number", ("CALL_SEQ",), constant("first", "1.5"), "number"),
)
POSITIONS = (
    Damage("wrong_imo_digit", ("IMO",), other_check_digit, "check_digit"),
    Damage("not_available", ("LATITUDE",), constant("91.0"), "required"),
    Damage("not_available", ("LONGITUDE",), constant("181.0"), "required"),
    Damage("out_of_range", ("LATITUDE",), constant("97.3125", "-90.4"), "range"),
    Damage("out_of_range", ("SOG_KN",), constant("-0.1", "163.7"), "range"),
    Damage("impossible_date", ("TIME_UTC",), constant("2026-02-30T08:00:00Z", "noon"), "instant"),
    Damage("in_the_future", ("TIME_UTC",), constant("2041-01-01T00:00:00Z"), "order"),
    Damage("decimal_comma", ("LATITUDE", "LONGITUDE"), constant("51,9453", "-4,0278"), "number"),
    Damage("text_in_number", ("DRAUGHT_M", "NAV_STATUS"), constant("deep", "moored"), "number"),
)
INSPECTIONS = (
    Damage("blank", ("container_no", "unit", "outcome"), constant("", None), "required"),
    Damage("wrong_check_digit", ("container_no",), other_check_digit, "check_digit", level="warning"),
    Damage("unknown_locode", ("unit",), constant("XXQQQ"), "code_list"),
    Damage("unknown_word", ("outcome", "decided_by"), constant("maybe", "CONTRABAND?"), "allowed"),
    Damage("out_of_range", ("selection_probability",), constant(1.7, -0.2, 0), "range"),
    Damage("impossible_date", ("decided_at",), constant("2026-02-30T08:00:00Z"), "instant"),
)
SEIZURES_ES = (
    Damage("impossible_date", ("FECHA",), constant("31/02/2026", "2026-01-20"), "instant"),
    Damage("decimal_point", ("CANTIDAD_KG",), constant("1412.5", "0.5"), "number"),
    Damage("unknown_word", ("SUSTANCIA", "TRATAMIENTO"), constant("VARIOS", "?"), "allowed"),
    Damage("wrong_check_digit", ("CONTENEDOR",), other_check_digit, "check_digit", level="warning"),
)
SEIZURES_BR = (
    Damage("impossible_date", ("dataHora",), constant("2026-02-30T10:00:00-03:00", "ontem"), "instant"),
    Damage("negative_quantity", ("apreensao.quantidadeGramas",), lambda value, _: -value, "range"),
    Damage("unknown_word", ("apreensao.substancia", "sigilo"), constant("outros", "secreto"), "allowed"),
    Damage("unknown_country", ("partes.exportador.pais",), constant("QQQ"), "code_list"),
)
SEIZURES_US = (
    Damage("text_in_number", ("Weight (lb)",), constant("ca. 200", "n/a"), "number"),
    Damage("blank", ("Commodity Seized", "Case Number"), constant(None, " "), "required"),
    Damage("unknown_locode", ("Port",), constant("XX QQQ", "ZZ ZZZ"), "code_list"),
    Damage("impossible_date", ("Seizure Date (UTC)",), constant("February 30"), "instant"),
)
KINDS: dict[str, tuple[Damage, ...]] = {
    "manifest": MANIFEST,
    "port_calls": PORT_CALLS,
    "positions": POSITIONS,
    "inspections": INSPECTIONS,
    "seizures_es": SEIZURES_ES,
    "seizures_br": SEIZURES_BR,
    "seizures_us": SEIZURES_US,
}
