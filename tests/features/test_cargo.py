"""Weight, value and words: known answers, and what is usual for the goods."""

import math

import pytest

from tests.features.facts import consignment, features_on, port_call, row_cases, value_of

DUE = 8
"""The usual call is planned for day 10 and due two days before."""


@pytest.mark.parametrize(("feature", "given", "value"), row_cases("cargo"))
def test_known_answers(feature, given, value):
    assert value_of("container", feature, given) == pytest.approx(value, nan_ok=True)


def test_the_norm_of_an_hs_code_is_the_mean_logarithm_over_its_consignments_with_a_value():
    rows = [
        consignment(value_usd=20_000.0, bill_of_lading="BL1"),
        consignment(value_usd=80_000.0, bill_of_lading="BL2", container_number="MSKU7654321", voyage_id="OTHER"),
        consignment(value_usd=None, bill_of_lading="BL3", container_number="MSKU7654321", voyage_id="OTHER"),
        consignment(value_usd=9e9, bill_of_lading="BL4", hs6="870323", voyage_id="OTHER"),
    ]
    found = features_on(DUE, consignment=rows, port_call=[port_call()]).iloc[0]
    assert found["hs6_unit_value_logarithm_mean_365d"] == pytest.approx((math.log(1) + math.log(4)) / 2, abs=1e-6)
    assert found["unit_value_against_hs6"] == pytest.approx(-math.log(2), abs=1e-6)
    assert found["hs6_package_weight_logarithm_mean_365d"] == pytest.approx(math.log(20), abs=1e-6)
