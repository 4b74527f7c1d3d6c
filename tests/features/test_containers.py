"""Which containers are due on a day, what surrounds them as known then, and that nothing known later changes it."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from features import FEATURE_SETS, containers
from riskscore.store import History
from tests.features.facts import (
    BOX,
    CASES,
    RowsInMemory,
    as_of,
    at,
    consignment,
    day,
    features_on,
    inspection,
    port_call,
    seizure,
)

LOOKED_AT = [*range(3, 14), 17, 18, 19, 38, 39, 40]
"""Days on which a case of DUE_DAYS may be due, and those beside them."""
DUE_DAYS = yaml.safe_load((CASES / "due_days.yaml").read_text(encoding="utf-8"))
OTHER = "MSKU7654321"


def call(number, *, arrival, known_on, hour=5, arrived=None, **changed):
    actual = None if arrived is None else at(arrived)
    return port_call(known_on, number, planned_arrival_at=at(arrival, hour), actual_arrival_at=actual, **changed)


@pytest.fixture(scope="module")
def due_days():
    """The days on which the container of each case is due; all cases lie in one lake, each a voyage."""
    calls, papers = [], []
    for case in DUE_DAYS:
        voyage = {"voyage_id": case["says"]}
        calls += [call(number, **one, **voyage) for number, one in enumerate(case["calls"])]
        papers += [consignment(known_on, number, **voyage) for number, known_on in enumerate(case["papers"])]
    history = History(RowsInMemory(port_call=calls, consignment=papers), day(45))
    found = {number: containers.expected(history.as_of(day(number))) for number in LOOKED_AT}
    return {
        case["says"]: [
            number for number in LOOKED_AT for voyage in found[number]["voyage_id"] if voyage == case["says"]
        ]
        for case in DUE_DAYS
    }


@pytest.mark.parametrize("case", DUE_DAYS, ids=lambda case: case["says"])
def test_a_container_is_due_on_these_days_and_no_other(case, due_days):
    assert due_days[case["says"]] == case["due_on"]


def test_an_empty_lake_expects_nothing_and_still_has_every_feature():
    found = features_on(8)
    assert found.empty
    assert list(found.columns) == FEATURE_SETS["container"].names


def test_calls_that_are_coming_carry_the_day_they_became_due():
    calls = [
        port_call(1),
        port_call(6, 2, voyage_id="V2", planned_arrival_at=at(7)),
        port_call(1, 3, voyage_id="FAR", planned_arrival_at=at(11)),
        port_call(1, 4, voyage_id="MADE", actual_arrival_at=at(7)),
        port_call(1, 5, call_sequence=7, planned_arrival_at=at(10, 4), service_code="EARLIER"),
    ]
    found = containers.calls_coming(as_of(8, port_call=calls)).set_index("voyage_id")
    assert found["call_due_on"].sub(as_of(1).number).to_dict() == {"V1": 7, "V2": 5}
    assert found.loc["V1", "service_code"] == "EARLIER"


def test_a_container_of_two_consignments_is_one_row_described_by_the_heavier():
    papers = [
        consignment(1, bill_of_lading="LIGHT", gross_weight_kg=500.0, package_count=10, hs6="870323", value_usd=1.0),
        consignment(2, bill_of_lading="HEAVY", gross_weight_kg=1500.0, package_count=5, value_usd=2.0),
        consignment(3, container_number=OTHER, value_usd=None),
    ]
    found = containers.expected(as_of(8, consignment=papers, port_call=[port_call()])).set_index("container_number")
    assert list(found.index) == [BOX, OTHER]
    first = found.loc[BOX]
    assert (first["bill_of_lading"], first["hs6"]) == ("HEAVY", "080390")
    assert (first["gross_weight_kg"], first["package_count"], first["value_usd"]) == (2000.0, 15, 3.0)
    assert (first["consignment_count"], first["known_on"]) == (2, as_of(2).number)
    assert np.isnan(found.loc[OTHER, "value_usd"])


def test_a_value_that_is_half_declared_is_not_known():
    papers = [consignment(bill_of_lading="ONE"), consignment(bill_of_lading="TWO", value_usd=None)]
    found = features_on(8, consignment=papers, port_call=[port_call()]).iloc[0]
    assert found["is_value_undeclared"] == 1
    assert found[["value_per_kg_usd", "unit_value_against_hs6"]].isna().all()


def test_of_two_equally_heavy_consignments_the_first_by_number_describes_the_container():
    papers = [consignment(bill_of_lading="B", hs6="870323"), consignment(bill_of_lading="A", hs6="090111")]
    for rows in (papers, papers[::-1]):
        found = containers.expected(as_of(8, consignment=rows, port_call=[port_call()]))
        assert found["hs6"].tolist() == ["090111"]


def test_new_papers_for_one_consignment_make_the_whole_container_due():
    papers = [consignment(1, bill_of_lading="ONE"), consignment(9, bill_of_lading="TWO")]
    found = containers.expected(as_of(9, consignment=papers, port_call=[port_call()]))
    assert found["consignment_count"].tolist() == [2]


def test_entities_made_of_several_are_missing_where_a_part_is():
    rows = pd.DataFrame(
        {
            "shipper_id": ["s", None],
            "consignee_id": ["c", "c"],
            "hs6": ["080390", "080390"],
            "port_of_loading": ["ECGYE", None],
            "transhipment_ports": ["MAPTM PABLB", None],
        },
        dtype="str",
    )
    made = ["pair_id", "lane_id", "transhipment_port", "shipper_route_id"]
    found = containers.with_entities(rows)[made]
    assert found.iloc[0].tolist() == ["s>c", "080390@ECGYE", "PABLB", "s@PABLB"]
    assert found.iloc[1].isna().all()


def test_an_inspection_counts_beside_the_papers_as_they_were_known():
    lake = {
        "inspection": [
            inspection(5, outcome="inconclusive"),
            inspection(9, inspection_id="I1", outcome="contraband", decided_at=at(5)),
            inspection(5, 3, voyage_id="UNKNOWN"),
        ],
        "consignment": [consignment(7), consignment(11, consignee_id="consignee-b")],
    }
    streamed = containers.inspections(as_of(20, **lake))
    day_one = as_of(1).number
    alive = streamed.assign(
        from_day=streamed["known_on"] - day_one + 1, to_day=(streamed["superseded_on"] - day_one + 1).clip(upper=99)
    ).sort_values("from_day")
    assert alive[["from_day", "to_day", "consignee_id"]].to_numpy().tolist() == [
        [7, 9, "consignee-a"],
        [9, 11, "consignee-a"],
        [11, 99, "consignee-b"],
    ]
    assert alive["is_contraband"].fillna(-1).tolist() == [-1, 1, 1]
    assert set(alive["event_on"]) == {day_one + 4}
    assert containers.inspections(as_of(6, **lake)).empty


def test_consignments_carry_what_trailing_features_measure():
    papers = [consignment(is_empty=True, value_usd=0.0, gross_weight_kg=20.0, package_count=10)]
    found = containers.consignments(as_of(8, consignment=papers)).iloc[0]
    assert (found["event_on"], found["empty_trips"]) == (as_of(-10).number, 1.0)
    assert np.isnan(found["unit_value_logarithm"])
    assert found["package_weight_logarithm"] == pytest.approx(np.log(2))


def test_seizures_bear_the_names_of_the_entities_they_count_for():
    found = containers.seizures(as_of(8, seizure=[seizure(transhipment_port="PABLB", shipper_id="s")])).iloc[0]
    assert (found["hs6"], found["lane_id"], found["transhipment_port"]) == ("080390", "080390@ECGYE", "PABLB")
    assert found["shipper_route_id"] == "s@PABLB"
    assert pd.isna(found["pair_id"])


def test_a_label_is_a_clear_result_as_known_on_the_day():
    inspections = [
        inspection(3, outcome="inconclusive"),
        inspection(5, inspection_id="I1", outcome="nothing", decided_at=at(3), selection_probability=0.25),
        inspection(6, 2, voyage_id="V2", outcome="not_examined"),
        inspection(9, 3, outcome="contraband", decided_by="random"),
    ]
    known = {number: containers.labels(as_of(number, until=20, inspection=inspections)) for number in (4, 8, 9)}
    assert known[4].empty
    assert known[8]["is_find"].tolist() == [0.0]
    found = known[9].iloc[0]
    assert (found["is_find"], found["decided_by"], found["selection_probability"]) == (1.0, "officer", 0.25)
    assert found["decided_on"] == as_of(2).number, "decided before the cut-off of its day, so knowing the day before"
    assert len(known[9]) == 1


BOXES, VOYAGES = st.sampled_from([BOX, OTHER]), st.sampled_from(["V1", "V2"])
KNOWN = st.integers(1, 16)
PAPERS = st.builds(
    consignment,
    KNOWN,
    st.integers(1, 99),
    voyage_id=VOYAGES,
    container_number=BOXES,
    bill_of_lading=st.sampled_from(["BL1", "BL2"]),
    shipper_id=st.sampled_from(["shipper-a", "shipper-b"]),
    shipper_name_id=st.sampled_from(["one-name", "other-name"]),
    transhipment_ports=st.sampled_from([None, "PABLB"]),
    gross_weight_kg=st.sampled_from([10.5, 2000.0]),
    value_usd=st.sampled_from([None, 0.0, 99.5]),
    loaded_at=st.integers(-40, 1).map(at),
)
CALLS = st.builds(
    port_call, KNOWN, st.integers(1, 99), voyage_id=VOYAGES, planned_arrival_at=st.integers(4, 14).map(at)
)
OUTCOMES = st.sampled_from(["contraband", "nothing", "not_examined"])
CHECKS = st.builds(inspection, KNOWN, st.integers(1, 3), voyage_id=VOYAGES, container_number=BOXES, outcome=OUTCOMES)
CAUGHT = st.builds(
    seizure,
    KNOWN,
    st.integers(1, 3),
    seized_at=st.integers(-40, 1).map(at),
    shipper_id=st.sampled_from([None, "shipper-a"]),
    shipper_name_id=st.sampled_from([None, "one-name"]),
)
LAKES = st.fixed_dictionaries(
    {
        "consignment": st.lists(PAPERS, min_size=3, max_size=8),
        "port_call": st.lists(CALLS, min_size=2, max_size=5),
        "inspection": st.lists(CHECKS, max_size=4),
        "seizure": st.lists(CAUGHT, max_size=3),
    }
)


@settings(max_examples=6, deadline=None)
@given(tables=LAKES, number=st.integers(4, 11))
def test_what_we_learn_later_never_changes_a_container_feature(tables, number):
    features = FEATURE_SETS["container"]
    always_due = {
        "consignment": [consignment(1, voyage_id="V0")],
        "port_call": [port_call(1, voyage_id="V0", planned_arrival_at=at(number + 2))],
    }
    tables = {name: rows + always_due.get(name, []) for name, rows in tables.items()}
    known = {name: [row for row in rows if row["known_day"] <= day(number)] for name, rows in tables.items()}
    before = features.compute(History(RowsInMemory(**known), day(number)), [day(number)])
    after = features.compute(History(RowsInMemory(**tables), day(40)), [day(number)])
    assert len(before)
    pd.testing.assert_frame_equal(before, after, check_exact=True)


def test_the_days_are_business_days():
    assert day(2) - day(1) == timedelta(days=1)
    assert as_of(1).days_of(pd.Series([at(10, 6), at(10, 6, 1)])).tolist() == [as_of(10).number, as_of(11).number]
