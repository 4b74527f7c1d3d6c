from datetime import date

import pytest

from riskscore.errors import WorldError
from riskscore.world import WorldSpec
from riskscore.world.spec import UNITS


@pytest.mark.parametrize(
    "impossible", [{"days": 5, "live_days": 5}, {"live_days": -1}, {"containers_per_day": 0}, {"seed": -1}]
)
def test_a_world_that_cannot_be_is_refused(impossible: dict[str, int]) -> None:
    with pytest.raises(WorldError, match="cannot be made"):
        WorldSpec(**impossible)


def test_live_days_are_the_last_ones() -> None:
    assert WorldSpec(start=date(2026, 1, 5), days=120, live_days=10).live_from == date(2026, 4, 25)


def test_capacity_grows_with_the_world() -> None:
    demo, large = WorldSpec(), WorldSpec(containers_per_day=15_000)
    assert sum(demo.capacity.values()) == 67
    assert large.capacity == {unit: 10 * demo.capacity[unit] for unit in UNITS}


def test_streams_are_independent_of_each_other_and_repeatable() -> None:
    spec = WorldSpec(seed=3)
    assert spec.stream("a").random() == spec.stream("a").random()
    assert spec.stream("a").random() != spec.stream("b").random()
