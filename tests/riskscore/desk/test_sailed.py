"""The way as sailed: from known positions alone, up to now, thinned for a page without losing what it says."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from riskscore import steps
from riskscore.desk import Desk
from riskscore.desk.case import Route
from riskscore.desk.routes import route_of
from riskscore.desk.sailed import MOST_POINTS
from riskscore.geo import along_km, sea_lane
from riskscore.settings import Settings
from tests.conftest import fact
from tests.riskscore.desk.made_queue import TODAY, Hands

LEFT = datetime(2026, 4, 20, tzinfo=UTC)
IMO = "9000003"
WAY = sea_lane("PABLB", "NLRTM")
Sail = Callable[..., Route]


def hours(number: float) -> datetime:
    return LEFT + timedelta(hours=number)


NOW = hours(120)


def call(number: int, port: str, **times: datetime) -> dict[str, Any]:
    usual = {"voyage_id": "V1", "call_sequence": number, "vessel_imo": IMO, "vessel_name": "INVENTED", "port": port}
    usual |= {"carrier_code": "QZA", "service_code": "S1"}
    plan = {"planned_arrival_at": hours(400 * (number - 1) - 20), "planned_departure_at": hours(400 * (number - 1))}
    return fact(LEFT.date(), number, **{**usual, **plan, **times})


def position(hour: float, **changed: Any) -> dict[str, Any]:
    """A position on the lane at 16 knots, known on its own day."""
    km = along_km(WAY)
    lat, lon = (float(np.interp(hour * 16 * 1.852, km, WAY[:, side])) for side in (0, 1))
    usual = {"vessel_imo": IMO, "at": hours(hour), "lat": lat, "lon": lon, "speed_kn": 16.0, "draught_m": 11.0}
    usual |= {"status": 0, "received_at": hours(hour)}
    return fact(hours(hour).date() + timedelta(days=1), round(hour * 100) + 100, **{**usual, **changed})


@pytest.fixture
def sail(tmp_path: Path) -> Sail:
    """Put calls and positions into a lake and return the route that the desk shows of the voyage."""

    def shown(positions: list[dict[str, Any]], *, now: datetime = NOW, through: tuple[str, ...] = ()) -> Route:
        settings = Settings(home=tmp_path, today=TODAY)
        lake = steps.open_workspace(settings).lake
        calls = [call(1, "PABLB", actual_departure_at=hours(0)), call(2, "NLRTM")]
        for table, rows in (("port_call", calls), ("position", positions))[: 2 if positions else 1]:
            frame = pa.Table.from_pylist(rows, lake.schema(table).arrow()).to_pandas(date_as_object=True)
            lake.replace_days(table, frame, sorted({row["known_day"] for row in rows}))
        return route_of(Desk(settings, Hands(now)), "V1", unit="NLRTM", through=through)

    return shown


def test_planned_legs_go_along_the_lane_and_not_across_land(sail: Sail) -> None:
    (leg,) = sail([]).legs
    assert len(leg) > 4
    assert along_km(np.array(leg))[-1] == pytest.approx(along_km(WAY)[-1], rel=0.01)


def test_without_positions_there_is_no_track(sail: Sail) -> None:
    sailed = sail([]).sailed
    assert sailed.track == sailed.silences == sailed.slow == sailed.draughts == ()
    assert sailed.km is None


def test_a_quiet_voyage_has_a_track_and_nothing_to_tell(sail: Sail) -> None:
    sailed = sail([position(hour) for hour in range(1, 115, 6)]).sailed
    assert [fix.at for fix in sailed.track] == [hours(hour) for hour in range(1, 115, 6)]
    assert sailed.silences == sailed.slow == sailed.draughts == ()
    assert sailed.km == pytest.approx(108 * 16 * 1.852, rel=0.03)
    assert (sailed.usual_kn, sailed.fastest_kn) == (16.0, 16.0)
    assert sailed.off_lane == pytest.approx(0, abs=15)


def test_silence_slow_steaming_and_draught_are_told_with_their_places(sail: Sail) -> None:
    heard = [*range(1, 40, 6), *range(67, 115, 6)]
    rows = [
        position(hour, speed_kn=1.5 if hour == 85 else 16.0, draught_m=11.0 if hour < 67 else 12.1) for hour in heard
    ]
    sailed = sail(rows).sailed
    (silence,) = sailed.silences
    assert (silence.start, silence.end, silence.hours) == (hours(37), hours(67), 30.0)
    assert silence.heard_at is not None
    assert silence.km == pytest.approx(30 * 16 * 1.852, rel=0.02)
    assert {hours(37), hours(67)} <= {fix.at for fix in sailed.track}
    (slow,) = sailed.slow
    assert (slow.start, slow.end, slow.hours, slow.speed_kn) == (hours(82), hours(88), 6.0, 1.5)
    assert slow.spot.port_km > 37
    assert slow.spot.port_name
    (draught,) = sailed.draughts
    assert (draught.before_m, draught.after_m) == (11.0, 12.1)


def test_a_vessel_is_silent_until_the_archive_s_last_word(sail: Sail) -> None:
    other = position(114, vessel_imo="9000015")
    (silence,) = sail([*(position(hour) for hour in range(1, 80, 6)), other]).sailed.silences
    assert (silence.start, silence.end) == (hours(79), hours(114))
    assert silence.heard_at is silence.km is None


def test_an_archive_that_fell_silent_makes_no_vessel_silent(sail: Sail) -> None:
    assert sail([position(hour) for hour in range(1, 40, 6)]).sailed.silences == ()


def test_what_is_not_known_yet_or_another_vessel_s_is_not_shown(sail: Sail) -> None:
    rows = [position(hour) for hour in range(1, 200, 6)]
    stranger = [position(hour, vessel_imo="9000015", lat=-20.0, lon=60.0) for hour in range(3, 110, 6)]
    track = sail([*rows, *stranger]).sailed.track
    assert max(fix.at for fix in track) <= NOW
    assert all(fix.lat > 0 for fix in track)


def test_a_corrected_position_stands_for_the_first_one_and_an_impossible_one_for_nothing(sail: Sail) -> None:
    rows = [position(hour) for hour in range(1, 115, 6)]
    rows[5] |= {"lat": -40.0, "lon": 100.0}
    corrected = fact(hours(20).date() + timedelta(days=2), 99_999, **{**_facts(rows[3]), "speed_kn": 14.0})
    track = sail([*rows, corrected]).sailed.track
    assert [fix.speed_kn for fix in track if fix.at == rows[3]["at"]] == [14.0]
    assert rows[5]["at"] not in {fix.at for fix in track}


def test_a_long_track_is_thinned_and_keeps_its_ends(sail: Sail) -> None:
    rows = [position(hour / 4) for hour in range(4, 460) if not 200 < hour < 260]
    sailed = sail(rows).sailed
    assert len(sailed.track) <= MOST_POINTS
    assert (sailed.track[0].at, sailed.track[-1].at) == (hours(1), hours(114.75))
    (silence,) = sailed.silences
    assert {silence.start, silence.end} <= {fix.at for fix in sailed.track}


def test_a_container_s_way_begins_where_it_was_loaded(sail: Sail) -> None:
    route = sail([], through=("ECGYE", "PABLB", "NLRTM"))
    assert [(stop.locode, stop.kind) for stop in route.stops] == [
        ("ECGYE", "loading"),
        ("PABLB", "transhipment"),
        ("NLRTM", "discharge"),
    ]
    assert len(route.legs) == 2


def _facts(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: row[name] for name in ("vessel_imo", "at", "lat", "lon", "speed_kn", "draught_m", "status", "received_at")
    }
