"""Ports and land as GeoDataFrames."""

from functools import cache
from importlib.resources import as_file, files

import geopandas
import pandas as pd

from riskscore import reference

DEGREES = "EPSG:4326"


def ports_frame() -> geopandas.GeoDataFrame:
    """Return the ports whose position is known, by locode, as points in degrees (EPSG:4326)."""
    ports = reference.ports()
    located = ports[ports["lat"].notna()]
    points = geopandas.points_from_xy(located["lon"], located["lat"], crs=DEGREES)
    return geopandas.GeoDataFrame(located, geometry=points)


def land() -> geopandas.GeoDataFrame:
    """Return the land of the world as polygons in degrees (EPSG:4326), Natural Earth at 1:110 million."""
    return _shipped_land().copy()


def on_land(points: geopandas.GeoSeries) -> pd.Series:
    """Tell of each point whether it lies on land, at that scale (coasts are off by some 20 km); missing is false."""
    asked = geopandas.GeoDataFrame(geometry=points.to_crs(DEGREES).reset_index(drop=True))
    inside = geopandas.sjoin(asked, _shipped_land(), predicate="within")
    return pd.Series(asked.index.isin(inside.index), index=points.index)


@cache
def _shipped_land() -> geopandas.GeoDataFrame:
    with as_file(files("riskscore.geo") / "tables" / "land.parquet") as path:
        return geopandas.read_parquet(path)
