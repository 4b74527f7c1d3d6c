"""The world's shipping lanes as a graph, and the shortest way along them."""

from functools import cache
from importlib.resources import as_file, files

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from riskscore.geo.great_circle import great_circle_km
from riskscore.reference.sphere import arc_km, unit_vectors

ACCESS_LIMIT_KM = 1200.0
"""Farthest port that still counts as on the network; Manaus, up the Amazon, is 1,083 km from its nearest node."""
STARTS_AT_ONCE = 256
"""Start nodes whose distances to all 9,708 nodes are held at a time: 20 MB."""

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]


def shortest_km(begin: Floats, end: Floats) -> Floats:
    """Return the shortest way at sea (km) between pairs of positions (lat, lon in degrees), each of shape (n, 2).

    From a position to its nearest node of the network the way is a straight line, up a river too. NaN for a position
    farther than ACCESS_LIMIT_KM from the network.
    """
    begin_node, begin_km = _access(begin)
    end_node, end_km = _access(end)
    direct_km = great_circle_km(begin[:, 0], begin[:, 1], end[:, 0], end[:, 1])
    way_km = begin_km + _along_lanes_km(begin_node, end_node) + end_km
    return np.where((begin_node == end_node) & np.isfinite(way_km), direct_km, way_km)


def shortest_way(begin: Floats, end: Floats, *, limit_km: float = np.inf) -> Floats:
    """Return the points (lat, lon) of the shortest way at sea between two positions, shape (n, 2), ends included.

    `limit_km` is a length that the way does not exceed, where one is known: no farther is looked. Of shape (0, 2) for
    a position farther than ACCESS_LIMIT_KM from the network, or where nothing is found so near.
    """
    ends = np.stack([begin, end])
    (start, goal), access_km = _access(ends)
    if start == goal or not np.isfinite(access_km).all():
        return ends if np.isfinite(access_km).all() else np.empty((0, 2))
    nodes, lanes = _lanes()
    reach_km, before = dijkstra(lanes, directed=False, indices=start, return_predecessors=True, limit=limit_km)
    if not np.isfinite(reach_km[goal]):
        return np.empty((0, 2))
    way = [int(goal)]
    while way[-1] != start:
        way.append(int(before[way[-1]]))
    return np.vstack([begin, nodes[way[::-1]], end])


def _access(places: Floats) -> tuple[Integers, Floats]:
    """Return the nearest node of each position and the distance to it."""
    chord, nearest = _tree().query(unit_vectors(places[:, 0], places[:, 1]))
    access_km = arc_km(chord)
    return np.asarray(nearest), np.where(access_km <= ACCESS_LIMIT_KM, access_km, np.nan)


@cache
def _tree() -> cKDTree:
    nodes, _ = _lanes()
    return cKDTree(unit_vectors(nodes[:, 0], nodes[:, 1]))


def _along_lanes_km(begin_node: Integers, end_node: Integers) -> Floats:
    _, lanes = _lanes()
    along_km = np.empty(len(begin_node))
    starts, which = np.unique(begin_node, return_inverse=True)
    for first in range(0, len(starts), STARTS_AT_ONCE):
        rows = np.flatnonzero((which >= first) & (which < first + STARTS_AT_ONCE))
        reach_km = dijkstra(lanes, directed=False, indices=starts[first : first + STARTS_AT_ONCE])
        along_km[rows] = reach_km[which[rows] - first, end_node[rows]]
    return along_km


@cache
def _lanes() -> tuple[Floats, csr_array]:
    """Return the nodes (lat, lon) of the shipped network and its open lanes with their length in km."""
    with as_file(files("riskscore.geo") / "tables") as folder:
        nodes = pd.read_parquet(folder / "lane_nodes.parquet")[["lat", "lon"]].to_numpy(dtype=np.float64)
        lanes = pd.read_parquet(folder / "lanes.parquet")
    begin, end = lanes["begin"].to_numpy(dtype=np.intp), lanes["end"].to_numpy(dtype=np.intp)
    length_km = great_circle_km(nodes[begin, 0], nodes[begin, 1], nodes[end, 0], nodes[end, 1])
    kept_km = np.maximum(length_km, 1e-9)  # a sparse graph has no lane of length zero; the antimeridian has twelve
    return nodes, coo_array((kept_km, (begin, end)), shape=(len(nodes), len(nodes))).tocsr()
