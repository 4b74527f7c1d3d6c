"""Find the port a position belongs to."""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from riskscore import reference
from riskscore.reference.sphere import arc_km, unit_vectors

if TYPE_CHECKING:
    from scipy.spatial import cKDTree


def nearest_port(lat: pd.Series, lon: pd.Series) -> pd.DataFrame:
    """Return the nearest seaport of each position (degrees) and its distance: columns locode, distance_km.

    Of ports at the same place, the one with the most container terminals is given, then the first by code. A position
    that is missing or not on Earth has no nearest port: <NA>, NaN.
    """
    known = ((lat.abs() <= 90) & (lon.abs() <= 180)).to_numpy(dtype=bool, na_value=False)
    locodes, tree = _seaport_tree()
    chord, nearest = tree.query(unit_vectors(lat[known], lon[known]))
    locode, distance_km = np.full(len(lat), None, dtype=object), np.full(len(lat), np.nan)
    locode[known] = locodes.to_numpy()[nearest]
    distance_km[known] = arc_km(chord)
    return pd.DataFrame({"locode": pd.Series(locode, index=lat.index, dtype="str"), "distance_km": distance_km})


@cache
def _seaport_tree() -> tuple[pd.Index, "cKDTree"]:
    from scipy.spatial import cKDTree  # noqa: PLC0415 slow to import, and most steps look for no port

    ports = reference.ports()
    located = ports[ports["is_seaport"] & ports["lat"].notna()]
    busiest_first = located.sort_values("terminal_count", ascending=False, kind="stable")
    places = busiest_first.drop_duplicates(["lat", "lon"])
    return places.index, cKDTree(unit_vectors(places["lat"], places["lon"]))
