"""How a voyage was sailed, by positions known at the cut-off and by its own days alone."""

import numpy as np
import pytest

from features import FEATURE_SETS, voyages
from tests.features.facts import as_of, at, container_score, features_on, position, row_cases, value_of
from tests.features.facts import port_call as call

NAMES = [feature.name for feature in FEATURE_SETS["voyage"].families["conduct"].rows]
CALLS = [
    call(-8, 1, port="ECGYE", planned_arrival_at=at(-9), planned_departure_at=at(-8), actual_departure_at=at(-8)),
    call(-8, 2, call_sequence=2, planned_arrival_at=at(12), planned_departure_at=at(13)),
]


@pytest.mark.parametrize(("feature", "given", "value"), row_cases("conduct"))
def test_known_answers(feature, given, value):
    assert value_of("voyage", feature, given) == pytest.approx(value)


def sailed(*hours, known_on=None, **changed):
    """Positions so many hours after the voyage began, each known on its own day unless said otherwise."""
    return [
        position(
            known_on or -7 + hour // 24,
            number,
            at=at(-8, 5 + hour),
            lon=-78.0 + hour * 0.28,
            **{name: values[number] if isinstance(values, list) else values for name, values in changed.items()},
        )
        for number, hour in enumerate(hours)
    ]


def conduct_on(number, positions, calls=CALLS):
    found = features_on(
        number, "voyage", container_score=[container_score(number)], port_call=calls, position=positions
    )
    return found[NAMES].iloc[0].to_dict()


def test_a_voyage_without_positions_says_nothing():
    assert np.isnan(list(conduct_on(5, []).values())).all()


def test_a_quiet_voyage_says_zero():
    assert conduct_on(5, sailed(*range(2, 240, 6))) == dict.fromkeys(NAMES, 0.0)


def test_silence_slow_steaming_and_draught_are_told():
    heard = [*range(2, 60, 6), *range(90, 120, 6), *range(150, 200, 6)]
    speeds = [1.5 if hour in (102, 108) else 16.0 for hour in heard]
    draughts = [11.0 if hour < 150 else 11.9 for hour in heard]
    found = conduct_on(5, sailed(*heard, speed_kn=speeds, draught_m=draughts))
    assert found["longest_silence_hours"] == pytest.approx(150 - 114)
    assert found["silence_count"] == 2
    assert found["slow_at_sea_hours"] == pytest.approx(12.0)
    assert found["draught_change_m"] == pytest.approx(0.9)


def test_what_is_learned_later_changes_nothing_before():
    heard = sailed(*range(2, 60, 6), *range(90, 140, 6))
    late = sailed(*range(60, 90, 6), known_on=4)
    assert conduct_on(3, heard + late) == conduct_on(3, heard)
    assert conduct_on(3, heard)["silence_count"] == 1
    assert conduct_on(4, heard + late)["silence_count"] == 0


def test_a_position_from_the_future_is_not_believed():
    quiet = sailed(*range(2, 240, 6))
    ahead = position(2, 99, at=at(6), lon=20.0)
    assert conduct_on(3, [*quiet, ahead]) == conduct_on(3, quiet)


def test_another_voyage_of_the_same_vessel_is_not_this_one():
    before = [position(-12, 50 + turn, at=at(-20, 4 + 20 * turn), speed_kn=1.0) for turn in range(5)]
    quiet = sailed(*range(2, 240, 6))
    assert conduct_on(5, before + quiet) == conduct_on(5, quiet)


def test_no_more_days_are_read_than_the_voyage_lasts():
    seen = as_of(5, port_call=CALLS, position=sailed(*range(2, 200, 6)))
    asked = []
    lake = seen.history.lake
    read = lake.read

    def watched(table, until, columns, since=None, among=None):
        asked.append((table, since, among))
        return read(table, until, columns, since, among)

    lake.read = watched
    assert voyages.conduct(seen, seen.table("port_call")).index.tolist() == ["V1"]
    table, since, among = asked[-1]
    assert table == "position"
    assert (seen.day - since).days == 14
    assert set(among["vessel_imo"]) == {"9000003"}
