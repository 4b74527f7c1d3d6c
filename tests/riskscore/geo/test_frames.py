"""Ports and land as GeoDataFrames."""

import geopandas

from riskscore import reference
from riskscore.geo import land, on_land, ports_frame


def test_ports_are_points_where_the_reference_puts_them() -> None:
    ports = ports_frame()
    assert len(ports) == reference.ports()["lat"].notna().sum()
    assert ports.crs == "EPSG:4326"
    rotterdam = ports.loc["NLRTM"]
    assert (rotterdam.geometry.y, rotterdam.geometry.x) == (rotterdam["lat"], rotterdam["lon"])


def test_land_covers_what_it_should_of_the_earth() -> None:
    share = land().to_crs("ESRI:54034").area.sum() / 510_072_000e6  # cylindrical equal area; surface of the Earth
    assert 0.27 < share < 0.31
    assert land().is_valid.all()


def test_inland_is_land_and_the_open_sea_is_not() -> None:
    points = geopandas.GeoSeries.from_xy([2.35, -30, 116.4, 3.0, None], [48.85, 40, 39.9, 55.0, None], crs=4326)
    points.index = list("abcde")
    assert on_land(points).to_dict() == {"a": True, "b": False, "c": True, "d": False, "e": False}


def test_points_in_metres_are_understood() -> None:
    paris = geopandas.GeoSeries.from_xy([2.35], [48.85], crs=4326).to_crs(3857)
    assert on_land(paris).to_list() == [True]


def test_points_that_share_a_label_are_told_apart() -> None:
    points = geopandas.GeoSeries.from_xy([2.35, -30], [48.85, 40], crs=4326)
    points.index = ["same", "same"]
    assert on_land(points).to_list() == [True, False]


def test_ports_told_to_be_inland_lie_on_land() -> None:
    ports = ports_frame()
    inland = on_land(ports.geometry[~ports["is_seaport"]])
    assert inland.mean() > 0.95
