"""Ways along the lanes: as long as the published distance, from port to port, without a tear at the date line."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import searoute
from hypothesis import given, settings
from hypothesis import strategies as st

from riskscore import reference
from riskscore.geo import along_km, great_circle_km, off_line_km, sea_distance_km, sea_lane, unbroken
from riskscore.geo.build import lane_network
from riskscore.geo.network import _lanes
from riskscore.geo.sea_distance import pairs_km

PAIRS = [("ECGYE", "NLRTM"), ("CNSHG", "USLAX"), ("BRSSZ", "ESVLC"), ("NLRTM", "BEANR"), ("GBDVR", "NLIJM")]


@pytest.mark.parametrize(("origin", "destination"), PAIRS)
def test_a_way_is_as_long_as_the_distance_and_ends_in_its_ports(origin, destination):
    way = sea_lane(origin, destination)
    distance = sea_distance_km(pd.Series([origin]), pd.Series([destination])).iloc[0]
    assert np.ceil(along_km(way)[-1]) == pytest.approx(distance, abs=1)
    ports = reference.ports().loc[[origin, destination], ["lat", "lon"]].to_numpy()
    wrapped = np.column_stack([way[[0, -1], 0], (way[[0, -1], 1] + 180) % 360 - 180])
    assert wrapped == pytest.approx(ports)


def test_a_way_is_the_same_there_and_back():
    there, back = sea_lane("ECGYE", "NLRTM"), sea_lane("NLRTM", "ECGYE")
    assert along_km(there)[-1] == pytest.approx(along_km(back)[-1])


def test_longitudes_run_on_across_the_date_line():
    way = sea_lane("CNSHG", "USLAX")
    assert (np.abs(np.diff(way[:, 1])) < 180).all()
    assert way[:, 1].max() > 180


@pytest.mark.parametrize(("origin", "destination"), [("XXXXX", "NLRTM"), ("NLRTM", "CHBSL"), ("", "")])
def test_no_way_leads_to_a_place_that_is_no_port(origin, destination):
    assert sea_lane(origin, destination).shape == (0, 2)


def test_a_port_is_no_way_from_itself():
    assert along_km(sea_lane("NLRTM", "NLRTM"))[-1] == 0
    assert along_km(np.empty((0, 2))).tolist() == []


def test_what_is_handed_out_cannot_be_spoilt():
    with pytest.raises(ValueError, match="read-only"):
        sea_lane("ECGYE", "NLRTM")[0, 0] = 0.0


def test_the_shipped_network_is_searoutes_of_today():
    nodes, lanes = lane_network()
    shipped, graph = _lanes()
    assert (nodes[["lat", "lon"]].to_numpy() == shipped).all()
    assert graph.nnz == len(lanes.drop_duplicates())
    assert len(nodes) == searoute.setup_M("networkx").number_of_nodes()
    pair = pd.DataFrame({"origin": ["BRSSZ"], "destination": ["NLRTM"]})
    assert pairs_km(pair)[0] == np.ceil(along_km(sea_lane("BRSSZ", "NLRTM"))[-1])


degrees = st.tuples(st.floats(-80, 80), st.floats(-179, 179))


@given(begin=degrees, end=degrees, share=st.floats(0, 1))
@settings(deadline=None)
def test_a_place_on_the_line_is_at_no_distance_from_it(begin, end, share):
    line = np.array([begin, end])
    one, other = (np.array(point) for point in (begin, end))
    on_it = _between(one, other, share)
    if great_circle_km(*begin, *end) < 19_000:
        assert off_line_km(on_it[:1], on_it[1:], line)[0] == pytest.approx(0, abs=0.05)


@given(place=degrees, corners=st.lists(degrees, min_size=2, max_size=5))
@settings(deadline=None)
def test_no_corner_is_nearer_than_the_line_and_no_point_of_it_is(place, corners):
    line = np.array(corners)
    off = off_line_km(np.array([place[0]]), np.array([place[1]]), line)[0]
    to_corners = great_circle_km(line[:, 0], line[:, 1], place[0], place[1])
    assert off <= to_corners.min() + 1e-3
    for begin, end in pairwise(line):
        if great_circle_km(*begin, *end) < 19_000:
            points = np.array([_between(begin, end, share) for share in np.linspace(0, 1, 9)])
            assert off <= great_circle_km(points[:, 0], points[:, 1], place[0], place[1]).min() + 0.05


def test_off_a_line_of_one_point_nothing_is_known():
    assert np.isnan(off_line_km(np.array([1.0]), np.array([1.0]), np.array([[0.0, 0.0]]))).all()


def test_a_degree_off_the_equator_is_sixty_miles():
    line = np.array([[0.0, -10.0], [0.0, 10.0]])
    assert off_line_km(np.array([1.0]), np.array([3.0]), line)[0] == pytest.approx(111.19, abs=0.02)


def test_an_unbroken_line_keeps_its_places():
    points = np.array([[0.0, 170.0], [0.0, 179.0], [0.0, -178.0], [0.0, -170.0]])
    assert unbroken(points)[:, 1].tolist() == [170.0, 179.0, 182.0, 190.0]
    assert unbroken(points[:1]).tolist() == [[0.0, 170.0]]


def _between(begin, end, share):
    """A point on the great circle, by spherical interpolation."""
    phi, lam = np.radians([begin[0], end[0]]), np.radians([begin[1], end[1]])
    corner = np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
    angle = np.arccos(np.clip(corner[0] @ corner[1], -1, 1))
    if angle < 1e-9:
        return np.array(begin, dtype=float)
    point = (np.sin((1 - share) * angle) * corner[0] + np.sin(share * angle) * corner[1]) / np.sin(angle)
    return np.degrees([np.arcsin(np.clip(point[2], -1, 1)), np.arctan2(point[1], point[0])])
