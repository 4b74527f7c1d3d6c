"""Drawings of a page: bars, the time line of calls, past scores; no style is written into a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from riskscore.desk.container import PastScore, Stop
from riskscore.web.languages import Speech

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
