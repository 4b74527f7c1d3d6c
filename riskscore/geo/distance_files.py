"""Files of sea distances: the table shipped for container ports, and the pairs computed since."""

import hashlib
import os
import tempfile
from functools import cache
from importlib.metadata import version
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from riskscore import reference
from riskscore.geo.network import Floats

COLUMNS = ["origin", "destination", "km"]


@cache
def shipped_matrix() -> tuple[pd.Index, Floats]:
    """Return the locodes of the shipped table and their distances to each other, km, shape (n, n)."""
    with as_file(files("riskscore.geo") / "tables" / "sea_distances.parquet") as path:
        pairs = pd.read_parquet(path)
    locodes = pd.Index(pairs["origin"].cat.categories.union(pairs["destination"].cat.categories))
    row, column = locodes.get_indexer(pairs["origin"]), locodes.get_indexer(pairs["destination"])
    matrix = np.zeros((len(locodes), len(locodes)))
    matrix[row, column] = matrix[column, row] = pairs["km"]
    return locodes, matrix


def read_pairs(folder: Path | None) -> pd.DataFrame:
    """Return the pairs kept in `folder`: origin, destination, km; none if there is no readable file."""
    nothing = pd.DataFrame({"origin": pd.Series(dtype="str"), "destination": pd.Series(dtype="str"), "km": []})
    if folder is None or not pairs_file(folder).is_file():
        return nothing
    try:
        return pd.read_parquet(pairs_file(folder))[COLUMNS]
    except (pa.ArrowException, OSError, KeyError):
        return nothing  # a damaged cache is computed again


def keep_pairs(folder: Path | None, pairs: pd.DataFrame) -> None:
    """Replace the pairs kept in `folder` by these, all at once: a reader sees the old file or the new one."""
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=folder, prefix=".sea-distances-")
    os.close(handle)
    try:
        pairs.sort_values(["origin", "destination"]).to_parquet(unfinished, index=False)
        Path(unfinished).replace(pairs_file(folder))
    finally:
        Path(unfinished).unlink(missing_ok=True)


def pairs_file(folder: Path) -> Path:
    """Return the file of kept pairs; its name changes with the network and the ports' positions."""
    return folder / f"sea-distances-{_fingerprint()}.parquet"


@cache
def _fingerprint() -> str:
    positions = reference.ports()[["lat", "lon", "is_seaport"]]
    content = pd.util.hash_pandas_object(positions).to_numpy().tobytes() + version("searoute").encode()
    return hashlib.blake2b(content, digest_size=4).hexdigest()
