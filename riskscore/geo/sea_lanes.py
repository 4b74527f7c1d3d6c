"""The way a vessel takes from port to port, as points along the shipping lanes."""

from functools import cache, lru_cache

import numpy as np
import shapely

from riskscore import reference
from riskscore.geo.distance_files import shipped_matrix
from riskscore.geo.great_circle import great_circle_km
from riskscore.geo.network import Floats, shortest_way
from riskscore.reference.sphere import EARTH_KM, unit_vectors

WAYS_KEPT = 2048
"""Ways that a process remembers; one is some kilobytes."""
ROUNDED_UP_KM = 2.0
"""What a published distance may be short of, in whole km, and a little more."""


@lru_cache(maxsize=WAYS_KEPT)
def sea_lane(origin: str, destination: str) -> Floats:
    """Return the shortest way at sea between two ports (LOCODE) as points (lat, lon in degrees), shape (n, 2).

    Longitudes run on across the date line (181 is 179 W). Its length is that of `sea_distance_km`. Shape (0, 2) where
    a port is unknown, no seaport or without a published position. The array is not to be written to.
    """
    places = _seaports()
    if origin not in places or destination not in places:
        return _fixed(np.empty((0, 2)))
    begin, end = np.array(places[origin]), np.array(places[destination])
    return _fixed(unbroken(shortest_way(begin, end, limit_km=_at_most_km(origin, destination))))


@cache
def _seaports() -> dict[str, tuple[float, float]]:
    ports = reference.ports()
    located = ports[ports["is_seaport"] & ports["lat"].notna()]
    return dict(zip(located.index, zip(located["lat"], located["lon"], strict=True), strict=True))


@cache
def _shipped_places() -> dict[str, int]:
    return {code: place for place, code in enumerate(shipped_matrix()[0])}


def _at_most_km(origin: str, destination: str) -> float:
    """Return a length that the way between two ports does not exceed, without bound where none is shipped."""
    place = _shipped_places()
    if origin not in place or destination not in place:
        return float("inf")
    return float(shipped_matrix()[1][place[origin], place[destination]]) + ROUNDED_UP_KM


def unbroken(points: Floats) -> Floats:
    """Return points (lat, lon), shape (n, 2), whose longitudes run on where the line crosses the date line."""
    if len(points) < 2:
        return points
    return np.column_stack([points[:, 0], np.unwrap(points[:, 1], period=360.0)])


def sketched(points: Floats, *, off_deg: float = 0.08) -> Floats:
    """Return a line (lat, lon) with fewer points, nowhere farther from it than so many degrees: what a map shows.

    Algorithm of Ramer (1972) and of Douglas and Peucker (1973), as in shapely.
    """
    if len(points) < 3:
        return points
    return np.asarray(shapely.get_coordinates(shapely.simplify(shapely.linestrings(points), off_deg)))


def along_km(points: Floats) -> Floats:
    """Return how far along the line (km) each of its points (lat, lon) lies, 0 for the first."""
    legs_km = great_circle_km(points[:-1, 0], points[:-1, 1], points[1:, 0], points[1:, 1])
    return np.concatenate([[0.0], np.cumsum(legs_km)])[: len(points)]


def off_line_km(lat: Floats, lon: Floats, line: Floats) -> Floats:
    """Return how far (km) each position lies from the nearest point of a line of great circles, shape (n, 2).

    NaN for a missing position or a line of fewer than two points. Distance to an arc by vectors on the sphere (the
    cross-track distance of Ed Williams, Aviation Formulary, section "Cross track error"), beside it to its nearer end.
    """
    if len(line) < 2:
        return np.full(len(lat), np.nan)
    at, corner = unit_vectors(lat, lon), unit_vectors(line[:, 0], line[:, 1])
    begin, end = corner[:-1], corner[1:]
    pole = np.cross(begin, end)
    length = np.linalg.norm(pole, axis=1)
    pole = pole / np.where(length > 0, length, 1.0)[:, np.newaxis]
    across = np.abs(np.arcsin(np.clip(at @ pole.T, -1.0, 1.0)))
    is_beside = (at @ np.cross(pole, begin).T >= 0) & (at @ np.cross(end, pole).T >= 0) & (length > 0)
    to_corner = np.arccos(np.clip(at @ corner.T, -1.0, 1.0))
    to_end = np.minimum(to_corner[:, :-1], to_corner[:, 1:])
    return np.asarray(np.where(is_beside, across, to_end).min(axis=1) * EARTH_KM)


def _fixed(points: Floats) -> Floats:
    points.flags.writeable = False
    return points
