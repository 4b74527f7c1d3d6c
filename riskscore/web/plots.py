"""Plots of the supervisor's page: intervals on one scale, curves over capacity, bars; drawn as SVG without a script."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from riskscore.desk.figures import Figures
from riskscore.web.languages import Speech

SPAN_WIDTH = 180
"""Of the box in which an interval is drawn."""
BAR_WIDTH = 120
WIDTH, HEIGHT = 460, 200
LEFT, RIGHT, TOP, BOTTOM = 44, 448, 12, 172
"""Of the field that curves are drawn in."""
SCALES = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""Where an axis of shares may end."""


@dataclass(frozen=True)
class Span:
    """A rate (None: not known) and its interval, from left to right in a box of SPAN_WIDTH."""

    low: float
    at: float | None
    high: float


@dataclass(frozen=True)
class Tick:
    """One mark of an axis."""

    at: float
    said: str


@dataclass(frozen=True)
class Curve:
    """Rates over the capacity: a line through dots, and the area of their intervals, as SVG points."""

    line: str
    area: str
    dots: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Curves:
    """Precision and recall over the capacity, with the ticks of both axes."""

    precision: Curve
    recall: Curve
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]


@dataclass(frozen=True)
class Plots:
    """Everything drawn on the page; `scale` is where the axis of the hit rates ends."""

    spans: tuple[Span, ...]
    base: Span
    scale: float
    curves: Curves | None


def plots_of(shown: Figures, speech: Speech) -> Plots:
    """Return the plots of a unit's figures."""
    known = [one.high for one in shown.hit_rates if one.rate is not None]
    known += [shown.base_high] if shown.base_rate is not None else []
    scale = scale_for(known)
    return Plots(
        spans=tuple(span(one.rate, one.low, one.high, scale) for one in shown.hit_rates),
        base=span(shown.base_rate, shown.base_low, shown.base_high, scale),
        scale=scale,
        curves=_curves(shown, speech),
    )


def scale_for(shares: Iterable[float]) -> float:
    """Return the end of an axis that shows all of these shares."""
    largest = max(shares, default=1.0)
    return next((end for end in SCALES if largest <= end), 1.0)


def span(rate: float | None, low: float, high: float, scale: float) -> Span:
    """Return an interval on an axis from 0 to `scale`."""

    def across(share: float) -> float:
        return round(SPAN_WIDTH * min(share / scale, 1.0), 1)

    return Span(across(low), None if rate is None else across(rate), across(high))


def bar_width(count: float, largest: float) -> float:
    """Return how wide a count's bar is beside the largest's."""
    return round(BAR_WIDTH * count / largest, 1) if largest else 0.0


def _curves(shown: Figures, speech: Speech) -> Curves | None:
    """Return the curves; None where nothing was examined."""
    rows = [one for one in shown.at_capacity if one.precision is not None]
    if not rows:
        return None
    largest = max(one.capacity for one in rows)

    def across(capacity: int) -> float:
        return round(LEFT + (RIGHT - LEFT) * capacity / largest, 1)

    precise = [(across(one.capacity), one.precision, one.precision_low, one.precision_high) for one in rows]
    complete = [(across(one.capacity), one.recall, one.recall_low, one.recall_high) for one in rows]
    return Curves(
        precision=_curve(precise),
        recall=_curve(complete),
        across=tuple(Tick(across(one.capacity), speech.number(one.capacity)) for one in rows),
        up=tuple(Tick(_up(share), speech.percent(share, 0)) for share in (0.0, 0.25, 0.5, 0.75, 1.0)),
    )


def _up(share: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * share, 1)


def _curve(points: Sequence[tuple[float, float | None, float, float]]) -> Curve:
    known = [(x, rate, low, high) for x, rate, low, high in points if rate is not None]
    dots = tuple((x, _up(rate)) for x, rate, _, _ in known)
    border = [(x, _up(high)) for x, _, _, high in known] + [(x, _up(low)) for x, _, low, _ in reversed(known)]
    return Curve(_written(dots), _written(border), dots)


def _written(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)
