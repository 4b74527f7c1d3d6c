"""The box: known answers, and where it has been."""

import pytest

from tests.features.facts import BOX, at, consignment, features_on, port_call, row_cases, seizure, value_of


@pytest.mark.parametrize(("feature", "given", "value"), row_cases("equipment"))
def test_known_answers(feature, given, value):
    assert value_of("container", feature, given) == pytest.approx(value, nan_ok=True)


def test_a_box_brings_its_trips_its_empty_ones_and_its_seizures():
    trips = [
        consignment(),
        consignment(bill_of_lading="BL2", voyage_id="BACK", is_empty=True, loaded_at=at(-40)),
        consignment(bill_of_lading="BL3", voyage_id="LONG AGO", is_empty=True, loaded_at=at(-200)),
        consignment(bill_of_lading="BL4", voyage_id="V1", container_number="MSKU7654321"),
    ]
    caught = [seizure(container_number=BOX, seized_at=at(-150)), seizure(number=2, seized_at=at(-3))]
    found = features_on(8, consignment=trips, port_call=[port_call()], seizure=caught).loc[("V1", BOX)]
    assert found["container_number_consignments_30d"] == 1
    assert found["container_number_consignments_365d"] == 3
    assert found["container_number_empty_trips_sum_90d"] == 1
    assert found["container_number_empty_trips_sum_365d"] == 2
    assert found["container_number_days_since_last_consignments"] == 48
    assert (found["container_number_seizures_90d"], found["container_number_seizures_365d"]) == (0, 1)
