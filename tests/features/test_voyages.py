"""Which voyages are due on a day, and what the newest scores of their containers add up to."""

import numpy as np
import pytest

from features import FEATURE_SETS, voyages
from tests.features.facts import (
    BOX,
    as_of,
    at,
    consignment,
    container_score,
    features_on,
    inspection,
    port_call,
    row_cases,
    value_of,
)

OTHER = "MSKU7654321"
CALLS = [
    port_call(),
    port_call(1, 2, call_sequence=2, port="DEHAM", planned_arrival_at=at(12)),
    port_call(1, 3, voyage_id="V2"),
]


@pytest.mark.parametrize(("feature", "given", "value"), row_cases("voyages"))
def test_known_answers(feature, given, value):
    assert value_of("voyage", feature, given) == pytest.approx(value, nan_ok=True)


def test_the_newest_score_of_every_container_counts():
    scores = [
        container_score(7, probability=0.9),
        container_score(8, probability=0.5),
        container_score(7, container_number=OTHER, probability=0.1, transhipment_ports="PABLB"),
        container_score(7, voyage_id="V2"),
        container_score(8, unit="DEHAM", container_number="MSKU0000001"),
    ]
    found = features_on(8, "voyage", container_score=scores, port_call=CALLS)
    assert list(found.index) == [("V1", "DEHAM"), ("V1", "NLRTM")]
    here = found.loc[("V1", "NLRTM")]
    assert here["expected_finds"] == pytest.approx(0.6)
    assert here["any_find_probability"] == pytest.approx(1 - 0.5 * 0.9)
    assert here["highest_probability"] == 0.5
    assert (here["high_risk_share"], here["transhipped_share"], here["container_count"]) == (1.0, 0.5, 2)
    assert (here["call_count"], here["hours_in_port"]) == (2, 24)


def test_a_score_is_forgotten_after_a_while():
    old = container_score(1, container_number=OTHER, probability=0.3)
    lake = {"port_call": CALLS, "container_score": [old, container_score(14), container_score(15)]}
    assert features_on(14, "voyage", **lake)["container_count"].tolist() == [2]
    assert features_on(15, "voyage", **lake)["container_count"].tolist() == [1]


def test_a_certain_container_leaves_the_probability_finite():
    found = features_on(8, "voyage", container_score=[container_score(8, probability=1.0)], port_call=CALLS)
    assert found["any_find_probability"].tolist() == pytest.approx([1.0])


def test_a_day_without_scores_has_no_voyage():
    found = features_on(8, "voyage", port_call=CALLS)
    assert found.empty
    assert list(found.columns) == FEATURE_SETS["voyage"].names


def test_of_two_calls_at_a_port_the_one_to_come_says_when():
    calls = [
        port_call(1, 1, planned_arrival_at=at(2), actual_arrival_at=at(2)),
        port_call(1, 2, call_sequence=8, planned_arrival_at=at(20), service_code="LATER"),
        port_call(2, 3, call_sequence=9, planned_arrival_at=at(10), service_code="NEXT"),
    ]
    found = voyages.scored(as_of(8, container_score=[container_score(8)], port_call=calls))
    assert found["service_code"].tolist() == ["NEXT"]
    assert found["call_count"].tolist() == [3]


def test_a_vessel_is_judged_towards_its_carrier():
    papers = [consignment(), consignment(bill_of_lading="BL2", voyage_id="OLD", vessel_imo="9000015")]
    examined = [inspection(2, outcome="contraband"), inspection(2, 2, voyage_id="OLD")]
    lake = {"container_score": [container_score(8)], "port_call": CALLS, "consignment": papers, "inspection": examined}
    found = features_on(8, "voyage", **lake).iloc[0]
    carrier = (1 + 20 * (1.5 / 3)) / (2 + 20)
    assert found["carrier_code_contraband_rate_365d"] == pytest.approx(carrier)
    assert found["vessel_imo_contraband_rate_365d"] == pytest.approx((1 + 20 * carrier) / (1 + 20))


def test_a_voyages_label_is_whether_anything_was_found_at_the_unit():
    examined = [
        inspection(3, outcome="nothing"),
        inspection(5, 2, container_number=OTHER, outcome="contraband"),
        inspection(5, 3, voyage_id="V2", unit="DEHAM", outcome="nothing"),
        inspection(5, 4, voyage_id="V3", outcome="inconclusive"),
    ]
    known = voyages.labels(as_of(8, inspection=examined)).set_index(["voyage_id", "unit"])
    assert known["is_find"].to_dict() == {("V1", "NLRTM"): 1.0, ("V2", "DEHAM"): 0.0}
    assert known.loc[("V1", "NLRTM"), "decided_on"] == as_of(4).number
    early = voyages.labels(as_of(4, inspection=examined))
    assert early["is_find"].tolist() == [0.0]


def test_missing_plans_leave_a_voyage_out():
    assert features_on(8, "voyage", container_score=[container_score(8, container_number=BOX)]).empty
    assert np.array_equal(voyages.KEY, ("voyage_id", "unit"))
