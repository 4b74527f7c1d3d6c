import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskscore.errors import ModelError
from riskscore.scoring import Reason, phrase, reasons_from_json, reasons_to_json
from riskscore.scoring.reasons import spoken

finite = st.floats(allow_nan=False, allow_infinity=False)
reasons = st.builds(Reason, st.text(), st.text(), st.none() | finite, finite, st.none() | finite)


@given(st.lists(reasons, max_size=5))
def test_reasons_survive_json(given_reasons: list[Reason]) -> None:
    text = reasons_to_json(given_reasons)
    assert reasons_from_json(text) == given_reasons
    assert "\n" not in text


@given(st.lists(reasons, max_size=3))
def test_reasons_are_written_as_json_writes_them(given_reasons: list[Reason]) -> None:
    told = [reason._asdict() for reason in given_reasons]
    assert reasons_to_json(given_reasons) == json.dumps(told, ensure_ascii=False, allow_nan=False)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_json_has_no_word_for_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        reasons_to_json([Reason("a", "A.", number, 0.1)])


@pytest.mark.parametrize("text", ["", "{", "[1]", '[{"feature": "a"}]', "3"])
def test_what_is_no_reason_is_refused(text: str) -> None:
    with pytest.raises(ModelError, match="Stored reasons"):
        reasons_from_json(text)


def test_a_reason_reads_as_an_officer_would_say_it() -> None:
    light = Reason("gross_weight_per_package_kg", "Average weight of one declared package.", 3.1, 0.4, 18.42)
    assert phrase(light) == "Average weight of one declared package: 3.1 kg, usually 18.4 kg (raises risk)"
    quiet = Reason("shipper_seizures_30d", "Seizures of this shipper in 30 days.", 0.0, -0.2)
    assert phrase(quiet) == "Seizures of this shipper in 30 days: 0 (lowers risk)"


@pytest.mark.parametrize(
    ("feature", "value", "words"),
    [
        ("consignee_gross_weight_kg_sum_365d", 1234567.8, "1,234,568 kg"),
        ("value_usd_per_kg", 0.012345, "0.0123 USD per kg"),
        ("sea_detour_km", 100.0, "100 km"),
        ("consignee_days_since_last_shipments", 41.0, "41 days"),
        ("is_empty", 1.0, "yes"),
        ("has_final_destination", 0.0, "no"),
        ("shipper_contraband_rate_365d", 0.0625, "6.25 %"),
        ("empty_return_share", 1.0, "100 %"),
        ("tax_rate", 8.0, "8"),
        ("transhipment_count", 999.7, "1,000"),
        ("transhipment_count", 9.999, "10"),
        ("goods_text_vagueness", -0.5, "-0.5"),
        ("goods_text_vagueness", 5e-324, "0"),
        ("goods_text_vagueness", None, "not known"),
    ],
)
def test_values_carry_the_unit_of_their_name(feature: str, value: float | None, words: str) -> None:
    assert spoken(feature, value) == words
