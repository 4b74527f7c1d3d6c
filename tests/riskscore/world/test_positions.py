"""Positions of the invented world: on their ways, at their calls' times, thin, and told after they were received."""

import numpy as np
import pandas as pd
import pytest

from riskscore.geo import great_circle_km, in_order, sailed_speed_kn
from riskscore.reference import ports, valid_imo_numbers
from riskscore.world import World, make_world
from riskscore.world.clock import day_number, to_date
from riskscore.world.positions import TOLD_DAYS


@pytest.fixture(scope="module")
def told(world: World) -> pd.DataFrame:
    return world.positions


@pytest.fixture(scope="module")
def track(told: pd.DataFrame) -> pd.DataFrame:
    return in_order(told.assign(speed_kn=told["speed_kn"].where(told["speed_kn"] < 102)))


def test_positions_are_told_after_they_were_received_and_of_the_last_days_only(
    world: World, told: pd.DataFrame
) -> None:
    cutoff = pd.to_datetime([to_date(day) for day in told["delivered_on"]]) + pd.Timedelta(hours=6)
    assert (told["received_at"] <= cutoff.tz_localize("UTC").to_numpy()).all()
    assert (told["at"] < told["received_at"]).all()
    last = day_number(world.spec.start) + world.spec.days - 1
    assert told["delivered_on"].between(last - TOLD_DAYS + 1, last).all()
    assert told["delivered_on"].nunique() == TOLD_DAYS
    assert told["delivered_on"].is_monotonic_increasing


def test_nobody_is_twice_at_one_time_and_every_vessel_is_one_of_the_world(world: World, told: pd.DataFrame) -> None:
    assert not told.duplicated(["vessel_imo", "at"]).any()
    assert set(told["vessel_imo"]) <= set(world.vessels["vessel_imo"])
    assert valid_imo_numbers(told["vessel_imo"]).all()
    assert told["mmsi"].str.fullmatch("200[0-9]{6}").all()


def test_values_are_those_of_a_transponder(told: pd.DataFrame) -> None:
    assert told["lat"].between(-60, 70).all()
    assert told["lon"].between(-180, 180).all()
    assert ((told["course_deg"] < 360) | (told["status"] == 5)).all()
    assert (told["speed_kn"] == 102.3).mean() == pytest.approx(0.004, abs=0.003)
    assert (told["draught_m"] == 0).mean() == pytest.approx(0.04, abs=0.01)
    assert told.loc[told["draught_m"] > 0, "draught_m"].between(8, 17).all()
    assert set(told["status"]) == {0, 1, 5}


def test_ships_sail_at_the_speed_of_ships_and_about_one_position_in_six_hours_is_kept(track: pd.DataFrame) -> None:
    assert np.nanmax(sailed_speed_kn(track)) < 30
    hours = track.groupby("vessel_imo")["at"].diff().dt.total_seconds() / 3600
    assert 5.0 < hours[(track["status"] == 0) & (hours < 24)].median() < 6.0


def test_a_moored_vessel_lies_in_a_port_of_its_voyage(world: World, told: pd.DataFrame) -> None:
    moored = told[told["status"] == 5].merge(
        world.port_calls.loc[
            world.port_calls["actual_arrival_at"].notna(), ["vessel_imo", "port", "actual_arrival_at"]
        ],
        on="vessel_imo",
    )
    there = moored[(moored["at"] - moored["actual_arrival_at"]) == pd.Timedelta(hours=1)]
    assert len(there) > 500
    at = ports().loc[there["port"].astype(str), ["lat", "lon"]]
    assert (great_circle_km(at["lat"].to_numpy(), at["lon"], there["lat"], there["lon"]) < 3).all()


def test_a_short_world_tells_of_all_its_days(tiny: World) -> None:
    assert tiny.positions["delivered_on"].nunique() == tiny.spec.days
    assert make_world(tiny.spec).positions.equals(tiny.positions)
