"""The nearest port is the one a search through all of them finds."""

import numpy as np
import pandas as pd

from riskscore import reference
from riskscore.geo import great_circle_km, nearest_port


def test_nearest_port_equals_the_search_through_all() -> None:
    generator = np.random.default_rng(5)
    lat, lon = pd.Series(generator.uniform(-90, 90, 60)), pd.Series(generator.uniform(-180, 180, 60))
    ports = reference.ports().query("is_seaport and lat.notna()")
    found = nearest_port(lat, lon)
    for row, (here_lat, here_lon) in enumerate(zip(lat, lon, strict=True)):
        all_km = great_circle_km(here_lat, here_lon, ports["lat"], ports["lon"])
        assert abs(found["distance_km"][row] - all_km.min()) < 1e-6
        assert abs(all_km[ports.index.get_loc(found["locode"][row])] - all_km.min()) < 1e-6


def test_across_the_antimeridian_the_nearest_is_still_near() -> None:
    suva, east_of_the_line = reference.ports().loc["FJSUV"], -179.9
    found = nearest_port(pd.Series([suva["lat"]]), pd.Series([east_of_the_line]))
    assert found["distance_km"][0] < 250


def test_of_ports_at_one_place_the_one_with_terminals_is_named_always_the_same() -> None:
    shanghai = reference.ports().loc[["CNSGH", "CNSHG"]]
    assert shanghai["lat"].nunique() == 1
    found = nearest_port(shanghai["lat"], shanghai["lon"])
    assert found["locode"].to_list() == ["CNSGH", "CNSGH"]


def test_a_missing_or_impossible_position_has_no_nearest_port() -> None:
    lat = pd.Series([np.nan, 51.9, 91.0, 51.9], index=list("abcd"))
    found = nearest_port(lat, pd.Series([4.0, np.nan, 4.0, 181.0], index=list("abcd")))
    assert found.isna().all(axis=None)
    assert found.index.to_list() == list("abcd")
