"""Pictures of a watched day as inline SVG: where risk moved, and what was said against what happened."""

from collections.abc import Iterator, Sequence
from functools import cache
from html import escape

import pandas as pd

from riskscore.geo import land
from riskscore.learning.evaluate import CalibrationBin
from riskscore.reference import ports

WIDTH, TOP, BOTTOM = 1000, 75.0, -60.0
"""Pixels of 360 degrees, and the latitudes shown."""
SCALE = WIDTH / 360
GAINED, LOST = "#b2182b", "#2166ac"
MOST_LANES = 40
WIDEST = 6.0
PLOT = 320


def moved_map(moved: pd.DataFrame) -> str:
    """Return a map of the lanes whose share of risk moved most: red gained, blue lost, as wide as they moved."""
    lanes = moved[moved["subject"] == "lane"].head(MOST_LANES)
    most = float(lanes["risk_moved"].abs().max()) if len(lanes) else 0.0
    drawn = "".join(_lane(row["name"], row["risk_moved"], most) for row in lanes.to_dict("records")) if most else ""
    height = (TOP - BOTTOM) * SCALE
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="Lanes that gained and lost risk">'
        f'<rect width="100%" height="100%" fill="#eef4f8"/>{_land()}{drawn}</svg>'
    )


def reliability_plot(bins: Sequence[CalibrationBin]) -> str:
    """Return what scores said (across) against what was found (up), with 95 % intervals; on the line is right."""
    top = max((one.high for one in bins), default=0.0)
    top = max(top, max((one.said for one in bins), default=0.0), 0.01)
    marks = "".join(_mark(one, top) for one in bins)
    ticks = "".join(_tick(share * top, top) for share in (0.25, 0.5, 0.75, 1.0))
    return (
        f'<svg viewBox="-50 -10 {PLOT + 70} {PLOT + 50}" style="max-width:26rem" role="img" '
        f'aria-label="Said against found"><path d="M0 0V{PLOT}H{PLOT}M0 {PLOT}L{PLOT} 0" fill="none" stroke="#999"/>'
        f'{ticks}{marks}<text x="{PLOT / 2}" y="{PLOT + 34}" text-anchor="middle" font-size="13">said</text></svg>'
    )


def _lane(name: str, moved: float, most: float) -> str:
    ends = [_place(code) for code in name.split(">")]
    if len(ends) != 2 or None in ends:
        return ""
    (x1, y1), (x2, y2) = (end for end in ends if end is not None)
    bow = abs(x2 - x1) * 0.15
    colour = GAINED if moved > 0 else LOST
    return (
        f'<path d="M{x1:.1f} {y1:.1f}Q{(x1 + x2) / 2:.1f} {(y1 + y2) / 2 - bow:.1f} {x2:.1f} {y2:.1f}" fill="none" '
        f'stroke="{colour}" stroke-opacity=".75" stroke-width="{max(0.6, WIDEST * abs(moved) / most):.1f}">'
        f"<title>{escape(name)} {moved:+.2%}</title></path>"
    )


def _place(code: str) -> tuple[float, float] | None:
    return _positions().get(code)


@cache
def _positions() -> dict[str, tuple[float, float]]:
    """Return where each port lies on the map."""
    located = ports().dropna(subset=["lat", "lon"])
    places = zip(located["lon"].astype(float), located["lat"].astype(float), strict=True)
    return {str(code): (_x(lon), _y(lat)) for code, (lon, lat) in zip(located.index, places, strict=True)}


@cache
def _land() -> str:
    outlines = "".join(_outlines())
    return f'<path d="{outlines}" fill="#d9d9d0" stroke="none"/>'


def _outlines() -> Iterator[str]:
    for shape in land().geometry.explode(index_parts=False):
        points = [f"{_x(lon):.0f} {_y(lat):.0f}" for lon, lat in shape.exterior.coords]
        yield f"M{'L'.join(dict.fromkeys(points))}Z"


def _x(longitude: float) -> float:
    return (longitude + 180) * SCALE


def _y(latitude: float) -> float:
    return (TOP - latitude) * SCALE


def _mark(one: CalibrationBin, top: float) -> str:
    x, y, low, high = (PLOT * value / top for value in (one.said, one.happened, one.low, one.high))
    return (
        f'<path d="M{x:.1f} {PLOT - low:.1f}V{PLOT - high:.1f}" stroke="#333"/>'
        f'<circle cx="{x:.1f}" cy="{PLOT - y:.1f}" r="4" fill="{LOST}"><title>{one.rows} outcomes: said '
        f"{one.said:.2%}, found {one.happened:.2%}</title></circle>"
    )


def _tick(value: float, top: float) -> str:
    at = PLOT * value / top
    return (
        f'<text x="{at:.0f}" y="{PLOT + 16}" text-anchor="middle" font-size="11">{value:.1%}</text>'
        f'<text x="-6" y="{PLOT - at + 4:.0f}" text-anchor="end" font-size="11">{value:.1%}</text>'
    )
