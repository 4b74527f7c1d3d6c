"""Sea distances between ports: a shipped table for container ports, the network of lanes for the others."""

import functools
from pathlib import Path

import numpy as np
import pandas as pd

from riskscore import reference
from riskscore.geo.distance_files import keep_pairs, read_pairs, shipped_matrix
from riskscore.geo.network import Floats, shortest_km


def sea_distance_km(origin: pd.Series, destination: pd.Series, *, cache: Path | None = None) -> pd.Series:
    """Return the shortest sea distance (whole km, rounded up) between ports given by locode, row by row.

    Through Suez, Panama and the straits, not through the Northwest Passage; the same both ways. NaN for a place that is
    missing, no seaport, or without a published position. Pairs outside the shipped table are computed on searoute's
    network and, given a folder `cache`, kept there for the next time.
    """
    locodes, matrix = shipped_matrix()
    begin, end = pd.Index(origin), pd.Index(destination)
    row, column = locodes.get_indexer(begin), locodes.get_indexer(end)
    shipped = (row >= 0) & (column >= 0)
    km = np.full(len(origin), np.nan)
    km[shipped] = matrix[row[shipped], column[shipped]]
    seaports = _seaports().index
    rest = ~shipped & (seaports.get_indexer(begin) >= 0) & (seaports.get_indexer(end) >= 0)
    if rest.any():
        km[rest] = _other_pairs_km(_ordered(origin[rest], destination[rest]), cache)
    return pd.Series(km, index=origin.index)


def detour_ratio(
    origin: pd.Series, transhipments: pd.Series, destination: pd.Series, *, cache: Path | None = None
) -> pd.Series:
    """Return how much longer the way through the transhipment ports is than the direct one, row by row.

    `transhipments` are locodes in order, separated by blanks; with none the ratio is 1. NaN if a distance on the way is
    unknown, or the direct one is unknown or zero.
    """
    via = transhipments.astype("str").fillna("").to_numpy(dtype=object)
    paths = pd.DataFrame({"origin": origin.to_numpy(), "via": via, "destination": destination.to_numpy()})
    unique = paths.drop_duplicates(ignore_index=True).dropna()
    calls = (unique["origin"] + " " + unique["via"] + " " + unique["destination"]).str.split().explode()
    ahead = calls.groupby(level=0).shift(-1)
    on_the_way = ahead.notna()
    legs_km = sea_distance_km(calls[on_the_way], ahead[on_the_way], cache=cache)
    direct_km = sea_distance_km(unique["origin"], unique["destination"], cache=cache)
    unique["ratio"] = legs_km.groupby(level=0).sum(skipna=False) / direct_km.where(direct_km > 0)
    ratio = paths.merge(unique, how="left", on=["origin", "via", "destination"])["ratio"]
    return pd.Series(ratio.to_numpy(float), index=origin.index)


def pairs_km(pairs: pd.DataFrame) -> Floats:
    """Return the whole kilometres, rounded up, between the ports of each row (origin, destination), by the network."""
    places = _seaports()
    begin, end = places.loc[pairs["origin"]].to_numpy(), places.loc[pairs["destination"]].to_numpy()
    same = (pairs["origin"] == pairs["destination"]).to_numpy()
    return np.where(same, 0.0, np.ceil(shortest_km(begin, end)))


@functools.cache
def _seaports() -> pd.DataFrame:
    ports = reference.ports()
    return ports.loc[ports["is_seaport"] & ports["lat"].notna(), ["lat", "lon"]]


def _ordered(origin: pd.Series, destination: pd.Series) -> pd.DataFrame:
    """Return each pair with its smaller code first, so that there and back are one pair."""
    ends = np.sort(np.column_stack([origin.to_numpy(dtype=object), destination.to_numpy(dtype=object)]), axis=1)
    return pd.DataFrame(ends, columns=["origin", "destination"], dtype="str")


def _other_pairs_km(pairs: pd.DataFrame, cache: Path | None) -> Floats:
    """Return the distance of each pair: the kept ones from `cache`, the others computed and kept there."""
    kept = read_pairs(cache)
    wanted = pairs.drop_duplicates().merge(kept, how="left", on=["origin", "destination"], indicator="found")
    new = wanted[wanted["found"] == "left_only"].drop(columns=["km", "found"])
    if len(new):
        kept = pd.concat([kept, new.assign(km=pairs_km(new))], ignore_index=True)
        keep_pairs(cache, kept)
    return pairs.merge(kept, how="left", on=["origin", "destination"])["km"].to_numpy(float)
