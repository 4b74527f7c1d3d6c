"""Who ships to whom: volumes, first and last days, and what was found, by hand."""

import numpy as np
import pytest

from tests.features.facts import BOX, at, consignment, features_on, inspection, port_call, seizure

DUE = 8
OTHER = "MSKU7654321"


def found_on_v1(**tables):
    return features_on(DUE, port_call=[port_call()], **tables).loc[("V1", BOX)]


def test_volumes_are_counted_by_shipper_consignee_and_pair():
    found = found_on_v1(
        consignment=[
            consignment(),
            consignment(bill_of_lading="BL2", voyage_id="OLD", loaded_at=at(-30)),
            consignment(bill_of_lading="BL3", voyage_id="OLD", consignee_id="consignee-b", loaded_at=at(-100)),
            consignment(bill_of_lading="BL4", voyage_id="OLD", shipper_id="shipper-b", loaded_at=at(-12)),
        ]
    )
    assert found.filter(regex="^shipper_consignments").tolist() == [1, 2, 3]
    assert found.filter(regex="^consignee_consignments").tolist() == [2, 3, 3]
    assert found.filter(regex="^pair_consignments").tolist() == [1, 2, 2]
    assert found["shipper_days_since_first_consignments"] == 108
    assert found["pair_days_since_first_consignments"] == 38
    assert found["consignee_days_since_last_consignments"] == 20


def test_a_newcomer_has_no_last_day_but_its_own():
    found = found_on_v1(consignment=[consignment()])
    assert found["shipper_days_since_first_consignments"] == 18
    assert np.isnan(found["shipper_days_since_last_consignments"])


def test_rates_are_drawn_towards_the_wider_groups():
    found = found_on_v1(
        consignment=[
            consignment(),
            consignment(bill_of_lading="BL2", voyage_id="OLD", container_number=OTHER),
            consignment(bill_of_lading="BL3", voyage_id="OLDER", container_number=OTHER, shipper_id="shipper-b"),
            consignment(bill_of_lading="BL4", voyage_id="FAR", shipper_id="shipper-c", consignee_id="consignee-c"),
        ],
        inspection=[
            inspection(3, voyage_id="OLD", container_number=OTHER, outcome="contraband"),
            inspection(3, 2, voyage_id="OLDER", container_number=OTHER),
            inspection(3, 3, voyage_id="OLDER", container_number=OTHER, outcome="inconclusive"),
            inspection(3, 4, voyage_id="FAR", outcome="contraband"),
        ],
    )
    overall = (2 + 1 * 0.5) / (3 + 1)
    consignee = (1 + 20 * overall) / (2 + 20)
    assert found["consignee_contraband_rate_365d"] == pytest.approx(consignee)
    assert found["shipper_contraband_rate_365d"] == pytest.approx((1 + 20 * overall) / (1 + 20))
    assert found["pair_contraband_rate_365d"] == pytest.approx((1 + 20 * consignee) / (1 + 20))


def test_a_seizure_counts_for_the_name_it_tells_whatever_the_country_and_for_the_party_only_with_it():
    named = {"seized_at": at(-5), "shipper_name_id": "shipper-name", "consignee_name_id": "consignee-name"}
    found = found_on_v1(
        consignment=[consignment()],
        seizure=[
            seizure(**named, consignee_id="consignee-name"),
            seizure(number=2, **named, consignee_id="consignee-a", shipper_id="shipper-a"),
            seizure(number=3, **{**named, "shipper_name_id": None}, consignee_id="namesake-abroad"),
            seizure(number=4, **{**named, "seized_at": at(-400)}),
        ],
    )
    assert (found["shipper_seizures_365d"], found["consignee_seizures_365d"]) == (1, 1)
    assert (found["shipper_name_seizures_365d"], found["consignee_name_seizures_365d"]) == (2, 3)


def test_a_party_without_a_name_has_no_seizures_of_its_name():
    found = found_on_v1(consignment=[consignment(shipper_name_id=None)], seizure=[seizure(shipper_name_id=None)])
    assert np.isnan(found["shipper_name_seizures_365d"])


def test_seizures_count_for_the_party_they_name():
    found = found_on_v1(
        consignment=[consignment()],
        seizure=[
            seizure(consignee_id="consignee-a", seized_at=at(-5)),
            seizure(number=2, consignee_id="consignee-a", shipper_id="shipper-a", seized_at=at(-80)),
            seizure(number=3, seized_at=at(-1)),
        ],
    )
    assert found.filter(regex="^consignee_seizures").tolist() == [1, 2]
    assert found["shipper_seizures_365d"] == 1
