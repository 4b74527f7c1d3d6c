import pandas as pd
import pytest

from riskscore.world import World
from riskscore.world.clock import to_date


@pytest.fixture(scope="module")
def calls(world: World) -> pd.DataFrame:
    cutoff = pd.to_datetime([to_date(day) for day in world.port_calls["delivered_on"]]) + pd.Timedelta(hours=6)
    return world.port_calls.assign(cutoff=cutoff.tz_localize("UTC"))


def test_actual_times_are_told_after_they_happened(calls: pd.DataFrame) -> None:
    for name in ("actual_arrival_at", "actual_departure_at"):
        told = calls[calls[name].notna()]
        assert len(told) > 1000
        assert (told[name] <= told["cutoff"]).all()


def test_versions_of_a_call_are_counted_in_order_of_delivery(calls: pd.DataFrame) -> None:
    by_call = calls.sort_values(["voyage_id", "call_sequence", "version"]).groupby(["voyage_id", "call_sequence"])
    assert (by_call["version"].diff().dropna() == 1).all()
    assert (by_call["delivered_on"].diff().dropna() > 0).all()


def test_plans_change_and_what_is_known_is_not_unsaid(calls: pd.DataFrame) -> None:
    by_call = calls.sort_values("version").groupby(["voyage_id", "call_sequence"])
    assert (by_call["planned_arrival_at"].nunique() > 1).sum() > 50
    known = by_call["actual_arrival_at"].agg(lambda times: times.notna().is_monotonic_increasing)
    assert known.all()


def test_a_plan_is_out_before_the_ship_comes(calls: pd.DataFrame) -> None:
    first = calls[calls["version"] == 1]
    later = first[first["delivered_on"] > first["delivered_on"].min()]
    assert (later["planned_arrival_at"] > later["cutoff"]).all()
