import numpy as np
import pandas as pd
import pytest

from riskscore.reference import valid_imo_numbers
from riskscore.world.network import Network, make_network
from riskscore.world.spec import WorldSpec
from riskscore.world.voyages import Schedule, imo_numbers, make_schedule

SPEC = WorldSpec(days=60)


@pytest.fixture(scope="module")
def network() -> Network:
    return make_network(SPEC)


@pytest.fixture(scope="module")
def schedule(network: Network) -> Schedule:
    return make_schedule(SPEC, network)


def test_imo_numbers_are_valid_and_were_never_issued() -> None:
    numbers = pd.Series(imo_numbers(5000, np.random.default_rng(2)), dtype="str")
    assert valid_imo_numbers(numbers).all()
    assert numbers.is_unique
    assert set(numbers.str[0]) <= {"2", "3", "4"}


def test_voyages_have_ids_of_their_own_and_sail_weekly(schedule: Schedule) -> None:
    assert schedule.voyages["voyage_id"].is_unique
    first = schedule.planned_arrival[schedule.voyages["first_call"]]
    gaps = pd.Series(first).groupby(schedule.voyages["service"]).diff().dropna()
    assert (gaps == 7 * 86_400).all()


def test_a_ship_leaves_after_it_came_and_comes_after_it_left(schedule: Schedule) -> None:
    assert (schedule.actual_departure > schedule.actual_arrival).all()
    begins = np.zeros(len(schedule.port), dtype=bool)
    begins[schedule.voyages["first_call"]] = True
    assert (schedule.actual_arrival[1:] > schedule.actual_departure[:-1])[~begins[1:]].all()


def test_calls_follow_the_rotation(network: Network, schedule: Schedule) -> None:
    for voyage in schedule.voyages.itertuples():
        calls = schedule.port[voyage.first_call : voyage.first_call + voyage.call_count]
        assert calls.tolist() == network.services["rotation"].iloc[voyage.service]


def test_no_ship_sails_two_services(schedule: Schedule) -> None:
    assert schedule.voyages.groupby("vessel")["service"].nunique().max() == 1


def test_delays_happen_and_stay_within_reason(schedule: Schedule) -> None:
    delay_hours = (schedule.actual_arrival - schedule.planned_arrival) / 3600
    assert 0 < delay_hours.mean() < 24
    assert delay_hours.max() < 240
