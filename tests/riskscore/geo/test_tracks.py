"""Tracks: silences, slow spells, draught and jumps, against plain loops and by what must hold of any track."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskscore.geo import (
    draught_changes,
    great_circle_km,
    in_order,
    sailed_speed_kn,
    slow_spells,
    track_gaps,
)
from riskscore.geo.track_arrays import KM_PER_NAUTICAL_MILE, SILENT_HOURS, SLOW_KN

START = pd.Timestamp("2026-03-01T00:00Z")
DEGREE_KM = float(great_circle_km(0, 0, 0, 1))


def track_of(hours, *, vessel="A", lon=None, **columns):
    """A track on the equator, in the middle of the Atlantic, a degree every four hours."""
    usual = {
        "vessel_imo": vessel,
        "at": START + pd.to_timedelta(np.asarray(hours, dtype=float), "h"),
        "lat": 0.0,
        "lon": -40.0 + np.asarray(hours, dtype=float) / 4 if lon is None else lon,
        "speed_kn": 15.0,
        "draught_m": 11.0,
        "status": 0.0,
    }
    return in_order(pd.DataFrame(usual | columns))


def test_speed_between_positions_is_distance_over_time():
    speed = sailed_speed_kn(track_of([0, 4, 10]))
    assert np.isnan(speed[0])
    assert speed[1:] == pytest.approx(DEGREE_KM / 4 / KM_PER_NAUTICAL_MILE, rel=1e-6)


def test_each_vessels_track_begins_anew():
    both = in_order(pd.concat([track_of([0, 6]), track_of([100, 106], vessel="B")]))
    assert np.isnan(sailed_speed_kn(both)).tolist() == [True, False, True, False]
    assert track_gaps(both).empty


def test_a_silence_under_way_is_a_gap_with_its_ends():
    gaps = track_gaps(track_of([0, 6, 30, 36]))
    assert gaps[["hours", "lon", "end_lon"]].to_numpy().tolist() == [[24.0, -38.5, -32.5]]
    assert gaps["start_at"].tolist() == [START + pd.Timedelta(hours=6)]
    assert gaps["km"].iloc[0] == pytest.approx(6 * DEGREE_KM, rel=1e-6)


def test_twelve_hours_are_none():
    assert track_gaps(track_of([0, SILENT_HOURS])).empty
    assert len(track_gaps(track_of([0, SILENT_HOURS + 0.01]))) == 1


def test_a_vessel_that_lay_still_and_is_found_there_was_not_under_way():
    still = track_of([0, 40], lon=[-40.0, -40.05], status=[5.0, 0.0], speed_kn=[0.0, 12.0])
    assert track_gaps(still).empty
    assert len(track_gaps(still.assign(lon=[-40.0, -39.0]))) == 1
    assert len(track_gaps(still.assign(status=0.0, speed_kn=12.0))) == 1


def test_a_vessel_silent_until_now_has_an_open_gap_unless_it_lies_still():
    until = START + pd.Timedelta(hours=30)
    open_gap = track_gaps(track_of([0, 6]), until=until.to_pydatetime())
    assert open_gap["hours"].tolist() == [24.0]
    assert open_gap["end_at"].tolist() == [until]
    assert open_gap[["end_lat", "end_lon", "km"]].isna().all(axis=None)
    assert track_gaps(track_of([0, 6], status=[0.0, 5.0]), until=until).empty
    assert track_gaps(track_of([0, 6]), until=START + pd.Timedelta(hours=18)).empty


def test_nobody_has_sailed_nothing():
    nothing = track_of([])
    assert track_gaps(nothing, until=START).empty
    assert slow_spells(nothing).empty
    assert draught_changes(nothing, calls_at()).empty


@given(hours=st.lists(st.floats(0.1, 40), min_size=1, max_size=20))
@settings(deadline=None)
def test_gaps_are_the_long_steps_and_nothing_else(hours):
    at = np.cumsum([0.0, *hours])
    gaps = track_gaps(track_of(at))
    told = [hour for hour in np.diff(track_of(at)["at"]) / pd.Timedelta(hours=1) if hour > SILENT_HOURS]
    assert gaps["hours"].to_list() == pytest.approx(told)


@given(hours=st.lists(st.floats(0.1, 40), min_size=2, max_size=20), cut=st.integers(1, 20))
@settings(deadline=None)
def test_positions_that_fill_a_silence_never_add_to_it(hours, cut):
    at = np.cumsum([0.0, *hours])
    kept = np.delete(at, min(cut, len(at) - 2))
    assert (
        track_gaps(track_of(at))["hours"].max(skipna=True) <= track_gaps(track_of(kept))["hours"].max()
        or track_gaps(track_of(at)).empty
    )


def test_slow_hours_are_half_the_way_to_each_neighbour():
    spells = slow_spells(track_of([0, 6, 10, 16, 22], speed_kn=[15.0, 2.0, 1.0, 15.0, 15.0]))
    assert spells["hours"].tolist() == [3 + 2 + 2 + 3]
    assert spells["speed_kn"].tolist() == [1.0]
    assert spells["start_at"].tolist() == [START + pd.Timedelta(hours=3)]
    assert spells["end_at"].tolist() == [START + pd.Timedelta(hours=13)]


def test_two_spells_are_two_and_a_silence_ends_one():
    speeds = [1.0, 1.0, 15.0, 15.0, 1.0, 1.0]
    assert len(slow_spells(track_of([0, 6, 12, 18, 24, 30], speed_kn=speeds))) == 2
    assert len(slow_spells(track_of([0, 6, 40, 46], speed_kn=1.0))) == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"status": 1.0},
        {"status": 5.0},
        {"lat": 51.95, "lon": 4.05},
        {"speed_kn": SLOW_KN},
    ],
)
def test_an_anchored_vessel_or_one_near_a_port_or_a_fast_one_is_not_slow_at_sea(changed):
    assert slow_spells(track_of([0, 6, 12], **({"speed_kn": 1.0} | changed))).empty


def test_where_no_speed_was_sent_the_one_sailed_counts():
    assert slow_spells(track_of([0, 6, 12], speed_kn=np.nan)).empty
    still = track_of([0, 6, 12], lon=-40.0, speed_kn=np.nan)
    assert slow_spells(still)["hours"].tolist() == [9.0]


def calls_at(*hours):
    at = START + pd.to_timedelta(list(hours), "h")
    return pd.DataFrame({"vessel_imo": "A", "arrival_at": at, "departure_at": at + pd.Timedelta(hours=20)})


def test_a_change_of_draught_between_calls_is_told():
    deeper = track_of([100, 106, 112], draught_m=[11.0, np.nan, 12.0])
    changes = draught_changes(deeper, calls_at(0, 300))
    assert changes[["before_m", "after_m", "change_m"]].to_numpy().tolist() == [[11.0, 12.0, 1.0]]
    assert changes["before_at"].tolist() == [START + pd.Timedelta(hours=100)]
    assert draught_changes(deeper.assign(draught_m=[11.0, 11.0, 11.4]), calls_at(0)).empty


@pytest.mark.parametrize(("call", "explains"), [(106, True), (140, True), (160, False), (60, True), (20, False)])
def test_a_call_explains_a_change_near_it(call, explains):
    deeper = track_of([100, 112], draught_m=[11.0, 12.0])
    assert draught_changes(deeper, calls_at(call)).empty == explains


def test_another_vessels_call_explains_nothing():
    deeper = track_of([100, 112], draught_m=[11.0, 12.0])
    assert len(draught_changes(deeper, calls_at(106).assign(vessel_imo="B"))) == 1


def test_a_position_nobody_can_have_sailed_to_is_left_out():
    track = track_of([0, 6, 12, 18], lon=[-40.0, 20.0, -37.0, -35.5])
    assert track["lon"].tolist() == [-40.0, -37.0, -35.5]
    first = track_of([0, 6, 12], lon=[60.0, -38.5, -37.0])
    assert first["lon"].tolist() == [-38.5, -37.0]


@given(lons=st.lists(st.floats(-40, 40), min_size=1, max_size=12))
@settings(deadline=None)
def test_what_is_left_out_is_what_no_neighbour_reaches(lons):
    def reaches(one, other):
        return great_circle_km(0, lons[one], 0, lons[other]) <= 60 * KM_PER_NAUTICAL_MILE * 6 * abs(one - other)

    places = list(range(len(lons)))
    inner = [n for n in places[1:-1] if not reaches(n, n - 1) and not reaches(n, n + 1)]
    places = [n for n in places if n not in inner]
    ends = {n: other for n, other in ((places[0], places[1:2]), (places[-1], places[-2:-1])) if other}
    kept = [n for n in places if n not in ends or reaches(n, ends[n][0])]
    track = track_of(np.arange(len(lons)) * 6.0, lon=np.array(lons))
    assert track["lon"].tolist() == [lons[n] for n in kept]


def test_positions_without_a_place_are_no_track():
    rows = track_of([0, 6, 12]).assign(lat=[0.0, np.nan, 0.0])
    assert len(in_order(rows)) == 2
