"""What the map of a route is told: planned lanes, the track as sailed, its silences, and places worth a look."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from riskscore.desk.case import Route, Sailed, Stop
from riskscore.web.conduct import Incident, incidents
from riskscore.web.languages import Speech
from riskscore.web.words import word

Points = list[list[float]]


def map_of(route: Route, speech: Speech) -> dict[str, Any]:
    """Return what the map draws: lines of kind plan, track or gap, and marks, each with its label.

    Longitudes run on across the date line, so that everything lies on one sheet.
    """
    middle = _middle(route)
    told = incidents(route.sailed, speech)
    marks = [
        _mark(
            stop.lat, stop.lon, "destination" if stop.kind == "discharge" else stop.kind, _label(stop, speech), middle
        )
        for stop in route.stops
        if stop.lat is not None and stop.lon is not None
    ]
    marks += [
        _mark(one.spot.lat, one.spot.lon, one.kind, _words(one, speech), middle) for one in told if one.kind != "gap"
    ]
    if route.sailed.track:
        last = route.sailed.track[-1]
        label = speech.text("last known position, {moment}", moment=speech.moment(last.at))
        marks.append(_mark(last.lat, last.lon, "vessel", label, middle))
    plan = speech.text("planned way")
    lines = [{"kind": "plan", "points": _beside(leg, middle), "label": plan} for leg in route.legs if leg]
    return {"lines": lines + _track(route.sailed, told, middle, speech), "marks": marks}


def _middle(route: Route) -> float:
    """Return the longitude around which everything is drawn."""
    longitudes = [lon for leg in route.legs for _, lon in leg] or [fix.lon for fix in route.sailed.track] or [0.0]
    return (min(longitudes) + max(longitudes)) / 2


def _nearest(lon: float, middle: float) -> float:
    """Return the longitude, by whole turns, nearest to `middle`."""
    return lon + 360 * round((middle - lon) / 360)


def _beside(line: Sequence[Sequence[float]], middle: float) -> Points:
    """Return a line with the longitudes that lie nearest to `middle` at its beginning and run on from there."""
    points: Points = []
    for lat, lon in line:
        points.append([round(lat, 3), round(_nearest(lon, points[-1][1] if points else middle), 3)])
    return points


def _mark(lat: float, lon: float, kind: str, label: str, middle: float) -> dict[str, Any]:
    return {"lat": round(lat, 4), "lon": round(_nearest(lon, middle), 4), "kind": kind, "label": label}


def _label(stop: Stop, speech: Speech) -> str:
    return f"{stop.locode} {stop.name} ({speech.text(word('stop', stop.kind))})"


def _words(one: Incident, speech: Speech) -> str:
    return f"{one.what}, {speech.moment(one.start)} – {speech.moment(one.end)}"


def _track(sailed: Sailed, told: Sequence[Incident], middle: float, speech: Speech) -> list[dict[str, Any]]:
    """Return the track cut at its silences, and a line across each of them."""
    silent = {one.start: one for one in told if one.kind == "gap"}
    on_the_way = _beside([(fix.lat, fix.lon) for fix in sailed.track], middle)
    lines: list[dict[str, Any]] = []
    for (before, begin), (_, end) in pairwise(zip(sailed.track, on_the_way, strict=True)):
        if before.at in silent:
            lines.append({"kind": "gap", "points": [begin, end], "label": _words(silent[before.at], speech)})
        elif lines and lines[-1]["kind"] == "track":
            lines[-1]["points"].append(end)
        else:
            lines.append({"kind": "track", "points": [begin, end], "label": speech.text("way as sailed")})
    return lines
