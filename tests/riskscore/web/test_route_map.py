"""What the map is told: everything on one sheet, the track cut where nothing was heard."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from riskscore.desk.case import Fix, Route, Sailed, Silence, SlowSpell, Spot, Stop
from riskscore.web import build
from riskscore.web.languages import Speech
from riskscore.web.rendering import STATIC
from riskscore.web.route_map import map_of

NOON = datetime(2026, 4, 20, 12, tzinfo=UTC)
SPOT = Spot(10.0, -35.0, "BRNAT", "Natal", 300.0)
STOPS = (
    Stop("PABLB", "Balboa", "PA", 8.95, -79.57, "transhipment"),
    Stop("NLRTM", "Rotterdam", "NL", 51.95, 4.05, "discharge"),
    Stop("XXXXX", "Nowhere", "XX", None, None, "call"),
)


def track(*longitudes: float) -> tuple[Fix, ...]:
    return tuple(Fix(NOON + timedelta(hours=6 * place), 10.0, lon, 16.0) for place, lon in enumerate(longitudes))


def route(fixes: tuple[Fix, ...] = (), legs: tuple[tuple[tuple[float, float], ...], ...] = (), **told: object) -> Route:
    usual = {"silences": (), "slow": (), "draughts": ()}
    sailed = Sailed(fixes, **(usual | told), km=None, usual_kn=None, fastest_kn=None, off_lane=None)  # type: ignore[arg-type] # parts of several kinds
    return Route(STOPS, (), legs, sailed)


def test_the_track_is_cut_at_its_silences_and_the_silence_says_how_long() -> None:
    fixes = track(-60.0, -58.0, -50.0, -48.0)
    silence = Silence(fixes[1].at, fixes[2].at, 30.0, SPOT, SPOT, 880.0)
    lines = map_of(route(fixes, silences=(silence,)), Speech("en"))["lines"]
    assert [line["kind"] for line in lines] == ["track", "gap", "track"]
    assert [line["points"][0][1] for line in lines] == [-60.0, -58.0, -50.0]
    assert lines[1]["label"].startswith("No position for 30 hours, 20 Apr 18:00")


def test_a_silence_that_lasts_draws_no_line() -> None:
    fixes = track(-60.0, -58.0)
    silence = Silence(fixes[-1].at, fixes[-1].at + timedelta(hours=20), 20.0, SPOT, None, None)
    lines = map_of(route(fixes, silences=(silence,)), Speech("en"))["lines"]
    assert [line["kind"] for line in lines] == ["track"]


def test_stops_slow_spells_and_the_last_position_are_marked() -> None:
    slow = SlowSpell(NOON, NOON + timedelta(hours=6), 6.0, 1.5, SPOT)
    marks = map_of(route(track(-60.0, -58.0), slow=(slow,)), Speech("en"))["marks"]
    assert [mark["kind"] for mark in marks] == ["transhipment", "destination", "slow", "vessel"]
    assert marks[-1]["lon"] == -58.0


@pytest.mark.parametrize("turn", [-360.0, 0.0, 360.0])
def test_everything_lies_on_one_sheet_across_the_date_line(turn: float) -> None:
    leg = ((31.0, 121.0), (40.0, 178.0), (40.0, 185.0), (34.0, 242.0))
    fixes = track(170.0 + turn, 178.0 + turn, -176.0 + turn)
    drawn = map_of(route(fixes, (leg,)), Speech("en"))
    (sailed,) = [line["points"] for line in drawn["lines"] if line["kind"] == "track"]
    assert [lon for _, lon in sailed] == [170.0, 178.0, 184.0]
    assert drawn["marks"][-1]["lon"] == 184.0


def test_what_is_told_is_json() -> None:
    drawn = map_of(route(track(-60.0, -58.0), (((8.95, -79.57), (51.95, 4.05)),)), Speech("fr"))
    assert json.loads(json.dumps(drawn)) == drawn


def test_land_has_no_line_from_one_side_of_the_sheet_to_the_other() -> None:
    outlines = json.loads((STATIC / "land.json").read_text(encoding="utf-8"))["coordinates"]
    steps = [
        (one, other)
        for piece in outlines
        for ring in piece
        for one, other in pairwise(ring)
        if abs(one[0] - other[0]) > 180 and one[1] > -84
    ]
    assert steps == []


def test_an_outline_that_jumps_is_cut_in_two(tmp_path: Path) -> None:
    ring = [[170, 60], [-170, 60], [-170, 70], [170, 70], [170, 60]]
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    (tmp_path / "land").mkdir()
    (tmp_path / "land" / "land-50m.geojson").write_text(json.dumps({"features": [feature]}), encoding="utf-8")
    pieces = build.simplified(tmp_path)
    assert sorted(piece.bounds for piece in pieces) == [(-180.0, 60.0, -170.0, 70.0), (170.0, 60.0, 180.0, 70.0)]
