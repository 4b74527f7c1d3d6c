"""The way a container takes: known answers, and whether this shipper has gone it before."""

import math

import pytest

from riskscore import reference
from tests.features.facts import at, consignment, features_on, port_call, row_cases, value_of


@pytest.mark.parametrize(("feature", "given", "value"), row_cases("route"))
def test_known_answers(feature, given, value):
    assert value_of("container", feature, given) == pytest.approx(value, nan_ok=True)


def test_the_great_circle_equals_the_law_of_cosines():
    ports = reference.ports()
    (lat, lon), (to_lat, to_lon) = (
        [math.radians(degrees) for degrees in ports.loc[port, ["lat", "lon"]]] for port in ("ECGYE", "NLRTM")
    )
    cosine = math.sin(lat) * math.sin(to_lat) + math.cos(lat) * math.cos(to_lat) * math.cos(lon - to_lon)
    assert value_of("container", "great_circle_km", {}) == pytest.approx(6371 * math.acos(cosine), rel=1e-3)


def test_the_way_by_sea_is_longer_than_the_great_circle_and_a_way_round_is_longer_still():
    assert value_of("container", "sea_distance_km", {}) > value_of("container", "great_circle_km", {})
    assert value_of("container", "detour_ratio", {"transhipment_ports": "SGSIN"}) > 2


def test_a_shipper_is_known_on_a_route_from_its_first_consignment_through_that_port():
    rows = [
        consignment(transhipment_ports="MAPTM PABLB"),
        consignment(2, bill_of_lading="BL2", transhipment_ports="PABLB", voyage_id="OLD", loaded_at=at(-40)),
        consignment(3, bill_of_lading="BL3", transhipment_ports="MAPTM", voyage_id="OLD", loaded_at=at(-60)),
        consignment(3, bill_of_lading="BL4", transhipment_ports="PABLB", voyage_id="OLD", shipper_id="shipper-b"),
    ]
    found = features_on(8, consignment=rows, port_call=[port_call()]).iloc[0]
    assert found["shipper_route_consignments_90d"] == 2
    assert found["shipper_route_days_since_first_consignments"] == 48


def test_a_direct_container_has_no_route_history():
    found = features_on(8, consignment=[consignment()], port_call=[port_call()]).iloc[0]
    assert found.filter(like="shipper_route_").isna().all()
    assert found.filter(like="transhipment_port_").isna().all()
