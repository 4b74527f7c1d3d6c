"""Goods, lanes, ports, carriers and vessels: how busy each is and what was found there, by hand."""

import numpy as np
import pytest

from tests.features.facts import BOX, at, consignment, features_on, inspection, port_call, seizure

OTHER = "MSKU7654321"
ELSEWHERE = {"port_of_loading": "COCTG", "carrier_code": "HLCU", "vessel_imo": "9000015"}


def found_on_v1(**tables):
    return features_on(8, port_call=[port_call()], **tables).loc[("V1", BOX)]


def test_how_busy_each_is():
    found = found_on_v1(
        consignment=[
            consignment(transhipment_ports="MAPTM PABLB"),
            consignment(bill_of_lading="BL2", voyage_id="OLD", loaded_at=at(-60), **ELSEWHERE),
            consignment(bill_of_lading="BL3", voyage_id="OLD", hs6="870323", transhipment_ports="PABLB MAPTM"),
        ]
    )
    busy = {name: found[f"{name}_consignments_365d"] for name in ("hs6", "lane", "port_of_loading", "carrier_code")}
    assert busy == {"hs6": 2, "lane": 1, "port_of_loading": 2, "carrier_code": 2}
    assert found["transhipment_port_consignments_365d"] == 1
    assert found["vessel_imo_consignments_30d"] == 2


def test_the_rate_of_a_lane_is_drawn_towards_that_of_its_port_and_of_a_vessel_towards_its_carrier():
    found = found_on_v1(
        consignment=[
            consignment(),
            consignment(bill_of_lading="BL2", voyage_id="OLD", container_number=OTHER),
            consignment(
                bill_of_lading="BL3", voyage_id="OLD", container_number=BOX, hs6="870323", vessel_imo="9000015"
            ),
            consignment(bill_of_lading="BL4", voyage_id="FAR", container_number=BOX, **ELSEWHERE),
        ],
        inspection=[
            inspection(2, voyage_id="OLD", container_number=OTHER, outcome="contraband"),
            inspection(2, 2, voyage_id="OLD", container_number=BOX),
            inspection(2, 3, voyage_id="FAR", container_number=BOX),
        ],
    )
    overall = (1 + 0.5) / (3 + 1)
    port = (1 + 20 * overall) / (2 + 20)
    assert found["port_of_loading_contraband_rate_365d"] == pytest.approx(port)
    assert found["lane_contraband_rate_365d"] == pytest.approx((1 + 20 * port) / (1 + 20))
    assert found["carrier_code_contraband_rate_365d"] == pytest.approx(port)
    assert found["vessel_imo_contraband_rate_365d"] == pytest.approx((1 + 20 * port) / (1 + 20))
    assert found["hs6_contraband_rate_365d"] == pytest.approx((1 + 20 * overall) / (2 + 20))


def test_seizures_that_partners_shared_count_from_the_day_they_are_known():
    shared = [
        seizure(5, seized_at=at(-20), transhipment_port="PABLB"),
        seizure(6, 2, seized_at=at(-100), cover_hs6="870323", vessel_imo="9000003"),
        seizure(9, 3, seized_at=at(1)),
    ]
    found = found_on_v1(consignment=[consignment(transhipment_ports="PABLB")], seizure=shared)
    assert found.filter(regex="^port_of_loading_seizures").tolist() == [1, 1, 2]
    assert found.filter(regex="^(hs6|lane)_seizures").tolist() == [1, 1, 1, 1]
    assert found.filter(regex="^transhipment_port_seizures").tolist() == [1, 1, 1]
    assert found["vessel_imo_seizures_365d"] == 1
    assert found["port_of_loading_days_since_last_seizures"] == 28


def test_a_port_without_seizures_has_no_last_one():
    found = found_on_v1(consignment=[consignment()])
    assert np.isnan(found["port_of_loading_days_since_last_seizures"])
    assert found["port_of_loading_seizures_365d"] == 0
