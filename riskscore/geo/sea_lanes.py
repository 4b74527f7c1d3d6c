"""The way a vessel takes from port to port, as points along the shipping lanes."""

from functools import lru_cache

import numpy as np
import pandas as pd

from riskscore import reference
from riskscore.geo.great_circle import great_circle_km
from riskscore.geo.network import Floats, shortest_way
from riskscore.geo.sea_distance import sea_distance_km
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
    ports = reference.ports()
    known = [code in ports.index and bool(ports.at[code, "is_seaport"]) for code in (origin, destination)]
    if not all(known):
        return _fixed(np.empty((0, 2)))
    ends = ports.loc[[origin, destination], ["lat", "lon"]].to_numpy(dtype=np.float64)
    if not np.isfinite(ends).all():
        return _fixed(np.empty((0, 2)))
    length_km = sea_distance_km(pd.Series([origin], dtype="str"), pd.Series([destination], dtype="str")).iloc[0]
    limit_km = length_km + ROUNDED_UP_KM if np.isfinite(length_km) else np.inf
    return _fixed(unbroken(shortest_way(ends[0], ends[1], limit_km=limit_km)))


def unbroken(points: Floats) -> Floats:
    """Return points (lat, lon), shape (n, 2), whose longitudes run on where the line crosses the date line."""
    if len(points) < 2:
        return points
    return np.column_stack([points[:, 0], np.unwrap(points[:, 1], period=360.0)])


def along_km(points: Floats) -> Floats:
    """Return how far along the line (km) each of its points (lat, lon) lies, 0 for the first."""
    legs_km = great_circle_km(points[:-1, 0], points[:-1, 1], points[1:, 0], points[1:, 1])
    return np.concatenate([[0.0], np.cumsum(legs_km)])[: len(points)]


def off_line_km(lat: Floats, lon: Floats, line: Floats) -> Floats:
    """Return how far (km) each position lies from the nearest point of a line of great circles, shape (n, 2).

    NaN for a missing position or a line of fewer than two points. Distance to an arc by vectors on the sphere (as the
    cross-track distance in Ed Williams, "Aviation Formulary", section "Cross track error"), to its nearer end beside it.
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
