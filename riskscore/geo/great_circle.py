"""Distance over the surface of the Earth."""

from typing import overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscore.reference.sphere import EARTH_KM


@overload
def great_circle_km(lat1: pd.Series, lon1: npt.ArrayLike, lat2: npt.ArrayLike, lon2: npt.ArrayLike) -> pd.Series: ...


@overload
def great_circle_km(
    lat1: npt.ArrayLike, lon1: npt.ArrayLike, lat2: npt.ArrayLike, lon2: npt.ArrayLike
) -> npt.NDArray[np.float64]: ...


def great_circle_km(
    lat1: pd.Series | npt.ArrayLike, lon1: npt.ArrayLike, lat2: npt.ArrayLike, lon2: npt.ArrayLike
) -> pd.Series | npt.NDArray[np.float64]:
    """Return great-circle distances (km) between positions in degrees; the inputs broadcast, NaN stays NaN.

    Values are taken by place, not by label; a Series as `lat1` gives a Series with its index. Haversine formula (R. W.
    Sinnott, "Virtues of the Haversine", Sky and Telescope 68(2), 1984, p. 159) on the mean Earth radius; the
    flattening it ignores is worth up to 0.6 %.
    """
    phi1, lam1, phi2, lam2 = (np.radians(np.asarray(angle, dtype=float)) for angle in (lat1, lon1, lat2, lon2))
    half_chord_squared = np.sin((phi2 - phi1) / 2) ** 2 + np.cos(phi1) * np.cos(phi2) * np.sin((lam2 - lam1) / 2) ** 2
    km = np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(half_chord_squared, 1.0))))
    return pd.Series(km, index=lat1.index) if isinstance(lat1, pd.Series) else km
