"""Positions as points of the unit sphere, where the nearest in space is the nearest on Earth."""

import numpy as np
import numpy.typing as npt

EARTH_KM = 6371.0088
"""Mean Earth radius R1 of the IUGG (Moritz, Geodetic Reference System 1980)."""

Floats = npt.NDArray[np.float64]


def unit_vectors(lat: npt.ArrayLike, lon: npt.ArrayLike) -> Floats:
    """Return positions in degrees, each shape (n,), as points of the unit sphere, shape (n, 3)."""
    phi, lam = np.radians(np.asarray(lat, dtype=float)), np.radians(np.asarray(lon, dtype=float))
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


def arc_km(chord: npt.ArrayLike) -> Floats:
    """Return the distance over the surface (km) of points `chord` apart through the unit sphere."""
    return 2 * EARTH_KM * np.arcsin(np.minimum(np.asarray(chord, dtype=float) / 2, 1.0))
