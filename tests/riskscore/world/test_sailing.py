"""How ships sail their legs: from end to end, slower where they crawl, never faster than ships are."""

import numpy as np
import pandas as pd
import pytest

from riskscore.world.clock import HOUR
from riskscore.world.network import make_network
from riskscore.world.sailing import FASTEST_KN, KNOT, ROADS_KM, SLOWEST_KN, Legs, Ways, make_legs
from riskscore.world.spec import WorldSpec
from riskscore.world.voyages import Schedule, make_schedule

SPEC = WorldSpec(seed=5, days=60, containers_per_day=60)


@pytest.fixture(scope="module")
def schedule() -> Schedule:
    return make_schedule(SPEC, make_network(SPEC))


@pytest.fixture(scope="module")
def sailed(schedule: Schedule) -> tuple[Legs, Ways]:
    loads = pd.DataFrame({"voyage": [0, 0, 0, 0, 0, 1], "place": ["XXXXX"] * 5 + [schedule.port[0]]})
    return make_legs(SPEC.seed, schedule, loads)


def test_there_is_a_leg_between_any_two_calls_of_a_voyage(schedule: Schedule, sailed: tuple[Legs, Ways]) -> None:
    legs, ways = sailed
    assert len(legs.voyage) == len(schedule.port) - len(schedule.voyages)
    assert (legs.reached_at > legs.left_at).all()
    assert legs.way.max() < len(ways.first)


def test_a_ship_begins_at_its_port_and_ends_at_the_roads_of_the_next(sailed: tuple[Legs, Ways]) -> None:
    legs, _ = sailed
    every = np.arange(len(legs.voyage))
    assert legs.sailed_km(every, legs.left_at) == pytest.approx(0, abs=1e-6)
    end = legs.sailed_km(every, legs.reached_at)
    long = legs.length_km > 3 * ROADS_KM
    assert end[long] == pytest.approx(legs.length_km[long] - ROADS_KM)


def test_a_ship_never_sails_backwards_nor_faster_than_ships_do(sailed: tuple[Legs, Ways]) -> None:
    legs, _ = sailed
    every = np.arange(len(legs.voyage))
    steps = [legs.left_at + (legs.reached_at - legs.left_at) * part // 40 for part in range(41)]
    km = np.array([legs.sailed_km(every, at) for at in steps])
    assert (np.diff(km, axis=0) >= -1e-6).all()
    slowed = legs.slow_until > legs.slow_from
    assert (legs.speed_kmh[slowed] <= FASTEST_KN * KNOT + 1e-6).all()
    assert legs.speed_kmh.min() >= SLOWEST_KN * KNOT - 1e-6


def test_silences_and_slow_spells_lie_within_their_legs(sailed: tuple[Legs, Ways]) -> None:
    legs, _ = sailed
    for begin, end in ((legs.silent_from, legs.silent_until), (legs.slow_from, legs.slow_until)):
        some = end > begin
        assert 0 < some.sum() < 0.2 * len(some)
        assert (begin[some] >= legs.left_at[some]).all()
        assert (end[some] <= legs.reached_at[some]).all()
    lasts = (legs.silent_until - legs.silent_from)[legs.silent_until > legs.silent_from] / HOUR
    assert lasts.min() > 12


def test_a_place_on_the_way_lies_between_its_neighbours(sailed: tuple[Legs, Ways]) -> None:
    _, ways = sailed
    number = np.arange(len(ways.first))
    last = np.append(ways.first[1:], len(ways.km)) - 1
    lat, lon, _ = ways.place(number, ways.km[last])
    assert lat == pytest.approx(ways.lat[last])
    assert lon == pytest.approx((ways.lon[last] + 180) % 360 - 180)
    begin_lat, _, bearing = ways.place(number, np.zeros(len(number)))
    assert begin_lat == pytest.approx(ways.lat[ways.first])
    assert ((bearing >= 0) & (bearing < 360)).all()


def test_what_a_leg_does_depends_on_nothing_but_seed_and_bags(schedule: Schedule, sailed: tuple[Legs, Ways]) -> None:
    nobody = pd.DataFrame({"voyage": pd.Series(dtype="int64"), "place": pd.Series(dtype="str")})
    honest, _ = make_legs(SPEC.seed, schedule, nobody)
    legs, _ = sailed
    others = legs.voyage > 1
    assert (honest.silent_until[others] == legs.silent_until[others]).all()
    assert (honest.slow_until[others] == legs.slow_until[others]).all()


def test_ships_into_which_bags_were_slipped_are_silent_and_slow_more_often(schedule: Schedule) -> None:
    voyages = np.arange(len(schedule.voyages))
    call = schedule.call(voyages, np.ones(len(voyages), dtype=np.int64))
    bags = pd.DataFrame({"voyage": np.repeat(voyages, 6), "place": np.repeat(schedule.port[call], 6)})
    groups, _ = make_legs(SPEC.seed, schedule, bags)
    honest, _ = make_legs(SPEC.seed, schedule, bags[:0])
    silent = groups.silent_until > groups.silent_from
    assert silent.sum() > 1.5 * (honest.silent_until > honest.silent_from).sum()
    assert (groups.slow_until > groups.slow_from).sum() > 3 * (honest.slow_until > honest.slow_from).sum()
    new = silent & ~(honest.silent_until > honest.silent_from)
    assert (groups.number[new] == 1).mean() > 0.9
