"""Drawings of a page: bars, the time line of calls, and what the map is told; no style is written into a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from riskscore.desk.container import PastScore, Route, Stop
from riskscore.web.languages import Speech
from riskscore.web.words import word

BAND_SIGNS = {"high": "▲", "medium": "◆", "low": "●"}
"""Shapes, so that a band can be told without its colour."""
BAR_WIDTH = 56
LINE_WIDTH, LINE_HEIGHT, MARGIN = 900, 90, 60


@dataclass(frozen=True)
class Bar:
    """A bar to the right (raises) or left (lowers) of a middle line, in a box of 112 × 12."""

    x: float
    width: float
    kind: str


@dataclass(frozen=True)
class Mark:
    """One call on the time line: where, what, and whether it has happened."""

    x: float
    locode: str
    when: str
    has_happened: bool
    is_here: bool
    is_high: bool
    """Its text stands above the line, so that it does not cover the one before."""


def band_sign(band: str) -> str:
    """Return the shape of a band."""
    return BAND_SIGNS.get(band, "●")


def push_bar(push: float, largest: float) -> Bar:
    """Return the bar of one push beside the largest of them."""
    width = round(BAR_WIDTH * min(abs(push) / largest, 1.0), 1) if largest else 0.0
    return Bar(BAR_WIDTH if push > 0 else BAR_WIDTH - width, width, "up" if push > 0 else "down")


def time_line(calls: Sequence[Stop], unit: str, speech: Speech) -> list[Mark]:
    """Return the calls that have a time, along a line of 900 × 90."""
    timed = [(when, call) for call in calls if (when := call.actual_arrival_at or _planned(call)) is not None]
    if not timed:
        return []
    first, last = min(when for when, _ in timed), max(when for when, _ in timed)
    span = max(last - first, timedelta(hours=1))
    return [
        Mark(
            x=round(MARGIN + (LINE_WIDTH - 2 * MARGIN) * ((when - first) / span), 1),
            locode=call.locode,
            when=speech.short_day(when),
            has_happened=call.actual_arrival_at is not None or call.actual_departure_at is not None,
            is_here=call.locode == unit,
            is_high=number % 2 == 0,
        )
        for number, (when, call) in enumerate(timed)
    ]


def map_of(route: Route, speech: Speech) -> dict[str, Any]:
    """Return what the map draws: marks with their labels, and lines of kind plan, track or gap."""
    marks = [
        {
            "lat": stop.lat,
            "lon": stop.lon,
            "kind": "destination" if stop.kind == "discharge" else stop.kind,
            "label": _label(stop, speech),
        }
        for stop in route.stops
        if stop.lat is not None and stop.lon is not None
    ]
    lines = [
        {"kind": "plan", "points": _unbroken(leg), "label": speech.text("planned way")} for leg in route.legs if leg
    ]
    lines += _track(route, speech)
    return {"marks": marks, "lines": lines}


def polyline(scores: Sequence[PastScore], width: int = 220, height: int = 40) -> str:
    """Return the points of a line through past probabilities, in a box of `width` × `height`."""
    if len(scores) < 2:
        return ""
    top = max(0.01, *(score.probability for score in scores))
    step = (width - 8) / (len(scores) - 1)
    points = [
        f"{4 + number * step:.1f},{height - 4 - (height - 8) * score.probability / top:.1f}"
        for number, score in enumerate(scores)
    ]
    return " ".join(points)


def _planned(call: Stop) -> datetime | None:
    return call.planned_arrival_at or call.planned_departure_at


def _label(stop: Stop, speech: Speech) -> str:
    return f"{stop.locode} {stop.name} ({speech.text(word('stop', stop.kind))})"


def _track(route: Route, speech: Speech) -> list[dict[str, Any]]:
    """Return the track cut at its gaps, and a line across each gap."""
    lines: list[dict[str, Any]] = []
    for before, after in zip(route.track, route.track[1:], strict=False):
        across = [[before.lat, before.lon], [after.lat, after.lon]]
        gap = next((gap for gap in route.gaps if gap.start < after.at and gap.end > before.at), None)
        kind = "gap" if gap else "track"
        if lines and lines[-1]["kind"] == kind == "track":
            lines[-1]["points"].append(across[1])
        else:
            label = speech.text(gap.reason) if gap else speech.text("track")
            lines.append({"kind": kind, "points": across, "label": label})
    return lines


def _unbroken(leg: Sequence[tuple[float, float]]) -> list[list[float]]:
    """Return a line whose longitudes run on where it crosses the date line."""
    points: list[list[float]] = []
    turn = 0.0
    for number, (lat, lon) in enumerate(leg):
        if number and abs(lon + turn - points[-1][1]) > 180:
            turn += 360 if lon + turn < points[-1][1] else -360
        points.append([round(lat, 3), round(lon + turn, 3)])
    return points
