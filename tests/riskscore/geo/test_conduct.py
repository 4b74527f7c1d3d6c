"""How voyages were sailed: each by its own days, and by what is known until then."""

import pandas as pd
import pytest

from riskscore.geo import (
    CONDUCT,
    draught_changes,
    in_order,
    slow_spells,
    track_gaps,
    voyage_conduct,
    voyage_windows,
)

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


def whose(at, until=1000):
    """The voyage of the one position at each instant, - where it belongs to none."""
    windows = voyage_windows(calls())
    found = windows.whose(positions(*at), hours(until)[0].value // 1000)
    return ["-" if number < 0 else windows.voyages[number] for number in found]


def conduct(*at, until=200):
    return voyage_conduct(positions(*at), voyage_windows(calls()), hours(until)[0])


def test_a_voyage_lasts_from_leaving_its_first_port_to_reaching_its_last():
    assert whose([-6, 0, 96, 97, 139, 140, 300, 301]) == ["-", "V1", "V1", "-", "-", "V2", "V2", "-"]


def test_what_happened_counts_before_what_was_planned():
    late = calls().assign(actual_departure_at=hours(9, 9, 150, 330), actual_arrival_at=hours(-20, 100, 120, 310))
    windows = voyage_windows(late)
    found = windows.whose(positions(5, 10, 98, 145, 305), hours(1000)[0].value // 1000)
    assert found.tolist() == [-1, 0, 0, -1, 1]


def test_nothing_after_now_belongs_to_a_voyage():
    assert whose([150, 190, 210], until=200) == ["V2", "V2", "-"]


def test_where_voyages_overlap_the_one_last_begun_has_it():
    both = calls().assign(planned_departure_at=hours(0, 110, 50, 320))
    windows = voyage_windows(both)
    found = windows.whose(positions(40, 60, 90, 120), hours(1000)[0].value // 1000)
    assert windows.voyages.take(found).tolist() == ["V1", "V2", "V2", "V2"]


def test_another_vessel_is_on_no_voyage():
    stranger = positions(10, 20).assign(vessel_imo="B")
    assert voyage_windows(calls()).whose(stranger, 10**18).tolist() == [-1, -1]


def test_silence_between_voyages_is_nobodys():
    found = conduct(*range(0, 97, 6), *range(144, 200, 6))
    assert list(found.columns) == list(CONDUCT)
    assert found.to_numpy().tolist() == [[0.0] * 4] * 2
    gone = conduct(0, 6, 36, 150, 170, 190)
    assert gone.loc["V1", ["longest_silence_hours", "silence_count"]].tolist() == [30.0, 1.0]
    assert gone.loc["V2", ["longest_silence_hours", "silence_count"]].tolist() == [20.0, 2.0]


def test_numbers_are_those_of_the_frames():
    rows = positions(0, 6, 12, 40, 46, 52, 58).assign(
        speed_kn=[15, 1, 1, 15, 15, 15, 15], draught_m=[11.0] * 6 + [12.4]
    )
    found = voyage_conduct(rows, voyage_windows(calls()), hours(60)[0]).loc["V1"]
    track = in_order(rows.assign(voyage_id="V1"), "voyage_id")
    nobody = pd.DataFrame({"voyage_id": [], "arrival_at": NONE[:0], "departure_at": NONE[:0]})
    assert found["longest_silence_hours"] == track_gaps(track, "voyage_id")["hours"].max() == 28
    assert found["slow_at_sea_hours"] == slow_spells(track, "voyage_id")["hours"].sum() == 15
    assert found["draught_change_m"] == draught_changes(track, nobody, "voyage_id")["change_m"].max() == 1.4


@pytest.mark.parametrize("until", [-5, 0, 60])
def test_a_voyage_of_which_nothing_is_known_has_no_row(until):
    found = conduct(70, 76, until=until)
    assert found.empty
    assert list(found.columns) == list(CONDUCT)


def test_no_calls_no_voyages():
    assert voyage_conduct(positions(70, 76), voyage_windows(calls()[:0]), hours(100)[0]).empty
