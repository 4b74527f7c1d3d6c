"""Great-circle distances agree with a slow formula of another kind."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskscore.geo import great_circle_km

EARTH_KM = 6371.0088
LATITUDES, LONGITUDES = st.floats(-90, 90), st.floats(-180, 180)


def slow_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """The angle between two directions, from their cross and dot product."""

    def direction(lat: float, lon: float) -> tuple[float, float, float]:
        phi, lam = math.radians(lat), math.radians(lon)
        return math.cos(phi) * math.cos(lam), math.cos(phi) * math.sin(lam), math.sin(phi)

    (a, b, c), (u, v, w) = direction(lat1, lon1), direction(lat2, lon2)
    cross = math.hypot(b * w - c * v, c * u - a * w, a * v - b * u)
    return EARTH_KM * math.atan2(cross, a * u + b * v + c * w)


@given(lat1=LATITUDES, lon1=LONGITUDES, lat2=LATITUDES, lon2=LONGITUDES)
def test_distance_equals_the_slow_answer(lat1: float, lon1: float, lat2: float, lon2: float) -> None:
    found = float(great_circle_km(lat1, lon1, lat2, lon2))
    assert found == pytest.approx(slow_km(lat1, lon1, lat2, lon2), abs=0.3)  # haversine loses digits at the antipode
    assert found == pytest.approx(float(great_circle_km(lat2, lon2, lat1, lon1)))


def test_known_distances_and_half_the_earth() -> None:
    assert great_circle_km(51.95, 4.14, 40.68, -74.05) == pytest.approx(5860, abs=30)
    assert great_circle_km(0, 0, 0, 180) == pytest.approx(math.pi * EARTH_KM)
    assert great_circle_km(10, 179.5, 10, -179.5) == pytest.approx(great_circle_km(10, 0, 10, 1))


def test_a_series_gives_a_series_by_place_and_missing_stays_missing() -> None:
    found = great_circle_km(pd.Series([0.0, np.nan, 1.0], index=list("abc")), pd.Series([0.0, 0.0, 0.0]), 0.0, 0.0)
    assert found.index.to_list() == list("abc")
    assert found.isna().to_list() == [False, True, False]
    assert found.dropna().to_list() == pytest.approx([0, EARTH_KM * math.pi / 180])


def test_columns_and_rows_broadcast_to_a_table() -> None:
    assert great_circle_km(np.zeros((3, 1)), 0.0, np.zeros(2), np.arange(2)).shape == (3, 2)
