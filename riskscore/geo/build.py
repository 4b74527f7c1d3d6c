"""Build the shipped land and sea distances: `python -m riskscore.geo.build SOURCE_DIR`."""

import argparse
from itertools import combinations
from pathlib import Path

import geopandas
import pandas as pd
import searoute

from riskscore import reference
from riskscore.geo.frames import DEGREES
from riskscore.geo.sea_distance import pairs_km

TABLES = Path(__file__).parent / "tables"
CLOSED = "northwest"
"""Passage no liner plans for: the Northwest Passage, closed by ice most of the year."""


def container_port_pairs() -> pd.DataFrame:
    """Return the sea distance of every pair of ports with a container terminal: origin, destination, km."""
    ports = reference.ports()
    locodes = ports.index[(ports["terminal_count"] > 0) & ports["is_seaport"]].sort_values()
    pairs = pd.DataFrame(combinations(locodes, 2), columns=["origin", "destination"])
    pairs["km"] = pairs_km(pairs).astype("uint16")
    return pairs.astype({"origin": "category", "destination": "category"})


def read_land(source: Path) -> geopandas.GeoDataFrame:
    """Return Natural Earth's land at 1:110 million, one row per valid polygon."""
    land = geopandas.read_file(source / "land" / "land-110m.geojson").to_crs(DEGREES)
    pieces = geopandas.GeoDataFrame(geometry=land.make_valid()).explode(ignore_index=True)
    return pieces[pieces.geom_type == "Polygon"].reset_index(drop=True)


def lane_network() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the nodes of searoute's network (lat, lon) and its open lanes (begin, end: numbers of nodes)."""
    network = searoute.setup_M("networkx")
    number = {node: position for position, node in enumerate(network.nodes)}
    ends = [(number[u], number[v]) for u, v, lane in network.edges(data=True) if lane.get("passage") != CLOSED]
    nodes = pd.DataFrame(list(number), columns=["lon", "lat"], dtype="float64")[["lat", "lon"]]
    return nodes, pd.DataFrame(ends, columns=["begin", "end"], dtype="uint16")


def main() -> None:
    """Build the tables from the folder named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="folder with land/")
    land = read_land(parser.parse_args().source)
    TABLES.mkdir(exist_ok=True)
    land.to_parquet(TABLES / "land.parquet", compression="zstd")
    for table, name in zip(lane_network(), ("lane_nodes", "lanes"), strict=True):
        table.to_parquet(TABLES / f"{name}.parquet", compression="zstd", compression_level=19, index=False)
    pairs = container_port_pairs()
    pairs.to_parquet(TABLES / "sea_distances.parquet", compression="zstd", compression_level=19, index=False)
    for path in sorted(TABLES.glob("*.parquet")):
        print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
