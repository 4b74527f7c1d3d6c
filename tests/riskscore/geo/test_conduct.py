"""How voyages were sailed: each by its own days, and by what is known until then."""

import pandas as pd
import pytest

from riskscore.geo import CONDUCT, voyage_conduct, voyage_track, voyage_windows

START = pd.Timestamp("2026-03-01T00:00Z")
NONE = pd.Series(pd.NaT, index=range(4), dtype="datetime64[us, UTC]")


def hours(*numbers):
    return START + pd.to_timedelta(list(numbers), "h")


def calls():
    """One vessel on two voyages, the second after the first."""
    return pd.DataFrame(
        {
            "voyage_id": ["V1", "V1", "V2", "V2"],
            "vessel_imo": "A",
            "call_sequence": [1, 2, 1, 2],
            "planned_arrival_at": hours(-20, 96, 120, 300),
            "planned_departure_at": hours(0, 110, 140, 320),
            "actual_arrival_at": NONE,
            "actual_departure_at": NONE,
        }
    )


def positions(*at):
    return pd.DataFrame(
        {
            "vessel_imo": "A",
            "at": hours(*at),
            "lat": 0.0,
            "lon": [-40.0 + hour / 4 for hour in at],
            "speed_kn": 15.0,
            "draught_m": 11.0,
            "status": 0,
        }
    )


def test_a_voyage_lasts_from_leaving_its_first_port_to_reaching_its_last_or_till_now():
    found = voyage_windows(calls(), START + pd.Timedelta(hours=200)).set_index("voyage_id")
    assert found.loc["V1", ["begin_at", "end_at"]].tolist() == list(hours(0, 96))
    assert found.loc["V2", ["begin_at", "end_at"]].tolist() == list(hours(140, 200))


def test_a_position_belongs_to_the_voyage_of_its_time():
    track = voyage_track(positions(-6, 0, 50, 100, 150, 190, 210), calls(), START + pd.Timedelta(hours=200))
    assert track["voyage_id"].tolist() == ["V1", "V1", "V2", "V2"]


def test_silence_between_voyages_is_nobodys():
    quiet = [*range(0, 97, 6), *range(144, 200, 6)]
    found = voyage_conduct(positions(*quiet), calls(), START + pd.Timedelta(hours=200))
    assert list(found.columns) == list(CONDUCT)
    assert found.to_numpy().tolist() == [[0.0] * 4] * 2
    gone = voyage_conduct(positions(0, 6, 36, 150, 170, 190), calls(), START + pd.Timedelta(hours=200))
    assert gone.loc["V1", ["longest_silence_hours", "silence_count"]].tolist() == [30.0, 1.0]
    assert gone.loc["V2", ["longest_silence_hours", "silence_count"]].tolist() == [20.0, 2.0]


@pytest.mark.parametrize("until", [-5, 0, 60])
def test_a_voyage_of_which_nothing_is_known_has_no_row(until):
    found = voyage_conduct(positions(70, 76), calls(), START + pd.Timedelta(hours=until))
    assert found.empty
    assert list(found.columns) == list(CONDUCT)
